"""Many people at once, in one process and in four, and processes that are killed meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from tests.factories import make_agency, make_coordinator, make_session
from tests.invariants import broken_invariants
from tests.moments import NOW, TERMS
from tests.news import IS_NEWS
from tests.trainingbot.bookings.crowd import Crowd, Turn, plain_turn
from tests.trainingbot.bookings.crowd_worker import take_turn
from trainingbot.audit.queries import audit_database
from trainingbot.bookings.reserved import reserve_places
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, Change, NoticeKind
from trainingbot.models import Booking, BookingChange, Notice, Practitioner

PROCESSES = 4
CONFIRMED, WAITLISTED = BookingStatus.CONFIRMED, BookingStatus.WAITLISTED
OFFERED = BookingStatus.OFFERED
A_DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    """Return four processes that wait for jobs; starting them takes longer than most jobs."""
    with Crowd(PROCESSES) as crowd:
        yield crowd


@pytest.fixture(params=["one process", "four processes"])
def processes(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Stage:
    """A session, the people who want to be on it, and the process or processes they use."""

    def __init__(self, database: Database, crowd: Crowd | None) -> None:
        self.database = database
        self._crowd = crowd

    async def prepare(self, *, people: int, capacity: int, agencies: int = 1) -> None:
        """Make a session, and people who belong to the agencies in turn."""
        async with self.database.writing() as db:
            await make_coordinator(db)
            found = [await make_agency(db) for _ in range(agencies)]
            session = await make_session(db, capacity=capacity)
            rows = [
                Practitioner(
                    name=f"P{number}",
                    agency_id=found[number % agencies].id,
                    agency_confirmed_at=NOW,
                )
                for number in range(people)
            ]
            db.add_all(rows)
        self.session_id = session.id
        self.people = [row.id for row in rows]
        self.agencies = [agency.id for agency in found]

    async def reserve(self, places: int) -> None:
        """Reserve places for the first of the agencies, for a day."""
        async with self.database.writing() as db:
            coordinator = await make_coordinator(db)
            await reserve_places(
                db,
                session_id=self.session_id,
                agency_id=self.agencies[0],
                places=places,
                opens_at=NOW + A_DAY,
                actor_id=coordinator.id,
                terms=TERMS,
                now=NOW,
            )

    async def held_by(self, agency: int) -> int:
        """Return how many places the people of an agency have, or are offered."""
        theirs = set(self.people[agency :: len(self.agencies)])
        held = [one for one in await self.bookings() if one.status in {CONFIRMED, OFFERED}]
        return sum(one.practitioner_id in theirs for one in held)

    async def take(self, turns: list[Turn]) -> list[list[Any]]:
        """Have all the turns taken at the same time."""
        if self._crowd is not None:
            return self._crowd.take_turns(self.database.url, self.session_id, turns)
        return await asyncio.gather(
            *(take_turn(self.database, self.session_id, plain_turn(turn)) for turn in turns)
        )

    async def bookings(self) -> list[Booking]:
        async with self.database.reading() as db:
            return list(await db.exec(select(Booking)))

    async def broken(self, *, now: datetime = NOW) -> list[str]:
        """Return which invariants are broken, and what an audit finds.

        Some crowds come with moments in any order, so that their histories are dated so as well.
        """
        async with self.database.reading() as db:
            audit = await audit_database(db, terms=TERMS, now=now)
            broken = await broken_invariants(db, now=now)
        found = [one for one in audit.findings if one.check != "history_out_of_order"]
        return [*broken, *(one.sentence for one in found)]


@pytest.fixture
def stage(database: Database, processes: str, request: pytest.FixtureRequest) -> Stage:
    several = processes == "four processes"
    return Stage(database, request.getfixturevalue("crowd") if several else None)


@pytest.mark.parametrize(
    ("people", "capacity"), [(500, 20), pytest.param(5_000, 200, marks=pytest.mark.long)]
)
async def test_a_crowd_gets_exactly_the_places_and_a_queue_without_a_gap(
    stage: Stage, people: int, capacity: int
) -> None:
    await stage.prepare(people=people, capacity=capacity)
    waiting = people - capacity

    answers = await stage.take([("book", person) for person in stage.people])

    assert Counter(status for status, _ in answers) == {CONFIRMED: capacity, WAITLISTED: waiting}
    assert sorted(number for _, number in answers if number) == list(range(1, waiting + 1))
    bookings = await stage.bookings()
    assert sorted(one.queue_number for one in bookings if one.queue_number) == list(
        range(1, waiting + 1)
    )
    assert len(bookings) == people
    assert await stage.broken() == []


async def test_fifty_taps_of_one_person_give_one_booking(stage: Stage) -> None:
    await stage.prepare(people=1, capacity=20)

    answers = await stage.take([("book", stage.people[0])] * 50)

    assert answers == [[CONFIRMED, None]] * 50
    async with stage.database.reading() as db:
        assert len((await db.exec(select(Booking))).all()) == 1
        assert len((await db.exec(select(BookingChange))).all()) == 1
    assert await stage.broken() == []


async def test_fifty_taps_of_somebody_who_has_to_wait_take_one_number(stage: Stage) -> None:
    await stage.prepare(people=1, capacity=0)

    answers = await stage.take([("book", stage.people[0])] * 50)

    assert answers == [[WAITLISTED, 1]] * 50
    assert await stage.broken() == []


async def test_a_crowd_of_three_agencies_leaves_the_one_its_reserved_places(stage: Stage) -> None:
    await stage.prepare(people=201, capacity=20, agencies=3)
    await stage.reserve(5)
    random = Random(201)  # noqa: S311 - turns that can be taken again
    turns: list[Turn] = [("book", person) for person in stage.people]
    random.shuffle(turns)

    answers = await stage.take(turns)

    assert Counter(status for status, _ in answers) == {CONFIRMED: 20, WAITLISTED: 181}
    assert await stage.held_by(0) >= 5
    assert await stage.broken() == []


async def test_reserved_places_that_nobody_has_taken_open_once_however_many_see_it(
    stage: Stage,
) -> None:
    await stage.prepare(people=60, capacity=20, agencies=3)
    await stage.reserve(5)
    others = [person for number, person in enumerate(stage.people) if number % 3]
    await stage.take([("book", person) for person in others])
    kept = (await stage.held_by(0), await stage.held_by(1) + await stage.held_by(2))

    await stage.take([("advance", 24)] * 12)

    assert kept == (0, 15)
    assert (await stage.held_by(0), await stage.held_by(1) + await stage.held_by(2)) == (0, 20)
    async with stage.database.reading() as db:
        told = Counter((await db.exec(select(Notice.kind).where(IS_NEWS))).all())
    assert told == {NoticeKind.OFFER: 5}
    assert await stage.broken(now=NOW + A_DAY) == []


@pytest.mark.parametrize("turns", [400, pytest.param(10_000, marks=pytest.mark.long)])
async def test_booking_and_cancelling_beside_reserved_places_leaves_everything_whole(
    stage: Stage, turns: int
) -> None:
    await stage.prepare(people=30, capacity=8, agencies=3)
    await stage.reserve(3)
    random = Random(turns)  # noqa: S311 - turns that can be taken again

    answers = await stage.take(
        [turn for turn in mixed_turns(random, stage.people, number=turns) if turn[0] != "advance"]
    )

    assert {status for status, _ in answers} >= {"confirmed", "waitlisted", "cancelled"}
    assert await stage.broken() == []


@pytest.mark.parametrize("turns", [400, pytest.param(10_000, marks=pytest.mark.long)])
async def test_booking_and_cancelling_at_once_leaves_everything_whole(
    stage: Stage, turns: int
) -> None:
    await stage.prepare(people=30, capacity=8)
    random = Random(turns)  # noqa: S311 - turns that can be taken again

    answers = await stage.take(mixed_turns(random, stage.people, number=turns))

    assert len(answers) == turns
    assert {status for status, _ in answers} - {"NoBooking", "CapacityTooSmall"} == {
        "confirmed",
        "waitlisted",
        "offered",
        "cancelled",
        "capacity",
        "advance",
    }
    assert await stage.broken() == []


def mixed_turns(random: Random, people: list[UUID], *, number: int) -> list[Turn]:
    """Return turns of few people, so that most of them meet somebody else's."""
    turns: list[Turn] = []
    for _ in range(number):
        chance = random.random()
        if chance < 0.05:
            turns.append(("capacity", random.randint(4, 12)))
        elif chance < 0.08:
            turns.append(("advance", 24))
        else:
            verb = random.choice(["book", "book", "cancel", "cancel", "automate"])
            turns.append((verb, random.choice(people)))
    return turns


async def test_500_people_give_back_decline_and_take_20_places_at_once(stage: Stage) -> None:
    await stage.prepare(people=500, capacity=20)
    await stage.take([("book", person) for person in stage.people])
    random = Random(500)  # noqa: S311 - turns that can be taken again
    confirmed = [one for one in await stage.bookings() if one.status == CONFIRMED]
    giving_back: list[Turn] = [("cancel", one.practitioner_id) for one in confirmed]
    # The first in line take, decline or leave, wherever the places have come to meanwhile.
    answers: list[Turn] = [
        (random.choice(["book", "cancel", "automate"]), one.practitioner_id)
        for one in await stage.bookings()
        if one.queue_number is not None and one.queue_number <= 200
    ]
    turns = [*giving_back, *answers, *answers, ("advance", 24), ("advance", 24)]
    random.shuffle(turns)

    await stage.take(turns)

    bookings = await stage.bookings()
    assert len(bookings) == 500
    assert sum(one.status in {CONFIRMED, OFFERED} for one in bookings) == 20
    assert await stage.broken() == []


async def test_an_offer_that_runs_out_is_ended_once_however_many_see_it(stage: Stage) -> None:
    await stage.prepare(people=60, capacity=20)
    for person in stage.people:
        await take_turn(stage.database, stage.session_id, ["book", str(person)])
    await stage.take([("cancel", person) for person in stage.people[:20]])

    await stage.take([("advance", 24)] * 12)

    standing = {one.practitioner_id: one for one in await stage.bookings()}
    assert [standing[person].status for person in stage.people] == (
        [BookingStatus.CANCELLED] * 40 + [OFFERED] * 20
    )
    async with stage.database.reading() as db:
        changes = Counter((await db.exec(select(BookingChange.change))).all())
        told = Counter((await db.exec(select(Notice.kind).where(IS_NEWS))).all())
    assert (changes[Change.OFFERED], changes[Change.OFFER_EXPIRED]) == (40, 20)
    assert told == {NoticeKind.OFFER: 40, NoticeKind.OFFER_ENDED: 20}
    assert await stage.broken() == []


async def test_everybody_who_gives_a_place_back_at_once_passes_it_on(stage: Stage) -> None:
    await stage.prepare(people=60, capacity=20)
    for person in stage.people:
        await take_turn(stage.database, stage.session_id, ["book", str(person)])
    had_a_place = stage.people[:20]

    await stage.take([("cancel", person) for person in had_a_place])

    standing = {one.practitioner_id: one for one in await stage.bookings()}
    assert [standing[person].status for person in stage.people] == (
        [BookingStatus.CANCELLED] * 20 + [OFFERED] * 20 + [WAITLISTED] * 20
    )
    assert await stage.broken() == []


@pytest.mark.parametrize("rounds", [2, pytest.param(25, marks=pytest.mark.long)])
async def test_processes_killed_in_the_middle_leave_everything_whole(
    database: Database, rounds: int
) -> None:
    """Two are killed while the others go on, then the others; nothing is locked or half done."""
    stage = Stage(database, None)
    await stage.prepare(people=40, capacity=8)
    job = {
        "url": database.url,
        "session_id": str(stage.session_id),
        "people": [str(person) for person in stage.people],
        "capacity": 8,
    }

    for number in range(rounds):
        with Crowd(PROCESSES) as crowd:
            crowd.begin([job | {"seed": PROCESSES * number + one} for one in range(PROCESSES)])
            for member in crowd.members:
                member.hear_turns(15)
            for member in crowd.members[:2]:
                member.kill()
            for member in crowd.members[2:]:
                member.hear_turns(40)
            for member in crowd.members[2:]:
                member.kill()
        broken = await stage.broken()
        assert broken == [], f"in round {number}"

    booked = await stage.take([("book", person) for person in stage.people])

    assert {status for status, _ in booked} <= {CONFIRMED, WAITLISTED}
    assert await stage.broken() == []
