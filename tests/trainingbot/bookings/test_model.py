"""Random rounds of booking on a real database, beside a model of them in plain Python.

`STATEFUL_EXAMPLES` says how many rounds of fifty steps are tried on SQLite; PostgreSQL gets a
quarter of them.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import col, delete, select

from tests.factories import make_agency, make_course, make_session
from tests.invariants import broken_invariants
from tests.moments import TERMS, NOW
from tests.trainingbot.bookings.model import BookingModel, Outcome
from trainingbot.bookings.operations import book_place, cancel_booking, change_capacity
from trainingbot.bookings.queries import coming_training, past_training, waitlisted_training
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, Change, NoticeState
from trainingbot.errors import TrainingBotError
from trainingbot.models import Booking, BookingChange, Course, CourseSession, Notice, Practitioner

PEOPLE = 6
NOT_YET_CONFIRMED = {5}
EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "30"))
STEPS = 50
STARTS_AT = NOW + timedelta(hours=3)
"""An hour before the queue ends, so that most rounds see both sides of it, and the start."""
ENDS_AT = STARTS_AT + timedelta(minutes=150)
ON_POSTGRESQL = pytest.param("postgres", marks=pytest.mark.postgres)

people = st.integers(0, PEOPLE - 1)


class World:
    """The real database, in which each round has a session of its own."""

    def __init__(self, url: str, runner: asyncio.Runner) -> None:
        self.database = Database(url)
        self._runner = runner
        self.run(self._prepare())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever the work returns
        return self._runner.run(work)

    async def _prepare(self) -> None:
        async with self.database.writing() as db:
            self.agency_id = (await make_agency(db)).id
            self.course: Course = await make_course(db)
            rows = [Practitioner(name=f"P{n}", agency_id=self.agency_id) for n in range(PEOPLE)]
            db.add_all(rows)
        self.people = [row.id for row in rows]

    async def begin_round(self, capacity: int) -> UUID:
        async with self.database.writing() as db:
            for table in (Notice, BookingChange, Booking, CourseSession):
                await db.exec(delete(table))
            for number, person in enumerate(self.people):
                row = await db.get_one(Practitioner, person)
                row.agency_confirmed_at = None if number in NOT_YET_CONFIRMED else NOW
            session = await make_session(
                db, course=self.course, starts_at=STARTS_AT, capacity=capacity
            )
        return session.id


class BookingMachine(RuleBasedStateMachine):
    """Every step is done to both, and then both must look the same."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.model = BookingModel(STARTS_AT, capacity=2, unconfirmed=set(NOT_YET_CONFIRMED))
        self.session_id = self.world.run(self.world.begin_round(capacity=2))

    @initialize(first=st.integers(0, PEOPLE - 1))
    def some_have_booked(self, first: int) -> None:
        for person in range(first):
            self.book(person)

    @rule(person=people)
    def book(self, person: int) -> None:
        expected = self.model.book(person, now=self.now)

        assert self._turns(book_place, person, times=1) == [expected]

    @rule(person=people, times=st.integers(2, 4))
    def tap_book_several_times_at_once(self, person: int, times: int) -> None:
        expected = self.model.book(person, now=self.now)

        assert self._turns(book_place, person, times=times) == [expected] * times

    @rule(person=people)
    def cancel(self, person: int) -> None:
        expected = self.model.cancel(person, now=self.now)

        assert self._turns(cancel_booking, person, times=1) == [expected]

    @rule(person=people, times=st.integers(2, 4))
    def tap_cancel_several_times_at_once(self, person: int, times: int) -> None:
        expected = self.model.cancel(person, now=self.now)

        assert self._turns(cancel_booking, person, times=times) == [expected] * times

    @rule(capacity=st.integers(0, 5))
    def change_capacity(self, capacity: int) -> None:
        expected = self.model.set_capacity(capacity, now=self.now)

        assert self.world.run(self._set_capacity(capacity)) == expected

    @precondition(lambda self: self.now <= ENDS_AT)
    @rule(minutes=st.sampled_from([10, 30, 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.model.unconfirmed)
    @rule()
    def a_coordinator_confirms_an_agency(self) -> None:
        person = self.model.unconfirmed.pop()

        self.world.run(self._confirm(person))

    @rule(person=people)
    def look_at_my_training(self, person: int) -> None:
        stands = self.model.standing().get(person, (None, None))[0]
        over = self.now >= ENDS_AT
        has_place, waits = (stands == BookingStatus.CONFIRMED, stands == BookingStatus.WAITLISTED)

        coming, past, waiting = self.world.run(self._my_training(person))

        assert (coming, past) == (has_place and not over, has_place and over)
        assert waiting == (
            [self.model.place_in_queue(person)] if waits and self.now < STARTS_AT else []
        )

    @invariant()
    def both_look_the_same(self) -> None:
        session, standing, history, news, broken = self.world.run(self._look())

        assert broken == []
        assert (session.capacity, session.places_taken, session.next_queue_number) == (
            self.model.capacity,
            len(self.model.confirmed),
            self.model.next_number,
        )
        assert standing == self.model.standing()
        assert history == self.model.history
        assert news == self.model.news

    def _turns(
        self, operation: Callable[..., Awaitable[Booking]], person: int, *, times: int
    ) -> list[Outcome]:
        async def all_at_once() -> list[Outcome]:
            turns = (self._turn(operation, self.world.people[person]) for _ in range(times))
            return list(await asyncio.gather(*turns))

        outcomes: list[Outcome] = self.world.run(all_at_once())
        return outcomes

    async def _turn(
        self, operation: Callable[..., Awaitable[Booking]], practitioner_id: UUID
    ) -> Outcome:
        try:
            async with self.world.database.writing() as db:
                booking = await operation(
                    db, session_id=self.session_id, practitioner_id=practitioner_id, now=self.now
                )
        except TrainingBotError as refusal:
            return type(refusal)
        return booking.status, booking.queue_number

    async def _set_capacity(self, capacity: int) -> type[TrainingBotError] | None:
        try:
            async with self.world.database.writing() as db:
                await change_capacity(
                    db, session_id=self.session_id, capacity=capacity, terms=TERMS, now=self.now
                )
        except TrainingBotError as refusal:
            return type(refusal)
        return None

    async def _confirm(self, person: int) -> None:
        async with self.world.database.writing() as db:
            row = await db.get_one(Practitioner, self.world.people[person])
            row.agency_confirmed_at = self.now

    async def _my_training(self, person: int) -> tuple[bool, bool, list[int | None]]:
        practitioner_id = self.world.people[person]
        async with self.world.database.reading() as db:
            coming = await coming_training(db, practitioner_id, limit=5, now=self.now)
            past = await past_training(db, practitioner_id, limit=5, now=self.now)
            waiting = await waitlisted_training(db, practitioner_id, limit=5, now=self.now)
        return bool(coming.total), bool(past.total), [row.queue_place for row in waiting.rows]

    async def _look(self) -> tuple[Any, ...]:
        numbers = {person: number for number, person in enumerate(self.world.people)}
        async with self.world.database.reading() as db:
            session = await db.get_one(CourseSession, self.session_id)
            bookings = {one.id: one for one in await db.exec(select(Booking))}
            changes = await db.exec(select(BookingChange).order_by(col(BookingChange.position)))
            history: dict[int, list[Change]] = defaultdict(list)
            for one in changes:
                history[numbers[bookings[one.booking_id].practitioner_id]].append(one.change)
            news: dict[tuple[int, int], NoticeState] = {
                (numbers[one.practitioner_id], one.occurrence): one.state
                for one in await db.exec(select(Notice))
            }
            broken = await broken_invariants(db, now=self.now)
        standing = {
            numbers[one.practitioner_id]: (one.status, one.queue_number)
            for one in bookings.values()
        }
        return session, standing, dict(history), news, broken


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with asyncio.Runner() as runner:
        world = World(database_url, runner)
        yield world
        world.run(world.database.close())


def run_rounds(world: World, *, examples: int) -> None:
    machine = type("BookingMachine", (BookingMachine,), {"world": world})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_booking_on_sqlite_goes_as_it_is_meant(world: World) -> None:
    run_rounds(world, examples=EXAMPLES)


@pytest.mark.parametrize("database_url", [ON_POSTGRESQL], indirect=True)
def test_booking_on_postgresql_goes_as_it_is_meant(world: World) -> None:
    run_rounds(world, examples=max(1, EXAMPLES // 4))
