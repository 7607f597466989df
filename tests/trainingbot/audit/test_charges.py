"""Each fault of late cancellations and charges is planted, and found."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Executable, insert

from tests.moments import NOW
from tests.trainingbot.audit.scene import Round, setting, setting_change
from trainingbot.enums import Change, ChargeKind, ChargeState, LateReason
from trainingbot.models import Charge

CHARGE = UUID(int=1)
ANN = "Ann on NEXT"
"""She booked, and in the second change of her history gave the place back."""


def charging(booking_id: UUID, **values: Any) -> Executable:  # noqa: ANN401 - columns have any type
    whole = {
        "id": CHARGE,
        "booking_id": booking_id,
        "position": 2,
        "kind": ChargeKind.LATE_CANCELLATION,
        "pence": 5000,
        "state": ChargeState.RAISED,
        "raised_at": NOW,
    }
    return insert(Charge).values(**whole | values)


@pytest.fixture
async def late(round_: Round) -> Round:
    """Return the round after Ann has given her place back late, and was charged."""
    round_.ids["the charge"] = CHARGE
    await round_.damage(
        setting_change(round_.ids[ANN], 2, late_reason=LateReason.TRAVEL),
        charging(round_.ids[ANN]),
    )
    return round_


async def test_a_late_cancellation_and_its_charge_are_no_fault(late: Round) -> None:
    assert await late.findings() == []


@pytest.mark.parametrize("state", [ChargeState.WAIVED, ChargeState.SETTLED])
async def test_a_charge_that_was_waived_or_settled_is_no_fault(
    late: Round, state: ChargeState
) -> None:
    await late.damage(setting(Charge, CHARGE, state=state, finished_at=NOW, reason="A bereavement"))

    assert await late.findings() == []


async def test_a_reason_for_being_late_that_goes_with_another_change_is_found(
    round_: Round,
) -> None:
    ben = round_.ids["Ben on NEXT"]

    await round_.damage(setting_change(ben, 1, late_reason=LateReason.ILLNESS))

    assert await round_.findings() == [
        (
            "late_without_a_place",
            "Ben on NEXT",
            (
                "Booking Ben on NEXT on session NEXT has a reason for being late in change 1 of "
                "its history, booked, which gives no confirmed place back."
            ),
        )
    ]


async def test_a_wait_that_ended_late_is_found(late: Round) -> None:
    await late.damage(setting_change(late.ids[ANN], 1, change=Change.WAITLISTED))

    assert await late.findings() == [
        (
            "late_without_a_place",
            ANN,
            (
                "Booking Ann on NEXT on session NEXT has a reason for being late in change 2 of "
                "its history, cancelled, which gives no confirmed place back."
            ),
        )
    ]


@pytest.mark.parametrize(
    ("kind", "position", "late_reason"),
    [
        (ChargeKind.LATE_CANCELLATION, 2, None),
        (ChargeKind.LATE_CANCELLATION, 3, LateReason.TRAVEL),
        (ChargeKind.LATE_CANCELLATION, 1, LateReason.TRAVEL),
        (ChargeKind.NO_SHOW, 2, LateReason.TRAVEL),
    ],
)
async def test_a_charge_without_what_it_is_for_is_found(
    late: Round, kind: ChargeKind, position: int, late_reason: LateReason | None
) -> None:
    await late.damage(
        setting_change(late.ids[ANN], 2, late_reason=late_reason),
        setting(Charge, CHARGE, kind=kind, position=position),
    )

    assert await late.findings() == [
        (
            "charge_without_cause",
            "the charge",
            (
                f"Charge the charge on session NEXT is for a {kind} in change {position} of a "
                "history in which there is none."
            ),
        )
    ]


async def test_a_charge_for_a_no_show_is_no_fault(round_: Round) -> None:
    await round_.damage(charging(round_.ids["Ben on PAST"], kind=ChargeKind.NO_SHOW))

    assert await round_.findings() == []


async def test_a_second_charge_for_the_same_change_is_found(late: Round) -> None:
    await late.damage(charging(late.ids[ANN], id=UUID(int=2)))

    assert await late.findings() == [
        (
            "charged_twice",
            ANN,
            "Booking Ann on NEXT on session NEXT was charged 2 times for change 2 of its history.",
        )
    ]


@pytest.mark.parametrize(
    ("state", "finished_at", "reason"),
    [
        (ChargeState.RAISED, NOW, None),
        (ChargeState.SETTLED, None, None),
        (ChargeState.WAIVED, None, "A bereavement"),
        (ChargeState.WAIVED, NOW, None),
        (ChargeState.WAIVED, NOW, " "),
    ],
)
async def test_a_charge_that_ended_by_half_is_found(
    late: Round, state: ChargeState, finished_at: object, reason: str | None
) -> None:
    await late.damage(setting(Charge, CHARGE, state=state, finished_at=finished_at, reason=reason))

    assert await late.findings() == [
        (
            "charge_half_finished",
            "the charge",
            (
                f"Charge the charge on session NEXT is {state}, and its end or its reason says "
                "otherwise."
            ),
        )
    ]


async def test_a_charge_of_nothing_is_found(late: Round) -> None:
    await late.damage(setting(Charge, CHARGE, pence=0))

    assert await late.findings() == [
        ("charge_of_nothing", "the charge", "Charge the charge on session NEXT is of 0 pence.")
    ]
