"""Faults of histories: what a booking is, and the changes that led there."""

# ruff: noqa: ARG001 - every check is asked as of a moment, and none of these depends on it

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    and_,
    extract,
    func,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from trainingbot.audit.subjects import Column, Faults, bookings
from trainingbot.enums import MAY_HAVE_COME, BookingStatus, Change
from trainingbot.models import Booking, BookingChange, CourseSession
from trainingbot.terms import Terms

LEADS_TO: Mapping[Change, BookingStatus] = {
    Change.BOOKED: BookingStatus.CONFIRMED,
    Change.WAITLISTED: BookingStatus.WAITLISTED,
    Change.PROMOTED: BookingStatus.CONFIRMED,
    Change.OFFERED: BookingStatus.OFFERED,
    Change.OFFER_ACCEPTED: BookingStatus.CONFIRMED,
    Change.OFFER_DECLINED: BookingStatus.CANCELLED,
    Change.OFFER_EXPIRED: BookingStatus.CANCELLED,
    Change.OFFER_WITHDRAWN: BookingStatus.WAITLISTED,
    Change.CANCELLED: BookingStatus.CANCELLED,
    Change.SUBSTITUTED: BookingStatus.CANCELLED,
    Change.STEPPED_IN: BookingStatus.CONFIRMED,
    Change.TRANSFERRED_AWAY: BookingStatus.CANCELLED,
    Change.TRANSFERRED_HERE: BookingStatus.CONFIRMED,
    Change.KEPT: BookingStatus.CONFIRMED,
    Change.SAID_COMING: BookingStatus.CONFIRMED,
    Change.SESSION_CANCELLED: BookingStatus.SESSION_CANCELLED,
    Change.ATTENDANCE_MARKED: BookingStatus.CONFIRMED,
    Change.CAME_UNBOOKED: BookingStatus.UNBOOKED,
}
"""The status in which each change leaves a booking."""
OF_WHOEVER_CAME = (Change.ATTENDANCE_MARKED, BookingStatus.UNBOOKED)
"""A mark leaves those who came without a booking as they are, too."""
LEAVES_A_MARK = (Change.SAID_COMING, Change.KEPT)
"""The changes by which a place stays one, with what is marked."""
BEGINS_WITH = (
    Change.BOOKED,
    Change.WAITLISTED,
    Change.STEPPED_IN,
    Change.TRANSFERRED_HERE,
    Change.CAME_UNBOOKED,
)
"""The changes by which a booking comes into being."""
OTHER_ENDS: Mapping[Change, Change] = {
    Change.SUBSTITUTED: Change.STEPPED_IN,
    Change.STEPPED_IN: Change.SUBSTITUTED,
    Change.TRANSFERRED_AWAY: Change.TRANSFERRED_HERE,
    Change.TRANSFERRED_HERE: Change.TRANSFERRED_AWAY,
}
"""The change at the other end of a substitution or a transfer, in another booking's history."""
OF_SUBSTITUTIONS = (Change.SUBSTITUTED, Change.STEPPED_IN)
CLOCKS_DIFFER = timedelta(minutes=2)
"""How much later than the next change one may be dated in a sound history.

A turn reads the clock and then waits, for a connection and for the session's row, up to a minute
and a half; another that read the clock later may be first. Clocks of replicas differ too.
"""
CHANGE = type_coerce(col(BookingChange.change), String)
# As text: a value that the service does not know is to be named, not to fail.
OF_THIS_BOOKING = col(BookingChange.booking_id) == col(Booking.id)
OTHER = BookingChange.__table__.alias("other")  # type: ignore[attr-defined]  # every table class has one


def missing(now: datetime, terms: Terms) -> Faults:
    """Bookings without any history."""
    history = select(BookingChange).where(col(BookingChange.booking_id) == col(Booking.id))
    return bookings().where(not_(history.exists()))


def miscounted(now: datetime, terms: Terms) -> Faults:
    """Bookings that count other than as many changes as their history has, if it has any."""
    history = _histories()
    return (
        bookings(col(Booking.change_count).label("counted"), history.c.changes)
        .join(history, history.c.booking_id == col(Booking.id))
        .where(col(Booking.change_count) != history.c.changes)
    )


def misnumbered(now: datetime, terms: Terms) -> Faults:
    """Bookings whose changes are not numbered from 1 on without a gap."""
    history = _histories()
    return (
        bookings(history.c.changes, history.c.first, history.c.last)
        .join(history, history.c.booking_id == col(Booking.id))
        .where(
            or_(
                history.c.first != 1,
                history.c.last != history.c.changes,
                history.c.different != history.c.changes,
            )
        )
    )


def begins_otherwise(now: datetime, terms: Terms) -> Faults:
    """Bookings whose history begins with a change of a booking that was there before."""
    return (
        bookings(CHANGE.label("change"))
        .join(BookingChange, OF_THIS_BOOKING)
        .where(
            col(BookingChange.change).not_in(BEGINS_WITH),
            _is_end(OTHER.c.position < col(BookingChange.position)),
        )
    )


def leads_elsewhere(now: datetime, terms: Terms) -> Faults:
    """Bookings whose status is not the one to which their last change leads."""
    fits = or_(
        *(
            and_(col(BookingChange.change) == change, col(Booking.status) == status)
            for change, status in (*LEADS_TO.items(), OF_WHOEVER_CAME)
        )
    )
    return (
        bookings(type_coerce(col(Booking.status), String).label("status"), CHANGE.label("change"))
        .join(BookingChange, OF_THIS_BOOKING)
        .where(not_(fits), _is_end(OTHER.c.position > col(BookingChange.position)))
    )


def attendance_disagrees(now: datetime, terms: Terms) -> Faults:
    """Bookings with an attendance that nobody marked, or marked without an attendance."""
    attendance = type_coerce(col(Booking.attendance), String)
    is_mark = col(BookingChange.change) == Change.ATTENDANCE_MARKED
    mark = and_(is_mark, col(BookingChange.attendance).is_not(None))
    return _last_marks(
        func.coalesce(attendance, "not known").label("attendance"), CHANGE.label("change")
    ).where(
        or_(and_(attendance.is_not(None), not_(is_mark)), and_(attendance.is_(None), mark)),
    )


def mark_disagrees(now: datetime, terms: Terms) -> Faults:
    """Bookings with another attendance than the one that was marked last."""
    attendance = type_coerce(col(Booking.attendance), String)
    mark = func.coalesce(type_coerce(col(BookingChange.attendance), String), "not known")
    return _last_marks(attendance.label("attendance"), mark.label("mark")).where(
        attendance.is_not(None),
        col(BookingChange.change) == Change.ATTENDANCE_MARKED,
        attendance != mark,
    )


def _last_marks(*columns: Column) -> Faults:
    """Begin with whoever may have come, and the last change that may have marked it."""
    return (
        bookings(*columns)
        .join(BookingChange, OF_THIS_BOOKING)
        .where(
            col(Booking.status).in_(MAY_HAVE_COME),
            col(BookingChange.change).not_in(LEAVES_A_MARK),
            _is_end(
                and_(
                    OTHER.c.position > col(BookingChange.position),
                    OTHER.c.change.not_in(LEAVES_A_MARK),
                )
            ),
        )
    )


def out_of_order(now: datetime, terms: Terms) -> Faults:
    """Changes that are dated earlier than the one before them, by more than clocks differ."""
    at, before = col(BookingChange.at), OTHER.c.at
    return (
        bookings(col(BookingChange.position))
        .join(BookingChange, OF_THIS_BOOKING)
        .join(
            OTHER,
            and_(
                OTHER.c.booking_id == col(BookingChange.booking_id),
                OTHER.c.position == col(BookingChange.position) - 1,
            ),
        )
        .where(
            at < before,
            extract("epoch", before) - extract("epoch", at) > CLOCKS_DIFFER.total_seconds(),
        )
    )


def other_end_missing(now: datetime, terms: Terms) -> Faults:
    """Changes of a substitution or a transfer without the other half, or halves of anything else.

    The two halves point at each other. Those of a substitution are of one session and of two
    people; those of a transfer are of one person, and of two sessions of one course.
    """
    change, elsewhere = col(BookingChange.change), aliased(Booking)
    session, session_elsewhere = aliased(CourseSession), aliased(CourseSession)
    answers = or_(*(and_(change == one, OTHER.c.change == end) for one, end in OTHER_ENDS.items()))
    same_session = col(elsewhere.session_id) == col(Booking.session_id)
    same_person = col(elsewhere.practitioner_id) == col(Booking.practitioner_id)
    of_substitution = change.in_(OF_SUBSTITUTIONS)
    half = (
        select(OTHER.c.id)
        .join(elsewhere, col(elsewhere.id) == OTHER.c.booking_id)
        .join(session_elsewhere, col(session_elsewhere.id) == col(elsewhere.session_id))
        .join(session, col(session.id) == col(Booking.session_id))
        .where(
            OTHER.c.booking_id == col(BookingChange.other_booking_id),
            OTHER.c.other_booking_id == col(BookingChange.booking_id),
            OTHER.c.at == col(BookingChange.at),
            answers,
            or_(
                and_(of_substitution, same_session, not_(same_person)),
                and_(
                    not_(of_substitution),
                    same_person,
                    not_(same_session),
                    col(session.course_id) == col(session_elsewhere.course_id),
                ),
            ),
        )
    )
    return (
        bookings(CHANGE.label("change"), col(BookingChange.position))
        .join(BookingChange, OF_THIS_BOOKING)
        .where(
            or_(change.in_(list(OTHER_ENDS)), col(BookingChange.other_booking_id).is_not(None)),
            not_(half.correlate(Booking, BookingChange).exists()),
        )
    )


def _is_end(beyond: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tell of a change that no other of the same history lies `beyond` it."""
    others = select(OTHER.c.id).where(OTHER.c.booking_id == col(BookingChange.booking_id), beyond)
    return not_(others.correlate(BookingChange).exists())


def _histories() -> Subquery:
    """Return for each history its number of `changes`, and its `first` and `last` position.

    `different` is the number of different positions.
    """
    position = col(BookingChange.position)
    return (
        select(
            col(BookingChange.booking_id),
            func.count().label("changes"),
            func.count(position.distinct()).label("different"),
            func.min(position).label("first"),
            func.max(position).label("last"),
        )
        .group_by(col(BookingChange.booking_id))
        .subquery()
    )
