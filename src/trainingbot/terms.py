"""The partnership's terms of booking, as the rules of places ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from trainingbot.enums import NoticeKind
from trainingbot.policies import PRESETS, Policy
from trainingbot.settings import Settings
from trainingbot.timings import TIMES, Timing
from trainingbot.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Terms:
    """What the partnership has settled about places, and about waiting for one."""

    calendar: WorkingCalendar
    """Whose bank holidays count, and in which zone."""
    offer_hours: int = 24
    """For how many working hours an offered place is held."""
    broadcast_days: int = 3
    """From how many working days before the start a free place goes to the first who asks."""
    reserved_days: int = 10
    """How many working days before the start reserved places open to all, unless said otherwise."""
    policy: Policy = field(default_factory=Policy)
    times: Mapping[NoticeKind, Timing] = field(default_factory=lambda: TIMES)
    """When each kind of notice about a coming session is due."""


def terms_of(settings: Settings) -> Terms:
    """Return the terms that the settings lay down."""
    return Terms(
        calendar=WorkingCalendar(nation=settings.nation, zone=settings.zone),
        offer_hours=settings.offer_hours,
        broadcast_days=settings.broadcast_days,
        reserved_days=settings.reserved_days,
        policy=_policy_of(settings),
        times={**TIMES, **settings.notice_times},
    )


def _policy_of(settings: Settings) -> Policy:
    """Return the preset of the settings, with each part that is set apart from it."""
    reasons = settings.exempt_reasons
    parts: dict[str, Any] = {
        "notice_days": settings.notice_days,
        "late_charge": _pence(settings.late_charge),
        "no_show_charge": _pence(settings.no_show_charge),
        "exempt_reasons": None if reasons is None else frozenset(reasons),
        "exempt_agencies": frozenset(settings.exempt_agencies),
        "substitutes": settings.substitutes,
    }
    return replace(
        PRESETS[settings.policy],
        **{name: part for name, part in parts.items() if part is not None},
    )


def _pence(pounds: Decimal | None) -> int | None:
    return None if pounds is None else int(pounds * 100)


__all__ = ["Policy", "Terms", "terms_of"]
