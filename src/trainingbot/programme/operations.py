"""Take a programme into the service: all of it or nothing."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import SQLModel, and_, col, delete, insert, or_, update
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.locking import lock_session
from trainingbot.bookings.operations import pass_new_places_on
from trainingbot.bookings.schedule import move_schedules
from trainingbot.bookings.tentative import confirm_if_enough
from trainingbot.errors import ImportRefused
from trainingbot.evaluations.operations import first_sheets
from trainingbot.models import (
    Agency,
    Answer,
    Booking,
    BookingChange,
    BriefingViews,
    Course,
    CourseSession,
    EvaluationResponse,
    Practitioner,
    PractitionerRole,
    SessionChange,
    SessionTrainer,
)
from trainingbot.programme.changes import (
    Changes,
    Names,
    name_sessions,
    settle_agencies,
    settle_briefings,
    settle_courses,
    settle_people,
    settle_trainers,
)
from trainingbot.programme.claims import Setting, settle_bookings, settle_evaluations
from trainingbot.programme.problems import refusal
from trainingbot.programme.queries import stored_programme
from trainingbot.programme.reading import Reading, Told, say_nothing
from trainingbot.programme.rescheduling import reschedule
from trainingbot.programme.rules import notes_on, problems_of
from trainingbot.programme.sessions import is_still_to_come, settle_sessions
from trainingbot.programme.stored import Imported, Stored
from trainingbot.scheduling.adding import hold_session_codes
from trainingbot.scheduling.digests import move_digests
from trainingbot.scheduling.missing import owe_missing_of
from trainingbot.terms import Terms

ROWS_IN_A_BATCH = 2_000
PAIRS_IN_A_BATCH = 200
ORDER: Mapping[type[SQLModel], str] = {
    Agency: "agencies",
    Practitioner: "practitioners",
    PractitionerRole: "trainers",
    Course: "courses",
    CourseSession: "sessions",
    SessionChange: "the history of sessions",
    SessionTrainer: "trainers of sessions",
    BriefingViews: "views of briefings",
    Booking: "bookings",
    BookingChange: "the history of bookings",
    EvaluationResponse: "evaluations",
    Answer: "answers",
}
"""The tables in the order in which they build on each other, and what they hold."""


async def import_programme(
    db: AsyncSession,
    reading: Reading,
    *,
    secret: str,
    terms: Terms,
    now: datetime,
    told: Told = say_nothing,
) -> Imported:
    """Take a programme in, and bring what is there already up to date with it.

    Agencies, practitioners, courses and sessions become what the files say, but for what a
    coordinator has decided about a session in the chat. Bookings and evaluations are only added:
    what became of them in the service since is kept. Whoever is on a session still to come, or
    trains it, is told when the files cancel or move it. Safe to repeat. Raises `ImportRefused`
    with everything that is wrong, a line each, or `CapacityTooSmall`; nothing is taken then.
    """
    await hold_session_codes(db)
    zone = terms.calendar.zone
    programme = reading.programme
    stored = await stored_programme(db, programme)
    problems = problems_of(programme, stored=stored, zone=zone, now=now)
    if reading.problems or problems:
        raise ImportRefused(refusal([*reading.problems, *problems]))
    names, changes = Names(), Changes()
    settle_agencies(programme, stored, names, changes)
    settle_people(programme, stored, names, changes, now=now)
    settle_trainers(programme, stored, names, changes)
    settle_courses(programme, stored, names, changes)
    name_sessions(programme, stored, names, changes)
    setting = Setting(programme, stored, names, changes, zone=zone, now=now)
    counts = settle_bookings(setting)
    settle_sessions(programme, stored, names, changes, counts, zone=zone, now=now)
    settle_briefings(programme, stored, changes)
    if programme.evaluations:
        settle_evaluations(setting, sheets=await first_sheets(db), secret=secret)
    await _write(db, changes, told=told)
    await reschedule(db, changes.rescheduled, terms=terms, now=now)
    await _confirm_tentative(db, stored, terms=terms, now=now)
    for session_id in changes.grown:
        await pass_new_places_on(db, session_id=session_id, terms=terms, now=now)
    await _follow_with_notices(db, changes, names, terms=terms, now=now)
    notes = [str(note) for note in sorted([*notes_on(programme, zone=zone), *changes.notes])]
    ignored = [f"Not read, for it is no file of a programme: {name}" for name in reading.ignored]
    return Imported(tuple(changes.tallies.values()), notes=(*notes, *ignored))


async def _confirm_tentative(
    db: AsyncSession, stored: Stored, *, terms: Terms, now: datetime
) -> None:
    """Confirm tentative sessions of which the bookings in the files are enough."""
    for known in stored.sessions.values():
        if known.tentative and is_still_to_come(known, now=now):
            session = await lock_session(db, known.id, terms=terms, now=now)
            await confirm_if_enough(db, session, now=now)


async def _follow_with_notices(
    db: AsyncSession, changes: Changes, names: Names, *, terms: Terms, now: datetime
) -> None:
    """Owe what comes near the sessions of the programme, and take back what no longer does."""
    for session_id in changes.redated:
        session = await lock_session(db, session_id, terms=terms, now=now)
        await move_schedules(db, session, terms=terms, now=now)
        await move_digests(db, session, terms=terms, now=now)
    session_ids = list(names.sessions.values())
    for start in range(0, len(session_ids), PAIRS_IN_A_BATCH):
        some = session_ids[start : start + PAIRS_IN_A_BATCH]
        await owe_missing_of(db, some, terms=terms, now=now)


async def _write(db: AsyncSession, changes: Changes, *, told: Told) -> None:
    await _free_moved_domains(db, changes)
    await _dismiss_trainers(db, changes)
    for table, what in ORDER.items():
        added, changed = changes.added.get(table, []), changes.changed.get(table, [])
        total = len(added) + len(changed)
        done = 0
        for rows, statement in ((added, insert(table)), (changed, update(table))):
            for start in range(0, len(rows), ROWS_IN_A_BATCH):
                told(f"Writing {what}", done, total)
                batch = rows[start : start + ROWS_IN_A_BATCH]
                await db.exec(statement, params=batch)
                done += len(batch)
        if total:
            told(f"Writing {what}", total, total)


async def _free_moved_domains(db: AsyncSession, changes: Changes) -> None:
    # Two agencies that swap domains or tenants would each meet the other's in the unique index.
    for agency_id in changes.moved_domains:
        await db.exec(
            update(Agency)
            .where(col(Agency.id) == agency_id)
            .values(email_domain=None, tenant_id=None)
        )


async def _dismiss_trainers(db: AsyncSession, changes: Changes) -> None:
    for start in range(0, len(changes.dismissed), PAIRS_IN_A_BATCH):
        pairs = changes.dismissed[start : start + PAIRS_IN_A_BATCH]
        same_pair = [
            and_(
                col(SessionTrainer.session_id) == session_id,
                col(SessionTrainer.practitioner_id) == practitioner_id,
            )
            for session_id, practitioner_id in pairs
        ]
        await db.exec(delete(SessionTrainer).where(or_(*same_pair)))
