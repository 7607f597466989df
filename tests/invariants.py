"""What must be true of bookings after every transaction, whatever happened meanwhile."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.rules import queue_is_open
from trainingbot.enums import BookingStatus, Change, NoticeKind
from trainingbot.models import Booking, BookingChange, CourseSession, Notice

STATUS_AFTER = {
    Change.BOOKED: BookingStatus.CONFIRMED,
    Change.WAITLISTED: BookingStatus.WAITLISTED,
    Change.PROMOTED: BookingStatus.CONFIRMED,
    Change.CANCELLED: BookingStatus.CANCELLED,
    Change.SESSION_CANCELLED: BookingStatus.SESSION_CANCELLED,
    Change.ATTENDANCE_MARKED: BookingStatus.CONFIRMED,
}


async def broken_invariants(db: AsyncSession, *, now: datetime) -> list[str]:
    """Return a sentence for each thing that is not as it must be; none when all is well.

    The whole database is looked at, in four statements. Somebody may wait while a place is free
    only when the queue has ended at `now`: then the first to ask gets it.
    """
    sessions = (await db.exec(select(CourseSession))).all()
    bookings = (await db.exec(select(Booking))).all()
    changes = (await db.exec(select(BookingChange).order_by(col(BookingChange.position)))).all()
    notices = (await db.exec(select(Notice).where(Notice.kind == NoticeKind.PROMOTED))).all()
    of_session: dict[UUID, list[Booking]] = defaultdict(list)
    for booking in bookings:
        of_session[booking.session_id].append(booking)
    of_booking: dict[UUID, list[BookingChange]] = defaultdict(list)
    for change in changes:
        of_booking[change.booking_id].append(change)
    owed = Counter(
        (notice.about_id, notice.practitioner_id, notice.occurrence) for notice in notices
    )
    return [
        *(fault for one in sessions for fault in _of_places(one, of_session[one.id], now=now)),
        *(fault for one in sessions for fault in _of_queue(one, of_session[one.id])),
        *(fault for one in bookings for fault in _of_history(one, of_booking[one.id])),
        *_of_notices(bookings, of_booking, owed),
    ]


def _of_places(session: CourseSession, bookings: list[Booking], *, now: datetime) -> Iterator[str]:
    confirmed = sum(booking.status == BookingStatus.CONFIRMED for booking in bookings)
    waiting = sum(booking.status == BookingStatus.WAITLISTED for booking in bookings)
    if session.places_taken != confirmed:
        yield f"{session.code}: {session.places_taken} places taken, {confirmed} confirmed"
    if confirmed > session.capacity:
        yield f"{session.code}: {confirmed} confirmed for {session.capacity} places"
    if waiting and confirmed < session.capacity and queue_is_open(session, now=now):
        yield f"{session.code}: {waiting} wait although a place is free"


def _of_queue(session: CourseSession, bookings: list[Booking]) -> Iterator[str]:
    numbers = [one.queue_number for one in bookings if one.queue_number is not None]
    waiting = [one for one in bookings if one.status == BookingStatus.WAITLISTED]
    pairs = Counter(booking.practitioner_id for booking in bookings)
    if len(set(numbers)) != len(numbers):
        yield f"{session.code}: a queue number was given twice"
    if len(numbers) != len(waiting):
        yield f"{session.code}: {len(waiting)} wait with {len(numbers)} queue numbers"
    if any(not 1 <= number < session.next_queue_number for number in numbers):
        yield f"{session.code}: a queue number was not issued by the session"
    if any(count > 1 for count in pairs.values()):
        yield f"{session.code}: a person has two bookings"


def _of_history(booking: Booking, history: list[BookingChange]) -> Iterator[str]:
    positions = [change.position for change in history]
    if positions != list(range(1, booking.change_count + 1)) or not positions:
        yield f"booking {booking.id}: {booking.change_count} changes counted, history {positions}"
        return
    if STATUS_AFTER[history[-1].change] != booking.status:
        yield f"booking {booking.id}: {booking.status} after {history[-1].change}"
    if history[0].change not in {Change.BOOKED, Change.WAITLISTED}:
        yield f"booking {booking.id}: its history begins with {history[0].change}"


def _of_notices(
    bookings: Sequence[Booking],
    of_booking: dict[UUID, list[BookingChange]],
    owed: Counter[tuple[UUID, UUID, int]],
) -> Iterator[str]:
    promoted = Counter(
        (booking.id, booking.practitioner_id, change.position)
        for booking in bookings
        for change in of_booking[booking.id]
        if change.change == Change.PROMOTED
    )
    for about, _, position in (promoted - owed).elements():
        yield f"booking {about}: promoted at position {position}, and nobody was told"
    for about, _, position in (owed - promoted).elements():
        yield f"booking {about}: told of a promotion at position {position} that never was"
