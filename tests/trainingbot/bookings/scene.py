"""A session and people who want to be on it, for the tests of booking."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from tests.factories import make_practitioner, make_session
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.news import IS_NEWS
from tests.trainingbot.bookings.waiting import wait_in_line
from trainingbot.bookings.operations import (
    advance_waitlist,
    book_automatically,
    book_place,
    cancel_booking,
    change_capacity,
)
from trainingbot.db import Database
from trainingbot.enums import Change, LateReason, NoticeKind, NoticeState, SessionStatus
from trainingbot.models import Booking, BookingChange, CourseSession, Notice
from trainingbot.terms import Terms


class Scene:
    """One session; people are known by their number, and each turn is one transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.session_id: UUID
        self.people: list[UUID] = []

    async def prepare(
        self,
        *,
        people: int,
        capacity: int,
        code: str = "S25-014",
        starts_at: datetime = NEXT_WEEK,
        confirmed_at: datetime | None = NOW,
    ) -> None:
        async with self.database.writing() as db:
            session = await make_session(db, code=code, capacity=capacity, starts_at=starts_at)
            self.session_id = session.id
            self.people = [
                (await make_practitioner(db, confirmed_at=confirmed_at)).id for _ in range(people)
            ]

    async def book(self, person: int, *, now: datetime = NOW) -> Booking:
        async with self.database.writing() as db:
            return await book_place(
                db,
                session_id=self.session_id,
                practitioner_id=self.people[person],
                terms=TERMS,
                now=now,
            )

    async def cancel(
        self,
        person: int,
        *,
        actor_id: UUID | None = None,
        reason: str | None = None,
        late_reason: LateReason | None = LateReason.ILLNESS,
        terms: Terms = TERMS,
        now: datetime = NOW,
    ) -> Booking:
        """Give a place back; the reason is written down only where it is late."""
        async with self.database.writing() as db:
            return await cancel_booking(
                db,
                session_id=self.session_id,
                practitioner_id=self.people[person],
                actor_id=actor_id,
                reason=reason,
                late_reason=late_reason,
                terms=terms,
                now=now,
            )

    async def set_capacity(self, capacity: int, *, now: datetime = NOW) -> CourseSession:
        async with self.database.writing() as db:
            return await change_capacity(
                db, session_id=self.session_id, capacity=capacity, terms=TERMS, now=now
            )

    async def automate(self, person: int, *, wanted: bool = True, now: datetime = NOW) -> Booking:
        async with self.database.writing() as db:
            return await book_automatically(
                db,
                session_id=self.session_id,
                practitioner_id=self.people[person],
                wanted=wanted,
                terms=TERMS,
                now=now,
            )

    async def advance(self, *, now: datetime) -> None:
        async with self.database.writing() as db:
            await advance_waitlist(db, session_id=self.session_id, terms=TERMS, now=now)

    async def fill(self, *, people: int, capacity: int) -> None:
        """Prepare a session, and have everybody book in their order."""
        await self.prepare(people=people, capacity=capacity)
        for person in range(people):
            await self.book(person)

    async def add_to_queue(self, number: int) -> None:
        """Put so many people who are not of the scene on the waitlist, behind the others."""
        async with self.database.writing() as db:
            session = await db.get_one(CourseSession, self.session_id)
            await wait_in_line(db, session, number=number)

    async def broken(self, *, now: datetime = NOW) -> list[str]:
        async with self.database.reading() as db:
            return await broken_invariants(db, now=now)

    async def set_status(self, status: SessionStatus) -> None:
        async with self.database.writing() as db:
            session = await db.get_one(CourseSession, self.session_id)
            session.status = status

    async def read_session(self) -> CourseSession:
        async with self.database.reading() as db:
            return await db.get_one(CourseSession, self.session_id)

    async def standing(self) -> list[str]:
        """Return how each person who ever booked stands, in the order of their numbers."""
        async with self.database.reading() as db:
            found = await db.exec(select(Booking).where(Booking.session_id == self.session_id))
            bookings = {booking.practitioner_id: booking for booking in found}
        return [
            f"{one.status} {one.queue_number}" if one.queue_number else str(one.status)
            for one in (bookings[person] for person in self.people if person in bookings)
        ]

    async def history(self, person: int) -> list[Change]:
        return [Change(one.change) for one in await self._changes(person)]

    async def actors(self, person: int) -> list[UUID | None]:
        return [one.actor_id for one in await self._changes(person)]

    async def told(self) -> list[tuple[int, NoticeKind, NoticeState]]:
        """Return what each person is or was owed, in the order in which it was for each."""
        async with self.database.reading() as db:
            found = await db.exec(
                select(Notice)
                .where(IS_NEWS)
                .order_by(col(Notice.due_at), col(Notice.occurrence), col(Notice.kind).desc())
            )
            told = [(self.people.index(one.practitioner_id), one.kind, one.state) for one in found]
        return sorted(told, key=lambda one: one[0])

    async def _changes(self, person: int) -> Sequence[BookingChange]:
        async with self.database.reading() as db:
            found = await db.exec(
                select(BookingChange)
                .join(Booking, col(BookingChange.booking_id) == col(Booking.id))
                .where(
                    Booking.session_id == self.session_id,
                    Booking.practitioner_id == self.people[person],
                )
                .order_by(col(BookingChange.position))
            )
            return found.all()
