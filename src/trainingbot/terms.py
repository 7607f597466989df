"""The partnership's terms of booking, as the rules of places ask for them."""

from dataclasses import dataclass, field

from trainingbot.enums import LateReason
from trainingbot.settings import Settings
from trainingbot.working_days import WorkingCalendar


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


def terms_of(settings: Settings) -> Terms:
    """Return the terms that the settings lay down."""
    return Terms(
        calendar=WorkingCalendar(nation=settings.nation, zone=settings.zone),
        offer_hours=settings.offer_hours,
        broadcast_days=settings.broadcast_days,
        reserved_days=settings.reserved_days,
    )
