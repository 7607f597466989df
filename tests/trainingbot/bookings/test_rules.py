"""Who gets a place, who waits, and what can no longer be done: plain values, no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.moments import NOW, TERMS
from trainingbot.bookings.rules import (
    QUEUE_ENDS,
    SHORTEST_OFFER,
    Phase,
    broadcast_begins,
    may_overtake,
    offer_expiry,
    phase,
    refusal_to_book,
    refusal_to_cancel,
    status_of_new_booking,
)
from trainingbot.enums import BookingStatus, Delivery, Nation, SessionStatus
from trainingbot.errors import AgencyNotConfirmed, SessionCancelled, SessionStarted
from trainingbot.models import CourseSession, Practitioner
from trainingbot.terms import Terms
from trainingbot.working_days import WorkingCalendar

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
    ("taken", "somebody_waits", "current", "status"),
    [
        (0, False, Phase.OFFERS, CONFIRMED),
        (19, False, Phase.OFFERS, CONFIRMED),
        (20, False, Phase.OFFERS, WAITLISTED),
        (20, True, Phase.OFFERS, WAITLISTED),
        (19, True, Phase.OFFERS, WAITLISTED),
        (19, True, Phase.BROADCAST, CONFIRMED),
        (20, True, Phase.BROADCAST, WAITLISTED),
        (19, True, Phase.OVER, CONFIRMED),
        (20, True, Phase.OVER, WAITLISTED),
        (20, False, Phase.OVER, WAITLISTED),
    ],
)
def test_nobody_overtakes_the_queue_while_places_are_offered_in_its_order(
    taken: int,
    somebody_waits: bool,  # noqa: FBT001 - a column of the table above
    current: Phase,
    status: BookingStatus,
) -> None:
    session = session_of(taken=taken)

    found = status_of_new_booking(session, somebody_waits=somebody_waits, current=current)

    assert found == status


@pytest.mark.parametrize("status", [CANCELLED, DELIVERED])
def test_a_session_that_is_cancelled_or_delivered_has_no_waitlist(status: SessionStatus) -> None:
    session = session_of(status=status, starts_in=timedelta(days=30))

    assert phase(session, terms=TERMS, now=NOW) == Phase.OVER


def local(moment: str) -> datetime:
    """Return a moment that a clock in London shows."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/London"))


def session_at(starts_at: str) -> CourseSession:
    starts = local(starts_at).astimezone(UTC)
    return session_of(starts_in=starts - NOW)


BROADCASTS = [
    pytest.param("2025-06-19 14:00", "2025-06-16 14:00", id="in one week"),
    pytest.param("2025-06-17 14:00", "2025-06-12 14:00", id="over a weekend"),
    pytest.param("2025-06-14 14:00", "2025-06-11 14:00", id="on a Saturday"),
    pytest.param("2025-04-01 09:30", "2025-03-27 09:30", id="over clocks going forward"),
    pytest.param("2025-10-28 09:30", "2025-10-23 09:30", id="over clocks going back"),
    pytest.param("2026-01-02 14:00", "2025-12-29 14:00", id="over the New Year"),
    pytest.param("2025-12-30 14:00", "2025-12-23 14:00", id="over Christmas"),
    pytest.param("2025-04-22 14:00", "2025-04-15 14:00", id="over Easter"),
    pytest.param("2025-05-06 14:00", "2025-04-30 14:00", id="over a bank holiday and a month"),
    pytest.param("2024-03-04 10:00", "2024-02-28 10:00", id="over the end of February"),
]


@pytest.mark.parametrize(("starts_at", "begins"), BROADCASTS)
def test_the_broadcast_begins_three_working_days_before_at_the_same_time_of_day(
    starts_at: str, begins: str
) -> None:
    assert broadcast_begins(session_at(starts_at), terms=TERMS) == local(begins)


@pytest.mark.parametrize(("starts_at", "begins"), BROADCASTS)
def test_the_waitlist_goes_through_its_phases_to_the_second(starts_at: str, begins: str) -> None:
    session = session_at(starts_at)
    offers_end = local(begins).astimezone(UTC) - SHORTEST_OFFER
    queue_ends = session.starts_at - QUEUE_ENDS

    found = [
        phase(session, terms=TERMS, now=now)
        for now in (
            offers_end - A_SECOND,
            offers_end,
            queue_ends - A_SECOND,
            queue_ends,
            session.starts_at + A_SECOND,
        )
    ]

    assert found == [Phase.OFFERS, Phase.BROADCAST, Phase.BROADCAST, Phase.OVER, Phase.OVER]


@pytest.mark.parametrize(
    ("offered_at", "held_until"),
    [
        pytest.param("2025-06-16 16:00", "2025-06-17 16:00", id="on a working day"),
        pytest.param("2025-06-20 16:00", "2025-06-23 16:00", id="on a Friday"),
        pytest.param("2025-06-21 11:00", "2025-06-24 00:00", id="on a Saturday"),
        pytest.param("2025-06-22 23:59", "2025-06-24 00:00", id="late on a Sunday"),
        pytest.param("2025-03-28 16:00", "2025-03-31 16:00", id="over clocks going forward"),
        pytest.param("2025-10-24 16:00", "2025-10-27 16:00", id="over clocks going back"),
        pytest.param("2025-12-24 15:00", "2025-12-29 15:00", id="on Christmas Eve"),
        pytest.param("2025-12-25 12:00", "2025-12-30 00:00", id="on Christmas Day"),
        pytest.param("2025-12-31 17:00", "2026-01-02 17:00", id="on New Year's Eve"),
        pytest.param("2025-04-17 17:00", "2025-04-22 17:00", id="before Easter"),
        pytest.param("2025-04-19 09:00", "2025-04-23 00:00", id="at Easter"),
        pytest.param("2025-01-31 09:00", "2025-02-03 09:00", id="at the end of a month"),
        pytest.param("2024-02-29 09:00", "2024-03-01 09:00", id="on the 29th of February"),
    ],
)
def test_an_offer_is_held_for_24_hours_of_working_days(offered_at: str, held_until: str) -> None:
    session = session_at("2026-06-30 09:00")

    expiry = offer_expiry(session, terms=TERMS, now=local(offered_at))

    assert expiry == local(held_until)


@pytest.mark.parametrize(
    ("starts_at", "offered_at", "held_until"),
    [
        pytest.param("2025-06-19 14:00", "2025-06-16 11:59", "2025-06-16 14:00", id="same day"),
        pytest.param("2025-06-19 14:00", "2025-06-13 14:00", "2025-06-16 14:00", id="just fits"),
        pytest.param("2025-06-19 14:00", "2025-06-13 15:00", "2025-06-16 14:00", id="weekend"),
        pytest.param("2025-06-19 14:00", "2025-06-13 13:00", "2025-06-16 13:00", id="earlier"),
        pytest.param("2025-04-02 09:30", "2025-03-28 08:00", "2025-03-28 09:30", id="March"),
        pytest.param("2025-12-30 14:00", "2025-12-22 16:00", "2025-12-23 14:00", id="Christmas"),
    ],
)
def test_an_offer_is_never_held_into_the_broadcast(
    starts_at: str, offered_at: str, held_until: str
) -> None:
    expiry = offer_expiry(session_at(starts_at), terms=TERMS, now=local(offered_at))

    assert expiry == local(held_until)


@pytest.mark.parametrize(
    ("nation", "held_until"),
    [
        (Nation.ENGLAND, "2025-04-22 17:00"),
        (Nation.SCOTLAND, "2025-04-21 17:00"),
        (Nation.NORTHERN_IRELAND, "2025-04-22 17:00"),
    ],
)
def test_an_offer_keeps_the_bank_holidays_of_the_nation(nation: Nation, held_until: str) -> None:
    """Easter Monday is a working day in Scotland."""
    terms = Terms(WorkingCalendar(nation, ZoneInfo("Europe/London")))

    expiry = offer_expiry(
        session_at("2026-06-30 09:00"), terms=terms, now=local("2025-04-17 17:00")
    )

    assert expiry == local(held_until)


def test_a_partnership_sets_how_long_an_offer_is_held_and_when_the_broadcast_begins() -> None:
    terms = replace(TERMS, offer_hours=48, broadcast_days=5)
    session = session_at("2025-06-30 14:00")

    assert broadcast_begins(session, terms=terms) == local("2025-06-23 14:00")
    assert offer_expiry(session, terms=terms, now=local("2025-06-16 09:00")) == local(
        "2025-06-18 09:00"
    )


def test_without_a_broadcast_places_are_offered_until_the_queue_ends() -> None:
    terms = replace(TERMS, broadcast_days=0)
    session = session_at("2025-06-30 14:00")
    queue_ends = session.starts_at - QUEUE_ENDS

    assert phase(session, terms=terms, now=queue_ends - A_SECOND) == Phase.OFFERS
    assert phase(session, terms=terms, now=queue_ends) == Phase.OVER
    assert offer_expiry(session, terms=terms, now=queue_ends - A_SECOND) == session.starts_at
