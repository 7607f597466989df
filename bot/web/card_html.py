"""A card as HTML: the same texts, inputs and actions on a page or in a letter, without Teams.

Nothing in it runs, and nothing is fetched from elsewhere. What stands in a card is escaped,
and a link opens pages, letters and calls only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.web.markdown import may_be_opened, parts_of

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
"""The templates of pages and letters; whatever is put into one is escaped."""

INPUTS = "Input."


@dataclass(frozen=True, slots=True)
class CardAction:
    """A button of a card, to be drawn by whoever knows where it leads."""

    title: str
    verb: str
    data: Mapping[str, Any] = field(default_factory=dict)
    takes_inputs: bool = False
    """Whether what was filled into the card's inputs goes with it.

    The inputs stand where the card has them and belong to the form whose id is `form_id` of
    `card_html`; such a button is drawn with `form="…"` of the same id, anywhere on the page.
    Several buttons can thus take the same inputs, and no form is nested in another.
    """
    style: Literal["default", "positive", "destructive"] = "default"


DrawAction = Callable[[CardAction], Markup]
Look = Callable[[str], Markup]
"""Gives the attribute that says how a part looks: a class for a page, styles for a letter."""


class CardNotKnown(ValueError):
    """A card has an element that cannot be shown outside Teams: a fault of the card."""


def by_class(part: str) -> Markup:
    """Return the class of a part: the page's own style sheet says how it looks."""
    return Markup(' class="{}"').format(part)


def card_html(
    card: Mapping[str, Any],
    *,
    action: DrawAction,
    look: Look = by_class,
    form_id: str = "card",
    inputs: bool = True,
) -> Markup:
    """Draw a card: headings, paragraphs, lists, facts, inputs with their labels, and actions.

    The card's own heading is `h1`, the names of its rows are `h2`. Every `Action.Execute` is
    drawn by `action`; a link is a link; a part that a button would open is a `details`.
    An input's name is its id. Checkboxes of one question share a name, and Teams sends what
    they mean joined with commas; a toggle that is off sends nothing.
    With `inputs` False the inputs are left out: a letter has none.
    Parts have these classes, or what `look` gives for them: heading, subheading, text, subtle,
    strong, state, attention, message, part, row, columns, wide, narrow, list, facts, term, fact,
    actions, link, more, more-title, field, label, choices, choice, input.
    Raises `CardNotKnown` for an element that our cards have not had so far.
    """
    template = TEMPLATES.get_template("card.html")
    return Markup(  # noqa: S704 - the template has escaped whatever was put into it
        template.render(
            card=card,
            draw=action,
            look=look,
            form_id=form_id,
            with_inputs=inputs,
            openers=openers_of(card),
            parts_of=parts_of,
            may_be_opened=may_be_opened,
            action_of=action_of,
            not_known=_not_known,
        ).strip()
    )


def action_of(button: Mapping[str, Any]) -> CardAction:
    """Return what an `Action.Execute` of a card stands for."""
    return CardAction(
        title=button["title"],
        verb=button["verb"],
        data=button.get("data") or {},
        takes_inputs=button.get("associatedInputs") != "none",
        style=button.get("style", "default"),
    )


def openers_of(card: Mapping[str, Any]) -> Mapping[str, str]:
    """Return by which button each part of a card is opened: its id, and the button's title."""
    return {
        target if isinstance(target, str) else target["elementId"]: one["title"]
        for one in elements_of(card)
        if one["type"] == "Action.ToggleVisibility"
        for target in one["targetElements"]
    }


def elements_of(node: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - whatever stands in a card
    """Return a card and everything in it that has a type, in the order in which it is read.

    What older clients would get in the place of a button is not among it.
    """
    if isinstance(node, list):
        return [found for one in node for found in elements_of(one)]
    if not isinstance(node, Mapping):
        return []
    inside = [
        found for key, value in node.items() if key != "fallback" for found in elements_of(value)
    ]
    return [node, *inside] if "type" in node else inside


def _not_known(kind: str) -> None:
    raise CardNotKnown(f"A card with {kind} cannot be shown outside Teams.")
