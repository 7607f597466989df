"""Changing the date of a place: to which one, and why where it is late."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import Container

from bot import phrases
from bot.cards.cancelling import WHO_SEES_IT, late_reason_inputs
from bot.cards.openings import free_for_reader, where_and_places
from bot.cards.pieces import (
    Button,
    Element,
    button,
    card,
    choice_row,
    heading,
    line,
    message,
    state,
    subtle,
    tentative_part,
)
from bot.payloads import CourseChoice, DateChange, SessionChoice
from bot.turns import Reply
from trainingbot.bookings.rules import free_until
from trainingbot.bookings.views import OtherDate, OtherDates, TrainingRow
from trainingbot.enums import BookingStatus, LateReason
from trainingbot.models import CourseSession
from trainingbot.terms import Terms

ROWS = 5
"""How many dates a card offers at once."""
KEEPS = "You keep this place until you have the other one."


def which_date(
    training: TrainingRow,
    dates: OtherDates,
    *,
    late: Sequence[str] = (),
    late_reason: LateReason | None = None,
    words: str = "",
    missing: str = "",
    zone: ZoneInfo,
) -> Reply:
    """Offer the other dates of a course, each with the one button that changes to it.

    `late` is what is said where changing now is late, and then a reason is asked for; what was
    given before is shown again. `missing` says why the last try has changed nothing.
    """
    title = phrases.plain(training.course.title)
    choice = SessionChoice(session_id=training.session.id)
    keep = button("Keep my place", "show_booking", choice)
    if not dates.found:
        return _no_date(training, missing, keep, zone)
    question = missing or "Change to which date?"
    return card(
        heading(title),
        line(f"Your place: {phrases.when(training.session, zone)}"),
        message(question, KEEPS, *late),
        *([*late_reason_inputs(late_reason, words), subtle(WHO_SEES_IT)] if late else []),
        *(_date_row(training.session, one, is_late=bool(late), zone=zone) for one in dates.found),
        *_not_shown(dates),
        actions=[
            keep,
            button("All dates", "show_course", CourseChoice(course_id=training.course.id)),
        ],
        summary=f"{question} {title}",
    )


def _no_date(training: TrainingRow, missing: str, keep: Button, zone: ZoneInfo) -> Reply:
    title = phrases.plain(training.course.title)
    choice = SessionChoice(session_id=training.session.id)
    said = "There is no other date of this course at the moment."
    return card(
        heading(title),
        line(f"Your place: {phrases.when(training.session, zone)}"),
        message(*([missing, said] if missing else [said])),
        actions=[keep, button("Give it back instead", "ask_to_cancel", choice)],
        summary=f"{said} {title}",
    )


def _date_row(held: CourseSession, one: OtherDate, *, is_late: bool, zone: ZoneInfo) -> Container:
    details = [
        line(phrases.from_to(one.session, zone)),
        subtle(where_and_places(one.session, one.opening, zone=zone)),
        *tentative_part(one.session, zone),
    ]
    name = phrases.short_day(one.session.starts_at, zone)
    change = DateChange(from_session_id=held.id, to_session_id=one.session.id)
    has = one.booking.status if one.booking else None
    if one.booking and has in {BookingStatus.CONFIRMED, BookingStatus.OFFERED}:
        details.append(state(phrases.standing(one.booking, one.session, None, zone)))
    if has == BookingStatus.CONFIRMED:
        action = button(f"Open {name}", "show_booking", SessionChoice(session_id=one.session.id))
    elif has == BookingStatus.OFFERED or free_for_reader(one.session, one.opening) > 0:
        action = button(
            f"Change to {name}",
            "transfer_booking",
            change,
            style="positive",
            with_inputs=is_late,
        )
    elif one.booking and has == BookingStatus.WAITLISTED:
        details.append(state(phrases.standing(one.booking, one.session, None, zone)))
        action = button(f"Open {name}", "show_booking", SessionChoice(session_id=one.session.id))
    else:
        waits = change.model_copy(update={"waits": True})
        details.append(subtle("You can wait for it and keep the place you have."))
        action = button(f"Join waitlist {name}", "transfer_booking", waits)
    return choice_row(phrases.day(one.session.starts_at, zone), details, action)


def _not_shown(dates: OtherDates) -> list[Element]:
    more = dates.total - len(dates.found)
    return [subtle(f"And {phrases.counted(more, 'later date')}.")] if more > 0 else []


def late_sentences(session: CourseSession, *, asked: str | None, terms: Terms) -> tuple[str, ...]:
    """Say that changing now is late, and what is `asked` for it, if anything."""
    until = phrases.day_and_time(free_until(session, terms=terms), terms.calendar.zone)
    return (
        f"It is later than {until}, so a reason goes with it.",
        *([asked] if asked else []),
    )


def change_anyway(
    training: TrainingRow,
    wanted: DateChange,
    to: CourseSession,
    *,
    doubts: Sequence[str],
    zone: ZoneInfo,
) -> Reply:
    """Say what speaks against the other date, and let the person change to it all the same."""
    title = phrases.plain(training.course.title)
    choice = SessionChoice(session_id=training.session.id)
    return card(
        heading(title),
        line(f"Your place: {phrases.when(training.session, zone)}"),
        line(f"The other date: {phrases.when(to, zone)}"),
        message(*(phrases.plain(doubt) for doubt in doubts), "Nothing has been changed yet."),
        actions=[
            button("Keep my place", "show_booking", choice),
            button(
                "Change anyway",
                "transfer_booking",
                wanted.model_copy(update={"despite_doubts": True}),
            ),
        ],
        summary=f"Change the date anyway? {title}",
    )


def changed_sentences(
    old: CourseSession, *, leaving: str | None, charged: Sequence[str], zone: ZoneInfo
) -> tuple[str, ...]:
    """Say that the date has changed, and what became of the first place."""
    before = phrases.day_and_time(old.starts_at, zone)
    return (
        "You have changed to this date.",
        f"The place on {before} has been given back.",
        *([f"{leaving}."] if leaving else []),
        *charged,
    )


def waits_and_keeps_sentences(
    place: int | None, held: CourseSession, *, zone: ZoneInfo
) -> tuple[str, ...]:
    """Say to somebody who waits for this date that the other place is still theirs."""
    return (
        f"You are {phrases.ordinal(place or 1)} on the waitlist of this date.",
        f"You keep your place on {phrases.day_and_time(held.starts_at, zone)}.",
        "When a place becomes free here we ask you, and you choose between the two.",
    )
