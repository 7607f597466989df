"""What a reminder asks: somebody says that they are coming."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.history import take_step
from trainingbot.bookings.locking import lock_session
from trainingbot.bookings.queries import booking_of
from trainingbot.bookings.rules import refusal_to_say_coming
from trainingbot.enums import BookingStatus, Change, NoticeKind, NoticeState
from trainingbot.errors import NoBooking
from trainingbot.models import Booking, Notice
from trainingbot.terms import Terms

ASK_WHETHER_COMING = (NoticeKind.EARLY_REMINDER, NoticeKind.LATE_REMINDER)
"""The notices that ask somebody whether they are coming."""


async def say_coming(
    db: AsyncSession, *, session_id: UUID, practitioner_id: UUID, terms: Terms, now: datetime
) -> Booking:
    """Note that somebody with a place says they are coming, and return their booking.

    Safe to repeat: whoever has said it changes nothing by saying it again, until the session is
    moved and they are asked anew. On a session that was moved it keeps the place as well, so that
    giving it back can be late from then on. Raises `NotFound`, `SessionCancelled`,
    `SessionStarted` or `NoBooking`.
    """
    session = await lock_session(db, session_id, terms=terms, now=now)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    refusal = refusal_to_say_coming(session, booking, now=now)
    if refusal is not None:
        raise refusal
    if booking is None:
        raise NoBooking("You have no booking on this session.")
    if booking.coming_at is None:
        await take_step(
            db,
            session,
            booking,
            status=BookingStatus.CONFIRMED,
            change=Change.SAID_COMING,
            actor_id=practitioner_id,
            terms=terms,
            now=now,
        )
        booking.coming_at = now
    return booking


async def asked_whether_coming(db: AsyncSession, practitioner_id: UUID) -> Sequence[UUID]:
    """Return the ids of the bookings about which somebody was reminded and has not answered."""
    found = await db.exec(
        select(Booking.id)
        .join(Notice, col(Notice.about_id) == Booking.id)
        .where(
            Booking.practitioner_id == practitioner_id,
            Booking.status == BookingStatus.CONFIRMED,
            col(Booking.coming_at).is_(None),
            col(Notice.kind).in_(ASK_WHETHER_COMING),
            Notice.practitioner_id == practitioner_id,
            Notice.state == NoticeState.SENT,
        )
        .distinct()
    )
    return found.all()
