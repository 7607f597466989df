"""The presets of the terms of cancelling, and how the settings that change them are written.

The presets follow what thirteen partnerships have published: free to cancel until between two
working days and fourteen days before, charges of £25 to £90, sickness exempt, substitutes free.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from trainingbot.enums import LateReason, PolicyPreset

LONGEST_NOTICE = 60
HIGHEST_CHARGE = 1000
"""In pounds. More is a slip of the pen: the highest that is published is £90."""
YES, NO = frozenset({"yes", "true", "on", "1"}), frozenset({"no", "false", "off", "0"})
NO_REASON = "none"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the partnership asks of those who give a place back late, or never."""

    notice_days: int = 2
    """Until how many working days before the start a place is given back freely."""
    late_charge: int = 0
    """The charge for a late cancellation, in pence; nought raises none."""
    no_show_charge: int = 0
    """The charge for a no-show, in pence; nought raises none."""
    exempt_reasons: frozenset[LateReason] = frozenset({LateReason.ILLNESS})
    """Reasons for which no charge is raised."""
    exempt_agencies: frozenset[str] = frozenset()
    """Codes of agencies that are never charged."""
    substitutes: bool = True
    """Whether a colleague may take a place over, at no charge up to the start."""


PRESETS: Mapping[PolicyPreset, Policy] = {
    PolicyPreset.NONE: Policy(),
    PolicyPreset.TWO_DAYS: Policy(notice_days=2, late_charge=2500, no_show_charge=2500),
    PolicyPreset.ONE_WEEK: Policy(notice_days=5, late_charge=5000, no_show_charge=5000),
    PolicyPreset.TWO_WEEKS: Policy(notice_days=10, late_charge=9000, no_show_charge=9000),
}


def preset(value: object) -> object:
    """Read the name of a preset, written with spaces or in capitals as it may be."""
    if not isinstance(value, str):
        return value
    return _one_of(PolicyPreset, "_".join(value.lower().split()))


def notice_days(value: object) -> int | None:
    """Read a number of working days from 0 to 60; None where nothing is written."""
    written = str(value).strip() if value is not None else ""
    if not written:
        return None
    if not written.isascii() or not written.isdigit() or int(written) > LONGEST_NOTICE:
        raise ValueError(f"needs a number of working days from 0 to {LONGEST_NOTICE}")
    return int(written)


def pounds(value: object) -> Decimal | None:
    """Read an amount in pounds, `50`, `£50` or `22.50`; None where nothing is written."""
    written = str(value).strip().removeprefix("£").strip() if value is not None else ""
    if not written:
        return None
    try:
        amount = Decimal(written)
    except InvalidOperation:
        amount = Decimal("NaN")
    whole_pence = amount.is_finite() and amount * 100 == (amount * 100).to_integral_value()
    if not whole_pence or not 0 <= amount <= HIGHEST_CHARGE:
        raise ValueError(
            f"needs an amount in pounds from 0 to {HIGHEST_CHARGE}, such as 50 or 22.50"
        )
    return amount


def exempt_reasons(value: object) -> object:
    """Read reasons with commas between, or `none`; None where nothing is written."""
    if not isinstance(value, str):
        return value
    written = [part.strip().lower() for part in value.split(",") if part.strip()]
    if not written:
        return None
    if written == [NO_REASON]:
        return ()
    return tuple(_one_of(LateReason, "_".join(part.split())) for part in written)


def yes_or_no(value: object) -> object:
    """Read `yes` or `no`; None where nothing is written."""
    if not isinstance(value, str):
        return value
    written = value.strip().lower()
    if not written:
        return None
    if written not in YES | NO:
        raise ValueError("needs yes or no")
    return written in YES


def _one_of(kind: type[StrEnum], written: str) -> StrEnum:
    known = [one.value for one in kind]
    if written not in known:
        raise ValueError(f"{written!r} is not known; there is {', '.join(known)}")
    return kind(written)
