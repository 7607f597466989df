"""Add a session to a course: the form, what would follow, and the session itself."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from bot.cards.session_previews import Outlook, add_card, add_preview
from bot.flows.courses import NO_SUCH_COURSE
from bot.flows.session_forms import Problems, read_new_session, shown_twice
from bot.flows.sessions import hub
from bot.payloads import CourseChoice
from bot.session_payloads import AddedSession, NewSession
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.rules import broadcast_begins, free_until
from trainingbot.courses.queries import coming_sessions
from trainingbot.enums import Delivery
from trainingbot.errors import NotFound, TrainingBotError
from trainingbot.models import Course, CourseSession
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.scheduling import adding
from trainingbot.scheduling.clashes import clashes_with
from trainingbot.scheduling.queries import every_trainer, interested_in
from trainingbot.scheduling.views import SessionPlan
from trainingbot.working_days import is_working_day

SESSIONS_LOOKED_AT = 200
"""How many coming sessions of the course are looked at for another one on the same day."""


async def ask_to_add_session(visit: Visit, choice: CourseChoice) -> Reply:
    """Ask a coordinator for a new session of a course."""
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    course = await _course(visit, choice.course_id)
    form = NewSession(
        course_id=course.id,
        day=choice.day.isoformat() if choice.day else "",
        places=str(course.capacity),
        delivery=Delivery.TEAMS,
        invite=True,
    )
    return await _asked(visit, course, form, {})


async def preview_session(visit: Visit, form: NewSession) -> Reply:
    """Show a coordinator what adding a session would come to, or what is wrong with it."""
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    course = await _course(visit, form.course_id)
    plan, problems = await _read(visit, course, form)
    if plan is None:
        return await _asked(visit, course, form, problems)
    added = AddedSession(**form.model_dump(), session_id=uuid4())
    return await _preview(visit, course, added, plan)


async def add_session(visit: Visit, form: AddedSession) -> Reply:
    """Add a session as a coordinator has seen it; pressed twice, it is one session."""
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    there = await visit.db.get(CourseSession, form.session_id)
    if there is not None:
        return await hub(visit, there.id, f"Added as {there.code}.")
    course = await _course(visit, form.course_id)
    plan, problems = await _read(visit, course, form)
    if plan is None:
        return await _asked(visit, course, form, problems)
    try:
        async with visit.db.begin_nested():
            session = await adding.add_session(
                visit.db,
                course_id=course.id,
                session_id=form.session_id,
                plan=plan,
                invite_interested=form.invite,
                actor_id=visit.practitioner.id,
                terms=visit.terms,
                now=visit.now,
            )
    except TrainingBotError as refused:
        return await _preview(visit, course, form, plan, refused=refused.sentence)
    return await hub(visit, session.id, f"Added as {session.code}.")


async def outlook_of(
    visit: Visit,
    planned: CourseSession,
    *,
    trainer_ids: Sequence[UUID],
    besides: UUID | None = None,
) -> Outlook:
    """Return what follows from a date and a place; `besides` is the session that is moved."""
    coming, _ = await coming_sessions(
        visit.db, planned.course_id, limit=SESSIONS_LOOKED_AT, now=visit.now
    )
    day = _day(visit, planned.starts_at)
    return Outlook(
        planned=planned,
        free_until=free_until(planned, terms=visit.terms),
        broadcast_begins=broadcast_begins(planned, terms=visit.terms),
        works=is_working_day(day, calendar=visit.terms.calendar),
        shown_twice=shown_twice(planned.starts_at, zone=visit.zone),
        clashes=await clashes_with(
            visit.db,
            starts_at=planned.starts_at,
            ends_at=planned.ends_at,
            venue=planned.venue,
            trainer_ids=trainer_ids,
            besides=besides,
            booked_on=besides,
        ),
        same_day=[one for one in coming if one.id != besides and _day(visit, one.starts_at) == day],
        now=visit.now,
    )


def _day(visit: Visit, moment: datetime) -> date:
    return moment.astimezone(visit.zone).date()


async def _course(visit: Visit, course_id: UUID) -> Course:
    course = await visit.db.get(Course, course_id)
    if course is None:
        raise NotFound(NO_SUCH_COURSE)
    return course


async def _read(
    visit: Visit, course: Course, form: NewSession
) -> tuple[SessionPlan | None, Problems]:
    return read_new_session(
        form,
        minutes=course.minutes,
        trainers={one.id for one in await every_trainer(visit.db)},
        zone=visit.zone,
        now=visit.now,
    )


async def _asked(visit: Visit, course: Course, form: NewSession, problems: Problems) -> Reply:
    return add_card(
        course,
        form,
        await every_trainer(visit.db),
        interested=await interested_in(visit.db, course.id, now=visit.now),
        problems=problems,
    )


async def _preview(
    visit: Visit, course: Course, form: AddedSession, plan: SessionPlan, *, refused: str = ""
) -> Reply:
    planned = CourseSession(
        code="",
        course_id=course.id,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        delivery=plan.delivery,
        venue=plan.venue,
        join_url=plan.join_url,
        capacity=plan.capacity,
        tentative=plan.minimum_places is not None,
        minimum_places=plan.minimum_places,
        decide_at=plan.decide_at,
    )
    return add_preview(
        course,
        form,
        await outlook_of(visit, planned, trainer_ids=plan.trainer_ids),
        await every_trainer(visit.db),
        interested=await interested_in(visit.db, course.id, now=visit.now),
        refused=refused,
        zone=visit.zone,
    )
