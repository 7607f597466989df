"""Saying that one is coming: once, for a place that can still be used, and taken back with it."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.trainingbot.bookings.scene import Scene
from trainingbot.bookings.coming import asked_whether_coming, say_coming
from trainingbot.enums import Change, NoticeKind, NoticeState, SessionStatus
from trainingbot.errors import NoBooking, NotFound, SessionCancelled, SessionStarted
from trainingbot.models import Booking, Notice

LATER = NOW + timedelta(hours=1)


async def say(scene: Scene, person: int, *, now: datetime = LATER) -> Booking:
    async with scene.database.writing() as db:
        return await say_coming(
            db,
            session_id=scene.session_id,
            practitioner_id=scene.people[person],
            terms=TERMS,
            now=now,
        )


async def test_somebody_with_a_place_says_that_they_are_coming(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    booking = await say(scene, 0)

    assert booking.coming_at == LATER
    assert await scene.history(0) == [Change.BOOKED, Change.SAID_COMING]
    assert await scene.actors(0) == [scene.people[0]] * 2
    assert await scene.broken() == []


async def test_saying_it_twice_does_nothing_more(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)
    await say(scene, 0)

    booking = await say(scene, 0, now=LATER + timedelta(days=1))

    assert booking.coming_at == LATER
    assert await scene.history(0) == [Change.BOOKED, Change.SAID_COMING]


async def test_saying_it_twice_at_once_is_written_down_once(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    await asyncio.gather(*(say(scene, 0) for _ in range(5)))

    assert await scene.history(0) == [Change.BOOKED, Change.SAID_COMING]


async def test_what_is_owed_before_the_session_stays_owed(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)
    before = await owed(scene)

    await say(scene, 0)

    assert await owed(scene) == before != []


async def owed(scene: Scene) -> list[tuple[NoticeKind, int]]:
    async with scene.database.reading() as db:
        found = await db.exec(select(Notice).where(Notice.state == NoticeState.OWED))
        return sorted((one.kind, one.occurrence) for one in found)


async def test_giving_the_place_back_takes_it_back(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)
    await say(scene, 0)

    booking = await scene.cancel(0, now=LATER)
    again = await scene.book(0, now=LATER)

    assert (booking.coming_at, again.coming_at) == (None, None)


async def test_a_place_that_was_moved_is_kept_by_saying_it(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)
    async with scene.database.writing() as db:
        moved = (await db.exec(select(Booking))).one()
        moved.may_leave_freely = True

    booking = await say(scene, 0)

    assert not booking.may_leave_freely


@pytest.mark.parametrize("person", [1, 2])
async def test_nobody_says_it_who_has_no_place(scene: Scene, person: int) -> None:
    await scene.fill(people=2, capacity=1)
    scene.people.append(uuid4())

    with pytest.raises(NoBooking):
        await say(scene, person)


async def test_nobody_says_it_of_a_session_that_has_begun(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    with pytest.raises(SessionStarted):
        await say(scene, 0, now=NEXT_WEEK)


async def test_nobody_says_it_of_a_session_that_is_cancelled(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)
    await scene.set_status(SessionStatus.CANCELLED)

    with pytest.raises(SessionCancelled):
        await say(scene, 0)


async def test_nobody_says_it_of_a_session_that_there_is_not(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)
    scene.session_id = uuid4()

    with pytest.raises(NotFound):
        await say(scene, 0)


async def remind(scene: Scene, kind: NoticeKind, state: NoticeState) -> None:
    async with scene.database.writing() as db:
        for notice in await db.exec(select(Notice).where(Notice.kind == kind)):
            notice.state = state
            notice.finished_at = LATER


async def asked(scene: Scene, person: int) -> int:
    async with scene.database.reading() as db:
        return len(await asked_whether_coming(db, scene.people[person]))


async def test_whoever_was_reminded_is_asked_until_they_answer(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    before = await asked(scene, 0)
    await remind(scene, NoticeKind.LATE_REMINDER, NoticeState.SENT)
    reminded = await asked(scene, 0)
    await say(scene, 0)

    assert (before, reminded, await asked(scene, 0)) == (0, 1, 0)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (NoticeKind.STARTING_SOON, NoticeState.SENT),
        (NoticeKind.LATE_REMINDER, NoticeState.EXPIRED),
    ],
)
async def test_other_notices_ask_nobody(scene: Scene, kind: NoticeKind, state: NoticeState) -> None:
    await scene.fill(people=1, capacity=1)

    await remind(scene, kind, state)

    assert await asked(scene, 0) == 0
