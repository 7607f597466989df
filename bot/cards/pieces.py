"""The pieces of which every card is made, with what makes them readable on a phone."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import (
    ActionSet,
    AdaptiveCard,
    Column,
    ColumnSet,
    Container,
    ExecuteAction,
    OpenUrlAction,
    SubmitAction,
    SubmitActionData,
    TextBlock,
    ToggleVisibilityAction,
)

from bot import phrases
from bot.payloads import Nothing, Payload
from bot.turns import Reply
from trainingbot.models import Booking, CourseSession

Button = ExecuteAction | OpenUrlAction | ToggleVisibilityAction
Element = TextBlock | Container | ColumnSet | ActionSet | Any

NOTHING = Nothing()


def heading(text: str) -> TextBlock:
    """What the card is about: large, bold, and a heading for a screen reader."""
    return TextBlock(text=text, style="heading", size="Large", weight="Bolder", wrap=True)


def subheading(text: str) -> TextBlock:
    """The name of a row or a part."""
    return TextBlock(text=text, weight="Bolder", wrap=True)


def line(text: str) -> TextBlock:
    """A line of running text."""
    return TextBlock(text=text, wrap=True, spacing="Small")


def subtle(text: str) -> TextBlock:
    """A line that explains the one above it."""
    return TextBlock(text=text, wrap=True, spacing="None", is_subtle=True)


def tentative_part(session: CourseSession, zone: ZoneInfo) -> list[TextBlock]:
    """A line on what a tentative session depends, and nothing for one that is sure.

    It stands under the date, wherever a date is shown.
    """
    words = phrases.tentative(session, zone)
    return [subtle(words)] if words else []


def said_coming_part(booking: Booking) -> list[TextBlock]:
    """A line for whoever has said that they are coming, and nothing for others.

    It stands under the state of one's own booking on a session that has not begun.
    """
    return [subtle(phrases.SAID_COMING)] if booking.coming_at is not None else []


def state(text: str, *, active: bool = True) -> TextBlock:
    """Where the person stands, in words; the colour only sets it off.

    Teams' green and yellow are too pale to be read as text on white, so they are not used.
    """
    return TextBlock(
        text=text,
        weight="Bolder",
        wrap=True,
        spacing="Small",
        color="Accent" if active else "Default",
    )


def message(*sentences: str) -> Container:
    """What has just happened, set apart from the rest of the card."""
    blocks = [TextBlock(text=sentences[0], wrap=True, weight="Bolder")]
    blocks += [TextBlock(text=text, wrap=True, spacing="Small") for text in sentences[1:]]
    return Container(items=list(blocks), style="emphasis", spacing="Medium")


def button(
    title: str,
    verb: str,
    payload: Payload = NOTHING,
    *,
    style: str = "default",
    with_inputs: bool = False,
) -> ExecuteAction:
    """A button that does `verb`; older clients send the same as a message.

    `with_inputs`: whether the card's inputs must be filled in and go with it.
    """
    data = payload.model_dump(mode="json", exclude_defaults=True)
    inputs = "auto" if with_inputs else "none"
    return ExecuteAction(
        title=title,
        verb=verb,
        data=SubmitActionData(**data),
        style=style,
        associated_inputs=inputs,
        fallback=SubmitAction(
            title=title,
            data=SubmitActionData(**data, verb=verb),
            style=style,
            associated_inputs=inputs,
        ),
    )


def link(title: str, url: str) -> OpenUrlAction:
    """A button that opens a page."""
    return OpenUrlAction(title=title, url=url)


def buttons(*actions: Button) -> ActionSet:
    """A row of buttons inside the card."""
    return ActionSet(actions=list(actions))


def choice_row(title: str, details: Sequence[TextBlock], action: Button) -> Container:
    """A row that is chosen: the button stands under it, with room for a name of its own."""
    return Container(
        items=[subheading(title), *details, buttons(action)], separator=True, spacing="Medium"
    )


def row(title: str, details: Sequence[TextBlock], action: Button | None) -> Container:
    """A row of a list: its name, its details and, beside them, the one thing to do with it."""
    text: list[Any] = [subheading(title), *details]
    if action is None:
        return Container(items=text, separator=True, spacing="Medium")
    columns = [
        Column(items=text, width="stretch"),
        Column(items=[buttons(action)], width="auto", vertical_content_alignment="Center"),
    ]
    return Container(
        items=[ColumnSet(columns=columns)],
        separator=True,
        spacing="Medium",
    )


def card(
    *body: Element, actions: Sequence[Button] = (), summary: str, fallback: str | None = None
) -> Reply:
    """Put a card together; `summary` is what a notification shows of it, without any markup."""
    summary = phrases.unmarked(summary)
    made = AdaptiveCard(
        version="1.5",
        lang="en-GB",
        body=list(body),
        actions=list(actions) or None,
        fallback_text=fallback or summary,
    )
    return Reply(card=made.model_dump(by_alias=True, exclude_none=True), summary=summary)


def announced(reply: Reply, summary: str) -> Reply:
    """Show the same card with another summary: what a notification says of it."""
    summary = phrases.unmarked(summary)
    return Reply({**reply.card, "fallbackText": summary}, summary)


def with_greeting(reply: Reply, name: str) -> Reply:
    """Put a greeting above the answer to somebody's very first question."""
    hello = line(
        f"Hello {phrases.first_name(name)}. Type **help** to see what else you can do here."
    )
    greeted = hello.model_dump(by_alias=True, exclude_none=True)
    return Reply({**reply.card, "body": [greeted, *reply.card.get("body", [])]}, reply.summary)
