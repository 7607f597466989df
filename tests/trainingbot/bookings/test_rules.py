"""Who gets a place, who waits, and what can no longer be done: plain values, no database."""

from datetime import datetime, timedelta

import pytest

from tests.moments import NOW
from trainingbot.bookings.rules import (
    QUEUE_ENDS,
    may_overtake,
    promotions,
    queue_is_open,
    refusal_to_book,
    refusal_to_cancel,
    status_of_new_booking,
)
from trainingbot.enums import BookingStatus, Delivery, SessionStatus
from trainingbot.errors import AgencyNotConfirmed, SessionCancelled, SessionStarted
from trainingbot.models import CourseSession, Practitioner

SCHEDULED, DELIVERED, CANCELLED = SessionStatus
A_SECOND = timedelta(seconds=1)
LONG_BEFORE = timedelta(days=7)
CONFIRMED, WAITLISTED = BookingStatus.CONFIRMED, BookingStatus.WAITLISTED


def session_of(
    *,
    starts_in: timedelta = LONG_BEFORE,
    status: SessionStatus = SCHEDULED,
    taken: int = 0,
    capacity: int = 20,
    next_queue_number: int = 1,
) -> CourseSession:
    return CourseSession(
        code="S1",
        starts_at=NOW + starts_in,
        ends_at=NOW + starts_in + timedelta(hours=2),
        delivery=Delivery.TEAMS,
        status=status,
        capacity=capacity,
        places_taken=taken,
        next_queue_number=next_queue_number,
    )


def person(*, confirmed_at: datetime | None = NOW) -> Practitioner:
    return Practitioner(name="Sam", agency_confirmed_at=confirmed_at)


@pytest.mark.parametrize("starts_in", [LONG_BEFORE, A_SECOND])
def test_nothing_blocks_a_booking_before_the_start(starts_in: timedelta) -> None:
    assert refusal_to_book(session_of(starts_in=starts_in), person(), now=NOW) is None


@pytest.mark.parametrize(
    ("status", "starts_in", "confirmed_at", "refusal"),
    [
        (CANCELLED, LONG_BEFORE, NOW, SessionCancelled),
        (CANCELLED, -LONG_BEFORE, None, SessionCancelled),
        (SCHEDULED, timedelta(0), NOW, SessionStarted),
        (SCHEDULED, -LONG_BEFORE, None, SessionStarted),
        (DELIVERED, LONG_BEFORE, None, SessionStarted),
        (SCHEDULED, LONG_BEFORE, None, AgencyNotConfirmed),
    ],
)
def test_the_first_rule_that_blocks_gives_the_reason(
    status: SessionStatus,
    starts_in: timedelta,
    confirmed_at: datetime | None,
    refusal: type[Exception],
) -> None:
    session = session_of(status=status, starts_in=starts_in)

    found = refusal_to_book(session, person(confirmed_at=confirmed_at), now=NOW)

    assert type(found) is refusal


def test_each_refusal_gives_the_reason_and_the_next_step() -> None:
    to_book = [
        refusal_to_book(session_of(status=CANCELLED), person(), now=NOW),
        refusal_to_book(session_of(status=DELIVERED), person(), now=NOW),
        refusal_to_book(session_of(), person(confirmed_at=None), now=NOW),
    ]
    to_cancel = refusal_to_cancel(session_of(status=DELIVERED), now=NOW)

    assert "\n".join(str(refusal) for refusal in [*to_book, to_cancel]) == (
        "This session has been cancelled. Look for another date of the course.\n"
        "This session has already begun, so it can't be booked any more. "
        "Look for another date of the course.\n"
        "You can book as soon as we know which agency you work for. "
        "Type “my agency” to choose it, or to see where your request stands.\n"
        "This session has already begun, so the place can't be given back any more."
    )


@pytest.mark.parametrize(
    ("status", "starts_in", "blocked"),
    [
        (SCHEDULED, A_SECOND, False),
        (SCHEDULED, timedelta(0), True),
        (DELIVERED, LONG_BEFORE, True),
        (CANCELLED, LONG_BEFORE, False),
    ],
)
def test_a_place_can_be_given_back_until_the_session_begins(
    status: SessionStatus,
    starts_in: timedelta,
    blocked: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    refusal = refusal_to_cancel(session_of(status=status, starts_in=starts_in), now=NOW)

    assert (refusal is not None) is blocked


@pytest.mark.parametrize(
    ("status", "starts_in", "is_open"),
    [
        (SCHEDULED, QUEUE_ENDS + A_SECOND, True),
        (SCHEDULED, QUEUE_ENDS, False),
        (SCHEDULED, A_SECOND, False),
        (SCHEDULED, -A_SECOND, False),
        (CANCELLED, LONG_BEFORE, False),
        (DELIVERED, LONG_BEFORE, False),
    ],
)
def test_the_queue_ends_two_hours_before_the_start(
    status: SessionStatus,
    starts_in: timedelta,
    is_open: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    session = session_of(status=status, starts_in=starts_in)

    assert queue_is_open(session, now=NOW) is is_open


@pytest.mark.parametrize(
    ("taken", "next_queue_number", "may"),
    [(19, 1, False), (19, 2, True), (20, 2, False), (0, 9, True)],
)
def test_a_queue_is_only_looked_at_where_somebody_could_be_passed(
    taken: int,
    next_queue_number: int,
    may: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    assert may_overtake(session_of(taken=taken, next_queue_number=next_queue_number)) is may


@pytest.mark.parametrize(
    ("taken", "somebody_waits", "starts_in", "status"),
    [
        (0, False, LONG_BEFORE, CONFIRMED),
        (19, False, LONG_BEFORE, CONFIRMED),
        (20, False, LONG_BEFORE, WAITLISTED),
        (20, True, LONG_BEFORE, WAITLISTED),
        (19, True, LONG_BEFORE, WAITLISTED),
        (19, True, QUEUE_ENDS, CONFIRMED),
        (20, True, QUEUE_ENDS, WAITLISTED),
    ],
)
def test_nobody_overtakes_the_queue_until_it_ends(
    taken: int,
    somebody_waits: bool,  # noqa: FBT001 - a column of the table above
    starts_in: timedelta,
    status: BookingStatus,
) -> None:
    session = session_of(taken=taken, starts_in=starts_in)

    assert status_of_new_booking(session, somebody_waits=somebody_waits, now=NOW) == status


@pytest.mark.parametrize(
    ("capacity", "taken", "waiting", "starts_in", "promoted"),
    [
        (20, 20, 5, LONG_BEFORE, 0),
        (20, 19, 5, LONG_BEFORE, 1),
        (20, 10, 5, LONG_BEFORE, 5),
        (20, 19, 0, LONG_BEFORE, 0),
        (0, 0, 5, LONG_BEFORE, 0),
        (20, 19, 5, QUEUE_ENDS, 0),
    ],
)
def test_as_many_are_promoted_as_there_are_places_and_people(
    capacity: int, taken: int, waiting: int, starts_in: timedelta, promoted: int
) -> None:
    session = session_of(capacity=capacity, taken=taken, starts_in=starts_in)

    assert promotions(session, waiting=waiting, now=NOW) == promoted
