"""Look up bookings and the waitlist."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm import contains_eager
from sqlalchemy.sql._typing import _ColumnExpressionOrStrLabelArgument
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.reservations import open_places_of
from trainingbot.bookings.views import GivenBack, TrainingPage, TrainingRow
from trainingbot.enums import (
    ACTIVE_BOOKINGS,
    HOLDS_A_PLACE,
    BookingStatus,
    Change,
    SessionStatus,
)
from trainingbot.models import Booking, BookingChange, Course, CourseSession, Practitioner

_SESSION = (
    select(CourseSession)
    .join(Course, col(CourseSession.course_id) == Course.id)
    .options(contains_eager(CourseSession.course))  # type: ignore[arg-type]  # a relationship, as SQLModel types it
    .where(col(CourseSession.id) == bindparam("session_id"))
    .with_for_update(of=CourseSession)
    .execution_options(populate_existing=True)
)
_BOOKING = (
    select(Booking)
    .where(
        col(Booking.session_id) == bindparam("session_id"),
        col(Booking.practitioner_id) == bindparam("practitioner_id"),
    )
    .execution_options(populate_existing=True)
)
_NOT_BEHIND = (
    select(func.count())
    .select_from(Booking)
    .where(
        col(Booking.session_id) == bindparam("session_id"),
        col(Booking.queue_number) <= bindparam("queue_number"),
        col(Booking.status) == BookingStatus.WAITLISTED,
    )
)
# Made once: every booking asks them, and building a statement costs more than running it.


async def locked_session(db: AsyncSession, session_id: UUID) -> CourseSession | None:
    """Return a session whose row nobody else changes until the transaction ends, or None.

    Its course is read with it, so that asking `db` for it costs nothing more.
    """
    return (await db.exec(_SESSION, params={"session_id": session_id})).first()


async def booking_of(
    db: AsyncSession, *, session_id: UUID, practitioner_id: UUID
) -> Booking | None:
    """Return the one booking of a practitioner on a session as it is now, whatever its status.

    What the same transaction read of it before the session was locked is read again.
    """
    found = await db.exec(
        _BOOKING, params={"session_id": session_id, "practitioner_id": practitioner_id}
    )
    return found.first()


async def bookings_of(
    db: AsyncSession, practitioner_id: UUID, *, session_ids: Sequence[UUID]
) -> dict[UUID, Booking]:
    """Return a practitioner's bookings on these sessions, by session id."""
    found = await db.exec(
        select(Booking).where(
            Booking.practitioner_id == practitioner_id, col(Booking.session_id).in_(session_ids)
        )
    )
    return {booking.session_id: booking for booking in found}


async def people_waiting(db: AsyncSession, session_id: UUID) -> int:
    """Return how many people wait for a place on a session, without those who are offered one."""
    found = await db.exec(
        select(func.count())
        .select_from(Booking)
        .where(Booking.session_id == session_id, Booking.status == BookingStatus.WAITLISTED)
    )
    return found.one()


async def place_in_queue(db: AsyncSession, booking: Booking) -> int | None:
    """Return 1 for the next in line, 2 for the one after, and None for a booking not waiting."""
    if booking.status != BookingStatus.WAITLISTED:
        return None
    found = await db.exec(
        _NOT_BEHIND,
        params={"session_id": booking.session_id, "queue_number": booking.queue_number},
    )
    return found.one()


async def given_back(db: AsyncSession, booking: Booking) -> GivenBack:
    """Tell from its history what giving a cancelled booking back came to."""
    steps = await db.exec(
        select(BookingChange.change)
        .where(BookingChange.booking_id == booking.id)
        .order_by(col(BookingChange.position).desc())
        .limit(2)
    )
    last, *before = steps.all()
    passed_on = await db.exec(
        select(BookingChange.change)
        .join(Booking, col(BookingChange.booking_id) == Booking.id)
        .where(
            Booking.session_id == booking.session_id,
            col(BookingChange.change).in_((Change.PROMOTED, Change.OFFERED)),
            BookingChange.at == booking.cancelled_at,
        )
        .limit(1)
    )
    went_by = passed_on.first()
    return GivenBack(
        had_place=last == Change.CANCELLED
        and before not in ([Change.WAITLISTED], [Change.OFFER_WITHDRAWN]),
        declined=last == Change.OFFER_DECLINED,
        expired=last == Change.OFFER_EXPIRED,
        handed_on=last == Change.SUBSTITUTED,
        date_changed=last == Change.TRANSFERRED_AWAY,
        passed_on=went_by is not None,
        offered=went_by == Change.OFFERED,
    )


async def coming_training(
    db: AsyncSession, practitioner_id: UUID, *, limit: int, offset: int = 0, now: datetime
) -> TrainingPage:
    """Return the places a practitioner has on sessions that have not ended, soonest first."""
    return await _training(
        db,
        _has_place(practitioner_id) & (col(CourseSession.ends_at) > now),
        order=(col(CourseSession.starts_at), col(CourseSession.code)),
        limit=limit,
        offset=offset,
    )


async def past_training(
    db: AsyncSession, practitioner_id: UUID, *, limit: int, offset: int = 0, now: datetime
) -> TrainingPage:
    """Return the sessions that have ended on which a practitioner had a place, newest first."""
    return await _training(
        db,
        _has_place(practitioner_id) & (col(CourseSession.ends_at) <= now),
        order=(col(CourseSession.starts_at).desc(), col(CourseSession.code)),
        limit=limit,
        offset=offset,
    )


async def waitlisted_training(
    db: AsyncSession, practitioner_id: UUID, *, limit: int, offset: int = 0, now: datetime
) -> TrainingPage:
    """Return the waitlists of coming sessions on which a practitioner stands, soonest first."""
    return await _training(
        db,
        and_(
            col(Booking.practitioner_id) == practitioner_id,
            col(Booking.status).in_((BookingStatus.WAITLISTED, BookingStatus.OFFERED)),
            col(CourseSession.starts_at) > now,
        ),
        order=(col(CourseSession.starts_at), col(CourseSession.code)),
        limit=limit,
        offset=offset,
    )


async def training_on(
    db: AsyncSession, practitioner_id: UUID, *, session_id: UUID
) -> TrainingRow | None:
    """Return a practitioner's booking on one session, or None when they never had one."""
    page = await _training(
        db,
        and_(
            col(Booking.practitioner_id) == practitioner_id,
            col(Booking.session_id) == session_id,
        ),
        order=(col(CourseSession.starts_at),),
        limit=1,
        offset=0,
    )
    return await _with_opening(db, page.rows[0]) if page.rows else None


async def training_after(db: AsyncSession, booking: Booking) -> TrainingRow:
    """Return a booking that this transaction has just changed, with what it is a booking of.

    The session is in hand already, so this asks for little more than the course.
    """
    session = await db.get_one(CourseSession, booking.session_id)
    course = await db.get_one(Course, session.course_id)
    place = await place_in_queue(db, booking)
    return await _with_opening(db, TrainingRow(booking, session, course, place))


async def training_of_booking(db: AsyncSession, booking_id: UUID) -> TrainingRow | None:
    """Return a booking with its session and course, or None when there is no such booking."""
    page = await _training(
        db, col(Booking.id) == booking_id, order=(col(Booking.id),), limit=1, offset=0
    )
    return await _with_opening(db, page.rows[0]) if page.rows else None


async def _with_opening(db: AsyncSession, row: TrainingRow) -> TrainingRow:
    """Add what is open to the person, where places are reserved; else nothing is read."""
    if row.session.reserved_until is None:
        return row
    person = await db.get_one(Practitioner, row.booking.practitioner_id)
    openings = await open_places_of(db, [row.session], agency_id=person.agency_id)
    return replace(row, opening=openings.get(row.session.id))


async def active_bookings_on_course(
    db: AsyncSession, practitioner_id: UUID, *, course_id: UUID, now: datetime
) -> TrainingPage:
    """Return the bookings that a practitioner could give back on a course, soonest first."""
    return await _training(
        db,
        and_(
            col(Booking.practitioner_id) == practitioner_id,
            col(Booking.status).in_(ACTIVE_BOOKINGS),
            col(CourseSession.course_id) == course_id,
            col(CourseSession.starts_at) > now,
        ),
        order=(col(CourseSession.starts_at), col(CourseSession.code)),
        limit=5,
        offset=0,
    )


def _has_place(practitioner_id: UUID) -> ColumnElement[bool]:
    return and_(
        col(Booking.practitioner_id) == practitioner_id,
        or_(
            col(Booking.status).in_((*HOLDS_A_PLACE, BookingStatus.UNBOOKED)),
            and_(
                col(Booking.status) == BookingStatus.SESSION_CANCELLED,
                col(CourseSession.status) == SessionStatus.CANCELLED,
            ),
        ),
    )


async def _training(
    db: AsyncSession,
    condition: ColumnElement[bool],
    *,
    order: tuple[_ColumnExpressionOrStrLabelArgument[object], ...],
    limit: int,
    offset: int,
) -> TrainingPage:
    ahead = (
        select(func.count())
        .select_from(_AHEAD)
        .where(
            _AHEAD.c.session_id == Booking.session_id,
            _AHEAD.c.queue_number <= Booking.queue_number,
            _AHEAD.c.status == BookingStatus.WAITLISTED,
        )
        .scalar_subquery()
    )
    rows = await db.exec(
        select(Booking, CourseSession, Course, ahead)
        .join(CourseSession, col(Booking.session_id) == CourseSession.id)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(condition)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    found = [
        TrainingRow(booking, session, course, place if _waits(booking) else None)
        for booking, session, course, place in rows
    ]
    if not offset and len(found) < limit:
        return TrainingPage(found, len(found))
    total = await db.exec(
        select(func.count())
        .select_from(Booking)
        .join(CourseSession, col(Booking.session_id) == CourseSession.id)
        .where(condition)
    )
    return TrainingPage(found, total.one())


def _waits(booking: Booking) -> bool:
    return booking.status == BookingStatus.WAITLISTED


_AHEAD = Booking.__table__.alias("ahead")  # type: ignore[attr-defined]  # every table class has one
