"""Checks of a course as bookings meet them, in the database."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from tests.factories import make_booking, make_course, make_practitioner, make_session
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.statements import statements_counted
from trainingbot.bookings.checks import check_booking, with_doubts
from trainingbot.bookings.locking import lock_session
from trainingbot.bookings.operations import book_place, cancel_booking, change_capacity
from trainingbot.db import Database
from trainingbot.enums import (
    Attendance,
    BookingStatus,
    Change,
    SessionStatus,
    Strictness,
)
from trainingbot.errors import CheckRefuses, CheckWarns
from trainingbot.models import Booking, BookingChange, Course, CourseSession
from trainingbot.scheduling.missing import owe_missing

WARN, REFUSE = Strictness.WARN, Strictness.REFUSE
CLASH = "This clashes with another booking: Early Help, Tue 14 Jan 2025, 10:00 to 12:30."
REPEAT = (
    "The same course is booked already, less than 12 months later: "
    "Neglect Level 2, Tue 21 Jan 2025, 10:00."
)
NO_LEVEL = (
    "This course builds on one of level 1 or higher, "
    "and none has been attended or is booked before it."
)
A_WEEK = timedelta(days=7)


class Person:
    """Somebody with other bookings, who books a session of a course that checks."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.id = self.session_id = self.course_id = UUID(int=0)

    async def begin(
        self,
        *,
        on_clash: Strictness = Strictness.ALLOW,
        on_repeat: Strictness = Strictness.ALLOW,
        prerequisite_level: int | None = None,
        on_missing_level: Strictness = WARN,
        capacity: int = 20,
    ) -> None:
        async with self.database.writing() as db:
            course = await make_course(
                db,
                on_clash=on_clash,
                on_repeat=on_repeat,
                on_missing_level=on_missing_level,
                prerequisite_level=prerequisite_level,
            )
            session = await make_session(db, course=course, capacity=capacity)
            self.id = (await make_practitioner(db)).id
        self.session_id, self.course_id = session.id, course.id

    async def has_a_place_at_that_time(
        self,
        *,
        status: SessionStatus = SessionStatus.SCHEDULED,
        booking: BookingStatus = BookingStatus.CONFIRMED,
    ) -> UUID:
        async with self.database.writing() as db:
            course = await make_course(db, title="Early Help")
            session = await make_session(db, course=course, status=status)
            held = booking == BookingStatus.CONFIRMED
            session.places_taken = int(held)
            await make_booking(
                db,
                session_id=session.id,
                practitioner_id=self.id,
                status=booking,
                cancelled_at=NOW if booking == BookingStatus.CANCELLED else None,
                queue_number=1 if booking == BookingStatus.WAITLISTED else None,
            )
            session.next_queue_number = 2 if booking == BookingStatus.WAITLISTED else 1
            await db.flush()
            await owe_missing(db, terms=TERMS, now=NOW)
        return session.id

    async def has_a_later_date(self) -> UUID:
        async with self.database.writing() as db:
            course = await db.get_one(Course, self.course_id)
            session = await make_session(db, course=course, starts_at=NEXT_WEEK + A_WEEK)
            session.places_taken = 1
            await make_booking(db, session_id=session.id, practitioner_id=self.id)
        return session.id

    async def books(self, *, despite_doubts: bool = False, reason: str | None = None) -> Booking:
        async with self.database.writing() as db:
            return await book_place(
                db,
                session_id=self.session_id,
                practitioner_id=self.id,
                terms=TERMS,
                despite_doubts=despite_doubts,
                reason=reason,
                now=NOW,
            )

    async def reasons(self) -> list[tuple[Change, str | None]]:
        async with self.database.reading() as db:
            found = await db.exec(
                select(BookingChange.change, BookingChange.reason)
                .join(Booking, col(BookingChange.booking_id) == Booking.id)
                .where(Booking.session_id == self.session_id, Booking.practitioner_id == self.id)
                .order_by(col(BookingChange.position))
            )
            return [(Change(change), reason) for change, reason in found]


@pytest.fixture
def person(database: Database) -> Person:
    return Person(database)


async def test_a_warning_changes_nothing(person: Person) -> None:
    await person.begin(on_clash=WARN)
    await person.has_a_place_at_that_time()

    with pytest.raises(CheckWarns) as warned:
        await person.books()

    assert warned.value.sentences == (CLASH,)
    assert await person.reasons() == []
    async with person.database.reading() as db:
        assert (await db.get_one(CourseSession, person.session_id)).places_taken == 0
        assert await broken_invariants(db, now=NOW) == []


async def test_what_was_booked_in_spite_of_stands_in_the_history(person: Person) -> None:
    await person.begin(on_clash=WARN)
    await person.has_a_place_at_that_time()

    booking = await person.books(despite_doubts=True)
    again = await person.books()

    assert (booking.status, again.id) == (BookingStatus.CONFIRMED, booking.id)
    assert await person.reasons() == [(Change.BOOKED, f"In spite of this: {CLASH}")]


async def test_all_warnings_are_given_together(person: Person) -> None:
    await person.begin(on_clash=WARN, on_repeat=WARN, prerequisite_level=1)
    await person.has_a_place_at_that_time()
    await person.has_a_later_date()

    with pytest.raises(CheckWarns) as warned:
        await person.books()

    assert warned.value.sentences == (CLASH, REPEAT, NO_LEVEL)
    assert warned.value.sentence == f"{CLASH} {REPEAT} {NO_LEVEL}"


async def test_the_first_check_that_refuses_gives_the_reason(person: Person) -> None:
    await person.begin(
        on_clash=WARN, on_repeat=REFUSE, prerequisite_level=1, on_missing_level=REFUSE
    )
    await person.has_a_place_at_that_time()
    await person.has_a_later_date()

    with pytest.raises(CheckRefuses) as refused:
        await person.books(despite_doubts=True)

    assert refused.value.sentence == f"{REPEAT} Keep that place, or change its date."


@pytest.mark.parametrize(
    ("status", "booking"),
    [
        (SessionStatus.CANCELLED, BookingStatus.SESSION_CANCELLED),
        (SessionStatus.CANCELLED, BookingStatus.CONFIRMED),
        (SessionStatus.SCHEDULED, BookingStatus.CANCELLED),
        (SessionStatus.SCHEDULED, BookingStatus.WAITLISTED),
    ],
)
async def test_only_places_on_sessions_that_take_place_clash(
    person: Person, status: SessionStatus, booking: BookingStatus
) -> None:
    await person.begin(on_clash=REFUSE)
    await person.has_a_place_at_that_time(status=status, booking=booking)

    booked = await person.books()

    assert booked.status == BookingStatus.CONFIRMED


async def test_somebody_elses_places_do_not_count(person: Person) -> None:
    await person.begin(on_clash=REFUSE, on_repeat=REFUSE)
    await person.has_a_place_at_that_time()
    async with person.database.writing() as db:
        person.id = (await make_practitioner(db)).id

    booked = await person.books()

    assert booked.status == BookingStatus.CONFIRMED


async def test_a_place_given_back_stands_in_the_way_no_longer(person: Person) -> None:
    await person.begin(on_clash=REFUSE)
    other = await person.has_a_place_at_that_time()

    async with person.database.writing() as db:
        await cancel_booking(db, session_id=other, practitioner_id=person.id, terms=TERMS, now=NOW)
    booked = await person.books()

    assert booked.status == BookingStatus.CONFIRMED


async def test_the_session_that_is_given_up_does_not_count(person: Person) -> None:
    await person.begin(on_clash=REFUSE, on_repeat=REFUSE, prerequisite_level=2)
    later = await person.has_a_later_date()

    async with person.database.reading() as db:
        session = await db.get_one(CourseSession, person.session_id)
        doubts = await check_booking(
            db,
            session,
            practitioner_id=person.id,
            despite_doubts=True,
            instead_of=later,
            terms=TERMS,
        )

    assert doubts == (
        "In spite of this: This course builds on one of level 2 or higher, "
        "and none has been attended or is booked before it."
    )


async def test_joining_a_waitlist_is_checked_and_so_is_taking_an_offer(person: Person) -> None:
    await person.begin(on_clash=WARN, capacity=0)
    other = await person.has_a_place_at_that_time()

    with pytest.raises(CheckWarns):
        await person.books()
    waiting = await person.books(despite_doubts=True)
    async with person.database.writing() as db:
        await change_capacity(db, session_id=person.session_id, capacity=1, terms=TERMS, now=NOW)
    with pytest.raises(CheckWarns) as warned:
        await person.books()
    taken = await person.books(despite_doubts=True)

    assert (waiting.status, taken.status) == (
        BookingStatus.WAITLISTED,
        BookingStatus.CONFIRMED,
    )
    assert warned.value.sentences == (CLASH,)
    assert await person.reasons() == [
        (Change.WAITLISTED, f"In spite of this: {CLASH}"),
        (Change.OFFERED, None),
        (Change.OFFER_ACCEPTED, f"In spite of this: {CLASH}"),
    ]
    assert other != person.session_id


async def test_a_level_attended_long_ago_is_found(person: Person) -> None:
    await person.begin(prerequisite_level=2, on_missing_level=REFUSE)
    async with person.database.writing() as db:
        old = await make_course(db, title="Thresholds", level=3)
        held = await make_session(
            db,
            course=old,
            starts_at=NOW - timedelta(days=3000),
            status=SessionStatus.DELIVERED,
        )
        await make_booking(
            db,
            session_id=held.id,
            practitioner_id=person.id,
            attendance=Attendance.ATTENDED,
        )

    booked = await person.books()

    assert booked.status == BookingStatus.CONFIRMED


@pytest.mark.parametrize("attempt", range(5))
async def test_two_clashing_sessions_booked_in_one_moment_give_one_place(
    person: Person, attempt: int
) -> None:
    await person.begin(on_clash=REFUSE)
    async with person.database.writing() as db:
        course = await make_course(db, title=f"Early Help {attempt}", on_clash=REFUSE)
        other = await make_session(db, course=course)

    async def book(session_id: UUID) -> bool:
        try:
            async with person.database.writing() as db:
                await book_place(
                    db, session_id=session_id, practitioner_id=person.id, terms=TERMS, now=NOW
                )
        except CheckRefuses:
            return False
        return True

    booked = await asyncio.gather(book(person.session_id), book(other.id))

    assert sorted(booked) == [False, True]
    async with person.database.reading() as db:
        assert await broken_invariants(db, now=NOW) == []


async def test_a_course_that_allows_everything_asks_nothing(person: Person) -> None:
    await person.begin()
    await person.has_a_place_at_that_time()

    async with person.database.writing() as db:
        session = await lock_session(db, person.session_id, terms=TERMS, now=NOW)
        with statements_counted(db) as sent:
            doubts = await check_booking(
                db, session, practitioner_id=person.id, despite_doubts=False, terms=TERMS
            )

    assert (doubts, sent) == (None, [])


async def test_all_three_checks_are_one_statement(person: Person) -> None:
    await person.begin(on_clash=WARN, on_repeat=WARN, prerequisite_level=1)
    await person.has_a_place_at_that_time()
    await person.has_a_later_date()

    async with person.database.writing() as db:
        session = await lock_session(db, person.session_id, terms=TERMS, now=NOW)
        with statements_counted(db) as sent:
            await check_booking(
                db, session, practitioner_id=person.id, despite_doubts=True, terms=TERMS
            )

    assert len(sent) == 1


@pytest.mark.parametrize(
    ("reason", "doubts", "said"),
    [
        (None, None, None),
        ("Asked by phone.", None, "Asked by phone."),
        (None, "In spite of this: X.", "In spite of this: X."),
        ("Asked by phone.", "In spite of this: X.", "Asked by phone. In spite of this: X."),
    ],
)
def test_a_reason_and_doubts_stand_beside_each_other(
    reason: str | None, doubts: str | None, said: str | None
) -> None:
    assert with_doubts(reason, doubts) == said
