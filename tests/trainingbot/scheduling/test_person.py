from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.factories import make_agency, make_coordinator, make_practitioner, make_session
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.bookings.for_others import book_for, substitute_for
from trainingbot.bookings.operations import book_automatically, book_place
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, Change
from trainingbot.errors import NotACoordinator, NotFound
from trainingbot.models import Agency, CourseSession, ReservedPlaces
from trainingbot.scheduling.person import booking_outcome, person_on_session, place_goes_to
from trainingbot.scheduling.roster_views import BookingOutcome, PersonOnSession, PlaceGoesTo

NEAR = NEXT_WEEK - timedelta(days=1)
"""In the days of the broadcast."""
AT_THE_END = NEXT_WEEK - timedelta(hours=1)


@dataclass
class Room:
    """A session, Morgan who coordinates, and people of two agencies."""

    database: Database
    session_id: UUID
    people: dict[str, UUID]
    agencies: dict[str, UUID]

    async def add(self, name: str, agency: str) -> None:
        async with self.database.writing() as db:
            of = await db.get_one(Agency, self.agencies[agency])
            self.people[name] = (await make_practitioner(db, name=name, agency=of)).id

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

    async def automate(self, name: str) -> None:
        async with self.database.writing() as db:
            await book_automatically(
                db,
                session_id=self.session_id,
                practitioner_id=self.people[name],
                wanted=True,
                terms=TERMS,
                now=NOW,
            )

    async def reserve(self, agency: str, places: int) -> None:
        """Reserve places for an agency, as they would stand in the tables."""
        until = NEXT_WEEK - timedelta(days=5)
        async with self.database.writing() as db:
            session = await db.get_one(CourseSession, self.session_id)
            session.reserved_until = until
            db.add(
                ReservedPlaces(
                    session_id=session.id,
                    agency_id=self.agencies[agency],
                    places=places,
                    opens_at=until,
                )
            )

    async def person(self, name: str, *, by: str = "Morgan", steps: int = 0) -> PersonOnSession:
        async with self.database.reading() as db:
            return await person_on_session(
                db,
                self.session_id,
                self.people[name],
                actor_id=self.people[by],
                steps=steps,
            )

    async def outcome(self, name: str, *, now: datetime = NOW) -> BookingOutcome:
        person = await self.person(name)
        async with self.database.reading() as db:
            return await booking_outcome(db, person, terms=TERMS, now=now)

    async def goes_to(self, name: str, *, now: datetime = NOW) -> PlaceGoesTo:
        person = await self.person(name)
        async with self.database.reading() as db:
            return await place_goes_to(db, person, terms=TERMS, now=now)


@pytest.fixture
async def room(database: Database) -> Room:
    async with database.writing() as db:
        session = await make_session(db, capacity=1)
        agencies = {name: (await make_agency(db, name=name)).id for name in ("Police", "Health")}
        morgan = await make_coordinator(db, name="Morgan")
    room = Room(database, session.id, {"Morgan": morgan.id}, agencies)
    for name in ("Ann", "Ben", "Cas"):
        await room.add(name, "Police")
    await room.add("Hal", "Health")
    return room


async def test_somebody_is_shown_with_what_was_done_to_their_booking_by_whom_and_why(
    room: Room,
) -> None:
    morgan = room.people["Morgan"]
    async with room.database.writing() as db:
        await book_for(
            db,
            session_id=room.session_id,
            practitioner_id=room.people["Ann"],
            actor_id=morgan,
            reason="rang us",
            terms=TERMS,
            now=NOW,
        )
        await substitute_for(
            db,
            session_id=room.session_id,
            practitioner_id=room.people["Ann"],
            substitute_id=room.people["Ben"],
            actor_id=morgan,
            reason="is ill",
            terms=TERMS,
            now=NOW,
        )

    ann = await room.person("Ann", steps=5)
    newest = await room.person("Ann", steps=1)

    told = [
        (
            step.change.change,
            step.actor.name if step.actor else None,
            step.change.reason,
            step.other_person.name if step.other_person else None,
            step.other_session,
        )
        for step in ann.steps
    ]
    assert told == [
        (Change.SUBSTITUTED, "Morgan", "is ill", "Ben", None),
        (Change.BOOKED, "Morgan", "rang us", None, None),
    ]
    assert (ann.agency.name if ann.agency else None, ann.earlier_steps) == ("Police", 0)
    assert ([one.change.change for one in newest.steps], newest.earlier_steps) == (
        [Change.SUBSTITUTED],
        1,
    )


async def test_somebody_who_never_booked_is_shown_without_a_booking(room: Room) -> None:
    ann = await room.person("Ann", steps=5)

    assert (ann.practitioner.name, ann.booking, ann.queue_place, ann.steps) == (
        "Ann",
        None,
        None,
        (),
    )


async def test_only_a_coordinator_looks_at_somebodys_booking(room: Room) -> None:
    with pytest.raises(NotACoordinator):
        await room.person("Ann", by="Ben")


async def test_an_unknown_person_or_session_is_not_found(room: Room) -> None:
    room.people["Nobody"] = uuid4()
    with pytest.raises(NotFound):
        await room.person("Nobody")
    room.session_id = uuid4()
    with pytest.raises(NotFound):
        await room.person("Ann")


async def test_what_booking_would_come_to_is_said_beforehand(room: Room) -> None:
    free = await room.outcome("Ann")
    await room.book("Ann", "Ben")
    has, waits, last = [await room.outcome(name) for name in ("Ann", "Ben", "Cas")]

    assert free == BookingOutcome(BookingStatus.CONFIRMED, None, changes_nothing=False)
    assert has == BookingOutcome(BookingStatus.CONFIRMED, None, changes_nothing=True)
    assert waits == BookingOutcome(BookingStatus.WAITLISTED, 1, changes_nothing=True)
    assert last == BookingOutcome(BookingStatus.WAITLISTED, 2, changes_nothing=False)


async def test_a_place_given_back_is_offered_to_the_next_in_line(room: Room) -> None:
    await room.book("Ann", "Ben", "Cas")

    place = await room.goes_to("Ann")

    assert place.next_in_line is not None
    assert (place.next_in_line.name, place.at_once, place.late) == ("Ben", False, False)


async def test_whoever_wants_to_be_booked_automatically_gets_it_at_once(room: Room) -> None:
    await room.book("Ann", "Ben")
    await room.automate("Ben")

    place = await room.goes_to("Ann")

    assert place.next_in_line is not None
    assert (place.next_in_line.name, place.at_once) == ("Ben", True)


async def test_near_the_day_everybody_who_waits_is_told_and_giving_back_is_late(
    room: Room,
) -> None:
    await room.book("Ann", "Ben", "Cas")

    assert await room.goes_to("Ann", now=NEAR) == PlaceGoesTo(held_place=True, late=True, told=2)
    assert await room.goes_to("Ann", now=AT_THE_END) == PlaceGoesTo(held_place=True, late=True)


async def test_a_wait_that_is_ended_gives_no_place_to_anybody(room: Room) -> None:
    await room.book("Ann", "Ben", "Cas")

    assert await room.goes_to("Ben") == PlaceGoesTo(held_place=False, late=False)


@pytest.mark.parametrize(("reserved_for", "next_name"), [("Health", "Hal"), ("Police", "Ben")])
async def test_a_reserved_place_goes_to_the_first_of_its_agency(
    room: Room, reserved_for: str, next_name: str
) -> None:
    order = ("Ben", "Hal") if reserved_for == "Health" else ("Hal", "Ben")
    await room.book("Ann", *order)
    await room.reserve(reserved_for, 1)

    place = await room.goes_to("Ann")

    assert place.next_in_line is not None
    assert place.next_in_line.name == next_name
