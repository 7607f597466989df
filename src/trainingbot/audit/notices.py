"""Faults of notices and people: causes without a notice, notices without a cause."""

# ruff: noqa: ARG001 - every check is asked as of a moment and under the terms, and few depend on them

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    exists,
    false,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlmodel import col

from trainingbot.audit.subjects import Faults, bookings, notices
from trainingbot.enums import Change, NoticeKind, NoticeState, Role
from trainingbot.models import (
    Booking,
    BookingChange,
    CourseSession,
    Notice,
    Practitioner,
    PractitionerRole,
)
from trainingbot.terms import Terms

ALWAYS: Sequence[tuple[NoticeKind, Change]] = (
    (NoticeKind.PROMOTED, Change.PROMOTED),
    (NoticeKind.OFFER, Change.OFFERED),
    (NoticeKind.OFFER_ENDED, Change.OFFER_EXPIRED),
    (NoticeKind.OFFER_ENDED, Change.OFFER_WITHDRAWN),
    (NoticeKind.STEPPED_IN, Change.STEPPED_IN),
)
"""The notices that tell whose booking it is of a change in its history."""
BY_OTHERS: Sequence[tuple[NoticeKind, Change]] = (
    (NoticeKind.BOOKED_FOR_YOU, Change.BOOKED),
    (NoticeKind.BOOKED_FOR_YOU, Change.WAITLISTED),
    (NoticeKind.BOOKED_FOR_YOU, Change.OFFER_ACCEPTED),
    (NoticeKind.CANCELLED_FOR_YOU, Change.CANCELLED),
    (NoticeKind.CANCELLED_FOR_YOU, Change.OFFER_DECLINED),
    (NoticeKind.SUBSTITUTED, Change.SUBSTITUTED),
    (NoticeKind.SESSION_CANCELLED, Change.SESSION_CANCELLED),
)
"""Those that tell of a change only where somebody else made it: one's own is answered at once."""
CONFIRMS: Sequence[tuple[NoticeKind, Change]] = (
    (NoticeKind.CONFIRMATION, Change.BOOKED),
    (NoticeKind.CONFIRMATION, Change.OFFER_ACCEPTED),
    (NoticeKind.CONFIRMATION, Change.TRANSFERRED_HERE),
)
"""Those that repeat to whose booking it is what they did themselves, where no chat answered."""
TELLS_OF = (*ALWAYS, *BY_OTHERS)
"""All of them: `about_id` is the booking, and `occurrence` the position of the change."""
ABOUT_AGENCIES = (
    NoticeKind.AGENCY_TO_CONFIRM,
    NoticeKind.AGENCY_CONFIRMED,
    NoticeKind.AGENCY_DECLINED,
)
"""The notices whose `about_id` is the practitioner who chose an agency."""
THEIR_OWN = (NoticeKind.COORDINATORS_DIGEST, NoticeKind.PERSONAL_LINK)
"""Those whose `about_id` is their recipient."""
ANSWERS = (NoticeKind.AGENCY_CONFIRMED, NoticeKind.AGENCY_DECLINED)
"""Those that go to this practitioner."""
GRACE = timedelta(days=1)
"""How long after it has expired a notice may still stand as owed."""
KIND = type_coerce(col(Notice.kind), String).label("kind")
# As text: a value that the service does not know is to be named, not to fail.

_BY_SOMEBODY_ELSE = and_(
    col(BookingChange.actor_id).is_not(None),
    col(BookingChange.actor_id) != col(Booking.practitioner_id),
)
_BEFORE = BookingChange.__table__.alias("before")  # type: ignore[attr-defined]  # every table class has one
_LAST_BEFORE = (
    select(_BEFORE.c.change)
    .where(
        _BEFORE.c.booking_id == col(BookingChange.booking_id),
        _BEFORE.c.position < col(BookingChange.position),
        _BEFORE.c.change != Change.ATTENDANCE_MARKED,
    )
    .order_by(_BEFORE.c.position.desc())
    .limit(1)
    .correlate(BookingChange)
    .scalar_subquery()
)
_OFF_THE_REGISTER = and_(
    col(BookingChange.change) == Change.CANCELLED, _LAST_BEFORE == Change.CAME_UNBOOKED
)
"""Somebody who had been added to a register by mistake: there was no place to lose."""
_OWES_NEWS = or_(
    col(BookingChange.change).in_([change for _, change in ALWAYS]),
    and_(
        col(BookingChange.change).in_([change for _, change in BY_OTHERS]),
        _BY_SOMEBODY_ELSE,
        not_(_OFF_THE_REGISTER),
    ),
)
"""A change, joined with its booking, of which the practitioner must be told."""
_MAY_BE_TOLD = or_(_OWES_NEWS, col(BookingChange.change) == Change.SESSION_CANCELLED)
"""One of which they may be: a programme that cancels a session tells those still to come."""


def _is_one_of(pairs: Sequence[tuple[NoticeKind, Change]]) -> ColumnElement[bool]:
    """Tell of a notice, joined with a change, whether the two are one of these pairs."""
    return or_(
        false(),
        *(
            and_(col(BookingChange.change) == change, col(Notice.kind) == kind)
            for kind, change in pairs
        ),
    )


_OF_THIS_CHANGE = _is_one_of(TELLS_OF)


def change_nobody_was_told_of(now: datetime, terms: Terms) -> Faults:
    """Bookings with a change that their practitioner must be told of, and was never owed."""
    owed = select(col(Notice.id)).where(
        _OF_THIS_CHANGE,
        col(Notice.practitioner_id) == col(Booking.practitioner_id),
        col(Notice.about_id) == col(Booking.id),
        col(Notice.occurrence) == col(BookingChange.position),
    )
    change = col(BookingChange.change)
    return (
        bookings(type_coerce(change, String).label("change"), col(BookingChange.position))
        .join(BookingChange, col(BookingChange.booking_id) == col(Booking.id))
        .where(
            _OWES_NEWS,
            not_(owed.correlate(Booking, BookingChange).exists()),
        )
    )


def change_that_never_was(now: datetime, terms: Terms) -> Faults:
    """Notices of a booking's change where there is no such booking of theirs, or no such change."""
    cause = (
        select(col(BookingChange.id))
        .join(Booking, col(Booking.id) == col(BookingChange.booking_id))
        .where(
            or_(and_(_OF_THIS_CHANGE, _MAY_BE_TOLD), _is_one_of(CONFIRMS)),
            col(Booking.id) == col(Notice.about_id),
            col(Booking.practitioner_id) == col(Notice.practitioner_id),
            col(BookingChange.position) == col(Notice.occurrence),
        )
    )
    return notices(
        KIND, col(Notice.about_id).label("booking_id"), col(Notice.occurrence).label("position")
    ).where(
        col(Notice.kind).in_([kind for kind, _ in (*TELLS_OF, *CONFIRMS)]),
        not_(cause.correlate(Notice).exists()),
    )


def broadcast_that_never_was(now: datetime, terms: Terms) -> Faults:
    """Notices of a free place to everybody who waits that the session never gave."""
    cause = (
        select(col(Booking.id))
        .join(CourseSession, col(Booking.session_id) == col(CourseSession.id))
        .where(
            col(Booking.id) == col(Notice.about_id),
            col(Booking.practitioner_id) == col(Notice.practitioner_id),
            col(Notice.occurrence) <= col(CourseSession.broadcast_count),
        )
    )
    return notices(
        KIND, col(Notice.about_id).label("booking_id"), col(Notice.occurrence).label("count")
    ).where(col(Notice.kind) == NoticeKind.BROADCAST, not_(cause.correlate(Notice).exists()))


def agency_that_never_was(now: datetime, terms: Terms) -> Faults:
    """Notices about somebody's agency that cannot be true.

    There is no such practitioner, an answer goes to somebody else, or it says that the agency is
    confirmed and it is not: nothing ever takes a confirmation back.
    """
    person, kind = col(Practitioner.id), col(Notice.kind)
    return (
        notices(KIND, col(Notice.about_id).label("practitioner_id"))
        .outerjoin(Practitioner, person == col(Notice.about_id))
        .where(
            kind.in_(ABOUT_AGENCIES),
            or_(
                person.is_(None),
                and_(kind.in_(ANSWERS), col(Notice.practitioner_id) != col(Notice.about_id)),
                and_(
                    kind == NoticeKind.AGENCY_CONFIRMED,
                    col(Practitioner.agency_confirmed_at).is_(None),
                ),
            ),
        )
    )


def meant_for_somebody_else(now: datetime, terms: Terms) -> Faults:
    """Notices that are for nobody but whom they are about, and go to somebody else."""
    return notices(KIND, col(Notice.about_id).label("practitioner_id")).where(
        col(Notice.kind).in_(THEIR_OWN), col(Notice.about_id) != col(Notice.practitioner_id)
    )


def left_owed(now: datetime, terms: Terms) -> Faults:
    """Notices that expired more than a day ago and still stand as owed."""
    return notices(KIND, col(Notice.attempts)).where(
        col(Notice.state) == NoticeState.OWED, col(Notice.expires_at) < now - GRACE
    )


def request_nobody_was_told_of(now: datetime, terms: Terms) -> Faults:
    """Practitioners who wait for an agency to be confirmed, and no coordinator was ever asked."""
    asked = select(col(Notice.id)).where(
        col(Notice.kind) == NoticeKind.AGENCY_TO_CONFIRM,
        col(Notice.about_id) == col(Practitioner.id),
    )
    return select(col(Practitioner.id)).where(
        col(Practitioner.agency_id).is_not(None),
        col(Practitioner.agency_confirmed_at).is_(None),
        not_(asked.exists()),
    )


def confirmed_without_agency(now: datetime, terms: Terms) -> Faults:
    """Practitioners whose agency is confirmed although they have none."""
    return select(col(Practitioner.id)).where(
        col(Practitioner.agency_confirmed_at).is_not(None), col(Practitioner.agency_id).is_(None)
    )


def no_coordinator(now: datetime, terms: Terms) -> Faults:
    """One row without an id where nobody at all is a coordinator."""
    coordinator = exists().where(col(PractitionerRole.role) == Role.COORDINATOR)
    return select(literal(None).label("id")).where(not_(coordinator))
