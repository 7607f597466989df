"""Dates, numbers and names as cards write them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import phrases
from trainingbot.enums import Attendance, BookingStatus, CourseKind, Delivery, SessionStatus
from trainingbot.models import Booking, Course, CourseSession

LONDON = ZoneInfo("Europe/London")


def session(
    starts_at: datetime = datetime(2025, 1, 14, 9, 30, tzinfo=UTC),
    *,
    minutes: int = 150,
    capacity: int = 35,
    taken: int = 0,
    status: SessionStatus = SessionStatus.SCHEDULED,
    venue: str | None = None,
) -> CourseSession:
    return CourseSession(
        code="S",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        delivery=Delivery.TEAMS,
        capacity=capacity,
        places_taken=taken,
        status=status,
        venue=venue,
    )


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2025, 1, 14, 9, 30, tzinfo=UTC), "Tue 14 Jan 2025, 09:30"),
        (datetime(2025, 7, 1, 8, 0, tzinfo=UTC), "Tue 1 Jul 2025, 09:00"),
        (datetime(2024, 12, 31, 23, 59, tzinfo=UTC), "Tue 31 Dec 2024, 23:59"),
        (datetime(2025, 6, 30, 23, 30, tzinfo=UTC), "Tue 1 Jul 2025, 00:30"),
        # The clocks go forward at 01:00 UTC on the last Sunday of March, and back in October.
        (datetime(2025, 3, 30, 0, 59, tzinfo=UTC), "Sun 30 Mar 2025, 00:59"),
        (datetime(2025, 3, 30, 1, 0, tzinfo=UTC), "Sun 30 Mar 2025, 02:00"),
        (datetime(2025, 10, 26, 0, 59, tzinfo=UTC), "Sun 26 Oct 2025, 01:59"),
        (datetime(2025, 10, 26, 1, 0, tzinfo=UTC), "Sun 26 Oct 2025, 01:00"),
        (datetime(2024, 2, 29, 12, 0, tzinfo=UTC), "Thu 29 Feb 2024, 12:00"),
    ],
)
def test_a_moment_is_written_in_the_partnerships_time(moment: datetime, written: str) -> None:
    assert phrases.day_and_time(moment, LONDON) == written


@pytest.mark.parametrize(
    ("starts_at", "minutes", "written"),
    [
        (datetime(2025, 1, 14, 9, 30, tzinfo=UTC), 150, "09:30 to 12:00"),
        (datetime(2024, 12, 31, 23, 0, tzinfo=UTC), 120, "23:00 to Wed 1 Jan 2025, 01:00"),
        (datetime(2025, 3, 30, 0, 30, tzinfo=UTC), 60, "00:30 to 02:30"),
        (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), 60, "01:30 to 01:30"),
    ],
)
def test_from_when_to_when_names_the_day_only_where_it_is_another(
    starts_at: datetime, minutes: int, written: str
) -> None:
    assert phrases.from_to(session(starts_at, minutes=minutes), LONDON) == written


def test_a_short_day_has_no_year() -> None:
    assert phrases.short_day(datetime(2025, 1, 14, tzinfo=UTC), LONDON) == "Tue 14 Jan"


def test_any_day_of_the_calendar_can_be_named() -> None:
    assert [phrases.date_of(day) for day in (date.min, date.max)] == [
        "Mon 1 Jan 1",
        "Fri 31 Dec 9999",
    ]


def test_a_month_has_its_whole_name() -> None:
    names = [phrases.month_name(f"2025-{number:02}") for number in range(1, 13)]

    assert names == [f"{name} 2025" for name in phrases.MONTH_NAMES]


def test_ordinals_end_as_people_say_them() -> None:
    by_rule = [phrases.ordinal(number) for number in range(1, 124)]
    endings = {number: {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") for number in range(124)}
    endings |= dict.fromkeys((11, 12, 13, 111, 112, 113), "th")

    assert by_rule == [f"{number}{endings[number]}" for number in range(1, 124)]


@pytest.mark.parametrize(
    ("minutes", "written"), [(45, "45 min"), (60, "1 h"), (150, "2 h 30 min"), (10_080, "168 h")]
)
def test_a_length_is_written_in_hours_and_minutes(minutes: int, written: str) -> None:
    assert phrases.duration(minutes) == written


@pytest.mark.parametrize(
    ("capacity", "taken", "status", "written"),
    [
        (35, 29, SessionStatus.SCHEDULED, "6 of 35 places free"),
        (1, 0, SessionStatus.SCHEDULED, "1 of 1 place free"),
        (35, 35, SessionStatus.SCHEDULED, "Full, all 35 places taken"),
        (0, 0, SessionStatus.SCHEDULED, "No places at the moment"),
        (35, 29, SessionStatus.CANCELLED, "Session cancelled"),
    ],
)
def test_places_are_counted_in_words(
    capacity: int, taken: int, status: SessionStatus, written: str
) -> None:
    assert phrases.places(session(capacity=capacity, taken=taken, status=status)) == written


def test_where_a_session_is_may_be_said_inside_a_sentence() -> None:
    online = phrases.where_and_places(session(taken=29))
    away = phrases.where_and_places(session(taken=35, venue="GP surgery, *Room* 2"))

    assert online == "Online in Teams, 6 of 35 places free"
    assert away == "GP surgery, \\*Room\\* 2, full, all 35 places taken"


@pytest.mark.parametrize(
    ("minimum", "written"),
    [
        (1, "Tentative: takes place if 1 person has booked by Fri 10 Jan 2025, 17:00"),
        (8, "Tentative: takes place if 8 people have booked by Fri 10 Jan 2025, 17:00"),
        (None, ""),
    ],
)
def test_a_tentative_session_says_on_what_it_depends(minimum: int | None, written: str) -> None:
    held = session()
    held.tentative, held.minimum_places = minimum is not None, minimum
    held.decide_at = datetime(2025, 1, 10, 17, 0, tzinfo=UTC)

    assert phrases.tentative(held, LONDON) == written


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (CourseKind.COURSE, "Level 2, neglect, 2 h 30 min"),
        (CourseKind.PRACTICE_GROUP, "Practice group, level 2, neglect, 2 h 30 min"),
    ],
)
def test_a_course_is_told_in_one_line(kind: CourseKind, written: str) -> None:
    course = Course(
        code="C", title="T", kind=kind, level=2, theme="neglect", minutes=150, capacity=1
    )

    assert phrases.about_course(course) == written


@pytest.mark.parametrize(
    ("status", "attendance", "delivered", "queue_place", "stands"),
    [
        (BookingStatus.CONFIRMED, None, False, None, "Booked"),
        (BookingStatus.CONFIRMED, None, True, None, "Attendance not recorded yet"),
        (BookingStatus.CONFIRMED, Attendance.ATTENDED, True, None, "Attended"),
        (BookingStatus.CONFIRMED, Attendance.PARTLY_ATTENDED, True, None, "Attended in part"),
        (BookingStatus.CONFIRMED, Attendance.EXCUSED, True, None, "Excused"),
        (BookingStatus.CONFIRMED, Attendance.NO_SHOW, True, None, "Did not attend"),
        (BookingStatus.WAITLISTED, None, False, 3, "Waitlist: 3rd"),
        (BookingStatus.WAITLISTED, None, False, None, "Waitlist"),
        (BookingStatus.CANCELLED, None, False, None, "Cancelled"),
        (BookingStatus.SESSION_CANCELLED, None, False, None, "Session cancelled"),
    ],
)
def test_where_a_person_stands_is_one_word_for_each_state(
    *,
    status: BookingStatus,
    attendance: Attendance | None,
    delivered: bool,
    queue_place: int | None,
    stands: str,
) -> None:
    booking = Booking(
        status=status, attendance=attendance, booked_at=datetime(2025, 1, 7, tzinfo=UTC)
    )
    held = session(status=SessionStatus.DELIVERED if delivered else SessionStatus.SCHEDULED)

    assert phrases.standing(booking, held, queue_place, LONDON) == stands


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Neglect Level 2", "Neglect Level 2"),
        ("[click](http://evil.example)", "\\[click\\](http://evil.example)"),
        ("**x** _y_ `z` ~~no~~", "\\*\\*x\\*\\* \\_y\\_ \\`z\\` \\~\\~no\\~\\~"),
        ("# Head | <b>", "\\# Head \\| \\<b\\>"),
        ("back\\slash \\[", "back\\\\slash \\\\\\["),
        ("two\nlines\r\nand\ttabs", "two lines and tabs"),
        ("- no list", "\\- no list"),
        ("1. no list", "1\\. no list"),
        ("2) no list", "2\\) no list"),
        ("0-25 years, 3.5 hours", "0-25 years, 3.5 hours"),
        ("Ann \u202egnp.exe", "Ann gnp.exe"),
        ("\u200e\u2067Ann\u2069\u200b\ufeff", "Ann"),
        ("\u202e- no list", "\\- no list"),
        ("أحمد", "أحمد"),
        ("👩‍⚕️ Ann", "👩‍⚕️ Ann"),
        ("", ""),
    ],
)
def test_text_from_outside_is_shown_as_it_is(text: str, shown: str) -> None:
    assert phrases.plain(text) == shown


@pytest.mark.parametrize(
    "text", ["Neglect [online]", "a*b_c#d|e~f<g>h`i", "- dash", "1. one", "back\\slash", "**x**"]
)
def test_a_notification_shows_no_markup(text: str) -> None:
    sentence = f"{phrases.plain(text)}: **Booked**"

    assert phrases.unmarked(sentence) == f"{text}: Booked"


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Sarah Okafor", "Sarah"),
        ("Okafor, Sarah", "Sarah"),
        ("OKAFOR, Sarah (FENLAND NHS FOUNDATION TRUST)", "Sarah"),
        ("Okafor, Sarah, NHS", "Sarah"),
        ("Okafor,", "Okafor"),
        (",", "there"),
        ("", "there"),
        ("  ", "there"),
        ("\u202e", "there"),
        ("[click](http://evil) now", "\\[click\\](http://evil)"),
        ("Ann\nLee", "Ann"),
    ],
)
def test_a_person_is_called_by_their_first_name(name: str, called: str) -> None:
    assert phrases.first_name(name) == called


def test_lists_and_numbers_read_as_people_write_them() -> None:
    assert [phrases.listed(parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert [phrases.people(number) for number in (0, 1, 2)] == ["0 people", "1 person", "2 people"]
