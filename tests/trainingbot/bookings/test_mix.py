"""Which agencies come together on a session, on both databases."""

from datetime import timedelta

import pytest

from tests.factories import make_booking, make_practitioner
from tests.moments import NOW
from tests.statements import statements_counted
from tests.trainingbot.bookings.agencies import OPENS, Agencies
from trainingbot.bookings.mix import agency_mix
from trainingbot.bookings.views import AgencyShare
from trainingbot.db import Database


@pytest.fixture
def agencies(database: Database) -> Agencies:
    return Agencies(database)


async def mix_of(agencies: Agencies) -> list[tuple[object, ...]]:
    async with agencies.database.reading() as db:
        mix = await agency_mix(db, agencies.session_id)
    return [
        (one.agency.name if one.agency else None, one.taken, one.waiting, one.reserved, one.kept)
        for one in mix
    ]


async def test_each_agency_has_what_it_has_taken_waits_for_and_has_reserved(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", "Health", "Police", "Council", "Police", capacity=5)
    await agencies.reserve("Health", 2)
    await agencies.reserve("Council", 1)
    for person in range(5):
        await agencies.book(person)

    assert await mix_of(agencies) == [
        ("Police", 2, 1, 0, 0),
        ("Health", 1, 0, 2, 1),
        ("Council", 1, 0, 1, 0),
    ]


async def test_a_held_place_is_taken_and_whoever_gave_back_is_not_there(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", "Council", capacity=1)
    await agencies.book(0)
    await agencies.book(1)
    await agencies.cancel(0)

    assert await agencies.standing() == ["cancelled", "offered 1"]
    assert await mix_of(agencies) == [("Council", 1, 0, 0, 0)]


async def test_an_agency_without_anybody_is_there_as_long_as_places_are_reserved_for_it(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", capacity=5)
    await agencies.reserve("Health", 2)
    before = await mix_of(agencies)

    await agencies.advance(now=OPENS)

    assert before == [("Health", 0, 0, 2, 2)]
    assert await mix_of(agencies) == []


async def test_people_whose_agency_is_not_known_are_a_share_of_their_own(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", capacity=5)
    await agencies.book(0)
    async with agencies.database.writing() as db:
        person = await make_practitioner(db)
        person.agency_confirmed_at = person.agency_id = None
        await make_booking(db, session_id=agencies.session_id, practitioner_id=person.id)

    assert sorted(await mix_of(agencies), key=str) == [
        ("Police", 1, 0, 0, 0),
        (None, 1, 0, 0, 0),
    ]


async def test_the_mix_costs_three_statements_however_many_come(agencies: Agencies) -> None:
    await agencies.begin("Police", "Health", "Council", capacity=3)
    for person in range(3):
        await agencies.book(person)

    async with agencies.database.reading() as db:
        with statements_counted(db) as sent:
            await agency_mix(db, agencies.session_id)

    assert sum(one.startswith("SELECT") for one in sent) == 3


def test_no_more_is_kept_than_is_reserved_and_never_less_than_nothing() -> None:
    share = AgencyShare(None, taken=3, waiting=0, reserved=2, opens_at=NOW + timedelta(days=1))

    assert share.kept == 0
