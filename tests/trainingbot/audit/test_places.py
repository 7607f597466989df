from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from tests.moments import NEXT_WEEK, NOW
from tests.news import IN_TIME
from tests.trainingbot.audit.scene import Found, Round, ending, setting, setting_change
from trainingbot.audit.places import TAKES_A_PLACE
from trainingbot.enums import Attendance, BookingStatus, Change, SessionStatus
from trainingbot.models import Booking, BookingChange, CourseSession, Notice

WAITS_FOR_FREE_PLACE = (
    "waiting_beside_a_free_place",
    "NEXT",
    "Session NEXT has 3 places, of which 2 are taken, and yet people wait for one: 1.",
)


@pytest.mark.parametrize("counted", [1, 0])
async def test_a_session_that_counts_other_places_than_are_taken_is_found(
    round_: Round, counted: int
) -> None:
    await round_.damage(setting(CourseSession, round_.ids["NEXT"], places_taken=counted))

    assert await round_.findings() == [
        (
            "places_miscounted",
            "NEXT",
            f"Session NEXT counts {counted} places as taken; bookings that take one: 2.",
        )
    ]


async def test_a_session_that_counts_places_and_has_no_bookings_is_found(round_: Round) -> None:
    await round_.damage(setting(CourseSession, round_.ids["OFF"], places_taken=1))

    assert await round_.findings() == [
        (
            "places_miscounted",
            "OFF",
            "Session OFF counts 1 places as taken; bookings that take one: 0.",
        )
    ]


async def test_more_places_taken_than_there_are_is_found(round_: Round) -> None:
    await round_.damage(setting(CourseSession, round_.ids["NEXT"], capacity=1))

    assert await round_.findings() == [
        (
            "overbooked",
            "NEXT",
            "Session NEXT has 1 places; counted as taken: 2, bookings that take one: 2.",
        )
    ]


async def test_more_bookings_than_places_are_found_although_the_count_is_right(
    round_: Round,
) -> None:
    await round_.damage(setting(CourseSession, round_.ids["NEXT"], capacity=1, places_taken=1))

    assert [check for check, _, _ in await round_.findings()] == [
        "places_miscounted",
        "overbooked",
    ]


async def test_people_who_wait_beside_a_free_place_are_found(round_: Round) -> None:
    await round_.damage(setting(CourseSession, round_.ids["NEXT"], capacity=3))

    assert await round_.findings() == [WAITS_FOR_FREE_PLACE]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (NOW, [WAITS_FOR_FREE_PLACE]),
        (NEXT_WEEK - timedelta(days=5), []),
        (NEXT_WEEK - timedelta(hours=2), []),
        (NEXT_WEEK + timedelta(days=1), []),
    ],
)
async def test_people_may_wait_beside_a_free_place_when_offers_have_ended(
    round_: Round, now: datetime, found: list[Found]
) -> None:
    await round_.damage(setting(CourseSession, round_.ids["NEXT"], capacity=3))
    if now > NEXT_WEEK:
        await round_.deliver_in_time()

    assert await round_.findings(now=now) == found


async def test_a_queue_number_that_was_not_issued_is_found(round_: Round) -> None:
    dan = round_.ids["Dan on NEXT"]

    await round_.damage(setting(Booking, dan, queue_number=3))
    too_high = await round_.findings()
    await round_.damage(setting(Booking, dan, queue_number=0))
    too_low = await round_.findings()

    sentence = "Booking Dan on NEXT has queue number {} of session NEXT, whose next number is 3."
    check = ("queue_number_not_issued", "Dan on NEXT")
    assert too_high == [(*check, sentence.format(3))]
    assert too_low == [(*check, sentence.format(0))]


async def test_a_queue_number_given_twice_is_found(round_: Round) -> None:
    await round_.damage(
        setting(Booking, round_.ids["Ben on NEXT"], status="waitlisted", queue_number=2),
        setting(CourseSession, round_.ids["NEXT"], places_taken=1, capacity=1),
        update(BookingChange)
        .where(col(BookingChange.booking_id) == round_.ids["Ben on NEXT"])
        .values(change=Change.WAITLISTED),
        delete(Notice).where(
            col(Notice.about_id) == round_.ids["Ben on NEXT"], col(Notice.kind).in_(IN_TIME)
        ),
    )

    assert await round_.findings() == [
        ("queue_number_doubled", "NEXT", "Session NEXT gave queue number 2 to 2 bookings.")
    ]


async def test_somebody_who_waits_without_a_number_is_found(round_: Round) -> None:
    await round_.damage(setting(Booking, round_.ids["Dan on NEXT"], queue_number=None))

    assert await round_.findings() == [
        (
            "queue_number_misplaced",
            "Dan on NEXT",
            "Booking Dan on NEXT on session NEXT is waitlisted; its queue number: none.",
        )
    ]


@pytest.mark.parametrize(("person", "status"), [("Ben", "confirmed"), ("Ann", "cancelled")])
async def test_a_number_of_somebody_who_does_not_wait_is_found(
    round_: Round, person: str, status: str
) -> None:
    await round_.damage(setting(Booking, round_.ids[f"{person} on NEXT"], queue_number=1))

    assert await round_.findings() == [
        (
            "queue_number_misplaced",
            f"{person} on NEXT",
            f"Booking {person} on NEXT on session NEXT is {status}; its queue number: 1.",
        )
    ]


async def test_two_bookings_of_one_person_are_found(round_: Round) -> None:
    dan, ben = round_.ids["Dan on NEXT"], round_.ids["Ben"]

    await round_.damage(
        setting(Booking, dan, practitioner_id=ben), setting_change(dan, 1, actor_id=ben)
    )

    assert await round_.findings() == [
        ("booked_twice", "NEXT", "Session NEXT has 2 bookings of practitioner Ben.")
    ]


@pytest.mark.parametrize("status", ["confirmed", "waitlisted"])
async def test_bookings_left_on_a_cancelled_session_are_found(round_: Round, status: str) -> None:
    waits = status == "waitlisted"
    await round_.damage(
        setting(
            Booking, round_.ids["Ben on OFF"], status=status, queue_number=1 if waits else None
        ),
        setting(CourseSession, round_.ids["OFF"], places_taken=int(not waits), next_queue_number=2),
        update(BookingChange)
        .where(col(BookingChange.booking_id) == round_.ids["Ben on OFF"])
        .values(change="waitlisted" if waits else "booked"),
    )

    assert await round_.findings() == [
        (
            "active_on_a_cancelled_session",
            "Ben on OFF",
            f"Booking Ben on OFF is {status}, but session OFF was cancelled.",
        )
    ]


async def test_an_attendance_of_somebody_who_had_no_place_is_found(round_: Round) -> None:
    await round_.damage(setting(Booking, round_.ids["Ann on NEXT"], attendance=Attendance.EXCUSED))

    assert await round_.findings() == [
        (
            "attendance_without_a_place",
            "Ann on NEXT",
            "Booking Ann on NEXT on session NEXT has an attendance, but is cancelled.",
        )
    ]


@pytest.mark.parametrize("minutes", [0, 1])
async def test_a_session_that_ends_before_it_starts_is_found(round_: Round, minutes: int) -> None:
    await round_.damage(
        *ending(NEXT_WEEK - timedelta(minutes=minutes)),
        setting(CourseSession, round_.ids["PAST"], ends_at=NEXT_WEEK),
        setting(CourseSession, round_.ids["OFF"], ends_at=NEXT_WEEK + timedelta(hours=1)),
    )

    assert await round_.findings() == [
        ("ends_before_it_starts", "NEXT", "Session NEXT ends before it starts.")
    ]


async def test_a_session_that_was_delivered_before_it_began_is_found(round_: Round) -> None:
    await round_.damage(setting(CourseSession, round_.ids["NEXT"], status=SessionStatus.DELIVERED))

    before = await round_.findings(now=NOW)
    afterwards = await round_.findings(now=NEXT_WEEK)

    assert before == [
        (
            "delivered_in_the_future",
            "NEXT",
            "Session NEXT counts as delivered, but has not begun.",
        )
    ]
    assert afterwards == []


def test_every_status_either_takes_a_place_or_is_known_not_to() -> None:
    others = {
        BookingStatus.WAITLISTED,
        BookingStatus.CANCELLED,
        BookingStatus.SESSION_CANCELLED,
        BookingStatus.UNBOOKED,
    }

    assert {*TAKES_A_PLACE, *others} == set(BookingStatus)
