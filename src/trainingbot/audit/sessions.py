"""Faults of sessions that were changed: their history, tentative ones, and who was told."""

# ruff: noqa: ARG001 - every check is asked as of a moment and under the terms, and few depend on them

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import String, and_, false, func, not_, or_, select, type_coerce
from sqlmodel import col

from trainingbot.audit.notices import KIND
from trainingbot.audit.subjects import Faults, bookings, notices, sessions
from trainingbot.enums import BookingStatus, NoticeKind, SessionStatus, SessionStep
from trainingbot.models import Booking, CourseSession, Notice, SessionChange
from trainingbot.terms import Terms

TOLD_TO_THE_BOOKED: Mapping[NoticeKind, SessionStep] = {
    NoticeKind.SESSION_MOVED: SessionStep.MOVED,
    NoticeKind.SESSION_CONFIRMED: SessionStep.CONFIRMED,
}
"""The notices about a booking that tell of a step of its session.

`occurrence` is how often the session had changed by then.
"""
TOLD_TO_TRAINERS: Mapping[NoticeKind, Sequence[SessionStep]] = {
    NoticeKind.TRAINER_NAMED: (
        SessionStep.ADDED,
        SessionStep.TRAINERS_CHANGED,
        SessionStep.MOVED,
    ),
    NoticeKind.TRAINER_RELEASED: (SessionStep.TRAINERS_CHANGED, SessionStep.CANCELLED),
}
"""The notices about a session that tell its trainers of a step, whose position is `occurrence`."""


def history_misnumbered(now: datetime, terms: Terms) -> Faults:
    """Sessions whose history is not numbered from 1 on without a gap."""
    position = col(SessionChange.position)
    history = (
        select(
            col(SessionChange.session_id),
            func.count().label("changes"),
            func.count(position.distinct()).label("different"),
            func.min(position).label("first"),
            func.max(position).label("last"),
        )
        .group_by(col(SessionChange.session_id))
        .subquery()
    )
    return (
        sessions(history.c.changes, history.c.first, history.c.last)
        .join(history, history.c.session_id == col(CourseSession.id))
        .where(
            or_(
                history.c.first != 1,
                history.c.last != history.c.changes,
                history.c.different != history.c.changes,
            )
        )
    )


def begun_undecided(now: datetime, terms: Terms) -> Faults:
    """Sessions that have begun while nobody had said whether they take place."""
    return sessions().where(
        col(CourseSession.tentative).is_(True),
        col(CourseSession.status) != SessionStatus.CANCELLED,
        col(CourseSession.starts_at) <= now,
    )


def cancelled_undecided(now: datetime, terms: Terms) -> Faults:
    """Sessions that are cancelled and still wait for somebody to decide on them."""
    return sessions().where(
        col(CourseSession.tentative).is_(True),
        col(CourseSession.status) == SessionStatus.CANCELLED,
    )


def offered_after_the_session(now: datetime, terms: Terms) -> Faults:
    """Bookings that are offered a place on a session that was delivered."""
    return bookings().where(
        col(CourseSession.status) == SessionStatus.DELIVERED,
        col(Booking.status) == BookingStatus.OFFERED,
    )


def step_that_never_was(now: datetime, terms: Terms) -> Faults:
    """Notices of a step of a session that the session, or the recipient's booking, never saw."""
    kind, about_id = col(Notice.kind), col(Notice.about_id)
    of_a_booking = (
        select(col(Booking.id))
        .join(CourseSession, col(CourseSession.id) == col(Booking.session_id))
        .join(SessionChange, col(SessionChange.session_id) == col(CourseSession.id))
        .where(
            col(Booking.id) == about_id,
            col(Booking.practitioner_id) == col(Notice.practitioner_id),
            col(Notice.occurrence) <= col(CourseSession.change_count),
            or_(
                false(),
                *(
                    and_(kind == told, col(SessionChange.step) == step)
                    for told, step in TOLD_TO_THE_BOOKED.items()
                ),
            ),
        )
    )
    of_a_session = select(col(SessionChange.id)).where(
        col(SessionChange.session_id) == about_id,
        col(SessionChange.position) == col(Notice.occurrence),
        or_(
            false(),
            *(
                and_(kind == told, col(SessionChange.step).in_(steps))
                for told, steps in TOLD_TO_TRAINERS.items()
            ),
        ),
    )
    undecided = select(col(CourseSession.id)).where(
        kind == NoticeKind.SESSION_UNDECIDED,
        col(CourseSession.id) == about_id,
        col(CourseSession.minimum_places).is_not(None),
        col(Notice.occurrence) <= col(CourseSession.change_count),
    )
    causes = (of_a_booking, of_a_session, undecided)
    return notices(KIND, about_id.label("about_id")).where(
        kind.in_([*TOLD_TO_THE_BOOKED, *TOLD_TO_TRAINERS, NoticeKind.SESSION_UNDECIDED]),
        not_(or_(*(cause.correlate(Notice).exists() for cause in causes))),
    )


def step_nobody_was_told_of(now: datetime, terms: Terms) -> Faults:
    """Changes of a session's trainers of which no trainer was ever told."""
    owed = select(col(Notice.id)).where(
        col(Notice.kind).in_(TOLD_TO_TRAINERS),
        col(Notice.about_id) == col(CourseSession.id),
        col(Notice.occurrence) == col(SessionChange.position),
    )
    step = col(SessionChange.step)
    return (
        sessions(type_coerce(step, String).label("step"), col(SessionChange.position))
        .join(SessionChange, col(SessionChange.session_id) == col(CourseSession.id))
        .where(
            step == SessionStep.TRAINERS_CHANGED,
            not_(owed.correlate(CourseSession, SessionChange).exists()),
        )
    )
