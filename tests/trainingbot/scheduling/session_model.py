"""One session as it is meant, in plain Python: no database and no transactions.

It has clocks of its own too: a winter without holidays, in which London keeps UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from trainingbot.enums import BookingStatus, Change, NoticeKind, NoticeState
from trainingbot.errors import (
    TrainingBotError,
)

Refusal = type[TrainingBotError]
Outcome = tuple[BookingStatus, int | None] | Refusal
News = tuple[NoticeKind, int, int, int]
"""The kind of a notice, its session, to whom it is owed, and which occurrence it is of."""

SATURDAY = 5
TOO_LATE = timedelta(hours=2)
"""How long before the start nobody is told of a free place any more."""
HARDLY_WORTH_AN_OFFER = timedelta(hours=2)
"""How long before the broadcast no more offers are made."""
BROADCAST_DAYS, NOTICE_DAYS = 3, 2
LENGTH = timedelta(minutes=150)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
CONFIRMED, WAITLISTED = BookingStatus.CONFIRMED, BookingStatus.WAITLISTED
OFFERED, CANCELLED = BookingStatus.OFFERED, BookingStatus.CANCELLED
CALLED_OFF = BookingStatus.SESSION_CANCELLED
OF_THE_LAST_STEP = {
    NoticeKind.PROMOTED,
    NoticeKind.OFFER,
    NoticeKind.OFFER_ENDED,
    NoticeKind.BROADCAST,
    NoticeKind.STEPPED_IN,
}
OF_A_PLACE = {
    NoticeKind.EARLY_REMINDER,
    NoticeKind.JOINING_INSTRUCTIONS,
    NoticeKind.LATE_REMINDER,
    NoticeKind.STARTING_SOON,
    NoticeKind.EVALUATION_INVITATION,
}
Times = tuple[datetime, datetime]
"""When a notice is due, and from when on it is too late to be useful."""


def a_working_day_later(moment: datetime) -> datetime:
    """Return when 24 working hours are over, in weeks without holidays."""
    day = moment.date()
    if day.weekday() >= SATURDAY:
        return datetime.combine(day + timedelta(days=8 - day.weekday()), time.min, tzinfo=UTC)
    later = moment + timedelta(days=1)
    while later.weekday() >= SATURDAY:
        later += timedelta(days=1)
    return later


def working_days_earlier(moment: datetime, days: int) -> datetime:
    """Return the same time of day so many working days earlier, in weeks without holidays."""
    for _ in range(days):
        moment -= timedelta(days=1)
        while moment.weekday() >= SATURDAY:
            moment -= timedelta(days=1)
    return moment


@dataclass
class Claim:
    """How one person stands on one session."""

    status: BookingStatus = CANCELLED
    number: int | None = None
    held_until: datetime | None = None
    automatic: bool = False
    leaves_freely: bool = False
    coming: bool = False
    """Whether they have said so, of the date on which the session is."""
    handed_to: int | None = None
    """Who stepped in, where the claim ended so."""


@dataclass
class Reservation:
    """Places that only one agency's people get for a while."""

    places: int
    opens_at: datetime
    opened: bool = False


@dataclass
class SessionModel:
    """One session; people are numbers, and each belongs to one agency."""

    number: int
    starts_at: datetime
    capacity: int
    agencies: dict[int, int]
    minimum: int | None = None
    """How many must have a place before a tentative session is sure to take place."""
    claims: dict[int, Claim] = field(default_factory=dict)
    reserved: dict[int, Reservation] = field(default_factory=dict)
    next_number: int = 1
    broadcasts: int = 0
    changes: int = 0
    called_off: bool = False
    history: dict[int, list[Change]] = field(default_factory=dict)
    news: dict[News, NoticeState] = field(default_factory=dict)
    times: dict[News, Times] = field(default_factory=dict)
    """When each of those is due that come with a place."""
    now: datetime = LONG_AGO
    """The moment of the turn that is going on."""

    @property
    def broadcast_at(self) -> datetime:
        return working_days_earlier(self.starts_at, BROADCAST_DAYS)

    @property
    def free_until(self) -> datetime:
        return working_days_earlier(self.starts_at, NOTICE_DAYS)

    @property
    def offers_end(self) -> datetime:
        return self.broadcast_at - HARDLY_WORTH_AN_OFFER

    @property
    def places_taken(self) -> int:
        return sum(one.status in {CONFIRMED, OFFERED} for one in self.claims.values())

    @property
    def free(self) -> int:
        return self.capacity - self.places_taken

    @property
    def reserved_until(self) -> datetime | None:
        ends = [one.opens_at for one in self.reserved.values() if not one.opened]
        return min(ends, default=None)

    def claim(self, person: int) -> Claim:
        return self.claims.get(person, Claim())

    def in_line(self, status: BookingStatus) -> Iterator[int]:
        """Return those who wait, or are offered a place, the longest wait first."""
        numbered = [(one.number, person) for person, one in self.claims.items() if one.number]
        return (person for _, person in sorted(numbered) if self.claims[person].status == status)

    def kept_for(self, agency: int) -> int:
        """Return how many places are reserved for an agency and not yet taken by its people."""
        one = self.reserved.get(agency)
        if one is None or one.opened:
            return 0
        taken = sum(
            claim.status in {CONFIRMED, OFFERED} and self.agencies[person] == agency
            for person, claim in self.claims.items()
        )
        return max(0, one.places - taken)

    def open_to(self, agency: int) -> int:
        """Return how many places are there for the people of an agency."""
        for_others = sum(self.kept_for(other) for other in self.reserved if other != agency)
        return max(0, min(self.free, max(self.free - for_others, self.kept_for(agency))))

    def settle(self, now: datetime) -> None:
        """Bring the session up to date: what has run out ends, and places are passed on."""
        if self.called_off:
            return
        due = self.open_reserved(now)
        ends = {person: self.claims[person].held_until for person in self.in_line(OFFERED)}
        overdue = [person for person, end in ends.items() if end is not None and end <= now]
        for person in overdue:
            self.step(person, Change.OFFER_EXPIRED, CANCELLED)
            self.owe(NoticeKind.OFFER_ENDED, person)
        if due or overdue:
            self.pass_on(now, tell=True)

    def open_reserved(self, now: datetime) -> bool:
        """Open to all what is reserved until now, and tell whether there was any."""
        due = [one for one in self.reserved.values() if not one.opened and one.opens_at <= now]
        for one in due:
            one.opened = True
        return bool(due)

    def pass_on(self, now: datetime, *, tell: bool) -> None:
        """Give what is free to those who wait; `tell` when it has become free just now."""
        if self.called_off or now >= self.starts_at - TOO_LATE:
            return
        offers = now < self.offers_end
        for person in list(self.in_line(WAITLISTED)):
            if self.open_to(self.agencies[person]) <= 0:
                continue
            if self.claims[person].automatic:
                self.step(person, Change.PROMOTED, CONFIRMED)
                self.owe(NoticeKind.PROMOTED, person)
            elif offers:
                self.step(person, Change.OFFERED, OFFERED)
                end = min(a_working_day_later(now), self.broadcast_at)
                self.claims[person].held_until = end
                self.owe(NoticeKind.OFFER, person)
        left = list(self.in_line(WAITLISTED))
        if tell and left and not offers and self.free > 0:
            self.broadcasts += 1
            for person in left:
                self.owe(NoticeKind.BROADCAST, person, self.broadcasts)

    def step(self, person: int, change: Change, status: BookingStatus) -> Outcome:
        """Take one step: news of the one before are no longer true, unless the place is kept."""
        claim = self.claims.setdefault(person, Claim())
        had_place, claim.status, claim.held_until = claim.status == CONFIRMED, status, None
        claim.coming = claim.coming and status == CONFIRMED
        claim.automatic = claim.automatic and status != CANCELLED
        claim.leaves_freely, claim.handed_to = False, None
        if status not in {WAITLISTED, OFFERED}:
            claim.number = None
        elif claim.number is None:
            claim.number = self.next_number
            self.next_number += 1
        self.history.setdefault(person, []).append(change)
        if change not in {Change.KEPT, Change.SAID_COMING}:
            self.withdraw(person, OF_THE_LAST_STEP)
        if had_place and status != CONFIRMED:
            self.withdraw(person, OF_A_PLACE)
        if status == CONFIRMED and not had_place:
            self.owe_in_time(person)
        if status == CONFIRMED:
            self._become_sure()
        return status, claim.number

    def withdraw(self, person: int, kinds: set[NoticeKind]) -> None:
        for news, state in self.news.items():
            if news[0] in kinds and news[2] == person and state == NoticeState.OWED:
                self.news[news] = NoticeState.WITHDRAWN

    def owe(self, kind: NoticeKind, person: int, occurrence: int | None = None) -> None:
        times = len(self.history[person]) if occurrence is None else occurrence
        self.news[kind, self.number, person, times] = NoticeState.OWED

    def owe_in_time(self, person: int) -> None:
        """Owe what comes with a place, but for what should have come already."""
        occurrence = len(self.history[person]) + self.changes
        for kind, (due, ends) in self._planned().items():
            if due > self.now:
                self.owe(kind, person, occurrence)
                self.times[kind, self.number, person, occurrence] = (due, ends)

    def _planned(self) -> dict[NoticeKind, Times]:
        early, joining, late = (working_days_earlier(self.starts_at, days) for days in (5, 3, 1))
        soon, over = self.starts_at - timedelta(hours=1), self.starts_at + LENGTH
        return {
            NoticeKind.EARLY_REMINDER: (early, late),
            NoticeKind.JOINING_INSTRUCTIONS: (joining, self.starts_at),
            NoticeKind.LATE_REMINDER: (late, soon),
            NoticeKind.STARTING_SOON: (soon, self.starts_at),
            NoticeKind.EVALUATION_INVITATION: (over, over + timedelta(days=14)),
        }

    def _become_sure(self) -> None:
        sure = [person for person, one in self.claims.items() if one.status == CONFIRMED]
        if self.minimum is None or len(sure) < self.minimum:
            return
        self.minimum = None
        self.changes += 1
        for person in sure:
            self.owe(NoticeKind.SESSION_CONFIRMED, person, self.changes)
