"""Faults of places that are reserved for agencies, and how many are kept."""

# ruff: noqa: ARG001 - every check is asked as of a moment and under the terms, and few depend on them

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select
from sqlmodel import col

from trainingbot.audit.subjects import Faults, sessions
from trainingbot.enums import HOLDS_A_PLACE, SessionStatus
from trainingbot.models import Booking, CourseSession, Practitioner, ReservedPlaces
from trainingbot.terms import Terms

OPENED_WITHIN = timedelta(hours=1)
"""How long reserved places may stay closed beyond their day: the service looks every minute."""
STILL_RESERVED = col(ReservedPlaces.opened).is_(False)


def reserved_until_disagrees(now: datetime, terms: Terms) -> Faults:
    """Sessions that say otherwise than their rows when the next reserved places open."""
    rows = (
        select(
            col(ReservedPlaces.session_id), func.min(col(ReservedPlaces.opens_at)).label("first")
        )
        .where(STILL_RESERVED)
        .group_by(col(ReservedPlaces.session_id))
        .subquery()
    )
    until = col(CourseSession.reserved_until)
    return (
        sessions(until.label("until"), rows.c.first)
        .outerjoin(rows, rows.c.session_id == col(CourseSession.id))
        .where(or_(until != rows.c.first, until.is_(None) != rows.c.first.is_(None)))
    )


def reserved_places_overdue(now: datetime, terms: Terms) -> Faults:
    """Sessions whose reserved places were to open to all some time ago and are still kept."""
    opens_at = col(ReservedPlaces.opens_at)
    return (
        sessions(col(ReservedPlaces.places), col(ReservedPlaces.agency_id), opens_at)
        .join(ReservedPlaces, col(ReservedPlaces.session_id) == col(CourseSession.id))
        .where(
            STILL_RESERVED,
            opens_at < now - OPENED_WITHIN,
            col(CourseSession.status) != SessionStatus.CANCELLED,
        )
    )


def kept_by_agency() -> Subquery:
    """Return `kept` places for each `session_id` and `agency_id` with reserved places."""
    taken = (
        select(
            col(Booking.session_id),
            col(Practitioner.agency_id),
            func.count().label("number"),
        )
        .join(Practitioner, col(Practitioner.id) == col(Booking.practitioner_id))
        .where(col(Booking.status).in_(HOLDS_A_PLACE))
        .group_by(col(Booking.session_id), col(Practitioner.agency_id))
        .subquery()
    )
    left: ColumnElement[int] = col(ReservedPlaces.places) - func.coalesce(taken.c.number, 0)
    return (
        select(
            col(ReservedPlaces.session_id),
            col(ReservedPlaces.agency_id),
            case((left > 0, left), else_=0).label("kept"),
        )
        .outerjoin(
            taken,
            and_(
                taken.c.session_id == col(ReservedPlaces.session_id),
                taken.c.agency_id == col(ReservedPlaces.agency_id),
            ),
        )
        .where(STILL_RESERVED)
        .subquery()
    )
