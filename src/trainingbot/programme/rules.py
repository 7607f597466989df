"""Whether the lines of a programme make sense together, and with what the service holds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from trainingbot.enums import (
    ACTIVE_BOOKINGS,
    Attendance,
    BookingStatus,
    SessionStatus,
    SessionStep,
)
from trainingbot.programme.problems import Problem, counted, one_of, quoted
from trainingbot.programme.rows import BookingRow, EvaluationRow, Programme, SessionRow
from trainingbot.programme.stored import Stored
from trainingbot.programme.times import is_shown_by_clocks, local_time, moment_of

CAME = (Attendance.ATTENDED, Attendance.PARTLY_ATTENDED)


def problems_of(
    programme: Programme, *, stored: Stored, zone: ZoneInfo, now: datetime
) -> list[Problem]:
    """Return everything that keeps a programme of readable lines from being taken in.

    A line that names something unknown is passed over here, for that is told elsewhere.
    """
    return [
        *_agencies(programme, stored),
        *_trainers(programme),
        *_sessions(programme, zone=zone, now=now),
        *_bookings(programme, zone=zone, now=now),
        *_places(programme, stored),
        *_settled_in_the_chat(programme, stored),
        *_evaluations(programme, zone=zone, now=now),
    ]


def notes_on(programme: Programme, *, zone: ZoneInfo) -> list[Problem]:
    """Return what an import takes, but a person should know how: times that no clock showed."""
    moments = [
        ("bookings.csv", "booked_at", [(row.line, row.booked_at) for row in programme.bookings]),
        (
            "bookings.csv",
            "cancelled_at",
            [(row.line, row.cancelled_at) for row in programme.bookings if row.cancelled_at],
        ),
        (
            "evaluations.csv",
            "submitted_at",
            [(row.line, row.submitted_at) for row in programme.evaluations],
        ),
    ]
    return [
        Problem(file, line, column, _note_on_skipped(local, zone))
        for file, column, lines in moments
        for line, local in lines
        if not is_shown_by_clocks(local, zone=zone)
    ]


def _note_on_skipped(local: datetime, zone: ZoneInfo) -> str:
    meant = local_time(moment_of(local, zone=zone), zone=zone)
    return (
        f"{_shown(local)} does not exist in {zone.key}, because the clocks go forward over it; "
        f"taken as {_shown(meant)}, from a clock not yet put forward"
    )


OWN = {"email_domain": "a domain", "tenant_id": "a tenant"}
"""What only one agency can have."""


def _agencies(programme: Programme, stored: Stored) -> Iterator[Problem]:
    in_files = {row.code for row in programme.agencies}
    for column, what in OWN.items():
        taken = {
            getattr(agency, column): agency.code
            for agency in stored.agencies.values()
            if getattr(agency, column) and agency.code not in in_files
        }
        for row in programme.agencies:
            own = getattr(row, column)
            if own in taken:
                yield Problem(
                    "agencies.csv",
                    row.line,
                    column,
                    f"{quoted(own)} belongs to {taken[own]} in the service; "
                    f"expected {what} of this agency alone, or nothing",
                )


def _trainers(programme: Programme) -> Iterator[Problem]:
    people = {row.email: row for row in programme.practitioners}
    for row in programme.trainers:
        known = people.get(row.email)
        for column in ("name", "agency"):
            other = getattr(known, column, getattr(row, column))
            if known and other != getattr(row, column):
                yield Problem(
                    "trainers.csv",
                    row.line,
                    column,
                    f"found {quoted(getattr(row, column))}; expected {quoted(other)}, as in "
                    f"practitioners.csv, line {known.line}",
                )


def _sessions(programme: Programme, *, zone: ZoneInfo, now: datetime) -> Iterator[Problem]:
    for row in programme.sessions:
        starts_at = moment_of(row.starts_at, zone=zone)
        if moment_of(row.ends_at, zone=zone) <= starts_at:
            yield Problem(
                "sessions.csv",
                row.line,
                "ends_at",
                f"{row.id} would end at {_shown(row.ends_at)}, but starts at "
                f"{_shown(row.starts_at)}; expected an end after the start",
            )
        if row.status == SessionStatus.DELIVERED and starts_at > now:
            yield Problem(
                "sessions.csv",
                row.line,
                "status",
                f"{row.id} is still to come; expected scheduled or cancelled",
            )


def _bookings(programme: Programme, *, zone: ZoneInfo, now: datetime) -> Iterator[Problem]:
    sessions = {row.id: row for row in programme.sessions}
    for row in programme.bookings:
        yield from _history_of_booking(row, zone=zone, now=now)
        session = sessions.get(row.session)
        if session is not None:
            yield from _booking_with_session(row, session, zone=zone, now=now)


def _history_of_booking(row: BookingRow, *, zone: ZoneInfo, now: datetime) -> Iterator[Problem]:
    def problem(column: str, sentence: str) -> Problem:
        return Problem("bookings.csv", row.line, column, sentence)

    booked_at = moment_of(row.booked_at, zone=zone)
    if booked_at > now:
        yield problem(
            "booked_at", f"{_shown(row.booked_at)} is still to come; expected a past time"
        )
    cancelled = row.status == BookingStatus.CANCELLED
    if row.cancelled_at is None and cancelled:
        yield problem("cancelled_at", "the cell is empty; expected the time of the cancellation")
    elif row.cancelled_at is not None and not cancelled:
        yield problem(
            "cancelled_at",
            f"the booking is {row.status}; expected nothing here, or cancelled there",
        )
    elif row.cancelled_at is not None:
        cancelled_at = moment_of(row.cancelled_at, zone=zone)
        if cancelled_at < booked_at:
            yield problem(
                "cancelled_at",
                f"{_shown(row.cancelled_at)} is before the booking was made, "
                f"{_shown(row.booked_at)}; expected a time after it",
            )
        if cancelled_at > now:
            yield problem(
                "cancelled_at", f"{_shown(row.cancelled_at)} is still to come; expected a past time"
            )
    if row.attendance is not None and row.status != BookingStatus.CONFIRMED:
        yield problem(
            "attendance",
            f"found {row.attendance} for a booking that is {row.status}; expected nothing here, "
            f"or confirmed there",
        )


def _booking_with_session(
    row: BookingRow, session: SessionRow, *, zone: ZoneInfo, now: datetime
) -> Iterator[Problem]:
    fits = _statuses_in(session)
    if row.status not in fits:
        yield Problem(
            "bookings.csv",
            row.line,
            "status",
            f"found {row.status}, but {session.id} is {session.status}; expected {one_of(fits)}",
        )
    if row.attendance is not None and moment_of(session.starts_at, zone=zone) > now:
        yield Problem(
            "bookings.csv",
            row.line,
            "attendance",
            f"found {row.attendance}, but {session.id} is still to come; expected nothing",
        )
    if row.cancelled_at is not None and row.cancelled_at > session.starts_at:
        yield Problem(
            "bookings.csv",
            row.line,
            "cancelled_at",
            f"{_shown(row.cancelled_at)} is after {session.id} began; expected a time before "
            f"{_shown(session.starts_at)}, or a confirmed booking with its attendance",
        )


def _statuses_in(session: SessionRow) -> tuple[BookingStatus, ...]:
    if session.status == SessionStatus.CANCELLED:
        return (BookingStatus.CANCELLED, BookingStatus.SESSION_CANCELLED)
    return (BookingStatus.CONFIRMED, BookingStatus.WAITLISTED, BookingStatus.CANCELLED)


def _places(programme: Programme, stored: Stored) -> Iterator[Problem]:
    """Find bookings beyond the places of a session, counting those the service already has."""
    confirmed = defaultdict(list)
    for row in programme.bookings:
        if row.status == BookingStatus.CONFIRMED and not _is_stored(row, stored):
            confirmed[row.session].append(row)
    offers = stored.offers()
    for session in programme.sessions:
        if session.status == SessionStatus.CANCELLED or _is_settled(session, stored):
            continue
        new = confirmed[session.id]
        known = stored.sessions.get(session.id)
        taken = known.places_taken if known else 0
        if known and not new:
            # An open offer ends where there are fewer places; a confirmed place never does.
            taken -= offers[known.id]
        if taken > session.capacity:
            yield Problem(
                "sessions.csv",
                session.line,
                "capacity",
                f"found {session.capacity}, but {counted(taken, 'place is', 'places are')} taken "
                f"in the service; expected {taken} or more",
            )
            continue
        yield from _beyond_capacity(session, new, taken=taken)


def _is_settled(session: SessionRow, stored: Stored) -> bool:
    """Tell whether a coordinator has settled in the chat how many places a session has."""
    known = stored.sessions.get(session.id)
    return known is not None and "capacity" in stored.decided_columns(known.id)


def _settled_in_the_chat(programme: Programme, stored: Stored) -> Iterator[Problem]:
    """Find what cannot be taken beside what coordinators did in the chat."""
    claims = defaultdict(list)
    for row in programme.bookings:
        if row.status in ACTIVE_BOOKINGS and not _is_stored(row, stored):
            claims[row.session].append(row)
    for session in programme.sessions:
        known = stored.sessions.get(session.id)
        if known is None:
            continue
        steps = stored.decided.get(known.id, set())
        course = stored.courses.get(session.course)
        if SessionStep.ADDED in steps and (course is None or course.id != known.course_id):
            yield Problem(
                "sessions.csv",
                session.line,
                "id",
                f"a coordinator added {session.id} in the chat, for another course; "
                "expected a code that is not taken",
            )
        if SessionStep.CANCELLED in steps and known.status == SessionStatus.CANCELLED:
            for row in claims[session.id]:
                yield Problem(
                    "bookings.csv",
                    row.line,
                    "status",
                    f"found {row.status}, but a coordinator cancelled {session.id} in the chat; "
                    "expected no new booking of it",
                )
        elif _is_settled(session, stored):
            new = [row for row in claims[session.id] if row.status == BookingStatus.CONFIRMED]
            settled = session.model_copy(update={"capacity": known.capacity})
            yield from _beyond_capacity(settled, new, taken=known.places_taken)


def _beyond_capacity(
    session: SessionRow, confirmed: Iterable[BookingRow], *, taken: int
) -> Iterator[Problem]:
    places = counted(session.capacity, "place")
    for number, row in enumerate(confirmed, start=taken + 1):
        if number > session.capacity:
            yield Problem(
                "bookings.csv",
                row.line,
                "status",
                f"{session.id} has {places}, and this would be confirmed booking {number:,}; "
                f"expected waitlisted, or more places in sessions.csv, line {session.line}",
            )


def _is_stored(row: BookingRow, stored: Stored) -> bool:
    session = stored.sessions.get(row.session)
    person = stored.people.get(row.email)
    return session is not None and person is not None and (session.id, person.id) in stored.bookings


def _evaluations(programme: Programme, *, zone: ZoneInfo, now: datetime) -> Iterator[Problem]:
    sessions = {row.id: row for row in programme.sessions}
    bookings = {(row.session, row.email): row for row in programme.bookings}
    for row in programme.evaluations:
        booking = bookings.get((row.session, row.email))
        if booking is not None and booking.attendance not in CAME:
            yield _evaluation_problem(
                row,
                "email",
                f"{quoted(row.email)} did not attend {row.session} "
                f"(bookings.csv, line {booking.line}); expected somebody who did",
            )
        session = sessions.get(row.session)
        if session is not None and row.submitted_at < session.starts_at:
            yield _evaluation_problem(
                row,
                "submitted_at",
                f"{_shown(row.submitted_at)} is before {row.session} began; "
                f"expected a time after {_shown(session.starts_at)}",
            )
        if moment_of(row.submitted_at, zone=zone) > now:
            yield _evaluation_problem(
                row,
                "submitted_at",
                f"{_shown(row.submitted_at)} is still to come; expected a past time",
            )


def _evaluation_problem(row: EvaluationRow, column: str, sentence: str) -> Problem:
    return Problem("evaluations.csv", row.line, column, sentence)


def _shown(local: datetime) -> str:
    return local.isoformat(timespec="minutes")
