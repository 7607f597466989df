"""One's own booking: how it stands, what became of it, the question before giving back."""

from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.openings import free_for_reader, where_and_places
from bot.cards.pieces import (
    Button,
    Element,
    button,
    buttons,
    card,
    heading,
    line,
    link,
    message,
    said_coming_part,
    state,
    subtle,
    tentative_part,
)
from bot.payloads import (
    AutomaticChoice,
    CourseChoice,
    DateChange,
    SessionChoice,
    WaitChoice,
)
from bot.turns import Reply
from trainingbot.bookings.views import GivenBack, TrainingRow
from trainingbot.courses.rules import places_free
from trainingbot.enums import ACTIVE_BOOKINGS, BookingStatus
from trainingbot.models import CourseSession


def booking_card(
    row: TrainingRow,
    *said: str,
    begun: bool,
    calendar_url: str | None,
    leaving: str | None = None,
    manages: bool = False,
    substitutes: bool = True,
    old_calendar_url: str | None = None,
    also_on: CourseSession | None = None,
    join_url: str | None = None,
    zone: ZoneInfo,
) -> Reply:
    """Show a booking: what, when, where, how it stands and what can be done about it.

    `said` is what has just happened, if anything; `begun` whether the session has started;
    `leaving` until when the place is free to give back, unless that is `said` already;
    `manages` whether the reader is a coordinator, who runs the session too; `substitutes`
    whether a colleague may take the place over; `old_calendar_url` takes the date that was
    changed for this one out of the calendar; `join_url` leads those who have a place into the
    session, once it is sure; `also_on` is another date of the course on which the reader has a
    place.
    """
    title = phrases.plain(row.course.title)
    stands = phrases.standing(row.booking, row.session, row.queue_place, zone)
    body: list[Element] = [
        heading(title),
        line(phrases.when(row.session, zone)),
        subtle(
            phrases.where(row.session)
            if begun
            else where_and_places(row.session, row.opening, zone=zone)
        ),
        *tentative_part(row.session, zone),
        state(stands, active=row.booking.status in ACTIVE_BOOKINGS),
    ]
    if not begun:
        body += said_coming_part(row.booking)
    if said:
        body.append(message(*said))
    if leaving and not any(leaving in sentence for sentence in said):
        body.append(line(leaving))
    if join_url:
        body.append(buttons(link("Join", join_url)))
    if row.booking.status == BookingStatus.WAITLISTED and not begun:
        body.append(_waiting_buttons(row))
    if also_on is not None and _could_be_taken(row) and not begun:
        body.append(_instead_button(row, also_on, zone))
    if row.booking.status == BookingStatus.CONFIRMED and not begun:
        body.append(_passing_buttons(row, substitutes=substitutes, old=old_calendar_url))
    if manages:
        manage = SessionChoice(session_id=row.session.id)
        body.append(buttons(button("Manage the session", "manage_session", manage)))
    return card(
        *body,
        actions=_booking_actions(row, begun=begun, calendar_url=calendar_url),
        summary=f"{title}, {phrases.day_and_time(row.session.starts_at, zone)}: {stands}",
    )


def _passing_buttons(row: TrainingRow, *, substitutes: bool, old: str | None) -> Element:
    choice = SessionChoice(session_id=row.session.id)
    colleague = button("Send a colleague", "ask_for_substitute", choice)
    return buttons(
        *([link("Remove old date", old)] if old else []),
        *([colleague] if substitutes else []),
        button("Change date", "ask_to_transfer", choice),
    )


def _could_be_taken(row: TrainingRow) -> bool:
    """Tell whether a place is held for the reader, or free for whoever asks first."""
    waits = row.booking.status == BookingStatus.WAITLISTED
    return row.booking.status == BookingStatus.OFFERED or (
        waits and free_for_reader(row.session, row.opening) > 0
    )


def _instead_button(row: TrainingRow, held: CourseSession, zone: ZoneInfo) -> Element:
    """Offer to take this place for the one on another date, and not as a second one."""
    change = DateChange(from_session_id=held.id, to_session_id=row.session.id)
    name = phrases.short_day(held.starts_at, zone)
    return buttons(button(f"Take it instead of {name}", "transfer_booking", change))


def _waiting_buttons(row: TrainingRow) -> Element:
    wanted = not row.booking.books_automatically
    return buttons(
        button("Why am I waiting?", "why_waiting", WaitChoice(session_id=row.session.id)),
        button(
            "Book me automatically" if wanted else "Ask me first",
            "book_automatically",
            AutomaticChoice(session_id=row.session.id, wanted=wanted),
        ),
    )


def _booking_actions(row: TrainingRow, *, begun: bool, calendar_url: str | None) -> list[Button]:
    choice = SessionChoice(session_id=row.session.id)
    mine = button("My training", "my_training")
    others = button("Other dates", "show_course", CourseChoice(course_id=row.course.id))
    take = button("Take the place", "book_place", choice, style="positive")
    actions: list[Button] = [others, mine]
    if begun:
        actions = [mine]
    elif row.booking.status == BookingStatus.CONFIRMED:
        calendar = [link("Add to calendar", calendar_url)] if calendar_url else []
        keep = button("Keep my place", "keep_place", choice, style="positive")
        first: list[Button] = (
            [keep, *calendar] if row.booking.may_leave_freely else [*calendar, mine]
        )
        actions = [*first, button("Give my place back", "ask_to_cancel", choice)]
    elif row.booking.status == BookingStatus.OFFERED:
        actions = [take, button("No, thank you", "cancel_booking", choice), others]
    elif row.booking.status == BookingStatus.WAITLISTED:
        leave = button("Leave the waitlist", "ask_to_cancel", choice)
        actions = [take if _could_be_taken(row) else mine, others, leave]
    elif row.booking.status == BookingStatus.CANCELLED:
        remove = [link("Remove from calendar", calendar_url)] if calendar_url else []
        actions = [button("Book again", "book_place", choice), *remove, mine]
    return actions


def booked_sentences(
    row: TrainingRow, *, leaving: str | None = None, asked: str | None = None
) -> tuple[str, ...]:
    """Say what a new booking means, until when it is free to undo, and what is `asked` later."""
    if row.booking.status == BookingStatus.WAITLISTED:
        ahead = (row.queue_place or 1) - 1
        before = (
            "You are next in line."
            if ahead == 0
            else f"{phrases.people(ahead)} {'is' if ahead == 1 else 'are'} before you."
        )
        free = (
            "When a place becomes free for you, we book you and tell you here."
            if row.booking.books_automatically
            else "A free place is held for the longest wait, and we ask you here when it is yours."
        )
        why = (
            "The session is full."
            if row.opening is None or places_free(row.session) <= 0
            else "The free places are reserved for others."
        )
        return (
            f"{why} You are {phrases.ordinal(ahead + 1)} on the waitlist.",
            f"{before} {free}",
        )
    unsure = "It is not sure yet that it takes place. We tell you here as soon as it is."
    return (
        "You have a place.",
        *([unsure] if row.session.tentative else []),
        *([f"{leaving}."] if leaving else []),
        *([asked] if asked else []),
        "If you can’t come, give it back until the session begins, and a colleague gets it.",
    )


def cancelled_sentences(given: GivenBack) -> tuple[str, ...]:
    """Say what giving back meant, without blame, and what can be done now."""
    went = _went(given)
    if given.expired:
        return (
            "The time to take the place is over.",
            f"{went} You can join the waitlist again, at its end.",
        )
    if given.declined:
        return ("You have let the place go.", f"{went} Thank you for letting us know.")
    if given.handed_on:
        return ("A colleague has your place.", "There is nothing more to give back.")
    if given.date_changed:
        return ("You have changed to another date.", "Type “my training” to see it.")
    if not given.had_place:
        return ("You have left the waitlist.", "You can join it again, at its end.")
    return ("You have given your place back.", f"{went} Thank you for letting us know.")


def _went(given: GivenBack) -> str:
    if given.offered:
        return "It is offered to the next in line."
    if given.passed_on:
        return "It went to the next in line."
    if given.told:
        return "We have told those who wait: the first to take it gets it."
    return "It is free for a colleague now."


def offer_sentences(
    row: TrainingRow, *, leaving: str | None = None, asked: str | None = None, zone: ZoneInfo
) -> tuple[str, ...]:
    """Say that a place is held, until when, what becomes of it, and until when it is free."""
    until = row.booking.offer_expires_at or row.session.starts_at
    return (
        f"A place is held for you until {phrases.day_and_time(until, zone)}.",
        "Take it, or let it go. If we hear nothing, it goes to the next in line.",
        *([f"Once you have taken it: {phrases.inside(leaving)}."] if leaving else []),
        *([asked] if asked else []),
    )


def promoted_sentences(also_on: CourseSession | None, zone: ZoneInfo) -> tuple[str, ...]:
    """Say that a place has come to somebody who had chosen not to be asked.

    `also_on` is another date of the course on which they have a place.
    """
    if also_on is None:
        return (
            "A place became free and it is yours.",
            "You asked to be booked automatically. If you can’t come any more, give it back here.",
        )
    held = phrases.day_and_time(also_on.starts_at, zone)
    return (
        "A place became free and it is yours. You asked to be booked automatically.",
        f"You have a place on {held} as well. If you need only one, give the other back.",
    )


def broadcast_sentences() -> tuple[str, ...]:
    """Say that a place is free near the day, and that it is for the first who asks."""
    return (
        "A place has become free.",
        "We have told everybody who waits: the first to take it gets it.",
    )


def withdrawn_sentences() -> tuple[str, ...]:
    """Say that a held place is gone because the session has fewer places."""
    return (
        "The place held for you is gone, because the session has fewer places now.",
        "We are sorry. You wait where you waited before.",
    )


def automatic_sentences(
    *, wanted: bool, also_on: CourseSession | None, zone: ZoneInfo
) -> tuple[str, ...]:
    """Say what happens with the next free place from now on.

    `also_on` is another date of the course on which the reader has a place.
    """
    if wanted and also_on is not None:
        held = phrases.day_and_time(also_on.starts_at, zone)
        return (
            "You will be booked automatically. We tell you here when it happens.",
            f"Your place on {held} stays yours as well, until you give it back.",
        )
    if wanted:
        return ("You will be booked automatically.", "We tell you here when it happens.")
    return ("We will ask you first.", "A free place is held for you until you have answered.")


def cancel_question(
    row: TrainingRow, *, waiting: int, leaving: str | None = None, zone: ZoneInfo
) -> Reply:
    """Ask before a place is given back, and say what will happen to it."""
    title = phrases.plain(row.course.title)
    choice = SessionChoice(session_id=row.session.id)
    if row.booking.status == BookingStatus.WAITLISTED:
        question = "Leave the waitlist?"
        consequence = "You can join again later, at the end of it."
        keep, give = "Stay on the waitlist", "Leave the waitlist"
    else:
        question = "Give your place back?"
        consequence = (
            f"{phrases.people(waiting)} {'is' if waiting == 1 else 'are'} waiting. "
            "Your place is offered to the first in line at once."
            if waiting
            else "Your place becomes free for a colleague."
        )
        keep, give = "Keep my place", "Give my place back"
    return card(
        heading(title),
        line(phrases.when(row.session, zone)),
        subtle(phrases.where(row.session)),
        *tentative_part(row.session, zone),
        *([subtle(leaving)] if leaving else []),
        message(question, consequence),
        actions=[
            button(keep, "show_booking", choice),
            button(give, "cancel_booking", choice, style="destructive"),
        ],
        summary=f"{question} {title}",
    )
