"""The link by which somebody joins a session: who is handed it, when, and on what calendar."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests.moments import NEXT_WEEK, NOW
from trainingbot.bookings.calendar import calendar_file
from trainingbot.bookings.rules import joining_link
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import BookingStatus, CourseKind, Delivery, SessionStatus
from trainingbot.models import Booking, Course, CourseSession

LINK = "https://teams.example/l/meetup-join/19%3ameeting?context=%7b%22Tid%22%7d"
ENDS = NEXT_WEEK + timedelta(hours=2)
DEPENDS = "Tentative: takes place if 8 people have booked by Fri 10 Jan 2025, 17:00"


def training(
    *,
    status: BookingStatus = BookingStatus.CONFIRMED,
    session_status: SessionStatus = SessionStatus.SCHEDULED,
    tentative: bool = False,
    join_url: str | None = LINK,
) -> TrainingRow:
    course = Course(
        code="C1", title="Neglect", kind=CourseKind.COURSE, level=2, theme="neglect", minutes=120,
        capacity=20,
    )  # fmt: skip
    session = CourseSession(
        code="S25-014", course_id=course.id, starts_at=NEXT_WEEK, ends_at=ENDS,
        delivery=Delivery.TEAMS, status=session_status, capacity=20, tentative=tentative,
        join_url=join_url,
    )  # fmt: skip
    booking = Booking(
        session_id=session.id, practitioner_id=session.id, status=status, booked_at=NOW,
        change_count=1,
    )  # fmt: skip
    return TrainingRow(booking, session, course, queue_place=None)


def link_of(row: TrainingRow, *, now: datetime = NOW) -> str | None:
    return joining_link(row.session, row.booking, now=now)


def entry(row: TrainingRow, *, depends: str = "", now: datetime = NOW) -> Any:  # noqa: ANN401 - as the calendar library types it
    file = calendar_file(
        row,
        partnership="Northshire Partnership",
        contact_email=None,
        depends=depends,
        now=now,
    )
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    return event


@pytest.mark.parametrize("status", list(BookingStatus))
def test_the_link_is_for_those_with_a_place(status: BookingStatus) -> None:
    expected = LINK if status == BookingStatus.CONFIRMED else None

    assert link_of(training(status=status)) == expected
    assert entry(training(status=status)).get("URL") == expected


@pytest.mark.parametrize(
    ("moment", "link"),
    [
        (NOW, LINK),
        (NEXT_WEEK, LINK),
        (ENDS - timedelta(microseconds=1), LINK),
        (ENDS, None),
        (ENDS + timedelta(days=1), None),
    ],
)
def test_the_link_leads_into_the_session_until_it_ends(moment: datetime, link: str | None) -> None:
    assert link_of(training(), now=moment) == link


@pytest.mark.parametrize("status", [SessionStatus.CANCELLED, SessionStatus.DELIVERED])
def test_a_session_that_is_over_or_cancelled_is_not_joined(status: SessionStatus) -> None:
    assert link_of(training(session_status=status)) is None


def test_the_link_waits_until_a_tentative_session_is_sure() -> None:
    row = training(tentative=True)

    assert link_of(row) is None
    assert "URL" not in entry(row)
    assert LINK not in entry(row)["DESCRIPTION"]


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "http://teams.example/join",
        "javascript:alert(1)",
        "https://",
        "https:///join",
        "https://[half",
        " https://teams.example/join",
        "https://teams.example/join us",
        "https://teams.example/join\r\nATTENDEE:mailto:everybody@county.example",
        "https://teams.example/\u202enioj",
        "HTTPS ://teams.example",
        "teams.example/join",
    ],
)
def test_a_link_that_could_be_something_else_is_not_handed_out(link: str | None) -> None:
    row = training(join_url=link)

    assert link_of(row) is None
    assert "URL" not in entry(row)


def test_the_calendar_entry_has_the_link_where_calendars_and_people_look_for_it() -> None:
    event = entry(training())

    assert event["URL"] == LINK
    assert event["DESCRIPTION"] == (
        "Training of Northshire Partnership.\n"
        f"Join: {LINK}\n"
        "You can’t come? Type “my training” to the training bot in Teams and give the place "
        "back: a colleague gets it."
    )


def test_the_calendar_entry_of_a_tentative_session_is_tentative_until_it_is_sure() -> None:
    row = training(tentative=True)
    before = entry(row, depends=DEPENDS)
    row.session.tentative = False
    row.session.change_count += 1
    after = entry(row)

    assert (before["STATUS"], after["STATUS"]) == ("TENTATIVE", "CONFIRMED")
    assert before["DESCRIPTION"].splitlines()[1] == f"{DEPENDS}."
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)


def test_a_place_given_back_on_a_tentative_session_leaves_the_calendar() -> None:
    event = entry(training(status=BookingStatus.CANCELLED, tentative=True), depends=DEPENDS)

    assert event["STATUS"] == "CANCELLED"
    assert DEPENDS not in event["DESCRIPTION"]
