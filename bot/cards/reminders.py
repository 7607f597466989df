"""What people get before a session: two reminders that can be answered, and the way in."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.pieces import (
    Button,
    button,
    buttons,
    card,
    heading,
    line,
    link,
    message,
    state,
    subheading,
    subtle,
    tentative_part,
)
from bot.payloads import SessionChoice
from bot.turns import Reply
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import Delivery

QUESTION = "Are you coming?"
MOST_LINES = 20
"""Lines of the training team's own words that keep a line of their own."""


def reminder(
    row: TrainingRow,
    *said: str,
    leaving: str | None,
    substitutes: bool,
    join_url: str | None,
    calendar_url: str | None,
    zone: ZoneInfo,
) -> Reply:
    """Remind somebody of a session, and ask whether they are coming unless they have said so.

    `said` is the question with what speaks for answering it, or what became of the answer;
    `leaving` until when the place is free to give back; `substitutes` whether a colleague may
    take it over; `join_url` leads into the session.
    """
    title = phrases.plain(row.course.title)
    when = phrases.day_and_time(row.session.starts_at, zone)
    answered = row.booking.coming_at is not None
    inside: list[Button] = [link("Join", join_url)] if join_url else []
    if answered and calendar_url:
        inside.append(link("Add to calendar", calendar_url))
    return card(
        heading(title),
        line(phrases.when(row.session, zone)),
        subtle(phrases.where(row.session)),
        *tentative_part(row.session, zone),
        state(phrases.standing(row.booking, row.session, row.queue_place, zone)),
        message(*said),
        *([line(leaving)] if leaving else []),
        *([buttons(*inside)] if inside else []),
        actions=_answers(row, answered=answered, substitutes=substitutes),
        summary=(
            f"{title}, {when}: {phrases.inside(phrases.SAID_COMING)}"
            if answered
            else f"{QUESTION} {title}, {when}"
        ),
    )


def _answers(row: TrainingRow, *, answered: bool, substitutes: bool) -> list[Button]:
    choice = SessionChoice(session_id=row.session.id)
    coming = button("I’m coming", "say_coming", choice, style="positive")
    first = button("My training", "my_training") if answered else coming
    colleague = button("Send a colleague", "ask_for_substitute", choice)
    return [
        first,
        button("I can’t come", "ask_to_cancel", choice),
        *([colleague] if substitutes else []),
    ]


def question_sentences(waiting: int, *, early: bool) -> tuple[str, ...]:
    """Ask whether somebody is coming, and say how many wait; early, what an empty place costs."""
    goes_without = {0: "no colleague can have it", 1: "they can’t have it"}
    who = goes_without.get(waiting, "none of them can have it")
    cost = f"If your place stays empty, {who}."
    return (QUESTION, *_who_waits(waiting), *([cost] if early else []))


def answered_sentences() -> tuple[str, ...]:
    """Say that the answer has arrived, and how to take it back."""
    return (
        phrases.SAID_COMING,
        "Thank you for letting us know. If you can’t come after all, tell us here.",
    )


def still_coming_sentences(waiting: int) -> tuple[str, ...]:
    """Remind somebody who has said that they are coming, and let them change their mind."""
    return (
        phrases.SAID_COMING,
        *_who_waits(waiting),
        "If you can’t come after all, tell us here.",
    )


def _who_waits(waiting: int) -> tuple[str, ...]:
    if not waiting:
        return ()
    return (f"{phrases.people(waiting)} {'is' if waiting == 1 else 'are'} waiting for a place.",)


def starting_soon(
    row: TrainingRow, *, join_url: str | None, contact: str, now: datetime, zone: ZoneInfo
) -> Reply:
    """Show the way into a session that begins soon, and nothing else.

    `contact` is whom to ask where a session online has no link.
    """
    title = phrases.plain(row.course.title)
    starts_at = row.session.starts_at
    today = starts_at.astimezone(zone).date() == now.astimezone(zone).date()
    begins = (
        f"at {phrases.clock_time(starts_at, zone)}"
        if today
        else f"on {phrases.day_and_time(starts_at, zone)}"
    )
    return card(
        heading(title),
        line(phrases.when(row.session, zone)),
        line(phrases.where(row.session)),
        *tentative_part(row.session, zone),
        *([line(_no_link_yet(contact))] if _lacks_link(row, join_url) else []),
        actions=[link("Join", join_url)] if join_url else [],
        summary=f"{title} begins {begins}",
    )


def joining_instructions(
    row: TrainingRow, *, join_url: str | None, calendar_url: str, zone: ZoneInfo
) -> Reply:
    """Say where and when a session is and how to join it, in the training team's words too."""
    title = phrases.plain(row.course.title)
    choice = SessionChoice(session_id=row.session.id)
    own_words = _lines(row.course.joining_instructions or "")
    return card(
        heading(title),
        line(phrases.when(row.session, zone)),
        subtle(phrases.where(row.session)),
        *tentative_part(row.session, zone),
        state(phrases.standing(row.booking, row.session, row.queue_place, zone)),
        subheading("How to join"),
        line(_way_in(row, join_url)),
        *([subheading("From the training team"), *map(line, own_words)] if own_words else []),
        actions=[
            *([link("Join", join_url)] if join_url else []),
            link("Add to calendar", calendar_url),
            button("My booking", "show_booking", choice),
        ],
        summary=f"How to join {title}, {phrases.day_and_time(row.session.starts_at, zone)}",
    )


def confirmation_summary(row: TrainingRow, zone: ZoneInfo) -> str:
    """Say in a notification that a place is booked."""
    title = phrases.plain(row.course.title)
    return f"You have a place: {title}, {phrases.day_and_time(row.session.starts_at, zone)}"


def _lacks_link(row: TrainingRow, join_url: str | None) -> bool:
    return row.session.delivery == Delivery.TEAMS and join_url is None


def _no_link_yet(contact: str) -> str:
    return f"There is no link to join here. Ask {phrases.plain(contact)} for it."


def _way_in(row: TrainingRow, join_url: str | None) -> str:
    if join_url:
        return "Press Join when it begins. The link is in the calendar entry too."
    if _lacks_link(row, join_url):
        return (
            "The link comes here as soon as it is sure that the session takes place."
            if row.session.tentative
            else "The link is not there yet. Once it is, you find it under “my training”."
        )
    if row.session.venue:
        return f"Come to {phrases.where(row.session)}."
    return "Come in person. Ask the training team for the place."


def _lines(text: str) -> list[str]:
    """Return free text as lines of a card; from the last one on the rest runs on."""
    lines = [phrases.plain(one) for one in text.splitlines() if one.strip()]
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[: MOST_LINES - 1], " ".join(lines[MOST_LINES - 1 :])]
