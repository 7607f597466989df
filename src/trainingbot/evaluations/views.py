"""What is read of evaluations together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from trainingbot.bookings.views import TrainingRow
from trainingbot.models import Question


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the database: its id and version, and its questions in their order."""

    evaluation_id: UUID
    version: int
    lines: Sequence[Question]

    @property
    def questions(self) -> Mapping[str, UUID]:
        """The ids of the questions by their keys."""
        return {line.key: line.id for line in self.lines}


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """The evaluation of a session as one person has it before them."""

    training: TrainingRow
    lines: Sequence[Question]
    answers: Mapping[str, str]
    """What the person has answered so far, by the keys of the questions."""
