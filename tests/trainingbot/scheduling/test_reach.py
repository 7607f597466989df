"""Who is on a coming session, or waits for one, and is not reached in Teams."""

from datetime import timedelta

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import (
    make_account,
    make_booking,
    make_coordinator,
    make_course,
    make_practitioner,
    make_session,
)
from tests.moments import NEXT_WEEK, NOW, YESTERDAY
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, SessionStatus, Unreachable
from trainingbot.errors import NotACoordinator
from trainingbot.models import CourseSession, Practitioner
from trainingbot.scheduling.attention_views import Unreached
from trainingbot.scheduling.reach import numbers_unreached, unreached_people


async def booked(
    db: AsyncSession,
    name: str,
    session: CourseSession,
    *accounts: Unreachable | None,
    status: BookingStatus = BookingStatus.CONFIRMED,
    queue_number: int | None = None,
) -> Practitioner:
    """Write somebody with a booking and with accounts that stopped so; None stands for one."""
    person = await make_practitioner(db, name=name)
    await make_booking(
        db,
        session_id=session.id,
        practitioner_id=person.id,
        status=status,
        queue_number=queue_number,
        cancelled_at=NOW if status == BookingStatus.CANCELLED else None,
    )
    for why in accounts:
        account = await make_account(db, person)
        account.unreachable, account.installed = why, why is None
        db.add(account)
    await db.flush()
    return person


async def test_those_with_a_booking_to_come_and_no_way_in_teams_are_found_nearest_first(
    database: Database,
) -> None:
    async with database.writing() as db:
        actor = await make_coordinator(db)
        neglect = await make_course(db, title="Neglect Level 2")
        later = await make_session(db, course=neglect, starts_at=NEXT_WEEK + timedelta(days=1))
        soon = await make_session(db, course=neglect)
        twice = await booked(db, "Never Met", later)
        await make_booking(db, session_id=soon.id, practitioner_id=twice.id)
        await booked(db, "both ways", soon, Unreachable.BLOCKED, Unreachable.REMOVED)
        await booked(
            db, "Zoe Waits", later, Unreachable.GONE, status=BookingStatus.WAITLISTED,
            queue_number=1,
        )  # fmt: skip
        await booked(db, "Reached Again", soon, Unreachable.BLOCKED, None)
        await booked(db, "Reached", soon, None)

    async with database.reading() as db:
        page = await unreached_people(db, actor_id=actor.id, limit=5, now=NOW)

    assert [(row.practitioner.name, row.why, row.next_session.session.id) for row in page.rows] == [
        ("both ways", Unreachable.REMOVED, soon.id),
        ("Never Met", None, soon.id),
        ("Zoe Waits", Unreachable.GONE, later.id),
    ]
    assert {row.next_session.course.title for row in page.rows} == {"Neglect Level 2"}
    assert page.numbers == Unreached(total=3, with_email=3)


async def test_whoever_has_nothing_to_come_is_not_among_them(database: Database) -> None:
    async with database.writing() as db:
        coming = await make_session(db)
        await booked(db, "Gave Back", coming, status=BookingStatus.CANCELLED)
        await booked(db, "Was There", await make_session(db, starts_at=YESTERDAY))
        await booked(db, "Called Off", await make_session(db, status=SessionStatus.CANCELLED))
        await make_practitioner(db, name="Never Booked")

    async with database.reading() as db:
        assert await numbers_unreached(db, now=NOW) == Unreached(total=0, with_email=0)


async def test_pages_hold_each_person_once_and_addresses_are_counted_over_all(
    database: Database,
) -> None:
    async with database.writing() as db:
        actor = await make_coordinator(db)
        session = await make_session(db)
        for number in range(5):
            person = await booked(db, f"Person {number}", session)
            person.email = None if number < 2 else person.email
            db.add(person)

    async with database.reading() as db:
        pages = [
            await unreached_people(db, actor_id=actor.id, limit=2, offset=offset, now=NOW)
            for offset in (0, 2, 4, 6)
        ]

    assert [[row.practitioner.name for row in page.rows] for page in pages] == [
        ["Person 0", "Person 1"],
        ["Person 2", "Person 3"],
        ["Person 4"],
        [],
    ]
    assert {page.numbers for page in pages} == {Unreached(total=5, with_email=3)}


async def test_nobody_but_coordinators_sees_who_they_are(database: Database) -> None:
    async with database.writing() as db:
        actor = await make_practitioner(db)

    async with database.reading() as db:
        with pytest.raises(NotACoordinator):
            await unreached_people(db, actor_id=actor.id, limit=5, now=NOW)
