"""Random steps on a real database, each beside a model of it in plain Python."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.moments import NOW, TERMS
from tests.trainingbot.scheduling.model import ProgrammeModel
from tests.trainingbot.scheduling.session_model import LENGTH, Outcome, SessionModel
from tests.trainingbot.scheduling.world import (
    AGENCIES,
    CAPACITIES,
    NOT_YET_CONFIRMED,
    PEOPLE,
    STARTS,
    STARTS_LATER,
    World,
)
from trainingbot.bookings.coming import say_coming
from trainingbot.bookings.operations import (
    advance_waitlist,
    book_automatically,
    book_place,
    cancel_booking,
    change_capacity,
)
from trainingbot.bookings.queries import coming_training, past_training, waitlisted_training
from trainingbot.bookings.reserved import reserve_places
from trainingbot.bookings.substitution import substitute_booking
from trainingbot.bookings.transfer import transfer_booking
from trainingbot.enums import BookingStatus, LateReason
from trainingbot.errors import TrainingBotError
from trainingbot.models import Booking, CourseSession
from trainingbot.scheduling.cancelling import cancel_session
from trainingbot.scheduling.moving import keep_place, move_session

A_MINUTE = timedelta(minutes=1)

people = st.integers(0, PEOPLE - 1)
holders = st.integers(0, 3 * PEOPLE - 1)
"""Mostly somebody who has a place, where anybody has; sometimes anybody at all."""
sessions = st.sampled_from([0, 0, 1])
agencies = st.integers(0, max(AGENCIES))
reasons = st.sampled_from([None, LateReason.ILLNESS, LateReason.URGENT_WORK])


class PlacesMachine(RuleBasedStateMachine):
    """Every step is done to both, and then both must look the same."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW

    @initialize(
        first=st.integers(2, PEOPLE - 1),
        minimum=st.sampled_from([None, None, 2, 3]),
        begins=st.sampled_from([0, 0, 1, 2, 3]),
    )
    def some_have_booked(self, first: int, minimum: int | None, begins: int) -> None:
        """Begin a round early, when offers end, in the broadcast, or when giving back is late."""
        people_of = dict(enumerate(AGENCIES))
        self.model = ProgrammeModel(
            [
                SessionModel(number, start, capacity, people_of)
                for number, (start, capacity) in enumerate(zip(STARTS, CAPACITIES, strict=True))
            ],
            agencies=people_of,
            unconfirmed=set(NOT_YET_CONFIRMED),
        )
        self.model.sessions[0].minimum = minimum
        self.session_ids = self.world.run(self.world.begin_round(minimum=minimum))
        for person in range(first):
            self.book(0, person)
        one = self.model.sessions[0]
        moments = [
            NOW,
            one.offers_end - timedelta(hours=1),
            one.broadcast_at + timedelta(hours=1),
            one.free_until + timedelta(hours=1),
        ]
        self.now = moments[begins]

    @rule(number=sessions, person=people)
    def book(self, number: int, person: int) -> None:
        expected = self.model.book(number, person, now=self.now)

        assert self._turns(book_place, number, person) == [expected]

    @rule(number=sessions, person=people, times=st.integers(2, 4))
    def tap_book_several_times_at_once(self, number: int, person: int, times: int) -> None:
        expected = self.model.book(number, person, now=self.now)

        assert self._turns(book_place, number, person, times=times) == [expected] * times

    @rule(number=sessions, drawn=holders, why=reasons, times=st.sampled_from([1, 1, 3]))
    def cancel(self, number: int, drawn: int, why: LateReason | None, times: int) -> None:
        person = self._holder(number, drawn)
        expected = self.model.cancel(number, person, says_why=why is not None, now=self.now)

        outcomes = self._turns(cancel_booking, number, person, times=times, late_reason=why)

        assert outcomes == [expected] * times

    @rule(number=sessions, person=people, wanted=st.sampled_from([True, True, False]))
    def choose_to_be_booked_automatically(self, number: int, person: int, wanted: bool) -> None:  # noqa: FBT001 - drawn by its name
        expected = self.model.automate(number, person, wanted=wanted, now=self.now)

        assert self._turns(book_automatically, number, person, wanted=wanted) == [expected]

    @rule(number=sessions, drawn=holders, colleague=people, times=st.sampled_from([1, 1, 2]))
    def send_a_colleague(self, number: int, drawn: int, colleague: int, times: int) -> None:
        giver = self._holder(number, drawn)
        expected = self.model.substitute(number, giver, colleague, now=self.now)

        outcomes = self._turns(
            substitute_booking,
            number,
            giver,
            times=times,
            substitute_id=self.world.people[colleague],
        )

        assert outcomes == [expected] * times

    @rule(old=st.integers(0, 1), drawn=holders, why=reasons, times=st.sampled_from([1, 1, 2]))
    def change_date(self, old: int, drawn: int, why: LateReason | None, times: int) -> None:
        new, person = 1 - old, self._holder(old, drawn)
        expected = self.model.transfer(old, new, person, says_why=why is not None, now=self.now)

        assert [
            self._attempt(
                transfer_booking,
                from_session_id=self.session_ids[old],
                to_session_id=self.session_ids[new],
                practitioner_id=self.world.people[person],
                late_reason=why,
            )
            for _ in range(times)
        ] == [expected] * times

    @rule(number=sessions, by=st.sampled_from([-2, -1, 0, 1, 1, 2]))
    def change_capacity(self, number: int, by: int) -> None:
        capacity = max(0, min(self.model.sessions[number].capacity + by, PEOPLE - 1))
        expected = self.model.set_capacity(number, capacity, now=self.now)

        outcome = self._attempt(
            change_capacity, session_id=self.session_ids[number], capacity=capacity
        )

        assert outcome == expected

    @rule(
        number=sessions,
        agency=agencies,
        places=st.sampled_from([0, 1, 1, 2, 3]),
        hours=st.sampled_from([1, 30, 100, 500]),
    )
    def reserve_places(self, number: int, agency: int, places: int, hours: int) -> None:
        opens_at = self.now + timedelta(hours=hours)
        expected = self.model.reserve(number, agency, places, opens_at, now=self.now)

        outcome = self._attempt(
            reserve_places,
            session_id=self.session_ids[number],
            agency_id=self.world.agencies[agency],
            places=places,
            opens_at=opens_at,
            actor_id=self.world.coordinator,
        )

        assert outcome == expected

    @rule(number=sessions, starts_at=st.sampled_from([*STARTS, *STARTS_LATER, None, None, None]))
    def move_the_session(self, number: int, starts_at: datetime | None) -> None:
        if starts_at is None or starts_at <= self.now:
            return
        expected = self.model.move(number, starts_at, now=self.now)

        assert self._move(number, starts_at) == expected

    @precondition(lambda self: self.now > NOW + timedelta(days=1))
    @rule(number=sessions, chance=st.integers(1, 6))
    def call_the_session_off(self, number: int, chance: int) -> None:
        if chance < 6:
            return
        expected = self.model.call_off(number, now=self.now)

        outcome = self._attempt(
            cancel_session,
            session_id=self.session_ids[number],
            reason="The trainer has left.",
            keep_interest=False,
            actor_id=self.world.coordinator,
        )

        assert outcome == expected

    @rule(number=sessions, drawn=holders, times=st.sampled_from([1, 2]))
    def keep_the_place(self, number: int, drawn: int, times: int) -> None:
        person = self._holder(number, drawn)
        expected = self.model.keep(number, person, now=self.now)

        assert self._turns(keep_place, number, person, times=times) == [expected] * times

    @rule(number=sessions, drawn=holders, times=st.sampled_from([1, 2]))
    def say_that_one_is_coming(self, number: int, drawn: int, times: int) -> None:
        person = self._holder(number, drawn)
        expected = self.model.say_coming(number, person, now=self.now)

        assert self._turns(say_coming, number, person, times=times) == [expected] * times

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
    def the_waitlists_are_advanced_by_several_at_once(self, times: int) -> None:
        self.model.advance(now=self.now)

        self.world.run(self._advance(times))

    @rule()
    def everything_owed_is_delivered(self) -> None:
        self.model.deliver(now=self.now)

        self.world.run(self.world.deliver(now=self.now))

    @precondition(lambda self: self.model.unconfirmed)
    @rule()
    def a_coordinator_confirms_an_agency(self) -> None:
        person = self.model.unconfirmed.pop()

        self.world.run(self.world.confirm(person, now=self.now))

    @rule(person=people)
    def look_at_my_training(self, person: int) -> None:
        expected = self._expected_training(person)

        assert self.world.run(self._my_training(person)) == expected

    @invariant()
    def both_look_the_same(self) -> None:
        if not hasattr(self, "model"):
            return
        seen, broken = self.world.run(self.world.look(self.session_ids, now=self.now))

        assert broken == []
        for one, model in zip(seen, self.model.sessions, strict=True):
            assert (
                one.session.starts_at,
                one.session.capacity,
                one.session.places_taken,
                one.session.next_queue_number,
                one.session.broadcast_count,
                one.session.change_count,
                one.session.tentative,
                one.session.reserved_until,
            ) == (
                model.starts_at,
                model.capacity,
                model.places_taken,
                model.next_number,
                model.broadcasts,
                model.changes,
                model.minimum is not None,
                model.reserved_until,
            )
            assert one.standing == {
                person: (
                    claim.status,
                    claim.number,
                    claim.held_until,
                    claim.automatic,
                    claim.leaves_freely,
                    claim.coming,
                )
                for person, claim in model.claims.items()
            }
            assert one.history == model.history
            assert one.news == model.news
            assert one.times == model.times
            assert one.reserved == {
                agency: (row.places, row.opens_at, row.opened)
                for agency, row in model.reserved.items()
            }

    def _holder(self, number: int, drawn: int) -> int:
        claims = self.model.sessions[number].claims.items()
        have_one = [person for person, claim in claims if claim.status == BookingStatus.CONFIRMED]
        if drawn < PEOPLE or not have_one:
            return drawn % PEOPLE
        return have_one[drawn % len(have_one)]

    def _coming_moments(self) -> list[datetime]:
        if not hasattr(self, "model"):
            return []
        moments = [
            moment
            for one in self.model.sessions
            for moment in (
                *(claim.held_until for claim in one.claims.values()),
                one.reserved_until,
                one.offers_end,
                one.broadcast_at,
                one.free_until,
                one.starts_at - timedelta(hours=2),
                one.starts_at,
                one.starts_at + LENGTH,
            )
            if moment is not None and moment > self.now
        ]
        return sorted(moments)

    def _turns(
        self,
        operation: Callable[..., Awaitable[Any]],
        number: int,
        person: int,
        *,
        times: int = 1,
        **more: object,
    ) -> list[Outcome | None]:
        async def all_at_once() -> list[Outcome | None]:
            turns = (
                self._turn(
                    operation,
                    session_id=self.session_ids[number],
                    practitioner_id=self.world.people[person],
                    **more,
                )
                for _ in range(times)
            )
            return list(await asyncio.gather(*turns))

        outcomes: list[Outcome | None] = self.world.run(all_at_once())
        return outcomes

    def _attempt(self, operation: Callable[..., Awaitable[Any]], **more: object) -> Outcome | None:
        outcome: Outcome | None = self.world.run(self._turn(operation, **more))
        return outcome

    def _move(self, number: int, starts_at: datetime) -> Outcome | None:
        session = self.world.run(self._session(number))
        return self._attempt(
            move_session,
            session_id=session.id,
            starts_at=starts_at,
            ends_at=starts_at + LENGTH,
            delivery=session.delivery,
            venue=session.venue,
            join_url=session.join_url,
            actor_id=self.world.coordinator,
            reason="The room is taken.",
        )

    async def _session(self, number: int) -> CourseSession:
        async with self.world.database.reading() as db:
            return await db.get_one(CourseSession, self.session_ids[number])

    async def _turn(
        self, operation: Callable[..., Awaitable[Any]], **more: object
    ) -> Outcome | None:
        try:
            async with self.world.database.writing() as db:
                result = await operation(db, terms=TERMS, now=self.now, **more)
        except TrainingBotError as refusal:
            return type(refusal)
        booking = result[-1] if isinstance(result, tuple) else result
        return (booking.status, booking.queue_number) if isinstance(booking, Booking) else None

    async def _advance(self, times: int) -> None:
        async def advance() -> None:
            for session_id in self.session_ids:
                async with self.world.database.writing() as db:
                    await advance_waitlist(db, session_id=session_id, terms=TERMS, now=self.now)

        await asyncio.gather(*(advance() for _ in range(times)))

    def _expected_training(self, person: int) -> tuple[int, int, list[int | None]]:
        coming = past = 0
        waiting: list[tuple[datetime, int | None]] = []
        for one in self.model.sessions:
            stands = one.claim(person).status if person in one.claims else None
            holds = stands in {
                BookingStatus.CONFIRMED,
                BookingStatus.OFFERED,
                BookingStatus.SESSION_CANCELLED,
            }
            over = self.now >= one.starts_at + LENGTH
            coming += holds and not over
            past += holds and over
            in_line = stands in {BookingStatus.WAITLISTED, BookingStatus.OFFERED}
            if in_line and self.now < one.starts_at:
                line = list(one.in_line(BookingStatus.WAITLISTED))
                place = line.index(person) + 1 if person in line else None
                waiting.append((one.starts_at, place))
        return coming, past, [place for _, place in sorted(waiting, key=lambda one: one[0])]

    async def _my_training(self, person: int) -> tuple[int, int, list[int | None]]:
        practitioner_id = self.world.people[person]
        async with self.world.database.reading() as db:
            coming = await coming_training(db, practitioner_id, limit=5, now=self.now)
            past = await past_training(db, practitioner_id, limit=5, now=self.now)
            waiting = await waitlisted_training(db, practitioner_id, limit=5, now=self.now)
        return coming.total, past.total, [row.queue_place for row in waiting.rows]
