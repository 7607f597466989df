"""The bot's own token at Microsoft Entra: one per scope, refreshed off the event loop."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from botframework.connector.auth import AuthenticationConstants
from msal import ConfidentialClientApplication

from bot.teams.refusals import CredentialsUnavailable
from trainingbot.settings import Settings

SCOPE = f"{AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE}/.default"

REFRESH_AHEAD = timedelta(minutes=5)
"""A token this near its end is replaced in the background, while it still serves."""
UNUSABLE_AHEAD = timedelta(seconds=30)
"""A token this near its end might be refused on arrival, so it is not sent any more."""
FAILURE_PAUSE = timedelta(seconds=10)
_MSAL_TIMEOUT = 10

log = structlog.get_logger(__name__)


class Credentials(Protocol):
    """Gives the `Authorization` header of what the bot sends, or None where none is needed."""

    async def authorization(self, *, now: datetime) -> str | None:
        """Return the header's value; raise `CredentialsUnavailable` where there is none."""

    def forget(self) -> None:
        """Drop the token, because Teams has refused it."""


class NoCredentials:
    """Local use: the Playground asks for no token."""

    async def authorization(self, *, now: datetime) -> None:  # noqa: ARG002 - the Protocol's signature
        """Return None."""
        return

    def forget(self) -> None:
        """There is nothing to drop."""


@dataclass(frozen=True, slots=True)
class _Token:
    header: str
    expires_at: datetime


class ClientCredentials:
    """The client-credentials token of one scope, cached until shortly before it ends.

    `acquire` blocks and returns MSAL's result; it runs in a thread, once for all who wait.
    """

    def __init__(self, acquire: Callable[[], Mapping[str, Any]]) -> None:
        self._acquire = acquire
        self._token: _Token | None = None
        self._failed_at: datetime | None = None
        self._refreshing: asyncio.Task[None] | None = None

    async def authorization(self, *, now: datetime) -> str:
        """Return `Bearer …`; raise `CredentialsUnavailable` where Entra gives no token."""
        token = self._token
        if token is not None and now < token.expires_at - REFRESH_AHEAD:
            return token.header
        refreshing = self._refresh(now=now)
        if token is not None and now < token.expires_at - UNUSABLE_AHEAD:
            return token.header
        if refreshing is not None:
            # Shielded, because a caller who gives up must not take the token from the others.
            await asyncio.shield(refreshing)
        token = self._token
        if token is None or now >= token.expires_at - UNUSABLE_AHEAD:
            raise CredentialsUnavailable("Microsoft Entra gave the bot no token.")
        return token.header

    def forget(self) -> None:
        """Drop the token, because Teams has refused it."""
        self._token = None

    def _refresh(self, *, now: datetime) -> asyncio.Task[None] | None:
        if self._refreshing is None:
            if self._failed_at is not None and now - self._failed_at < FAILURE_PAUSE:
                return None
            self._refreshing = asyncio.create_task(self._replace(now=now))
        return self._refreshing

    async def _replace(self, *, now: datetime) -> None:
        try:
            result = await asyncio.to_thread(self._acquire)
            lifetime = timedelta(seconds=int(result["expires_in"]))
            self._token = _Token(f"Bearer {result['access_token']}", now + lifetime)
            self._failed_at = None
        except Exception as error:  # noqa: BLE001 - MSAL raises what its HTTP client raises
            self._failed_at = now
            log.warning("credentials_unavailable", error=type(error).__name__)
        finally:
            self._refreshing = None


def msal_acquire(
    settings: Settings, *, scope: str = SCOPE, http_client: object = None
) -> Callable[[], Mapping[str, Any]]:
    """Return a blocking function that asks Entra for a new token as the bot.

    The MSAL client is made on the first call, because that already asks Entra a question.
    A single-tenant bot signs in at its own tenant, a multi-tenant one at the Bot Framework's.
    """
    tenant = settings.app_tenant_id
    if settings.app_type == "MultiTenant":
        tenant = AuthenticationConstants.DEFAULT_CHANNEL_AUTH_TENANT
    client: ConfidentialClientApplication | None = None

    def acquire() -> Mapping[str, Any]:
        nonlocal client
        if client is None:
            client = ConfidentialClientApplication(
                settings.app_id,
                client_credential=settings.app_password.get_secret_value(),
                authority=f"{AuthenticationConstants.TO_CHANNEL_FROM_BOT_LOGIN_URL_PREFIX}{tenant}",
                timeout=None if http_client else _MSAL_TIMEOUT,
                http_client=http_client,
            )
        result: Mapping[str, Any] = client.acquire_token_for_client(scopes=[scope])
        if "access_token" not in result:
            raise CredentialsUnavailable(f"Microsoft Entra answered {result.get('error')}.")
        return result

    return acquire
