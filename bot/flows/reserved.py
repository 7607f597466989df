"""Reserving places of a session for an agency, for coordinators."""

import re
from datetime import date, datetime
from uuid import UUID

from bot import phrases
from bot.cards.reserved import ReservedAtHand, reserved_card, reserved_sentences
from bot.payloads import PlacesToReserve, SessionChoice
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings import reserved
from trainingbot.bookings.mix import agency_mix
from trainingbot.bookings.reserved_rules import (
    latest_opening,
    refusal_to_reserve,
    usual_opening,
)
from trainingbot.courses.queries import session_and_course
from trainingbot.errors import DatesImpossible, NotFound, TooManyReserved
from trainingbot.models import Agency, CourseSession
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.people.queries import agencies_by_name
from trainingbot.programme.times import local_time, moment_of

NO_SUCH_SESSION = "This session is no longer in the programme. Type “courses” to look again."
Problems = dict[str, str]
_NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)


async def ask_to_reserve(visit: Visit, choice: SessionChoice) -> Reply:
    """Show a coordinator what is reserved on a session, and ask for whom more is to be."""
    at_hand = await _at_hand(visit, choice.session_id)
    return reserved_card(at_hand, _blank(visit, at_hand.session), zone=visit.zone)


async def reserve_places(visit: Visit, asked: PlacesToReserve) -> Reply:
    """Reserve places as a coordinator asks, or show the form again with what is wrong."""
    at_hand = await _at_hand(visit, asked.session_id)
    places, opens_at, problems = _read(visit, at_hand.session, asked)
    agency = await visit.db.get(Agency, asked.agency_id) if asked.agency_id else None
    if agency is None:
        problems["agency_id"] = "Choose an agency from the list."
    if agency is None or problems:
        return reserved_card(at_hand, asked, problems=problems, zone=visit.zone)
    try:
        async with visit.db.begin_nested():
            await reserved.reserve_places(
                visit.db,
                session_id=asked.session_id,
                agency_id=agency.id,
                places=places,
                opens_at=opens_at,
                actor_id=visit.practitioner.id,
                terms=visit.terms,
                now=visit.now,
            )
    except (TooManyReserved, DatesImpossible) as refused:
        field = "places" if isinstance(refused, TooManyReserved) else "opens_on"
        # What was rolled back has to be read again.
        at_hand = await _at_hand(visit, asked.session_id)
        problems = {field: phrases.plain(refused.sentence)}
        return reserved_card(at_hand, asked, problems=problems, zone=visit.zone)
    at_hand = await _at_hand(visit, asked.session_id)
    share = next((one for one in at_hand.mix if one.agency == agency), None)
    said = reserved_sentences(agency, share, zone=visit.zone)
    return reserved_card(at_hand, _blank(visit, at_hand.session), *said, zone=visit.zone)


async def _at_hand(visit: Visit, session_id: UUID) -> ReservedAtHand:
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    found = await session_and_course(visit.db, session_id)
    if found is None:
        raise NotFound(NO_SUCH_SESSION)
    session, course = found
    refusal = refusal_to_reserve(session, now=visit.now)
    if refusal is not None:
        raise refusal
    latest = latest_opening(session, terms=visit.terms)
    return ReservedAtHand(
        course=course,
        session=session,
        mix=await agency_mix(visit.db, session.id),
        agencies=await agencies_by_name(visit.db),
        latest=latest,
        too_late=latest <= visit.now,
    )


def _blank(visit: Visit, session: CourseSession) -> PlacesToReserve:
    """Return the form with the day on which reserved places open as usual."""
    opens_at = usual_opening(session, terms=visit.terms, now=visit.now)
    day = local_time(opens_at, zone=visit.zone).date()
    return PlacesToReserve(session_id=session.id, opens_on=day.isoformat())


def _read(
    visit: Visit, session: CourseSession, asked: PlacesToReserve
) -> tuple[int, datetime | None, Problems]:
    """Return how many places, when they open (None as usual), and what is wrong with either."""
    problems: Problems = {}
    if not _NUMBER.fullmatch(asked.places):
        problems["places"] = "Type a number of places, such as 2."
    places = 0 if problems else int(asked.places)
    if places == 0 or asked.opens_on == _blank(visit, session).opens_on:
        return places, None, problems
    try:
        day = date.fromisoformat(asked.opens_on)
        opens_at = _moment_on(day, session, visit)
    except (ValueError, OverflowError):
        problems["opens_on"] = "Choose a day."
        return places, None, problems
    return places, opens_at, problems


def _moment_on(day: date, session: CourseSession, visit: Visit) -> datetime:
    """Return the moment on a day that has the time of day at which the session begins."""
    begins = local_time(session.starts_at, zone=visit.zone)
    return moment_of(datetime.combine(day, begins.time()), zone=visit.zone)
