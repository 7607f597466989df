"""What speaks against a booking, case by case; moments are local times of London."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from trainingbot.bookings.doubts import (
    checks_anything,
    clashes,
    doubts_about,
    repeats,
)
from trainingbot.bookings.views import HeldPlace
from trainingbot.enums import Attendance, BookingStatus, CourseKind, Delivery, Strictness
from trainingbot.models import Course, CourseSession

LONDON = ZoneInfo("Europe/London")
COURSE = UUID(int=1)
ANOTHER = UUID(int=2)
ALLOW, WARN, REFUSE = Strictness.ALLOW, Strictness.WARN, Strictness.REFUSE
CLASH = "This clashes with another booking: Early Help, Tue 14 Jan 2025, 08:00 to 10:30."
REPEAT_LATER = (
    "The same course is booked already, less than 12 months later: "
    "Neglect Level 2, Tue 11 Feb 2025, 09:30."
)
A_MONTH_EARLIER = "less than 1 month earlier: Neglect Level 2, Wed 18 Dec 2024, 09:30."
HAS_NO_LEVEL = (
    "This course builds on one of level 2 or higher, "
    "and none has been attended or is booked before it."
)


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=LONDON)


def course(
    *,
    on_clash: Strictness = WARN,
    on_repeat: Strictness = WARN,
    repeat_months: int = 12,
    on_missing_level: Strictness = WARN,
    prerequisite_level: int | None = None,
) -> Course:
    return Course(
        id=COURSE,
        code="C02",
        title="Neglect Level 2",
        kind=CourseKind.COURSE,
        level=2,
        theme="neglect",
        minutes=150,
        capacity=35,
        on_clash=on_clash,
        on_repeat=on_repeat,
        repeat_months=repeat_months,
        on_missing_level=on_missing_level,
        prerequisite_level=prerequisite_level,
    )


def session(starts: str = "2025-01-14T09:30", minutes: int = 150) -> CourseSession:
    return CourseSession(
        code="S25-002",
        course_id=COURSE,
        starts_at=at(starts),
        ends_at=at(starts) + timedelta(minutes=minutes),
        delivery=Delivery.TEAMS,
        capacity=20,
    )


def place(
    starts: str,
    minutes: int = 150,
    *,
    title: str = "Early Help",
    of: UUID = ANOTHER,
    level: int = 1,
    status: BookingStatus = BookingStatus.CONFIRMED,
    attendance: Attendance | None = None,
) -> HeldPlace:
    return HeldPlace(
        title=title,
        course_id=of,
        level=level,
        starts_at=at(starts),
        ends_at=at(starts) + timedelta(minutes=minutes),
        status=status,
        attendance=attendance,
    )


def sentences(
    *others: HeldPlace, of: Course | None = None, on: CourseSession | None = None
) -> list[str]:
    found = doubts_about(on or session(), of or course(), others, zone=LONDON)
    return [doubt.sentence for doubt in found]


@pytest.mark.parametrize(
    ("starts", "minutes", "clashing"),
    [
        ("2025-01-14T09:30", 150, True),
        ("2025-01-14T07:00", 150, False),  # ends as the session begins
        ("2025-01-14T07:00", 151, True),
        ("2025-01-14T12:00", 60, False),  # begins as the session ends
        ("2025-01-14T11:59", 60, True),
        ("2025-01-14T10:00", 30, True),  # within it
        ("2025-01-13T09:00", 3 * 24 * 60, True),  # a conference around it
        ("2025-01-15T09:30", 150, False),
    ],
)
def test_places_clash_where_their_times_overlap(
    starts: str, minutes: int, *, clashing: bool
) -> None:
    assert clashes(session(), place(starts, minutes)) is clashing


@pytest.mark.parametrize(
    ("one", "other", "months", "too_near"),
    [
        ("2025-01-14T09:30", "2025-01-21T09:30", 1, True),
        ("2025-01-14T09:30", "2025-02-13T09:30", 1, True),
        ("2025-01-14T09:30", "2025-02-14T09:30", 1, False),
        ("2025-01-14T18:00", "2025-02-14T09:30", 1, False),  # days count, not hours
        ("2025-01-31T09:30", "2025-02-27T09:30", 1, True),
        ("2025-01-31T09:30", "2025-02-28T09:30", 1, False),
        ("2024-01-31T09:30", "2024-02-28T09:30", 1, True),
        ("2024-01-31T09:30", "2024-02-29T09:30", 1, False),
        ("2024-02-29T09:30", "2025-02-27T09:30", 12, True),
        ("2024-02-29T09:30", "2025-02-28T09:30", 12, False),
        ("2023-02-28T09:30", "2024-02-27T09:30", 12, True),
        ("2023-02-28T09:30", "2024-02-28T09:30", 12, False),
        ("2024-08-31T09:30", "2025-02-28T09:30", 6, False),
        ("2024-12-31T09:30", "2025-12-30T09:30", 12, True),
        ("2024-12-31T09:30", "2025-12-31T09:30", 12, False),
        ("2025-01-14T09:30", "2030-01-13T09:30", 60, True),
        # In summer the day begins an hour earlier than in UTC.
        ("2025-03-15T00:30", "2025-04-15T00:30", 1, False),
        ("2025-06-15T00:30", "2025-12-14T23:30", 6, True),
    ],
)
def test_a_course_is_repeated_too_soon_within_calendar_months_either_way(
    one: str, other: str, months: int, *, too_near: bool
) -> None:
    found = [
        repeats(session(one), place(other), months=months, zone=LONDON),
        repeats(session(other), place(one), months=months, zone=LONDON),
    ]

    assert found == [too_near, too_near]


def test_a_clash_names_the_other_course_with_its_day_and_time() -> None:
    said = sentences(place("2025-01-14T08:00"))

    assert said == [CLASH]


def test_several_clashes_name_the_first_and_count_the_others() -> None:
    said = sentences(
        place("2025-01-14T11:00", title="Thresholds"),
        place("2025-01-14T08:00"),
        place("2025-01-14T10:30", title="Online Abuse"),
    )

    assert said == [f"{CLASH.removesuffix('.')}, and with 2 more."]


def test_a_place_that_is_held_by_an_offer_clashes_too() -> None:
    said = sentences(place("2025-01-14T08:00", status=BookingStatus.OFFERED))

    assert said == [CLASH]


def test_a_repeat_names_the_nearest_date_of_the_course() -> None:
    said = sentences(
        place("2024-03-12T09:30", of=COURSE, title="Neglect Level 2"),
        place("2025-02-11T09:30", of=COURSE, title="Neglect Level 2"),
        place("2024-11-12T09:30", of=COURSE, title="Neglect Level 2"),
    )

    assert said == [REPEAT_LATER]


@pytest.mark.parametrize(
    ("attendance", "said"),
    [
        (
            Attendance.ATTENDED,
            f"The same course was attended, {A_MONTH_EARLIER}",
        ),
        (
            None,
            f"The same course is booked already, {A_MONTH_EARLIER}",
        ),
        (Attendance.PARTLY_ATTENDED, None),
        (Attendance.EXCUSED, None),
        (Attendance.NO_SHOW, None),
    ],
)
def test_only_training_that_was_had_or_is_booked_is_repeated(
    attendance: Attendance | None, said: str | None
) -> None:
    earlier = place("2024-12-18T09:30", of=COURSE, title="Neglect Level 2", attendance=attendance)

    assert sentences(earlier, of=course(repeat_months=1)) == ([said] if said else [])


def test_an_offered_place_on_another_date_is_no_repeat() -> None:
    offered = place("2025-02-11T09:30", of=COURSE, status=BookingStatus.OFFERED)

    assert sentences(offered) == []


@pytest.mark.parametrize(
    ("level", "starts", "attendance", "said"),
    [
        (2, "2024-03-12T09:30", Attendance.ATTENDED, []),
        (3, "2024-03-12T09:30", Attendance.ATTENDED, []),
        (2, "2024-03-12T09:30", None, []),
        (2, "2025-01-14T07:00", None, []),  # ends as the session begins
        (2, "2025-01-15T07:00", None, [HAS_NO_LEVEL]),  # held later
        (1, "2024-03-12T09:30", Attendance.ATTENDED, [HAS_NO_LEVEL]),
        (2, "2024-03-12T09:30", Attendance.PARTLY_ATTENDED, [HAS_NO_LEVEL]),
        (2, "2024-03-12T09:30", Attendance.EXCUSED, [HAS_NO_LEVEL]),
        (2, "2024-03-12T09:30", Attendance.NO_SHOW, [HAS_NO_LEVEL]),
    ],
)
def test_a_level_is_had_by_a_course_attended_or_held_before(
    level: int, starts: str, attendance: Attendance | None, said: list[str]
) -> None:
    before = place(starts, level=level, attendance=attendance)

    assert sentences(before, of=course(prerequisite_level=2)) == said


def test_what_the_course_allows_is_no_doubt() -> None:
    lenient = course(on_clash=ALLOW, on_repeat=ALLOW, on_missing_level=ALLOW, prerequisite_level=2)

    assert sentences(place("2025-01-14T08:00", of=COURSE), of=lenient) == []


def test_doubts_come_in_one_order_with_what_can_be_done_about_each() -> None:
    strict = course(on_clash=WARN, on_repeat=REFUSE, on_missing_level=REFUSE, prerequisite_level=2)
    earlier = place(
        "2024-02-29T09:30", of=COURSE, title="Neglect Level 2", level=1,
        attendance=Attendance.ATTENDED,
    )  # fmt: skip

    found = doubts_about(session(), strict, [earlier, place("2025-01-14T08:00")], zone=LONDON)

    assert [(doubt.strictness, doubt.advice) for doubt in found] == [
        (WARN, "Choose another date, or give that place back first."),
        (REFUSE, "It can be repeated from Fri 28 Feb 2025 on."),
        (REFUSE, "Book a course of level 2 first."),
    ]


def test_a_place_on_a_later_date_of_the_course_is_kept_or_changed() -> None:
    later = place("2025-02-11T09:30", of=COURSE)

    found = doubts_about(session(), course(), [later], zone=LONDON)

    assert [doubt.advice for doubt in found] == ["Keep that place, or change its date."]


@pytest.mark.parametrize(
    ("checked", "anything"),
    [
        (course(), True),
        (course(on_clash=ALLOW, on_repeat=ALLOW, on_missing_level=WARN), False),
        (
            course(on_clash=ALLOW, on_repeat=ALLOW, on_missing_level=WARN, prerequisite_level=1),
            True,
        ),
        (course(on_clash=REFUSE, on_repeat=ALLOW, on_missing_level=ALLOW), True),
    ],
)
def test_a_missing_level_is_looked_for_only_where_the_course_names_one(
    checked: Course, *, anything: bool
) -> None:
    assert checks_anything(checked) is anything
