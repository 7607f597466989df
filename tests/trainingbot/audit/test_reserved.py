"""Faults of reserved places, planted and found."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, update
from sqlmodel import col

from tests.moments import NOW
from tests.trainingbot.audit.scene import Round, setting
from trainingbot.audit.reserved import OPENED_WITHIN
from trainingbot.models import CourseSession, Practitioner, ReservedPlaces

OPENS = NOW + timedelta(days=1)
A_SECOND = timedelta(seconds=1)


async def agency_of(round_: Round, name: str) -> UUID:
    async with round_.database.reading() as db:
        person = await db.get_one(Practitioner, round_.ids[name])
    assert person.agency_id is not None
    round_.ids[f"agency of {name}"] = person.agency_id
    return person.agency_id


async def reserve(
    round_: Round, name: str, places: int, *, opens_at: datetime = OPENS, opened: bool = False
) -> None:
    """Reserve places of NEXT for the agency of somebody, as the service would write it down."""
    await round_.damage(
        insert(ReservedPlaces).values(
            session_id=round_.ids["NEXT"],
            agency_id=await agency_of(round_, name),
            places=places,
            opens_at=opens_at,
            opened=opened,
        ),
        setting(CourseSession, round_.ids["NEXT"], reserved_until=None if opened else opens_at),
    )


async def make_room(round_: Round, places: int) -> None:
    await round_.damage(setting(CourseSession, round_.ids["NEXT"], capacity=places))


async def test_whoever_waits_beside_places_of_another_agency_waits_as_is_meant(
    round_: Round,
) -> None:
    await make_room(round_, 4)
    await reserve(round_, "Ann", 2)

    assert await round_.findings() == []


async def test_places_that_the_agency_has_taken_already_keep_nobody_waiting(
    round_: Round,
) -> None:
    await make_room(round_, 3)
    await reserve(round_, "Ben", 1)

    assert [check for check, _, _ in await round_.findings()] == ["waiting_beside_a_free_place"]


async def test_a_place_beyond_the_reserved_ones_is_one_that_people_wait_beside(
    round_: Round,
) -> None:
    await make_room(round_, 4)
    await reserve(round_, "Ann", 1)

    assert await round_.findings() == [
        (
            "waiting_beside_a_free_place",
            "NEXT",
            "Session NEXT has 4 places, of which 2 are taken, and yet people wait for one: 1.",
        )
    ]


async def test_whoever_waits_beside_a_place_kept_for_their_own_agency_is_found(
    round_: Round,
) -> None:
    await make_room(round_, 3)
    await reserve(round_, "Dan", 1)

    assert [check for check, _, _ in await round_.findings()] == ["waiting_beside_a_free_place"]


async def test_places_that_have_opened_keep_nobody_waiting(round_: Round) -> None:
    await make_room(round_, 3)
    await reserve(round_, "Ann", 1, opens_at=NOW, opened=True)

    assert [check for check, _, _ in await round_.findings()] == ["waiting_beside_a_free_place"]


@pytest.mark.parametrize(
    ("until", "said"),
    [(None, "None"), (OPENS + A_SECOND, OPENS + A_SECOND), (OPENS - A_SECOND, OPENS - A_SECOND)],
)
async def test_a_session_that_says_another_day_than_its_reserved_places_is_found(
    round_: Round, until: datetime | None, said: object
) -> None:
    await reserve(round_, "Ann", 1)
    await round_.damage(setting(CourseSession, round_.ids["NEXT"], reserved_until=until))

    assert await round_.findings() == [
        (
            "reserved_until_disagrees",
            "NEXT",
            (
                f"Session NEXT says that reserved places open to all at {said}; the first of those "
                f"that are reserved open at {OPENS}."
            ),
        )
    ]


async def test_a_session_that_says_a_day_and_has_nothing_reserved_is_found(
    round_: Round,
) -> None:
    await reserve(round_, "Ann", 1, opened=True)
    await round_.damage(setting(CourseSession, round_.ids["NEXT"], reserved_until=OPENS))

    assert [check for check, _, _ in await round_.findings()] == ["reserved_until_disagrees"]


async def test_the_first_of_several_days_is_the_one_that_counts(round_: Round) -> None:
    await reserve(round_, "Ann", 1, opens_at=OPENS)
    await reserve(round_, "Ben", 1, opens_at=OPENS + A_SECOND)

    later = [check for check, _, _ in await round_.findings()]
    await round_.damage(setting(CourseSession, round_.ids["NEXT"], reserved_until=OPENS))

    assert later == ["reserved_until_disagrees"]
    assert await round_.findings() == []


async def test_reserved_places_that_did_not_open_on_their_day_are_found(round_: Round) -> None:
    await reserve(round_, "Ann", 1)

    soon = await round_.findings(now=OPENS + OPENED_WITHIN)
    late = await round_.findings(now=OPENS + OPENED_WITHIN + A_SECOND)

    assert soon == []
    assert late == [
        (
            "reserved_places_overdue",
            "NEXT",
            (
                "Session NEXT still keeps places for agency agency of Ann that were to open to all "
                f"at {OPENS}; number of them: 1."
            ),
        )
    ]


async def test_what_a_cancelled_session_had_reserved_opens_no_more(round_: Round) -> None:
    await reserve(round_, "Ann", 1)
    await round_.damage(
        update(ReservedPlaces)
        .where(col(ReservedPlaces.session_id) == round_.ids["NEXT"])
        .values(session_id=round_.ids["OFF"]),
        setting(CourseSession, round_.ids["OFF"], reserved_until=OPENS),
        setting(CourseSession, round_.ids["NEXT"], reserved_until=None),
    )

    found = await round_.findings(now=OPENS + timedelta(days=1))

    assert [check for check, _, _ in found] == []
