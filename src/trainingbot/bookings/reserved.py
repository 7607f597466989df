"""Reserve places of a session for an agency's people until they open to all."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.locking import lock_session
from trainingbot.bookings.openings import note_next_opening
from trainingbot.bookings.reservations import places_taken_by, reservations_of
from trainingbot.bookings.reserved_rules import (
    latest_opening,
    refusal_of_number,
    refusal_of_opening,
    refusal_to_reserve,
    usual_opening,
)
from trainingbot.bookings.session_history import note_session_change
from trainingbot.bookings.waitlist import pass_places_on
from trainingbot.dates import day_and_time
from trainingbot.enums import SessionStep
from trainingbot.errors import NotFound
from trainingbot.models import Agency, CourseSession, ReservedPlaces
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.terms import Terms


async def reserve_places(
    db: AsyncSession,
    *,
    session_id: UUID,
    agency_id: UUID,
    places: int,
    opens_at: datetime | None,
    actor_id: UUID,
    terms: Terms,
    now: datetime,
) -> CourseSession:
    """Reserve so many places of a session for an agency's people, instead of what was before.

    The places that its people have already count among them; 0 reserves none any more. They open
    to all at `opens_at`, as usual where that is None, and never later than offers end. What is
    free then goes to those who wait for it. Safe to repeat. Raises `NotACoordinator`, `NotFound`,
    `SessionCancelled`, `SessionStarted`, `DatesImpossible` or `TooManyReserved`.
    """
    await refuse_unless_coordinator(db, actor_id)
    session = await lock_session(db, session_id, terms=terms, now=now)
    refusal = refusal_to_reserve(session, now=now)
    if refusal is not None:
        raise refusal
    agency = await db.get(Agency, agency_id)
    if agency is None:
        raise NotFound("This agency is no longer in the list. Choose another one.")
    if places <= 0:
        before = await _release(db, session, agency)
        if before is None:
            return session
        details = f"{agency.name}: none any more, {_told(before, terms)} before"
    else:
        opens_at = opens_at or usual_opening(session, terms=terms, now=now)
        row = await _reserve(db, session, agency, places, opens_at, terms=terms, now=now)
        if row is None:
            return session
        details = f"{agency.name}: {_told(row, terms)}"
    await note_next_opening(db, session)
    await note_session_change(
        db,
        session,
        step=SessionStep.PLACES_RESERVED,
        details=details,
        actor_id=actor_id,
        now=now,
    )
    await pass_places_on(db, session, freed=True, terms=terms, now=now)
    return session


async def _release(
    db: AsyncSession, session: CourseSession, agency: Agency
) -> ReservedPlaces | None:
    """Take away what is reserved for an agency, and return it; None where nothing was."""
    row = await db.get(ReservedPlaces, (session.id, agency.id), populate_existing=True)
    if row is None or row.opened:
        return None
    await db.delete(row)
    return row


async def _reserve(
    db: AsyncSession,
    session: CourseSession,
    agency: Agency,
    places: int,
    opens_at: datetime,
    *,
    terms: Terms,
    now: datetime,
) -> ReservedPlaces | None:
    """Write down what is reserved for an agency from now on; None where it was so before."""
    opens_at = min(opens_at, latest_opening(session, terms=terms))
    row = await db.get(ReservedPlaces, (session.id, agency.id), populate_existing=True)
    if row is not None and (row.places, row.opens_at, row.opened) == (places, opens_at, False):
        return None
    refusal = refusal_of_opening(session, opens_at, terms=terms, now=now) or refusal_of_number(
        session,
        agency_id=agency.id,
        agency_name=agency.name,
        places=places,
        taken=await places_taken_by(db, session.id, agency_id=agency.id),
        reserved=await reservations_of(db, session, now=now),
    )
    if refusal is not None:
        raise refusal
    row = row or ReservedPlaces(
        session_id=session.id, agency_id=agency.id, places=places, opens_at=opens_at
    )
    row.places, row.opens_at, row.opened = places, opens_at, False
    db.add(row)
    return row


def _told(row: ReservedPlaces, terms: Terms) -> str:
    until = day_and_time(row.opens_at, terms.calendar.zone)
    return f"{row.places} {'place' if row.places == 1 else 'places'} until {until}"
