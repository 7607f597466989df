"""Take a programme into the service: all of it or nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlmodel import SQLModel, and_, col, delete, func, insert, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.operations import pass_new_places_on
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
    settle_sessions,
    settle_trainers,
)
from trainingbot.programme.claims import Setting, settle_bookings, settle_evaluations
from trainingbot.programme.problems import refusal
from trainingbot.programme.queries import stored_programme
from trainingbot.programme.reading import Reading, Told, say_nothing
from trainingbot.programme.rules import notes_on, problems_of
from trainingbot.programme.stored import Imported
from trainingbot.terms import Terms

ROWS_IN_A_BATCH = 2_000
PAIRS_IN_A_BATCH = 200
ONE_IMPORT_AT_A_TIME: Final = 20_240_112
"""The number of the lock that imports share on PostgreSQL; it is free for any other use."""
ORDER: Mapping[type[SQLModel], str] = {
    Agency: "agencies",
    Practitioner: "practitioners",
    PractitionerRole: "trainers",
    Course: "courses",
    CourseSession: "sessions",
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

    Agencies, practitioners, courses and sessions become what the files say. Bookings and
    evaluations are only added: what became of them in the service since is kept. Safe to repeat.
    Raises `ImportRefused` with everything that is wrong, a line each; nothing is taken then.
    """
    await _wait_for_other_imports(db)
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
    settle_sessions(programme, stored, names, changes, counts, zone=zone)
    settle_briefings(programme, stored, changes)
    if programme.evaluations:
        settle_evaluations(setting, sheets=await first_sheets(db), secret=secret)
    await _write(db, changes, told=told)
    for session_id in changes.grown:
        await pass_new_places_on(db, session_id=session_id, terms=terms, now=now)
    notes = [str(note) for note in sorted(notes_on(programme, zone=zone))]
    ignored = [f"Not read, for it is no file of a programme: {name}" for name in reading.ignored]
    return Imported(tuple(changes.tallies.values()), notes=(*notes, *ignored))


async def _wait_for_other_imports(db: AsyncSession) -> None:
    # On SQLite every writing transaction waits for the one before it.
    if db.get_bind().dialect.name == "postgresql":
        await db.exec(select(func.pg_advisory_xact_lock(ONE_IMPORT_AT_A_TIME)))


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
