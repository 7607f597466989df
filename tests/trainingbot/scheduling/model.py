"""Places as they are meant, in plain Python: one turn at a time, over the dates of a course."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from tests.trainingbot.scheduling.session_model import (
    CALLED_OFF,
    CANCELLED,
    CONFIRMED,
    OF_A_PLACE,
    OFFERED,
    WAITLISTED,
    Outcome,
    Refusal,
    Reservation,
    SessionModel,
)
from trainingbot.enums import BookingStatus, Change, NoticeKind, NoticeState
from trainingbot.errors import (
    AgencyNotConfirmed,
    AlreadyBooked,
    CapacityTooSmall,
    DatesImpossible,
    NoBooking,
    NotAColleague,
    ReasonNeeded,
    SessionCancelled,
    SessionFull,
    SessionStarted,
    TooManyReserved,
)

Answer = TypeVar("Answer")


@dataclass
class ProgrammeModel:
    """The dates of one course. Every method returns what the person should be told."""

    sessions: list[SessionModel]
    agencies: dict[int, int]
    unconfirmed: set[int]
    """People whose agency nobody has confirmed."""

    def book(self, number: int, person: int, *, now: datetime) -> Outcome:
        return self._turn([number], lambda: self._book(number, person, now), now)

    def cancel(self, number: int, person: int, *, says_why: bool, now: datetime) -> Outcome:
        return self._turn([number], lambda: self._cancel(number, person, now, says_why), now)

    def automate(self, number: int, person: int, *, wanted: bool, now: datetime) -> Outcome:
        return self._turn([number], lambda: self._automate(number, person, now, wanted), now)

    def keep(self, number: int, person: int, *, now: datetime) -> Outcome:
        return self._turn([number], lambda: self._keep(number, person, now), now)

    def say_coming(self, number: int, person: int, *, now: datetime) -> Outcome:
        return self._turn([number], lambda: self._say_coming(number, person, now), now)

    def substitute(self, number: int, giver: int, colleague: int, *, now: datetime) -> Outcome:
        return self._turn([number], lambda: self._substitute(number, giver, colleague, now), now)

    def transfer(
        self, old: int, new: int, person: int, *, says_why: bool, now: datetime
    ) -> Outcome:
        return self._turn([old, new], lambda: self._transfer(old, new, person, now, says_why), now)

    def set_capacity(self, number: int, capacity: int, *, now: datetime) -> Refusal | None:
        return self._turn([number], lambda: self._set_capacity(number, capacity, now), now)

    def reserve(
        self, number: int, agency: int, places: int, opens_at: datetime, *, now: datetime
    ) -> Refusal | None:
        return self._turn(
            [number], lambda: self._reserve(number, agency, places, opens_at, now), now
        )

    def move(self, number: int, starts_at: datetime, *, now: datetime) -> Refusal | None:
        return self._turn([number], lambda: self._move(number, starts_at, now), now)

    def call_off(self, number: int, *, now: datetime) -> Refusal | None:
        return self._turn([number], lambda: self._call_off(number, now), now)

    def advance(self, *, now: datetime) -> None:
        for one in self.sessions:
            one.now = now
            one.settle(now)

    def deliver(self, *, now: datetime) -> None:
        """Send every notice that is owed and due."""
        for one in self.sessions:
            for news, state in one.news.items():
                due = news not in one.times or one.times[news][0] <= now
                if state == NoticeState.OWED and due:
                    one.news[news] = NoticeState.SENT

    def _turn(self, numbers: list[int], work: Callable[[], Answer], now: datetime) -> Answer:
        """Do one turn; a refusal leaves everything as it was before, offers that ran out too."""
        before = deepcopy(self.sessions)
        for one in self.sessions:
            one.now = now
        for number in sorted(set(numbers)):
            self.sessions[number].settle(now)
        answer = work()
        if isinstance(answer, type):
            self.sessions = before
        return answer

    def _refusal_to_book(self, one: SessionModel, person: int, now: datetime) -> Refusal | None:
        if one.called_off:
            return SessionCancelled
        if now >= one.starts_at:
            return SessionStarted
        return AgencyNotConfirmed if person in self.unconfirmed else None

    def _book(self, number: int, person: int, now: datetime) -> Outcome:
        one = self.sessions[number]
        claim = one.claim(person)
        if claim.status == CONFIRMED:
            return CONFIRMED, None
        refusal = self._refusal_to_book(one, person, now)
        if refusal is not None:
            return refusal
        if claim.status == OFFERED:
            return one.step(person, Change.OFFER_ACCEPTED, CONFIRMED)
        if self._gets_a_place(one, person, now):
            return one.step(person, Change.BOOKED, CONFIRMED)
        if claim.status == WAITLISTED:
            return WAITLISTED, claim.number
        return one.step(person, Change.WAITLISTED, WAITLISTED)

    def _gets_a_place(self, one: SessionModel, person: int, now: datetime) -> bool:
        before_them = [
            other for other in one.in_line(WAITLISTED) if one.open_to(self.agencies[other]) > 0
        ]
        overtakes = bool(before_them) and now < one.offers_end
        return one.open_to(self.agencies[person]) > 0 and not overtakes

    def _cancel(self, number: int, person: int, now: datetime, says_why: bool) -> Outcome:  # noqa: FBT001 - the last word of a turn
        one = self.sessions[number]
        was = one.claim(person).status
        if person not in one.claims or was == CALLED_OFF:
            return NoBooking
        if was == CANCELLED:
            return CANCELLED, None
        if now >= one.starts_at:
            return SessionStarted
        if self._is_late(one, person, now) and not says_why:
            return ReasonNeeded
        change = Change.OFFER_DECLINED if was == OFFERED else Change.CANCELLED
        one.step(person, change, CANCELLED)
        one.pass_on(now, tell=was != WAITLISTED)
        return CANCELLED, None

    def _is_late(self, one: SessionModel, person: int, now: datetime) -> bool:
        claim = one.claim(person)
        return claim.status == CONFIRMED and now > one.free_until and not claim.leaves_freely

    def _automate(self, number: int, person: int, now: datetime, wanted: bool) -> Outcome:  # noqa: FBT001 - the last word of a turn
        one = self.sessions[number]
        claim = one.claim(person)
        if claim.status in {CANCELLED, CALLED_OFF}:
            return NoBooking
        claim.automatic = wanted
        if wanted:
            one.pass_on(now, tell=False)
        return claim.status, claim.number

    def _keep(self, number: int, person: int, now: datetime) -> Outcome:
        one = self.sessions[number]
        claim = one.claim(person)
        if claim.status != CONFIRMED:
            return NoBooking
        if claim.leaves_freely and now < one.starts_at:
            return one.step(person, Change.KEPT, CONFIRMED)
        return CONFIRMED, None

    def _say_coming(self, number: int, person: int, now: datetime) -> Outcome:
        one = self.sessions[number]
        refusal = self._refusal_to_leave(one, one.claim(person).status, now)
        if refusal is not None:
            return refusal
        if not one.claim(person).coming:
            one.step(person, Change.SAID_COMING, CONFIRMED)
            one.claims[person].coming = True
        return CONFIRMED, None

    def _substitute(self, number: int, giver: int, colleague: int, now: datetime) -> Outcome:
        one = self.sessions[number]
        before, theirs = one.claim(giver), one.claim(colleague)
        if before.handed_to == colleague and theirs.status == CONFIRMED:
            return CONFIRMED, None
        refusal = self._refusal_to_substitute(one, giver, colleague, now)
        if refusal is not None:
            return refusal
        was_offered = theirs.status == OFFERED
        one.step(giver, Change.SUBSTITUTED, CANCELLED)
        one.claims[giver].handed_to = colleague
        one.step(colleague, Change.STEPPED_IN, CONFIRMED)
        one.owe(NoticeKind.STEPPED_IN, colleague)
        if was_offered:
            one.pass_on(now, tell=True)
        return CONFIRMED, None

    def _refusal_to_substitute(
        self, one: SessionModel, giver: int, colleague: int, now: datetime
    ) -> Refusal | None:
        if one.called_off:
            return SessionCancelled
        if now >= one.starts_at:
            return SessionStarted
        if one.claim(giver).status != CONFIRMED:
            return NoBooking
        strangers = self.agencies[giver] != self.agencies[colleague]
        if strangers or colleague in self.unconfirmed or giver == colleague:
            return NotAColleague
        return AlreadyBooked if one.claim(colleague).status == CONFIRMED else None

    def _transfer(self, old: int, new: int, person: int, now: datetime, says_why: bool) -> Outcome:  # noqa: FBT001 - the last word of a turn
        here, there = self.sessions[old], self.sessions[new]
        left, entered = here.claim(person).status, there.claim(person).status
        went_away = here.history.get(person, [None])[-1] == Change.TRANSFERRED_AWAY
        if went_away and entered == CONFIRMED:
            return CONFIRMED, None
        refusal = self._refusal_to_leave(here, left, now) or (
            AlreadyBooked if entered == CONFIRMED else self._refusal_to_book(there, person, now)
        )
        if refusal is not None:
            return refusal
        if entered != OFFERED and not self._gets_a_place(there, person, now):
            return SessionFull
        if self._is_late(here, person, now) and not says_why:
            return ReasonNeeded
        here.step(person, Change.TRANSFERRED_AWAY, CANCELLED)
        there.step(person, Change.TRANSFERRED_HERE, CONFIRMED)
        here.pass_on(now, tell=True)
        return CONFIRMED, None

    def _refusal_to_change(self, one: SessionModel, now: datetime) -> Refusal | None:
        if one.called_off:
            return SessionCancelled
        return SessionStarted if now >= one.starts_at else None

    def _refusal_to_leave(
        self, one: SessionModel, left: BookingStatus, now: datetime
    ) -> Refusal | None:
        refusal = self._refusal_to_change(one, now)
        return refusal or (NoBooking if left != CONFIRMED else None)

    def _set_capacity(self, number: int, capacity: int, now: datetime) -> Refusal | None:
        one = self.sessions[number]
        for person in reversed(list(one.in_line(OFFERED))):
            if one.places_taken > capacity:
                one.step(person, Change.OFFER_WITHDRAWN, WAITLISTED)
                one.owe(NoticeKind.OFFER_ENDED, person)
        if capacity < one.capacity and capacity < one.places_taken + self._kept(one, now):
            return CapacityTooSmall
        more = capacity > one.capacity
        one.capacity = capacity
        one.pass_on(now, tell=more)
        return None

    def _kept(self, one: SessionModel, now: datetime) -> int:
        """Return how many places are kept; on a session called off nothing opens, but time does."""
        return sum(
            one.kept_for(agency) for agency, row in one.reserved.items() if row.opens_at > now
        )

    def _reserve(
        self, number: int, agency: int, places: int, opens_at: datetime, now: datetime
    ) -> Refusal | None:
        one = self.sessions[number]
        refusal = self._refusal_to_change(one, now)
        if refusal is not None:
            return refusal
        before = one.reserved.get(agency)
        if places == 0:
            self._release(one, agency, now)
            return None
        wanted = Reservation(places, min(opens_at, one.offers_end))
        if wanted == before:
            return None
        if wanted.opens_at <= now:
            return DatesImpossible
        one.reserved[agency] = wanted
        kept_for_others = self._kept(one, now) - one.kept_for(agency)
        if one.kept_for(agency) > one.free - kept_for_others:
            return TooManyReserved
        one.pass_on(now, tell=True)
        return None

    def _release(self, one: SessionModel, agency: int, now: datetime) -> None:
        before = one.reserved.get(agency)
        if before is not None and not before.opened:
            del one.reserved[agency]
            one.pass_on(now, tell=True)

    def _move(self, number: int, starts_at: datetime, now: datetime) -> Refusal | None:
        one = self.sessions[number]
        refusal = self._refusal_to_change(one, now)
        if refusal is not None:
            return refusal
        distance = starts_at - one.starts_at
        if not distance:
            return None
        for person in list(one.in_line(OFFERED)):
            one.step(person, Change.OFFER_WITHDRAWN, WAITLISTED)
            one.owe(NoticeKind.OFFER_ENDED, person)
        one.starts_at = starts_at
        one.changes += 1
        for row in one.reserved.values():
            if not row.opened:
                row.opens_at = min(row.opens_at + distance, one.offers_end)
        for person, claim in one.claims.items():
            one.withdraw(person, {NoticeKind.SESSION_MOVED})
            one.withdraw(person, OF_A_PLACE)
            claim.leaves_freely = claim.leaves_freely or claim.status == CONFIRMED
            claim.coming = False
            if claim.status == CONFIRMED:
                one.owe_in_time(person)
            if claim.status in {CONFIRMED, WAITLISTED}:
                one.owe(NoticeKind.SESSION_MOVED, person, one.changes)
        one.open_reserved(now)
        one.pass_on(now, tell=True)
        return None

    def _call_off(self, number: int, now: datetime) -> Refusal | None:
        one = self.sessions[number]
        if one.called_off:
            return None
        if now >= one.starts_at:
            return SessionStarted
        one.called_off, one.minimum = True, None
        one.changes += 1
        for person, claim in one.claims.items():
            if claim.status in {CONFIRMED, OFFERED, WAITLISTED}:
                one.withdraw(person, set(NoticeKind))
                one.step(person, Change.SESSION_CANCELLED, CALLED_OFF)
                one.owe(NoticeKind.SESSION_CANCELLED, person)
        return None
