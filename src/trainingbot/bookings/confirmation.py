"""The news of a booking for whoever did not see it happen in a chat with the bot."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import BookingStatus, Change, NoticeKind
from trainingbot.models import Booking, BookingChange, CourseSession
from trainingbot.notices.operations import owe_notice

BOOKS = (Change.BOOKED, Change.OFFER_ACCEPTED, Change.TRANSFERRED_HERE)
"""The changes by which somebody books a place for themselves."""


async def owe_confirmation(
    db: AsyncSession, *, session_id: UUID, practitioner_id: UUID, now: datetime
) -> None:
    """Owe somebody the confirmation of a place that they have booked at this very moment.

    Call it after the booking, in the same transaction and with the same `now`, where it was not
    made in a chat: there the card is the confirmation. Nothing is owed where they wait, had the
    place before, or have none. Safe to repeat.
    """
    await db.flush()
    found = await db.exec(
        select(Booking, CourseSession)
        .join(CourseSession, col(Booking.session_id) == CourseSession.id)
        .join(BookingChange, col(BookingChange.booking_id) == Booking.id)
        .where(
            Booking.session_id == session_id,
            Booking.practitioner_id == practitioner_id,
            Booking.status == BookingStatus.CONFIRMED,
            BookingChange.position == Booking.change_count,
            BookingChange.at == now,
            col(BookingChange.change).in_(BOOKS),
        )
    )
    row = found.first()
    if row is None:
        return
    booking, session = row
    await owe_notice(
        db,
        NoticeKind.CONFIRMATION,
        practitioner_id=practitioner_id,
        about_id=booking.id,
        occurrence=booking.change_count,
        expires_at=session.starts_at,
        now=now,
    )
