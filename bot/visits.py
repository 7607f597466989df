"""What a flow is handed: one person's turn, inside one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.links import sign_link
from trainingbot.models import Practitioner
from trainingbot.settings import Settings
from trainingbot.terms import Terms, terms_of

CALENDAR = "calendar"
"""The purpose of links to calendar files; they are good for nothing else."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A turn of a practitioner whom Teams vouches for.

    `db` is the turn's one transaction; the dispatcher commits it when the flow has returned.
    """

    db: AsyncSession
    practitioner: Practitioner
    settings: Settings
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The partnership's time zone."""
        return self.settings.zone

    @property
    def terms(self) -> Terms:
        """The partnership's terms of booking."""
        return terms_of(self.settings)

    def calendar_url(self, booking_id: UUID) -> str:
        """Return a signed link to the calendar file of a booking, good for some weeks."""
        token = sign_link(
            CALENDAR,
            booking_id,
            secret=self.settings.signing_secret,
            expires_at=self.now + timedelta(days=self.settings.calendar_link_days),
        )
        return f"{self.settings.public_url}/calendar/{token}.ics"


Clock = Callable[[], datetime]
