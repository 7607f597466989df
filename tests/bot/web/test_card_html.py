from typing import Any

import pytest
from markupsafe import Markup

from bot.turns import Reply
from bot.web.card_html import CardAction, CardNotKnown, card_html, elements_of
from bot.web.markdown import Runs, parts_of
from tests.bot.cards.gallery import cards
from tests.pages import Tag, page_of

CARDS = cards()


@pytest.fixture(params=CARDS, ids=lambda name: name.replace(" ", "-"))
def reply(request: pytest.FixtureRequest) -> Reply:
    return CARDS[request.param]


def drawn_button(action: CardAction) -> Markup:
    return Markup('<button name="verb" value="{}" data-style="{}"{}>{}</button>').format(
        action.verb,
        action.style,
        Markup(' form="card"') if action.takes_inputs else "",
        action.title,
    )


def page(card: dict[str, Any]) -> Tag:
    return page_of(card_html(card, action=drawn_button))


def of_type(card: dict[str, Any], *kinds: str) -> list[Any]:
    return [one for one in elements_of(card) if one["type"] in kinds]


def inputs_of(card: dict[str, Any]) -> list[Any]:
    return [one for one in elements_of(card) if one["type"].startswith("Input.")]


def texts_of(card: dict[str, Any]) -> list[str]:
    """Return what a card says: a paragraph, an item of a list or a half of a fact each."""
    said: list[str] = []
    for one in of_type(card, "TextBlock", "FactSet"):
        if one["type"] == "FactSet":
            said += [
                _letters(parts_of(text)[0].lines[0])
                for fact in one["facts"]
                for text in (fact["title"], fact["value"])
            ]
            continue
        for part in parts_of(one["text"]):
            lines = [_letters(line) for line in part.lines]
            said += [" ".join(lines)] if part.kind == "lines" else lines
    return said


def _letters(runs: Runs) -> str:
    return " ".join("".join(run.text for run in runs).split())


def test_every_text_of_a_card_is_on_its_page_in_the_same_order(reply: Reply) -> None:
    shown = page(reply.card)

    said = [tag.text for tag in shown.all("h1", "h2", "p", "li", "dt", "dd")]

    assert said == texts_of(reply.card)


def test_nothing_is_left_of_the_signs_of_markdown(reply: Reply) -> None:
    said = page(reply.card).text

    assert [sign for sign in ("**", "\\") if sign in said] == []


def test_every_action_of_a_card_is_on_its_page_in_the_same_order(reply: Reply) -> None:
    shown = page(reply.card)

    drawn = [
        (
            tag.name,
            tag.text,
            tag.attributes.get("value") or tag.attributes.get("href"),
            "form" in tag.attributes,
            tag.attributes.get("data-style"),
        )
        for tag in shown.all("button", "a")
    ]
    assert drawn == [
        ("a", one["title"], one["url"], False, None)
        if one["type"] == "Action.OpenUrl"
        else ("button", one["title"], one["verb"], one["associatedInputs"] == "auto", one["style"])
        for one in of_type(reply.card, "Action.Execute", "Action.OpenUrl")
    ]


def test_what_a_button_would_open_is_folded_up_under_the_name_of_that_button(
    reply: Reply,
) -> None:
    shown = page(reply.card)

    folded = [tag.text for tag in shown.all("summary")]

    assert folded == [one["title"] for one in of_type(reply.card, "Action.ToggleVisibility")]


def test_every_input_of_a_card_is_on_its_page_with_its_label_and_what_it_holds(
    reply: Reply,
) -> None:
    shown = page(reply.card)

    fields = shown.all("select", "textarea", "input")
    labels = {
        tag.attributes["for"]: tag.text for tag in shown.all("label") if "for" in tag.attributes
    }
    legends = [tag.text for tag in shown.all("legend")]
    seen = [
        (one.attributes["name"], labels[one.attributes["id"]], _held(one))
        for one in fields
        if one.attributes.get("type") not in {"checkbox", "radio"}
    ]
    expected = [
        (one["id"], _with_required(one), one.get("value", ""))
        for one in inputs_of(reply.card)
        if not _is_ticked(one)
    ]
    assert seen == expected
    assert {tag.attributes["form"] for tag in fields} <= {"card"}
    assert legends == [_with_required(one) for one in inputs_of(reply.card) if _is_ticked(one)]


def test_what_is_ticked_on_a_card_is_ticked_on_its_page(reply: Reply) -> None:
    shown = page(reply.card)

    boxes = [
        (one.attributes["name"], one.attributes["value"], label.text, "checked" in one.attributes)
        for label in shown.all("label")
        for one in label.all("input")
    ]

    assert boxes == [
        box for one in inputs_of(reply.card) if _is_ticked(one) for box in _boxes_of(one)
    ]


def test_the_choices_of_a_list_are_those_of_the_card(reply: Reply) -> None:
    shown = page(reply.card)

    choices = [
        [(option.attributes["value"], option.text) for option in select.all("option")]
        for select in shown.all("select")
    ]

    assert choices == [
        _placeholder(one) + [(choice["value"], choice["title"]) for choice in one["choices"]]
        for one in inputs_of(reply.card)
        if one["type"] == "Input.ChoiceSet" and not _is_ticked(one)
    ]


def test_the_headings_begin_with_one_of_the_first_order(reply: Reply) -> None:
    levels = [tag.name for tag in page(reply.card).all("h1", "h2", "h3")]

    assert levels[0:1] in (["h1"], []) if reply is CARDS["thanks"] else levels[0] == "h1"
    assert levels.count("h1") <= 1


def test_a_page_runs_nothing_and_fetches_nothing(reply: Reply) -> None:
    shown = page(reply.card)

    tags = shown.all("script", "img", "iframe", "object", "style", "link", "form")
    handlers = [name for tag in shown.all() for name in tag.attributes if name.startswith("on")]

    assert (tags, handlers) == ([], [])


def test_inputs_are_left_out_of_a_letter(reply: Reply) -> None:
    shown = page_of(card_html(reply.card, action=drawn_button, inputs=False))

    assert shown.all("input", "select", "textarea", "label", "legend") == []
    assert len(shown.all("button")) == len(of_type(reply.card, "Action.Execute"))


HOSTILE = '"><script>alert(1)</script><a href="javascript:alert(1)">x</a>{{ 7 * 7 }}'


def test_nothing_that_was_typed_becomes_a_tag() -> None:
    texts = [
        {"type": "TextBlock", "text": HOSTILE},
        {"type": "TextBlock", "text": HOSTILE, "style": "heading"},
        {"type": "TextBlock", "text": HOSTILE, "weight": "Bolder"},
        {"type": "FactSet", "facts": [{"title": HOSTILE, "value": HOSTILE}]},
    ]
    inputs = [
        {
            "type": "Input.Text",
            "id": "one",
            "label": HOSTILE,
            "value": HOSTILE,
            "placeholder": HOSTILE,
        },
        {
            "type": "Input.Text",
            "id": "two",
            "label": "Two",
            "value": f"</textarea>{HOSTILE}",
            "isMultiline": True,
        },
        {"type": "Input.Date", "id": "day", "label": "Day", "value": HOSTILE},
        {"type": "Input.Toggle", "id": "on", "label": HOSTILE, "title": HOSTILE, "value": HOSTILE},
        {
            "type": "Input.ChoiceSet",
            "id": "which",
            "label": "Which",
            "choices": [{"title": HOSTILE, "value": HOSTILE}],
        },
        {
            "type": "Input.ChoiceSet",
            "id": "many",
            "label": "Many",
            "isMultiSelect": True,
            "choices": [{"title": HOSTILE, "value": HOSTILE}],
        },
    ]
    actions = [
        {"type": "Action.Execute", "title": HOSTILE, "verb": HOSTILE, "data": {"x": HOSTILE}},
        {"type": "Action.OpenUrl", "title": HOSTILE, "url": "javascript:alert(1)"},
    ]

    shown = page({"body": [*texts, *inputs], "actions": actions})

    assert shown.all("script", "a") == []
    assert [tag.text for tag in shown.all("p", "h1", "h2", "dt", "dd")] == [HOSTILE] * 5
    assert shown.text.count("{{ 7 * 7 }}") == shown.text.count("<script>alert(1)</script>")
    assert "\n" + shown.all("textarea")[0].text == "\n" + f"</textarea>{HOSTILE}"


def test_a_link_of_a_card_that_would_run_something_is_text() -> None:
    shown = page(
        {
            "body": [{"type": "TextBlock", "text": "[the map](javascript:alert)"}],
            "actions": [{"type": "Action.OpenUrl", "title": "Join", "url": "data:text/html,x"}],
        }
    )

    assert (shown.all("a"), shown.text) == ([], "the map Join")


def test_what_is_typed_into_a_large_field_keeps_its_first_line() -> None:
    field = {"type": "Input.Text", "id": "words", "label": "Words", "isMultiline": True}

    html = card_html({"body": [field | {"value": "\nsecond"}]}, action=drawn_button)

    # A browser drops the first break of a line inside a textarea, and that one is the template's.
    assert html.partition("<textarea")[2].partition(">")[2].startswith("\n\nsecond</textarea>")


def test_a_question_with_few_answers_is_asked_with_a_button_for_each() -> None:
    question = {
        "type": "Input.ChoiceSet",
        "id": "useful",
        "label": "Was it useful?",
        "style": "expanded",
        "isRequired": True,
        "value": "no",
        "choices": [{"title": "Yes", "value": "yes"}, {"title": "No", "value": "no"}],
    }

    shown = page({"body": [question]})

    assert [tag.text for tag in shown.all("legend")] == ["Was it useful? (required)"]
    assert [tag.attributes for tag in shown.all("input")] == [
        {"type": "radio", "name": "useful", "value": "yes", "form": "card", "required": ""},
        {
            "type": "radio",
            "name": "useful",
            "value": "no",
            "form": "card",
            "checked": "",
            "required": "",
        },
    ]


@pytest.mark.parametrize("place", ["body", "actions"])
def test_an_element_that_cannot_be_shown_is_a_fault_and_not_left_out(place: str) -> None:
    card: dict[str, Any] = {"body": [], "actions": []} | {
        place: [{"type": "Carousel", "title": "x"}]
    }

    with pytest.raises(CardNotKnown) as raised:
        page(card)

    assert str(raised.value) == "A card with Carousel cannot be shown outside Teams."


def _is_ticked(one: dict[str, Any]) -> bool:
    return (
        one["type"] == "Input.Toggle"
        or bool(one.get("isMultiSelect"))
        or one.get("style") == "expanded"
    )


def _boxes_of(one: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    if one["type"] == "Input.Toggle":
        return [(one["id"], "true", one["title"], one["value"] == "true")]
    chosen = one.get("value", "").split(",")
    return [
        (one["id"], choice["value"], choice["title"], choice["value"] in chosen)
        for choice in one["choices"]
    ]


def _with_required(one: dict[str, Any]) -> str:
    return f"{one['label']}{' (required)' if one.get('isRequired') else ''}"


def _held(field: Tag) -> str:
    if field.name == "input":
        return field.attributes["value"]
    if field.name == "textarea":
        return "".join(str(child) for child in field.children).removeprefix("\n")
    chosen = [one for one in field.all("option") if "selected" in one.attributes]
    return chosen[0].attributes["value"] if chosen else ""


def _placeholder(one: dict[str, Any]) -> list[tuple[str, str]]:
    if one.get("value", "") in [choice["value"] for choice in one["choices"]]:
        return []
    return [("", one.get("placeholder", ""))]
