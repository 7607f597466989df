"""What has happened on a waitlist, told from its history."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import and_, case, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.views import Waiting, WaitStory
from trainingbot.enums import BookingStatus, Change
from trainingbot.models import Agency, Booking, BookingChange, Practitioner


async def wait_story(db: AsyncSession, booking: Booking) -> WaitStory:
    """Tell what has become of the session's places since somebody began to wait.

    Counts only: nobody learns who else waits. Whoever is offered a place may take it by changing
    to it from another date, or let it go because they are given a colleague's.
    """
    before = aliased(BookingChange)
    was_offered = col(before.change) == Change.OFFERED
    rows = await db.exec(
        select(BookingChange.change, func.count(), func.sum(case((was_offered, 1), else_=0)))
        .join(Booking, col(BookingChange.booking_id) == Booking.id)
        .outerjoin(
            before,
            and_(
                col(before.booking_id) == BookingChange.booking_id,
                col(before.position) == BookingChange.position - 1,
            ),
        )
        .where(
            Booking.session_id == booking.session_id,
            Booking.id != booking.id,
            BookingChange.at >= booking.booked_at,
        )
        .group_by(col(BookingChange.change))
    )
    changes: Counter[str] = Counter()
    of_offers: Counter[str] = Counter()
    for change, number, after_offers in rows:
        changes[change], of_offers[change] = number, after_offers
    held = await db.exec(
        select(func.count(), func.min(Booking.offer_expires_at)).where(
            Booking.session_id == booking.session_id,
            Booking.status == BookingStatus.OFFERED,
            Booking.id != booking.id,
        )
    )
    open_offers, first_ends = held.one()
    return WaitStory(
        since=booking.booked_at,
        taken=changes[Change.OFFER_ACCEPTED]
        + changes[Change.PROMOTED]
        + of_offers[Change.TRANSFERRED_HERE],
        let_go=changes[Change.OFFER_DECLINED]
        + changes[Change.OFFER_EXPIRED]
        + of_offers[Change.STEPPED_IN],
        open_offers=open_offers,
        first_offer_ends_at=first_ends,
    )


async def whole_waitlist(
    db: AsyncSession, session_id: UUID, *, limit: int
) -> tuple[Sequence[Waiting], int]:
    """Return those who wait for a session or are offered a place, in order, and how many."""
    on_it = (
        Booking.session_id == session_id,
        col(Booking.status).in_((BookingStatus.WAITLISTED, BookingStatus.OFFERED)),
    )
    rows = await db.exec(
        select(Booking, Practitioner, Agency)
        .join(Practitioner, col(Booking.practitioner_id) == Practitioner.id)
        .outerjoin(Agency, col(Practitioner.agency_id) == Agency.id)
        .where(*on_it)
        .order_by(col(Booking.queue_number))
        .limit(limit)
    )
    total = await db.exec(select(func.count()).select_from(Booking).where(*on_it))
    return [Waiting(*row) for row in rows], total.one()
