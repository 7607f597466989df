"""What is owed with a place, on every way in and out of one."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.factories import make_coordinator
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.statements import statements_counted
from tests.trainingbot.bookings.dates import FIRST, SECOND, Dates
from tests.trainingbot.bookings.scene import Scene
from tests.trainingbot.bookings.schedules import (
    EARLY,
    INVITATION,
    JOINING,
    LATE,
    SOON,
    WITHOUT_EARLY,
    owed_in_time,
    send_due,
)
from trainingbot.bookings.coming import say_coming
from trainingbot.bookings.for_others import book_for
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState

TWO_DAYS = timedelta(days=2)
ONE_DAY_BEFORE = NEXT_WEEK - timedelta(days=1) + timedelta(minutes=1)


@pytest.fixture
def dates(database: Database) -> Dates:
    """Return two dates of a course; `prepare` fills them."""
    return Dates(database)


async def kinds_owed(
    scene: Scene, person: int, *, state: NoticeState = NoticeState.OWED
) -> list[NoticeKind]:
    found = await owed_in_time(scene.database, scene.session_id, scene.people[person], state=state)
    return [kind for kind, _ in found]


async def kinds_on(dates: Dates, name: str, code: str) -> list[NoticeKind]:
    found = await owed_in_time(dates.database, dates.sessions[code], dates.people[name])
    return [kind for kind, _ in found]


async def test_whoever_books_is_owed_what_is_still_to_come(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)

    await scene.book(0, now=NOW - timedelta(minutes=1))

    assert await owed_in_time(scene.database, scene.session_id, scene.people[0]) == [
        (EARLY, datetime(2025, 1, 7, 10, 0, tzinfo=UTC)),
        (JOINING, datetime(2025, 1, 9, 10, 0, tzinfo=UTC)),
        (LATE, datetime(2025, 1, 13, 10, 0, tzinfo=UTC)),
        (SOON, datetime(2025, 1, 14, 9, 0, tzinfo=UTC)),
        (INVITATION, datetime(2025, 1, 14, 12, 30, tzinfo=UTC)),
    ]


async def test_whoever_books_the_day_before_is_owed_the_last_hour_alone(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)

    await scene.book(0, now=ONE_DAY_BEFORE)

    assert await kinds_owed(scene, 0) == [SOON, INVITATION]


async def test_booking_twice_owes_everything_once(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)

    await scene.book(0)
    await scene.book(0)

    assert await kinds_owed(scene, 0) == WITHOUT_EARLY


async def test_who_waits_or_is_offered_a_place_is_owed_nothing(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)

    await scene.cancel(0)

    assert await scene.standing() == ["cancelled", "offered 1", "waitlisted 2"]
    assert [await kinds_owed(scene, person) for person in range(3)] == [[], [], []]


async def test_whoever_takes_an_offer_is_owed_everything(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.cancel(0)

    await scene.book(1)

    assert await kinds_owed(scene, 1) == WITHOUT_EARLY
    assert await kinds_owed(scene, 0, state=NoticeState.WITHDRAWN) == WITHOUT_EARLY


async def test_whoever_is_booked_automatically_is_owed_everything(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.automate(1)

    await scene.cancel(0)

    assert await kinds_owed(scene, 1) == WITHOUT_EARLY
    assert await scene.broken() == []


async def test_a_place_that_is_given_back_takes_back_what_was_owed(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    await scene.cancel(0)
    await scene.cancel(0)

    assert await kinds_owed(scene, 0) == []
    assert await kinds_owed(scene, 0, state=NoticeState.WITHDRAWN) == WITHOUT_EARLY


async def test_whoever_comes_back_is_owed_what_is_to_come_then(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)
    await scene.cancel(0)

    await scene.book(0, now=NOW + TWO_DAYS)

    assert await kinds_owed(scene, 0) == [LATE, SOON, INVITATION]
    assert await scene.broken(now=NOW + TWO_DAYS) == []


async def test_what_has_been_sent_is_not_sent_again_for_saying_that_one_is_coming(
    scene: Scene,
) -> None:
    await scene.fill(people=1, capacity=1)
    await send_due(scene.database, now=NOW + TWO_DAYS)
    before = await owed_in_time(scene.database, scene.session_id, scene.people[0])

    async with scene.database.writing() as db:
        await say_coming(
            db,
            session_id=scene.session_id,
            practitioner_id=scene.people[0],
            terms=TERMS,
            now=NOW + TWO_DAYS,
        )

    assert await owed_in_time(scene.database, scene.session_id, scene.people[0]) == before
    assert await kinds_owed(scene, 0, state=NoticeState.SENT) == [JOINING]
    assert await scene.broken(now=NOW + TWO_DAYS) == []


async def test_a_coordinator_who_books_for_somebody_owes_them_the_same(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)
    coordinator = await a_coordinator(scene.database)

    async with scene.database.writing() as db:
        await book_for(
            db,
            session_id=scene.session_id,
            practitioner_id=scene.people[0],
            actor_id=coordinator,
            reason="Asked by telephone.",
            terms=TERMS,
            now=NOW,
        )

    assert await kinds_owed(scene, 0) == WITHOUT_EARLY


async def test_a_substitute_is_owed_what_the_giver_no_longer_is(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")

    await dates.send("Ann", to="Ben", now=NOW + TWO_DAYS)

    assert await kinds_on(dates, "Ann", FIRST) == []
    assert await kinds_on(dates, "Ben", FIRST) == [LATE, SOON, INVITATION]
    assert await dates.broken(now=NOW + TWO_DAYS) == []


async def test_a_transfer_takes_back_what_is_owed_here_and_owes_it_there(dates: Dates) -> None:
    await dates.prepare("Ann")
    await dates.book("Ann")

    await dates.change("Ann")

    assert await kinds_on(dates, "Ann", FIRST) == []
    assert await kinds_on(dates, "Ann", SECOND) == [EARLY, *WITHOUT_EARLY]
    assert await dates.broken() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_schedule_is_one_statement_of_a_booking_and_of_a_cancellation(
    scene: Scene,
) -> None:
    await scene.prepare(people=1, capacity=1)
    here: dict[str, Any] = {
        "session_id": scene.session_id,
        "practitioner_id": scene.people[0],
        "terms": TERMS,
        "now": NOW,
    }

    async with scene.database.writing() as db:
        with statements_counted(db) as booking:
            await book_place(db, **here)
            await db.flush()
        with statements_counted(db) as cancelling:
            await cancel_booking(db, **here)
            await db.flush()

    assert sum("INSERT INTO notice" in one for one in booking) == 1
    assert sum("notice" in one for one in booking) == 1
    # One takes the schedule back, and one the news of how the place was come by.
    assert sum("UPDATE notice" in one for one in cancelling) == 2
    assert sum("notice" in one for one in cancelling) == 2


async def a_coordinator(database: Database) -> UUID:
    async with database.writing() as db:
        return (await make_coordinator(db)).id
