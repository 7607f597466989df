"""Owe people with a place what they hear as their session comes near, and take it back.

Every function needs the session's row locked: the schedule is written with the change that
gives a place, takes it away or moves the session.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.schedule_rules import (
    REMINDERS,
    SCHEDULED,
    Planned,
    invitation,
    schedule_of,
)
from trainingbot.enums import (
    MAY_HAVE_COME,
    BookingStatus,
    NoticeKind,
    NoticeState,
    SessionStatus,
)
from trainingbot.models import Booking, CourseSession, Notice
from trainingbot.notices.in_time import NoticeInTime, owe_in_time
from trainingbot.notices.operations import withdraw_notices, withdraw_notices_about
from trainingbot.terms import Terms

Place = tuple[UUID, UUID, int]
"""A booking's id, its practitioner's, and how many changes it has seen."""


async def owe_schedule(
    db: AsyncSession, session: CourseSession, booking: Booking, *, terms: Terms, now: datetime
) -> None:
    """Owe somebody who has just got a confirmed place its schedule, in one statement."""
    place = (booking.id, booking.practitioner_id, booking.change_count)
    await owe_schedules(db, session, [place], terms=terms, now=now)


async def withdraw_schedule(db: AsyncSession, booking: Booking, *, now: datetime) -> None:
    """Take back what is still owed about a place that is no longer confirmed."""
    await withdraw_notices(db, about_id=booking.id, kinds=SCHEDULED, now=now)


async def owe_invitation(
    db: AsyncSession, session: CourseSession, booking: Booking, *, terms: Terms, now: datetime
) -> None:
    """Owe somebody who was there the question how it was, unless they have it or will get it.

    For those who came without a booking, and for marks that were corrected after it was taken
    back. When it is too late to ask, nothing is owed.
    """
    planned = invitation(session, terms=terms)
    if planned.expires_at <= now:
        return
    asked = await db.exec(
        select(Notice.id).where(
            Notice.about_id == booking.id,
            Notice.practitioner_id == booking.practitioner_id,
            Notice.kind == planned.kind,
            col(Notice.state).in_((NoticeState.OWED, NoticeState.SENT)),
        )
    )
    if asked.first() is None:
        place = (booking.id, booking.practitioner_id, booking.change_count)
        await owe_in_time(db, [_notice(planned, place, session)])


async def follow_step(
    db: AsyncSession,
    session: CourseSession,
    booking: Booking,
    *,
    was: BookingStatus,
    terms: Terms,
    now: datetime,
) -> None:
    """Owe or withdraw a schedule after a step of a booking that `was` in another status before.

    A step by which a confirmed place stays one, such as saying that one is coming, leaves what
    is owed as it is.
    """
    had_place = was == BookingStatus.CONFIRMED
    has_place = booking.status == BookingStatus.CONFIRMED
    if was in MAY_HAVE_COME and was != booking.status:
        await withdraw_schedule(db, booking, now=now)
    if has_place and not had_place:
        await owe_schedule(db, session, booking, terms=terms, now=now)


async def owe_schedules(
    db: AsyncSession,
    session: CourseSession,
    places: Iterable[Place],
    *,
    terms: Terms,
    now: datetime,
) -> None:
    """Owe everybody with one of these confirmed places its schedule, in few statements."""
    planned = schedule_of(session, terms=terms, now=now)
    await owe_in_time(db, [_notice(one, place, session) for place in places for one in planned])


async def move_schedules(
    db: AsyncSession, session: CourseSession, *, terms: Terms, now: datetime
) -> None:
    """Take back what is owed about a session that has other times now, and owe it for these.

    For one that has begun by its new times nobody is reminded, and the question how it was
    comes when it ends.
    """
    if session.status != SessionStatus.CANCELLED and session.starts_at <= now:
        await _withdraw(db, session, REMINDERS, now=now)
        await _move_invitations(db, session, terms=terms)
        return
    await _withdraw(db, session, SCHEDULED, now=now)
    found = await db.exec(
        select(Booking.id, Booking.practitioner_id, Booking.change_count).where(
            Booking.session_id == session.id, Booking.status == BookingStatus.CONFIRMED
        )
    )
    await owe_schedules(db, session, found.all(), terms=terms, now=now)


async def _withdraw(
    db: AsyncSession, session: CourseSession, kinds: tuple[NoticeKind, ...], *, now: datetime
) -> None:
    of_session = select(Booking.id).where(Booking.session_id == session.id)
    await withdraw_notices_about(db, of_session, kinds=kinds, now=now)


async def _move_invitations(db: AsyncSession, session: CourseSession, *, terms: Terms) -> None:
    planned = invitation(session, terms=terms)
    of_session = select(Booking.id).where(Booking.session_id == session.id)
    await db.exec(
        update(Notice)
        .where(
            col(Notice.about_id).in_(of_session),
            col(Notice.kind) == planned.kind,
            col(Notice.state) == NoticeState.OWED,
            col(Notice.attempts) == 0,
        )
        .values(due_at=planned.due_at, expires_at=planned.expires_at)
    )


def _notice(planned: Planned, place: Place, session: CourseSession) -> NoticeInTime:
    """Return a row of a schedule; both counts only ever rise, so no occurrence comes twice."""
    booking_id, practitioner_id, change_count = place
    return NoticeInTime(
        kind=planned.kind,
        practitioner_id=practitioner_id,
        about_id=booking_id,
        occurrence=change_count + session.change_count,
        due_at=planned.due_at,
        expires_at=planned.expires_at,
    )
