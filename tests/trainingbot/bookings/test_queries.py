"""One's own training and the waitlist, on both databases."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import make_booking, make_course, make_practitioner, make_session
from tests.moments import NEXT_WEEK, NOW, YESTERDAY
from tests.statements import statements_counted
from tests.trainingbot.bookings.scene import Scene
from trainingbot.bookings.queries import (
    active_bookings_on_course,
    booking_of,
    bookings_of,
    coming_training,
    given_back,
    locked_session,
    past_training,
    people_waiting,
    place_in_queue,
    training_after,
    training_of_booking,
    training_on,
    waitlisted_training,
)
from trainingbot.bookings.views import GivenBack, TrainingPage
from trainingbot.db import Database
from trainingbot.enums import Attendance, BookingStatus, SessionStatus
from trainingbot.models import Practitioner

A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)
List = Callable[..., Awaitable[TrainingPage]]


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.reading() as db:
        yield db


@pytest.fixture
async def sam(db: AsyncSession) -> Practitioner:
    return await make_practitioner(db, name="Sam")


async def book(
    db: AsyncSession,
    person: Practitioner,
    code: str,
    *,
    waits: bool = False,
    **values: Any,  # noqa: ANN401 - values of a session
) -> UUID:
    session = await make_session(db, code=code, **values)
    booking = await make_booking(
        db,
        session_id=session.id,
        practitioner_id=person.id,
        status=BookingStatus.WAITLISTED if waits else BookingStatus.CONFIRMED,
        queue_number=1 if waits else None,
    )
    return booking.id


def codes(page: TrainingPage) -> list[str]:
    return [row.session.code for row in page.rows]


async def test_coming_training_is_what_has_not_ended_soonest_first(
    db: AsyncSession, sam: Practitioner
) -> None:
    await book(db, sam, "NEXT-WEEK")
    await book(db, sam, "TOMORROW", starts_at=NOW + A_DAY)
    await book(db, sam, "RUNNING", starts_at=NOW - AN_HOUR)
    await book(db, sam, "JUST-OVER", starts_at=NOW - 2 * AN_HOUR, ends_at=NOW)
    await book(db, sam, "WAITING", waits=True)
    await book(db, await make_practitioner(db), "OF-ANOTHER")

    page = await coming_training(db, sam.id, limit=5, now=NOW)

    assert codes(page) == ["RUNNING", "TOMORROW", "NEXT-WEEK"]
    assert page.total == 3


async def test_past_training_is_what_has_ended_newest_first(
    db: AsyncSession, sam: Practitioner
) -> None:
    await book(db, sam, "YESTERDAY", starts_at=YESTERDAY)
    await book(db, sam, "LONG-AGO", starts_at=NOW - 300 * A_DAY)
    await book(db, sam, "JUST-OVER", starts_at=NOW - 2 * AN_HOUR, ends_at=NOW)
    await book(db, sam, "RUNNING", starts_at=NOW - AN_HOUR)
    await book(db, sam, "WAITED", starts_at=YESTERDAY, waits=True)

    page = await past_training(db, sam.id, limit=5, now=NOW)

    assert codes(page) == ["JUST-OVER", "YESTERDAY", "LONG-AGO"]


async def test_a_place_given_back_is_in_no_list(db: AsyncSession, sam: Practitioner) -> None:
    session = await make_session(db)
    await make_booking(
        db,
        session_id=session.id,
        practitioner_id=sam.id,
        status=BookingStatus.CANCELLED,
        cancelled_at=NOW,
    )

    pages = [
        await listed(db, sam.id, limit=5, now=now)
        for listed in (coming_training, past_training, waitlisted_training)
        for now in (NOW, NEXT_WEEK + A_DAY)
    ]

    assert [page.total for page in pages] == [0] * 6


async def test_a_session_that_was_cancelled_is_still_shown_to_those_who_had_a_place(
    db: AsyncSession, sam: Practitioner
) -> None:
    session = await make_session(db, code="FELL", status=SessionStatus.CANCELLED)
    await make_booking(
        db,
        session_id=session.id,
        practitioner_id=sam.id,
        status=BookingStatus.SESSION_CANCELLED,
    )

    assert codes(await coming_training(db, sam.id, limit=5, now=NOW)) == ["FELL"]


async def test_the_waitlist_shows_ones_place_until_the_start(
    db: AsyncSession, sam: Practitioner
) -> None:
    session = await make_session(db, code="FULL")
    for number in (3, 4):
        await make_booking(
            db,
            session_id=session.id,
            status=BookingStatus.WAITLISTED,
            queue_number=number,
        )
    await make_booking(
        db,
        session_id=session.id,
        practitioner_id=sam.id,
        status=BookingStatus.WAITLISTED,
        queue_number=9,
    )
    await book(db, sam, "PLACE")

    page = await waitlisted_training(db, sam.id, limit=5, now=NOW)
    begun = await waitlisted_training(db, sam.id, limit=5, now=NEXT_WEEK)

    assert [(row.session.code, row.queue_place) for row in page.rows] == [("FULL", 3)]
    assert begun.total == 0


@pytest.mark.parametrize("listed", [coming_training, past_training, waitlisted_training])
async def test_a_list_has_pages_that_hold_each_booking_once(
    db: AsyncSession, sam: Practitioner, listed: List
) -> None:
    for number in range(7):
        await book(
            db,
            sam,
            f"S{number}",
            starts_at=YESTERDAY if listed is past_training else NEXT_WEEK,
            waits=listed is waitlisted_training,
        )

    pages = [await listed(db, sam.id, limit=3, offset=offset, now=NOW) for offset in (0, 3, 6, 9)]

    assert [codes(page) for page in pages] == [
        ["S0", "S1", "S2"],
        ["S3", "S4", "S5"],
        ["S6"],
        [],
    ]
    assert [page.total for page in pages] == [7] * 4


@pytest.mark.parametrize("listed", [coming_training, past_training, waitlisted_training])
async def test_a_list_sends_as_many_statements_for_five_bookings_as_for_one(
    db: AsyncSession, sam: Practitioner, listed: List
) -> None:
    values: dict[str, Any] = {
        "starts_at": YESTERDAY if listed is past_training else NEXT_WEEK,
        "waits": listed is waitlisted_training,
    }
    await book(db, sam, "S0", **values)
    with statements_counted(db) as for_one:
        await listed(db, sam.id, limit=10, now=NOW)
    for number in range(1, 5):
        await book(db, sam, f"S{number}", **values)
    with statements_counted(db) as for_five:
        page = await listed(db, sam.id, limit=10, now=NOW)

    assert len(page.rows) == 5
    assert len(for_one) == len(for_five) == 1


async def test_a_full_page_costs_one_statement_more(db: AsyncSession, sam: Practitioner) -> None:
    for number in range(5):
        await book(db, sam, f"S{number}")

    with statements_counted(db) as sent:
        page = await coming_training(db, sam.id, limit=2, now=NOW)

    assert (len(page.rows), page.total, len(sent)) == (2, 5, 2)


async def test_one_booking_is_read_with_its_session_and_course(
    db: AsyncSession, sam: Practitioner
) -> None:
    course = await make_course(db, title="Neglect Level 2")
    booking_id = await book(db, sam, "S25-014", course=course, waits=True)
    booked = await training_of_booking(db, booking_id)
    assert booked is not None

    on_session = await training_on(db, sam.id, session_id=booked.session.id)

    assert on_session is not None
    assert [
        (row.booking.id, row.session.code, row.course.title, row.queue_place)
        for row in (booked, on_session)
    ] == [(booking_id, "S25-014", "Neglect Level 2", 1)] * 2


async def test_a_booking_that_is_not_there_is_none(db: AsyncSession, sam: Practitioner) -> None:
    session = await make_session(db)

    assert await training_of_booking(db, uuid4()) is None
    assert await training_on(db, sam.id, session_id=session.id) is None
    assert await booking_of(db, session_id=session.id, practitioner_id=sam.id) is None
    assert await locked_session(db, uuid4()) is None


async def test_what_could_be_given_back_on_a_course_is_found(
    db: AsyncSession, sam: Practitioner
) -> None:
    course = await make_course(db)
    await book(db, sam, "PLACE", course=course, starts_at=NEXT_WEEK + A_DAY)
    await book(db, sam, "WAITING", course=course, starts_at=NEXT_WEEK, waits=True)
    await book(db, sam, "BEGUN", course=course, starts_at=NOW)
    await book(db, sam, "OTHER-COURSE")

    page = await active_bookings_on_course(db, sam.id, course_id=course.id, now=NOW)

    assert codes(page) == ["WAITING", "PLACE"]


async def test_bookings_are_found_for_a_page_of_sessions(
    db: AsyncSession, sam: Practitioner
) -> None:
    booking_id = await book(db, sam, "MINE")
    mine = await training_of_booking(db, booking_id)
    assert mine is not None
    other = await make_session(db)

    found = await bookings_of(db, sam.id, session_ids=[mine.session.id, other.id])
    none = await bookings_of(db, sam.id, session_ids=[])

    assert {session_id: one.id for session_id, one in found.items()} == {
        mine.session.id: booking_id
    }
    assert none == {}


async def test_the_place_in_the_queue_counts_those_who_wait_and_not_those_who_are_offered(
    scene: Scene,
) -> None:
    await scene.fill(people=6, capacity=1)
    await scene.cancel(3)
    await scene.cancel(0)

    async with scene.database.reading() as db:
        waiting = await people_waiting(db, scene.session_id)
        bookings = [
            await booking_of(db, session_id=scene.session_id, practitioner_id=person)
            for person in scene.people
        ]
        places = [await place_in_queue(db, booking) for booking in bookings if booking]
        listed = [
            row.queue_place
            for person in scene.people
            for row in (await waitlisted_training(db, person, limit=5, now=NOW)).rows
        ]

    assert await scene.standing() == [
        "cancelled", "offered 1", "waitlisted 2", "cancelled", "waitlisted 4", "waitlisted 5",
    ]  # fmt: skip
    assert waiting == 3
    assert places == [None, None, 1, None, 2, 3]
    assert listed == [None, 1, 2, 3]


async def test_a_turn_reads_back_what_it_has_just_done(scene: Scene) -> None:
    await scene.prepare(people=3, capacity=1)
    for person in range(2):
        await scene.book(person)

    async with scene.database.writing() as db:
        booking = await make_booking(
            db,
            session_id=scene.session_id,
            practitioner_id=scene.people[2],
            status=BookingStatus.WAITLISTED,
            queue_number=7,
        )
        row = await training_after(db, booking)

    assert (row.session.code, row.course.title, row.queue_place) == (
        "S25-014",
        "Neglect Level 2",
        2,
    )


async def what_came_of(scene: Scene, person: int) -> GivenBack:
    async with scene.database.reading() as db:
        booking = await booking_of(
            db, session_id=scene.session_id, practitioner_id=scene.people[person]
        )
        assert booking is not None
        return await given_back(db, booking)


GAVE_BACK = GivenBack(had_place=True, declined=False, expired=False, passed_on=False)


async def test_what_giving_back_came_to_is_told_from_the_history(scene: Scene) -> None:
    await scene.fill(people=4, capacity=1)

    await scene.cancel(2, now=NOW + AN_HOUR)
    await scene.cancel(0, now=NOW + 2 * AN_HOUR)
    await scene.cancel(1, now=NOW + 3 * AN_HOUR)
    await scene.book(3, now=NOW + 4 * AN_HOUR)
    await scene.cancel(3, now=NOW + 5 * AN_HOUR)

    assert [await what_came_of(scene, person) for person in (2, 0, 1, 3)] == [
        replace(GAVE_BACK, had_place=False),
        replace(GAVE_BACK, passed_on=True, offered=True),
        replace(GAVE_BACK, had_place=False, declined=True, passed_on=True, offered=True),
        GAVE_BACK,
    ]


async def test_a_place_that_nobody_had_to_ask_for_is_not_told_as_an_offer(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.automate(1)

    await scene.cancel(0, now=NOW + AN_HOUR)

    assert await what_came_of(scene, 0) == replace(GAVE_BACK, passed_on=True)


async def test_an_offer_that_ran_out_is_told_from_the_history(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.cancel(0)

    await scene.advance(now=NOW + A_DAY)
    await scene.advance(now=NOW + 2 * A_DAY)

    expired = replace(GAVE_BACK, had_place=False, expired=True)
    assert [await what_came_of(scene, person) for person in (1, 2)] == [
        replace(expired, passed_on=True, offered=True),
        expired,
    ]


async def test_leaving_the_queue_after_an_offer_was_withdrawn_gave_nothing_back(
    scene: Scene,
) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.set_capacity(2)
    await scene.set_capacity(1)

    await scene.cancel(1, now=NOW + AN_HOUR)

    assert await what_came_of(scene, 1) == replace(GAVE_BACK, had_place=False)


async def test_attendance_does_not_take_a_booking_out_of_the_past(
    db: AsyncSession, sam: Practitioner
) -> None:
    session = await make_session(db, code="PAST", starts_at=YESTERDAY)
    await make_booking(
        db, session_id=session.id, practitioner_id=sam.id, attendance=Attendance.NO_SHOW
    )

    assert codes(await past_training(db, sam.id, limit=5, now=NOW)) == ["PAST"]
