from datetime import timedelta

from sqlmodel import select

from tests.factories import make_session
from tests.moments import NEXT_WEEK, NOW
from tests.trainingbot.scheduling.scene import LATER, Programme, plan
from trainingbot.courses.rules import Offering
from trainingbot.enums import SessionStep
from trainingbot.models import CourseSession
from trainingbot.scheduling.queries import (
    every_trainer,
    history_of_session,
    other_dates,
    people_affected,
    places_lost,
    sessions_of_trainer,
    trainers_of,
)
from trainingbot.scheduling.views import Affected


async def test_whom_a_change_touches_is_counted_by_what_they_have(programme: Programme) -> None:
    await programme.prepare_session(people=6, trainers=2, capacity=3)
    await programme.cancel(0)
    await programme.cancel(5)

    async with programme.database.reading() as db:
        affected = await people_affected(db, programme.session_id)

    assert affected == Affected(confirmed=2, offered=1, waiting=1, trainers=2)
    assert affected.bookings == 4


async def test_a_session_without_people_touches_nobody(programme: Programme) -> None:
    await programme.prepare_session(people=0)

    async with programme.database.reading() as db:
        assert await people_affected(db, programme.session_id) == Affected(0, 0, 0, 0)


async def test_trainers_stand_in_the_order_of_the_alphabet(programme: Programme) -> None:
    await programme.prepare_session(people=1, trainers=3)
    await programme.name([programme.trainers[2], programme.trainers[0]])

    async with programme.database.reading() as db:
        of_session = await trainers_of(db, programme.session_id)
        everybody = await every_trainer(db)

    assert [one.name for one in of_session] == ["Trainer 0", "Trainer 2"]
    assert [one.name for one in everybody] == ["Trainer 0", "Trainer 1", "Trainer 2"]


async def test_a_trainer_sees_the_sessions_that_are_not_over_soonest_first(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=0, trainers=2, starts_at=LATER)
    await programme.add(plan(trainer_ids=(programme.trainers[0],)))
    called_off = await programme.add(plan(trainer_ids=(programme.trainers[0],)))
    programme.session_id = called_off.id
    await programme.call_off()

    async with programme.database.reading() as db:
        page = await sessions_of_trainer(db, programme.trainers[0], limit=1, now=NOW)
        second = await sessions_of_trainer(db, programme.trainers[0], limit=1, offset=1, now=NOW)
        during = await sessions_of_trainer(
            db, programme.trainers[0], limit=5, now=NEXT_WEEK + timedelta(hours=1)
        )
        after = await sessions_of_trainer(
            db, programme.trainers[0], limit=5, now=NEXT_WEEK + timedelta(hours=3)
        )

    assert ([one.session.code for one in page.rows], page.total) == (["S25-002"], 2)
    assert [one.session.code for one in second.rows] == ["S25-001"]
    assert (during.total, after.total) == (2, 1)


async def test_the_history_of_a_session_is_told_newest_first(programme: Programme) -> None:
    await programme.prepare_session(
        people=1, booked=0, minimum_places=1, decide_at=NEXT_WEEK - timedelta(days=4)
    )
    await programme.book(0)
    await programme.resize(5)

    async with programme.database.reading() as db:
        stories = await history_of_session(db, programme.session_id, limit=2)

    assert [(one.change.step, one.actor.name if one.actor else None) for one in stories] == [
        (SessionStep.CAPACITY_CHANGED, "Morgan Reid"),
        (SessionStep.CONFIRMED, None),
    ]


async def test_other_dates_are_those_to_come_of_the_same_course(programme: Programme) -> None:
    await programme.prepare_session(people=1)
    full = await programme.add(plan(starts_at=LATER, capacity=1))
    await programme.add(plan(starts_at=LATER + timedelta(days=1)))
    over = await programme.add(plan(starts_at=NOW + timedelta(hours=1)))
    cancelled = await programme.add(plan(starts_at=LATER))
    async with programme.database.writing() as db:
        await make_session(db, starts_at=LATER)
    first = programme.session_id
    programme.session_id = full.id
    await programme.book(0)
    programme.session_id = cancelled.id
    await programme.call_off()

    async with programme.database.reading() as db:
        session = await db.get_one(CourseSession, first)
        found = await other_dates(db, session, limit=5, now=over.starts_at)
        fewer = await other_dates(db, session, limit=1, now=over.starts_at)

    expected: list[tuple[str, Offering]] = [("S25-002", "waitlist"), ("S25-003", "places")]
    assert [(one.session.code, one.offering) for one in found] == expected
    assert len(fewer) == 1


async def test_places_lost_are_those_of_one_session(programme: Programme) -> None:
    await programme.prepare_session(people=3)
    await programme.call_off()
    lost = programme.session_id
    programme.session_id = (await programme.add(plan(), invite=False)).id
    await programme.book(0)

    async with programme.database.reading() as db:
        counts = {
            session_id: await places_lost(db, session_id)
            for session_id in await db.exec(select(CourseSession.id))
        }

    assert counts == {lost: 3, programme.session_id: 0}
