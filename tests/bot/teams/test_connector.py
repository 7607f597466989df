from datetime import datetime

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port
from botbuilder.schema import Activity, ConversationParameters

from bot.deliveries import (
    ConversationGone,
    DeliveryRefused,
    NotInstalled,
    RecipientStopped,
    TryLater,
)
from bot.teams.connector import Connectors, Conversations
from bot.teams.refusals import CredentialsUnavailable
from bot.teams.service_urls import ServiceUrls
from tests.bot_framework import Answer, Call, FakeBotFramework, FixedCredentials, HandClock

HELLO = {"type": "message", "text": "Hello"}
ROOT = "/v3/conversations"


class Waits(list[float]):
    """Takes the place of sleeping: keeps how long, and does not wait."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def credentials() -> FixedCredentials:
    return FixedCredentials()


@pytest.fixture
def connectors(
    http: ClientSession, credentials: FixedCredentials, waits: Waits, clock: HandClock
) -> Connectors:
    return Connectors(
        http,
        credentials=credentials,
        service_urls=ServiceUrls((), loopback=True),
        clock=clock,
        sleep=waits,
        chance=lambda: 0.0,
    )


@pytest.fixture
def conversations(connectors: Connectors, framework: FakeBotFramework) -> Conversations:
    return connectors.to(framework.service_url).conversations


async def test_every_call_has_its_address(
    conversations: Conversations, framework: FakeBotFramework
) -> None:
    await conversations.send_to_conversation("a:1/..", HELLO)
    await conversations.reply_to_activity("a:1", "7;x=1", HELLO)
    await conversations.update_activity("a:1", "7", HELLO)
    await conversations.delete_activity("a:1", "7")
    await conversations.create_conversation({"isGroup": False})
    await conversations.get_conversation_member("a:1", "29:ann")
    await conversations.get_teams_conversation_paged_members("a:1", 50, "next page")

    token = "Bearer outbound"
    assert framework.calls == [
        Call("POST", f"{ROOT}/a%3A1%2F../activities", HELLO, token),
        Call("POST", f"{ROOT}/a%3A1/activities/7%3Bx%3D1", HELLO, token),
        Call("PUT", f"{ROOT}/a%3A1/activities/7", HELLO, token),
        Call("DELETE", f"{ROOT}/a%3A1/activities/7", None, token),
        Call("POST", ROOT, {"isGroup": False}, token),
        Call("GET", f"{ROOT}/a%3A1/members/29%3Aann", None, token),
        Call(
            "GET",
            f"{ROOT}/a%3A1/pagedmembers?pageSize=50&continuationToken=next%20page",
            None,
            token,
        ),
    ]


async def test_models_of_botbuilder_are_taken_as_well(
    conversations: Conversations, framework: FakeBotFramework
) -> None:
    framework.answers.extend([Answer(), Answer(body={"id": "a:2", "activityId": "9"})])

    sent = await conversations.send_to_conversation("a:1", Activity(**HELLO))
    created = await conversations.create_conversation(ConversationParameters(is_group=False))

    assert (sent.id, created.id, created.activity_id) == ("sent-1", "a:2", "9")
    assert [call.body for call in framework.calls] == [HELLO, {"isGroup": False}]


@pytest.mark.parametrize("body", ["", "no JSON", "[]", '{"id": 7}'])
async def test_an_answer_without_an_id_is_no_error(
    conversations: Conversations, framework: FakeBotFramework, body: str
) -> None:
    framework.answers.append(Answer(body=body))

    sent = await conversations.send_to_conversation("a:1", HELLO)

    assert sent.id == ""


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
async def test_what_may_pass_later_is_tried_again_with_growing_waits(
    conversations: Conversations, framework: FakeBotFramework, waits: Waits, status: int
) -> None:
    framework.answers.extend([Answer(status), Answer(status), Answer(status)])

    sent = await conversations.send_to_conversation("a:1", HELLO)

    assert sent.id == "sent-1"
    assert waits == [0.25, 0.5, 1.0]
    assert len(framework.calls) == 4


async def test_after_four_attempts_the_caller_hears_of_it(
    conversations: Conversations, framework: FakeBotFramework, waits: Waits
) -> None:
    framework.answers.extend([Answer(503)] * 4)

    with pytest.raises(TryLater) as failed:
        await conversations.send_to_conversation("a:1", HELLO)

    assert (failed.value.status, len(framework.calls), len(waits)) == (503, 4, 3)


@pytest.mark.parametrize("header", ["2", "Tue, 14 Jan 2025 09:30:02 GMT"])
async def test_retry_after_is_obeyed(
    conversations: Conversations, framework: FakeBotFramework, waits: Waits, header: str
) -> None:
    framework.answers.append(Answer(429, headers={"Retry-After": header}))

    await conversations.send_to_conversation("a:1", HELLO)

    assert waits == [2.0]


async def test_a_long_retry_after_is_left_to_the_caller(
    conversations: Conversations, framework: FakeBotFramework, waits: Waits
) -> None:
    framework.answers.append(Answer(429, headers={"Retry-After": "120"}))

    with pytest.raises(TryLater) as failed:
        await conversations.send_to_conversation("a:1", HELLO)

    assert (failed.value.retry_after, waits) == (120.0, [])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(400), DeliveryRefused),
        (Answer(500), DeliveryRefused),
        (Answer(403, body={"error": {"code": "ConversationBlockedByUser"}}), RecipientStopped),
        (Answer(403, body={"error": {"code": "BotNotInConversationRoster"}}), NotInstalled),
        (Answer(404, body={"error": {"code": "ConversationNotFound"}}), ConversationGone),
        (Answer(302, headers={"Location": "http://evil.example/"}), DeliveryRefused),
    ],
)
async def test_nothing_else_is_tried_again(
    conversations: Conversations,
    framework: FakeBotFramework,
    waits: Waits,
    answer: Answer,
    error: type[Exception],
) -> None:
    framework.answers.append(answer)

    with pytest.raises(error):
        await conversations.send_to_conversation("a:1", HELLO)

    assert (len(framework.calls), waits) == (1, [])


async def test_a_refused_token_is_dropped(
    conversations: Conversations, framework: FakeBotFramework, credentials: FixedCredentials
) -> None:
    framework.answers.append(Answer(401))

    with pytest.raises(DeliveryRefused):
        await conversations.send_to_conversation("a:1", HELLO)

    assert credentials.forgotten == 1


async def test_a_broken_connection_is_tried_again(connectors: Connectors, waits: Waits) -> None:
    nobody = connectors.to(f"http://127.0.0.1:{unused_port()}/").conversations

    with pytest.raises(TryLater) as failed:
        await nobody.send_to_conversation("a:1", HELLO)

    assert (failed.value.status, waits) == (502, [0.25, 0.5, 1.0])


async def test_without_a_token_nothing_is_sent(
    http: ClientSession, framework: FakeBotFramework, waits: Waits
) -> None:
    class NoToken(FixedCredentials):
        async def authorization(self, *, now: datetime) -> str:
            raise CredentialsUnavailable(f"none at {now}")

    connectors = Connectors(
        http, credentials=NoToken(), service_urls=ServiceUrls((), loopback=True), sleep=waits
    )

    with pytest.raises(CredentialsUnavailable):
        await connectors.to(framework.service_url).conversations.delete_activity("a:1", "7")

    assert (framework.calls, waits) == ([], [])


@pytest.mark.parametrize("identifier", ["", ".", ".."])
async def test_an_id_that_would_climb_out_of_the_path_is_refused(
    conversations: Conversations, framework: FakeBotFramework, identifier: str
) -> None:
    with pytest.raises(DeliveryRefused):
        await conversations.send_to_conversation(identifier, HELLO)

    assert framework.calls == []


async def test_a_service_url_has_one_connector_as_long_as_it_is_allowed(
    connectors: Connectors, framework: FakeBotFramework
) -> None:
    first = connectors.to(framework.service_url)
    second = await connectors.create(framework.service_url, "audience")

    assert first is second
    with pytest.raises(DeliveryRefused):
        connectors.to("https://evil.example/")


def test_connectors_are_bounded(connectors: Connectors) -> None:
    for number in range(1000):
        connectors.to(f"http://127.0.0.1:{1 + number}/")

    assert len(connectors._connectors) <= 256  # noqa: SLF001 - the bound has no other face
