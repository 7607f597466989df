"""The partnership's terms of booking, as the rules of places ask for them."""

from dataclasses import dataclass

from trainingbot.settings import Settings
from trainingbot.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Terms:
    """What the partnership has settled about waiting for a place."""

    calendar: WorkingCalendar
    """Whose bank holidays count, and in which zone."""
    offer_hours: int = 24
    """For how many working hours an offered place is held."""
    broadcast_days: int = 3
    """From how many working days before the start a free place goes to the first who asks."""


def terms_of(settings: Settings) -> Terms:
    """Return the terms that the settings lay down."""
    return Terms(
        calendar=WorkingCalendar(nation=settings.nation, zone=settings.zone),
        offer_hours=settings.offer_hours,
        broadcast_days=settings.broadcast_days,
    )
