"""Hand a place on to a colleague of the same agency."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.charges import waive_charges_of_booking
from trainingbot.bookings.checks import check_booking
from trainingbot.bookings.handovers import went_to
from trainingbot.bookings.history import new_booking, note_step
from trainingbot.bookings.locking import lock_session
from trainingbot.bookings.queries import booking_of
from trainingbot.bookings.rules import refusal_to_substitute
from trainingbot.bookings.schedule import owe_schedule, withdraw_schedule
from trainingbot.bookings.waitlist import forget_news, forget_old_news, pass_places_on
from trainingbot.enums import BookingStatus, Change, NoticeKind
from trainingbot.errors import CheckRefuses, NoBooking, NotAColleague
from trainingbot.models import Booking, CourseSession, Practitioner
from trainingbot.notices.operations import owe_notice
from trainingbot.terms import Terms


async def substitute_booking(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    substitute_id: UUID,
    terms: Terms,
    actor_id: UUID | None = None,
    reason: str | None = None,
    now: datetime,
) -> tuple[Booking, Booking]:
    """Hand a confirmed place on to a colleague, and return the giver's booking and theirs.

    The colleague may wait, be offered a place (which goes on to the next), have cancelled, or be
    new to the session. They are told, and so is the giver where somebody else did it: `actor_id`
    is who does it, where it is not the giver. Never late, and possible up to the start. Safe to
    repeat: the same pair is returned. Raises `NotFound`, or the first rule that blocks:
    `SessionCancelled`, `SessionStarted`, `SubstitutesNotTaken`, `NoBooking`, `NotAColleague`,
    `AlreadyBooked`, `CheckRefuses`.
    """
    session = await lock_session(db, session_id, terms=terms, now=now)
    given = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    taken = await booking_of(db, session_id=session_id, practitioner_id=substitute_id)
    if given and taken and await went_to(db, given, taken, by=Change.SUBSTITUTED):
        return given, taken
    giver, substitute = await _both(db, practitioner_id, substitute_id)
    refusal = refusal_to_substitute(
        session, giver, substitute, given=given, taken=taken, terms=terms, now=now
    )
    if refusal is not None:
        raise refusal
    if given is None:
        raise NoBooking("There is no confirmed place on this session to hand on.")
    doubts = await _doubts_about(db, session, substitute, terms=terms)
    taken = taken or new_booking(session, substitute, now=now)
    freed = taken.status == BookingStatus.OFFERED
    actor_id = actor_id or practitioner_id
    _pass(db, session, given, taken, actor_id=actor_id, reason=reason, doubts=doubts, now=now)
    await withdraw_schedule(db, given, now=now)
    await owe_schedule(db, session, taken, terms=terms, now=now)
    await forget_news(db, given, now=now)
    await forget_old_news(db, taken, now=now)
    await waive_charges_of_booking(db, taken, actor_id=None, now=now)
    await _tell(db, session, taken, NoticeKind.STEPPED_IN, now=now)
    if actor_id != practitioner_id:
        await _tell(db, session, given, NoticeKind.SUBSTITUTED, now=now)
    await pass_places_on(db, session, freed=freed, terms=terms, now=now)
    return given, taken


def _pass(
    db: AsyncSession,
    session: CourseSession,
    given: Booking,
    taken: Booking,
    *,
    actor_id: UUID,
    reason: str | None,
    doubts: str | None,
    now: datetime,
) -> None:
    """Write both halves of the substitution down.

    Why the giver cannot come is theirs, and stands in their history alone; in the substitute's
    stands what the course warned of.
    """
    taken.booked_at = now
    note_step(
        db,
        session,
        given,
        status=BookingStatus.CANCELLED,
        change=Change.SUBSTITUTED,
        actor_id=actor_id,
        reason=reason,
        other_booking=taken,
        now=now,
    )
    note_step(
        db,
        session,
        taken,
        status=BookingStatus.CONFIRMED,
        change=Change.STEPPED_IN,
        actor_id=actor_id,
        reason=doubts,
        other_booking=given,
        now=now,
    )


async def _both(
    db: AsyncSession, practitioner_id: UUID, substitute_id: UUID
) -> tuple[Practitioner, Practitioner]:
    giver = await db.get_one(Practitioner, practitioner_id)
    substitute = await db.get(Practitioner, substitute_id)
    if substitute is None:
        raise NotAColleague("This colleague is not known here any more. Choose somebody else.")
    return giver, substitute


async def _doubts_about(
    db: AsyncSession, session: CourseSession, substitute: Practitioner, *, terms: Terms
) -> str | None:
    """Return what the course's checks warn the substitute of; a refusal tells nobody else why."""
    try:
        return await check_booking(
            db, session, practitioner_id=substitute.id, despite_doubts=True, terms=terms
        )
    except CheckRefuses as refused:
        # Its sentence tells of the substitute's other bookings, which are not the giver's affair.
        raise CheckRefuses(
            "The rules of this course do not let this colleague book it at the moment. "
            "Choose somebody else."
        ) from refused


async def _tell(
    db: AsyncSession, session: CourseSession, booking: Booking, kind: NoticeKind, *, now: datetime
) -> None:
    await owe_notice(
        db,
        kind,
        practitioner_id=booking.practitioner_id,
        about_id=booking.id,
        occurrence=booking.change_count,
        expires_at=session.starts_at,
        now=now,
    )
