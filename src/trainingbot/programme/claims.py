"""What an import writes of bookings, their history and the answers to evaluations."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from trainingbot.enums import (
    ACTIVE_BOOKINGS,
    Attendance,
    BookingStatus,
    Change,
    EvaluationMoment,
)
from trainingbot.evaluations.rules import respondent_hash
from trainingbot.evaluations.views import Sheet
from trainingbot.models import Answer, Booking, BookingChange, EvaluationResponse
from trainingbot.programme.changes import Changes, Names, Values
from trainingbot.programme.rows import Agreement, BookingRow, EvaluationRow, Programme, SessionRow
from trainingbot.programme.sessions import is_called_off, is_still_to_come
from trainingbot.programme.stored import Pair, Stored, StoredBooking
from trainingbot.programme.times import moment_of

IMPORTED = "imported"
"""The reason in every row of history that comes from a file."""
POINTS = {
    Agreement.STRONGLY_DISAGREE: 1,
    Agreement.DISAGREE: 2,
    Agreement.NEUTRAL: 3,
    Agreement.AGREE: 4,
    Agreement.STRONGLY_AGREE: 5,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What the decisions of one import share."""

    programme: Programme
    stored: Stored
    names: Names
    changes: Changes
    zone: ZoneInfo
    now: datetime


def settle_bookings(setting: Setting) -> dict[str, tuple[int, int]]:
    """Decide on every line of bookings.csv.

    Returns for each session how many places are taken afterwards and the next number of its queue.
    Bookings that the service has are left alone, but for those of a session that is called off.
    """
    lines = defaultdict(list)
    for row in setting.programme.bookings:
        lines[row.session].append(row)
    evaluated = {
        (row.session, row.email): row.submitted_at.date() for row in setting.programme.evaluations
    }
    counts = {}
    for session in setting.programme.sessions:
        called_off = _call_off(session, setting)
        taken, queue = _counts_before(session, setting)
        # The queue is in the order in which people booked, whatever the order of the lines.
        for row in sorted(lines[session.id], key=lambda line: (line.booked_at, line.line)):
            pair = (setting.names.sessions[session.id], setting.names.people[row.email])
            if pair in called_off:
                continue
            known = setting.stored.bookings.get(pair)
            if known is not None:
                _tally_known(row, known, setting)
                continue
            waits = row.status == BookingStatus.WAITLISTED
            values = {
                "session_id": pair[0],
                "practitioner_id": pair[1],
                "queue_number": queue if waits else None,
                "evaluated_on": evaluated.get((row.session, row.email)),
            }
            _add_booking(row, session, values, setting)
            taken += row.status == BookingStatus.CONFIRMED
            queue += waits
        counts[session.id] = (taken, queue)
    return counts


def _counts_before(session: SessionRow, setting: Setting) -> tuple[int, int]:
    known = setting.stored.sessions.get(session.id)
    if known is None:
        return 0, 1
    # Those of a session still to come are given back one by one, when its people are told.
    called_off = is_called_off(session, setting.stored) and not is_still_to_come(
        known, now=setting.now
    )
    return (0 if called_off else known.places_taken), known.next_queue_number


def _call_off(session: SessionRow, setting: Setting) -> set[Pair]:
    """End the claims on a session that the programme cancels; return whose they were.

    Those on a session still to come end when its people are told.
    """
    if not is_called_off(session, setting.stored):
        return set()
    session_id = setting.names.sessions[session.id]
    active = {
        pair: booking
        for pair, booking in setting.stored.bookings.items()
        if pair[0] == session_id and booking.status in ACTIVE_BOOKINGS
    }
    setting.changes.tally("booking").changed += len(active)
    if is_still_to_come(setting.stored.sessions[session.id], now=setting.now):
        return set(active)
    for booking in active.values():
        change_count = booking.change_count + 1
        setting.changes.changed[Booking].append(
            {
                "id": booking.id,
                "status": BookingStatus.SESSION_CANCELLED,
                "queue_number": None,
                "offer_expires_at": None,
                "attendance": None,
                "coming_at": None,
                "change_count": change_count,
            }
        )
        change = (Change.SESSION_CANCELLED, setting.now)
        _add_history(booking.id, [change], setting.changes, first=change_count)
    return set(active)


def _tally_known(row: BookingRow, known: StoredBooking, setting: Setting) -> None:
    tally = setting.changes.tally("booking")
    cancelled_at = row.cancelled_at and moment_of(row.cancelled_at, zone=setting.zone)
    in_file = (row.status, cancelled_at, row.attendance)
    if in_file == (known.status, known.cancelled_at, known.attendance):
        tally.unchanged += 1
    else:
        tally.kept += 1


def _add_booking(row: BookingRow, session: SessionRow, values: Values, setting: Setting) -> None:
    booking_id = uuid4()
    history = list(_history(row, session, setting))
    setting.changes.tally("booking").added += 1
    setting.changes.added[Booking].append(
        {
            "id": booking_id,
            "status": row.status,
            "booked_at": moment_of(row.booked_at, zone=setting.zone),
            "cancelled_at": row.cancelled_at and moment_of(row.cancelled_at, zone=setting.zone),
            "attendance": row.attendance,
            "change_count": len(history),
            "books_automatically": False,
            **values,
        }
    )
    _add_history(booking_id, history, setting.changes, first=1, attendance=row.attendance)


def _history(
    row: BookingRow, session: SessionRow, setting: Setting
) -> Iterator[tuple[Change, datetime]]:
    """Tell what happened to a booking, as far as a line of the file knows.

    It does not say when a session was cancelled, nor when attendance was marked: the session's
    start and end stand for them, as the latest and the earliest that they can have been.
    """
    waits = row.status == BookingStatus.WAITLISTED
    booked_at = moment_of(row.booked_at, zone=setting.zone)
    yield Change.WAITLISTED if waits else Change.BOOKED, booked_at
    if row.cancelled_at is not None:
        yield Change.CANCELLED, moment_of(row.cancelled_at, zone=setting.zone)
    if row.status == BookingStatus.SESSION_CANCELLED:
        starts_at = moment_of(session.starts_at, zone=setting.zone)
        yield Change.SESSION_CANCELLED, min(max(starts_at, booked_at), setting.now)
    if row.attendance is not None:
        ends_at = moment_of(session.ends_at, zone=setting.zone)
        yield Change.ATTENDANCE_MARKED, min(max(ends_at, booked_at), setting.now)


def _add_history(
    booking_id: UUID,
    history: list[tuple[Change, datetime]],
    changes: Changes,
    *,
    first: int,
    attendance: Attendance | None = None,
) -> None:
    for position, (change, at) in enumerate(history, start=first):
        changes.added[BookingChange].append(
            {
                "id": uuid4(),
                "booking_id": booking_id,
                "position": position,
                "change": change,
                "at": at,
                "actor_id": None,
                "reason": IMPORTED,
                "attendance": attendance if change == Change.ATTENDANCE_MARKED else None,
            }
        )


def settle_evaluations(
    setting: Setting, *, sheets: Mapping[EvaluationMoment, Sheet], secret: str
) -> None:
    """Decide on every line of evaluations.csv.

    Responses are written in the order of their hashes, which is that of no list of people.
    """
    tally = setting.changes.tally("evaluation")
    responses = []
    for row in setting.programme.evaluations:
        pair = (setting.names.sessions[row.session], setting.names.people[row.email])
        known = setting.stored.bookings.get(pair)
        if known is not None and known.evaluated_on is not None:
            tally.unchanged += 1
            continue
        tally.added += 1
        if known is not None:
            setting.changes.changed[Booking].append(
                {"id": known.id, "evaluated_on": row.submitted_at.date()}
            )
        name = respondent_hash(secret, pair[1])
        responses += [
            (name, pair[0], moment, answers)
            for moment, answers in _answers(row)
            if (pair[0], moment, name) not in setting.stored.responses
        ]
    for name, session_id, moment, answers in sorted(responses, key=lambda entry: entry[:3]):
        _add_response(name, session_id, sheets[moment], answers, setting.changes)


def _answers(row: EvaluationRow) -> Iterator[tuple[EvaluationMoment, Values]]:
    """Return the answers of a line, sheet by sheet; a blank is no answer.

    A line is one returned sheet from after the session, even when nothing is answered in it.
    The sheet from before was returned only by those who answered it.
    """
    if row.knowledge_before is not None:
        yield EvaluationMoment.BEFORE, {"knowledge_before": row.knowledge_before}
    answers = {
        "knowledge_after": row.knowledge_after,
        "engaging": POINTS[row.engaging] if row.engaging else None,
        "improved_knowledge": POINTS[row.improved_knowledge] if row.improved_knowledge else None,
        "comment": row.comment,
    }
    given = {key: answer for key, answer in answers.items() if answer is not None}
    yield EvaluationMoment.AFTER, given


def _add_response(
    name: str, session_id: UUID, sheet: Sheet, answers: Values, changes: Changes
) -> None:
    response_id = uuid4()
    changes.added[EvaluationResponse].append(
        {
            "id": response_id,
            "session_id": session_id,
            "evaluation_id": sheet.evaluation_id,
            "respondent_hash": name,
        }
    )
    for key, answer in answers.items():
        is_words = isinstance(answer, str)
        changes.added[Answer].append(
            {
                "response_id": response_id,
                "question_id": sheet.questions[key],
                "rating": None if is_words else answer,
                "words": answer if is_words else None,
            }
        )
