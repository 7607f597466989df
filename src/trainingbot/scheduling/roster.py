"""Who is on a session: for its trainers and for coordinators, and the sessions a trainer has."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Subquery
from sqlmodel import and_, case, col, func, not_, or_, select, true
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import BookingStatus, Role, SessionStatus
from trainingbot.errors import NotACoordinator, NotFound, NotYourSession
from trainingbot.models import (
    Agency,
    Booking,
    BookingChange,
    Course,
    CourseSession,
    Practitioner,
    PractitionerRole,
    SessionTrainer,
)
from trainingbot.scheduling.queries import trainers_of
from trainingbot.scheduling.roster_views import (
    RosterPage,
    RosterRow,
    TaughtSession,
    TaughtSessions,
)

RECENT = timedelta(days=90)
"""For how long after its end a session still stands among a trainer's own."""
NO_SUCH_SESSION = "This session is no longer in the programme. Type “courses” to look again."
_GAVE_BACK = col(Booking.status) == BookingStatus.CANCELLED
_ORDER = case(
    (col(Booking.status) == BookingStatus.CONFIRMED, 0),
    (col(Booking.status) == BookingStatus.OFFERED, 1),
    (col(Booking.status) == BookingStatus.WAITLISTED, 2),
    else_=3,
)


async def session_roster(
    db: AsyncSession,
    session_id: UUID,
    *,
    actor_id: UUID,
    given_back: bool = False,
    limit: int,
    offset: int = 0,
) -> RosterPage:
    """Return a page of the roster of a session: who has a place, is offered one, or waits.

    Those with a place stand in the order of their names, then offers and the waitlist in queue
    order. With `given_back` it is those who gave back instead, the latest first, which only
    coordinators see. Three statements, whatever the size. Raises `NotFound`, and for anybody but
    coordinators and the session's trainers `NotYourSession`.
    """
    head = await _head(db, session_id, actor_id=actor_id)
    if given_back and not head.coordinates:
        raise NotACoordinator("Only the training team's coordinators see who gave a place back.")
    on_it = head.given_back if given_back else head.everybody - head.given_back
    return RosterPage(
        session=head.CourseSession,
        course=head.Course,
        trainers=await trainers_of(db, session_id),
        rows=await _rows(db, session_id, given_back=given_back, limit=limit, offset=offset),
        total=on_it,
        confirmed=head.confirmed,
        said_coming=head.said_coming,
        offered=head.offered,
        waiting=head.waiting,
        given_back=head.given_back,
        cancelled_late=head.late,
        for_coordinators=head.coordinates,
    )


async def taught_sessions(
    db: AsyncSession, practitioner_id: UUID, *, limit: int, offset: int = 0, now: datetime
) -> TaughtSessions:
    """Return the sessions that somebody teaches: those to come, soonest first, then recent ones.

    A cancelled one stays among them until its day, so that nobody travels to it.
    """
    over = col(CourseSession.ends_at) <= now
    cancelled = col(CourseSession.status) == SessionStatus.CANCELLED
    own = and_(
        col(CourseSession.id).in_(
            select(SessionTrainer.session_id).where(
                SessionTrainer.practitioner_id == practitioner_id
            )
        ),
        col(CourseSession.ends_at) > now - RECENT,
        not_(and_(over, cancelled)),
    )
    waiting = (
        select(func.count())
        .where(
            Booking.session_id == CourseSession.id,
            Booking.status == BookingStatus.WAITLISTED,
        )
        .correlate(CourseSession)
        .scalar_subquery()
    )
    rows = await db.exec(
        select(CourseSession, Course, waiting)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(own)
        .order_by(
            over,
            case((over, None), else_=col(CourseSession.starts_at)),
            col(CourseSession.starts_at).desc(),
            col(CourseSession.code),
        )
        .limit(limit)
        .offset(offset)
    )
    total = await db.exec(select(func.count()).select_from(CourseSession).where(own))
    return TaughtSessions([TaughtSession(*row) for row in rows], total.one())


async def is_trainer(db: AsyncSession, practitioner_id: UUID) -> bool:
    """Tell whether somebody is a trainer, or has been named for a session."""
    has_role = (
        select(PractitionerRole.practitioner_id)
        .where(
            PractitionerRole.practitioner_id == practitioner_id,
            PractitionerRole.role == Role.TRAINER,
        )
        .exists()
    )
    named = (
        select(SessionTrainer.session_id)
        .where(SessionTrainer.practitioner_id == practitioner_id)
        .exists()
    )
    return (await db.exec(select(or_(has_role, named)))).one()


async def _head(db: AsyncSession, session_id: UUID, *, actor_id: UUID) -> Row[Any]:
    """Return the session, its course, how many there are, and whether a coordinator asks."""
    coordinates = (
        select(PractitionerRole.practitioner_id)
        .where(
            PractitionerRole.practitioner_id == actor_id,
            PractitionerRole.role == Role.COORDINATOR,
        )
        .exists()
    )
    teaches = (
        select(SessionTrainer.session_id)
        .where(
            SessionTrainer.session_id == CourseSession.id,
            SessionTrainer.practitioner_id == actor_id,
        )
        .correlate(CourseSession)
        .exists()
    )
    counts = _counts(session_id)
    columns: list[Any] = [CourseSession, Course, coordinates.label("coordinates")]
    columns += [teaches.label("teaches"), *counts.c]
    asked: Any = (
        select(*columns)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .join(counts, true())
        .where(CourseSession.id == session_id)
    )
    head: Row[Any] | None = (await db.exec(asked)).first()
    if head is None:
        raise NotFound(NO_SUCH_SESSION)
    if not (head.coordinates or head.teaches):
        raise NotYourSession(
            "Only this session's trainers and the training team see who is coming. "
            "Type “my training” to see what you have booked."
        )
    return head


def _counts(session_id: UUID) -> Subquery:
    """Count everybody who ever booked, each kind of them, and who gave back late."""

    def number(condition: ColumnElement[bool], name: str) -> Any:  # noqa: ANN401 - a label of SQLAlchemy
        return func.count(case((condition, 1))).label(name)

    def stands(status: BookingStatus) -> ColumnElement[bool]:
        return col(Booking.status) == status

    ended_late = and_(
        col(BookingChange.booking_id) == Booking.id,
        col(BookingChange.position) == Booking.change_count,
        col(BookingChange.late_reason).is_not(None),
    )
    columns: list[Any] = [
        func.count(col(Booking.id)).label("everybody"),
        number(stands(BookingStatus.CONFIRMED), "confirmed"),
        number(col(Booking.coming_at).is_not(None), "said_coming"),
        number(stands(BookingStatus.OFFERED), "offered"),
        number(stands(BookingStatus.WAITLISTED), "waiting"),
        number(_GAVE_BACK, "given_back"),
        number(and_(_GAVE_BACK, col(BookingChange.id).is_not(None)), "late"),
    ]
    counts: Subquery = (
        select(*columns)
        .select_from(Booking)
        .outerjoin(BookingChange, ended_late)
        .where(Booking.session_id == session_id)
        .subquery("counts")
    )
    return counts


async def _rows(
    db: AsyncSession, session_id: UUID, *, given_back: bool, limit: int, offset: int
) -> Sequence[RosterRow]:
    in_line = func.row_number().over(
        partition_by=col(Booking.status), order_by=col(Booking.queue_number)
    )
    latest = (col(Booking.cancelled_at).desc(),) if given_back else (_ORDER,)
    rows = await db.exec(
        select(Booking, Practitioner, Agency, in_line)
        .join(Practitioner, col(Booking.practitioner_id) == Practitioner.id)
        .outerjoin(Agency, col(Practitioner.agency_id) == Agency.id)
        .where(
            Booking.session_id == session_id,
            _GAVE_BACK if given_back else not_(_GAVE_BACK),
        )
        .order_by(
            *latest,
            col(Booking.queue_number),
            func.lower(Practitioner.name),
            col(Practitioner.id),
        )
        .limit(limit)
        .offset(offset)
    )
    return [
        RosterRow(
            practitioner,
            agency,
            booking,
            place if booking.status == BookingStatus.WAITLISTED else None,
        )
        for booking, practitioner, agency, place in rows
    ]
