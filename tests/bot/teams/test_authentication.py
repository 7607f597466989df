from typing import Any

import pytest
from aiohttp import ClientSession
from botframework.connector.auth import ClaimsIdentity

from bot.teams.authentication import tenant_of
from bot.teams.refusals import RequestRefused
from bot.teams.service import Teams
from tests.bot.teams.conftest import Listener, Post
from tests.bot_framework import (
    OTHER_TENANT,
    TENANT,
    FakeBotFramework,
    HandClock,
    SigningPair,
    executed,
    typed,
)
from trainingbot.settings import Settings


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        (
            {"serviceUrl": "https://smba.trafficmanager.net/emea/"},
            401,
            "The token was issued for another service URL.",
        ),
        (
            {"serviceUrl": None},
            400,
            "The activity names no channel, service URL or tenant.",
        ),
        (
            {"channelId": None},
            400,
            "The activity names no channel, service URL or tenant.",
        ),
        ({"channelId": "webchat"}, 403, "The bot speaks in Teams only."),
        (
            {"channelData": {"tenant": {"id": OTHER_TENANT}}},
            403,
            "The bot does not serve that tenant.",
        ),
        (
            {"channelData": None},
            400,
            "The activity names no channel, service URL or tenant.",
        ),
        (
            {"channelData": {"tenant": TENANT}},
            400,
            "The activity names no channel, service URL or tenant.",
        ),
    ],
)
async def test_an_activity_from_elsewhere_is_refused(
    post: Post, listener: Listener, changes: dict[str, Any], status: int, reason: str
) -> None:
    for activity in (typed(**changes), executed("book_place", **changes)):
        response = await post(activity)

        assert response.status == status
        assert await response.json() == {"error": {"message": reason}}
    assert listener.turns == []


async def test_a_host_that_is_not_allowed_gets_nothing(
    post: Post, framework: FakeBotFramework, clock: HandClock, listener: Listener
) -> None:
    elsewhere = "https://evil.example/"
    token = framework.token(now=clock.moment, serviceurl=elsewhere)

    response = await post(typed(serviceUrl=elsewhere), token=token)

    assert response.status == 403
    assert listener.turns == []


async def test_the_case_of_a_tenant_does_not_matter(post: Post) -> None:
    response = await post(typed(channelData={"tenant": {"id": TENANT.upper()}}))

    assert response.status == 200


async def test_a_missing_or_wrong_token_is_refused(post: Post, listener: Listener) -> None:
    statuses = [(await post(typed(), token=token)).status for token in (None, "garbage")]

    assert statuses == [401, 401]
    assert listener.turns == []


async def test_keys_roll_over_without_a_refused_turn(
    post: Post, framework: FakeBotFramework, clock: HandClock
) -> None:
    before = await post(typed())
    framework.pairs = [*framework.pairs, SigningPair("key-2")]
    clock.advance(minutes=2)
    after = await post(typed())

    assert (before.status, after.status) == (200, 200)
    assert framework.key_fetches == 2


async def test_botbuilder_has_no_streaming_and_no_sign_in_here(
    teams: Teams, listener: Listener
) -> None:
    authentication = teams.adapter(listener).bot_framework_authentication
    identity = ClaimsIdentity({}, is_authenticated=True)

    client = await authentication.create_user_token_client(identity)
    with pytest.raises(RequestRefused) as refused:
        await authentication.authenticate_streaming_request("", "")

    assert (client, refused.value.status) == (None, 403)
    assert authentication.get_originating_audience() == "https://api.botframework.com"


def test_the_tenant_comes_from_the_channel_data() -> None:
    assert tenant_of({"tenant": {"id": TENANT}}) == TENANT
    assert [tenant_of(data) for data in (None, "x", {}, {"tenant": "x"})] == [None] * 4


class TestLocalUse:
    """`--local`: no token, and this machine alone."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(_env_file=None, local=True)

    @pytest.fixture
    def teams(self, settings: Settings, http: ClientSession, clock: HandClock) -> Teams:
        return Teams(settings, http, clock=clock)

    async def test_no_token_is_asked_for_or_sent(
        self, post: Post, framework: FakeBotFramework, listener: Listener
    ) -> None:
        response = await post(typed(channelData={"tenant": {"id": OTHER_TENANT}}), token=None)

        assert response.status == 200
        assert [turn.tenant_id for turn in listener.turns] == [OTHER_TENANT]
        assert [call.authorization for call in framework.calls] == [None]

    async def test_other_machines_get_nothing(self, post: Post, listener: Listener) -> None:
        response = await post(typed(serviceUrl="https://smba.trafficmanager.net/emea/"), token=None)

        assert response.status == 403
        assert listener.turns == []
