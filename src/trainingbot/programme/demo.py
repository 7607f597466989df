"""A partnership to try out: the programme of 2024 as it was, and the same moved to today."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import Attendance, BookingStatus
from trainingbot.models import Practitioner
from trainingbot.people.operations import appoint_coordinators
from trainingbot.programme.demo_sessions import Cast, add_demo_sessions
from trainingbot.programme.moving import code_without_year, middle_session, moved_forward
from trainingbot.programme.operations import import_programme
from trainingbot.programme.queries import session_codes
from trainingbot.programme.reading import Reading, Told, read_programme, say_nothing
from trainingbot.programme.rows import PractitionerRow, Programme
from trainingbot.programme.stored import Imported
from trainingbot.terms import Terms

FOLDER = Path(__file__).parent / "data" / "2024"
CARERS = frozenset({"Health Visitor", "School Nurse"})
COORDINATOR = PractitionerRow(
    email="coordinator@county.example",
    name="Morgan Reid",
    agency="CCC",
    job_title="Training Coordinator",
)
A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to be in the demo, with the ids under which Teams would know them."""

    name: str
    email: str

    @property
    def object_id(self) -> UUID:
        """The id in Entra: made up, and the same in every demo."""
        return uuid5(NAMESPACE_URL, f"https://trainingbot.example/people/{self.email}")

    @property
    def teams_id(self) -> str:
        """The id in the chats of one bot."""
        return f"29:demo-{self.object_id.hex}"


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """One of each kind of person who meets the bot."""

    practitioner: DemoPerson
    """Has attended sessions, and has a place on one to come."""
    trainer: DemoPerson
    """Trains the next session."""
    coordinator: DemoPerson
    newcomer: DemoPerson
    """Belongs to an agency of which nobody knows the e-mail domain."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that is ready."""

    people: DemoPeople
    as_it_was: Imported
    moved: Imported | None
    """None where the moved programme was there already: it is not moved again."""


def demo_programme(*, zone: ZoneInfo, told: Told = say_nothing) -> Programme:
    """Read the programme of 2024 that comes with the service, and its coordinator."""
    programme = read_programme(FOLDER, zone=zone, told=told).programme
    people = (*programme.practitioners, COORDINATOR)
    return programme.model_copy(update={"practitioners": people})


async def prepare_demo(
    db: AsyncSession,
    programme: Programme,
    *,
    secret: str,
    terms: Terms,
    now: datetime,
    told: Told = say_nothing,
) -> Demo:
    """Fill the database for a demo with `demo_programme`, at a time after 2024.

    Safe to repeat: on later days the moved programme stays as it is and where people left it.
    """
    zone = terms.calendar.zone
    as_it_was = await import_programme(
        db, Reading(programme), secret=secret, terms=terms, now=now, told=told
    )
    moved = None
    if not await _has_moved(db, programme):
        today = now.astimezone(zone).date()
        coming = Reading(moved_forward(programme, today=today, zone=zone))
        moved = await import_programme(db, coming, secret=secret, terms=terms, now=now, told=told)
    people = demo_people(programme)
    await appoint_coordinators(db, [people.coordinator.email])
    if moved is not None:
        await add_demo_sessions(db, await _cast(db, people), terms=terms, now=now)
    return Demo(people, as_it_was, moved)


async def _cast(db: AsyncSession, people: DemoPeople) -> Cast:
    emails = [people.practitioner.email, people.trainer.email, people.coordinator.email]
    found = await db.exec(
        select(Practitioner.email, Practitioner.id).where(col(Practitioner.email).in_(emails))
    )
    ids = dict(found.all())
    return Cast(*(ids[email] for email in emails))


async def _has_moved(db: AsyncSession, programme: Programme) -> bool:
    originals = {row.id for row in programme.sessions}
    others = await session_codes(db) - originals
    return not {code_without_year(code) for code in others}.isdisjoint(
        code_without_year(code) for code in originals
    )


def demo_people(programme: Programme) -> DemoPeople:
    """Choose the people of the demo; the same ones on every day."""
    trainer_email = middle_session(programme).trainers[0]
    names = {row.email: row.name for row in programme.people()}
    practitioner_email = _much_trained_carer(programme)
    return DemoPeople(
        practitioner=DemoPerson(names[practitioner_email], practitioner_email),
        trainer=DemoPerson(names[trainer_email], trainer_email),
        coordinator=DemoPerson(COORDINATOR.name, COORDINATOR.email),
        newcomer=DemoPerson("Sam Taylor", "sam.taylor@helpinghands.example"),
    )


def _much_trained_carer(programme: Programme) -> str:
    """Return a health visitor or school nurse who has attended much before the middle session.

    They hold a place after it too, booked so early that it is there wherever in the week today is.
    """
    middle = middle_session(programme).starts_at
    starts = {row.id: row.starts_at for row in programme.sessions}
    attended: dict[str, int] = {
        row.email: 0 for row in programme.practitioners if row.job_title in CARERS
    }
    places = set()
    for row in programme.bookings:
        if row.email not in attended:
            continue
        starts_at = starts[row.session]
        if starts_at < middle - A_WEEK and row.attendance == Attendance.ATTENDED:
            attended[row.email] += 1
        lasts = row.status != BookingStatus.CANCELLED
        if starts_at > middle + A_WEEK and row.booked_at < middle - 2 * A_WEEK and lasts:
            places.add(row.email)
    return min(places, key=lambda email: (-attended[email], email))
