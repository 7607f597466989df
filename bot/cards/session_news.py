"""What people are told when a session is cancelled, moved, sure to take place, or taught."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.pieces import (
    Element,
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
from bot.cards.sessions import people_on_it
from bot.payloads import CourseChoice, RosterChoice, SessionChoice
from bot.turns import Reply
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import SessionStatus
from trainingbot.models import Course, CourseSession, SessionChange
from trainingbot.scheduling.views import Affected, SessionOfCourse

OTHER_DATES = 3
"""Other dates in the card of a session that is cancelled."""
MOST_LETTERS = 300
"""So much of a reason or of the details stands in a card."""


def cancelled_card(
    row: TrainingRow,
    dates: Sequence[Element],
    *,
    more: int,
    interested: bool,
    calendar_url: str | None,
    zone: ZoneInfo,
) -> Reply:
    """Say that a session is cancelled and why, and offer other dates in the same card.

    `dates` are rows of other dates, and `more` how many further ones there are; `interested`:
    whether the person is on the interest list of the course already. `calendar_url` takes the
    entry out of a calendar.
    """
    title = phrases.plain(row.course.title)
    course = CourseChoice(course_id=row.course.id)
    further = [button("More dates", "show_course", course)] if more > 0 else []
    remove = [link("Remove from calendar", calendar_url)] if calendar_url else []
    return card(
        heading(title),
        line(phrases.when(row.session, zone)),
        subtle(phrases.where(row.session)),
        state("Session cancelled", active=False),
        message(*called_off_sentences(row.session)),
        *([subheading("Other dates")] if dates else []),
        *(dates or [line("There is no other date of this course at the moment.")]),
        *_next_date(course, interested=interested),
        actions=[*further, *remove, button("My training", "my_training")],
        summary=f"{title}, {phrases.day_and_time(row.session.starts_at, zone)}: session cancelled",
    )


def called_off_sentences(session: CourseSession) -> tuple[str, ...]:
    """Say to somebody who was on a session that it is cancelled, and why."""
    return ("This session is cancelled. We are sorry.", *_why(session.cancel_reason))


def _next_date(course: CourseChoice, *, interested: bool) -> list[Element]:
    if not interested:
        return [buttons(button("Tell me of a new date", "register_interest", course))]
    return [
        line("We will offer you a place when there is a new date."),
        buttons(button("No, thank you", "withdraw_interest", course)),
    ]


def _why(reason: str | None) -> list[str]:
    return [f"Why: {_short(reason)}"] if reason else []


def _short(text: str) -> str:
    return phrases.plain(text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…")


def moved_sentences(
    move: SessionChange, then: Sequence[SessionOfCourse], *, zone: ZoneInfo
) -> tuple[str, ...]:
    """Say from when to when a session was moved, why, and what else the person has `then`."""
    sentences = [
        "This session has been moved."
        if move.details.startswith("From ")
        else "The link to this session has changed.",
        _short(move.details),
        *_why(move.reason),
    ]
    if then:
        one = then[0]
        more = f", and {len(then) - 1} more" if len(then) > 1 else ""
        sentences.append(
            f"You have another booking at this time: {phrases.plain(one.course.title)}, "
            f"{phrases.day(one.session.starts_at, zone)}, "
            f"{phrases.from_to(one.session, zone)}{more}."
        )
    return tuple(sentences)


def moved_summary(row: TrainingRow, zone: ZoneInfo) -> str:
    """Say in a notification that a session has changed, and when it is now."""
    title, when = phrases.plain(row.course.title), phrases.day_and_time(row.session.starts_at, zone)
    return f"{title} has changed. It is on {when}."


def confirmed_summary(row: TrainingRow, zone: ZoneInfo) -> str:
    """Say in a notification that a session takes place."""
    title, when = phrases.plain(row.course.title), phrases.day_and_time(row.session.starts_at, zone)
    return f"{title} takes place on {when}."


WAITS_AS_BEFORE = "You wait where you waited before."


def kept_sentences(leaving: str | None) -> tuple[str, ...]:
    """Say that a place is kept, and until when it is free to give back from now on."""
    return (
        "You keep your place.",
        *([f"{leaving}."] if leaving else []),
    )


def confirmed_sentences() -> tuple[str, ...]:
    """Say to somebody with a place that a tentative session takes place."""
    return (
        "This session takes place.",
        "It was tentative, and now it is sure. Add it to your calendar again to update the entry.",
    )


def undecided_card(
    course: Course, session: CourseSession, affected: Affected, *, zone: ZoneInfo
) -> Reply:
    """Ask a coordinator whether a tentative session takes place, on the day to decide."""
    title = phrases.plain(course.title)
    choice = SessionChoice(session_id=session.id)
    question = "Does this session take place?"
    needed = session.minimum_places or 0
    until = phrases.day_and_time(session.decide_at or session.starts_at, zone)
    return card(
        heading(title),
        line(phrases.when(session, zone)),
        subtle(f"{phrases.where_and_places(session)}. Session {phrases.plain(session.code)}."),
        state("Tentative"),
        message(
            question,
            f"It needs {phrases.people(needed)} by {until}, and {_have_a_place(affected)}.",
            f"Confirming it tells {_how_many(affected)}. "
            "Cancelling shows you first whom it touches.",
        ),
        actions=[
            button("Confirm it takes place", "confirm_session", choice, style="positive"),
            button("Cancel session", "ask_to_cancel_session", choice),
            button("Manage", "manage_session", choice),
        ],
        summary=f"{question} {title}, {phrases.day_and_time(session.starts_at, zone)}",
    )


def _have_a_place(affected: Affected) -> str:
    return f"{_how_many(affected)} {'have' if affected.confirmed > 1 else 'has'} a place"


def _how_many(affected: Affected) -> str:
    return phrases.people(affected.confirmed) if affected.confirmed else "nobody"


def trainer_named_card(
    course: Course,
    session: CourseSession,
    affected: Affected,
    move: SessionChange | None,
    *,
    zone: ZoneInfo,
) -> Reply:
    """Tell a trainer that they teach a session, or to where one of theirs was moved by `move`."""
    title = phrases.plain(course.title)
    said = (
        ("You are a trainer of this session.", people_on_it(affected))
        if move is None
        else (*moved_sentences(move, (), zone=zone), "You are a trainer of it.")
    )
    return card(
        heading(title),
        line(phrases.when(session, zone)),
        subtle(f"{phrases.where(session)}. Session {phrases.plain(session.code)}."),
        *tentative_part(session, zone),
        message(*said),
        line("If you can’t come, tell the training team."),
        actions=[
            button("Roster", "session_roster", RosterChoice(session_id=session.id)),
            button("My sessions", "my_sessions"),
        ],
        summary=_summary(title, session.starts_at, said[0], zone),
    )


def trainer_released_card(course: Course, session: CourseSession, *, zone: ZoneInfo) -> Reply:
    """Tell somebody that they do not teach a session, and why where it was cancelled."""
    title = phrases.plain(course.title)
    cancelled = session.status == SessionStatus.CANCELLED
    said = (
        ("This session, which you were to teach, is cancelled.", *_why(session.cancel_reason))
        if cancelled
        else (
            "You are no longer a trainer of this session.",
            "If you did not expect this, ask the training team.",
        )
    )
    return card(
        heading(title),
        line(phrases.when(session, zone)),
        subtle(f"{phrases.where(session)}. Session {phrases.plain(session.code)}."),
        message(*said),
        actions=[button("My sessions", "my_sessions")],
        summary=_summary(title, session.starts_at, said[0], zone),
    )


def _summary(title: str, starts_at: datetime, said: str, zone: ZoneInfo) -> str:
    return f"{title}, {phrases.day_and_time(starts_at, zone)}: {said}"
