"""Importing small programmes in tests, and reading back what came of it."""

from datetime import datetime
from pathlib import Path

from sqlmodel import col, select

from tests.moments import NOW, TERMS
from tests.trainingbot.programme.folders import read
from trainingbot.db import Database
from trainingbot.models import (
    Booking,
    BookingChange,
    Course,
    CourseSession,
    Practitioner,
)
from trainingbot.programme.operations import import_programme
from trainingbot.programme.stored import Imported, Tally

SECRET = "a secret that is long enough to be one"


async def take_in(
    database: Database, folder: Path, *, now: datetime = NOW, **changed: str | None
) -> Imported:
    reading = read(folder, **changed)
    async with database.writing() as db:
        return await import_programme(db, reading, secret=SECRET, terms=TERMS, now=now)


def tally_of(imported: Imported, noun: str) -> Tally:
    [tally] = [tally for tally in imported.tallies if tally.noun == noun]
    return tally


async def session_of(database: Database, code: str) -> CourseSession:
    async with database.reading() as db:
        return (await db.exec(select(CourseSession).where(CourseSession.code == code))).one()


async def practitioner_of(database: Database, email: str) -> Practitioner:
    async with database.reading() as db:
        return (await db.exec(select(Practitioner).where(Practitioner.email == email))).one()


async def course_of(database: Database, code: str) -> Course:
    async with database.reading() as db:
        return (await db.exec(select(Course).where(Course.code == code))).one()


async def booking_of(database: Database, code: str, email: str) -> Booking:
    async with database.reading() as db:
        found = await db.exec(
            select(Booking)
            .join(CourseSession, col(CourseSession.id) == col(Booking.session_id))
            .join(Practitioner, col(Practitioner.id) == col(Booking.practitioner_id))
            .where(CourseSession.code == code, Practitioner.email == email)
        )
        return found.one()


async def history_of(database: Database, booking: Booking) -> list[BookingChange]:
    async with database.reading() as db:
        found = await db.exec(
            select(BookingChange)
            .where(BookingChange.booking_id == booking.id)
            .order_by(col(BookingChange.position))
        )
        return list(found.all())
