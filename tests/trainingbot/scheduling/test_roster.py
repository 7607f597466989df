from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.factories import (
    make_agency,
    make_booking,
    make_coordinator,
    make_course,
    make_practitioner,
    make_session,
)
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.statements import statements_counted
from trainingbot.bookings.coming import say_coming
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, LateReason, Role, SessionStatus
from trainingbot.errors import NotACoordinator, NotFound, NotYourSession
from trainingbot.models import CourseSession, Practitioner, PractitionerRole, SessionTrainer
from trainingbot.scheduling.roster import is_trainer, session_roster, taught_sessions
from trainingbot.scheduling.roster_views import RosterPage

LATE = NEXT_WEEK - timedelta(hours=3)


class Room:
    """A session of two places with a trainer, a coordinator, and people known by their names."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.session_id = UUID(int=0)
        self.people: dict[str, UUID] = {}

    async def prepare(self, *names: str, places: int = 2) -> None:
        async with self.database.writing() as db:
            session = await make_session(db, capacity=places)
            self.session_id = session.id
            trainer = await make_practitioner(db, name="Tess")
            db.add(SessionTrainer(session_id=session.id, practitioner_id=trainer.id))
            self.people = {
                "Tess": trainer.id,
                "Morgan": (await make_coordinator(db, name="Morgan")).id,
            }
            agency = await make_agency(db, name="Police")
            for name in names:
                person = await make_practitioner(db, name=name, agency=agency)
                self.people[name] = person.id

    async def book(self, *names: str) -> None:
        for name in names:
            async with self.database.writing() as db:
                await book_place(
                    db,
                    session_id=self.session_id,
                    practitioner_id=self.people[name],
                    terms=TERMS,
                    now=NOW,
                )

    async def says_coming(self, name: str) -> None:
        async with self.database.writing() as db:
            await say_coming(
                db,
                session_id=self.session_id,
                practitioner_id=self.people[name],
                terms=TERMS,
                now=NOW,
            )

    async def cancel(
        self, name: str, *, late_reason: LateReason | None = None, now: datetime = NOW
    ) -> None:
        async with self.database.writing() as db:
            await cancel_booking(
                db,
                session_id=self.session_id,
                practitioner_id=self.people[name],
                late_reason=late_reason,
                terms=TERMS,
                now=now,
            )

    async def roster(
        self, by: str = "Morgan", *, given_back: bool = False, limit: int = 10, offset: int = 0
    ) -> RosterPage:
        async with self.database.reading() as db:
            return await session_roster(
                db,
                self.session_id,
                actor_id=self.people[by],
                given_back=given_back,
                limit=limit,
                offset=offset,
            )


@pytest.fixture
def room(database: Database) -> Room:
    return Room(database)


def lines(page: RosterPage) -> list[str]:
    """Return each row as its name, status and place in the queue."""
    return [
        f"{row.practitioner.name} {row.booking.status}"
        + (f" {row.queue_place}" if row.queue_place else "")
        for row in page.rows
    ]


async def test_those_with_a_place_come_first_by_name_then_offers_then_the_queue(
    room: Room,
) -> None:
    await room.prepare("zoe", "Abe", "Cas", "Dan", "Bea", "Eve", places=3)
    await room.book("zoe", "Abe", "Eve", "Dan", "Bea", "Cas")
    await room.cancel("Eve")

    page = await room.roster()

    assert lines(page) == [
        "Abe confirmed",
        "zoe confirmed",
        "Dan offered",
        "Bea waitlisted 1",
        "Cas waitlisted 2",
    ]
    assert (page.total, page.confirmed, page.offered, page.waiting) == (5, 2, 1, 2)
    assert (page.given_back, page.cancelled_late) == (1, 0)
    assert {row.agency.name for row in page.rows if row.agency} == {"Police"}
    assert [one.name for one in page.trainers] == ["Tess"]


async def test_those_who_said_that_they_are_coming_are_counted(room: Room) -> None:
    await room.prepare("Abe", "Bea", "Cas", places=2)
    await room.book("Abe", "Bea", "Cas")
    await room.says_coming("Bea")

    page = await room.roster()
    by_the_trainer = await room.roster(by="Tess", limit=1)

    assert (page.said_coming, by_the_trainer.said_coming) == (1, 1)
    assert [row.practitioner.name for row in page.rows if row.booking.coming_at] == ["Bea"]


async def test_a_page_knows_the_place_in_the_queue_of_everybody_on_it(room: Room) -> None:
    names = [f"P{number:02}" for number in range(12)]
    await room.prepare(*names, places=2)
    await room.book(*names)

    pages = [await room.roster(limit=5, offset=offset) for offset in (0, 5, 10, 15)]

    assert [lines(page)[-1:] for page in pages] == [
        ["P04 waitlisted 3"],
        ["P09 waitlisted 8"],
        ["P11 waitlisted 10"],
        [],
    ]
    assert [page.total for page in pages] == [12] * 4


async def test_who_gave_back_is_counted_and_listed_for_coordinators_alone(room: Room) -> None:
    await room.prepare("Ann", "Ben", "Cas", places=3)
    await room.book("Ann", "Ben", "Cas")
    await room.cancel("Ann")
    await room.cancel("Ben", late_reason=LateReason.ILLNESS, now=LATE)

    page = await room.roster(given_back=True)

    assert lines(page) == ["Ben cancelled", "Ann cancelled"]
    assert (page.total, page.given_back, page.cancelled_late) == (2, 2, 1)
    with pytest.raises(NotACoordinator):
        await room.roster("Tess", given_back=True)


async def test_whoever_came_back_after_a_late_cancellation_is_not_counted_as_late(
    room: Room,
) -> None:
    await room.prepare("Ann")
    await room.book("Ann")
    await room.cancel("Ann", late_reason=LateReason.TRAVEL, now=LATE)
    await room.book("Ann")

    page = await room.roster()

    assert (page.confirmed, page.given_back, page.cancelled_late) == (1, 0, 0)


async def test_a_trainer_reads_the_roster_of_their_own_session_and_of_no_other(
    room: Room,
) -> None:
    await room.prepare("Ann")
    await room.book("Ann")
    async with room.database.writing() as db:
        other = await make_session(db)
        db.add(PractitionerRole(practitioner_id=room.people["Tess"], role=Role.TRAINER))

    page = await room.roster("Tess")
    room.session_id = other.id

    assert lines(page) == ["Ann confirmed"]
    assert not page.for_coordinators
    with pytest.raises(NotYourSession):
        await room.roster("Tess")


async def test_somebody_who_has_a_place_does_not_see_who_else_has(room: Room) -> None:
    await room.prepare("Ann")
    await room.book("Ann")

    with pytest.raises(NotYourSession):
        await room.roster("Ann")


async def test_a_session_that_nobody_knows_is_not_found(room: Room) -> None:
    await room.prepare()
    room.session_id = uuid4()

    with pytest.raises(NotFound):
        await room.roster()


async def test_those_whose_session_was_cancelled_still_stand_on_its_roster(room: Room) -> None:
    await room.prepare("Ann")
    async with room.database.writing() as db:
        await make_booking(
            db,
            session_id=room.session_id,
            practitioner_id=room.people["Ann"],
            status=BookingStatus.SESSION_CANCELLED,
        )

    page = await room.roster()

    assert lines(page) == ["Ann session_cancelled"]
    assert (page.total, page.confirmed) == (1, 0)


@pytest.mark.parametrize("people", [3, 60])
async def test_a_roster_takes_three_statements_whatever_its_size(room: Room, people: int) -> None:
    names = [f"P{number}" for number in range(people)]
    await room.prepare(*names, places=people // 2)
    await room.book(*names)

    async with room.database.reading() as db:
        with statements_counted(db) as sent:
            page = await session_roster(
                db, room.session_id, actor_id=room.people["Morgan"], limit=10
            )

    assert len([one for one in sent if one.startswith("SELECT")]) == 3
    assert page.total == people


async def test_a_roster_of_a_thousand_is_read_page_by_page_without_a_gap(
    database: Database,
) -> None:
    room = Room(database)
    await room.prepare(places=1000)
    async with database.writing() as db:
        people = [Practitioner(name=f"Person {number:04}") for number in range(1000)]
        db.add_all(people)
        await db.flush()
        session = await db.get_one(CourseSession, room.session_id)
        session.places_taken = 1000
        for person in people:
            await make_booking(db, session_id=session.id, practitioner_id=person.id)

    pages = [await room.roster(limit=10, offset=offset) for offset in range(0, 1000, 10)]

    assert [row.practitioner.name for page in pages for row in page.rows] == [
        f"Person {number:04}" for number in range(1000)
    ]


async def test_a_trainers_sessions_are_those_to_come_and_then_the_recent_ones(
    database: Database,
) -> None:
    async with database.writing() as db:
        course = await make_course(db)
        tess = await make_practitioner(db, name="Tess")
        for code, days, status in (
            ("S-LATER", 20, SessionStatus.SCHEDULED),
            ("S-NEXT", 2, SessionStatus.SCHEDULED),
            ("S-OFF", 9, SessionStatus.CANCELLED),
            ("S-WEEK-AGO", -7, SessionStatus.DELIVERED),
            ("S-MONTH-AGO", -30, SessionStatus.DELIVERED),
            ("S-YEAR-AGO", -365, SessionStatus.DELIVERED),
            ("S-NEVER-WAS", -8, SessionStatus.CANCELLED),
        ):
            session = await make_session(
                db, course=course, code=code, starts_at=NOW + timedelta(days=days), status=status
            )
            db.add(SessionTrainer(session_id=session.id, practitioner_id=tess.id))
            if code == "S-NEXT":
                for number in (1, 2):
                    await make_booking(
                        db,
                        session_id=session.id,
                        status=BookingStatus.WAITLISTED,
                        queue_number=number,
                    )
        await make_session(db, course=course, code="S-NOT-HERS")

    async with database.reading() as db:
        first = await taught_sessions(db, tess.id, limit=3, now=NOW)
        second = await taught_sessions(db, tess.id, limit=3, offset=3, now=NOW)

    assert [(one.session.code, one.waiting) for one in first.rows] == [
        ("S-NEXT", 2),
        ("S-OFF", 0),
        ("S-LATER", 0),
    ]
    assert [one.session.code for one in second.rows] == ["S-WEEK-AGO", "S-MONTH-AGO"]
    assert (first.total, second.total) == (5, 5)


async def test_a_trainer_is_who_has_the_role_or_has_been_named(database: Database) -> None:
    async with database.writing() as db:
        by_role, named, neither = [await make_practitioner(db) for _ in range(3)]
        db.add(PractitionerRole(practitioner_id=by_role.id, role=Role.TRAINER))
        session = await make_session(db)
        db.add(SessionTrainer(session_id=session.id, practitioner_id=named.id))
        coordinator = await make_coordinator(db)

    async with database.reading() as db:
        found = [await is_trainer(db, one.id) for one in (by_role, named, neither, coordinator)]

    assert found == [True, True, False, False]
