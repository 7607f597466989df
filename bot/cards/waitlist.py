"""Why somebody still waits, and who else does: for the person, and for coordinators."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.openings import reserved_for_others
from bot.cards.pieces import button, card, heading, line, row, state, subtle, tentative_part
from bot.payloads import SessionChoice, SessionNamed
from bot.turns import Reply
from trainingbot.bookings.reserved_rules import OpenPlaces
from trainingbot.bookings.views import TrainingRow, Waiting, WaitStory
from trainingbot.models import Course, CourseSession

ROWS = 10


def why_waiting(
    training: TrainingRow,
    story: WaitStory,
    *,
    broadcast_begins: datetime,
    opening: OpenPlaces | None = None,
    zone: ZoneInfo,
) -> Reply:
    """Tell somebody why they still wait, from what has happened since they began to.

    `opening`: the free places as they see them, where some are reserved.
    """
    title = phrases.plain(training.course.title)
    place = training.queue_place or 1
    return card(
        heading(title),
        line(phrases.when(training.session, zone)),
        *tentative_part(training.session, zone),
        state(phrases.standing(training.booking, training.session, place, zone)),
        line(f"You joined the waitlist on {phrases.day_and_time(story.since, zone)}."),
        line(_what_became_free(story, zone=zone)),
        *(line(one) for one in reserved_for_others(training.session, opening, zone=zone)),
        line(
            f"Until {phrases.day_and_time(broadcast_begins, zone)} a free place is held for "
            "whoever has waited longest. From then on we tell everybody who waits, and the first "
            "to ask gets it."
        ),
        actions=[
            button("My booking", "show_booking", SessionChoice(session_id=training.session.id))
        ],
        summary=f"{title}: you are {phrases.ordinal(place)} on the waitlist",
    )


def _what_became_free(story: WaitStory, *, zone: ZoneInfo) -> str:
    became_free = story.taken + story.let_go + story.open_offers
    if became_free == 0:
        return "No place has become free since then."
    parts = []
    if story.taken:
        parts.append(f"{phrases.counted(story.taken, 'place')} went to people before you")
    if story.let_go:
        parts.append(f"{phrases.counted(story.let_go, 'offer')} was not taken and went on")
    if story.open_offers and story.first_offer_ends_at is not None:
        until = phrases.day_and_time(story.first_offer_ends_at, zone)
        parts.append(
            f"{phrases.counted(story.open_offers, 'place')} "
            f"{'is' if story.open_offers == 1 else 'are'} held for people before you, "
            f"the first until {until}"
        )
    return f"Since then {phrases.listed(parts)}."


def session_waitlist(
    course: Course,
    session: CourseSession,
    waiting: Sequence[Waiting],
    *,
    total: int,
    zone: ZoneInfo,
) -> Reply:
    """Show a coordinator who waits for a session, in order, and what each was told."""
    title = phrases.plain(course.title)
    left_out = total - len(waiting)
    return card(
        heading(f"Waitlist: {title}"),
        line(phrases.when(session, zone)),
        subtle(phrases.where_and_places(session)),
        *tentative_part(session, zone),
        *(_waiting_row(number, one, zone) for number, one in enumerate(waiting, start=1)),
        *([] if waiting else [line("Nobody is waiting.")]),
        *([subtle(f"And {phrases.people(left_out)} more.")] if left_out > 0 else []),
        actions=[
            button("Refresh", "session_waitlist", SessionChoice(session_id=session.id)),
            button("The session", "show_named_session", SessionNamed(session_code=session.code)),
        ],
        summary=f"{title}: {phrases.people(total)} waiting",
    )


def _waiting_row(number: int, one: Waiting, zone: ZoneInfo) -> object:
    until = one.booking.offer_expires_at
    stands = (
        f"Waiting since {phrases.day_and_time(one.booking.booked_at, zone)}"
        if until is None
        else f"Place held until {phrases.day_and_time(until, zone)}"
    )
    automatic = " Books automatically." if one.booking.books_automatically else ""
    agency = phrases.plain(one.agency.name) if one.agency else "Agency not known"
    details = [line(stands), subtle(f"{agency}.{automatic}")]
    return row(f"{phrases.ordinal(number)}: {phrases.plain(one.practitioner.name)}", details, None)
