"""Booking as it is meant, in plain Python: no database, no transactions, one person at a time."""

from dataclasses import dataclass, field
from datetime import datetime

from trainingbot.bookings.rules import QUEUE_ENDS
from trainingbot.enums import BookingStatus, Change, NoticeState
from trainingbot.errors import (
    AgencyNotConfirmed,
    CapacityTooSmall,
    NoBooking,
    SessionStarted,
    TrainingBotError,
)

Outcome = tuple[BookingStatus, int | None] | type[TrainingBotError]


@dataclass
class BookingModel:
    """One session; people are numbers. Every method returns what the person should be told."""

    starts_at: datetime
    capacity: int
    unconfirmed: set[int]
    """People whose agency nobody has confirmed."""
    confirmed: set[int] = field(default_factory=set)
    queue: dict[int, int] = field(default_factory=dict)
    """The queue number of each person who waits."""
    cancelled: set[int] = field(default_factory=set)
    next_number: int = 1
    history: dict[int, list[Change]] = field(default_factory=dict)
    news: dict[tuple[int, int], NoticeState] = field(default_factory=dict)
    """Promotions to tell, by the person and the position in their history."""

    def book(self, person: int, *, now: datetime) -> Outcome:
        if person in self.confirmed:
            return BookingStatus.CONFIRMED, None
        if now >= self.starts_at:
            return SessionStarted
        if person in self.unconfirmed:
            return AgencyNotConfirmed
        free = len(self.confirmed) < self.capacity
        if free and not (self.queue and self._queue_is_open(now)):
            self.queue.pop(person, None)
            self.cancelled.discard(person)
            self.confirmed.add(person)
            self._note(person, Change.BOOKED)
            return BookingStatus.CONFIRMED, None
        if person not in self.queue:
            self.cancelled.discard(person)
            self.queue[person] = self.next_number
            self.next_number += 1
            self._note(person, Change.WAITLISTED)
        return BookingStatus.WAITLISTED, self.queue[person]

    def cancel(self, person: int, *, now: datetime) -> Outcome:
        if person in self.cancelled:
            return BookingStatus.CANCELLED, None
        if person not in self.confirmed and person not in self.queue:
            return NoBooking
        if now >= self.starts_at:
            return SessionStarted
        self.confirmed.discard(person)
        self.queue.pop(person, None)
        self.cancelled.add(person)
        self._note(person, Change.CANCELLED)
        for about in [one for one in self.news if one[0] == person]:
            self.news[about] = NoticeState.WITHDRAWN
        self._promote(now)
        return BookingStatus.CANCELLED, None

    def set_capacity(self, capacity: int, *, now: datetime) -> type[TrainingBotError] | None:
        if capacity < len(self.confirmed):
            return CapacityTooSmall
        self.capacity = capacity
        self._promote(now)
        return None

    def standing(self) -> dict[int, tuple[BookingStatus, int | None]]:
        """Return how everybody stands who ever booked."""
        standing: dict[int, tuple[BookingStatus, int | None]] = {}
        standing |= dict.fromkeys(self.confirmed, (BookingStatus.CONFIRMED, None))
        standing |= dict.fromkeys(self.cancelled, (BookingStatus.CANCELLED, None))
        standing |= {one: (BookingStatus.WAITLISTED, number) for one, number in self.queue.items()}
        return standing

    def place_in_queue(self, person: int) -> int:
        """Return 1 for the next in line."""
        return sorted(self.queue.values()).index(self.queue[person]) + 1

    def _promote(self, now: datetime) -> None:
        while self.queue and len(self.confirmed) < self.capacity and self._queue_is_open(now):
            person = min(self.queue, key=lambda one: self.queue[one])
            del self.queue[person]
            self.confirmed.add(person)
            self._note(person, Change.PROMOTED)
            self.news[person, len(self.history[person])] = NoticeState.OWED

    def _queue_is_open(self, now: datetime) -> bool:
        return now < self.starts_at - QUEUE_ENDS

    def _note(self, person: int, change: Change) -> None:
        self.history.setdefault(person, []).append(change)
