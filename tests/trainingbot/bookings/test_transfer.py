import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from tests.factories import make_session
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.trainingbot.bookings.dates import CHARGED, FIRST, SECOND, Dates
from trainingbot.bookings.rules import free_until
from trainingbot.db import Database
from trainingbot.enums import (
    Change,
    ChargeState,
    LateReason,
    NoticeKind,
    NoticeState,
    SessionStatus,
    Strictness,
)
from trainingbot.errors import (
    AgencyNotConfirmed,
    AlreadyBooked,
    AnotherCourse,
    CheckRefuses,
    CheckWarns,
    NoBooking,
    NotFound,
    ReasonNeeded,
    SessionCancelled,
    SessionFull,
    SessionStarted,
    TrainingBotError,
)
from trainingbot.models import Booking, Charge, Course, CourseSession

A_SECOND = timedelta(seconds=1)
LATE = NEXT_WEEK - timedelta(days=1)


@pytest.fixture
def dates(database: Database) -> Dates:
    """Return two dates without anybody on each database in turn; `prepare` fills them."""
    return Dates(database)


async def test_the_date_of_a_place_is_changed_and_both_bookings_tell_of_the_other(
    dates: Dates,
) -> None:
    await dates.prepare("Ann", "Ben", places=1)
    left = await dates.book("Ann")
    await dates.book("Ben")

    entered = await dates.change("Ann")

    assert await dates.standing() == {"Ann": "cancelled", "Ben": "offered 1"}
    assert await dates.standing(SECOND) == {"Ann": "confirmed"}
    assert (await dates.places_taken(), await dates.places_taken(SECOND)) == (1, 1)
    ends = [(await dates.changes("Ann", on))[-1] for on in (FIRST, SECOND)]
    assert [(one.change, one.other_booking_id, one.actor_id, one.late_reason) for one in ends] == [
        (Change.TRANSFERRED_AWAY, entered.id, dates.people["Ann"], None),
        (Change.TRANSFERRED_HERE, left.id, dates.people["Ann"], None),
    ]
    assert await dates.told() == [("Ben", NoticeKind.OFFER, NoticeState.OWED)]
    assert await dates.broken() == []


async def test_changing_twice_is_changing_once(dates: Dates) -> None:
    await dates.prepare("Ann")
    await dates.book("Ann")

    bookings = [await dates.change("Ann") for _ in range(3)]

    assert len({booking.id for booking in bookings}) == 1
    assert await dates.history("Ann") == [Change.BOOKED, Change.TRANSFERRED_AWAY]
    assert await dates.history("Ann", SECOND) == [Change.TRANSFERRED_HERE]


async def test_changing_to_the_same_date_changes_nothing(dates: Dates) -> None:
    await dates.prepare("Ann")
    booking = await dates.book("Ann")

    same = await dates.change("Ann", to=FIRST)

    assert same.id == booking.id
    assert await dates.history("Ann") == [Change.BOOKED]


async def test_somebody_may_change_back_and_forth(dates: Dates) -> None:
    await dates.prepare("Ann", places=1)
    await dates.book("Ann")

    await dates.change("Ann")
    await dates.change("Ann", start=SECOND, to=FIRST, now=NOW + A_SECOND)
    await dates.change("Ann", now=NOW + 2 * A_SECOND)

    assert await dates.standing() == {"Ann": "cancelled"}
    assert await dates.standing(SECOND) == {"Ann": "confirmed"}
    assert len(await dates.history("Ann")) == 4
    assert await dates.broken() == []


async def test_a_full_date_leaves_the_first_place_as_it_was(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", places=1)
    await dates.book("Ann")
    await dates.book("Ben", on=SECOND)

    with pytest.raises(SessionFull):
        await dates.change("Ann")

    assert await dates.standing() == {"Ann": "confirmed"}
    assert await dates.standing(SECOND) == {"Ben": "confirmed"}
    assert await dates.history("Ann") == [Change.BOOKED]


async def test_a_place_held_for_somebody_else_is_nobodys_to_change_to(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", "Cas", places=1)
    await dates.book("Ann")
    await dates.book("Ben", on=SECOND)
    await dates.book("Cas", on=SECOND)
    await dates.cancel("Ben", on=SECOND)

    with pytest.raises(SessionFull):
        await dates.change("Ann")

    assert await dates.standing(SECOND) == {"Ben": "cancelled", "Cas": "offered 1"}


async def test_changing_to_a_date_on_which_a_place_is_held_takes_that_place(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", places=1)
    await dates.book("Ann")
    await dates.book("Ben", on=SECOND)
    await dates.wait("Ann")
    await dates.cancel("Ben", on=SECOND)

    await dates.change("Ann")

    assert await dates.standing() == {"Ann": "cancelled"}
    assert await dates.standing(SECOND) == {"Ann": "confirmed", "Ben": "cancelled"}
    assert await dates.history("Ann", SECOND) == [
        Change.WAITLISTED,
        Change.OFFERED,
        Change.TRANSFERRED_HERE,
    ]
    assert await dates.told() == [("Ann", NoticeKind.OFFER, NoticeState.WITHDRAWN)]
    assert await dates.broken() == []


async def test_who_waits_for_the_other_date_keeps_the_place_and_changes_only_to_a_free_one(
    dates: Dates,
) -> None:
    await dates.prepare("Ann", "Ben", places=1)
    await dates.book("Ann")
    await dates.book("Ben", on=SECOND)
    waiting = [await dates.wait("Ann") for _ in range(2)]

    with pytest.raises(SessionFull):
        await dates.change("Ann")

    assert [one.queue_number for one in waiting if one] == [1, 1]
    assert await dates.standing() == {"Ann": "confirmed"}
    assert await dates.standing(SECOND) == {"Ann": "waitlisted 1", "Ben": "confirmed"}
    assert await dates.broken() == []


async def test_who_would_wait_for_a_date_with_a_place_is_told_that_there_is_one(
    dates: Dates,
) -> None:
    await dates.prepare("Ann")
    await dates.book("Ann")

    assert await dates.wait("Ann") is None

    assert await dates.standing(SECOND) == {}


async def test_near_the_day_who_waits_may_change_to_the_place_that_is_free_for_all(
    dates: Dates,
) -> None:
    await dates.prepare("Ann", "Ben", places=1)
    await dates.book("Ann", on=SECOND)
    await dates.book("Ben")
    await dates.wait("Ann", start=SECOND, to=FIRST)
    await dates.cancel("Ben", late_reason=LateReason.TRAVEL, now=LATE)

    await dates.change("Ann", start=SECOND, to=FIRST, now=LATE)

    assert await dates.standing() == {"Ann": "confirmed", "Ben": "cancelled"}
    assert await dates.standing(SECOND) == {"Ann": "cancelled"}
    assert await dates.broken(now=LATE) == []


async def test_a_late_change_needs_a_reason_and_is_charged_as_giving_back_is(
    dates: Dates,
) -> None:
    await dates.prepare("Ann")
    left = await dates.book("Ann")

    with pytest.raises(ReasonNeeded):
        await dates.change("Ann", terms=CHARGED, now=LATE)
    with pytest.raises(ReasonNeeded):
        await dates.change("Ann", late_reason=LateReason.OTHER, terms=CHARGED, now=LATE)
    before = await dates.standing()
    await dates.change(
        "Ann", late_reason=LateReason.OTHER, reason="court moved", terms=CHARGED, now=LATE
    )

    assert before == {"Ann": "confirmed"}
    last = (await dates.changes("Ann"))[-1]
    assert (last.change, last.late_reason, last.reason) == (
        Change.TRANSFERRED_AWAY,
        LateReason.OTHER,
        "court moved",
    )
    assert await _charges(dates) == [(left.id, 2, 2500, ChargeState.RAISED)]
    assert (await dates.changes("Ann", SECOND))[-1].late_reason is None


async def test_the_last_moment_to_change_freely_is_the_one_that_cards_show(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")
    await dates.book("Ben")
    async with dates.database.reading() as db:
        session = await db.get_one(CourseSession, dates.sessions[FIRST])
    until = free_until(session, terms=TERMS)

    await dates.change("Ann", now=until)
    with pytest.raises(ReasonNeeded):
        await dates.change("Ben", now=until + A_SECOND)

    assert await dates.standing() == {"Ann": "cancelled", "Ben": "confirmed"}


async def test_a_reason_is_not_written_down_where_none_was_needed(dates: Dates) -> None:
    await dates.prepare("Ann")
    await dates.book("Ann")

    await dates.change("Ann", late_reason=LateReason.ILLNESS, reason="flu", terms=CHARGED)

    last = (await dates.changes("Ann"))[-1]
    assert (last.late_reason, last.reason) == (None, None)
    assert await _charges(dates) == []


async def test_who_comes_back_to_a_date_is_not_charged_for_having_left_it(dates: Dates) -> None:
    await dates.prepare("Ann")
    left = await dates.book("Ann")
    await dates.change("Ann", late_reason=LateReason.TRAVEL, terms=CHARGED, now=LATE)

    await dates.change("Ann", start=SECOND, to=FIRST, terms=CHARGED, now=LATE + A_SECOND)

    assert await _charges(dates) == [(left.id, 2, 2500, ChargeState.WAIVED)]


async def test_a_session_of_another_course_is_no_other_date(dates: Dates) -> None:
    await dates.prepare("Ann")
    await dates.book("Ann")
    async with dates.database.writing() as db:
        dates.sessions["S25-900"] = (await make_session(db, code="S25-900")).id

    with pytest.raises(AnotherCourse):
        await dates.change("Ann", to="S25-900")

    assert await dates.standing() == {"Ann": "confirmed"}


async def test_a_date_that_is_not_in_the_programme_is_not_found(dates: Dates) -> None:
    await dates.prepare("Ann")
    booking = await dates.book("Ann")
    dates.sessions["S25-999"] = booking.id

    with pytest.raises(NotFound):
        await dates.change("Ann", to="S25-999")


@pytest.mark.parametrize("before", ["nothing", "waits", "offered", "gave back"])
async def test_only_a_confirmed_place_is_changed(dates: Dates, before: str) -> None:
    await dates.prepare("Ann", "Ben", places=1)
    if before in {"waits", "offered"}:
        await dates.book("Ben")
    if before != "nothing":
        await dates.book("Ann")
    if before == "offered":
        await dates.cancel("Ben")
    if before == "gave back":
        await dates.cancel("Ann")

    with pytest.raises(NoBooking):
        await dates.change("Ann")
    with pytest.raises(NoBooking):
        await dates.wait("Ann")

    assert await dates.standing(SECOND) == {}


async def test_who_has_both_dates_keeps_both(dates: Dates) -> None:
    await dates.prepare("Ann")
    await dates.book("Ann")
    await dates.book("Ann", on=SECOND)

    with pytest.raises(AlreadyBooked):
        await dates.change("Ann")

    assert await dates.standing() == {"Ann": "confirmed"}
    assert await dates.standing(SECOND) == {"Ann": "confirmed"}


async def test_no_place_is_changed_once_either_session_has_begun(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben")
    await dates.book("Ann")
    await dates.book("Ben", on=SECOND)

    with pytest.raises(SessionStarted):
        await dates.change("Ann", now=NEXT_WEEK)
    with pytest.raises(SessionStarted):
        await dates.change("Ben", start=SECOND, to=FIRST, now=NEXT_WEEK)

    assert await dates.standing() == {"Ann": "confirmed"}
    assert await dates.standing(SECOND) == {"Ben": "confirmed"}


@pytest.mark.parametrize("cancelled", [FIRST, SECOND])
async def test_no_place_is_changed_from_or_to_a_cancelled_session(
    dates: Dates, cancelled: str
) -> None:
    await dates.prepare("Ann")
    await dates.book("Ann")
    async with dates.database.writing() as db:
        session = await db.get_one(CourseSession, dates.sessions[cancelled])
        session.status = SessionStatus.CANCELLED

    with pytest.raises(SessionCancelled):
        await dates.change("Ann")

    assert await dates.standing() == {"Ann": "confirmed"}


async def test_who_has_lost_their_agency_keeps_the_place_and_changes_nothing(dates: Dates) -> None:
    await dates.prepare("Ann")
    await dates.book("Ann")
    await dates.unconfirm("Ann")

    with pytest.raises(AgencyNotConfirmed):
        await dates.change("Ann")

    assert await dates.standing() == {"Ann": "confirmed"}


async def test_the_place_that_is_given_up_is_no_repeat_of_the_course(dates: Dates) -> None:
    await dates.prepare("Ann", "Ben", places=1)
    await dates.book("Ann")
    await _course_says(dates, Strictness.REFUSE)

    await dates.change("Ann")

    assert await dates.standing(SECOND) == {"Ann": "confirmed"}


async def test_another_place_on_the_course_is_a_repeat(dates: Dates) -> None:
    await dates.prepare("Ann")
    await dates.book("Ann")
    async with dates.database.writing() as db:
        first = await db.get_one(CourseSession, dates.sessions[FIRST])
        third = await make_session(
            db,
            course=await db.get_one(Course, first.course_id),
            starts_at=NEXT_WEEK + timedelta(days=30),
        )
        dates.sessions["S25-030"] = third.id
    await dates.book("Ann", on="S25-030")
    await _course_says(dates, Strictness.REFUSE)

    with pytest.raises(CheckRefuses):
        await dates.change("Ann")
    await _course_says(dates, Strictness.WARN)
    with pytest.raises(CheckWarns):
        await dates.change("Ann")
    before = await dates.standing()
    await dates.change("Ann", despite_doubts=True)

    assert before == {"Ann": "confirmed"}
    assert await dates.standing() == {"Ann": "cancelled"}
    assert (await dates.changes("Ann", SECOND))[-1].reason is not None


async def test_two_people_who_would_swap_full_dates_both_keep_their_places(dates: Dates) -> None:
    """Each waits for nobody: the sessions are locked in one order, whoever asks."""
    await dates.prepare("Ann", "Ben", places=1)
    await dates.book("Ann")
    await dates.book("Ben", on=SECOND)

    answers = await asyncio.gather(
        *(
            change
            for _ in range(10)
            for change in (dates.change("Ann"), dates.change("Ben", start=SECOND, to=FIRST))
        ),
        return_exceptions=True,
    )

    assert {type(one).__name__ for one in answers} == {"SessionFull"}
    assert await dates.standing() == {"Ann": "confirmed"}
    assert await dates.standing(SECOND) == {"Ben": "confirmed"}
    assert await dates.broken() == []


async def test_two_people_who_swap_dates_at_once_both_have_a_place_afterwards(
    dates: Dates,
) -> None:
    await dates.prepare("Ann", "Ben", places=1, on_second=2)
    await dates.book("Ann")
    await dates.book("Ben", on=SECOND)

    answers = await asyncio.gather(
        dates.change("Ann"),
        dates.change("Ben", start=SECOND, to=FIRST),
        return_exceptions=True,
    )

    refused = [one for one in answers if isinstance(one, BaseException)]
    assert [type(one) for one in refused] in ([], [SessionFull])
    first, second = await dates.standing(), await dates.standing(SECOND)
    swapped = ({"Ann": "cancelled", "Ben": "confirmed"}, {"Ann": "confirmed", "Ben": "cancelled"})
    ann_alone = ({"Ann": "cancelled"}, {"Ann": "confirmed", "Ben": "confirmed"})
    assert (first, second) == (ann_alone if refused else swapped)
    assert await dates.broken() == []


async def test_many_who_change_to_the_last_place_at_once_get_it_once(dates: Dates) -> None:
    names = [f"P{number}" for number in range(12)]
    await dates.prepare(*names, places=12, on_second=1)
    for name in names:
        await dates.book(name)

    answers = await asyncio.gather(*(dates.change(name) for name in names), return_exceptions=True)

    assert sum(isinstance(one, Booking) for one in answers) == 1
    assert {type(one) for one in answers if isinstance(one, TrainingBotError)} == {SessionFull}
    assert list((await dates.standing()).values()).count("confirmed") == 11
    assert list((await dates.standing(SECOND)).values()) == ["confirmed"]
    assert await dates.broken() == []


async def _charges(dates: Dates) -> list[tuple[object, int, int, ChargeState]]:
    async with dates.database.reading() as db:
        return [
            (one.booking_id, one.position, one.pence, one.state)
            for one in await db.exec(select(Charge))
        ]


async def _course_says(dates: Dates, strictness: Strictness) -> None:
    """Have the course mind somebody who is booked on another date of it already."""
    async with dates.database.writing() as db:
        session = await db.get_one(CourseSession, dates.sessions[FIRST])
        course = await db.get_one(Course, session.course_id)
        course.on_repeat = strictness
