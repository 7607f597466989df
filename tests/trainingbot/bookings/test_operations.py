"""Booking, giving back and passing on, each turn in a transaction of its own."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from tests.factories import make_coordinator
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.news import IS_NEWS
from tests.trainingbot.bookings.scene import Scene
from trainingbot.bookings.operations import (
    advance_waitlist,
    book_automatically,
    book_place,
    cancel_booking,
    change_capacity,
)
from trainingbot.bookings.queries import training_on
from trainingbot.bookings.rules import QUEUE_ENDS
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, Change, NoticeKind, NoticeState, SessionStatus
from trainingbot.errors import (
    AgencyNotConfirmed,
    CapacityTooSmall,
    NoBooking,
    NotFound,
    SessionCancelled,
    SessionStarted,
)
from trainingbot.models import Booking, BookingChange, Notice

A_MINUTE = timedelta(minutes=1)
QUEUE_OVER = NEXT_WEEK - QUEUE_ENDS
OWED, WITHDRAWN = NoticeState.OWED, NoticeState.WITHDRAWN
OFFER, PROMOTED = NoticeKind.OFFER, NoticeKind.PROMOTED


async def assert_whole(scene: Scene) -> None:
    assert await scene.broken() == []


async def test_a_free_place_is_booked(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=20)

    booking = await scene.book(0)

    assert (booking.status, booking.queue_number, booking.booked_at, booking.change_count) == (
        BookingStatus.CONFIRMED,
        None,
        NOW,
        1,
    )
    assert (await scene.read_session()).places_taken == 1
    await assert_whole(scene)


async def test_a_full_session_puts_people_into_a_queue(scene: Scene) -> None:
    await scene.prepare(people=4, capacity=1)

    for person in range(4):
        await scene.book(person)

    assert await scene.standing() == ["confirmed", "waitlisted 1", "waitlisted 2", "waitlisted 3"]
    await assert_whole(scene)


async def test_a_session_without_places_only_has_a_queue(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=0)

    booking = await scene.book(0)

    assert (booking.status, booking.queue_number) == (BookingStatus.WAITLISTED, 1)


async def test_pressing_book_twice_gives_the_same_booking(scene: Scene) -> None:
    await scene.prepare(people=2, capacity=1)
    confirmed, waiting = await scene.book(0), await scene.book(1)

    confirmed_again = await scene.book(0, now=NOW + A_MINUTE)
    waiting_again = await scene.book(1, now=NOW + A_MINUTE)

    assert confirmed_again.model_dump() == confirmed.model_dump()
    assert waiting_again.model_dump() == waiting.model_dump()
    assert await scene.history(0) == [Change.BOOKED]
    assert await scene.history(1) == [Change.WAITLISTED]


async def test_pressing_book_again_after_the_start_still_shows_the_place(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)
    await scene.book(0)

    again = await scene.book(0, now=NEXT_WEEK + A_MINUTE)

    assert again.status == BookingStatus.CONFIRMED


async def test_a_place_given_back_is_offered_to_the_longest_wait(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)

    await scene.cancel(0)

    assert await scene.standing() == ["cancelled", "offered 1", "waitlisted 2"]
    assert await scene.history(1) == [Change.WAITLISTED, Change.OFFERED]
    assert await scene.told() == [(1, OFFER, OWED)]
    await assert_whole(scene)


async def test_a_place_given_back_is_free_where_nobody_waits(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)
    await scene.book(0)

    booking = await scene.cancel(0, reason="ill")

    assert (booking.status, booking.cancelled_at) == (BookingStatus.CANCELLED, NOW)
    assert (await scene.read_session()).places_taken == 0


async def test_leaving_the_queue_moves_nobody_but_the_places_in_it(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)

    await scene.cancel(1)

    assert await scene.standing() == ["confirmed", "cancelled", "waitlisted 2"]
    assert await scene.told() == []
    await assert_whole(scene)


async def test_pressing_cancel_twice_cancels_once(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    first = await scene.cancel(0, reason="ill")

    second = await scene.cancel(0, reason="another", now=NOW + A_MINUTE)

    assert second.model_dump() == first.model_dump()
    assert await scene.standing() == ["cancelled", "offered 1", "waitlisted 2"]
    assert await scene.history(0) == [Change.BOOKED, Change.CANCELLED]
    await assert_whole(scene)


async def test_booking_again_revives_the_one_booking(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)
    first = await scene.book(0)
    await scene.cancel(0)

    again = await scene.book(0, now=NOW + A_MINUTE)

    assert (again.id, again.status, again.cancelled_at, again.booked_at) == (
        first.id,
        BookingStatus.CONFIRMED,
        None,
        NOW + A_MINUTE,
    )
    assert await scene.history(0) == [Change.BOOKED, Change.CANCELLED, Change.BOOKED]


async def test_booking_again_on_a_full_session_queues_at_the_end(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.cancel(0)

    await scene.book(0)

    assert await scene.standing() == ["waitlisted 3", "offered 1", "waitlisted 2"]
    await assert_whole(scene)


async def test_somebody_offered_a_place_twice_is_told_twice(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.cancel(0)
    await scene.cancel(1)
    await scene.book(0)
    await scene.book(1)

    await scene.cancel(0)

    assert await scene.told() == [(1, OFFER, WITHDRAWN), (1, OFFER, OWED)]
    await assert_whole(scene)


@pytest.mark.parametrize("automatic", [False, True])
async def test_news_of_a_place_is_taken_back_with_the_place(
    scene: Scene,
    automatic: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.automate(1, wanted=automatic)
    await scene.cancel(0)

    await scene.cancel(1)

    assert await scene.told() == [(1, PROMOTED if automatic else OFFER, WITHDRAWN)]


@pytest.mark.parametrize(
    ("automatic", "until"), [(False, NOW + timedelta(days=1)), (True, NEXT_WEEK)]
)
async def test_news_of_a_place_is_useful_while_it_is_held_and_until_the_start(
    scene: Scene,
    automatic: bool,  # noqa: FBT001 - a column of the table above
    until: datetime,
) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.automate(1, wanted=automatic)

    await scene.cancel(0)

    async with scene.database.reading() as db:
        assert (await db.exec(select(Notice.expires_at).where(IS_NEWS))).all() == [until]


async def test_every_change_says_when_who_and_why(scene: Scene) -> None:
    await scene.prepare(people=2, capacity=1)
    await scene.book(0)
    await scene.book(1, now=NOW + A_MINUTE)
    first, second = scene.people
    async with scene.database.writing() as db:
        morgan = (await make_coordinator(db)).id

    await scene.cancel(0, actor_id=morgan, reason="rang us", now=NOW + 2 * A_MINUTE)

    async with scene.database.reading() as db:
        changes = (await db.exec(select(BookingChange))).all()
    assert {(one.change, one.at, one.actor_id, one.reason) for one in changes} == {
        (Change.BOOKED, NOW, first, None),
        (Change.WAITLISTED, NOW + A_MINUTE, second, None),
        (Change.CANCELLED, NOW + 2 * A_MINUTE, morgan, "rang us"),
        (Change.OFFERED, NOW + 2 * A_MINUTE, None, None),
    }


async def test_more_places_go_to_those_who_wait_in_their_order(scene: Scene) -> None:
    await scene.fill(people=5, capacity=1)

    session = await scene.set_capacity(3)

    assert (session.capacity, session.places_taken) == (3, 3)
    assert await scene.standing() == [
        "confirmed", "offered 1", "offered 2", "waitlisted 3", "waitlisted 4",
    ]  # fmt: skip
    assert await scene.told() == [(1, OFFER, OWED), (2, OFFER, OWED)]
    await assert_whole(scene)


async def test_setting_the_same_capacity_again_changes_nothing(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)

    for _ in range(2):
        await scene.set_capacity(2)

    assert await scene.standing() == ["confirmed", "offered 1", "waitlisted 2"]
    assert await scene.told() == [(1, OFFER, OWED)]


@pytest.mark.parametrize("capacity", [1, 0, -1])
async def test_nobody_loses_a_place_by_a_number(scene: Scene, capacity: int) -> None:
    await scene.prepare(people=2, capacity=2)
    await scene.book(0)
    await scene.book(1)

    with pytest.raises(CapacityTooSmall) as refusal:
        await scene.set_capacity(capacity)

    assert refusal.value.sentence == (
        f"S25-014 cannot have {capacity} places, because 2 are taken. Set it to 2 or more."
    )
    assert (await scene.read_session()).capacity == 2


async def test_a_negative_capacity_is_refused_even_where_nobody_has_booked(scene: Scene) -> None:
    await scene.prepare(people=0, capacity=2)

    with pytest.raises(CapacityTooSmall):
        await scene.set_capacity(-1)


async def test_empty_places_can_be_taken_away(scene: Scene) -> None:
    await scene.prepare(people=2, capacity=20)
    await scene.book(0)

    await scene.set_capacity(1)
    waiting = await scene.book(1)

    assert waiting.status == BookingStatus.WAITLISTED


async def test_after_the_queue_has_ended_the_first_to_ask_gets_a_free_place(scene: Scene) -> None:
    await scene.prepare(people=4, capacity=1)
    for person in range(3):
        await scene.book(person)
    await scene.cancel(0, now=QUEUE_OVER)

    newcomer = await scene.book(3, now=QUEUE_OVER)

    assert newcomer.status == BookingStatus.CONFIRMED
    assert await scene.standing() == ["cancelled", "waitlisted 1", "waitlisted 2", "confirmed"]


async def test_somebody_who_waits_and_asks_again_gets_the_place_freed_late(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.cancel(0, now=QUEUE_OVER)

    asked = await scene.book(2, now=QUEUE_OVER)

    assert (asked.status, asked.queue_number) == (BookingStatus.CONFIRMED, None)
    assert await scene.history(2) == [Change.WAITLISTED, Change.BOOKED]
    assert await scene.told() == []


async def test_somebody_who_waits_keeps_the_number_when_asking_again_in_time(
    scene: Scene,
) -> None:
    await scene.fill(people=3, capacity=1)

    await scene.book(1)

    assert await scene.standing() == ["confirmed", "waitlisted 1", "waitlisted 2"]
    assert (await scene.read_session()).next_queue_number == 3


@pytest.mark.parametrize(
    ("status", "now", "confirmed", "refusal"),
    [
        (SessionStatus.CANCELLED, NEXT_WEEK, False, SessionCancelled),
        (SessionStatus.SCHEDULED, NEXT_WEEK, False, SessionStarted),
        (SessionStatus.DELIVERED, NOW, False, SessionStarted),
        (SessionStatus.SCHEDULED, NOW, False, AgencyNotConfirmed),
    ],
)
async def test_the_first_rule_that_blocks_gives_the_reason_and_nothing_is_written(
    scene: Scene,
    status: SessionStatus,
    now: object,
    confirmed: bool,  # noqa: FBT001 - a column of the table above
    refusal: type[Exception],
) -> None:
    await scene.prepare(people=1, capacity=1, confirmed_at=NOW if confirmed else None)
    await scene.set_status(status)

    with pytest.raises(refusal):
        await scene.book(0, now=now)  # type: ignore[arg-type]  # a moment of the table above

    assert await scene.standing() == []
    assert (await scene.read_session()).places_taken == 0


async def test_a_session_that_is_not_there_is_told(database: Database) -> None:
    async with database.writing() as db:
        for work in (
            book_place(db, session_id=uuid4(), practitioner_id=uuid4(), terms=TERMS, now=NOW),
            cancel_booking(db, session_id=uuid4(), practitioner_id=uuid4(), terms=TERMS, now=NOW),
            change_capacity(db, session_id=uuid4(), capacity=1, terms=TERMS, now=NOW),
            advance_waitlist(db, session_id=uuid4(), terms=TERMS, now=NOW),
            book_automatically(
                db, session_id=uuid4(), practitioner_id=uuid4(), wanted=True, terms=TERMS, now=NOW
            ),
        ):
            with pytest.raises(NotFound) as refusal:
                await work

            assert refusal.value.sentence == (
                "This session is no longer in the programme. Type “courses” to look again."
            )


async def test_somebody_without_a_booking_has_nothing_to_give_back(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)

    with pytest.raises(NoBooking) as refusal:
        await scene.cancel(0)

    assert refusal.value.sentence == (
        "You have no place on this session, so there is nothing to give back."
    )


async def test_a_place_cannot_be_given_back_once_the_session_has_begun(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)
    await scene.book(0)

    with pytest.raises(SessionStarted):
        await scene.cancel(0, now=NEXT_WEEK)

    assert await scene.standing() == ["confirmed"]


async def test_cancelling_again_after_the_start_shows_the_old_cancellation(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)
    await scene.book(0)
    await scene.cancel(0)

    again = await scene.cancel(0, now=NEXT_WEEK)

    assert (again.status, again.cancelled_at) == (BookingStatus.CANCELLED, NOW)


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)],
                         indirect=True)  # fmt: skip
async def test_what_a_turn_saw_before_the_lock_does_not_decide(scene: Scene) -> None:
    """A card that was read first must not make a cancelled booking look confirmed.

    On SQLite nobody else can write between the two, so there is nothing to see there.
    """
    await scene.prepare(people=1, capacity=1)
    await scene.book(0)
    mine: dict[str, Any] = {
        "session_id": scene.session_id,
        "practitioner_id": scene.people[0],
    }

    async with scene.database.writing() as db:
        seen = await training_on(db, scene.people[0], session_id=scene.session_id)
        await scene.cancel(0)
        booked = await book_place(db, **mine, terms=TERMS, now=NOW)

    assert seen is not None
    assert booked.status == BookingStatus.CONFIRMED
    assert await scene.history(0) == [Change.BOOKED, Change.CANCELLED, Change.BOOKED]
    await assert_whole(scene)


async def test_everything_of_one_turn_is_kept_or_nothing(scene: Scene) -> None:
    await scene.prepare(people=2, capacity=1)

    async def fail_after_booking() -> None:
        async with scene.database.writing() as db:
            await book_place(
                db,
                session_id=scene.session_id,
                practitioner_id=scene.people[0],
                terms=TERMS,
                now=NOW,
            )
            await db.flush()
            raise KeyError

    with pytest.raises(KeyError):
        await fail_after_booking()

    async with scene.database.reading() as db:
        assert (await db.exec(select(Booking))).all() == []
    assert (await scene.read_session()).places_taken == 0
    await assert_whole(scene)
