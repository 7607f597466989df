from datetime import timedelta

import pytest
from sqlmodel import select

from tests.factories import make_booking, make_course, make_practitioner, make_session
from tests.moments import NEXT_WEEK, NOW
from tests.trainingbot.scheduling.scene import LATER, Programme
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, SessionStatus, SessionStep
from trainingbot.models import Booking, Course, Interest
from trainingbot.scheduling.news import (
    booked_then,
    change_of_session,
    had_place,
    interest_of,
    interests_of,
    last_move,
    trains,
)


async def test_the_last_move_is_found_among_the_changes_of_a_session(programme: Programme) -> None:
    await programme.prepare_session(people=0)
    async with programme.database.reading() as db:
        before = await last_move(db, programme.session_id)
    await programme.move(starts_at=LATER, reason="first")
    await programme.move(starts_at=LATER + timedelta(days=1), reason="second")
    await programme.call_off()

    async with programme.database.reading() as db:
        last = await last_move(db, programme.session_id)
        added = await change_of_session(db, programme.session_id, position=1)
        none = await change_of_session(db, programme.session_id, position=9)

    assert before is None
    assert last is not None
    assert (last.position, last.reason) == (3, "second")
    assert added is not None
    assert added.step == SessionStep.ADDED
    assert none is None


async def test_who_had_a_place_is_told_from_who_waited_when_a_session_is_cancelled(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=3, capacity=1, booked=2)
    await programme.call_off()

    async with programme.database.reading() as db:
        rows = await db.exec(select(Booking))
        had = {one.practitioner_id: await had_place(db, one) for one in rows}

    assert had == {programme.people[0]: True, programme.people[1]: False}


@pytest.mark.parametrize(
    ("hours", "status", "session_status", "named"),
    [
        (0, BookingStatus.CONFIRMED, SessionStatus.SCHEDULED, True),
        (1, BookingStatus.WAITLISTED, SessionStatus.SCHEDULED, True),
        (-1, BookingStatus.CONFIRMED, SessionStatus.SCHEDULED, True),
        (2.5, BookingStatus.CONFIRMED, SessionStatus.SCHEDULED, False),
        (-2.5, BookingStatus.CONFIRMED, SessionStatus.SCHEDULED, False),
        (0, BookingStatus.CANCELLED, SessionStatus.SCHEDULED, False),
        (0, BookingStatus.CONFIRMED, SessionStatus.CANCELLED, False),
    ],
)
async def test_another_booking_at_the_time_of_a_session_is_found(
    database: Database,
    hours: float,
    status: BookingStatus,
    session_status: SessionStatus,
    named: bool,  # noqa: FBT001 - a column of the table
) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        moved = await make_session(db)
        other = await make_session(
            db, starts_at=NEXT_WEEK + timedelta(hours=hours), status=session_status
        )
        for held in (moved, other):
            waits = status == BookingStatus.WAITLISTED
            await make_booking(
                db,
                session_id=held.id,
                practitioner_id=person.id,
                status=status,
                queue_number=1 if waits else None,
                cancelled_at=NOW if status == BookingStatus.CANCELLED else None,
            )
        await make_booking(db, session_id=other.id)

    async with database.reading() as db:
        found = await booked_then(db, person.id, moved)

    assert [one.session.id for one in found] == ([other.id] if named else [])


async def test_trainers_are_told_from_others(programme: Programme) -> None:
    await programme.prepare_session(people=1, trainers=1)

    async with programme.database.reading() as db:
        trainer = await trains(db, programme.session_id, programme.trainers[0])
        other = await trains(db, programme.session_id, programme.people[0])

    assert (trainer, other) == (True, False)


async def test_wishes_for_a_date_are_listed_longest_first_with_how_many_there_are(
    database: Database,
) -> None:
    async with database.writing() as db:
        person, other = await make_practitioner(db), await make_practitioner(db)
        courses = [await make_course(db, title=f"Course {number}") for number in range(4)]
        for number, course in enumerate(courses[:3]):
            since = NOW - timedelta(days=number)
            db.add(Interest(course_id=course.id, practitioner_id=person.id, since=since))
        db.add(Interest(course_id=courses[3].id, practitioner_id=other.id, since=NOW))

    async with database.reading() as db:
        two = await interests_of(db, person.id, limit=2)
        all_of_them = await interests_of(db, person.id, limit=5)
        one = await interest_of(db, courses[1].id, person.id)
        none = await interest_of(db, courses[3].id, person.id)

    def titles(rows: list[Course]) -> list[str]:
        return [course.title for course in rows]

    assert (titles([row.course for row in two.rows]), two.total) == (["Course 2", "Course 1"], 3)
    assert titles([row.course for row in all_of_them.rows]) == ["Course 2", "Course 1", "Course 0"]
    assert all_of_them.total == 3
    assert one is not None
    assert (one.course.title, one.since) == ("Course 1", NOW - timedelta(days=1))
    assert none is None
