"""Whether a place of a session is there for somebody; every function needs its row locked."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.queue import somebody_is_waiting, waiting_of_agencies
from trainingbot.bookings.reservations import reservations_of
from trainingbot.bookings.reserved_rules import agencies_with_places, places_open_to
from trainingbot.bookings.rules import Phase, may_overtake, phase, status_of_new_booking
from trainingbot.enums import BookingStatus
from trainingbot.models import CourseSession, Practitioner
from trainingbot.terms import Terms


async def status_of_claim(
    db: AsyncSession,
    session: CourseSession,
    practitioner: Practitioner,
    *,
    terms: Terms,
    now: datetime,
) -> BookingStatus:
    """Return what a claim made now would be: confirmed, or waitlisted.

    Places that are reserved for other agencies are not there for this person, and nobody
    overtakes somebody who waits and could have the place.
    """
    current = phase(session, terms=terms, now=now)
    if session.reserved_until is not None:
        return await _status_beside_reserved(db, session, practitioner, current=current, now=now)
    return status_of_new_booking(
        session,
        somebody_waits=may_overtake(session) and await somebody_is_waiting(db, session.id),
        current=current,
    )


async def _status_beside_reserved(
    db: AsyncSession,
    session: CourseSession,
    practitioner: Practitioner,
    *,
    current: Phase,
    now: datetime,
) -> BookingStatus:
    reserved = await reservations_of(db, session, now=now)
    if places_open_to(practitioner.agency_id, session=session, reserved=reserved) == 0:
        return BookingStatus.WAITLISTED
    could_have_one = agencies_with_places(session, reserved=reserved)
    waiting = may_overtake(session) and await waiting_of_agencies(
        db, session.id, agencies=could_have_one, limit=1
    )
    return status_of_new_booking(session, somebody_waits=bool(waiting), current=current)
