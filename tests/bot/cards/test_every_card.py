import json

import pytest

from bot.turns import Reply
from bot.verbs import VERBS
from tests.bot.cards.gallery import cards
from tests.chat import elements

BUDGET = 25 * 1024
CARDS = cards()


@pytest.fixture(params=CARDS, ids=lambda name: name.replace(" ", "-"))
def reply(request: pytest.FixtureRequest) -> Reply:
    return CARDS[request.param]


def test_a_card_stays_within_its_budget(reply: Reply) -> None:
    size = len(json.dumps(reply.card).encode())

    assert size <= BUDGET


def test_a_card_says_in_words_what_it_is_for_old_clients_and_notifications(reply: Reply) -> None:
    assert reply.card["version"] == "1.5"
    assert reply.card["fallbackText"] == reply.summary != ""


def test_every_text_wraps(reply: Reply) -> None:
    blocks = [one for one in elements(reply.card) if one["type"] == "TextBlock"]

    assert [one["text"] for one in blocks if not one.get("wrap")] == []


def test_a_card_has_one_heading_and_begins_with_it(reply: Reply) -> None:
    blocks = [one for one in elements(reply.card) if one["type"] == "TextBlock"]
    headings = [number for number, one in enumerate(blocks) if one.get("style") == "heading"]

    assert headings in ([0], []) if reply is CARDS["thanks"] else headings == [0]


def test_every_input_has_a_label_and_a_name_of_its_own(reply: Reply) -> None:
    inputs = [one for one in elements(reply.card) if one["type"].startswith("Input.")]
    names = [one["id"] for one in inputs]

    assert [one["id"] for one in inputs if not one.get("label")] == []
    assert len(names) == len(set(names))
    assert [
        one["id"] for one in inputs if one.get("isRequired") and not one.get("errorMessage")
    ] == []


def test_every_button_does_something_the_bot_can_do_and_works_in_older_clients(
    reply: Reply,
) -> None:
    pressed = [one for one in elements(reply.card) if one["type"] == "Action.Execute"]

    for one in pressed:
        verb = VERBS[one["verb"]]
        fallback = one["fallback"]
        if one["associatedInputs"] == "none":
            verb.payload.model_validate(one["data"])
        assert fallback["type"] == "Action.Submit"
        assert fallback["data"] == {**one["data"], "verb": one["verb"]}
        assert fallback["title"] == one["title"]


def test_a_row_of_buttons_shows_all_of_them_and_never_a_destructive_one_first(
    reply: Reply,
) -> None:
    rows = [one.get("actions", []) for one in elements(reply.card)]

    for row in (row for row in rows if row):
        assert len(row) <= 4
        assert row[0].get("style") != "destructive"


def test_no_two_columns_more_stand_beside_each_other_than_a_phone_can_show(reply: Reply) -> None:
    sets = [one for one in elements(reply.card) if one["type"] == "ColumnSet"]

    assert [len(one["columns"]) for one in sets if len(one["columns"]) > 2] == []


def test_a_card_shouts_nowhere(reply: Reply) -> None:
    said = [one["text"] for one in elements(reply.card) if one["type"] == "TextBlock"]

    assert [text for text in said if "!" in text or "successfully" in text.lower()] == []
