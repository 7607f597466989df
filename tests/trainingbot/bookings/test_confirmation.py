"""The confirmation of a place that was not booked in a chat."""

from datetime import datetime, timedelta

from sqlmodel import select

from tests.moments import NEXT_WEEK, NOW
from tests.trainingbot.bookings.scene import Scene
from trainingbot.bookings.confirmation import owe_confirmation
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice

LATER = NOW + timedelta(minutes=5)


async def confirm(scene: Scene, person: int, *, now: datetime) -> None:
    async with scene.database.writing() as db:
        await owe_confirmation(
            db, session_id=scene.session_id, practitioner_id=scene.people[person], now=now
        )


async def confirmations(scene: Scene) -> list[tuple[int, int, datetime, NoticeState]]:
    async with scene.database.reading() as db:
        found = await db.exec(select(Notice).where(Notice.kind == NoticeKind.CONFIRMATION))
        return [
            (scene.people.index(one.practitioner_id), one.occurrence, one.expires_at, one.state)
            for one in found
        ]


async def test_a_place_booked_now_is_confirmed_once(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    await confirm(scene, 0, now=NOW)
    await confirm(scene, 0, now=NOW)

    assert await confirmations(scene) == [(0, 1, NEXT_WEEK, NoticeState.OWED)]
    assert await scene.broken() == []


async def test_nobody_is_told_anew_of_a_place_they_had_before(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    await scene.book(0, now=LATER)
    await confirm(scene, 0, now=LATER)

    assert await confirmations(scene) == []


async def test_nobody_is_told_of_a_place_who_waits(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)

    await confirm(scene, 1, now=NOW)

    assert await confirmations(scene) == []


async def test_an_offer_that_is_taken_is_confirmed(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.cancel(0, now=LATER)

    await scene.book(1, now=LATER)
    await confirm(scene, 1, now=LATER)

    assert await confirmations(scene) == [(1, 3, NEXT_WEEK, NoticeState.OWED)]


async def test_a_place_given_back_takes_its_confirmation_with_it(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)
    await confirm(scene, 0, now=NOW)

    await scene.cancel(0, now=LATER)

    assert await confirmations(scene) == [(0, 1, NEXT_WEEK, NoticeState.WITHDRAWN)]
