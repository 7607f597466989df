"""Random rounds of booking on a real database, beside a model of them in plain Python.

`STATEFUL_EXAMPLES` says how many rounds of fifty steps are tried on SQLite; PostgreSQL gets a
quarter of them.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
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
from sqlmodel import col, select, update

from tests.invariants import broken_invariants
from tests.moments import NOW, TERMS
from tests.trainingbot.bookings.model import BookingModel, Outcome
from tests.trainingbot.bookings.world import (
    BROADCAST_AT,
    NOT_YET_CONFIRMED,
    PEOPLE,
    STARTS_AT,
    World,
)
from trainingbot.bookings.operations import (
    advance_waitlist,
    book_automatically,
    book_place,
    cancel_booking,
    change_capacity,
)
from trainingbot.bookings.queries import coming_training, past_training, waitlisted_training
from trainingbot.enums import BookingStatus, Change, LateReason, NoticeState
from trainingbot.errors import TrainingBotError
from trainingbot.models import Booking, BookingChange, CourseSession, Notice, Practitioner

EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "30"))
STEPS = 50
ENDS_AT = STARTS_AT + timedelta(minutes=150)
BORDERS = [
    BROADCAST_AT - timedelta(hours=2),
    BROADCAST_AT,
    STARTS_AT - timedelta(hours=2),
    STARTS_AT,
    ENDS_AT,
]
"""When the phases of the waitlist change; the first is when offers are no longer made."""
BEGINNINGS = [NOW, NOW, BROADCAST_AT - timedelta(hours=3), BROADCAST_AT + timedelta(hours=1)]
"""When a round goes on after some have booked, so that every phase is seen often."""
A_MINUTE = timedelta(minutes=1)
ILLNESS = LateReason.ILLNESS
"""Near the day a place is given back with a reason; in time it is not written down."""
ON_POSTGRESQL = pytest.param("postgres", marks=pytest.mark.postgres)

people = st.integers(0, PEOPLE - 1)


class BookingMachine(RuleBasedStateMachine):
    """Every step is done to both, and then both must look the same."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.model = BookingModel(
            STARTS_AT, BROADCAST_AT, capacity=2, unconfirmed=set(NOT_YET_CONFIRMED)
        )
        self.session_id = self.world.run(self.world.begin_round(capacity=2))

    @initialize(first=st.integers(2, PEOPLE - 1), begins=st.sampled_from(BEGINNINGS))
    def some_have_booked(self, first: int, begins: datetime) -> None:
        for person in range(first):
            self.book(person)
        self.now = begins

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

        assert self._turns(cancel_booking, person, times=1, late_reason=ILLNESS) == [expected]

    @rule(person=people, times=st.integers(2, 4))
    def tap_cancel_several_times_at_once(self, person: int, times: int) -> None:
        expected = self.model.cancel(person, now=self.now)

        turns = self._turns(cancel_booking, person, times=times, late_reason=ILLNESS)

        assert turns == [expected] * times

    @rule(person=people, wanted=st.sampled_from([True, True, False]))
    def choose_to_be_booked_automatically(self, person: int, wanted: bool) -> None:  # noqa: FBT001 - drawn by its name
        expected = self.model.automate(person, wanted=wanted, now=self.now)

        assert self._turns(book_automatically, person, times=1, wanted=wanted) == [expected]

    @rule(by=st.sampled_from([-2, -1, 0, 1, 1, 2]))
    def change_capacity(self, by: int) -> None:
        capacity = max(0, min(self.model.capacity + by, PEOPLE - 1))
        expected = self.model.set_capacity(capacity, now=self.now)

        assert self.world.run(self._set_capacity(capacity)) == expected

    @precondition(lambda self: self.now <= ENDS_AT)
    @rule(minutes=st.sampled_from([1, 30, 120, 600, 1_440]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self._coming_moments())
    @rule(
        which=st.sampled_from([0, 0, 0, 1]), by=st.sampled_from([-A_MINUTE, 0 * A_MINUTE, A_MINUTE])
    )
    def the_time_comes_at_which_something_ends(self, which: int, by: timedelta) -> None:
        coming = self._coming_moments()

        self.now = max(self.now, coming[min(which, len(coming) - 1)] + by)

    @rule(times=st.integers(1, 3))
    def the_waitlist_is_advanced_by_several_at_once(self, times: int) -> None:
        self.model.advance(now=self.now)

        self.world.run(self._advance(times))

    @rule()
    def everything_owed_is_delivered(self) -> None:
        self.model.deliver()

        self.world.run(self._deliver())

    @precondition(lambda self: self.model.unconfirmed)
    @rule()
    def a_coordinator_confirms_an_agency(self) -> None:
        person = self.model.unconfirmed.pop()

        self.world.run(self._confirm(person))

    @rule(person=people)
    def look_at_my_training(self, person: int) -> None:
        stands = self.model.status_of(person)
        over = self.now >= ENDS_AT
        has_place = stands in {BookingStatus.CONFIRMED, BookingStatus.OFFERED}
        in_line = stands in {BookingStatus.WAITLISTED, BookingStatus.OFFERED}

        coming, past, waiting = self.world.run(self._my_training(person))

        assert (coming, past) == (has_place and not over, has_place and over)
        assert waiting == (
            [self.model.place_in_queue(person)] if in_line and self.now < STARTS_AT else []
        )

    @invariant()
    def both_look_the_same(self) -> None:
        session, standing, history, news, broken = self.world.run(self._look())

        assert broken == []
        assert (
            session.capacity,
            session.places_taken,
            session.next_queue_number,
            session.broadcast_count,
        ) == (
            self.model.capacity,
            self.model.places_taken,
            self.model.next_number,
            self.model.broadcasts,
        )
        assert standing == self.model.standing()
        assert history == self.model.history
        assert news == self.model.news

    def _coming_moments(self) -> list[datetime]:
        return [one for one in (*self.model.ends_of_offers(), *BORDERS) if one > self.now]

    def _turns(
        self,
        operation: Callable[..., Awaitable[Booking]],
        person: int,
        *,
        times: int,
        **more: bool | LateReason,
    ) -> list[Outcome]:
        async def all_at_once() -> list[Outcome]:
            turns = (self._turn(operation, self.world.people[person], **more) for _ in range(times))
            return list(await asyncio.gather(*turns))

        outcomes: list[Outcome] = self.world.run(all_at_once())
        return outcomes

    async def _turn(
        self,
        operation: Callable[..., Awaitable[Booking]],
        practitioner_id: UUID,
        **more: bool | LateReason,
    ) -> Outcome:
        try:
            async with self.world.database.writing() as db:
                booking = await operation(
                    db,
                    session_id=self.session_id,
                    practitioner_id=practitioner_id,
                    terms=TERMS,
                    now=self.now,
                    **more,
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

    async def _advance(self, times: int) -> None:
        async def advance() -> None:
            async with self.world.database.writing() as db:
                await advance_waitlist(db, session_id=self.session_id, terms=TERMS, now=self.now)

        await asyncio.gather(*(advance() for _ in range(times)))

    async def _deliver(self) -> None:
        async with self.world.database.writing() as db:
            await db.exec(
                update(Notice)
                .where(col(Notice.state) == NoticeState.OWED)
                .values(state=NoticeState.SENT)
            )

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
            news = {
                (one.kind, numbers[one.practitioner_id], one.occurrence): one.state
                for one in await db.exec(select(Notice))
            }
            broken = await broken_invariants(db, now=self.now)
        standing = {
            numbers[one.practitioner_id]: (
                one.status,
                one.queue_number,
                one.offer_expires_at,
                one.books_automatically,
            )
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
