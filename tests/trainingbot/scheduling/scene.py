"""A course, its coordinator and trainers, and a session with people, for tests of scheduling."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select, update

from tests.factories import make_agency, make_coordinator, make_course, make_practitioner
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.news import IS_NEWS
from tests.trainingbot.bookings.scene import Scene
from trainingbot.audit.queries import audit_database
from trainingbot.db import Database
from trainingbot.enums import Delivery, NoticeKind, NoticeState, Role, SessionStep
from trainingbot.models import (
    Booking,
    CourseSession,
    Interest,
    Notice,
    Practitioner,
    PractitionerRole,
    SessionChange,
    SessionTrainer,
)
from trainingbot.scheduling.adding import add_session
from trainingbot.scheduling.cancelling import cancel_session
from trainingbot.scheduling.interest import register_interest, withdraw_interest
from trainingbot.scheduling.moving import change_places, keep_place, move_session
from trainingbot.scheduling.tentative import ask_to_decide, confirm_session, undecided_sessions
from trainingbot.scheduling.trainers import set_trainers
from trainingbot.scheduling.views import SessionPlan

OWED, WITHDRAWN = NoticeState.OWED, NoticeState.WITHDRAWN
LATER = NEXT_WEEK + timedelta(days=7)
HALF_A_DAY = timedelta(minutes=150)


def plan(**changed: Any) -> SessionPlan:  # noqa: ANN401 - whatever a plan holds
    """Return a plan of a session next week; a test names only what it is about."""
    usual: dict[str, Any] = {
        "starts_at": NEXT_WEEK,
        "ends_at": changed.get("starts_at", NEXT_WEEK) + HALF_A_DAY,
        "capacity": 20,
        "delivery": Delivery.TEAMS,
    }
    return SessionPlan(**{**usual, **changed})


class Programme(Scene):
    """One course with one session; each turn of the coordinator is one transaction."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.course_id: UUID
        self.coordinator: UUID
        self.trainers: list[UUID] = []

    async def prepare_course(self, *, people: int = 0, trainers: int = 0) -> None:
        async with self.database.writing() as db:
            self.course_id = (await make_course(db)).id
            self.coordinator = (await make_coordinator(db)).id
            agency = await make_agency(db)
            rows = [
                Practitioner(name=f"P{one}", agency_id=agency.id, agency_confirmed_at=NOW)
                for one in range(people)
            ]
            db.add_all(rows)
            self.people = [one.id for one in rows]
            self.trainers = [
                (await make_practitioner(db, name=f"Trainer {one}")).id for one in range(trainers)
            ]
            db.add_all(
                PractitionerRole(practitioner_id=one, role=Role.TRAINER) for one in self.trainers
            )

    async def prepare_session(
        self,
        *,
        people: int,
        trainers: int = 0,
        booked: int | None = None,
        **changed: Any,  # noqa: ANN401 - whatever a plan holds
    ) -> None:
        """Prepare a course and a session with so many trainers, and have people book in order."""
        await self.prepare_course(people=people, trainers=trainers)
        session = await self.add(plan(trainer_ids=tuple(self.trainers), **changed))
        self.session_id = session.id
        for person in range(people if booked is None else booked):
            await self.book(person)

    async def add(
        self,
        planned: SessionPlan,
        *,
        invite: bool = True,
        session_id: UUID | None = None,
        now: datetime = NOW,
    ) -> CourseSession:
        async with self.database.writing() as db:
            return await add_session(
                db,
                course_id=self.course_id,
                plan=planned,
                invite_interested=invite,
                actor_id=self.coordinator,
                session_id=session_id,
                terms=TERMS,
                now=now,
            )

    async def move(
        self,
        *,
        starts_at: datetime | None = None,
        minutes: int = 150,
        delivery: Delivery = Delivery.TEAMS,
        venue: str | None = None,
        join_url: str | None = None,
        reason: str | None = None,
        actor_id: UUID | None = None,
        now: datetime = NOW,
    ) -> CourseSession:
        begins = starts_at or (await self.read_session()).starts_at
        async with self.database.writing() as db:
            return await move_session(
                db,
                session_id=self.session_id,
                starts_at=begins,
                ends_at=begins + timedelta(minutes=minutes),
                delivery=delivery,
                venue=venue,
                join_url=join_url,
                actor_id=actor_id or self.coordinator,
                reason=reason,
                terms=TERMS,
                now=now,
            )

    async def call_off(
        self,
        *,
        reason: str = "The trainer is ill.",
        keep_interest: bool = True,
        actor_id: UUID | None = None,
        now: datetime = NOW,
    ) -> CourseSession:
        async with self.database.writing() as db:
            return await cancel_session(
                db,
                session_id=self.session_id,
                reason=reason,
                keep_interest=keep_interest,
                actor_id=actor_id or self.coordinator,
                terms=TERMS,
                now=now,
            )

    async def resize(
        self, capacity: int, *, actor_id: UUID | None = None, now: datetime = NOW
    ) -> CourseSession:
        async with self.database.writing() as db:
            return await change_places(
                db,
                session_id=self.session_id,
                capacity=capacity,
                actor_id=actor_id or self.coordinator,
                terms=TERMS,
                now=now,
            )

    async def name(
        self, trainers: Sequence[UUID], *, actor_id: UUID | None = None, now: datetime = NOW
    ) -> CourseSession:
        async with self.database.writing() as db:
            return await set_trainers(
                db,
                session_id=self.session_id,
                trainer_ids=trainers,
                actor_id=actor_id or self.coordinator,
                terms=TERMS,
                now=now,
            )

    async def confirm(self, *, actor_id: UUID | None = None, now: datetime = NOW) -> CourseSession:
        async with self.database.writing() as db:
            return await confirm_session(
                db, session_id=self.session_id, actor_id=actor_id or self.coordinator, now=now
            )

    async def keep(self, person: int, *, now: datetime = NOW) -> Booking:
        async with self.database.writing() as db:
            return await keep_place(
                db,
                session_id=self.session_id,
                practitioner_id=self.people[person],
                terms=TERMS,
                now=now,
            )

    async def want_a_date(self, person: int, *, now: datetime = NOW) -> None:
        async with self.database.writing() as db:
            await register_interest(
                db, course_id=self.course_id, practitioner_id=self.people[person], now=now
            )

    async def want_none(self, person: int) -> None:
        async with self.database.writing() as db:
            await withdraw_interest(
                db, course_id=self.course_id, practitioner_id=self.people[person]
            )

    async def sweep(self, *, now: datetime) -> int:
        """Ask coordinators about undecided sessions, as the courier does; return how many."""
        async with self.database.reading() as db:
            undecided = await undecided_sessions(db, now=now)
        for session_id in undecided:
            async with self.database.writing() as db:
                await ask_to_decide(db, session_id=session_id, now=now)
        return len(undecided)

    async def deliver(self) -> None:
        async with self.database.writing() as db:
            await db.exec(
                update(Notice)
                .where(col(Notice.state) == OWED, IS_NEWS)
                .values(state=NoticeState.SENT, finished_at=NOW)
            )

    async def owed(self) -> dict[str, list[NoticeKind]]:
        """Return what is owed to whom, by kind in the order of the alphabet."""
        return {
            who: sorted(kind for kind, _ in notices)
            for who, notices in (await self._notices(OWED)).items()
        }

    async def occurrences(self, kind: NoticeKind, state: NoticeState = OWED) -> list[int]:
        """Return the occurrences of the notices of a kind, in order."""
        found = (await self._notices(state)).values()
        return sorted(number for notices in found for one, number in notices if one == kind)

    async def steps(self) -> list[tuple[int, SessionStep, str]]:
        return [(one.position, one.step, one.details) for one in await self.session_changes()]

    async def session_changes(self) -> Sequence[SessionChange]:
        async with self.database.reading() as db:
            found = await db.exec(
                select(SessionChange)
                .where(SessionChange.session_id == self.session_id)
                .order_by(col(SessionChange.position))
            )
            return found.all()

    async def interested(self) -> list[int]:
        """Return the numbers of those on the interest list, in its order."""
        async with self.database.reading() as db:
            found = await db.exec(
                select(Interest.practitioner_id)
                .where(Interest.course_id == self.course_id)
                .order_by(col(Interest.since))
            )
            return [self.people.index(one) for one in found]

    async def reasons(self, person: int) -> list[str | None]:
        return [one.reason for one in await self._changes(person)]

    async def trainers_now(self) -> set[UUID]:
        async with self.database.reading() as db:
            found = await db.exec(
                select(SessionTrainer.practitioner_id).where(
                    SessionTrainer.session_id == self.session_id
                )
            )
            return set(found.all())

    async def bookings(self) -> list[Booking]:
        """Return the bookings of the session in the order of the people's numbers."""
        async with self.database.reading() as db:
            found = await db.exec(select(Booking).where(Booking.session_id == self.session_id))
            return sorted(found, key=lambda one: self.people.index(one.practitioner_id))

    async def audited(self, *, now: datetime = NOW) -> list[str]:
        """Return what an audit finds, and which invariants are broken."""
        async with self.database.reading() as db:
            audit = await audit_database(db, terms=TERMS, now=now)
        return [
            *(one.sentence for one in audit.findings),
            *await self.broken(now=now),
        ]

    async def _notices(self, state: NoticeState) -> dict[str, list[tuple[NoticeKind, int]]]:
        names = {self.coordinator: "coordinator"}
        names |= {one: f"person {number}" for number, one in enumerate(self.people)}
        names |= {one: f"trainer {number}" for number, one in enumerate(self.trainers)}
        async with self.database.reading() as db:
            rows = (await db.exec(select(Notice).where(Notice.state == state, IS_NEWS))).all()
        found: dict[str, list[tuple[NoticeKind, int]]] = {}
        for row in rows:
            notices = found.setdefault(names[row.practitioner_id], [])
            notices.append((row.kind, row.occurrence))
        return dict(sorted(found.items()))
