"""Whether a place of a session is there for somebody; every function needs its row locked."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.queue import somebody_is_waiting
from trainingbot.bookings.rules import may_overtake, phase, status_of_new_booking
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
    """Return what a claim made now would be: confirmed, or waitlisted."""
    del practitioner
    return status_of_new_booking(
        session,
        somebody_waits=may_overtake(session) and await somebody_is_waiting(db, session.id),
        current=phase(session, terms=terms, now=now),
    )
