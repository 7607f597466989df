"""What the service already holds of a programme."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import EvaluationMoment, SessionStep
from trainingbot.models import (
    Agency,
    Booking,
    BriefingViews,
    Course,
    CourseSession,
    Evaluation,
    EvaluationResponse,
    Practitioner,
    PractitionerRole,
    SessionChange,
    SessionTrainer,
)
from trainingbot.programme.rows import Programme
from trainingbot.programme.stored import Pair, Stored, StoredBooking

T = TypeVar("T")
NAMES_IN_A_QUERY = 500
"""SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535."""


async def stored_programme(db: AsyncSession, programme: Programme) -> Stored:
    """Return what the service holds of a programme, with its sessions locked.

    The sessions are locked first and in the order of their codes, so that no booking is made
    between the look and the change, and two imports cannot wait for each other.
    """
    sessions = await _sessions(db, {row.id for row in programme.sessions})
    session_ids = sorted(session.id for session in sessions.values())
    fresh = {"populate_existing": True}
    agencies = await db.exec(select(Agency).execution_options(**fresh))
    courses = await db.exec(select(Course).execution_options(**fresh))
    roles = await db.exec(select(PractitionerRole))
    briefings = await db.exec(select(BriefingViews.title, BriefingViews.year, BriefingViews.views))
    return Stored(
        agencies={agency.code: agency for agency in agencies.all()},
        people=await _people(db, {row.email for row in programme.people()}),
        roles={(role.practitioner_id, role.role) for role in roles.all()},
        courses={course.code: course for course in courses.all()},
        sessions=sessions,
        trainers=await _trainers(db, session_ids),
        decided=await _decided(db, session_ids),
        bookings=await _bookings(db, session_ids),
        responses=await _responses(db, session_ids),
        briefings={(title, year): views for title, year, views in briefings.all()},
    )


async def session_codes(db: AsyncSession) -> set[str]:
    """Return the codes of all sessions."""
    return set((await db.exec(select(CourseSession.code))).all())


async def _sessions(db: AsyncSession, codes: set[str]) -> dict[str, CourseSession]:
    found = {}
    for some in _batches(sorted(codes)):
        rows = await db.exec(
            select(CourseSession)
            .where(col(CourseSession.code).in_(some))
            .order_by(col(CourseSession.code))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        found.update({session.code: session for session in rows.all()})
    return found


async def _people(db: AsyncSession, emails: set[str]) -> dict[str, Practitioner]:
    found = {}
    for some in _batches(sorted(emails)):
        rows = await db.exec(
            select(Practitioner)
            .where(col(Practitioner.email).in_(some))
            .execution_options(populate_existing=True)
        )
        found.update({person.email: person for person in rows.all() if person.email})
    return found


async def _trainers(db: AsyncSession, session_ids: list[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for some in _batches(session_ids):
        rows = await db.exec(
            select(SessionTrainer.session_id, SessionTrainer.practitioner_id).where(
                col(SessionTrainer.session_id).in_(some)
            )
        )
        for session_id, practitioner_id in rows.all():
            found[session_id].add(practitioner_id)
    return dict(found)


async def _decided(db: AsyncSession, session_ids: list[UUID]) -> dict[UUID, set[SessionStep]]:
    found: dict[UUID, set[SessionStep]] = defaultdict(set)
    for some in _batches(session_ids):
        rows = await db.exec(
            select(SessionChange.session_id, SessionChange.step)
            .where(
                col(SessionChange.session_id).in_(some),
                col(SessionChange.actor_id).is_not(None),
            )
            .distinct()
        )
        for session_id, step in rows.all():
            found[session_id].add(SessionStep(step))
    return dict(found)


async def _bookings(db: AsyncSession, session_ids: list[UUID]) -> dict[Pair, StoredBooking]:
    found = {}
    for some in _batches(session_ids):
        rows = await db.exec(
            select(Booking)
            .where(col(Booking.session_id).in_(some))
            .execution_options(populate_existing=True)
        )
        for row in rows.all():
            found[row.session_id, row.practitioner_id] = StoredBooking(
                id=row.id,
                status=row.status,
                cancelled_at=row.cancelled_at,
                attendance=row.attendance,
                evaluated_on=row.evaluated_on,
                change_count=row.change_count,
            )
    return found


async def _responses(
    db: AsyncSession, session_ids: list[UUID]
) -> set[tuple[UUID, EvaluationMoment, str]]:
    found: set[tuple[UUID, EvaluationMoment, str]] = set()
    for some in _batches(session_ids):
        rows = await db.exec(
            select(
                EvaluationResponse.session_id,
                Evaluation.moment,
                EvaluationResponse.respondent_hash,
            )
            .join(Evaluation, col(Evaluation.id) == col(EvaluationResponse.evaluation_id))
            .where(col(EvaluationResponse.session_id).in_(some))
        )
        found.update((session, EvaluationMoment(moment), name) for session, moment, name in rows)
    return found


def _batches(names: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(names)
    while batch := list(islice(remaining, NAMES_IN_A_QUERY)):
        yield batch
