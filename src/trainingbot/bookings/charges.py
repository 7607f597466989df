"""Charges for places that nobody used: raised, then waived or settled. A record, never a payment.

Why a place was given back late may be a matter of health, so whatever tells it here asks first
whether the reader is a coordinator.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import and_, col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select, SelectOfScalar

from trainingbot.bookings.rules import charge_for
from trainingbot.bookings.views import ChargePage, ChargeRow
from trainingbot.enums import ChargeKind, ChargeState, LateReason
from trainingbot.errors import ChargeFinished, NotFound, ReasonNeeded
from trainingbot.models import (
    Agency,
    Booking,
    BookingChange,
    Charge,
    Course,
    CourseSession,
    Practitioner,
)
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.terms import Policy, Terms

GONE = "This charge is no longer there. Type “charges” to see those that are open."
DID_NOT_TAKE_PLACE = "The session did not take place."
BOOKED_AGAIN = "The person booked the session again."
_CHARGES = (
    select(Charge, BookingChange, CourseSession, Course)
    .join(Booking, col(Charge.booking_id) == Booking.id)
    .join(CourseSession, col(Booking.session_id) == CourseSession.id)
    .join(Course, col(CourseSession.course_id) == Course.id)
    .join(
        BookingChange,
        and_(
            col(BookingChange.booking_id) == Charge.booking_id,
            col(BookingChange.position) == Charge.position,
        ),
    )
)


async def late_charge_of(db: AsyncSession, practitioner: Practitioner, *, policy: Policy) -> int:
    """Return what the terms ask of a practitioner for a late cancellation, in pence; or nought.

    Reasons that are exempt are not looked at. Where nobody is charged, nothing is read.
    """
    if not policy.late_charge:
        return 0
    charged = set(LateReason) - policy.exempt_reasons
    if not charged:
        return 0
    pence = charge_for(
        ChargeKind.LATE_CANCELLATION,
        late_reason=min(charged),
        agency_code=await _agency_code(db, practitioner),
        policy=policy,
    )
    return pence or 0


async def raise_late_charge(
    db: AsyncSession,
    booking: Booking,
    *,
    late_reason: LateReason | None,
    terms: Terms,
    now: datetime,
) -> Charge | None:
    """Raise the charge for the last change of a booking, where the terms ask for one.

    Called in the transaction that has just given a place of a locked session back, with the
    `late_reason` of that change; None raises none.
    """
    if late_reason is None or not terms.policy.late_charge:
        return None
    practitioner = await db.get_one(Practitioner, booking.practitioner_id)
    pence = charge_for(
        ChargeKind.LATE_CANCELLATION,
        late_reason=late_reason,
        agency_code=await _agency_code(db, practitioner),
        policy=terms.policy,
    )
    if pence is None:
        return None
    charge = Charge(
        booking_id=booking.id,
        position=booking.change_count,
        kind=ChargeKind.LATE_CANCELLATION,
        pence=pence,
        raised_at=now,
        booking=booking,
    )
    db.add(charge)
    return charge


async def waive_charge(
    db: AsyncSession, *, charge_id: UUID, reason: str, actor_id: UUID, now: datetime
) -> Charge:
    """Waive a charge as a coordinator, with a reason that its person can read.

    Safe to repeat: one that is waived stays as it was. Raises `NotACoordinator`, `ReasonNeeded`,
    `NotFound`, or `ChargeFinished` where it was settled before.
    """
    await refuse_unless_coordinator(db, actor_id)
    if not reason.strip():
        raise ReasonNeeded("Say why the charge is waived. The person can read it.")
    charge = await _locked(db, charge_id)
    if charge.state == ChargeState.SETTLED:
        raise ChargeFinished("This charge was settled before, so it can’t be waived any more.")
    if charge.state == ChargeState.RAISED:
        _finish(charge, ChargeState.WAIVED, reason=reason.strip(), actor_id=actor_id, now=now)
    return charge


async def settle_charge(
    db: AsyncSession, *, charge_id: UUID, actor_id: UUID, now: datetime
) -> Charge:
    """Note as a coordinator that a charge is settled.

    Safe to repeat. Raises `NotACoordinator`, `NotFound`, or `ChargeFinished` where it was waived.
    """
    await refuse_unless_coordinator(db, actor_id)
    charge = await _locked(db, charge_id)
    if charge.state == ChargeState.WAIVED:
        raise ChargeFinished("This charge was waived before, so there is nothing to settle.")
    if charge.state == ChargeState.RAISED:
        _finish(charge, ChargeState.SETTLED, reason=None, actor_id=actor_id, now=now)
    return charge


async def waive_charges_of(
    db: AsyncSession,
    session_id: UUID,
    *,
    reason: str = DID_NOT_TAKE_PLACE,
    actor_id: UUID | None = None,
    now: datetime,
) -> None:
    """Waive every open charge for a session that does not take place after all.

    Nobody is told: whoever was charged reads it on their booking. Safe to repeat; what is
    settled or waived stays as it was.
    """
    of_session = select(Booking.id).where(Booking.session_id == session_id)
    await _waive_all(db, of_session, reason=reason, actor_id=actor_id, now=now)


async def waive_charges_of_booking(
    db: AsyncSession, booking: Booking, *, actor_id: UUID | None, now: datetime
) -> None:
    """Waive the open charge of a booking whose person has a place on the session again."""
    of_booking = select(Booking.id).where(Booking.id == booking.id)
    await _waive_all(db, of_booking, reason=BOOKED_AGAIN, actor_id=actor_id, now=now)


async def last_charge(db: AsyncSession, booking: Booking) -> Charge | None:
    """Return the last charge that was raised for a booking, or None."""
    found = await db.exec(
        select(Charge)
        .where(Charge.booking_id == booking.id)
        .order_by(col(Charge.position).desc())
        .limit(1)
    )
    return found.first()


async def open_charges(
    db: AsyncSession, *, actor_id: UUID, limit: int, offset: int = 0
) -> ChargePage:
    """Return a page of the charges that are neither waived nor settled, the oldest first.

    Raises `NotACoordinator`.
    """
    await refuse_unless_coordinator(db, actor_id)
    is_open = col(Charge.state) == ChargeState.RAISED
    page = _CHARGES.where(is_open).order_by(col(Charge.raised_at), col(Charge.id))
    rows = await _rows(db, page.limit(limit).offset(offset))
    total = await db.exec(select(func.count()).select_from(Charge).where(is_open))
    return ChargePage(rows, total.one())


async def charge_row(db: AsyncSession, charge_id: UUID, *, actor_id: UUID) -> ChargeRow:
    """Return one charge with whose it is and what for. Raises `NotACoordinator` or `NotFound`."""
    await refuse_unless_coordinator(db, actor_id)
    rows = await _rows(db, _CHARGES.where(col(Charge.id) == charge_id))
    if not rows:
        raise NotFound(GONE)
    return rows[0]


async def _rows(
    db: AsyncSession, charges: Select[Charge, BookingChange, CourseSession, Course]
) -> list[ChargeRow]:
    found = (await db.exec(charges)).all()
    people = await db.exec(
        select(Booking.id, Practitioner, Agency)
        .join(Practitioner, col(Booking.practitioner_id) == Practitioner.id)
        .outerjoin(Agency, col(Practitioner.agency_id) == Agency.id)
        .where(col(Booking.id).in_([charge.booking_id for charge, _, _, _ in found]))
    )
    by_booking = {booking_id: (person, agency) for booking_id, person, agency in people}
    return [
        ChargeRow(charge, change, session, course, *by_booking[charge.booking_id])
        for charge, change, session, course in found
    ]


async def _agency_code(db: AsyncSession, practitioner: Practitioner) -> str | None:
    if practitioner.agency_id is None:
        return None
    return (await db.get_one(Agency, practitioner.agency_id)).code


async def _locked(db: AsyncSession, charge_id: UUID) -> Charge:
    charge = await db.get(Charge, charge_id, with_for_update=True, populate_existing=True)
    if charge is None:
        raise NotFound(GONE)
    return charge


def _finish(
    charge: Charge,
    state: ChargeState,
    *,
    reason: str | None,
    actor_id: UUID,
    now: datetime,
) -> None:
    charge.state = state
    charge.reason = reason
    charge.actor_id = actor_id
    charge.finished_at = now


async def _waive_all(
    db: AsyncSession,
    of_bookings: SelectOfScalar[UUID],
    *,
    reason: str,
    actor_id: UUID | None,
    now: datetime,
) -> None:
    await db.exec(
        update(Charge)
        .where(
            col(Charge.booking_id).in_(of_bookings),
            col(Charge.state) == ChargeState.RAISED,
        )
        .values(state=ChargeState.WAIVED, reason=reason, actor_id=actor_id, finished_at=now)
    )
