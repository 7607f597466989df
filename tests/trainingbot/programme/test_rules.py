# ruff: noqa: E501 - a row of a table of cases is one line

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tests.moments import NOW
from tests.trainingbot.programme.folders import BOOKINGS, FILES, LONDON, SESSIONS, read
from trainingbot.enums import Delivery, SessionStatus
from trainingbot.models import Agency, CourseSession
from trainingbot.programme.rules import notes_on, problems_of
from trainingbot.programme.stored import Stored

NOTHING = Stored()


def problems(folder: Path, *, stored: Stored = NOTHING, **changed: str) -> list[str]:
    return problems_at(NOW, folder, changed, stored=stored)


def problems_at(
    now: datetime, folder: Path, changed: dict[str, str], *, stored: Stored = NOTHING
) -> list[str]:
    reading = read(folder, **changed)
    assert reading.problems == ()
    found = problems_of(reading.programme, stored=stored, zone=LONDON, now=now)
    return [str(problem) for problem in sorted(found)]


def stored_session(**values: object) -> Stored:
    session = CourseSession(
        code="S25-001",
        course_id=uuid4(),
        starts_at=NOW,
        ends_at=NOW,
        delivery=Delivery.TEAMS,
        status=SessionStatus.SCHEDULED,
        capacity=9,
    )
    session.sqlmodel_update(values)
    return replace(NOTHING, sessions={"S25-001": session})


def test_a_sound_programme_has_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path) == []


@pytest.mark.parametrize(
    ("file", "right", "wrong", "sentence"),
    [
        ("sessions", "2024-01-12T11:30", "2024-01-12T08:30", "line 2, column ends_at: S24-001 would end at 2024-01-12T08:30, but starts at 2024-01-12T09:00; expected an end after the start"),
        ("sessions", "2024-01-12T11:30", "2024-01-12T09:00", "line 2, column ends_at: S24-001 would end at 2024-01-12T09:00, but starts at 2024-01-12T09:00; expected an end after the start"),
        ("sessions", "scheduled", "delivered", "line 4, column status: S25-001 is still to come; expected scheduled or cancelled"),
        ("bookings", "2024-12-03T10:00", "2025-02-03T10:00", "line 6, column booked_at: 2025-02-03T10:00 is still to come; expected a past time"),
        ("bookings", "2024-01-02T08:00", "", "line 4, column cancelled_at: the cell is empty; expected the time of the cancellation"),
        ("bookings", "2024-01-02T08:00", "2023-11-18T09:59", "line 4, column cancelled_at: 2023-11-18T09:59 is before the booking was made, 2023-11-18T10:00; expected a time after it"),
        ("bookings", "2024-01-02T08:00", "2024-01-12T10:00", "line 4, column cancelled_at: 2024-01-12T10:00 is after S24-001 began; expected a time before 2024-01-12T09:00, or a confirmed booking with its attendance"),
        ("bookings", "confirmed,,no_show", "confirmed,2024-01-01T09:00,no_show", "line 3, column cancelled_at: the booking is confirmed; expected nothing here, or cancelled there"),
        ("bookings", "2024-01-02T08:00,", "2024-01-02T08:00,excused", "line 4, column attendance: found excused for a booking that is cancelled; expected nothing here, or confirmed there"),
        ("bookings", "2024-12-01T10:00,confirmed,,", "2024-12-01T10:00,confirmed,,attended", "line 7, column attendance: found attended, but S25-001 is still to come; expected nothing"),
        ("bookings", "session_cancelled", "confirmed", "line 5, column status: found confirmed, but S24-002 is cancelled; expected cancelled or session_cancelled"),
        ("bookings", "2024-12-01T10:00,confirmed", "2024-12-01T10:00,session_cancelled", "line 7, column status: found session_cancelled, but S25-001 is scheduled; expected confirmed, waitlisted or cancelled"),
        ("evaluations", "2024-01-12T12:30", "2024-01-11T12:30", "line 2, column submitted_at: 2024-01-11T12:30 is before S24-001 began; expected a time after 2024-01-12T09:00"),
        ("evaluations", "2024-01-12T12:30", "2025-01-11T12:30", "line 2, column submitted_at: 2025-01-11T12:30 is still to come; expected a past time"),
        ("evaluations", "ann@county.example", "ben@gp.example", "line 2, column email: “ben@gp.example” did not attend S24-001 (bookings.csv, line 3); expected somebody who did"),
    ],
)  # fmt: skip
def test_lines_make_sense_together(
    tmp_path: Path, file: str, right: str, wrong: str, sentence: str
) -> None:
    changed = FILES[file].replace(right, wrong, 1)

    found = problems_at(NOW, tmp_path, {file: changed})

    assert changed != FILES[file]
    assert found == [f"{file}.csv, {sentence}"]


def test_a_trainer_who_is_a_practitioner_is_the_same_person_in_both_files(tmp_path: Path) -> None:
    trainers = FILES["trainers"] + "ann@county.example,Anne Cox,GP\n"

    assert problems(tmp_path, trainers=trainers) == [
        (
            "trainers.csv, line 3, column agency: found “GP”; expected “CCC”, as in "
            "practitioners.csv, line 2"
        ),
        (
            "trainers.csv, line 3, column name: found “Anne Cox”; expected “Ann Cox”, as in "
            "practitioners.csv, line 2"
        ),
    ]


def test_every_booking_beyond_the_places_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path, bookings=BOOKINGS.replace("waitlisted", "confirmed")) == [
        f"bookings.csv, line {line}, column status: S25-001 has 1 place, and this would be "
        f"confirmed booking {number}; expected waitlisted, or more places in sessions.csv, line 4"
        for line, number in ((7, 2), (8, 3))
    ]


def test_places_taken_in_the_service_count_too(tmp_path: Path) -> None:
    stored = stored_session(capacity=1, places_taken=1)

    assert problems(tmp_path, stored=stored) == [
        (
            "bookings.csv, line 7, column status: S25-001 has 1 place, and this would be confirmed "
            "booking 2; expected waitlisted, or more places in sessions.csv, line 4"
        )
    ]


def test_a_session_cannot_have_fewer_places_than_are_taken(tmp_path: Path) -> None:
    stored = stored_session(places_taken=4)

    assert problems(tmp_path, stored=stored) == [
        (
            "sessions.csv, line 4, column capacity: found 1, but 4 places are taken in the service; "
            "expected 4 or more"
        )
    ]


def test_a_session_that_is_called_off_needs_no_places(tmp_path: Path) -> None:
    sessions = SESSIONS.replace("scheduled", "cancelled")
    bookings = "\n".join(line for line in BOOKINGS.splitlines() if "S25" not in line)

    found = problems(
        tmp_path, stored=stored_session(places_taken=4), sessions=sessions, bookings=bookings
    )

    assert found == []


def test_a_domain_belongs_to_one_agency_also_in_the_service(tmp_path: Path) -> None:
    police = Agency(
        code="POL", name="Police", sector="police", contributing=True, email_domain="gp.example"
    )

    assert problems(tmp_path, stored=replace(NOTHING, agencies={"POL": police})) == [
        (
            "agencies.csv, line 3, column email_domain: “gp.example” belongs to POL in the service; "
            "expected a domain of this agency alone, or nothing"
        )
    ]


def test_a_recorded_time_that_clocks_skipped_is_taken_and_noted(tmp_path: Path) -> None:
    bookings = BOOKINGS.replace("2024-06-01T10:00", "2024-03-31T01:19")

    notes = notes_on(read(tmp_path, bookings=bookings).programme, zone=LONDON)

    assert [str(note) for note in notes] == [
        (
            "bookings.csv, line 5, column booked_at: 2024-03-31T01:19 does not exist in Europe/London, "
            "because the clocks go forward over it; taken as 2024-03-31T02:19, from a clock not yet "
            "put forward"
        )
    ]
