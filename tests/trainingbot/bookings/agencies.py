"""A session and people of three agencies, for the tests of reserved places."""

from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import col, select

from tests.factories import make_agency, make_coordinator, make_practitioner, make_session
from tests.moments import NOW, TERMS
from tests.trainingbot.bookings.scene import Scene
from trainingbot.bookings.reserved import reserve_places
from trainingbot.db import Database
from trainingbot.models import CourseSession, Practitioner, ReservedPlaces, SessionChange

STARTS = datetime(2025, 1, 28, 10, 0, tzinfo=UTC)
"""A Tuesday three weeks on; the broadcast begins on the Thursday before, at 10:00."""
OPENS = datetime(2025, 1, 14, 10, 0, tzinfo=UTC)
"""Ten working days before."""
OFFERS_END = datetime(2025, 1, 23, 8, 0, tzinfo=UTC)
NAMES = ("Police", "Health", "Council")


class Agencies(Scene):
    """One session; people have numbers, and names of agencies stand for agencies."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.agencies: dict[str, UUID] = {}
        self.coordinator: UUID

    async def begin(self, *people: str, capacity: int, starts_at: datetime = STARTS) -> None:
        """Prepare a session, and a person of each of the agencies named, in their order."""
        async with self.database.writing() as db:
            session = await make_session(db, code="S25-014", capacity=capacity, starts_at=starts_at)
            self.session_id = session.id
            self.coordinator = (await make_coordinator(db)).id
            agencies = {name: await make_agency(db, name=name) for name in NAMES}
            self.agencies = {name: agency.id for name, agency in agencies.items()}
            self.people = [
                (await make_practitioner(db, agency=agencies[name])).id for name in people
            ]

    async def reserve(
        self,
        agency: str,
        places: int,
        *,
        opens_at: datetime | None = None,
        actor_id: UUID | None = None,
        now: datetime = NOW,
    ) -> CourseSession:
        async with self.database.writing() as db:
            return await reserve_places(
                db,
                session_id=self.session_id,
                agency_id=self.agencies[agency],
                places=places,
                opens_at=opens_at,
                actor_id=actor_id or self.coordinator,
                terms=TERMS,
                now=now,
            )

    async def change_agency(self, person: int, agency: str) -> None:
        async with self.database.writing() as db:
            row = await db.get_one(Practitioner, self.people[person])
            row.agency_id = self.agencies[agency]

    async def reserved(self) -> dict[str, tuple[int, datetime, bool]]:
        names = {agency_id: name for name, agency_id in self.agencies.items()}
        async with self.database.reading() as db:
            rows = await db.exec(select(ReservedPlaces))
            return {names[one.agency_id]: (one.places, one.opens_at, one.opened) for one in rows}

    async def session_history(self) -> list[tuple[int, str, UUID | None]]:
        async with self.database.reading() as db:
            rows = await db.exec(select(SessionChange).order_by(col(SessionChange.position)))
            return [(one.position, f"{one.step}: {one.details}", one.actor_id) for one in rows]
