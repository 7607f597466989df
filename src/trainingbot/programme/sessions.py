"""What an import writes of sessions; of those still to come, people are told what changes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from trainingbot.enums import BookingStatus, SessionStatus, SessionStep
from trainingbot.models import CourseSession, SessionChange, SessionTrainer
from trainingbot.programme.changes import Changes, Names, Rescheduled, Values
from trainingbot.programme.problems import Problem, one_of
from trainingbot.programme.rows import Programme, SessionRow
from trainingbot.programme.stored import Pair, Stored
from trainingbot.programme.times import moment_of
from trainingbot.scheduling.words import added_in_words

CALENDAR_COLUMNS = ("starts_at", "ends_at", "delivery", "venue", "status")
"""A change of one of these reaches the calendars of those who have a place."""
SCHEDULE_COLUMNS = ("starts_at", "ends_at", "status")
"""A change of one of these moves what people hear before and after a session."""
TOLD_COLUMNS = (*CALENDAR_COLUMNS, "capacity")
"""Of a change of one of these people are told, while the session is still to come."""
TRAINERS = "trainers"


def settle_sessions(
    programme: Programme,
    stored: Stored,
    names: Names,
    changes: Changes,
    counts: dict[str, tuple[int, int]],
    *,
    zone: ZoneInfo,
    now: datetime,
) -> None:
    """Decide on every session, whose `counts` are places taken and the next number in its queue."""
    unmarked = _with_unmarked(programme, stored, names)
    for row in programme.sessions:
        known = stored.sessions.get(row.id)
        places_taken, next_queue_number = counts[row.id]
        running: Values = {
            "places_taken": places_taken,
            "next_queue_number": next_queue_number,
            "broadcast_count": known.broadcast_count if known else 0,
        }
        values = _session_values(row, names, zone=zone)
        is_marked = names.sessions[row.id] not in unmarked
        running["register_closed_at"] = _register_closed_at(values, known, is_marked=is_marked)
        if known is None:
            _add(row, values, running, names=names, changes=changes, zone=zone, now=now)
        else:
            _change(
                row, known, values, running, stored=stored, names=names, changes=changes, now=now
            )


def is_called_off(row: SessionRow, stored: Stored) -> bool:
    """Tell whether the programme cancels a session that the service still held."""
    known = stored.sessions.get(row.id)
    return (
        known is not None
        and known.status != SessionStatus.CANCELLED
        and row.status == SessionStatus.CANCELLED
        and "status" not in stored.decided_columns(known.id)
    )


def is_still_to_come(known: CourseSession | None, *, now: datetime) -> bool:
    """Tell of a session of the service whether people are told what changes about it."""
    return known is not None and known.status == SessionStatus.SCHEDULED and known.starts_at > now


def _add(
    row: SessionRow,
    values: Values,
    running: Values,
    *,
    names: Names,
    changes: Changes,
    zone: ZoneInfo,
    now: datetime,
) -> None:
    session_id = names.sessions[row.id]
    changes.tally("session").added += 1
    changes.added[CourseSession].append({"id": session_id, **values, **running, "change_count": 0})
    trainers = _trainers_of(row, names)
    changes.added[SessionTrainer] += _pairs_to_write(session_id, trainers)
    changes.added[SessionChange].append(
        {
            "id": uuid4(),
            "session_id": session_id,
            "position": 1,
            "step": SessionStep.ADDED,
            "at": now,
            "details": added_in_words(CourseSession(**values), trainers=len(trainers), zone=zone),
        }
    )


def _change(
    row: SessionRow,
    known: CourseSession,
    values: Values,
    running: Values,
    *,
    stored: Stored,
    names: Names,
    changes: Changes,
    now: datetime,
) -> None:
    tally = changes.tally("session")
    present = stored.trainers.get(known.id, set())
    trainers = _trainers_of(row, names)
    kept = _keep_what_coordinators_decided(row, known, values, stored, changes)
    if TRAINERS in stored.decided_columns(known.id):
        trainers = present
    wanted = dict(values)
    told = is_still_to_come(known, now=now) and (
        values["status"] == SessionStatus.CANCELLED
        or (values["status"] == SessionStatus.SCHEDULED and values["starts_at"] > now)
    )
    differs = any(getattr(known, column) != value for column, value in values.items())
    if differs or trainers != present:
        tally.changed += 1
    elif kept:
        tally.kept += 1
    else:
        tally.unchanged += 1
    if told and (differs or trainers != present):
        changes.rescheduled.append(
            Rescheduled(known.id, wanted, tuple(sorted(trainers)), known.capacity)
        )
        values |= {column: getattr(known, column) for column in TOLD_COLUMNS}
        # People may need the new places at once; those that go are taken back one by one.
        values["capacity"] = max(known.capacity, wanted["capacity"])
    elif not told:
        if any(getattr(known, column) != values[column] for column in SCHEDULE_COLUMNS):
            changes.redated.append(known.id)
        changes.added[SessionTrainer] += _pairs_to_write(known.id, trainers - present)
        changes.dismissed += _pairs(known.id, present - trainers)
    everything = {**values, **running}
    if any(getattr(known, column) != value for column, value in everything.items()):
        moved = any(getattr(known, column) != values[column] for column in CALENDAR_COLUMNS)
        changes.changed[CourseSession].append(
            {"id": known.id, **everything, "change_count": known.change_count + moved}
        )
    if values["capacity"] > known.capacity and running["next_queue_number"] > 1:
        changes.grown.append(known.id)


def _keep_what_coordinators_decided(
    row: SessionRow, known: CourseSession, values: Values, stored: Stored, changes: Changes
) -> bool:
    """Put what was decided in the chat in the place of what the files say of it.

    Tells whether they say otherwise; a note says so then.
    """
    columns = [one for one in stored.decided_columns(known.id) if one in values]
    otherwise = sorted(one for one in columns if getattr(known, one) != values[one])
    values |= {column: getattr(known, column) for column in columns}
    if otherwise:
        changes.notes.append(
            Problem(
                "sessions.csv",
                row.line,
                otherwise[0],
                f"{row.id} keeps its {one_of(otherwise).replace(' or ', ' and ')} as a "
                "coordinator set it in the chat",
            )
        )
    return bool(otherwise)


def _with_unmarked(programme: Programme, stored: Stored, names: Names) -> set[UUID]:
    """Return the sessions on which somebody with a place is not marked after the import."""
    in_files = {
        (names.sessions[row.session], names.people[row.email])
        for row in programme.bookings
        if row.status == BookingStatus.CONFIRMED and row.attendance is None
    }
    in_service = {
        pair
        for pair, booking in stored.bookings.items()
        if booking.status == BookingStatus.CONFIRMED and booking.attendance is None
    }
    return {session_id for session_id, _ in in_service | (in_files - stored.bookings.keys())}


def _register_closed_at(
    values: Values, known: CourseSession | None, *, is_marked: bool
) -> datetime | None:
    """Return when the register of a session counts as closed.

    The files of a session that was delivered are its register, where everybody is marked in them.
    What was closed or reopened in the service stays so.
    """
    if known is not None and known.status == SessionStatus.DELIVERED:
        kept = known.register_closed_at
        return None if values["status"] == SessionStatus.CANCELLED else kept
    if values["status"] != SessionStatus.DELIVERED or not is_marked:
        return None
    closed_at: datetime = values["ends_at"]
    return closed_at


def _session_values(row: SessionRow, names: Names, *, zone: ZoneInfo) -> Values:
    return {
        "code": row.id,
        "course_id": names.courses[row.course],
        "starts_at": moment_of(row.starts_at, zone=zone),
        "ends_at": moment_of(row.ends_at, zone=zone),
        "delivery": row.delivery,
        "venue": row.venue,
        "status": row.status,
        "cancel_reason": row.cancel_reason,
        "capacity": row.capacity,
    }


def _trainers_of(row: SessionRow, names: Names) -> set[UUID]:
    return {names.people[email] for email in row.trainers}


def _pairs_to_write(session_id: UUID, practitioner_ids: Iterable[UUID]) -> list[Values]:
    return [
        {"session_id": session_id, "practitioner_id": practitioner_id}
        for _, practitioner_id in _pairs(session_id, practitioner_ids)
    ]


def _pairs(session_id: UUID, practitioner_ids: Iterable[UUID]) -> list[Pair]:
    return [(session_id, practitioner_id) for practitioner_id in sorted(practitioner_ids)]
