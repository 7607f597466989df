import asyncio
import json
from collections.abc import Mapping
from threading import current_thread, main_thread
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.teams.credentials import ClientCredentials, Credentials, NoCredentials, msal_acquire
from bot.teams.refusals import CredentialsUnavailable
from tests.bot_framework import APP_ID, HandClock
from trainingbot.settings import Settings


class Entra:
    """Gives token-1, token-2, … for an hour each, or none while it is down."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_down = False
        self.was_asked_in_event_loop = False

    def __call__(self) -> Mapping[str, Any]:
        self.asked += 1
        self.was_asked_in_event_loop |= current_thread() is main_thread()
        if self.is_down:
            raise ConnectionError("no route")
        return {"access_token": f"token-{self.asked}", "expires_in": 3600}


@pytest.fixture
def entra() -> Entra:
    return Entra()


@pytest.fixture
def credentials(entra: Entra) -> ClientCredentials:
    return ClientCredentials(entra)


async def test_a_token_is_asked_for_once_and_off_the_event_loop(
    credentials: ClientCredentials, entra: Entra, clock: HandClock
) -> None:
    headers = await asyncio.gather(
        *(credentials.authorization(now=clock.moment) for _ in range(20))
    )

    assert set(headers) == {"Bearer token-1"}
    assert (entra.asked, entra.was_asked_in_event_loop) == (1, False)


async def test_a_token_near_its_end_serves_while_it_is_replaced(
    credentials: ClientCredentials, entra: Entra, clock: HandClock
) -> None:
    await credentials.authorization(now=clock.moment)
    clock.advance(minutes=56)

    during = await credentials.authorization(now=clock.moment)
    after = during
    for _ in range(1000):
        await asyncio.sleep(0.001)
        after = await credentials.authorization(now=clock.moment)
        if after != during:
            break

    assert entra.asked == 2
    assert (during, after) == ("Bearer token-1", "Bearer token-2")


async def test_a_token_at_its_end_is_waited_for(
    credentials: ClientCredentials, clock: HandClock
) -> None:
    await credentials.authorization(now=clock.moment)
    clock.advance(minutes=59, seconds=31)

    assert await credentials.authorization(now=clock.moment) == "Bearer token-2"


async def test_a_refused_token_is_replaced(
    credentials: ClientCredentials, clock: HandClock
) -> None:
    await credentials.authorization(now=clock.moment)
    credentials.forget()

    assert await credentials.authorization(now=clock.moment) == "Bearer token-2"


async def test_an_outage_is_said_and_not_made_worse(
    credentials: ClientCredentials, entra: Entra, clock: HandClock
) -> None:
    entra.is_down = True
    for _ in range(3):
        with pytest.raises(CredentialsUnavailable):
            await credentials.authorization(now=clock.moment)
    asked_during_outage = entra.asked
    entra.is_down = False
    clock.advance(seconds=10)

    header = await credentials.authorization(now=clock.moment)

    assert (asked_during_outage, header) == (1, "Bearer token-2")


async def test_local_use_has_no_token(clock: HandClock) -> None:
    credentials = NoCredentials()
    credentials.forget()

    header: object = await cast("Credentials", credentials).authorization(now=clock.moment)

    assert header is None


class EntraPages:
    """What MSAL asks of Entra, answered without a network."""

    def __init__(self, token: dict[str, Any]) -> None:
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self._token = token

    def get(self, url: str, **_: object) -> SimpleNamespace:
        root = url.partition("/v2.0")[0]
        endpoints = {"authorization_endpoint": f"{root}/a", "token_endpoint": f"{root}/token"}
        return _page({**endpoints, "metadata": []})

    def post(self, url: str, *, data: dict[str, Any], **_: object) -> SimpleNamespace:
        self.posts.append((url, data))
        return _page(self._token)

    def close(self) -> None:
        """There is nothing to close."""


def _page(body: dict[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(
        status_code=200, text=json.dumps(body), headers={}, raise_for_status=lambda: None
    )


@pytest.mark.parametrize(
    ("app_type", "authority"), [("SingleTenant", "tenant-1"), ("MultiTenant", "botframework.com")]
)
def test_msal_is_asked_as_the_bot_for_the_scope_of_the_bot_framework(
    app_type: str, authority: str
) -> None:
    pages = EntraPages({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})
    settings = Settings(
        _env_file=None,
        app_id=APP_ID,
        app_password="secret",
        app_type=app_type,
        app_tenant_id="tenant-1",
    )

    result = msal_acquire(settings, http_client=pages)()

    [(url, data)] = pages.posts
    assert result["access_token"] == "t"
    assert url == f"https://login.microsoftonline.com/{authority}/token"
    assert (data["client_id"], data["grant_type"]) == (APP_ID, "client_credentials")
    assert data["scope"] == "https://api.botframework.com/.default"


def test_a_wrong_password_is_said() -> None:
    pages = EntraPages({"error": "invalid_client", "error_description": "secret"})
    settings = Settings(
        _env_file=None, app_id=APP_ID, app_password="secret", app_tenant_id="tenant-1"
    )

    with pytest.raises(CredentialsUnavailable, match="invalid_client"):
        msal_acquire(settings, http_client=pages)()
