"""What queries about notices hand out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from trainingbot.enums import Channel, NoticeKind, NoticeState


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice to be sent now, by one attempt over one channel; all that a job ever carries.

    `attempts` says how many attempts went before this one.
    """

    id: UUID
    attempts: int
    channel: Channel

    @property
    def key(self) -> str:
        """The name of this one attempt; whoever asks for it twice gets it once."""
        return f"{self.id}:{self.attempts}"


class Listed(StrEnum):
    """Which notices are listed: those in a state, or those that are stuck."""

    OWED = "owed"
    SENT = "sent"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    UNDELIVERABLE = "undeliverable"
    STUCK = "stuck"
    """Given up, or owed and failed; not what is too late."""


class WaitsFor(StrEnum):
    """Why a notice that is owed has not been sent."""

    ITS_TIME = "its time"
    BEING_SENT = "being sent"
    TOO_LATE = "too late to be sent"
    NOT_REACHABLE = "not reachable"
    QUIET_HOURS = "quiet hours"
    NEXT_ATTEMPT = "next attempt"
    WORKER = "a worker"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice as it is listed."""

    id: UUID
    kind: NoticeKind
    state: NoticeState
    practitioner_id: UUID
    about_id: UUID
    due_at: datetime
    expires_at: datetime
    attempts: int
    channel: Channel | None
    finished_at: datetime | None
    failure: str | None
    waits_for: WaitsFor | None
    """None where it has ended."""

    def as_json(self) -> dict[str, Any]:
        """Return it with times in UTC, as ISO 8601 writes them."""
        return {
            "id": str(self.id),
            "kind": self.kind.value,
            "state": self.state.value,
            "practitioner_id": str(self.practitioner_id),
            "about_id": str(self.about_id),
            "due_at": self.due_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "attempts": self.attempts,
            "channel": self.channel,
            "finished_at": self.finished_at and self.finished_at.isoformat(),
            "failure": self.failure,
            "waits_for": self.waits_for,
        }
