"""Faults of what comes in time: places without a schedule, and schedules without a place.

What a partnership or a course has switched off is owed all the same, and looked at when it is
sent: no check here asks for switches.
"""

# ruff: noqa: ARG001 - every check is asked as of a moment and under the terms, and few depend on them

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from trainingbot.audit.notices import KIND
from trainingbot.audit.subjects import Faults, bookings, notices, sessions
from trainingbot.bookings.schedule_rules import SCHEDULED
from trainingbot.enums import BookingStatus, NoticeKind, NoticeState, SessionStatus
from trainingbot.models import Booking, CourseSession, Notice, SessionTrainer
from trainingbot.terms import Terms

IN_TIME = (*SCHEDULED, NoticeKind.TRAINERS_DIGEST)
"""The kinds that are owed with a place, or to a trainer, and due as the session comes near."""
AT_THE_START = (
    NoticeKind.JOINING_INSTRUCTIONS,
    NoticeKind.STARTING_SOON,
    NoticeKind.TRAINERS_DIGEST,
)
"""Those that are of use up to the start of the session."""
BEFORE_IT = (NoticeKind.EARLY_REMINDER, NoticeKind.LATE_REMINDER)
"""Those that another one replaces at the start, or before it."""
_OWED = col(Notice.state) == NoticeState.OWED
_TO_COME = col(CourseSession.status) == SessionStatus.SCHEDULED
_NOT_CANCELLED = col(CourseSession.status) != SessionStatus.CANCELLED


def schedule_missing(now: datetime, terms: Terms) -> Faults:
    """Confirmed bookings of coming sessions to whom nothing is owed that comes with a place."""
    owed = select(col(Notice.id)).where(
        col(Notice.about_id) == col(Booking.id),
        col(Notice.practitioner_id) == col(Booking.practitioner_id),
        col(Notice.kind) == NoticeKind.EVALUATION_INVITATION,
        _OWED,
    )
    return bookings().where(
        col(Booking.status) == BookingStatus.CONFIRMED,
        _TO_COME,
        col(CourseSession.starts_at) > now,
        not_(owed.correlate(Booking).exists()),
    )


def digest_missing(now: datetime, terms: Terms) -> Faults:
    """Coming sessions with a trainer who was never owed the news of who is coming."""
    owed = select(col(Notice.id)).where(
        col(Notice.about_id) == col(SessionTrainer.session_id),
        col(Notice.practitioner_id) == col(SessionTrainer.practitioner_id),
        col(Notice.kind) == NoticeKind.TRAINERS_DIGEST,
        # One that was taken back for a reason, as where its kind is switched off, was owed.
        or_(col(Notice.state) != NoticeState.WITHDRAWN, col(Notice.failure).is_not(None)),
    )
    return (
        sessions(col(SessionTrainer.practitioner_id).label("trainer_id"))
        .join(SessionTrainer, col(SessionTrainer.session_id) == col(CourseSession.id))
        .where(
            _TO_COME,
            col(CourseSession.starts_at) > now,
            not_(owed.correlate(SessionTrainer).exists()),
        )
    )


def schedule_without_a_place(now: datetime, terms: Terms) -> Faults:
    """Notices that come with a place, or to a trainer, owed to somebody who has not got it."""
    place = (
        select(col(Booking.id))
        .join(CourseSession, col(CourseSession.id) == col(Booking.session_id))
        .where(
            col(Booking.id) == col(Notice.about_id),
            col(Booking.practitioner_id) == col(Notice.practitioner_id),
            or_(
                col(Booking.status) == BookingStatus.CONFIRMED,
                and_(
                    col(Booking.status) == BookingStatus.UNBOOKED,
                    col(Notice.kind) == NoticeKind.EVALUATION_INVITATION,
                ),
            ),
            _NOT_CANCELLED,
        )
    )
    trains = (
        select(col(SessionTrainer.session_id))
        .join(CourseSession, col(CourseSession.id) == col(SessionTrainer.session_id))
        .where(
            col(SessionTrainer.session_id) == col(Notice.about_id),
            col(SessionTrainer.practitioner_id) == col(Notice.practitioner_id),
            _NOT_CANCELLED,
        )
    )
    return notices(KIND, col(Notice.about_id).label("about_id")).where(
        _OWED,
        or_(
            and_(col(Notice.kind).in_(SCHEDULED), not_(place.correlate(Notice).exists())),
            and_(
                col(Notice.kind) == NoticeKind.TRAINERS_DIGEST,
                not_(trains.correlate(Notice).exists()),
            ),
        ),
    )


def schedule_at_other_times(now: datetime, terms: Terms) -> Faults:
    """Notices owed in time for a session, at times that are not this session's.

    A notice whose sending was tried is due when it is tried again; until when it is of use stays.
    """
    return (
        notices(KIND, col(CourseSession.code))
        .outerjoin(Booking, col(Booking.id) == col(Notice.about_id))
        .join(
            CourseSession,
            col(CourseSession.id) == func.coalesce(col(Booking.session_id), col(Notice.about_id)),
        )
        .where(_OWED, col(Notice.kind).in_(IN_TIME), _NOT_CANCELLED, _other_times())
    )


def _other_times() -> ColumnElement[bool]:
    kind, starts_at = col(Notice.kind), col(CourseSession.starts_at)
    untried = col(Notice.attempts) == 0
    return or_(
        and_(kind.in_(AT_THE_START), col(Notice.expires_at) != starts_at),
        and_(kind.in_(BEFORE_IT), col(Notice.expires_at) > starts_at),
        and_(
            kind == NoticeKind.EVALUATION_INVITATION,
            untried,
            col(Notice.due_at) != col(CourseSession.ends_at),
        ),
        and_(kind != NoticeKind.EVALUATION_INVITATION, untried, col(Notice.due_at) >= starts_at),
    )


def owed_twice(now: datetime, terms: Terms) -> Faults:
    """Notices owed in time although a later one of their kind is owed to the same person."""
    later = aliased(Notice)
    twin = select(col(later.id)).where(
        col(later.kind) == col(Notice.kind),
        col(later.practitioner_id) == col(Notice.practitioner_id),
        col(later.about_id) == col(Notice.about_id),
        col(later.occurrence) > col(Notice.occurrence),
        col(later.state) == NoticeState.OWED,
    )
    return notices(KIND, col(Notice.about_id).label("about_id")).where(
        _OWED, col(Notice.kind).in_(IN_TIME), twin.correlate(Notice).exists()
    )
