from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import col

from tests.moments import NOW, YESTERDAY
from tests.trainingbot.audit.scene import Round, setting, setting_change
from trainingbot.audit.histories import CLOCKS_DIFFER, LEADS_TO
from trainingbot.enums import Attendance, Change
from trainingbot.models import Booking, BookingChange


async def test_a_booking_without_a_history_is_found(round_: Round) -> None:
    ben = round_.ids["Ben on NEXT"]

    await round_.damage(delete(BookingChange).where(col(BookingChange.booking_id) == ben))

    assert await round_.findings() == [
        ("history_missing", "Ben on NEXT", "Booking Ben on NEXT on session NEXT has no history.")
    ]


async def test_a_booking_that_counts_more_changes_than_it_had_is_found(round_: Round) -> None:
    await round_.damage(setting(Booking, round_.ids["Cas on NEXT"], change_count=3))

    assert await round_.findings() == [
        (
            "history_miscounted",
            "Cas on NEXT",
            "Booking Cas on NEXT on session NEXT counts 3 changes; rows of its history: 2.",
        )
    ]


@pytest.mark.parametrize(
    ("position", "becomes", "numbers"),
    [(1, 0, "from 0 to 2"), (2, 3, "from 1 to 3"), (2, 1, "from 1 to 1")],
)
async def test_a_history_that_is_not_numbered_one_by_one_is_found(
    round_: Round, position: int, becomes: int, numbers: str
) -> None:
    ann = round_.ids["Ann on PAST"]

    await round_.damage(setting_change(ann, position, position=becomes))

    numbered = [one for one in await round_.findings() if one[0] == "history_misnumbered"]
    assert numbered == [
        (
            "history_misnumbered",
            "Ann on PAST",
            (
                f"Booking Ann on PAST on session PAST has a history of 2 rows that is numbered "
                f"{numbers}, with a gap or a number twice."
            ),
        )
    ]


async def test_a_row_taken_out_of_a_history_is_found(round_: Round) -> None:
    ben = round_.ids["Ben on OFF"]

    await round_.damage(
        delete(BookingChange).where(
            col(BookingChange.booking_id) == ben, col(BookingChange.position) == 1
        )
    )

    assert [(check, about) for check, about, _ in await round_.findings()] == [
        ("history_miscounted", "Ben on OFF"),
        ("history_misnumbered", "Ben on OFF"),
        ("history_begins_otherwise", "Ben on OFF"),
    ]


async def test_a_history_that_begins_in_the_middle_is_found(round_: Round) -> None:
    await round_.damage(
        setting_change(round_.ids["Ann on NEXT"], 1, change=Change.ATTENDANCE_MARKED)
    )

    assert await round_.findings() == [
        (
            "history_begins_otherwise",
            "Ann on NEXT",
            "Booking Ann on NEXT on session NEXT has a history that begins with attendance_marked.",
        )
    ]


@pytest.mark.parametrize(
    ("booking", "position", "change", "status"),
    [
        ("Ann on NEXT", 2, Change.BOOKED, "cancelled"),
        ("Ann on NEXT", 2, Change.WAITLISTED, "cancelled"),
        ("Ann on NEXT", 2, Change.SESSION_CANCELLED, "cancelled"),
        ("Ben on NEXT", 1, Change.WAITLISTED, "confirmed"),
        ("Dan on NEXT", 1, Change.BOOKED, "waitlisted"),
        ("Ben on OFF", 2, Change.CANCELLED, "session_cancelled"),
        ("Ben on OFF", 2, Change.ATTENDANCE_MARKED, "session_cancelled"),
    ],
)
async def test_a_history_that_leads_elsewhere_is_found(
    round_: Round, booking: str, position: int, change: Change, status: str
) -> None:
    await round_.damage(setting_change(round_.ids[booking], position, change=change))

    session = booking.rpartition(" ")[2]
    assert await round_.findings() == [
        (
            "history_leads_elsewhere",
            booking,
            (
                f"Booking {booking} on session {session} is {status}; the last change of its "
                f"history: {change}."
            ),
        )
    ]


async def test_words_that_the_service_does_not_know_are_named(round_: Round) -> None:
    await round_.damage(
        setting(Booking, round_.ids["Ann on NEXT"], status="lost"),
        setting_change(round_.ids["Ben on NEXT"], 1, change="dreamt"),
    )

    assert await round_.findings() == [
        (
            "history_begins_otherwise",
            "Ben on NEXT",
            "Booking Ben on NEXT on session NEXT has a history that begins with dreamt.",
        ),
        (
            "history_leads_elsewhere",
            "Ann on NEXT",
            (
                "Booking Ann on NEXT on session NEXT is lost; the last change of its history: "
                "cancelled."
            ),
        ),
        (
            "history_leads_elsewhere",
            "Ben on NEXT",
            (
                "Booking Ben on NEXT on session NEXT is confirmed; the last change of its history: "
                "dreamt."
            ),
        ),
    ]


async def test_an_attendance_that_nobody_marked_is_found(round_: Round) -> None:
    await round_.damage(setting(Booking, round_.ids["Ben on NEXT"], attendance=Attendance.ATTENDED))

    assert await round_.findings() == [
        (
            "attendance_disagrees",
            "Ben on NEXT",
            (
                "Booking Ben on NEXT on session NEXT has the attendance attended; the last change "
                "of its history: booked."
            ),
        )
    ]


async def test_an_attendance_that_was_marked_and_is_not_there_is_found(round_: Round) -> None:
    await round_.damage(setting(Booking, round_.ids["Ann on PAST"], attendance=None))

    assert await round_.findings() == [
        (
            "attendance_disagrees",
            "Ann on PAST",
            (
                "Booking Ann on PAST on session PAST has the attendance not known; the last change "
                "of its history: attendance_marked."
            ),
        )
    ]


async def test_a_history_out_of_order_is_found(round_: Round) -> None:
    await round_.damage(setting_change(round_.ids["Cas on NEXT"], 2, at=YESTERDAY))

    assert await round_.findings() == [
        (
            "history_out_of_order",
            "Cas on NEXT",
            (
                "Booking Cas on NEXT on session NEXT has a change, number 2 of its history, that "
                "is dated before the one it follows."
            ),
        )
    ]


async def test_turns_that_waited_for_each_other_may_be_dated_out_of_order(round_: Round) -> None:
    await round_.damage(setting_change(round_.ids["Cas on NEXT"], 2, at=NOW - CLOCKS_DIFFER))
    waited = await round_.findings()
    await round_.damage(
        setting_change(round_.ids["Cas on NEXT"], 2, at=NOW - CLOCKS_DIFFER - timedelta(seconds=1))
    )
    longer = await round_.findings()

    assert waited == []
    assert [check for check, _, _ in longer] == ["history_out_of_order"]


def test_it_is_known_of_every_change_where_it_leads() -> None:
    assert set(LEADS_TO) == set(Change)
