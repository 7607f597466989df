"""What the terms ask of those who had a place, kept it, and did not come.

Raised when a register is closed, and waived when its mark turns out to be wrong.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import and_, col, func, not_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.rules import charge_for
from trainingbot.enums import Attendance, BookingStatus, Change, ChargeKind, ChargeState
from trainingbot.models import Agency, Booking, BookingChange, Charge, CourseSession, Practitioner
from trainingbot.terms import Policy

CORRECTED = "The register was corrected."


async def raise_no_show_charges(
    db: AsyncSession, session: CourseSession, *, policy: Policy, now: datetime
) -> int:
    """Raise the charge for every no-show of a locked session, and return how many were raised.

    Where the terms ask for none, nothing is read. Safe to repeat: a mark that was charged, or
    whose charge was waived, is not charged again.
    """
    if not policy.no_show_charge:
        return 0
    await db.flush()
    marks = (
        select(
            BookingChange.booking_id,
            func.max(BookingChange.position).label("position"),
        )
        .where(BookingChange.change == Change.ATTENDANCE_MARKED)
        .group_by(col(BookingChange.booking_id))
        .subquery()
    )
    charged = select(Charge.id).where(
        Charge.booking_id == Booking.id, col(Charge.position) == marks.c.position
    )
    found = await db.exec(
        select(Booking, marks.c.position, Agency.code)
        .join(marks, marks.c.booking_id == col(Booking.id))
        .join(Practitioner, col(Booking.practitioner_id) == Practitioner.id)
        .outerjoin(Agency, col(Practitioner.agency_id) == Agency.id)
        .where(
            Booking.session_id == session.id,
            Booking.status == BookingStatus.CONFIRMED,
            Booking.attendance == Attendance.NO_SHOW,
            not_(charged.correlate(Booking, marks).exists()),
        )
    )
    raised = [
        Charge(
            booking_id=booking.id,
            position=position,
            kind=ChargeKind.NO_SHOW,
            pence=pence,
            raised_at=now,
            booking=booking,
        )
        for booking, position, agency_code in found
        if (
            pence := charge_for(
                ChargeKind.NO_SHOW, late_reason=None, agency_code=agency_code, policy=policy
            )
        )
    ]
    db.add_all(raised)
    return len(raised)


async def waive_no_show_charge(
    db: AsyncSession, booking: Booking, *, actor_id: UUID, now: datetime
) -> None:
    """Waive what is open for a no-show of a booking whose mark is corrected. Safe to repeat."""
    await db.exec(
        update(Charge)
        .where(
            and_(
                col(Charge.booking_id) == booking.id,
                col(Charge.kind) == ChargeKind.NO_SHOW,
                col(Charge.state) == ChargeState.RAISED,
            )
        )
        .values(state=ChargeState.WAIVED, reason=CORRECTED, actor_id=actor_id, finished_at=now)
    )
