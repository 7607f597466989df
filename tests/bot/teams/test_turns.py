from typing import Any

import pytest

from bot.teams.refusals import RequestRefused
from bot.teams.turns import (
    MOST_ID_CHARACTERS,
    MOST_NAME_CHARACTERS,
    MOST_TEXT_CHARACTERS,
    MOST_VERB_CHARACTERS,
    botbuilder_activity,
    turn_of,
)
from bot.turns import Address, Turn, TurnKind
from tests.bot_framework import (
    BOT_ID,
    CONVERSATION_ID,
    OBJECT_ID,
    PERSON_ID,
    SERVICE_URL,
    TENANT,
    executed,
    installed,
    joined,
    submitted,
    typed,
)

ADDRESS = Address(SERVICE_URL, CONVERSATION_ID, TENANT, PERSON_ID, BOT_ID)


def turn(activity: dict[str, Any]) -> Turn:
    made = turn_of(activity)
    assert made is not None
    return made


def test_what_is_typed_is_a_message() -> None:
    assert turn_of(typed("help")) == Turn(
        kind=TurnKind.MESSAGE,
        address=ADDRESS,
        object_id=OBJECT_ID,
        name="Ann Example",
        text="help",
        activity_id="1700000000001",
    )


def test_a_button_is_an_action() -> None:
    assert turn_of(executed("book_place", {"session_id": "s-1", "verb": "x"})) == Turn(
        kind=TurnKind.ACTION,
        address=ADDRESS,
        object_id=OBJECT_ID,
        name="Ann Example",
        verb="book_place",
        data={"session_id": "s-1"},
        activity_id="1700000000001",
    )


def test_the_fallback_button_is_the_same_action_on_a_card_that_can_be_replaced() -> None:
    data = {"session_id": "s-1", "msteams": {"type": "messageBack"}}

    assert turn_of(submitted("book_place", data, text="Book")) == Turn(
        kind=TurnKind.ACTION,
        address=ADDRESS,
        object_id=OBJECT_ID,
        name="Ann Example",
        verb="book_place",
        data={"session_id": "s-1"},
        activity_id="1700000000001",
        card_activity_id="1700000000000",
    )


def test_a_button_without_data_is_an_action_too() -> None:
    activity = executed("help")
    del activity["value"]["action"]["data"]

    assert (turn(activity).verb, turn(activity).data) == ("help", {})


@pytest.mark.parametrize(
    ("activity", "kind"),
    [
        (installed(), TurnKind.INSTALLED),
        (joined(), TurnKind.INSTALLED),
        (installed(action="remove"), TurnKind.UNINSTALLED),
    ],
)
def test_installing_and_removing_are_turns(activity: dict[str, Any], kind: TurnKind) -> None:
    assert turn(activity).kind is kind


@pytest.mark.parametrize(
    "activity",
    [
        installed(action="add-upgrade"),
        installed(action=None),
        joined(membersAdded=[{"id": PERSON_ID}]),
        joined(membersAdded=None),
        joined(membersAdded="everybody"),
        joined(membersAdded=["everybody", None]),
        typed(type="typing"),
        typed(type="messageReaction"),
        typed(type="constructor"),
        executed("x", name="composeExtension/query"),
        typed(**{"from": {"id": PERSON_ID, "name": "Anonymous"}}),
        executed("x", **{"from": {"id": PERSON_ID}}),
    ],
)
def test_other_activities_and_people_without_an_account_make_no_turn(
    activity: dict[str, Any],
) -> None:
    assert turn_of(activity) is None


@pytest.mark.parametrize(
    ("conversation_type", "personal"),
    [("personal", True), ("groupChat", False), ("channel", False), (None, False), (7, False)],
)
def test_only_a_personal_chat_is_personal(conversation_type: object, personal: bool) -> None:  # noqa: FBT001 - a case
    conversation = {"id": CONVERSATION_ID, "conversationType": conversation_type}

    assert turn(typed(conversation=conversation)).personal is personal


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("  book\u00a0neglect \n level 2 ", "book neglect level 2"),
        ("R&amp;D&nbsp;and&#160;more", "R&D and more"),
        ("<at>Training</at> what's on in June", "what's on in June"),
        ("before <at>Training</at>after", "before after"),
        ("he\u200blp\ufeff", "help"),
        ("a\x07b", "ab"),
        ("a < b", "a < b"),
        ("", ""),
        ("x" * 5000, "x" * MOST_TEXT_CHARACTERS),
    ],
)
def test_typed_text_is_read_without_mention_entities_and_extra_space(text: str, read: str) -> None:
    mention = {
        "type": "mention",
        "text": "<at>Training</at>",
        "mentioned": {"id": BOT_ID, "name": "Training"},
    }

    assert turn(typed(text, entities=[mention, {"type": "clientInfo"}])).text == read


def test_a_mention_of_somebody_else_stays() -> None:
    mention = {"type": "mention", "text": "<at>Ann</at>", "mentioned": {"id": PERSON_ID}}

    assert turn(typed("<at>Ann</at> hello", entities=[mention])).text == "<at>Ann</at> hello"


@pytest.mark.parametrize(
    "entities",
    [None, "x", [None], [{}], [{"mentioned": {"id": BOT_ID}, "text": ""}], [{"mentioned": "x"}]],
)
def test_strange_entities_are_passed_over(entities: object) -> None:
    assert turn(typed("help", entities=entities)).text == "help"


@pytest.mark.parametrize("value", [None, "verb", ["verb"], {}, {"msteams": {}}])
def test_a_value_without_a_verb_is_no_button(value: object) -> None:
    made = turn(typed("help", value=value))

    assert (made.kind, made.text) == (TurnKind.MESSAGE, "help")


LONG = "x" * (MOST_ID_CHARACTERS + 1)


@pytest.mark.parametrize(
    "activity",
    [
        typed(text=7),
        typed(id=7),
        typed(id=LONG),
        typed(**{"from": "29:ann"}),
        typed(**{"from": {"aadObjectId": OBJECT_ID}}),
        typed(**{"from": {"id": LONG, "aadObjectId": OBJECT_ID}}),
        typed(**{"from": {"id": PERSON_ID, "aadObjectId": 7}}),
        typed(**{"from": {"id": PERSON_ID, "aadObjectId": LONG}}),
        typed(**{"from": {"id": PERSON_ID, "aadObjectId": OBJECT_ID, "name": ["Ann"]}}),
        typed(conversation=None),
        typed(conversation={"id": ".."}),
        typed(conversation=[CONVERSATION_ID]),
        typed(recipient={}),
        typed(channelData=None),
        submitted("book_place", replyToId=7),
        submitted(""),
        submitted("x" * (MOST_VERB_CHARACTERS + 1)),
        typed(value={"verb": 7}),
        executed("book_place", value=None),
        executed("book_place", value={"action": "book_place"}),
        executed("book_place", value={"action": {"verb": "x", "data": "y"}}),
        executed("book_place", value={"action": {"verb": None}}),
        installed(action=7),
    ],
    ids=lambda activity: str(activity)[:0] or None,
)
def test_what_is_missing_too_long_or_of_the_wrong_type_is_refused(
    activity: dict[str, Any],
) -> None:
    with pytest.raises(RequestRefused) as refused:
        turn_of(activity)

    assert refused.value.status == 400


def test_a_long_name_is_cut() -> None:
    sender = {"id": PERSON_ID, "aadObjectId": OBJECT_ID, "name": "n" * 1000}

    assert turn(typed(**{"from": sender})).name == "n" * MOST_NAME_CHARACTERS


def test_a_missing_name_is_empty() -> None:
    sender = {"id": PERSON_ID, "aadObjectId": OBJECT_ID}

    assert turn(typed(**{"from": sender})).name == ""


def test_botbuilder_reads_the_same_activity() -> None:
    activity = botbuilder_activity(executed("book_place"))

    assert (activity.type, activity.name, activity.channel_id, activity.service_url) == (
        "invoke",
        "adaptiveCard/action",
        "msteams",
        SERVICE_URL,
    )
    assert activity.from_property.aad_object_id == OBJECT_ID
    assert (activity.recipient.id, activity.conversation.id) == (BOT_ID, CONVERSATION_ID)
    assert activity.value["action"]["verb"] == "book_place"
