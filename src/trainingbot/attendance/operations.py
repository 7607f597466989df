"""Keep the register of a session: mark people, close it, and open it again.

Every change locks the session's row first, so that two who mark at once write one after the
other, and each mark is a row of its booking's history.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.attendance.queries import keeps_register, numbers_of, unmarked_on
from trainingbot.attendance.rules import (
    CAME,
    look_of,
    refusal_of_mark,
    refusal_to_close,
    refusal_to_mark,
)
from trainingbot.bookings.for_others import known_person, stated_reason
from trainingbot.bookings.history import new_booking, note_mark, take_step
from trainingbot.bookings.locking import lock_session
from trainingbot.bookings.no_show_charges import raise_no_show_charges, waive_no_show_charge
from trainingbot.bookings.queries import booking_of
from trainingbot.bookings.schedule import owe_invitation
from trainingbot.bookings.session_history import note_session_change
from trainingbot.bookings.waitlist import forget_news
from trainingbot.enums import (
    MAY_HAVE_COME,
    Attendance,
    BookingStatus,
    Change,
    SessionStatus,
    SessionStep,
)
from trainingbot.errors import RegisterChanged
from trainingbot.models import Booking, CourseSession
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.terms import Terms

TAKEN_OFF = "Taken off the register."


async def mark_attendance(
    db: AsyncSession,
    *,
    session_id: UUID,
    marks: Mapping[UUID, Attendance | None],
    actor_id: UUID,
    terms: Terms,
    now: datetime,
) -> int:
    """Mark bookings by their ids, None to take a mark back, and return how many have changed.

    Safe to repeat: a booking that is marked so already stays as it is. Whoever is not on the
    register, or not any more, is passed over. Raises `NotFound`, `NotYourSession`,
    `RegisterNotOpen`, `RegisterClosed` or `MarkNotUsable`.
    """
    session = await _session_to_mark(db, session_id, actor_id=actor_id, terms=terms, now=now)
    bookings = [one for one in await _on_register(db, session_id) if one.id in marks]
    for booking in bookings:
        refusal = refusal_of_mark(booking, marks[booking.id])
        if refusal is not None:
            raise refusal
    changed = [one for one in bookings if one.attendance != marks[one.id]]
    for booking in changed:
        await _mark(
            db, session, booking, marks[booking.id], actor_id=actor_id, terms=terms, now=now
        )
    return len(changed)


async def mark_everyone(
    db: AsyncSession, *, session_id: UUID, actor_id: UUID, terms: Terms, now: datetime
) -> int:
    """Mark everybody attended who is not marked, and return how many those were.

    What has been marked stays. Safe to repeat. Raises as `mark_attendance` does.
    """
    session = await _session_to_mark(db, session_id, actor_id=actor_id, terms=terms, now=now)
    unmarked = [one for one in await _on_register(db, session_id) if one.attendance is None]
    for booking in unmarked:
        await _mark(
            db, session, booking, Attendance.ATTENDED, actor_id=actor_id, terms=terms, now=now
        )
    return len(unmarked)


async def add_unbooked(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    actor_id: UUID,
    terms: Terms,
    now: datetime,
) -> Booking:
    """Put somebody onto the register who is there without a place, as attended.

    It takes no place. Whoever waited leaves the queue, and an offer that was held for them ends.
    They are owed the question how it was. Safe to repeat, and for somebody with a place nothing
    changes. Raises as `mark_attendance` does.
    """
    session = await _session_to_mark(db, session_id, actor_id=actor_id, terms=terms, now=now)
    practitioner = await known_person(db, practitioner_id)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    if booking is None:
        booking = new_booking(session, practitioner, now=now)
    if booking.status in MAY_HAVE_COME:
        return booking
    await forget_news(db, booking, now=now)
    await take_step(
        db,
        session,
        booking,
        status=BookingStatus.UNBOOKED,
        change=Change.CAME_UNBOOKED,
        actor_id=actor_id,
        terms=terms,
        now=now,
    )
    note_mark(db, booking, attendance=Attendance.ATTENDED, actor_id=actor_id, now=now)
    await db.flush()
    await owe_invitation(db, session, booking, terms=terms, now=now)
    return booking


async def take_off(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    actor_id: UUID,
    terms: Terms,
    now: datetime,
) -> bool:
    """Take somebody off the register who had been added to it, and tell whether they stood on it.

    Whoever has a place stays on it. Safe to repeat. Raises as `mark_attendance` does.
    """
    session = await _session_to_mark(db, session_id, actor_id=actor_id, terms=terms, now=now)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    if booking is None or booking.status != BookingStatus.UNBOOKED:
        return False
    await take_step(
        db,
        session,
        booking,
        status=BookingStatus.CANCELLED,
        change=Change.CANCELLED,
        actor_id=actor_id,
        reason=TAKEN_OFF,
        terms=terms,
        now=now,
    )
    return True


async def close_register(
    db: AsyncSession,
    *,
    session_id: UUID,
    seen: str | None = None,
    actor_id: UUID,
    terms: Terms,
    now: datetime,
) -> CourseSession:
    """Close a register: who is not marked becomes a no-show, and the session counts as delivered.

    `seen` is `look_of` those who were not marked when the list was last looked at. Charges for
    no-shows are raised where the terms ask for them. Safe to repeat. Raises `NotFound`,
    `NotYourSession`, `RegisterNotOpen`, or `RegisterChanged` where others are unmarked now.
    """
    await keeps_register(db, session_id, actor_id=actor_id)
    session = await lock_session(db, session_id, terms=terms, now=now)
    refusal = refusal_to_close(session, now=now, zone=terms.calendar.zone)
    if refusal is not None:
        raise refusal
    if session.register_closed_at is not None:
        return session
    unmarked = (await unmarked_on(db, session_id)).bookings
    if seen is not None and seen != look_of(one.id for one in unmarked):
        raise RegisterChanged(
            "Somebody else has marked people meanwhile. Look at the list once more."
        )
    for booking in unmarked:
        note_mark(db, booking, attendance=Attendance.NO_SHOW, actor_id=actor_id, now=now)
    session.status = SessionStatus.DELIVERED
    session.register_closed_at = now
    await db.flush()
    await raise_no_show_charges(db, session, policy=terms.policy, now=now)
    await note_session_change(
        db,
        session,
        step=SessionStep.REGISTER_CLOSED,
        details=(await numbers_of(db, session_id)).in_words,
        actor_id=actor_id,
        now=now,
    )
    return session


async def reopen_register(
    db: AsyncSession,
    *,
    session_id: UUID,
    reason: str,
    actor_id: UUID,
    terms: Terms,
    now: datetime,
) -> CourseSession:
    """Open a closed register again as a coordinator, with a reason; its marks stay.

    The session stays delivered. The charge of a mark that is corrected then is waived. Safe to
    repeat: an open one stays open. Raises `NotACoordinator`, `NotFound` or `ReasonNeeded`.
    """
    await refuse_unless_coordinator(db, actor_id)
    session = await lock_session(db, session_id, terms=terms, now=now)
    if session.register_closed_at is None:
        return session
    given = stated_reason(reason)
    session.register_closed_at = None
    await note_session_change(
        db,
        session,
        step=SessionStep.REGISTER_REOPENED,
        details=(await numbers_of(db, session_id)).in_words,
        actor_id=actor_id,
        reason=given,
        now=now,
    )
    return session


async def _session_to_mark(
    db: AsyncSession, session_id: UUID, *, actor_id: UUID, terms: Terms, now: datetime
) -> CourseSession:
    """Lock a session for somebody who may mark people on it now."""
    await keeps_register(db, session_id, actor_id=actor_id)
    session = await lock_session(db, session_id, terms=terms, now=now)
    refusal = refusal_to_mark(session, now=now, zone=terms.calendar.zone)
    if refusal is not None:
        raise refusal
    return session


async def _on_register(db: AsyncSession, session_id: UUID) -> Sequence[Booking]:
    """Return the bookings of a locked session that a register marks, as they are now."""
    found = await db.exec(
        select(Booking)
        .where(Booking.session_id == session_id, col(Booking.status).in_(MAY_HAVE_COME))
        .execution_options(populate_existing=True)
    )
    return found.all()


async def _mark(
    db: AsyncSession,
    session: CourseSession,
    booking: Booking,
    attendance: Attendance | None,
    *,
    actor_id: UUID,
    terms: Terms,
    now: datetime,
) -> None:
    was = booking.attendance
    note_mark(db, booking, attendance=attendance, actor_id=actor_id, now=now)
    if was == Attendance.NO_SHOW:
        await waive_no_show_charge(db, booking, actor_id=actor_id, now=now)
    if was is not None and was not in CAME and attendance in CAME:
        # The question may have been taken back, because the register said they were not there.
        await owe_invitation(db, session, booking, terms=terms, now=now)
