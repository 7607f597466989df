"""Until when a place is free to give back, as every card says it, and where a charge stands."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from bot import phrases
from bot.cards.cancelling import (
    asked_when_late,
    charge_sentences,
    late_question,
    leaving,
    leaving_if_booked,
    leaving_in_calendar,
)
from bot.payloads import GiveBack
from tests.bot.cards.gallery import training
from tests.chat import buttons, elements
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.enums import BookingStatus, ChargeKind, ChargeState, LateReason, SessionStatus
from trainingbot.models import Charge
from trainingbot.policies import Policy

CUT_OFF = NEXT_WEEK - timedelta(days=4)
A_SECOND = timedelta(seconds=1)
UNTIL = "Free to cancel until Fri 10 Jan 2025, 10:00"


@pytest.mark.parametrize(
    ("status", "moved", "now", "said"),
    [
        (BookingStatus.CONFIRMED, False, NOW, UNTIL),
        (BookingStatus.CONFIRMED, False, CUT_OFF, UNTIL),
        (BookingStatus.CONFIRMED, False, CUT_OFF + A_SECOND, "Cancelling now counts as late"),
        (BookingStatus.CONFIRMED, False, NEXT_WEEK, None),
        (
            BookingStatus.CONFIRMED,
            True,
            CUT_OFF + A_SECOND,
            "Free to give back, because the session was moved",
        ),
        (BookingStatus.WAITLISTED, False, NOW, None),
        (BookingStatus.OFFERED, False, NOW, None),
        (BookingStatus.CANCELLED, False, NOW, None),
        (BookingStatus.SESSION_CANCELLED, False, NOW, None),
    ],
)
def test_a_booking_says_until_when_it_is_free_to_give_back(
    status: BookingStatus,
    moved: bool,  # noqa: FBT001 - a column of the table above
    now: datetime,
    said: str | None,
) -> None:
    row = training(status)
    row.booking.may_leave_freely = moved

    assert leaving(row.session, row.booking, terms=TERMS, now=now) == said


def test_a_place_on_a_session_that_was_cancelled_is_not_to_give_back() -> None:
    row = training(BookingStatus.CONFIRMED)
    row.session.status = SessionStatus.CANCELLED

    assert leaving(row.session, row.booking, terms=TERMS, now=NOW) is None


def test_whoever_has_no_place_yet_reads_what_taking_one_would_mean() -> None:
    session = training(BookingStatus.CONFIRMED).session

    said = [leaving_if_booked(session, terms=TERMS, now=now) for now in (CUT_OFF, NEXT_WEEK)]

    assert said == [UNTIL, "Cancelling would count as late"]


def test_words_in_a_calendar_stay_true_however_late_they_are_read() -> None:
    row = training(BookingStatus.CONFIRMED)
    in_time = leaving_in_calendar(row.session, row.booking, terms=TERMS)
    row.booking.may_leave_freely = True

    assert in_time == UNTIL
    assert leaving_in_calendar(row.session, row.booking, terms=TERMS) == (
        "Free to give back, because the session was moved"
    )


@pytest.mark.parametrize(
    ("exempt", "said"),
    [
        (set(), "The terms ask £22.50 for a late cancellation."),
        (
            {LateReason.ILLNESS},
            "The terms ask £22.50 for a late cancellation; illness is exempt.",
        ),
        (
            {LateReason.CARING, LateReason.ILLNESS},
            (
                "The terms ask £22.50 for a late cancellation; "
                "illness and care or an emergency at home are exempt."
            ),
        ),
    ],
)
def test_a_charge_is_named_beforehand_with_what_is_exempt(
    exempt: set[LateReason], said: str
) -> None:
    policy = Policy(late_charge=2250, exempt_reasons=frozenset(exempt))

    assert asked_when_late(2250, policy=policy) == said


@pytest.mark.parametrize(
    ("pence", "written"), [(5000, "£50"), (2250, "£22.50"), (5, "£0.05"), (100_000, "£1000")]
)
def test_an_amount_is_written_in_pounds(pence: int, written: str) -> None:
    assert phrases.pounds(pence) == written


@pytest.mark.parametrize("sends", [True, False])
def test_a_colleague_is_offered_instead_where_the_terms_take_one(sends: bool) -> None:  # noqa: FBT001 - a column of one
    row = training(BookingStatus.CONFIRMED)
    given = GiveBack(session_id=row.session.id)
    terms = replace(TERMS, policy=Policy(substitutes=sends))

    reply = late_question(row, given, terms=terms, pence=0)

    colleague = ["Send a colleague"] if sends else []
    assert list(buttons(reply.card)) == ["Keep my place", *colleague, "Give my place back"]


def test_the_question_offers_every_reason_and_keeps_what_was_given() -> None:
    row = training(BookingStatus.CONFIRMED)
    given = GiveBack(session_id=row.session.id, late_reason=LateReason.TRAVEL, words="No trains")

    reply = late_question(row, given, terms=TERMS, pence=0)

    reasons, words = (one for one in elements(reply.card) if one["type"].startswith("Input."))
    assert [choice["value"] for choice in reasons["choices"]] == list(LateReason)
    assert (reasons["value"], words["value"]) == ("travel", "No trains")


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        (
            ChargeKind.LATE_CANCELLATION,
            ChargeState.RAISED,
            (
                "A charge of £50 for giving the place back late is open.",
                "The training team can waive it.",
            ),
        ),
        (
            ChargeKind.LATE_CANCELLATION,
            ChargeState.WAIVED,
            (
                "The charge of £50 for giving the place back late has been waived.",
                "Our \\*fault\\*",
            ),
        ),
        (
            ChargeKind.NO_SHOW,
            ChargeState.SETTLED,
            ("The charge of £50 for not coming is settled.",),
        ),
    ],
)
def test_a_person_reads_where_their_charge_stands(
    kind: ChargeKind, state: ChargeState, said: tuple[str, ...]
) -> None:
    charge = Charge(
        booking_id=uuid4(),
        position=2,
        kind=kind,
        pence=5000,
        state=state,
        raised_at=NOW,
        reason="Our *fault*",
    )

    assert charge_sentences(charge) == said
