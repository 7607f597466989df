"""Add a session to a course, and ask those who wanted a date."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.history import new_booking, take_step
from trainingbot.bookings.session_history import note_session_change
from trainingbot.bookings.waitlist import pass_places_on
from trainingbot.enums import BookingStatus, Change, NoticeKind, SessionStep
from trainingbot.errors import NotFound
from trainingbot.models import Course, CourseSession, Interest, Practitioner
from trainingbot.notices.operations import owe_notices
from trainingbot.scheduling.digests import owe_digests
from trainingbot.scheduling.interest import forget_interest
from trainingbot.scheduling.permission import refuse_others_than_coordinators
from trainingbot.scheduling.queries import with_a_coming_place
from trainingbot.scheduling.rules import code_prefix, next_code, refusal_of_plan
from trainingbot.scheduling.trainers import (
    name_trainers,
    refuse_others_than_trainers,
    tell_trainers,
)
from trainingbot.scheduling.views import SessionPlan
from trainingbot.scheduling.words import added_in_words
from trainingbot.terms import Terms

ONE_ADDS_SESSIONS_AT_A_TIME: Final = 20_240_112
"""The number of the lock that is held on PostgreSQL while sessions get their codes."""
WAS_INTERESTED = "was on the interest list"


async def add_session(
    db: AsyncSession,
    *,
    course_id: UUID,
    plan: SessionPlan,
    invite_interested: bool,
    actor_id: UUID | None,
    session_id: UUID | None = None,
    terms: Terms,
    now: datetime,
) -> CourseSession:
    """Add a session to a course under the next free code of its year, and tell its trainers.

    With `invite_interested` those who want a date go onto its waitlist in the order in which
    they said so and are told, and places are passed on to them; who has no confirmed agency stays
    interested.
    With a `session_id` it is safe to repeat: the session that has it already is returned.
    Raises `NotACoordinator`, `NotFound`, `DatesImpossible`, `PlacesImpossible`, `LinkNotUsable`
    or `NotATrainer`.
    """
    await refuse_others_than_coordinators(db, actor_id)
    await hold_session_codes(db)
    known = await db.get(CourseSession, session_id) if session_id else None
    if known is not None:
        return known
    refusal = refusal_of_plan(plan, now=now)
    if refusal is not None:
        raise refusal
    course = await db.get(Course, course_id)
    if course is None:
        raise NotFound("This course is no longer in the programme. Type “courses” to look again.")
    await refuse_others_than_trainers(db, plan.trainer_ids)
    session = await _new_session(db, course, plan, session_id or uuid4(), terms=terms)
    trainers = set(plan.trainer_ids)
    name_trainers(db, session, trainers)
    change = await note_session_change(
        db,
        session,
        step=SessionStep.ADDED,
        details=added_in_words(session, trainers=len(trainers), zone=terms.calendar.zone),
        actor_id=actor_id,
        now=now,
    )
    await tell_trainers(db, session, change, named=trainers, now=now)
    await owe_digests(db, session, trainers, position=change.position, terms=terms, now=now)
    if invite_interested:
        await _invite_interested(db, session, actor_id=actor_id, terms=terms, now=now)
    return session


async def hold_session_codes(db: AsyncSession) -> None:
    """Keep everybody else from adding sessions until the transaction ends."""
    # On SQLite every writing transaction waits for the one before it.
    if db.get_bind().dialect.name == "postgresql":
        await db.exec(select(func.pg_advisory_xact_lock(ONE_ADDS_SESSIONS_AT_A_TIME)))


async def _new_session(
    db: AsyncSession, course: Course, plan: SessionPlan, session_id: UUID, *, terms: Terms
) -> CourseSession:
    zone = terms.calendar.zone
    taken = await db.exec(
        select(CourseSession.code).where(
            col(CourseSession.code).startswith(code_prefix(plan.starts_at, zone=zone))
        )
    )
    tentative = plan.minimum_places is not None
    session = CourseSession(
        id=session_id,
        code=next_code(taken, starts_at=plan.starts_at, zone=zone),
        course_id=course.id,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        delivery=plan.delivery,
        venue=plan.venue,
        join_url=plan.join_url,
        capacity=plan.capacity,
        tentative=tentative,
        minimum_places=plan.minimum_places,
        decide_at=plan.decide_at if tentative else None,
    )
    db.add(session)
    await db.flush()
    return session


async def _invite_interested(
    db: AsyncSession,
    session: CourseSession,
    *,
    actor_id: UUID | None,
    terms: Terms,
    now: datetime,
) -> None:
    """Put the interested onto the waitlist in their order, tell them, and pass the places on.

    Whoever has a place on another coming date by now has what they wanted, and is passed by.
    """
    interested = await db.exec(
        select(Practitioner)
        .join(Interest, col(Interest.practitioner_id) == Practitioner.id)
        .where(
            Interest.course_id == session.course_id,
            col(Practitioner.agency_confirmed_at).is_not(None),
        )
        .order_by(col(Interest.since), col(Interest.practitioner_id))
        .with_for_update(of=Interest)
    )
    people = interested.all()
    served = set(await db.exec(with_a_coming_place(session.course_id, now=now)))
    bookings = [
        new_booking(session, person, now=now) for person in people if person.id not in served
    ]
    for booking in bookings:
        await take_step(
            db,
            session,
            booking,
            status=BookingStatus.WAITLISTED,
            change=Change.WAITLISTED,
            actor_id=actor_id,
            reason=WAS_INTERESTED,
            terms=terms,
            now=now,
        )
    await db.flush()
    await owe_notices(
        db,
        NoticeKind.BOOKED_FOR_YOU,
        to_about=[
            (one.practitioner_id, one.id)
            for one in bookings
            if actor_id not in {None, one.practitioner_id}
        ],
        occurrence=1,
        expires_at=session.starts_at,
        now=now,
    )
    await forget_interest(db, session.course_id, [one.id for one in people])
    # Whoever is offered a place at once hears of that alone.
    await pass_places_on(db, session, freed=True, terms=terms, now=now)
