"""A past programme moved forward in time, so that it has past and coming sessions today."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

from trainingbot.enums import BookingStatus, CourseKind, SessionStatus
from trainingbot.programme.rows import BookingRow, EvaluationRow, Programme, SessionRow
from trainingbot.programme.times import is_shown_by_clocks

YEAR_IN_CODE = re.compile(r"^(\D*)(\d\d)(?!\d)")
FRIDAY = 4
WORTH_FILLING = 10
"""A coming session with as many bookings can be shown with its last places, or full."""
PLACES_LEFT = (1, -2, 2, 3)
"""Places free on the next such sessions; below nought is the number of people who wait."""


@dataclass(frozen=True, slots=True)
class _Move:
    """How far a programme moves, and the day on which its past ends."""

    weeks: timedelta
    today: date
    delays: Mapping[str, timedelta]
    """What is added for sessions that would lie on a bank holiday, by their old codes."""
    codes: Mapping[str, str]
    """New codes by old ones."""
    coming: frozenset[str]
    """Old codes of the sessions from today on."""


def moved_forward(programme: Programme, *, today: date, zone: ZoneInfo) -> Programme:
    """Return the programme moved by whole weeks, so that its middle session is the next to come.

    Times of day and days of the week stay. A session that lands on an English bank holiday, or
    at a time that clocks skip, goes to the next working day. What has not happened by today is
    undone: sessions to come are scheduled, nobody has attended or cancelled or answered after
    today, and who had booked only then is not there yet. Codes carry the year of today.
    """
    if not programme.sessions:
        return programme
    move = _move_to(programme, today=today, zone=zone)
    sessions = [_moved_session(row, move) for row in programme.sessions]
    bookings = [moved for row in programme.bookings if (moved := _moved_booking(row, move))]
    evaluations = [
        answered for row in programme.evaluations if (answered := _moved_evaluation(row, move))
    ]
    coming = {move.codes[code] for code in move.coming}
    sessions = _with_last_places(programme, sessions, bookings, today=today)
    return programme.model_copy(
        update={
            "sessions": tuple(sessions),
            "bookings": tuple(_with_queues(sessions, bookings, coming)),
            "evaluations": tuple(evaluations),
            "briefings": (),
        }
    )


def middle_session(programme: Programme) -> SessionRow:
    """Return the session in the middle of a programme, which the moved one has next."""
    ordered = sorted(programme.sessions, key=lambda row: (row.starts_at, row.id))
    return ordered[len(ordered) // 2]


def code_without_year(code: str) -> str:
    """Return what a session's code shares with that of the same session in another year."""
    return YEAR_IN_CODE.sub(r"\1", code)


def _move_to(programme: Programme, *, today: date, zone: ZoneInfo) -> _Move:
    days = (today - middle_session(programme).starts_at.date()).days
    weeks = timedelta(weeks=days // 7 + 1)
    delays = {row.id: _delay(row, weeks, zone) for row in programme.sessions}
    coming = frozenset(
        row.id
        for row in programme.sessions
        if (row.starts_at + weeks + delays[row.id]).date() >= today
    )
    codes = {row.id: _code_of_year(row.id, today.year) for row in programme.sessions}
    return _Move(weeks, today, delays, codes, coming)


def _code_of_year(code: str, year: int) -> str:
    if YEAR_IN_CODE.match(code):
        return YEAR_IN_CODE.sub(rf"\g<1>{year % 100:02}", code)
    return f"{code}-{year % 100:02}"


def _delay(row: SessionRow, weeks: timedelta, zone: ZoneInfo) -> timedelta:
    """Return how long after its day a session can be held."""
    england = holidays.country_holidays("GB", subdiv="ENG")
    delay = timedelta()
    while True:
        starts_at, ends_at = row.starts_at + weeks + delay, row.ends_at + weeks + delay
        shown = is_shown_by_clocks(starts_at, zone=zone) and is_shown_by_clocks(ends_at, zone=zone)
        works = not delay or starts_at.weekday() <= FRIDAY
        if shown and works and starts_at.date() not in england:
            return delay
        delay += timedelta(days=1)


def _moved_session(row: SessionRow, move: _Move) -> SessionRow:
    by = move.weeks + move.delays[row.id]
    changed = {
        "id": move.codes[row.id],
        "starts_at": row.starts_at + by,
        "ends_at": row.ends_at + by,
    }
    if row.id in move.coming:
        changed |= {"status": SessionStatus.SCHEDULED, "cancel_reason": None}
    return row.model_copy(update=changed)


def _moved_booking(row: BookingRow, move: _Move) -> BookingRow | None:
    booked_at = row.booked_at + move.weeks
    if not _has_happened(booked_at, move):
        return None
    cancelled_at = row.cancelled_at + move.weeks if row.cancelled_at else None
    changed = {
        "session": move.codes[row.session],
        "booked_at": booked_at,
        "cancelled_at": cancelled_at,
    }
    if row.session in move.coming:
        cancelled = cancelled_at is not None and _has_happened(cancelled_at, move)
        changed |= {
            "status": BookingStatus.CANCELLED if cancelled else BookingStatus.CONFIRMED,
            "cancelled_at": cancelled_at if cancelled else None,
            "attendance": None,
        }
    return row.model_copy(update=changed)


def _moved_evaluation(row: EvaluationRow, move: _Move) -> EvaluationRow | None:
    submitted_at = row.submitted_at + move.weeks + move.delays[row.session]
    if row.session in move.coming or not _has_happened(submitted_at, move):
        return None
    changed = {"session": move.codes[row.session], "submitted_at": submitted_at}
    return row.model_copy(update=changed)


def _has_happened(local: datetime, move: _Move) -> bool:
    return local.date() < move.today


def _with_last_places(
    programme: Programme,
    sessions: Iterable[SessionRow],
    bookings: Iterable[BookingRow],
    *,
    today: date,
) -> list[SessionRow]:
    """Give some sessions that fill up as many places as make their end visible.

    In a real year bookings go on until the day; the moved one stands still today, and without
    this no session of it would be full.
    """
    taken = Counter(row.session for row in bookings if row.status == BookingStatus.CONFIRMED)
    courses = {row.code for row in programme.courses if row.kind == CourseKind.COURSE}
    filling = [
        row.id
        for row in sorted(sessions, key=lambda row: (row.starts_at, row.id))
        if row.starts_at.date() > today and row.course in courses and taken[row.id] >= WORTH_FILLING
    ]
    capacities = {
        code: taken[code] + left for code, left in zip(filling, PLACES_LEFT, strict=False)
    }
    return [
        row.model_copy(update={"capacity": capacities.get(row.id, row.capacity)})
        for row in sessions
    ]


def _with_queues(
    sessions: Iterable[SessionRow], bookings: Iterable[BookingRow], coming: set[str]
) -> list[BookingRow]:
    """Put on the waitlist who booked a coming session after its last place was taken."""
    free = {row.id: row.capacity for row in sessions if row.id in coming}
    waiting = defaultdict(set)
    for row in sorted(bookings, key=lambda row: (row.booked_at, row.line)):
        if row.session in free and row.status == BookingStatus.CONFIRMED:
            free[row.session] -= 1
            if free[row.session] < 0:
                waiting[row.session].add(row.email)
    return [
        row.model_copy(update={"status": BookingStatus.WAITLISTED})
        if row.email in waiting[row.session]
        else row
        for row in bookings
    ]
