"""Every kind of notice in one table: when it is due, whether it can be switched off, what it heeds.

To add a kind: a value of `NoticeKind`, a row in `KINDS`, a card in `bot.flows.notices.CARDS`,
and their tests.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from trainingbot.enums import NoticeKind
from trainingbot.working_days import WorkingCalendar, at_time_of_day, working_days_before

LONGEST_DAYS, LONGEST_HOURS = 60, 240


class Anchor(StrEnum):
    """The moment of a session that a notice is timed by."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Timing:
    """So many working days and hours before the start of a session, or at its end.

    With `at`, the notice is due at that time of day of the day found.
    """

    working_days: int = 0
    hours: int = 0
    anchor: Anchor = Anchor.START
    at: time | None = None

    def due_at(
        self, *, starts_at: datetime, ends_at: datetime, calendar: WorkingCalendar
    ) -> datetime:
        """Return when it is due for a session; the moment may be long past."""
        moment = starts_at if self.anchor == Anchor.START else ends_at
        day = working_days_before(moment, days=self.working_days, calendar=calendar)
        due = day - timedelta(hours=self.hours)
        return due if self.at is None else at_time_of_day(due, self.at, calendar=calendar)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of notice behaves."""

    timing: Timing | None = None
    """When it is due, for a session that is booked; None: with the change it tells of."""
    optional: bool = False
    """Whether a partnership or a course can do without it."""
    at_any_hour: bool = False
    """Whether it is sent in quiet hours too, because it is about the next hours."""


KINDS: Mapping[NoticeKind, Manner] = {
    NoticeKind.AGENCY_TO_CONFIRM: Manner(),
    NoticeKind.AGENCY_CONFIRMED: Manner(),
    NoticeKind.AGENCY_DECLINED: Manner(),
    NoticeKind.CONFIRMATION: Manner(optional=True, at_any_hour=True),
    NoticeKind.PROMOTED: Manner(),
    NoticeKind.OFFER: Manner(),
    NoticeKind.OFFER_ENDED: Manner(),
    NoticeKind.BROADCAST: Manner(),
    NoticeKind.BOOKED_FOR_YOU: Manner(),
    NoticeKind.CANCELLED_FOR_YOU: Manner(),
    NoticeKind.SUBSTITUTED: Manner(),
    NoticeKind.STEPPED_IN: Manner(),
    NoticeKind.SESSION_CANCELLED: Manner(),
    NoticeKind.SESSION_MOVED: Manner(),
    NoticeKind.SESSION_CONFIRMED: Manner(),
    NoticeKind.SESSION_UNDECIDED: Manner(),
    NoticeKind.TRAINER_NAMED: Manner(),
    NoticeKind.TRAINER_RELEASED: Manner(),
    NoticeKind.EARLY_REMINDER: Manner(Timing(working_days=5), optional=True),
    NoticeKind.JOINING_INSTRUCTIONS: Manner(Timing(working_days=3), optional=True),
    NoticeKind.LATE_REMINDER: Manner(Timing(working_days=1), optional=True),
    NoticeKind.STARTING_SOON: Manner(Timing(hours=1), optional=True, at_any_hour=True),
    NoticeKind.EVALUATION_INVITATION: Manner(Timing(anchor=Anchor.END), optional=True),
    NoticeKind.TRAINERS_DIGEST: Manner(Timing(working_days=1, at=time(14)), optional=True),
    NoticeKind.COORDINATORS_DIGEST: Manner(optional=True),
    NoticeKind.PERSONAL_LINK: Manner(at_any_hour=True),
}
"""Every kind of notice. Working days and hours before a session are the defaults."""

TIMES: Mapping[NoticeKind, Timing] = {
    kind: manner.timing for kind, manner in KINDS.items() if manner.timing is not None
}
OPTIONAL = frozenset(kind for kind, manner in KINDS.items() if manner.optional)
AT_ANY_HOUR = frozenset(kind for kind, manner in KINDS.items() if manner.at_any_hour)

_SPAN = re.compile(r"(\d{1,3}) (working days?|hours?)")


def kinds_switched_off(value: object) -> object:
    """Read the kinds that nobody gets, as a setting names them with commas between them.

    Raises `ValueError`, in words, for a kind that there is not or that cannot be done without.
    """
    if not isinstance(value, str):
        return value
    return frozenset(_optional_kind(part) for part in _parts(value))


def own_times(value: object) -> object:
    """Read when kinds are due: `early_reminder=7 working days, starting_soon=2 hours`.

    Raises `ValueError`, in words, for what is no such list.
    """
    if not isinstance(value, str):
        return value
    found: dict[NoticeKind, Timing] = {}
    for part in _parts(value):
        name, _, span = part.partition("=")
        kind = _optional_kind(name.strip())
        if kind not in TIMES or TIMES[kind].anchor == Anchor.END:
            raise ValueError(f"{name.strip()} has no time before the start of a session")
        found[kind] = _timing(span.strip(), usual=TIMES[kind])
    return found


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.lower().split(",") if part.strip()]


def _optional_kind(name: str) -> NoticeKind:
    try:
        kind = NoticeKind(name)
    except ValueError:
        kind = None
    if kind not in OPTIONAL:
        choices = ", ".join(sorted(OPTIONAL))
        raise ValueError(f"{name!r} cannot be changed; these can: {choices}")
    return kind


def _timing(span: str, *, usual: Timing) -> Timing:
    match = _SPAN.fullmatch(span)
    number = int(match[1]) if match else 0
    in_days = match is not None and match[2].startswith("working")
    if not 1 <= number <= (LONGEST_DAYS if in_days else LONGEST_HOURS):
        raise ValueError(
            f"{span!r} is not a time such as 5 working days (at most {LONGEST_DAYS}) "
            f"or 2 hours (at most {LONGEST_HOURS})"
        )
    return Timing(working_days=number, at=usual.at) if in_days else Timing(hours=number)
