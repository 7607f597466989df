"""Which places of a session are open to whom, while some are reserved for agencies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from trainingbot.bookings.rules import SHORTEST_OFFER, broadcast_begins
from trainingbot.enums import SessionStatus
from trainingbot.errors import (
    DatesImpossible,
    SessionCancelled,
    SessionStarted,
    TooManyReserved,
    TrainingBotError,
)
from trainingbot.models import CourseSession
from trainingbot.terms import Terms
from trainingbot.working_days import working_days_before


@dataclass(frozen=True, slots=True)
class Reservation:
    """Places of a session that only one agency's people get for now."""

    agency_id: UUID
    agency_name: str
    places: int
    taken: int
    """Places that people of the agency have, or are offered, on the session."""
    opens_at: datetime

    @property
    def kept(self) -> int:
        """How many of the places nobody of the agency has taken yet."""
        return max(0, self.places - self.taken)


@dataclass(frozen=True, slots=True)
class OpenPlaces:
    """The free places of a session as somebody of one agency sees them."""

    open: int
    """Places that they can have."""
    kept: int
    """How many of those only their agency's people can have."""
    others: Sequence[Reservation]
    """What is still kept for other agencies; never empty places among them."""


def all_kept(reserved: Sequence[Reservation]) -> int:
    """Return how many places are kept for agencies and not yet taken by their people."""
    return sum(one.kept for one in reserved)


def places_open_to(
    agency_id: UUID | None, *, session: CourseSession, reserved: Sequence[Reservation]
) -> int:
    """Return how many places are there for the people of an agency.

    Those that nobody has, without what is kept for other agencies, and at the least what is kept
    for this one: docs/decisions/0007. It holds also where more is kept than is free, as when
    somebody has changed their agency.
    """
    free = max(0, session.capacity - session.places_taken)
    own = sum(one.kept for one in reserved if one.agency_id == agency_id)
    return min(free, max(free - (all_kept(reserved) - own), own))


def agencies_with_places(
    session: CourseSession, *, reserved: Sequence[Reservation]
) -> frozenset[UUID] | None:
    """Return the agencies whose people can have a place, or None where everybody can."""
    free = session.capacity - session.places_taken
    if free <= 0:
        return frozenset()
    if free > all_kept(reserved):
        return None
    return frozenset(one.agency_id for one in reserved if one.kept)


def with_one_more_taken(
    reserved: Sequence[Reservation], agency_id: UUID | None
) -> list[Reservation]:
    """Return what is reserved after somebody of an agency got a place."""
    return [
        replace(one, taken=one.taken + 1) if one.agency_id == agency_id else one for one in reserved
    ]


def open_places(
    session: CourseSession, *, agency_id: UUID | None, reserved: Sequence[Reservation]
) -> OpenPlaces:
    """Return the free places of a session as somebody of an agency sees them."""
    own = sum(one.kept for one in reserved if one.agency_id == agency_id)
    open_to_them = places_open_to(agency_id, session=session, reserved=reserved)
    return OpenPlaces(
        open=open_to_them,
        kept=min(own, open_to_them),
        others=[one for one in reserved if one.kept and one.agency_id != agency_id],
    )


def latest_opening(session: CourseSession, *, terms: Terms) -> datetime:
    """Return when reserved places open to all at the latest: when no more offers are made."""
    return broadcast_begins(session, terms=terms) - SHORTEST_OFFER


def usual_opening(session: CourseSession, *, terms: Terms, now: datetime) -> datetime:
    """Return when reserved places open unless a coordinator says otherwise.

    So many working days before the start; the latest moment possible where that is over.
    """
    latest = latest_opening(session, terms=terms)
    usual = working_days_before(
        session.starts_at, days=terms.reserved_days, calendar=terms.calendar
    )
    return min(usual, latest) if usual > now else latest


def refusal_to_reserve(session: CourseSession, *, now: datetime) -> TrainingBotError | None:
    """Return the rule that blocks changing what is reserved on a session, or None."""
    if session.status == SessionStatus.CANCELLED:
        return SessionCancelled("This session has been cancelled, so no places can be reserved.")
    if session.starts_at <= now or session.status == SessionStatus.DELIVERED:
        return SessionStarted("This session has already begun, so no places can be reserved.")
    return None


def refusal_of_opening(
    session: CourseSession, opens_at: datetime, *, terms: Terms, now: datetime
) -> TrainingBotError | None:
    """Return why places cannot be reserved until this moment, or None."""
    if latest_opening(session, terms=terms) <= now:
        return DatesImpossible(
            "It is too near the day to reserve places: what is free goes to the first who asks."
        )
    if opens_at <= now:
        return DatesImpossible(
            "Reserved places open to all on a day that is still to come. Choose a later day."
        )
    return None


def refusal_of_number(
    session: CourseSession,
    *,
    agency_id: UUID,
    agency_name: str,
    places: int,
    taken: int,
    reserved: Sequence[Reservation],
) -> TrainingBotError | None:
    """Return why so many places cannot be reserved for an agency, or None.

    `taken` are the places that its people have; `reserved` is what is reserved before.
    """
    others = [one for one in reserved if one.agency_id != agency_id]
    left = session.capacity - session.places_taken - all_kept(others)
    if max(0, places - taken) <= left:
        return None
    most = taken + max(0, left)
    if most == 0:
        return TooManyReserved(
            f"No place of {session.code} can be reserved for {agency_name}: none is free that is "
            "not reserved already."
        )
    own = f", {taken} of which its people have already" if taken else ""
    return TooManyReserved(
        f"At most {most} {'place' if most == 1 else 'places'} of {session.code} can be reserved "
        f"for {agency_name}{own}. Reserve {most} or fewer."
    )
