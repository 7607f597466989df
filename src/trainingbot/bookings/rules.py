"""Who gets a place, who waits, and what can no longer be done."""

from datetime import datetime, timedelta

from trainingbot.enums import BookingStatus, SessionStatus
from trainingbot.errors import (
    AgencyNotConfirmed,
    SessionCancelled,
    SessionStarted,
    TrainingBotError,
)
from trainingbot.models import CourseSession, Practitioner

QUEUE_ENDS = timedelta(hours=2)
"""How long before the start nobody is promoted any more: they would not see it in time."""


def refusal_to_book(
    session: CourseSession, practitioner: Practitioner, *, now: datetime
) -> TrainingBotError | None:
    """Return the first rule that blocks a booking, or None."""
    if session.status == SessionStatus.CANCELLED:
        return SessionCancelled(
            "This session has been cancelled. Look for another date of the course."
        )
    if session.starts_at <= now or session.status == SessionStatus.DELIVERED:
        return SessionStarted(
            "This session has already begun, so it can't be booked any more. "
            "Look for another date of the course."
        )
    if practitioner.agency_confirmed_at is None:
        return AgencyNotConfirmed(
            "You can book as soon as we know which agency you work for. "
            "Type “my agency” to choose it, or to see where your request stands."
        )
    return None


def refusal_to_cancel(session: CourseSession, *, now: datetime) -> TrainingBotError | None:
    """Return the rule that blocks giving a place back, or None."""
    if session.starts_at <= now or session.status == SessionStatus.DELIVERED:
        return SessionStarted(
            "This session has already begun, so the place can't be given back any more."
        )
    return None


def queue_is_open(session: CourseSession, *, now: datetime) -> bool:
    """Tell whether free places still go to those who wait, in their order.

    After that the first to ask for a free place gets it.
    """
    return session.status == SessionStatus.SCHEDULED and now < session.starts_at - QUEUE_ENDS


def may_overtake(session: CourseSession) -> bool:
    """Tell whether a new booking could pass somebody who waits: a place is free, a queue began."""
    return session.places_taken < session.capacity and session.next_queue_number > 1


def status_of_new_booking(
    session: CourseSession, *, somebody_waits: bool, now: datetime
) -> BookingStatus:
    """Return whether a new booking gets a place or waits; nobody overtakes the queue."""
    full = session.places_taken >= session.capacity
    overtakes = somebody_waits and queue_is_open(session, now=now)
    return BookingStatus.WAITLISTED if full or overtakes else BookingStatus.CONFIRMED


def promotions(session: CourseSession, *, waiting: int, now: datetime) -> int:
    """Return how many of those waiting get a place now."""
    if not queue_is_open(session, now=now):
        return 0
    return max(0, min(session.capacity - session.places_taken, waiting))
