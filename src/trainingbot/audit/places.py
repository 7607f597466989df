"""Faults of places, queues and sessions."""

# ruff: noqa: ARG001 - every check is asked as of a moment and under the terms, and few depend on them

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    and_,
    cast,
    func,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlmodel import col

from trainingbot.audit.reserved import kept_by_agency
from trainingbot.audit.subjects import Faults, bookings, sessions
from trainingbot.enums import (
    ACTIVE_BOOKINGS,
    HOLDS_A_PLACE,
    MAY_HAVE_COME,
    BookingStatus,
    SessionStatus,
)
from trainingbot.models import Booking, CourseSession, Practitioner
from trainingbot.terms import Terms
from trainingbot.working_days import working_days_after

TAKES_A_PLACE = HOLDS_A_PLACE
"""The bookings that `places_taken` counts."""
WAITS = col(Booking.status) == BookingStatus.WAITLISTED
IN_QUEUE = col(Booking.status).in_((BookingStatus.WAITLISTED, BookingStatus.OFFERED))
"""Whoever is offered a place keeps their number until they have taken it."""
SETTLED_WITHIN = timedelta(hours=1)
"""How long an offer may stand beyond its end: the service looks every minute while it runs."""


def miscounted(now: datetime, terms: Terms) -> Faults:
    """Sessions whose count of places taken is not that of the bookings that take one."""
    taking, number = _taking()
    return (
        sessions(col(CourseSession.places_taken).label("counted"), number.label("taking"))
        .outerjoin(taking, taking.c.session_id == col(CourseSession.id))
        .where(col(CourseSession.places_taken) != number)
    )


def overbooked(now: datetime, terms: Terms) -> Faults:
    """Sessions with more places taken than there are, by either count."""
    taking, number = _taking()
    capacity = col(CourseSession.capacity)
    counted = col(CourseSession.places_taken)
    return (
        sessions(capacity, counted.label("counted"), number.label("taking"))
        .outerjoin(taking, taking.c.session_id == col(CourseSession.id))
        .where(or_(counted > capacity, number > capacity))
    )


def waiting_beside_a_free_place(now: datetime, terms: Terms) -> Faults:
    """Sessions on which somebody waits although a place is free and would be offered to them.

    Places that are reserved for other agencies would not be. A day after the one on which
    `bookings.rules.phase` ends the offers is taken, so that one statement does for all sessions:
    what is found is a fault whatever the time of day.
    """
    offers_until = working_days_after(
        now, days=terms.broadcast_days, calendar=terms.calendar
    ) + timedelta(days=1)
    taking, number = _taking()
    waiting = _waiting_by_agency()
    own = kept_by_agency()
    kept = _kept_in_all()
    session_id, capacity = col(CourseSession.id), col(CourseSession.capacity)
    free_for_all = capacity - number - func.coalesce(kept.c.kept, 0)
    return (
        sessions(capacity, number.label("taking"), func.sum(waiting.c.number).label("waiting"))
        .join(waiting, waiting.c.session_id == session_id)
        .outerjoin(taking, taking.c.session_id == session_id)
        .outerjoin(kept, kept.c.session_id == session_id)
        .outerjoin(
            own, and_(own.c.session_id == session_id, own.c.agency_id == waiting.c.agency_id)
        )
        .where(
            col(CourseSession.status) == SessionStatus.SCHEDULED,
            col(CourseSession.starts_at) > offers_until,
            number < capacity,
            or_(free_for_all > 0, own.c.kept > 0),
        )
        .group_by(session_id, col(CourseSession.code), capacity, taking.c.number)
    )


def offer_overdue(now: datetime, terms: Terms) -> Faults:
    """Bookings whose offer ended some time ago and still holds a place."""
    ended = col(Booking.offer_expires_at)
    return bookings(ended.label("ended")).where(ended < now - SETTLED_WITHIN)


def offer_without_an_end(now: datetime, terms: Terms) -> Faults:
    """Bookings that are offered a place without an end, or have an end without an offer."""
    ends = col(Booking.offer_expires_at)
    offered = col(Booking.status) == BookingStatus.OFFERED
    return bookings(_status(), ends.label("ends")).where(offered != ends.is_not(None))


def queue_number_not_issued(now: datetime, terms: Terms) -> Faults:
    """Bookings with a queue number that their session has not issued."""
    number, next_number = col(Booking.queue_number), col(CourseSession.next_queue_number)
    return bookings(number.label("number"), next_number.label("next")).where(
        or_(number < 1, number >= next_number)
    )


def queue_number_doubled(now: datetime, terms: Terms) -> Faults:
    """Sessions that gave one queue number to several bookings."""
    number = col(Booking.queue_number)
    return (
        sessions(number.label("number"), func.count().label("bookings"))
        .join(Booking, col(Booking.session_id) == col(CourseSession.id))
        .where(number.is_not(None))
        .group_by(col(CourseSession.id), col(CourseSession.code), number)
        .having(func.count() > 1)
    )


def queue_number_misplaced(now: datetime, terms: Terms) -> Faults:
    """Bookings that wait without a queue number, or have one and do not wait."""
    number = col(Booking.queue_number)
    with_number = func.coalesce(cast(number, String), "none")
    return bookings(_status(), with_number.label("number")).where(
        or_(and_(IN_QUEUE, number.is_(None)), and_(not_(IN_QUEUE), number.is_not(None)))
    )


def booked_twice(now: datetime, terms: Terms) -> Faults:
    """Sessions on which one practitioner has several bookings."""
    practitioner_id = col(Booking.practitioner_id)
    return (
        sessions(practitioner_id, func.count().label("bookings"))
        .join(Booking, col(Booking.session_id) == col(CourseSession.id))
        .group_by(col(CourseSession.id), col(CourseSession.code), practitioner_id)
        .having(func.count() > 1)
    )


def active_on_a_cancelled_session(now: datetime, terms: Terms) -> Faults:
    """Bookings that still have a place, or wait for one, on a session that was cancelled."""
    return bookings(_status()).where(
        col(CourseSession.status) == SessionStatus.CANCELLED,
        col(Booking.status).in_(ACTIVE_BOOKINGS),
    )


def attendance_without_a_place(now: datetime, terms: Terms) -> Faults:
    """Bookings with an attendance of people who had no place, and did not come without one."""
    return bookings(_status()).where(
        col(Booking.attendance).is_not(None), col(Booking.status).not_in(MAY_HAVE_COME)
    )


def ends_before_it_starts(now: datetime, terms: Terms) -> Faults:
    """Sessions that are over before they have begun."""
    return sessions().where(col(CourseSession.ends_at) <= col(CourseSession.starts_at))


def delivered_in_the_future(now: datetime, terms: Terms) -> Faults:
    """Sessions that count as delivered and have not begun."""
    return sessions().where(
        col(CourseSession.status) == SessionStatus.DELIVERED, col(CourseSession.starts_at) > now
    )


def _taking() -> tuple[Subquery, ColumnElement[int]]:
    """Return the sessions with bookings that take a place, and how many, nought for the others."""
    taking = _per_session(col(Booking.status).in_(TAKES_A_PLACE))
    return taking, func.coalesce(taking.c.number, 0)


def _waiting_by_agency() -> Subquery:
    return (
        select(col(Booking.session_id), col(Practitioner.agency_id), func.count().label("number"))
        .outerjoin(Practitioner, col(Practitioner.id) == col(Booking.practitioner_id))
        .where(WAITS)
        .group_by(col(Booking.session_id), col(Practitioner.agency_id))
        .subquery()
    )


def _kept_in_all() -> Subquery:
    each = kept_by_agency()
    return (
        select(each.c.session_id, func.sum(each.c.kept).label("kept"))
        .group_by(each.c.session_id)
        .subquery()
    )


def _per_session(condition: ColumnElement[bool]) -> Subquery:
    return (
        select(col(Booking.session_id), func.count().label("number"))
        .where(condition)
        .group_by(col(Booking.session_id))
        .subquery()
    )


def _status() -> ColumnElement[Any]:
    # As text: a value that the service does not know is to be named, not to fail.
    return type_coerce(col(Booking.status), String).label("status")
