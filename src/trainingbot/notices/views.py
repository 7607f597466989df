"""What queries about notices hand out."""

from dataclasses import dataclass
from uuid import UUID

from trainingbot.enums import Channel


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
