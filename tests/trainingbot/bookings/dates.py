"""Two dates of one course and people who hand their places on, for the tests of both ways."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.news import IS_NEWS
from trainingbot.audit.queries import audit_database
from trainingbot.bookings.calendar import calendar_file
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.bookings.queries import training_on
from trainingbot.bookings.substitution import substitute_booking
from trainingbot.bookings.transfer import transfer_booking, wait_for_other_date
from trainingbot.db import Database
from trainingbot.enums import Change, LateReason, NoticeKind, NoticeState
from trainingbot.models import Booking, BookingChange, CourseSession, Notice, Practitioner
from trainingbot.policies import Policy
from trainingbot.terms import Terms

FIRST, SECOND = "S25-014", "S25-021"
CHARGED = replace(TERMS, policy=Policy(late_charge=2500))
"""Terms under which a late cancellation costs £25."""


class Dates:
    """Sessions known by their codes, and people by their names; each turn is a transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sessions: dict[str, UUID] = {}
        self.people: dict[str, UUID] = {}

    async def prepare(self, *names: str, places: int = 2, on_second: int | None = None) -> None:
        """Make two dates of one course, a week apart, and colleagues of one agency."""
        async with self.database.writing() as db:
            course = await make_course(db)
            agency = await make_agency(db)
            for code, starts_at, capacity in (
                (FIRST, NEXT_WEEK, places),
                (SECOND, NEXT_WEEK + timedelta(days=7), places if on_second is None else on_second),
            ):
                session = await make_session(
                    db, course=course, code=code, starts_at=starts_at, capacity=capacity
                )
                self.sessions[code] = session.id
            for name in names:
                self.people[name] = (await make_practitioner(db, name=name, agency=agency)).id

    async def add_stranger(self, name: str, *, confirmed_at: datetime | None = NOW) -> None:
        """Make somebody of another agency."""
        async with self.database.writing() as db:
            person = await make_practitioner(db, name=name, confirmed_at=confirmed_at)
        self.people[name] = person.id

    async def unconfirm(self, name: str) -> None:
        async with self.database.writing() as db:
            (await db.get_one(Practitioner, self.people[name])).agency_confirmed_at = None

    async def book(self, name: str, *, on: str = FIRST, now: datetime = NOW) -> Booking:
        async with self.database.writing() as db:
            return await book_place(
                db,
                session_id=self.sessions[on],
                practitioner_id=self.people[name],
                terms=TERMS,
                now=now,
            )

    async def cancel(
        self,
        name: str,
        *,
        on: str = FIRST,
        late_reason: LateReason | None = None,
        now: datetime = NOW,
    ) -> Booking:
        async with self.database.writing() as db:
            return await cancel_booking(
                db,
                session_id=self.sessions[on],
                practitioner_id=self.people[name],
                late_reason=late_reason,
                terms=TERMS,
                now=now,
            )

    async def send(
        self,
        name: str,
        *,
        to: str,
        by: str | None = None,
        reason: str | None = None,
        terms: Terms = TERMS,
        now: datetime = NOW,
    ) -> tuple[Booking, Booking]:
        """Hand somebody's place on the first date on."""
        async with self.database.writing() as db:
            return await substitute_booking(
                db,
                session_id=self.sessions[FIRST],
                practitioner_id=self.people[name],
                substitute_id=self.people[to],
                terms=terms,
                actor_id=None if by is None else self.people[by],
                reason=reason,
                now=now,
            )

    async def change(
        self,
        name: str,
        *,
        start: str = FIRST,
        to: str = SECOND,
        late_reason: LateReason | None = None,
        reason: str | None = None,
        despite_doubts: bool = False,
        terms: Terms = TERMS,
        now: datetime = NOW,
    ) -> Booking:
        async with self.database.writing() as db:
            return await transfer_booking(
                db,
                from_session_id=self.sessions[start],
                to_session_id=self.sessions[to],
                practitioner_id=self.people[name],
                late_reason=late_reason,
                reason=reason,
                despite_doubts=despite_doubts,
                terms=terms,
                now=now,
            )

    async def wait(
        self, name: str, *, start: str = FIRST, to: str = SECOND, now: datetime = NOW
    ) -> Booking | None:
        """Have somebody wait for another date, and keep the place they have."""
        async with self.database.writing() as db:
            return await wait_for_other_date(
                db,
                from_session_id=self.sessions[start],
                to_session_id=self.sessions[to],
                practitioner_id=self.people[name],
                terms=TERMS,
                now=now,
            )

    async def standing(self, on: str = FIRST) -> dict[str, str]:
        """Return how each person who ever booked stands on a date, by their names."""
        return {
            name: f"{booking.status} {booking.queue_number}"
            if booking.queue_number
            else str(booking.status)
            for name, booking in (await self._bookings(on)).items()
        }

    async def places_taken(self, on: str = FIRST) -> int:
        async with self.database.reading() as db:
            return (await db.get_one(CourseSession, self.sessions[on])).places_taken

    async def history(self, name: str, on: str = FIRST) -> list[Change]:
        return [Change(one.change) for one in await self.changes(name, on)]

    async def changes(self, name: str, on: str = FIRST) -> list[BookingChange]:
        booking = (await self._bookings(on))[name]
        async with self.database.reading() as db:
            found = await db.exec(
                select(BookingChange)
                .where(BookingChange.booking_id == booking.id)
                .order_by(col(BookingChange.position))
            )
            return list(found)

    async def calendar(self, name: str, on: str = FIRST) -> list[str]:
        """Return the lines of somebody's calendar file."""
        async with self.database.reading() as db:
            row = await training_on(db, self.people[name], session_id=self.sessions[on])
        assert row is not None, f"{name} never had a booking on {on}"
        file = calendar_file(row, partnership="Fenland", contact_email=None, now=NOW)
        return file.decode().splitlines()

    async def told(self) -> list[tuple[str, NoticeKind, NoticeState]]:
        """Return what each person is or was owed, in the order of their names."""
        names = {person: name for name, person in self.people.items()}
        async with self.database.reading() as db:
            notices = (
                await db.exec(select(Notice).where(IS_NEWS).order_by(col(Notice.due_at)))
            ).all()
        told = [(names[one.practitioner_id], one.kind, one.state) for one in notices]
        return sorted(told, key=lambda one: one[0])

    async def broken(self, *, now: datetime = NOW) -> list[str]:
        async with self.database.reading() as db:
            audit = await audit_database(db, terms=TERMS, now=now)
            broken = await broken_invariants(db, now=now)
        found = [one for one in audit.findings if one.check != "no_coordinator"]
        return [*broken, *(one.sentence for one in found)]

    async def _bookings(self, on: str) -> dict[str, Booking]:
        async with self.database.reading() as db:
            found = await db.exec(select(Booking).where(Booking.session_id == self.sessions[on]))
            bookings = {one.practitioner_id: one for one in found}
        return {
            name: bookings[person] for name, person in self.people.items() if person in bookings
        }
