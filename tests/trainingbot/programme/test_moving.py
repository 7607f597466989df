from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays
import pytest

from tests.trainingbot.programme.folders import LONDON
from trainingbot.enums import BookingStatus, CourseKind, SessionStatus
from trainingbot.programme.demo import FOLDER, demo_people, demo_programme
from trainingbot.programme.moving import code_without_year, middle_session, moved_forward
from trainingbot.programme.reading import read_programme
from trainingbot.programme.references import Line, cross_references
from trainingbot.programme.rows import ROWS, Programme
from trainingbot.programme.rules import problems_of
from trainingbot.programme.stored import Stored

A_FRIDAY = date(2026, 11, 20)
EVERY_TENTH_DAY = [date(2026, 1, 1) + timedelta(days=10 * number) for number in range(40)]
YEAR = read_programme(FOLDER, zone=LONDON).programme


@cache
def moved_to(today: date) -> Programme:
    return moved_forward(YEAR, today=today, zone=LONDON)


def bookings_by_session(programme: Programme) -> dict[str, list[BookingStatus]]:
    by_session: dict[str, list[BookingStatus]] = {row.id: [] for row in programme.sessions}
    for row in programme.bookings:
        by_session[row.session].append(row.status)
    return by_session


@pytest.mark.parametrize("today", EVERY_TENTH_DAY, ids=str)
def test_a_moved_programme_is_one_that_could_be_imported(today: date) -> None:
    moved = moved_to(today)
    midnight = datetime.combine(today, time(), LONDON).astimezone(UTC)

    lines = {
        file: [
            Line(
                row.line,
                {
                    column: ";".join(value) if isinstance(value, tuple) else str(value)
                    for column in row.columns()
                    if (value := getattr(row, column)) not in {None, ()}
                },
            )
            for row in getattr(moved, file.removesuffix(".csv"))
        ]
        for file in ROWS
    }
    assert problems_of(moved, stored=Stored(), zone=LONDON, now=midnight) == []
    assert cross_references(lines) == []


@pytest.mark.parametrize("today", EVERY_TENTH_DAY, ids=str)
def test_half_of_it_is_past_and_the_next_session_is_within_a_week(today: date) -> None:
    starts = sorted(row.starts_at.date() for row in moved_to(today).sessions)

    past = [start for start in starts if start < today]
    coming = [start for start in starts if start > today]
    assert len(past) >= 22
    assert len(coming) >= 25
    assert coming[0] - today <= timedelta(days=7)


def test_times_of_day_and_days_of_the_week_stay_but_for_bank_holidays() -> None:
    moved = {code_without_year(row.id): row for row in moved_to(A_FRIDAY).sessions}

    elsewhere = [
        (row.id, moved[code_without_year(row.id)].starts_at)
        for row in YEAR.sessions
        if moved[code_without_year(row.id)].starts_at.strftime("%a %H:%M")
        != row.starts_at.strftime("%a %H:%M")
    ]
    # The Mondays 29 March (Easter) and 3 May 2027 are bank holidays.
    assert elsewhere == [
        ("S24-034", datetime.fromisoformat("2027-03-30T10:00")),
        ("S24-054", datetime.fromisoformat("2027-05-04T10:30")),
    ]


@pytest.mark.parametrize("today", EVERY_TENTH_DAY, ids=str)
def test_no_session_is_on_a_bank_holiday_or_a_weekend(today: date) -> None:
    england = holidays.country_holidays("GB", subdiv="ENG")

    on_bad_days = [
        row.id
        for row in moved_to(today).sessions
        if row.starts_at.date() in england or row.starts_at.weekday() > 4
    ]

    assert on_bad_days == []


def test_codes_carry_the_year_of_today() -> None:
    codes = [row.id for row in moved_to(A_FRIDAY).sessions]

    assert codes == [row.id.replace("S24", "S26") for row in YEAR.sessions]


@pytest.mark.parametrize(
    ("code", "rest"), [("S24-001", "S-001"), ("24/7", "/7"), ("X1", "X1"), ("S2024-1", "S2024-1")]
)
def test_what_is_left_of_a_code_without_its_year(code: str, rest: str) -> None:
    assert code_without_year(code) == rest


def test_what_has_not_happened_yet_is_undone() -> None:
    moved = moved_to(A_FRIDAY)
    coming = {row.id: row for row in moved.sessions if row.starts_at.date() >= A_FRIDAY}
    to_come = [row for row in moved.bookings if row.session in coming]

    assert {row.status for row in coming.values()} == {SessionStatus.SCHEDULED}
    assert {row.cancel_reason for row in coming.values()} == {None}
    assert {row.attendance for row in to_come} == {None}
    assert {row.status for row in to_come} == {
        BookingStatus.CONFIRMED,
        BookingStatus.WAITLISTED,
        BookingStatus.CANCELLED,
    }
    assert [row for row in moved.evaluations if row.session in coming] == []
    times = [row.booked_at for row in moved.bookings]
    times += [row.cancelled_at for row in moved.bookings if row.cancelled_at]
    times += [row.submitted_at for row in moved.evaluations]
    assert max(times).date() < A_FRIDAY


def test_what_has_happened_stays() -> None:
    moved = moved_to(A_FRIDAY)
    past = {row.id for row in moved.sessions if row.starts_at.date() < A_FRIDAY}
    originals = {code.replace("S26", "S24") for code in past}

    def outcomes(programme: Programme, codes: set[str]) -> list[tuple[str, str, object]]:
        return [
            (row.email, row.status, row.attendance)
            for row in programme.bookings
            if row.session in codes
        ]

    assert len(past) == 25
    assert outcomes(moved, past) == outcomes(YEAR, originals)


@pytest.mark.parametrize("today", EVERY_TENTH_DAY, ids=str)
def test_a_waitlist_and_last_places_can_be_seen(today: date) -> None:
    moved = moved_to(today)
    statuses = bookings_by_session(moved)
    courses = {row.code for row in moved.courses if row.kind == CourseKind.COURSE}

    free = {
        row.id: row.capacity - statuses[row.id].count(BookingStatus.CONFIRMED)
        for row in moved.sessions
        if row.starts_at.date() > today and row.course in courses
    }
    waiting = {row.id: statuses[row.id].count(BookingStatus.WAITLISTED) for row in moved.sessions}
    full = [code for code, places in free.items() if places == 0 and waiting[code]]
    few = [code for code, places in free.items() if 1 <= places <= 3]
    assert full
    assert len(few) >= 2
    assert [code for code, people in waiting.items() if people and free.get(code)] == []


@pytest.mark.parametrize("today", EVERY_TENTH_DAY, ids=str)
def test_the_practitioner_of_the_demo_has_attended_and_has_a_place_to_come(today: date) -> None:
    moved = moved_to(today)
    email = demo_people(YEAR).practitioner.email
    starts = {row.id: row.starts_at.date() for row in moved.sessions}

    theirs = [row for row in moved.bookings if row.email == email]
    assert [row for row in theirs if row.attendance]
    assert [
        row
        for row in theirs
        if starts[row.session] > today and row.status == BookingStatus.CONFIRMED
    ]


def test_a_session_at_a_time_that_clocks_skip_goes_to_the_next_working_day() -> None:
    row = middle_session(YEAR)
    # 26 March 2023 and 31 March 2024 are the Sundays on which London's clocks go forward.
    night = row.model_copy(
        update={
            "starts_at": datetime.fromisoformat("2023-03-05T01:30"),
            "ends_at": datetime.fromisoformat("2023-03-05T03:30"),
        }
    )
    programme = YEAR.model_copy(update={"sessions": (night,), "bookings": (), "evaluations": ()})

    [moved] = moved_forward(programme, today=date(2024, 3, 25), zone=LONDON).sessions

    # The Sunday is followed by Easter Monday.
    assert moved.starts_at == datetime.fromisoformat("2024-04-02T01:30")


def test_a_programme_without_sessions_stays_as_it_is() -> None:
    assert moved_forward(Programme(), today=A_FRIDAY, zone=LONDON) == Programme()


def test_the_coordinator_is_moved_with_everybody_else() -> None:
    programme = demo_programme(zone=LONDON)

    moved = moved_forward(programme, today=A_FRIDAY, zone=LONDON)

    assert moved.practitioners == programme.practitioners
