from datetime import timedelta

import pytest

from tests.moments import NOW
from tests.trainingbot.bookings.dates import FIRST, SECOND, Dates
from trainingbot.bookings.queries import booking_of
from trainingbot.bookings.stories import wait_story
from trainingbot.bookings.views import WaitStory
from trainingbot.db import Database

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def dates(database: Database) -> Dates:
    """Return two dates without anybody on each database in turn; `prepare` fills them."""
    return Dates(database)


async def story(dates: Dates, name: str, *, on: str = FIRST) -> WaitStory:
    async with dates.database.reading() as db:
        booking = await booking_of(
            db, session_id=dates.sessions[on], practitioner_id=dates.people[name]
        )
        assert booking is not None
        return await wait_story(db, booking)


async def test_an_offer_taken_by_changing_to_it_is_a_place_taken(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", "Cat", on_second=1)
    await dates.book("Ann")
    await dates.book("Ben", on=SECOND)
    await dates.wait("Ann")
    await dates.book("Cat", on=SECOND)

    await dates.cancel("Ben", on=SECOND, now=LATER)
    await dates.change("Ann", now=LATER)

    told = await story(dates, "Cat", on=SECOND)
    assert (told.taken, told.let_go, told.open_offers) == (1, 0, 0)


async def test_a_colleagues_place_taken_over_is_none_that_was_waited_for(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", "Cat", places=1)
    await dates.book("Ann")
    await dates.book("Cat")

    await dates.send("Ann", to="Ben", now=LATER)

    told = await story(dates, "Cat")
    assert (told.taken, told.let_go, told.open_offers) == (0, 0, 0)


async def test_an_offer_to_somebody_who_gets_a_colleagues_place_was_let_go(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", "Cat", "Dan", "Eve")
    for name in dates.people:
        await dates.book(name)

    await dates.cancel("Ben", now=LATER)
    await dates.send("Ann", to="Cat", now=LATER)

    told = await story(dates, "Eve")
    assert (told.taken, told.let_go, told.open_offers) == (0, 1, 1)
