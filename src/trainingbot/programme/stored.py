"""What the service already holds of a programme, and what was changed by importing one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from trainingbot.enums import Attendance, BookingStatus, EvaluationMoment, Role, SessionStep
from trainingbot.models import Agency, Course, CourseSession, Practitioner
from trainingbot.programme.problems import counted

Pair = tuple[UUID, UUID]
"""A session's id and a practitioner's id."""


DATE = ("starts_at", "ends_at", "delivery", "venue")
DECIDED: Mapping[SessionStep, Sequence[str]] = {
    SessionStep.ADDED: (*DATE, "capacity", "trainers"),
    SessionStep.MOVED: DATE,
    SessionStep.CANCELLED: ("status", "cancel_reason"),
    SessionStep.CAPACITY_CHANGED: ("capacity",),
    SessionStep.TRAINERS_CHANGED: ("trainers",),
    SessionStep.REGISTER_CLOSED: ("status",),
}
"""What a coordinator settles about a session by each step, beside its trainers by column."""


@dataclass(frozen=True, slots=True)
class StoredBooking:
    """A booking of the service, as far as an import looks at it."""

    id: UUID
    status: BookingStatus
    cancelled_at: datetime | None
    attendance: Attendance | None
    evaluated_on: date | None
    change_count: int


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows that a programme may meet, under the names that its files use."""

    agencies: dict[str, Agency] = field(default_factory=dict)
    """By code, all of them."""
    people: dict[str, Practitioner] = field(default_factory=dict)
    """By e-mail address, those that the programme names."""
    roles: set[tuple[UUID, Role]] = field(default_factory=set)
    courses: dict[str, Course] = field(default_factory=dict)
    """By code, all of them."""
    sessions: dict[str, CourseSession] = field(default_factory=dict)
    """By code, those of the programme."""
    trainers: dict[UUID, set[UUID]] = field(default_factory=dict)
    """The practitioners who train a session, by the session's id."""
    decided: dict[UUID, set[SessionStep]] = field(default_factory=dict)
    """What coordinators did to a session in the chat, by the session's id."""
    bookings: dict[Pair, StoredBooking] = field(default_factory=dict)
    responses: set[tuple[UUID, EvaluationMoment, str]] = field(default_factory=set)
    """Who has answered: session, moment and the hash of the respondent."""
    briefings: dict[tuple[str, int], int] = field(default_factory=dict)
    """Views by title and year."""

    def offers(self) -> Counter[UUID]:
        """Count the places of each session that are only offered, by the session's id."""
        return Counter(
            session_id
            for (session_id, _), booking in self.bookings.items()
            if booking.status == BookingStatus.OFFERED
        )

    def decided_columns(self, session_id: UUID) -> set[str]:
        """Return what an import leaves alone, because a coordinator has set it in the chat."""
        return {
            column for step in self.decided.get(session_id, ()) for column in DECIDED.get(step, ())
        }


@dataclass(slots=True)
class Tally:
    """How many rows of one kind were added, changed, or found as they were."""

    noun: str
    plural: str = ""
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    """Those that differ and were left as the service has them."""

    @property
    def total(self) -> int:
        """How many rows were looked at, and those changed on the way."""
        return self.added + self.changed + self.unchanged + self.kept

    def __str__(self) -> str:
        """Return the tally as a line of a summary."""
        total = counted(self.total, self.noun, self.plural)
        parts = [
            f"{number:,} {word}"
            for number, word in (
                (self.added, "added"),
                (self.changed, "changed"),
                (self.unchanged, "as before"),
                (self.kept, "kept as they are in the service"),
            )
            if number
        ]
        if len(parts) == 1:
            return f"{total} {parts[0].split(maxsplit=1)[1]}"
        return f"{total}: {', '.join(parts) or 'none'}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import."""

    tallies: tuple[Tally, ...]
    notes: tuple[str, ...] = ()
    """What was taken in another way than it was written."""

    @property
    def changed_nothing(self) -> bool:
        """Whether the service already had everything."""
        return not any(tally.added or tally.changed for tally in self.tallies)

    def __str__(self) -> str:
        """Return the summary in plain words, a line for each kind of row."""
        lines = [f"  {tally}" for tally in self.tallies if tally.total]
        if self.changed_nothing:
            first = "Nothing changed: the service already has this programme."
        else:
            first = "The programme is imported."
        return "\n".join([first, *lines, *self.notes])
