"""What a course search means, and what a session offers at a moment."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from trainingbot.enums import CourseKind, Delivery, SessionStatus
from trainingbot.errors import InstructionsTooLong
from trainingbot.models import CourseSession

LONGEST_INSTRUCTIONS = 2_000
"""Characters of the joining instructions: they stand in a card, which has room for no more."""


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """What narrows a search; everything left out searches it all."""

    words: str = ""
    """Each word stands in the title, the theme, or the code."""
    theme: str | None = None
    level: int | None = None
    kind: CourseKind | None = None
    delivery: Delivery | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    with_places: bool = False

    @property
    def narrows_sessions(self) -> bool:
        """Whether a course without a matching session is left out."""
        return (
            self.with_places
            or self.delivery is not None
            or self.starts_from is not None
            or self.starts_before is not None
        )


def spellings(word: str) -> set[str]:
    """Return a searched word with its singular, in lower case: titles say *Child*, people both."""
    lower = word.casefold()
    forms = {lower}
    if lower == "children":
        forms.add("child")
    if len(lower) > 3 and lower.endswith("s") and not lower.endswith("ss"):  # noqa: PLR2004 - GPs, but not GCS
        forms.add(lower[:-1])
    return forms


def month_bounds(month: str, *, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of a month, `2025-06`, in the zone, and of the month after it."""
    first = date.fromisoformat(f"{month}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return (
        datetime.combine(first, time.min, tzinfo=zone),
        datetime.combine(following, time.min, tzinfo=zone),
    )


def months_between(first: datetime, last: datetime, *, zone: ZoneInfo) -> list[str]:
    """Return the months from the one of `first` to the one of `last`, each as `2025-06`."""
    start, end = first.astimezone(zone), last.astimezone(zone)
    numbers = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    return [f"{number // 12}-{number % 12 + 1:02}" for number in numbers]


def places_free(session: CourseSession) -> int:
    """Return how many places nobody has."""
    return session.capacity - session.places_taken


Offering = Literal["places", "waitlist", "begun", "cancelled"]


def what_is_offered(
    session: CourseSession, *, open_to_them: int | None = None, now: datetime
) -> Offering:
    """Say what a practitioner who has no booking would get on this session.

    `open_to_them` is how many of the free places they can have, where some are reserved.
    """
    if session.status == SessionStatus.CANCELLED:
        return "cancelled"
    if session.starts_at <= now or session.status == SessionStatus.DELIVERED:
        return "begun"
    open_places = places_free(session) if open_to_them is None else open_to_them
    return "places" if open_places > 0 else "waitlist"


def refusal_of_instructions(written: str) -> InstructionsTooLong | None:
    """Return why a course cannot have these joining instructions, or None."""
    if len(written) <= LONGEST_INSTRUCTIONS:
        return None
    return InstructionsTooLong(
        f"The joining instructions have {len(written):,} characters. "
        f"Say it in {LONGEST_INSTRUCTIONS:,} at most."
    )
