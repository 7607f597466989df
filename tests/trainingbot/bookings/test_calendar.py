"""Calendar files, read back by the library that calendars use, and as bytes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.moments import NEXT_WEEK, NOW
from trainingbot.bookings.calendar import calendar_file
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import BookingStatus, CourseKind, Delivery, SessionStatus
from trainingbot.models import Booking, Course, CourseSession


def row_of(
    *,
    title: str = "Neglect Level 2",
    status: BookingStatus = BookingStatus.CONFIRMED,
    session_status: SessionStatus = SessionStatus.SCHEDULED,
    starts_at: datetime = NEXT_WEEK,
    delivery: Delivery = Delivery.TEAMS,
    venue: str | None = None,
    changes: tuple[int, int] = (1, 0),
) -> TrainingRow:
    course = Course(
        code="C1", title=title, kind=CourseKind.COURSE, level=2, theme="neglect", minutes=150,
        capacity=20,
    )  # fmt: skip
    session = CourseSession(
        code="S25-014", course_id=course.id, starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=150), delivery=delivery, venue=venue,
        status=session_status, capacity=20, change_count=changes[1],
    )  # fmt: skip
    booking = Booking(
        session_id=session.id, practitioner_id=session.id, status=status, booked_at=NOW,
        change_count=changes[0],
    )  # fmt: skip
    return TrainingRow(booking, session, course, queue_place=None)


def bytes_of(
    row: TrainingRow,
    *,
    partnership: str = "Northshire Partnership",
    contact_email: str | None = "training@northshire.example",
) -> bytes:
    return calendar_file(row, partnership=partnership, contact_email=contact_email, now=NOW)


def read(row: TrainingRow) -> tuple[Any, Any]:
    """Return the calendar and its one event, as a calendar program reads them."""
    calendar = Calendar.from_ical(bytes_of(row))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_place_is_published_with_its_times_in_utc() -> None:
    summer = datetime(2025, 7, 14, 9, 30, tzinfo=ZoneInfo("Europe/London"))
    row = row_of(starts_at=summer)

    calendar, event = read(row)

    assert {
        "METHOD": calendar["METHOD"],
        "STATUS": event["STATUS"],
        "UID": event["UID"],
        "DTSTAMP": event["DTSTAMP"].dt,
        "DTSTART": event["DTSTART"].dt,
        "DTEND": event["DTEND"].dt,
        "SUMMARY": event["SUMMARY"],
        "LOCATION": event["LOCATION"],
    } == {
        "METHOD": "PUBLISH",
        "STATUS": "CONFIRMED",
        "UID": f"booking-{row.booking.id}@trainingbot",
        "DTSTAMP": NOW,
        "DTSTART": datetime(2025, 7, 14, 8, 30, tzinfo=UTC),
        "DTEND": datetime(2025, 7, 14, 11, 0, tzinfo=UTC),
        "SUMMARY": "Neglect Level 2",
        "LOCATION": "Online in Teams",
    }
    assert b"\r\nDTSTART:20250714T083000Z\r\n" in bytes_of(row)


def test_the_entry_says_how_to_give_the_place_back() -> None:
    _, event = read(row_of())

    assert event["DESCRIPTION"] == (
        "Training of Northshire Partnership.\n"
        "You can’t come? Type “my training” to the training bot in Teams and give the place "
        "back: a colleague gets it."
    )


@pytest.mark.parametrize(
    ("status", "session_status", "words"),
    [
        (
            BookingStatus.CANCELLED,
            SessionStatus.SCHEDULED,
            "You no longer have a place.",
        ),
        (
            BookingStatus.SESSION_CANCELLED,
            SessionStatus.CANCELLED,
            "This session has been cancelled.",
        ),
        (
            BookingStatus.CONFIRMED,
            SessionStatus.CANCELLED,
            "This session has been cancelled.",
        ),
    ],
)
def test_a_booking_that_is_over_takes_the_entry_out(
    status: BookingStatus, session_status: SessionStatus, words: str
) -> None:
    calendar, event = read(row_of(status=status, session_status=session_status))

    assert (calendar["METHOD"], event["STATUS"], event["TRANSP"]) == (
        "CANCEL",
        "CANCELLED",
        "TRANSPARENT",
    )
    assert event["DESCRIPTION"] == f"{words} Training of Northshire Partnership."


def test_somebody_who_waits_has_no_entry_and_loses_an_older_one() -> None:
    calendar, event = read(row_of(status=BookingStatus.WAITLISTED))

    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")


def test_a_change_keeps_the_uid_and_raises_the_sequence() -> None:
    row = row_of(changes=(1, 0))

    _, booked = read(row)
    row.session.change_count = 1
    _, moved = read(row)
    row.booking.change_count = 2
    row.booking.status = BookingStatus.CANCELLED
    _, cancelled = read(row)

    assert [event["SEQUENCE"] for event in (booked, moved, cancelled)] == [1, 2, 3]
    assert {event["UID"] for event in (booked, moved, cancelled)} == {
        f"booking-{row.booking.id}@trainingbot"
    }


def test_nobody_is_invited() -> None:
    """Otherwise everybody would be invited again when one person books."""
    calendar, event = read(row_of())

    assert "ATTENDEE" not in event
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT"]


def test_the_training_team_is_the_organiser_where_it_has_an_address() -> None:
    _, event = read(row_of())

    assert event["ORGANIZER"] == "mailto:training@northshire.example"
    assert event["ORGANIZER"].params["CN"] == "Northshire Partnership"


def test_there_is_no_organiser_without_an_address() -> None:
    assert b"ORGANIZER" not in bytes_of(row_of(), contact_email=None)


@pytest.mark.parametrize(
    ("delivery", "venue", "location"),
    [
        (Delivery.TEAMS, None, "Online in Teams"),
        (Delivery.IN_PERSON, "Town Hall, Room 2", "Town Hall, Room 2"),
        (Delivery.IN_PERSON, None, "In person"),
        (Delivery.IN_PERSON, "", "In person"),
    ],
)
def test_the_entry_says_where(delivery: Delivery, venue: str | None, location: str) -> None:
    _, event = read(row_of(delivery=delivery, venue=venue))

    assert event["LOCATION"] == location


@pytest.mark.parametrize(
    "title",
    [
        "Neglect, abuse; and more",
        "Back\\slash \\n that is no new line",
        "Two\nlines",
        'Colon: “quotes” and "straight" ones',
        "Diogelu plant: lefel 2, Tŷ Gwŷn – 安全保護 – الحماية – 🙂",
        "é" * 200,
        "BEGIN:VEVENT\r\nEND:VCALENDAR".replace("\r", ""),
    ],
)
def test_every_title_comes_back_as_it_was(title: str) -> None:
    _, event = read(row_of(title=title))

    assert event["SUMMARY"] == title


@pytest.mark.parametrize("title", ["安全" * 100, "A, " * 100])
def test_no_line_is_longer_than_75_bytes(title: str) -> None:
    file = bytes_of(row_of(title=title))

    lines = file.split(b"\r\n")

    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in b"".join(lines)
    assert lines[-1] == b""


def test_control_characters_do_not_reach_the_file() -> None:
    file = bytes_of(row_of(title="Ne\x00gl\x0bect\x7f"), partnership="North\x07shire")

    assert b"\r\nSUMMARY:Ne gl ect \r\n" in file
    assert not {byte for byte in file if byte < 0x20 or byte == 0x7F} - set(b"\r\n")


def test_a_name_cannot_add_a_line_to_the_file() -> None:
    file = bytes_of(row_of(title="X\r\nATTENDEE:mailto:everybody@county.example"))

    assert b"\r\nATTENDEE" not in file
