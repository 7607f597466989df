"""Places that become free near the day: everybody who waits is told, and later nobody."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tests.moments import NEXT_WEEK, NOW
from tests.news import IS_NEWS
from tests.trainingbot.bookings.scene import Scene
from trainingbot.bookings.rules import QUEUE_ENDS, SHORTEST_OFFER
from trainingbot.enums import BookingStatus, NoticeKind, NoticeState, SessionStatus
from trainingbot.models import Notice

A_SECOND = timedelta(seconds=1)
BROADCAST_AT = NEXT_WEEK - timedelta(days=5)
"""The Thursday three working days before the session, which is on a Tuesday."""
IN_BROADCAST = NEXT_WEEK - timedelta(days=4)
OVER = NEXT_WEEK - QUEUE_ENDS
OWED, WITHDRAWN = NoticeState.OWED, NoticeState.WITHDRAWN
PROMOTED, BROADCAST = NoticeKind.PROMOTED, NoticeKind.BROADCAST


async def test_the_last_offers_end_as_the_broadcast_begins(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.cancel(0, now=BROADCAST_AT - SHORTEST_OFFER - A_SECOND)

    await scene.advance(now=BROADCAST_AT - A_SECOND)
    before = await scene.standing()
    await scene.advance(now=BROADCAST_AT)

    assert before == ["cancelled", "offered 1", "waitlisted 2"]
    assert await scene.standing() == ["cancelled", "cancelled", "waitlisted 2"]
    assert (await scene.told())[1:] == [(1, NoticeKind.OFFER_ENDED, OWED), (2, BROADCAST, OWED)]


async def test_in_the_broadcast_everybody_who_waits_is_told_and_nothing_is_held(
    scene: Scene,
) -> None:
    await scene.fill(people=4, capacity=1)

    await scene.cancel(0, now=IN_BROADCAST)

    assert await scene.standing() == ["cancelled", "waitlisted 1", "waitlisted 2", "waitlisted 3"]
    assert await scene.told() == [(person, BROADCAST, OWED) for person in (1, 2, 3)]
    async with scene.database.reading() as db:
        assert set((await db.exec(select(Notice.expires_at).where(IS_NEWS))).all()) == {OVER}


@pytest.mark.parametrize("first", [3, 4], ids=["somebody who waits", "a newcomer"])
async def test_in_the_broadcast_the_first_to_ask_gets_the_place(scene: Scene, first: int) -> None:
    await scene.prepare(people=5, capacity=1)
    for person in range(4):
        await scene.book(person)
    await scene.cancel(0, now=IN_BROADCAST)

    taken = await scene.book(first, now=IN_BROADCAST)
    too_late = await scene.book(1, now=IN_BROADCAST)

    assert (taken.status, taken.queue_number) == (BookingStatus.CONFIRMED, None)
    assert (too_late.status, too_late.queue_number) == (BookingStatus.WAITLISTED, 1)
    assert await scene.broken(now=IN_BROADCAST) == []


async def test_whoever_takes_a_place_told_to_all_need_not_be_told_of_it_any_more(
    scene: Scene,
) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.cancel(0, now=IN_BROADCAST)

    await scene.book(2, now=IN_BROADCAST)

    assert await scene.told() == [(1, BROADCAST, OWED), (2, BROADCAST, WITHDRAWN)]


async def test_in_the_broadcast_those_who_chose_it_are_booked_first(scene: Scene) -> None:
    await scene.fill(people=6, capacity=1)
    for person in (4, 3, 5):
        await scene.automate(person)

    await scene.set_capacity(3, now=IN_BROADCAST)

    assert await scene.standing() == [
        "confirmed", "waitlisted 1", "waitlisted 2", "confirmed", "confirmed", "waitlisted 5",
    ]  # fmt: skip
    assert await scene.told() == [(3, PROMOTED, OWED), (4, PROMOTED, OWED)]


async def test_a_place_that_everybody_knows_of_goes_to_whoever_chooses_to_be_booked(
    scene: Scene,
) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.cancel(0, now=IN_BROADCAST)

    booking = await scene.automate(2, now=IN_BROADCAST)

    assert booking.status == BookingStatus.CONFIRMED
    assert await scene.told() == [
        (1, BROADCAST, OWED),
        (2, BROADCAST, WITHDRAWN),
        (2, PROMOTED, OWED),
    ]


async def test_nobody_is_told_twice_of_the_same_free_place(scene: Scene) -> None:
    """Somebody leaves the queue, capacity is set to what it was, places are taken away."""
    await scene.fill(people=5, capacity=2)
    await scene.set_capacity(4, now=IN_BROADCAST)

    await scene.cancel(4, now=IN_BROADCAST)
    await scene.set_capacity(4, now=IN_BROADCAST)
    await scene.set_capacity(3, now=IN_BROADCAST)
    await scene.automate(2, wanted=False, now=IN_BROADCAST)
    await scene.advance(now=IN_BROADCAST)

    assert (await scene.read_session()).broadcast_count == 1
    assert await scene.told() == [
        (2, BROADCAST, OWED),
        (3, BROADCAST, OWED),
        (4, BROADCAST, WITHDRAWN),
    ]


async def test_each_place_that_becomes_free_is_told(scene: Scene) -> None:
    await scene.fill(people=3, capacity=2)

    await scene.cancel(0, now=IN_BROADCAST)
    await scene.cancel(1, now=IN_BROADCAST)

    assert (await scene.read_session()).broadcast_count == 2
    assert await scene.told() == [(2, BROADCAST, OWED), (2, BROADCAST, OWED)]


async def test_where_nobody_waits_nothing_is_told(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.cancel(1)

    await scene.cancel(0, now=IN_BROADCAST)

    assert (await scene.read_session()).broadcast_count == 0


@pytest.mark.parametrize(
    ("now", "status"), [(OVER, SessionStatus.SCHEDULED), (NOW, SessionStatus.DELIVERED)]
)
async def test_when_the_waitlist_is_over_places_are_nobodys(
    scene: Scene, now: object, status: SessionStatus
) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.automate(2)
    await scene.set_status(status)

    await scene.set_capacity(2, now=now)  # type: ignore[arg-type]  # a moment of the table above

    assert await scene.standing() == ["confirmed", "waitlisted 1", "waitlisted 2"]
    assert await scene.told() == []
