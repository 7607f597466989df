"""Who is on a coming session, or waits for one, and is not reached in Teams."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery
from sqlmodel import and_, case, col, func, not_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import ACTIVE_BOOKINGS, SessionStatus, Unreachable
from trainingbot.models import Agency, Booking, Course, CourseSession, Practitioner, TeamsAccount
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.scheduling.attention_views import Unreached, UnreachedPage, UnreachedPerson
from trainingbot.scheduling.views import SessionOfCourse


async def unreached_people(
    db: AsyncSession, *, actor_id: UUID, limit: int, offset: int = 0, now: datetime
) -> UnreachedPage:
    """Return a page of the people with a booking to come whom Teams does not reach.

    Those whose session is nearest come first. Four statements, whatever the size. Raises
    `NotACoordinator`.
    """
    await refuse_unless_coordinator(db, actor_id)
    claims, why = _claims(now), _why()
    columns: list[Any] = [Practitioner, Agency, why.c.unreachable, CourseSession, Course]
    people: Any = (
        select(*columns)
        .join(claims, claims.c.practitioner_id == Practitioner.id)
        .join(CourseSession, claims.c.session_id == CourseSession.id)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .outerjoin(Agency, col(Practitioner.agency_id) == Agency.id)
        .outerjoin(why, and_(why.c.practitioner_id == Practitioner.id, why.c.nth == 1))
        .where(claims.c.nth == 1, not_(_in_teams()))
        .order_by(
            col(CourseSession.starts_at),
            func.lower(Practitioner.name),
            col(Practitioner.id),
        )
        .limit(limit)
        .offset(offset)
    )
    rows = [
        UnreachedPerson(
            practitioner=practitioner,
            agency=agency,
            why=None if unreachable is None else Unreachable(unreachable),
            next_session=SessionOfCourse(session, course),
        )
        for practitioner, agency, unreachable, session, course in await db.exec(people)
    ]
    return UnreachedPage(rows, await numbers_unreached(db, now=now))


async def numbers_unreached(db: AsyncSession, *, now: datetime) -> Unreached:
    """Return how many people with a booking to come Teams does not reach, in one statement."""
    claims = _claims(now)
    with_address = func.count(col(Practitioner.email))
    counted: Any = (
        select(func.count(), with_address)
        .select_from(Practitioner)
        .join(claims, and_(claims.c.practitioner_id == Practitioner.id, claims.c.nth == 1))
        .where(not_(_in_teams()))
    )
    total, with_email = (await db.exec(counted)).one()
    return Unreached(total, with_email)


def _claims(now: datetime) -> Subquery:
    """Select the bookings to come of each person, numbered from the nearest."""
    nearest = func.row_number().over(
        partition_by=col(Booking.practitioner_id),
        order_by=(col(CourseSession.starts_at), col(CourseSession.code)),
    )
    claims: Subquery = (
        select(col(Booking.practitioner_id), col(Booking.session_id), nearest.label("nth"))
        .join(CourseSession, col(Booking.session_id) == CourseSession.id)
        .where(
            col(Booking.status).in_(ACTIVE_BOOKINGS),
            CourseSession.status == SessionStatus.SCHEDULED,
            CourseSession.starts_at > now,
        )
        .subquery("claims")
    )
    return claims


def _in_teams() -> Any:  # noqa: ANN401 - a condition that stands inside another statement
    return (
        select(TeamsAccount.id)
        .where(
            TeamsAccount.practitioner_id == Practitioner.id,
            col(TeamsAccount.installed).is_(True),
        )
        .correlate(Practitioner)
        .exists()
    )


def _why() -> Subquery:
    """Select why each account stopped, numbered from the one that can most easily be mended.

    Whoever removed the app in one tenant and blocked it in another installs it again in the first.
    """
    mended_first = case(
        (col(TeamsAccount.unreachable) == Unreachable.GONE, 0),
        (col(TeamsAccount.unreachable) == Unreachable.REMOVED, 1),
        else_=2,
    )
    nth = func.row_number().over(
        partition_by=col(TeamsAccount.practitioner_id),
        order_by=(mended_first, col(TeamsAccount.id)),
    )
    stopped: Any = select(
        col(TeamsAccount.practitioner_id), col(TeamsAccount.unreachable), nth.label("nth")
    ).where(col(TeamsAccount.installed).is_(False))
    why: Subquery = stopped.subquery("why")
    return why
