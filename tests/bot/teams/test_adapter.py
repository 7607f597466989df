import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp.test_utils import TestClient
from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ConversationAccount, ConversationReference

from bot.teams.adapter import NO_ANSWER, UNKNOWN_INVOKE, UNKNOWN_PERSON
from bot.teams.service import Teams
from bot.turns import TurnKind
from tests.bot.teams.conftest import CARD, Listener, Post
from tests.bot_framework import (
    APP_ID,
    BOT_ID,
    CONVERSATION_ID,
    PERSON_ID,
    Answer,
    Call,
    FakeBotFramework,
    HandClock,
    executed,
    installed,
    joined,
    submitted,
    typed,
)

MESSAGE = {
    "type": "message",
    "from": {"id": BOT_ID},
    "recipient": {"id": PERSON_ID},
    "conversation": {"id": CONVERSATION_ID},
    "summary": "Hello",
    "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}],
}
ACTIVITIES = "/v3/conversations/a%3A1conversation/activities"
CARD_ANSWER = {
    "statusCode": 200,
    "type": "application/vnd.microsoft.card.adaptive",
    "value": CARD,
}


def sent(method: str, path: str) -> Call:
    return Call(method, path, MESSAGE, "Bearer outbound")


async def test_a_typed_message_is_answered_with_a_card_before_the_request_is(
    post: Post, framework: FakeBotFramework
) -> None:
    response = await post(typed("help"))

    assert response.status == 200
    assert await response.read() == b""
    assert framework.calls == [sent("POST", f"{ACTIVITIES}/1700000000001")]


async def test_a_button_gets_its_card_in_the_answer(
    post: Post, framework: FakeBotFramework
) -> None:
    response = await post(executed("book_place", {"session_id": "s-1"}))

    assert response.status == 200
    assert response.content_type == "application/json"
    assert await response.json() == CARD_ANSWER
    assert framework.calls == []


async def test_a_double_tap_makes_two_turns_that_both_get_their_card(
    post: Post, listener: Listener
) -> None:
    tap = executed("book_place", {"session_id": "s-1"})

    first, second = await asyncio.gather(post(tap), post(tap))

    assert [await first.json(), await second.json()] == [CARD_ANSWER, CARD_ANSWER]
    assert [turn.verb for turn in listener.turns] == ["book_place", "book_place"]


async def test_a_button_without_a_reply_leaves_the_card(post: Post, listener: Listener) -> None:
    listener.reply = None

    response = await post(executed("book_place"))

    assert await response.json() == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": NO_ANSWER,
    }


async def test_expected_replies_come_in_the_body(post: Post, framework: FakeBotFramework) -> None:
    response = await post(typed("help", deliveryMode="expectReplies"))

    assert await response.json() == {"activities": [MESSAGE]}
    assert framework.calls == []


async def test_an_expected_answer_to_a_button_comes_in_the_body(post: Post) -> None:
    response = await post(executed("book_place", deliveryMode="expectReplies"))

    assert await response.json() == {
        "activities": [{"type": "invokeResponse", "value": {"status": 200, "body": CARD_ANSWER}}]
    }


async def test_the_fallback_button_replaces_the_card_that_was_pressed(
    post: Post, framework: FakeBotFramework
) -> None:
    response = await post(submitted("book_place", {"session_id": "s-1"}))

    assert response.status == 200
    assert framework.calls == [sent("PUT", f"{ACTIVITIES}/1700000000000")]


async def test_a_card_that_cannot_be_replaced_is_sent_anew(
    post: Post, framework: FakeBotFramework
) -> None:
    framework.answers.append(Answer(status=404, body={"error": {"code": "ActivityNotFound"}}))

    response = await post(submitted("book_place"))

    assert response.status == 200
    assert framework.calls == [
        sent("PUT", f"{ACTIVITIES}/1700000000000"),
        sent("POST", ACTIVITIES),
    ]


async def test_nothing_more_is_sent_to_somebody_who_has_blocked_the_bot(
    post: Post, framework: FakeBotFramework
) -> None:
    framework.answers.append(
        Answer(status=403, body={"error": {"code": "ConversationBlockedByUser"}})
    )

    response = await post(submitted("book_place"))

    assert response.status == 200
    assert framework.calls == [sent("PUT", f"{ACTIVITIES}/1700000000000")]


async def test_a_reply_that_teams_refuses_is_no_fault_of_the_request(
    post: Post, framework: FakeBotFramework
) -> None:
    framework.answers.append(Answer(status=400, body={"error": {"code": "BadArgument"}}))

    response = await post(typed("help"))

    assert response.status == 200
    assert len(framework.calls) == 1


async def test_both_updates_of_an_install_are_turns(
    post: Post, framework: FakeBotFramework, listener: Listener
) -> None:
    await post(installed())
    await post(joined())

    assert [turn.kind for turn in listener.turns] == [TurnKind.INSTALLED, TurnKind.INSTALLED]
    assert framework.calls == [sent("POST", ACTIVITIES), sent("POST", ACTIVITIES)]


async def test_nothing_is_sent_where_the_app_was_removed(
    post: Post, framework: FakeBotFramework, listener: Listener
) -> None:
    response = await post(installed(action="remove"))

    assert response.status == 200
    assert [turn.kind for turn in listener.turns] == [TurnKind.UNINSTALLED]
    assert framework.calls == []


async def test_other_activities_are_taken_without_a_turn(post: Post, listener: Listener) -> None:
    response = await post(typed(type="typing", text=None))

    assert response.status == 200
    assert await response.read() == b""
    assert listener.turns == []


async def test_an_unknown_invoke_is_told_so(post: Post, listener: Listener) -> None:
    response = await post(executed("x", name="task/fetch"))

    assert response.status == 200
    assert await response.json() == {
        "statusCode": 400,
        "type": "application/vnd.microsoft.error",
        "value": {"code": "NotSupported", "message": UNKNOWN_INVOKE},
    }
    assert listener.turns == []


async def test_somebody_without_an_account_is_told_so(post: Post, listener: Listener) -> None:
    response = await post(executed("book_place", **{"from": {"id": PERSON_ID}}))

    assert response.status == 200
    assert await response.json() == {
        "statusCode": 400,
        "type": "application/vnd.microsoft.error",
        "value": {"code": "UnknownPerson", "message": UNKNOWN_PERSON},
    }
    assert listener.turns == []


async def test_a_fault_shows_a_reference_and_nothing_else(
    post: Post, framework: FakeBotFramework, listener: Listener
) -> None:
    listener.fault = RuntimeError("Ann Example was here")

    pressed = await post(executed("book_place"))
    said = await post(typed("help"))

    assert (pressed.status, said.status) == (200, 200)
    answer = await pressed.json()
    assert answer["type"] == "application/vnd.microsoft.activity.message"
    assert _without_reference(answer["value"]) == _without_reference(
        framework.calls[0].body["text"]
    )
    assert "Ann" not in answer["value"]


def _without_reference(sentence: str) -> str:
    words, _, reference = sentence.rpartition(" ")
    assert len(reference) == len("12345678.")
    return words


async def test_a_fault_with_expected_replies_comes_in_the_body(
    post: Post, listener: Listener
) -> None:
    listener.fault = RuntimeError("broken")

    response = await post(typed("help", deliveryMode="expectReplies"))

    [activity] = (await response.json())["activities"]
    assert activity["conversation"] == {"id": CONVERSATION_ID}


async def test_activities_come_by_post(client: TestClient[Any, Any], listener: Listener) -> None:
    response = await client.get("/api/messages")

    assert response.status == 405
    assert await response.json() == {"error": {"message": "Activities come by POST."}}
    assert listener.turns == []


async def test_an_activity_without_a_type_is_refused(post: Post) -> None:
    response = await post(typed(type=None))

    assert response.status == 400
    assert await response.json() == {"error": {"message": "The activity has no type."}}


async def test_a_stranger_is_refused_before_the_body_is_read(client: TestClient[Any, Any]) -> None:
    response = await client.post("/api/messages", data=b"not even JSON")

    assert response.status == 401


async def test_middleware_of_botbuilder_sees_the_turn(
    teams: Teams, listener: Listener, framework: FakeBotFramework, clock: HandClock
) -> None:
    seen: list[Activity] = []

    class Middleware:
        async def on_turn(self, context: TurnContext, logic: Callable[[], Awaitable[None]]) -> None:
            seen.append(context.activity)
            await logic()

    adapter = teams.adapter(listener)
    adapter.use(Middleware())
    activity = Activity().deserialize(typed("help", serviceUrl=framework.service_url))

    async def logic(context: TurnContext) -> None:
        await context.send_activity("Hello")

    header = f"Bearer {framework.token(now=clock.moment)}"
    await adapter.process_activity(header, activity, logic)

    assert [activity.text for activity in seen] == ["help"]
    assert [call.body["text"] for call in framework.calls] == ["Hello"]


async def test_proactive_calls_of_botbuilder_go_through_the_same_connector(
    teams: Teams, listener: Listener, framework: FakeBotFramework
) -> None:
    reference = ConversationReference(
        conversation=ConversationAccount(id=CONVERSATION_ID),
        service_url=framework.service_url,
        channel_id="msteams",
    )

    async def logic(context: TurnContext) -> None:
        await context.send_activity("Hello")

    await teams.adapter(listener).continue_conversation(reference, logic, APP_ID)

    assert [(call.body["text"], call.authorization) for call in framework.calls] == [
        ("Hello", "Bearer outbound")
    ]
