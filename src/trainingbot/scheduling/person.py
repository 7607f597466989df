"""One person on a session, as coordinators see them, and what doing something for them means."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import and_, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.for_others import known_person
from trainingbot.bookings.places import status_of_claim
from trainingbot.bookings.queries import people_waiting, place_in_queue
from trainingbot.bookings.queue import waiting_of_agencies
from trainingbot.bookings.reservations import reservations_of
from trainingbot.bookings.reserved_rules import agencies_with_places
from trainingbot.bookings.rules import Phase, is_late, phase
from trainingbot.courses.queries import session_and_course
from trainingbot.enums import HOLDS_A_PLACE, BookingStatus
from trainingbot.errors import NotFound
from trainingbot.models import (
    Agency,
    Booking,
    BookingChange,
    CourseSession,
    Practitioner,
)
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.scheduling.roster import NO_SUCH_SESSION
from trainingbot.scheduling.roster_views import (
    BookingOutcome,
    BookingStep,
    PersonOnSession,
    PlaceGoesTo,
)
from trainingbot.terms import Terms


async def person_on_session(
    db: AsyncSession,
    session_id: UUID,
    practitioner_id: UUID,
    *,
    actor_id: UUID,
    steps: int = 0,
) -> PersonOnSession:
    """Return somebody with their booking on a session, and its last `steps` steps.

    Raises `NotACoordinator` or `NotFound`.
    """
    await refuse_unless_coordinator(db, actor_id)
    found = await session_and_course(db, session_id)
    if found is None:
        raise NotFound(NO_SUCH_SESSION)
    session, course = found
    person = await known_person(db, practitioner_id)
    agency = await db.get(Agency, person.agency_id) if person.agency_id else None
    booking = (await bookings_on(db, session_id, [practitioner_id])).get(practitioner_id)
    history = (
        await _steps(db, booking, newest=booking.change_count, limit=steps)
        if booking and steps
        else ()
    )
    return PersonOnSession(
        session=session,
        course=course,
        practitioner=person,
        agency=agency,
        booking=booking,
        queue_place=await place_in_queue(db, booking) if booking else None,
        steps=history,
        earlier_steps=max(0, booking.change_count - len(history)) if booking else 0,
    )


async def bookings_on(
    db: AsyncSession, session_id: UUID, practitioner_ids: Sequence[UUID]
) -> dict[UUID, Booking]:
    """Return the bookings that these people have on a session, by whose each is."""
    found = await db.exec(
        select(Booking).where(
            Booking.session_id == session_id, col(Booking.practitioner_id).in_(practitioner_ids)
        )
    )
    return {booking.practitioner_id: booking for booking in found}


async def step_at(db: AsyncSession, booking_id: UUID, *, position: int) -> BookingStep | None:
    """Return one step of a booking, or None where it never took so many."""
    booking = await db.get(Booking, booking_id)
    if booking is None:
        return None
    steps = await _steps(db, booking, newest=position, limit=1)
    return next((step for step in steps if step.change.position == position), None)


async def booking_outcome(
    db: AsyncSession, person: PersonOnSession, *, terms: Terms, now: datetime
) -> BookingOutcome:
    """Return what booking somebody would come to at the moment, if nothing blocks it."""
    status = person.booking.status if person.booking else BookingStatus.CANCELLED
    if status in HOLDS_A_PLACE:
        return BookingOutcome(
            BookingStatus.CONFIRMED, None, changes_nothing=status == BookingStatus.CONFIRMED
        )
    claim = await status_of_claim(db, person.session, person.practitioner, terms=terms, now=now)
    if claim == BookingStatus.CONFIRMED:
        return BookingOutcome(claim, None, changes_nothing=False)
    if status == BookingStatus.WAITLISTED:
        return BookingOutcome(claim, person.queue_place, changes_nothing=True)
    behind = await people_waiting(db, person.session.id)
    return BookingOutcome(claim, behind + 1, changes_nothing=False)


async def place_goes_to(
    db: AsyncSession, person: PersonOnSession, *, terms: Terms, now: datetime
) -> PlaceGoesTo:
    """Return what would become of somebody's place if it were given back at the moment."""
    session, booking = person.session, person.booking
    if booking is None or booking.status not in HOLDS_A_PLACE:
        return PlaceGoesTo(held_place=False, late=False)
    late = is_late(session, booking, terms=terms, now=now)
    current = phase(session, terms=terms, now=now)
    if current == Phase.OVER:
        return PlaceGoesTo(held_place=True, late=late)
    in_broadcast = current == Phase.BROADCAST
    first = await waiting_of_agencies(
        db,
        session.id,
        agencies=await _open_to(db, person, now=now),
        limit=1,
        automatic=in_broadcast,
    )
    if not first:
        told = await people_waiting(db, session.id) if in_broadcast else 0
        return PlaceGoesTo(held_place=True, late=late, told=told)
    [(next_booking, _)] = first
    return PlaceGoesTo(
        held_place=True,
        late=late,
        next_in_line=await db.get_one(Practitioner, next_booking.practitioner_id),
        at_once=next_booking.books_automatically,
    )


async def _open_to(
    db: AsyncSession, person: PersonOnSession, *, now: datetime
) -> frozenset[UUID] | None:
    """Return whose people could have a place once somebody's is free; None stands for all."""
    if person.session.reserved_until is None:
        return None
    given_back_by = person.practitioner.agency_id
    reserved = [
        replace(one, taken=one.taken - 1) if one.agency_id == given_back_by else one
        for one in await reservations_of(db, person.session, now=now)
    ]
    # A copy that is never written: the session itself keeps its number.
    as_it_would_be = CourseSession(**person.session.model_dump())
    as_it_would_be.places_taken -= 1
    return agencies_with_places(as_it_would_be, reserved=reserved)


async def _steps(
    db: AsyncSession, booking: Booking, *, newest: int, limit: int
) -> Sequence[BookingStep]:
    """Return the steps of a booking from the position `newest` backwards."""
    actor, other_person = aliased(Practitioner), aliased(Practitioner)
    other_booking = aliased(Booking)
    rows = await db.exec(
        select(BookingChange, actor, other_person, CourseSession)
        .outerjoin(actor, col(BookingChange.actor_id) == actor.id)
        .outerjoin(other_booking, col(BookingChange.other_booking_id) == other_booking.id)
        .outerjoin(other_person, col(other_booking.practitioner_id) == other_person.id)
        .outerjoin(
            CourseSession,
            and_(
                col(other_booking.session_id) == CourseSession.id,
                col(other_booking.session_id) != booking.session_id,
            ),
        )
        .where(BookingChange.booking_id == booking.id, col(BookingChange.position) <= newest)
        .order_by(col(BookingChange.position).desc())
        .limit(limit)
    )
    return [BookingStep(*row) for row in rows]
