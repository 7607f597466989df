import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.trainingbot.bookings.dates import CHARGED, FIRST, Dates
from trainingbot.db import Database
from trainingbot.enums import (
    Attendance,
    Change,
    NoticeKind,
    NoticeState,
    SessionStatus,
    Strictness,
)
from trainingbot.errors import (
    AlreadyBooked,
    BookingRefused,
    CheckRefuses,
    NoBooking,
    NotAColleague,
    SessionCancelled,
    SessionStarted,
    SubstitutesNotTaken,
)
from trainingbot.models import Booking, Charge, Course, CourseSession
from trainingbot.policies import Policy

A_SECOND = timedelta(seconds=1)


@pytest.fixture
def dates(database: Database) -> Dates:
    """Return two dates without anybody on each database in turn; `prepare` fills them."""
    return Dates(database)


async def test_a_colleague_takes_the_place_and_both_bookings_tell_of_the_other(
    dates: Dates,
) -> None:
    await dates.prepare("Ann", "Ben", "Cas", places=1)
    await dates.book("Ann")
    await dates.book("Cas")

    given, taken = await dates.send("Ann", to="Ben", reason="on leave")

    assert await dates.standing() == {"Ann": "cancelled", "Ben": "confirmed", "Cas": "waitlisted 1"}
    assert await dates.places_taken() == 1
    ends = [(await dates.changes(name))[-1] for name in ("Ann", "Ben")]
    assert [(one.change, one.other_booking_id, one.actor_id, one.reason) for one in ends] == [
        (Change.SUBSTITUTED, taken.id, dates.people["Ann"], "on leave"),
        (Change.STEPPED_IN, given.id, dates.people["Ann"], None),
    ]
    assert await dates.told() == [("Ben", NoticeKind.STEPPED_IN, NoticeState.OWED)]
    assert await dates.broken() == []


async def test_sending_twice_is_sending_once(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")

    pairs = [await dates.send("Ann", to="Ben") for _ in range(3)]

    assert len({(given.id, taken.id) for given, taken in pairs}) == 1
    assert await dates.history("Ann") == [Change.BOOKED, Change.SUBSTITUTED]
    assert await dates.history("Ben") == [Change.STEPPED_IN]
    assert len(await dates.told()) == 1


async def test_somebody_who_waits_leaves_the_queue_and_the_others_keep_their_order(
    dates: Dates,
) -> None:
    await dates.prepare("Ann", "Ben", "Cas", "Dan", places=1)
    for name in ("Ann", "Ben", "Cas", "Dan"):
        await dates.book(name)

    await dates.send("Ann", to="Cas")

    assert await dates.standing() == {
        "Ann": "cancelled",
        "Ben": "waitlisted 1",
        "Cas": "confirmed",
        "Dan": "waitlisted 3",
    }
    assert await dates.broken() == []


async def test_a_place_that_was_offered_to_the_colleague_goes_on_to_the_next(
    dates: Dates,
) -> None:
    await dates.prepare("Ann", "Ben", "Cas", "Dan")
    for name in ("Ann", "Ben", "Cas", "Dan"):
        await dates.book(name)
    await dates.cancel("Ben")

    await dates.send("Ann", to="Cas")

    assert await dates.standing() == {
        "Ann": "cancelled",
        "Ben": "cancelled",
        "Cas": "confirmed",
        "Dan": "offered 2",
    }
    assert await dates.told() == [
        ("Cas", NoticeKind.OFFER, NoticeState.WITHDRAWN),
        ("Cas", NoticeKind.STEPPED_IN, NoticeState.OWED),
        ("Dan", NoticeKind.OFFER, NoticeState.OWED),
    ]
    assert await dates.broken() == []


async def test_somebody_who_gave_a_place_back_can_step_in(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")
    await dates.book("Ben")
    await dates.cancel("Ben")

    await dates.send("Ann", to="Ben")

    assert await dates.history("Ben") == [Change.BOOKED, Change.CANCELLED, Change.STEPPED_IN]
    assert await dates.standing() == {"Ann": "cancelled", "Ben": "confirmed"}


async def test_a_place_goes_back_and_forth_and_every_hand_is_written_down(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", places=1)
    await dates.book("Ann")

    await dates.send("Ann", to="Ben")
    await dates.send("Ben", to="Ann", now=NOW + A_SECOND)
    await dates.send("Ann", to="Ben", now=NOW + 2 * A_SECOND)

    assert await dates.history("Ann") == [
        Change.BOOKED,
        Change.SUBSTITUTED,
        Change.STEPPED_IN,
        Change.SUBSTITUTED,
    ]
    assert await dates.standing() == {"Ann": "cancelled", "Ben": "confirmed"}
    assert await dates.broken() == []


async def test_who_handed_the_place_on_can_book_again_and_wait_like_anybody(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", places=1)
    await dates.book("Ann")
    await dates.send("Ann", to="Ben")

    await dates.book("Ann")

    assert await dates.standing() == {"Ann": "waitlisted 1", "Ben": "confirmed"}
    assert await dates.broken() == []


async def test_the_substitute_gives_the_place_back_like_anybody(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", "Cas", places=1)
    await dates.book("Ann")
    await dates.book("Cas")
    await dates.send("Ann", to="Ben")

    await dates.cancel("Ben")

    assert await dates.standing() == {"Ann": "cancelled", "Ben": "cancelled", "Cas": "offered 1"}
    assert await dates.told() == [
        ("Ben", NoticeKind.STEPPED_IN, NoticeState.WITHDRAWN),
        ("Cas", NoticeKind.OFFER, NoticeState.OWED),
    ]
    assert await dates.broken() == []


async def test_both_are_told_when_a_coordinator_does_it(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.add_stranger("Morgan")
    await dates.book("Ann")

    await dates.send("Ann", to="Ben", by="Morgan", reason="her manager called")

    assert await dates.told() == [
        ("Ann", NoticeKind.SUBSTITUTED, NoticeState.OWED),
        ("Ben", NoticeKind.STEPPED_IN, NoticeState.OWED),
    ]
    ends = [(await dates.changes(name))[-1] for name in ("Ann", "Ben")]
    assert [one.actor_id for one in ends] == [dates.people["Morgan"]] * 2
    # Why somebody cannot come is theirs: it does not go on with the place.
    assert [one.reason for one in ends] == ["her manager called", None]
    assert await dates.broken() == []


async def test_it_is_never_late_and_never_charged_up_to_the_start(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")

    await dates.send("Ann", to="Ben", terms=CHARGED, now=NEXT_WEEK - A_SECOND)

    async with dates.database.reading() as db:
        assert (await db.exec(select(Charge))).all() == []
    assert [one.late_reason for one in await dates.changes("Ann")] == [None, None]
    assert await dates.standing() == {"Ann": "cancelled", "Ben": "confirmed"}


async def test_nothing_is_handed_on_once_the_session_has_begun(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")

    with pytest.raises(SessionStarted):
        await dates.send("Ann", to="Ben", now=NEXT_WEEK)

    assert await dates.standing() == {"Ann": "confirmed"}


async def test_nothing_is_handed_on_for_a_cancelled_session(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")
    async with dates.database.writing() as db:
        (await db.get_one(CourseSession, dates.sessions[FIRST])).status = SessionStatus.CANCELLED

    with pytest.raises(SessionCancelled):
        await dates.send("Ann", to="Ben")


async def test_terms_without_substitutes_refuse_it(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")

    with pytest.raises(SubstitutesNotTaken):
        await dates.send("Ann", to="Ben", terms=replace(TERMS, policy=Policy(substitutes=False)))

    assert await dates.standing() == {"Ann": "confirmed"}


@pytest.mark.parametrize("before", ["nothing", "waits", "offered", "gave back"])
async def test_only_a_confirmed_place_is_handed_on(dates: Dates, before: str) -> None:
    await dates.prepare("Ann", "Ben", "Cas", places=1)
    if before in {"waits", "offered"}:
        await dates.book("Cas")
    if before != "nothing":
        await dates.book("Ann")
    if before == "offered":
        await dates.cancel("Cas")
    if before == "gave back":
        await dates.cancel("Ann")

    with pytest.raises(NoBooking):
        await dates.send("Ann", to="Ben")


async def test_a_place_stays_with_its_agency(dates: Dates) -> None:
    await dates.prepare("Ann")
    await dates.add_stranger("Uma")
    await dates.book("Ann")

    with pytest.raises(NotAColleague):
        await dates.send("Ann", to="Uma")
    with pytest.raises(NotAColleague):
        await dates.send("Ann", to="Ann")

    assert await dates.standing() == {"Ann": "confirmed"}


async def test_a_colleague_whose_agency_nobody_has_confirmed_does_not_step_in(
    dates: Dates,
) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")
    await dates.unconfirm("Ben")

    with pytest.raises(NotAColleague):
        await dates.send("Ann", to="Ben")


async def test_a_colleague_with_a_place_does_not_get_a_second_one(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")
    await dates.book("Ben")

    with pytest.raises(AlreadyBooked):
        await dates.send("Ann", to="Ben")

    assert await dates.standing() == {"Ann": "confirmed", "Ben": "confirmed"}


async def test_somebody_else_cannot_be_sent_after_the_place_has_gone(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", "Cas")
    await dates.book("Ann")
    await dates.send("Ann", to="Ben")

    with pytest.raises(NoBooking):
        await dates.send("Ann", to="Cas")

    assert await dates.standing() == {"Ann": "cancelled", "Ben": "confirmed"}


async def test_a_refusal_of_the_course_stands_and_says_nothing_of_the_colleagues_bookings(
    dates: Dates,
) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")
    await dates.book("Ben", on="S25-021")
    await _course_says(dates, Strictness.REFUSE)

    with pytest.raises(CheckRefuses) as refused:
        await dates.send("Ann", to="Ben")

    assert refused.value.sentence == (
        "The rules of this course do not let this colleague book it at the moment. "
        "Choose somebody else."
    )
    assert await dates.standing() == {"Ann": "confirmed"}


async def test_a_warning_of_the_course_goes_with_the_place_to_the_substitute(
    dates: Dates,
) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")
    await dates.book("Ben", on="S25-021")
    await _course_says(dates, Strictness.WARN)

    await dates.send("Ann", to="Ben")

    assert await dates.standing() == {"Ann": "cancelled", "Ben": "confirmed"}
    assert [one.reason is None for one in await dates.changes("Ben")] == [False]
    assert [one.reason for one in await dates.changes("Ann")] == [None, None]


async def test_two_givers_send_the_same_colleague_at_once_and_one_wins(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", "Cas", places=2)
    await dates.book("Ann")
    await dates.book("Ben")

    answers = await asyncio.gather(
        dates.send("Ann", to="Cas"), dates.send("Ben", to="Cas"), return_exceptions=True
    )

    assert Counter(type(one).__name__ for one in answers) == {"tuple": 1, "AlreadyBooked": 1}
    assert sorted((await dates.standing()).values()) == ["cancelled", "confirmed", "confirmed"]
    assert await dates.places_taken() == 2
    assert await dates.broken() == []


async def test_twenty_taps_at_once_hand_the_place_on_once(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", places=1)
    await dates.book("Ann")

    pairs = await asyncio.gather(*(dates.send("Ann", to="Ben") for _ in range(20)))

    assert len({taken.id for _, taken in pairs}) == 1
    assert await dates.history("Ann") == [Change.BOOKED, Change.SUBSTITUTED]
    assert await dates.broken() == []


async def test_handing_on_and_giving_back_at_once_leave_one_of_the_two(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", "Cas", places=1)
    await dates.book("Ann")
    await dates.book("Cas")

    answers = await asyncio.gather(
        dates.send("Ann", to="Ben"), dates.cancel("Ann"), return_exceptions=True
    )

    refused = [one for one in answers if isinstance(one, BaseException)]
    assert all(isinstance(one, BookingRefused) for one in refused)
    standing = await dates.standing()
    assert standing in (
        {"Ann": "cancelled", "Ben": "confirmed", "Cas": "waitlisted 1"},
        {"Ann": "cancelled", "Cas": "offered 1"},
    )
    assert await dates.broken() == []


async def test_register_and_evaluation_move_with_the_place(dates: Dates) -> None:
    """Attendance, and with it the evaluation, is of the booking of whoever comes."""
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")
    given, taken = await dates.send("Ann", to="Ben")

    async with dates.database.writing() as db:
        (await db.get_one(Booking, taken.id)).attendance = Attendance.ATTENDED
    with pytest.raises(IntegrityError):
        async with dates.database.writing() as db:
            (await db.get_one(Booking, given.id)).attendance = Attendance.ATTENDED

    async with dates.database.reading() as db:
        marked = {one.practitioner_id: one.attendance for one in await db.exec(select(Booking))}
    assert marked == {dates.people["Ann"]: None, dates.people["Ben"]: Attendance.ATTENDED}


async def _course_says(dates: Dates, strictness: Strictness) -> None:
    """Have the course mind somebody who is booked on another date of it already."""
    async with dates.database.writing() as db:
        session = await db.get_one(CourseSession, dates.sessions[FIRST])
        course = await db.get_one(Course, session.course_id)
        course.on_repeat = strictness


async def test_the_givers_calendar_entry_goes_and_the_substitutes_comes(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")

    await dates.send("Ann", to="Ben")

    assert await _calendar(dates, "Ann") == ["METHOD:CANCEL", "STATUS:CANCELLED"]
    assert await _calendar(dates, "Ben") == ["METHOD:PUBLISH", "STATUS:CONFIRMED"]


async def _calendar(dates: Dates, name: str) -> list[str]:
    lines = await dates.calendar(name)
    return [one for one in lines if one.startswith(("METHOD:", "STATUS:"))]
