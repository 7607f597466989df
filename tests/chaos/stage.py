"""The rows of a scene: people in Teams, sessions they are booked on, and notices owed to them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.bot_framework import BOT_ID, TENANT
from tests.chaos.figures import Key
from tests.moments import TERMS
from trainingbot.bookings.schedule_rules import schedule_of
from trainingbot.db import Database
from trainingbot.enums import (
    BookingStatus,
    Change,
    CourseKind,
    Delivery,
    NoticeKind,
    NoticeState,
    Role,
    Strictness,
)
from trainingbot.models import (
    Agency,
    Booking,
    BookingChange,
    Course,
    CourseSession,
    Notice,
    Practitioner,
    PractitionerRole,
    TeamsAccount,
)

A_MILLISECOND = timedelta(milliseconds=1)
FAR_AWAY = timedelta(days=60)
"""Sessions begin so late that no reminder of theirs falls due during a scene."""

_LEDGER = {
    "sqlite": [
        "CREATE TABLE chaos_ledger (notice_id CHAR(32) NOT NULL)",
        """CREATE TRIGGER chaos_ledger_entry AFTER UPDATE OF state ON notice
           WHEN OLD.state <> NEW.state
           BEGIN INSERT INTO chaos_ledger VALUES (NEW.id); END""",
    ],
    "postgresql": [
        "CREATE TABLE chaos_ledger (notice_id UUID NOT NULL)",
        """CREATE FUNCTION chaos_enter() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN INSERT INTO chaos_ledger VALUES (NEW.id); RETURN NULL; END $$""",
        """CREATE TRIGGER chaos_ledger_entry AFTER UPDATE OF state ON notice FOR EACH ROW
           WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION chaos_enter()""",
    ],
}
"""A ledger kept by the database itself: an entry for every change of a notice's state."""


@dataclass(frozen=True)
class Ended:
    """How the notices of a scene ended."""

    states: Mapping[NoticeState, int]
    changed_more_than_once: int
    """How many left a state twice; exactly once is one change each."""


class Stage:
    """A database with people whom Teams can reach through the connector at `service_url`."""

    def __init__(self, database: Database, *, service_url: str, now: datetime) -> None:
        self.database = database
        self.now = now
        self.people: list[UUID] = []
        self.notices: dict[UUID, Key] = {}
        self._service_url = service_url
        self._marks = count(1)
        self._kinds: set[NoticeKind] = set()

    async def prepare(self, people: int) -> None:
        """Write down the people, and have the database keep a ledger of what becomes of notices."""
        async with self.database.writing() as db:
            connection = await db.connection()
            for statement in _LEDGER[connection.dialect.name]:
                await connection.execute(text(statement))
            agency = Agency(code="A", name="Agency", sector="health", contributing=True)
            db.add(agency)
            await db.flush()
            coordinator = Practitioner(
                name="Morgan Reid", agency_id=agency.id, agency_confirmed_at=self.now
            )
            role = PractitionerRole(practitioner_id=coordinator.id, role=Role.COORDINATOR)
            role.practitioner = coordinator
            db.add(role)
            practitioners = [
                Practitioner(
                    name=f"Person {number}", agency_id=agency.id, agency_confirmed_at=self.now
                )
                for number in range(people)
            ]
            await _insert(db, practitioners)
            await _insert(
                db, [self._account(number, one.id) for number, one in enumerate(practitioners)]
            )
        self.people = [one.id for one in practitioners]

    def _account(self, number: int, practitioner_id: UUID) -> TeamsAccount:
        return TeamsAccount(
            tenant_id=TENANT,
            object_id=object_id(number),
            practitioner_id=practitioner_id,
            service_url=self._service_url,
            conversation_id=conversation(number),
            teams_user_id=f"29:{number}",
            bot_id=BOT_ID,
            greeted_at=self.now,
        )

    async def session(self, *, starts_at: datetime, capacity: int) -> tuple[UUID, str]:
        """Write down a session of a course of its own; return its id and the mark it carries."""
        mark = str(next(self._marks))
        course = Course(
            code=f"K{mark}",
            title=f"Neglect (K{mark})",
            kind=CourseKind.COURSE,
            level=2,
            theme="neglect",
            minutes=60,
            capacity=capacity,
            on_clash=Strictness.ALLOW,
            on_repeat=Strictness.ALLOW,
            on_missing_level=Strictness.ALLOW,
        )
        session = CourseSession(
            code=f"S{mark}",
            course_id=course.id,
            course=course,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            delivery=Delivery.TEAMS,
            capacity=capacity,
        )
        async with self.database.writing() as db:
            db.add(session)
        return session.id, mark

    async def owe(
        self,
        *,
        kind: NoticeKind = NoticeKind.PROMOTED,
        starts_at: datetime | None = None,
        due_at: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> set[Key]:
        """Book everybody on one more session, and owe each of them a notice about the booking.

        It is due now and until the session, a long time ahead, unless said otherwise. What comes
        as the session draws near is owed as well, and is not due before the scene is over.
        """
        starts_at = starts_at or self.now + FAR_AWAY
        session_id, mark = await self.session(starts_at=starts_at, capacity=len(self.people))
        booked_at = min(due_at or self.now, self.now) - timedelta(days=1)
        async with self.database.writing() as db:
            session = await db.get_one(CourseSession, session_id)
            bookings = [_promoted(session_id, person, booked_at) for person in self.people]
            notices = [
                # Not all at one moment, as in life.
                _notice(
                    one,
                    kind,
                    due_at=(due_at or self.now) - number * A_MILLISECOND,
                    expires_at=expires_at or starts_at,
                )
                for number, one in enumerate(bookings)
            ]
            later = [
                _notice(one, planned.kind, due_at=planned.due_at, expires_at=planned.expires_at)
                for planned in schedule_of(session, terms=TERMS, now=self.now)
                for one in bookings
                if planned.kind != kind
            ]
            await _insert(db, bookings)
            await _insert(db, [step for one in bookings for step in _history(one)])
            await _insert(db, [*notices, *later])
            session.places_taken = len(bookings)
            session.next_queue_number = len(bookings) + 1
        keys = {notice.id: (conversation(number), mark) for number, notice in enumerate(notices)}
        self.notices.update(keys)
        self._kinds.add(kind)
        return set(keys.values())

    async def owes(self) -> bool:
        """Tell whether any notice of this scene is still owed."""
        owed = select(Notice.id).where(
            Notice.state == NoticeState.OWED, col(Notice.kind).in_(self._kinds)
        )
        async with self.database.reading() as db:
            found = (await db.exec(owed)).all()
        return any(one in self.notices for one in found)

    async def ended(self) -> Ended:
        """Return how the notices that this scene owed have ended so far."""
        async with self.database.reading() as db:
            rows = (await db.exec(select(Notice.id, Notice.state))).all()
            ledger = (
                await (await db.connection()).execute(text("SELECT * FROM chaos_ledger"))
            ).all()
        states = Counter(NoticeState(state) for one, state in rows if one in self.notices)
        entries = Counter(UUID(str(entry[0])) for entry in ledger)
        return Ended(
            states=states,
            changed_more_than_once=sum(
                times > 1 for notice_id, times in entries.items() if notice_id in self.notices
            ),
        )

    async def states(self) -> dict[Key, NoticeState]:
        """Return the state of each message that this scene owed."""
        async with self.database.reading() as db:
            rows = (await db.exec(select(Notice.id, Notice.state))).all()
        return {self.notices[one]: NoticeState(state) for one, state in rows if one in self.notices}

    async def queued(self) -> set[Key]:
        """Return the messages for which a job was asked, and of which nothing was heard since."""
        return await self._asked_for(least_attempts=0)

    async def in_hand(self) -> set[Key]:
        """Return the messages of which an attempt was begun, and of which nothing was heard."""
        return await self._asked_for(least_attempts=1)

    async def _asked_for(self, *, least_attempts: int) -> set[Key]:
        asked_for = select(Notice.id).where(
            Notice.state == NoticeState.OWED,
            Notice.attempts >= least_attempts,
            col(Notice.queued_at).is_not(None),
        )
        async with self.database.reading() as db:
            found = (await db.exec(asked_for)).all()
        return {self.notices[one] for one in found if one in self.notices}


STEPS = (Change.WAITLISTED, Change.PROMOTED)
"""The history of every booking."""


def _promoted(session_id: UUID, person: UUID, booked_at: datetime) -> Booking:
    return Booking(
        session_id=session_id,
        practitioner_id=person,
        status=BookingStatus.CONFIRMED,
        booked_at=booked_at,
        change_count=len(STEPS),
    )


def _history(booking: Booking) -> list[BookingChange]:
    return [
        BookingChange(
            booking_id=booking.id,
            position=position,
            change=step,
            at=booking.booked_at,
            actor_id=booking.practitioner_id if step == Change.WAITLISTED else None,
        )
        for position, step in enumerate(STEPS, start=1)
    ]


def _notice(
    booking: Booking, kind: NoticeKind, *, due_at: datetime, expires_at: datetime
) -> Notice:
    return Notice(
        kind=kind,
        practitioner_id=booking.practitioner_id,
        about_id=booking.id,
        occurrence=len(STEPS),
        due_at=due_at,
        expires_at=expires_at,
    )


async def _insert(db: AsyncSession, rows: Sequence[SQLModel]) -> None:
    await (await db.connection()).execute(insert(type(rows[0])), [row.model_dump() for row in rows])


def conversation(number: int) -> str:
    """Return the id of a person's chat with the bot."""
    return f"a:{number}"


def object_id(number: int) -> str:
    """Return the id by which the tenant knows a person."""
    return str(UUID(int=number))
