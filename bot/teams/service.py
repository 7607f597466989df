"""Teams as one part: what the composition root makes and joins to the rest."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import ClientSession, web

from bot.teams.adapter import TeamsAdapter
from bot.teams.authentication import TeamsAuthentication
from bot.teams.connector import Connectors
from bot.teams.credentials import ClientCredentials, Credentials, NoCredentials, msal_acquire
from bot.teams.messenger import TeamsMessenger, TeamsRoster
from bot.teams.retries import RetryPolicy
from bot.teams.service_urls import ServiceUrls
from bot.teams.signing_keys import PUBLIC_METADATA_URL, SigningKeys
from bot.teams.tokens import TokenVerifier
from bot.turns import OnTurn
from trainingbot.clock import utc_now
from trainingbot.settings import Settings


class Teams:
    """The door to Teams: `messages` lets turns in, `messenger` and `roster` reach out.

    The messenger makes one attempt and no more; answers to turns are tried again for a while.

    `http` is the service's shared session (see `open_http_session`) and stays its owner's.
    With `settings.local` no token is asked for or sent, and only this machine is answered.
    `metadata_url`, `credentials` and `service_urls` stand in for Microsoft where a test or a
    measurement runs on loopback with real authentication.
    """

    def __init__(
        self,
        settings: Settings,
        http: ClientSession,
        *,
        metadata_url: str = PUBLIC_METADATA_URL,
        credentials: Credentials | None = None,
        service_urls: ServiceUrls | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        allowed = service_urls or _allowed(settings)
        identity = credentials or _credentials(settings)
        self._clock = clock
        self.connectors = Connectors(http, credentials=identity, service_urls=allowed, clock=clock)
        keys = SigningKeys(http, metadata_url=metadata_url)
        self._authentication = TeamsAuthentication(
            tokens=None if settings.local else TokenVerifier(keys, app_id=settings.app_id),
            tenants=settings.tenants,
            service_urls=allowed,
            connectors=self.connectors,
            clock=clock,
        )
        # What is owed is tried again by whoever owes it, in an attempt of its own.
        once = Connectors(
            http,
            credentials=identity,
            service_urls=allowed,
            policy=RetryPolicy(attempts=1),
            clock=clock,
        )
        self.messenger = TeamsMessenger(once)
        self.roster = TeamsRoster(self.connectors)

    def adapter(self, on_turn: OnTurn) -> TeamsAdapter:
        """Return the adapter that answers turns with `on_turn`."""
        return TeamsAdapter(self._authentication, on_turn=on_turn, clock=self._clock)

    def messages(self, on_turn: OnTurn) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return the aiohttp handler of POST /api/messages."""
        return self.adapter(on_turn).process


def _allowed(settings: Settings) -> ServiceUrls:
    if settings.local:
        return ServiceUrls((), loopback=True)
    return ServiceUrls(settings.service_hosts)


def _credentials(settings: Settings) -> Credentials:
    return NoCredentials() if settings.local else ClientCredentials(msal_acquire(settings))
