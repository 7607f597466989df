"""A queue of any length, written at once: 10,000 turns would take too long."""

from uuid import UUID, uuid4

from sqlmodel import col, insert, update
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import make_agency
from tests.moments import NOW
from trainingbot.enums import BookingStatus, Change
from trainingbot.models import Booking, BookingChange, CourseSession, Practitioner


async def wait_in_line(db: AsyncSession, session: CourseSession, *, number: int) -> None:
    """Put so many more people on the waitlist of a session, behind those who are on it."""
    agency = await make_agency(db)
    first = session.next_queue_number
    people = [uuid4() for _ in range(number)]
    bookings = [uuid4() for _ in range(number)]
    await db.exec(
        insert(Practitioner),
        params=[
            {"id": one, "name": "P", "agency_id": agency.id, "agency_confirmed_at": NOW}
            for one in people
        ],
    )
    await db.exec(
        insert(Booking),
        params=[
            _waiting(booking, session.id, person, queue_number)
            for queue_number, (booking, person) in enumerate(
                zip(bookings, people, strict=True), start=first
            )
        ],
    )
    await db.exec(
        insert(BookingChange),
        params=[
            {"booking_id": one, "position": 1, "change": Change.WAITLISTED, "at": NOW}
            for one in bookings
        ],
    )
    await db.exec(
        update(CourseSession)
        .where(col(CourseSession.id) == session.id)
        .values(next_queue_number=first + number)
    )


def _waiting(
    booking_id: UUID, session_id: UUID, practitioner_id: UUID, queue_number: int
) -> dict[str, object]:
    return {
        "id": booking_id,
        "session_id": session_id,
        "practitioner_id": practitioner_id,
        "status": BookingStatus.WAITLISTED,
        "queue_number": queue_number,
        "booked_at": NOW,
        "change_count": 1,
    }
