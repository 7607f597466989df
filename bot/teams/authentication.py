"""Who may speak to the bot: botbuilder's authentication, with every check that it leaves out."""

from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus

from botbuilder.schema import Activity
from botframework.connector import Channels
from botframework.connector.auth import (
    AuthenticateRequestResult,
    AuthenticationConstants,
    BotFrameworkAuthentication,
    ClaimsIdentity,
)

from bot.teams.connector import Connectors
from bot.teams.refusals import RequestRefused
from bot.teams.service_urls import ServiceUrls
from bot.teams.tokens import TokenVerifier, VerifiedToken

_SCOPE: str = AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE
_ANONYMOUS = ClaimsIdentity({}, True, AuthenticationConstants.ANONYMOUS_AUTH_TYPE)


class TeamsAuthentication(BotFrameworkAuthentication):
    """Admits activities of Teams, from allowed tenants and service hosts, with a valid token.

    Without `tokens` no token is asked for, which only local use may do. No `tenants` means any.
    """

    def __init__(
        self,
        *,
        tokens: TokenVerifier | None,
        tenants: Iterable[str],
        service_urls: ServiceUrls,
        connectors: Connectors,
        clock: Callable[[], datetime],
    ) -> None:
        self._tokens = tokens
        self._tenants = frozenset(tenant.lower() for tenant in tenants)
        self._service_urls = service_urls
        self._connectors = connectors
        self._clock = clock

    async def verify_token(
        self, authorization: str | None, *, now: datetime
    ) -> VerifiedToken | None:
        """Check the token alone, so that nothing of a stranger's body needs to be read.

        Returns None in local use. Raises `RequestRefused` (401).
        """
        if self._tokens is None:
            return None
        return await self._tokens.verify(authorization or "", now=now)

    def admit(
        self,
        token: VerifiedToken | None,
        *,
        channel_id: object,
        service_url: object,
        tenant: object,
    ) -> AuthenticateRequestResult:
        """Join the token to the activity it came with.

        Raises `RequestRefused`: 400 where the activity names no channel, service URL or tenant,
        401 where the token vouches for another service URL, 403 where the channel, the tenant or
        the service's host is not allowed.
        """
        if not (_is_text(channel_id) and _is_text(service_url) and _is_text(tenant)):
            raise RequestRefused(
                HTTPStatus.BAD_REQUEST, "The activity names no channel, service URL or tenant."
            )
        if token is not None and token.service_url != service_url:
            raise RequestRefused(
                HTTPStatus.UNAUTHORIZED, "The token was issued for another service URL."
            )
        if channel_id != Channels.ms_teams:
            raise RequestRefused(HTTPStatus.FORBIDDEN, "The bot speaks in Teams only.")
        if not self._service_urls.allows(str(service_url)):
            raise RequestRefused(HTTPStatus.FORBIDDEN, "The bot sends nothing to that host.")
        if self._tenants and str(tenant).lower() not in self._tenants:
            raise RequestRefused(HTTPStatus.FORBIDDEN, "The bot does not serve that tenant.")
        return self._result(token)

    def _result(self, token: VerifiedToken | None) -> AuthenticateRequestResult:
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity(dict(token.claims), True) if token else _ANONYMOUS
        result.audience = _SCOPE
        result.connector_factory = self._connectors
        return result

    async def authenticate_request(
        self, activity: Activity, auth_header: str
    ) -> AuthenticateRequestResult:
        """Check an activity that botbuilder hands over; raise `RequestRefused`."""
        token = await self.verify_token(auth_header, now=self._clock())
        return self.admit(
            token,
            channel_id=activity.channel_id,
            service_url=activity.service_url,
            tenant=tenant_of(activity.channel_data),
        )

    async def authenticate_streaming_request(
        self,
        auth_header: str,  # noqa: ARG002 - botbuilder's signature
        channel_id_header: str,  # noqa: ARG002 - botbuilder's signature
    ) -> AuthenticateRequestResult:
        """Refuse: Teams does not stream."""
        raise RequestRefused(HTTPStatus.FORBIDDEN, "The bot takes no streaming connections.")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> Connectors:  # noqa: ARG002 - botbuilder's signature
        """Return the one pool of connectors: the bot has one identity."""
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:  # noqa: ARG002 - botbuilder's signature
        """Return nothing: nobody signs in through the bot, and making a client is slow."""
        return

    def get_originating_audience(self) -> str:
        """Return the scope for which Teams takes the bot's token."""
        return _SCOPE


def tenant_of(channel_data: object) -> object:
    """Return the tenant that Teams vouches for, from an activity's channel data, or None."""
    tenant = channel_data.get("tenant") if isinstance(channel_data, dict) else None
    return tenant.get("id") if isinstance(tenant, dict) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
