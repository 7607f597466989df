"""Booking as it is meant, in plain Python: no database, no transactions, one person at a time.

It has clocks of its own too: a winter without holidays, in which London keeps UTC.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from trainingbot.enums import BookingStatus, Change, NoticeKind, NoticeState
from trainingbot.errors import (
    AgencyNotConfirmed,
    CapacityTooSmall,
    NoBooking,
    SessionStarted,
    TrainingBotError,
)

Outcome = tuple[BookingStatus, int | None] | type[TrainingBotError]
News = tuple[NoticeKind, int, int]
"""The kind of a notice, to whom it is owed, and which occurrence it is of."""

Answer = TypeVar("Answer")
SATURDAY = 5
TOO_LATE = timedelta(hours=2)
"""How long before the start nobody is told of a free place any more."""
HARDLY_WORTH_AN_OFFER = timedelta(hours=2)
"""How long before the broadcast no more offers are made."""
CONFIRMED, WAITLISTED = BookingStatus.CONFIRMED, BookingStatus.WAITLISTED
OFFERED, CANCELLED = BookingStatus.OFFERED, BookingStatus.CANCELLED


def a_working_day_later(moment: datetime) -> datetime:
    """Return when 24 working hours are over, in weeks without holidays."""
    day = moment.date()
    if day.weekday() >= SATURDAY:
        return datetime.combine(day + timedelta(days=8 - day.weekday()), time.min, tzinfo=UTC)
    later = moment + timedelta(days=1)
    while later.weekday() >= SATURDAY:
        later += timedelta(days=1)
    return later


@dataclass
class Claim:
    """How one person stands."""

    status: BookingStatus = CANCELLED
    number: int | None = None
    held_until: datetime | None = None
    automatic: bool = False


@dataclass
class BookingModel:
    """One session; people are numbers. Every method returns what the person should be told."""

    starts_at: datetime
    broadcast_at: datetime
    """When offers end and a free place goes to the first who asks."""
    capacity: int
    unconfirmed: set[int]
    """People whose agency nobody has confirmed."""
    claims: dict[int, Claim] = field(default_factory=dict)
    next_number: int = 1
    broadcasts: int = 0
    history: dict[int, list[Change]] = field(default_factory=dict)
    news: dict[News, NoticeState] = field(default_factory=dict)

    def book(self, person: int, *, now: datetime) -> Outcome:
        return self._turn(lambda: self._book(person, now), now)

    def cancel(self, person: int, *, now: datetime) -> Outcome:
        return self._turn(lambda: self._cancel(person, now), now)

    def automate(self, person: int, *, wanted: bool, now: datetime) -> Outcome:
        return self._turn(lambda: self._automate(person, now, wanted=wanted), now)

    def set_capacity(self, capacity: int, *, now: datetime) -> type[TrainingBotError] | None:
        return self._turn(lambda: self._set_capacity(capacity, now), now)

    def advance(self, *, now: datetime) -> None:
        self._turn(lambda: None, now)

    def deliver(self) -> None:
        """Send every notice that is owed."""
        for news, state in self.news.items():
            if state == NoticeState.OWED:
                self.news[news] = NoticeState.SENT

    def standing(self) -> dict[int, tuple[BookingStatus, int | None, datetime | None, bool]]:
        """Return how everybody stands who ever booked."""
        return {
            person: (one.status, one.number, one.held_until, one.automatic)
            for person, one in self.claims.items()
        }

    def status_of(self, person: int) -> BookingStatus | None:
        return self.claims[person].status if person in self.claims else None

    @property
    def places_taken(self) -> int:
        return sum(one.status in {CONFIRMED, OFFERED} for one in self.claims.values())

    def place_in_queue(self, person: int) -> int | None:
        """Return 1 for the next in line, and None for somebody who is not waiting."""
        line = list(self._in_line(WAITLISTED))
        return line.index(person) + 1 if person in line else None

    def ends_of_offers(self) -> list[datetime]:
        return sorted(one.held_until for one in self.claims.values() if one.held_until)

    def _turn(self, work: Callable[[], Answer], now: datetime) -> Answer:
        """Do one turn; a refusal leaves everything as it was before, offers that ran out too."""
        before = deepcopy(vars(self))
        self._end_overdue(now)
        answer = work()
        if isinstance(answer, type):
            vars(self).update(before)
        return answer

    def _book(self, person: int, now: datetime) -> Outcome:
        claim = self.claims.get(person, Claim())
        if claim.status == CONFIRMED:
            return CONFIRMED, None
        if now >= self.starts_at or person in self.unconfirmed:
            return SessionStarted if now >= self.starts_at else AgencyNotConfirmed
        if claim.status == OFFERED:
            return self._step(person, Change.OFFER_ACCEPTED, CONFIRMED)
        queue_is_kept = now < self.broadcast_at - HARDLY_WORTH_AN_OFFER
        somebody_waits = any(self._in_line(WAITLISTED))
        if self.places_taken < self.capacity and not (somebody_waits and queue_is_kept):
            return self._step(person, Change.BOOKED, CONFIRMED)
        if claim.status == WAITLISTED:
            return WAITLISTED, claim.number
        return self._step(person, Change.WAITLISTED, WAITLISTED)

    def _cancel(self, person: int, now: datetime) -> Outcome:
        if person not in self.claims:
            return NoBooking
        was = self.claims[person].status
        if was == CANCELLED:
            return CANCELLED, None
        if now >= self.starts_at:
            return SessionStarted
        self._step(person, Change.OFFER_DECLINED if was == OFFERED else Change.CANCELLED, CANCELLED)
        self._pass_on(now, tell=was != WAITLISTED)
        return CANCELLED, None

    def _automate(self, person: int, now: datetime, *, wanted: bool) -> Outcome:
        claim = self.claims.get(person, Claim())
        if claim.status == CANCELLED:
            return NoBooking
        claim.automatic = wanted
        if wanted:
            self._pass_on(now, tell=False)
        return claim.status, claim.number

    def _set_capacity(self, capacity: int, now: datetime) -> type[TrainingBotError] | None:
        for person in reversed(list(self._in_line(OFFERED))):
            if self.places_taken > capacity:
                self._step(person, Change.OFFER_WITHDRAWN, WAITLISTED)
                self._owe(NoticeKind.OFFER_ENDED, person)
        if self.places_taken > capacity:
            return CapacityTooSmall
        more = capacity > self.capacity
        self.capacity = capacity
        self._pass_on(now, tell=more)
        return None

    def _end_overdue(self, now: datetime) -> None:
        ends = {one: self.claims[one].held_until for one in self._in_line(OFFERED)}
        overdue = [person for person, end in ends.items() if end is not None and end <= now]
        for person in overdue:
            self._step(person, Change.OFFER_EXPIRED, CANCELLED)
            self._owe(NoticeKind.OFFER_ENDED, person)
        if overdue:
            self._pass_on(now, tell=True)

    def _pass_on(self, now: datetime, *, tell: bool) -> None:
        """Give what is free to those who wait; `tell` when it has become free just now."""
        if now >= self.starts_at - TOO_LATE:
            return
        offers = now < self.broadcast_at - HARDLY_WORTH_AN_OFFER
        for person in list(self._in_line(WAITLISTED)):
            if self.places_taken >= self.capacity:
                return
            if self.claims[person].automatic:
                self._step(person, Change.PROMOTED, CONFIRMED)
                self._owe(NoticeKind.PROMOTED, person)
            elif offers:
                self._step(person, Change.OFFERED, OFFERED)
                end = min(a_working_day_later(now), self.broadcast_at)
                self.claims[person].held_until = end
                self._owe(NoticeKind.OFFER, person)
        left = list(self._in_line(WAITLISTED))
        if tell and left and self.places_taken < self.capacity:
            self.broadcasts += 1
            for person in left:
                self.news[NoticeKind.BROADCAST, person, self.broadcasts] = NoticeState.OWED

    def _in_line(self, status: BookingStatus) -> Iterator[int]:
        """Return those who wait, or are offered a place, the longest wait first."""
        numbered = [(one.number, person) for person, one in self.claims.items() if one.number]
        return (person for _, person in sorted(numbered) if self.claims[person].status == status)

    def _step(self, person: int, change: Change, status: BookingStatus) -> Outcome:
        """Take one step, after which older news of this person are no longer true."""
        claim = self.claims.setdefault(person, Claim())
        claim.status, claim.held_until = status, None
        claim.automatic = claim.automatic and status != CANCELLED
        if status in {CONFIRMED, CANCELLED}:
            claim.number = None
        elif claim.number is None:
            claim.number = self.next_number
            self.next_number += 1
        self.history.setdefault(person, []).append(change)
        for news, state in self.news.items():
            if news[1] == person and state == NoticeState.OWED:
                self.news[news] = NoticeState.WITHDRAWN
        return status, claim.number

    def _owe(self, kind: NoticeKind, person: int) -> None:
        self.news[kind, person, len(self.history[person])] = NoticeState.OWED
