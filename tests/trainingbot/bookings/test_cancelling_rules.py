"""Until when a place is free to give back, what is late, and what is charged: plain values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.moments import NOW, TERMS
from trainingbot.bookings.rules import (
    charge_for,
    free_until,
    is_late,
    refusal_without_reason,
)
from trainingbot.enums import BookingStatus, ChargeKind, Delivery, LateReason, Nation
from trainingbot.models import Booking, CourseSession
from trainingbot.policies import Policy
from trainingbot.terms import Terms
from trainingbot.working_days import WorkingCalendar

LONDON = ZoneInfo("Europe/London")
A_SECOND = timedelta(seconds=1)
ENGLAND, SCOTLAND, WALES, NORTHERN_IRELAND = Nation
LATE, NO_SHOW = ChargeKind


def local(moment: str) -> datetime:
    """Return a moment that a clock in London shows."""
    return datetime.fromisoformat(moment).replace(tzinfo=LONDON)


def session_at(starts_at: str) -> CourseSession:
    starts = local(starts_at).astimezone(UTC)
    return CourseSession(
        code="S1",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        delivery=Delivery.TEAMS,
        capacity=20,
    )


def booking_of(
    session: CourseSession,
    status: BookingStatus = BookingStatus.CONFIRMED,
    *,
    may_leave_freely: bool = False,
) -> Booking:
    return Booking(
        session_id=session.id,
        practitioner_id=uuid4(),
        status=status,
        may_leave_freely=may_leave_freely,
        booked_at=NOW,
    )


def terms_of(days: int, nation: Nation = ENGLAND) -> Terms:
    return Terms(WorkingCalendar(nation, LONDON), policy=Policy(notice_days=days))


CUT_OFFS = [
    pytest.param("2025-01-16 09:30", 2, "2025-01-14 09:30", id="in one week"),
    pytest.param("2025-01-20 09:30", 2, "2025-01-16 09:30", id="over a weekend"),
    pytest.param("2025-01-18 12:00", 2, "2025-01-16 12:00", id="on a Saturday"),
    pytest.param("2025-01-16 09:30", 0, "2025-01-16 09:30", id="up to the start"),
    pytest.param("2025-04-01 09:30", 2, "2025-03-28 09:30", id="over clocks going forward"),
    pytest.param("2025-03-31 00:30", 5, "2025-03-24 00:30", id="just after clocks went forward"),
    pytest.param("2025-10-28 14:00", 2, "2025-10-24 14:00", id="over clocks going back"),
    pytest.param("2025-10-27 00:30", 2, "2025-10-23 00:30", id="just after clocks went back"),
    pytest.param("2025-12-29 09:30", 2, "2025-12-23 09:30", id="over Christmas"),
    pytest.param("2025-12-24 16:00", 2, "2025-12-22 16:00", id="on Christmas Eve"),
    pytest.param("2025-12-31 09:30", 2, "2025-12-29 09:30", id="on New Year's Eve"),
    pytest.param("2026-01-05 10:00", 10, "2025-12-17 10:00", id="two weeks over the New Year"),
    pytest.param("2025-04-23 09:30", 2, "2025-04-17 09:30", id="over Easter"),
    pytest.param("2025-05-02 09:00", 10, "2025-04-16 09:00", id="two weeks over Easter"),
    pytest.param("2025-05-06 09:30", 2, "2025-05-01 09:30", id="over the early May holiday"),
    pytest.param("2025-02-03 09:30", 2, "2025-01-30 09:30", id="over the end of January"),
    pytest.param("2025-03-03 09:30", 2, "2025-02-27 09:30", id="over the end of February"),
    pytest.param("2024-03-04 09:30", 2, "2024-02-29 09:30", id="to the 29th of February"),
    pytest.param("2025-06-02 10:00", 2, "2025-05-29 10:00", id="over the end of May"),
]


@pytest.mark.parametrize(("starts_at", "days", "until"), CUT_OFFS)
def test_a_place_is_free_until_so_many_working_days_before_at_the_same_time_of_day(
    starts_at: str, days: int, until: str
) -> None:
    assert free_until(session_at(starts_at), terms=terms_of(days)) == local(until)


@pytest.mark.parametrize(
    ("starts_at", "days", "nation", "until"),
    [
        pytest.param("2026-01-06 13:00", 5, ENGLAND, "2025-12-29 13:00", id="2 January, England"),
        pytest.param("2026-01-06 13:00", 5, WALES, "2025-12-29 13:00", id="2 January, Wales"),
        pytest.param("2026-01-06 13:00", 5, SCOTLAND, "2025-12-24 13:00", id="2 January, Scotland"),
        pytest.param(
            "2026-01-06 13:00", 5, NORTHERN_IRELAND, "2025-12-29 13:00", id="2 January, N Ireland"
        ),
        pytest.param("2025-04-23 09:30", 2, ENGLAND, "2025-04-17 09:30", id="Easter, England"),
        pytest.param("2025-04-23 09:30", 2, WALES, "2025-04-17 09:30", id="Easter, Wales"),
        pytest.param("2025-04-23 09:30", 2, SCOTLAND, "2025-04-21 09:30", id="Easter, Scotland"),
        pytest.param(
            "2025-04-23 09:30", 2, NORTHERN_IRELAND, "2025-04-17 09:30", id="Easter, N Ireland"
        ),
        pytest.param("2025-03-19 10:00", 2, ENGLAND, "2025-03-17 10:00", id="17 March, England"),
        pytest.param(
            "2025-03-19 10:00", 2, NORTHERN_IRELAND, "2025-03-14 10:00", id="17 March, N Ireland"
        ),
        pytest.param("2025-07-15 10:00", 2, WALES, "2025-07-11 10:00", id="14 July, Wales"),
        pytest.param(
            "2025-07-15 10:00", 2, NORTHERN_IRELAND, "2025-07-10 10:00", id="14 July, N Ireland"
        ),
        pytest.param("2025-08-27 10:00", 2, ENGLAND, "2025-08-22 10:00", id="August, England"),
        pytest.param("2025-08-27 10:00", 2, SCOTLAND, "2025-08-25 10:00", id="August, Scotland"),
        pytest.param("2025-08-06 10:00", 2, SCOTLAND, "2025-08-01 10:00", id="4 August, Scotland"),
        pytest.param("2025-12-02 10:00", 2, ENGLAND, "2025-11-28 10:00", id="St Andrew, England"),
        pytest.param("2025-12-02 10:00", 2, SCOTLAND, "2025-11-27 10:00", id="St Andrew, Scotland"),
    ],
)
def test_notice_keeps_the_bank_holidays_of_the_nation(
    starts_at: str, days: int, nation: Nation, until: str
) -> None:
    assert free_until(session_at(starts_at), terms=terms_of(days, nation)) == local(until)


@pytest.mark.parametrize(("starts_at", "days", "until"), CUT_OFFS)
def test_giving_back_is_late_from_the_first_second_after_the_moment(
    starts_at: str, days: int, until: str
) -> None:
    session, terms = session_at(starts_at), terms_of(days)
    booking = booking_of(session)
    moment = local(until).astimezone(UTC)

    found = [
        is_late(session, booking, terms=terms, now=now)
        for now in (moment - A_SECOND, moment, moment + A_SECOND)
    ]

    assert found == [False, False, True]


@pytest.mark.parametrize(
    "status", [status for status in BookingStatus if status != BookingStatus.CONFIRMED]
)
def test_only_a_confirmed_place_is_given_back_late(status: BookingStatus) -> None:
    session = session_at("2025-01-16 09:30")

    late = is_late(session, booking_of(session, status), terms=TERMS, now=session.starts_at)

    assert late is False


def test_whoever_was_moved_gives_back_freely_up_to_the_start() -> None:
    session = session_at("2025-01-16 09:30")
    booking = booking_of(session, may_leave_freely=True)

    assert is_late(session, booking, terms=TERMS, now=session.starts_at - A_SECOND) is False


@pytest.mark.parametrize(
    ("late_reason", "words", "sentence"),
    [
        (None, None, "It is too late to give this place back without a reason. Choose one."),
        (None, "In bed", "It is too late to give this place back without a reason. Choose one."),
        (LateReason.OTHER, None, "Say in a few words which other reason it is."),
        (LateReason.OTHER, "  ", "Say in a few words which other reason it is."),
        (LateReason.OTHER, "A funeral", None),
        (LateReason.ILLNESS, None, None),
        (LateReason.TRAVEL, "No trains", None),
    ],
)
def test_a_late_cancellation_needs_a_reason_and_another_one_needs_words(
    late_reason: LateReason | None, words: str | None, sentence: str | None
) -> None:
    session = session_at("2025-01-16 09:30")

    refusal = refusal_without_reason(
        session,
        booking_of(session),
        late_reason=late_reason,
        words=words,
        terms=TERMS,
        now=local("2025-01-15 12:00"),
    )

    assert (refusal.sentence if refusal else None) == sentence


def test_in_time_no_reason_is_needed() -> None:
    session = session_at("2025-01-16 09:30")

    refusal = refusal_without_reason(
        session,
        booking_of(session),
        late_reason=None,
        words=None,
        terms=TERMS,
        now=local("2025-01-14 09:30"),
    )

    assert refusal is None


CHARGING = Policy(
    late_charge=5000,
    no_show_charge=9000,
    exempt_reasons=frozenset({LateReason.ILLNESS, LateReason.CARING}),
    exempt_agencies=frozenset({"hospice"}),
)


@pytest.mark.parametrize(
    ("kind", "late_reason", "agency_code", "pence"),
    [
        (LATE, LateReason.URGENT_WORK, "POL", 5000),
        (LATE, LateReason.NOT_RELEASED, "POL", 5000),
        (LATE, LateReason.TRAVEL, None, 5000),
        (LATE, LateReason.OTHER, "POL", 5000),
        (LATE, LateReason.ILLNESS, "POL", None),
        (LATE, LateReason.CARING, "POL", None),
        (LATE, LateReason.TRAVEL, "HOSPICE", None),
        (LATE, None, "POL", None),
        (NO_SHOW, None, "POL", 9000),
        (NO_SHOW, None, "Hospice", None),
    ],
)
def test_a_place_that_nobody_used_is_charged_unless_reason_or_agency_is_exempt(
    kind: ChargeKind, late_reason: LateReason | None, agency_code: str | None, pence: int | None
) -> None:
    found = charge_for(kind, late_reason=late_reason, agency_code=agency_code, policy=CHARGING)

    assert found == pence


@pytest.mark.parametrize("kind", ChargeKind)
@pytest.mark.parametrize("late_reason", [None, *LateReason])
def test_where_the_policy_has_no_amount_nothing_is_charged(
    kind: ChargeKind, late_reason: LateReason | None
) -> None:
    policy = replace(CHARGING, late_charge=0, no_show_charge=0)

    assert charge_for(kind, late_reason=late_reason, agency_code="POL", policy=policy) is None
