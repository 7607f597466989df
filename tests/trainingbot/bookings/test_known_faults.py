"""Faults seen in systems like this one; each must not be here."""

import asyncio
from datetime import timedelta

import pytest

from tests.moments import NEXT_WEEK, NOW
from tests.trainingbot.bookings.dates import SECOND, Dates
from tests.trainingbot.bookings.scene import Scene
from trainingbot.bookings.rules import QUEUE_ENDS
from trainingbot.db import Database
from trainingbot.enums import Change, NoticeKind, NoticeState

QUEUE_OVER = NEXT_WEEK - QUEUE_ENDS


async def test_fault_two_people_win_the_last_place(scene: Scene) -> None:
    """Counting, and then inserting, lets both of them in."""
    await scene.prepare(people=3, capacity=2)
    await scene.book(0)

    await asyncio.gather(scene.book(1), scene.book(2))

    assert sorted(await scene.standing()) == ["confirmed", "confirmed", "waitlisted 1"]
    assert (await scene.read_session()).places_taken == 2


async def test_fault_cancelling_deletes_the_history(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)
    await scene.book(0)

    await scene.cancel(0, reason="ill")
    await scene.book(0)
    await scene.cancel(0)

    assert await scene.standing() == ["cancelled"]
    assert await scene.history(0) == [
        Change.BOOKED,
        Change.CANCELLED,
        Change.BOOKED,
        Change.CANCELLED,
    ]


@pytest.mark.parametrize("left", [QUEUE_ENDS, timedelta(minutes=5), timedelta(seconds=1)])
@pytest.mark.parametrize("automatic", [False, True])
async def test_fault_promotion_up_to_the_last_minute(
    scene: Scene,
    left: timedelta,
    automatic: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    """Whoever gets a place minutes before the start does not see it and becomes a no-show."""
    await scene.fill(people=3, capacity=1)
    await scene.automate(1, wanted=automatic)

    await scene.cancel(0, now=NEXT_WEEK - left)
    await scene.set_capacity(3, now=NEXT_WEEK - left)

    assert await scene.standing() == ["cancelled", "waitlisted 1", "waitlisted 2"]
    assert await scene.told() == []


async def test_a_place_is_still_passed_on_just_before_the_queue_ends(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.automate(2)

    await scene.cancel(0, now=QUEUE_OVER - timedelta(seconds=1))

    assert await scene.standing() == ["cancelled", "waitlisted 1", "confirmed"]


async def test_fault_promotion_without_asking_the_person(scene: Scene) -> None:
    """Whoever has long given up does not come, and the place is empty on the day."""
    await scene.fill(people=3, capacity=1)

    await scene.cancel(0)

    assert await scene.standing() == ["cancelled", "offered 1", "waitlisted 2"]
    assert await scene.history(1) == [Change.WAITLISTED, Change.OFFERED]


async def test_fault_promotion_without_telling_the_person(scene: Scene) -> None:
    await scene.fill(people=6, capacity=2)
    await scene.automate(3)

    await scene.cancel(0)
    await scene.set_capacity(4)

    assert await scene.standing() == [
        "cancelled", "confirmed", "offered 1", "confirmed", "offered 3", "waitlisted 4",
    ]  # fmt: skip
    assert await scene.told() == [
        (2, NoticeKind.OFFER, NoticeState.OWED),
        (3, NoticeKind.PROMOTED, NoticeState.OWED),
        (4, NoticeKind.OFFER, NoticeState.OWED),
    ]


async def test_fault_an_offer_that_ends_without_a_word(scene: Scene) -> None:
    """Somebody who thinks that a place is held for them learns at the door that it is not."""
    await scene.fill(people=2, capacity=1)
    await scene.cancel(0)

    await scene.advance(now=NOW + timedelta(days=1))

    assert await scene.standing() == ["cancelled", "cancelled"]
    assert await scene.told() == [
        (1, NoticeKind.OFFER, NoticeState.WITHDRAWN),
        (1, NoticeKind.OFFER_ENDED, NoticeState.OWED),
    ]


async def test_fault_an_offer_held_by_nobody_keeps_the_place_empty(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.cancel(0)

    await scene.advance(now=NOW + timedelta(days=1))

    assert await scene.standing() == ["cancelled", "cancelled", "offered 2"]


async def test_fault_the_news_of_a_promotion_survives_its_cancellation(scene: Scene) -> None:
    """What is announced must have happened and still be true."""
    await scene.fill(people=3, capacity=1)
    await scene.automate(1)
    await scene.cancel(0)

    await scene.cancel(1)

    assert await scene.told() == [
        (1, NoticeKind.PROMOTED, NoticeState.WITHDRAWN),
        (2, NoticeKind.OFFER, NoticeState.OWED),
    ]
    assert await scene.broken() == []


async def test_fault_a_newcomer_overtakes_those_who_wait(scene: Scene) -> None:
    """A place given back and a booking at the same moment: the place is not the newcomer's."""
    await scene.prepare(people=4, capacity=1)
    for person in range(3):
        await scene.book(person)

    await asyncio.gather(scene.cancel(0), scene.book(3))

    assert await scene.standing() == ["cancelled", "offered 1", "waitlisted 2", "waitlisted 3"]


async def test_fault_a_double_tap_takes_two_places(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=20)

    bookings = await asyncio.gather(*(scene.book(0) for _ in range(50)))

    assert len({booking.id for booking in bookings}) == 1
    assert (await scene.read_session()).places_taken == 1
    assert await scene.history(0) == [Change.BOOKED]


async def test_fault_a_double_tap_gives_two_places_back(scene: Scene) -> None:
    await scene.prepare(people=4, capacity=2)
    for person in range(4):
        await scene.book(person)

    await asyncio.gather(*(scene.cancel(0) for _ in range(20)))

    assert await scene.standing() == ["cancelled", "confirmed", "offered 1", "waitlisted 2"]
    assert await scene.history(0) == [Change.BOOKED, Change.CANCELLED]


async def test_fault_a_place_that_changes_hands_deletes_who_had_it(database: Database) -> None:
    """One row that changes hands loses who gave the place, who came, and who was marked."""
    dates = Dates(database)
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")

    await dates.send("Ann", to="Ben")

    assert await dates.history("Ann") == [Change.BOOKED, Change.SUBSTITUTED]
    assert await dates.history("Ben") == [Change.STEPPED_IN]


async def test_fault_a_place_is_given_up_for_a_date_that_is_full_by_then(
    database: Database,
) -> None:
    """Giving back first, and then booking, leaves whoever comes second with no place at all."""
    dates = Dates(database)
    await dates.prepare("Ann", "Ben", places=2, on_second=1)
    await dates.book("Ann")
    await dates.book("Ben")

    await asyncio.gather(dates.change("Ann"), dates.change("Ben"), return_exceptions=True)

    first, second = await dates.standing(), await dates.standing(SECOND)
    assert sorted(first.values()) == ["cancelled", "confirmed"]
    assert list(second.values()) == ["confirmed"]
    assert first[next(iter(second))] == "cancelled"


async def test_fault_a_calendar_update_invites_everybody_again(database: Database) -> None:
    """What one person does to their booking leaves the entries of the others as they are."""
    dates = Dates(database)
    await dates.prepare("Ann", "Ben", "Cas")
    await dates.book("Ann")
    await dates.book("Cas")
    before = await dates.calendar("Cas")

    await dates.send("Ann", to="Ben")
    await dates.change("Ben")

    assert await dates.calendar("Cas") == before
