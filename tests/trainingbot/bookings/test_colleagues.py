from datetime import timedelta
from uuid import UUID

import pytest

from tests.factories import (
    make_account,
    make_agency,
    make_booking,
    make_practitioner,
    make_session,
)
from tests.moments import NOW, TERMS
from trainingbot.bookings.colleagues import LATELY, colleagues_named, likely_substitutes
from trainingbot.bookings.operations import book_place
from trainingbot.bookings.views import Colleagues
from trainingbot.db import Database
from trainingbot.enums import Attendance, BookingStatus, Unreachable
from trainingbot.models import Agency, CourseSession, Practitioner, SessionTrainer

THEME = "neglect"


class Team:
    """A full session, its one holder, and colleagues of the holder's agency."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.session: CourseSession
        self.agency: Agency
        self.ann: Practitioner

    async def begin(self) -> None:
        async with self._database.writing() as db:
            self.session = await make_session(db, capacity=1)
            self.agency = await make_agency(db)
            self.ann = await make_practitioner(db, name="Ann", agency=self.agency)
        await self.books(self.ann.id)

    async def add(
        self,
        name: str,
        *,
        agency: Agency | None = None,
        confirmed: bool = True,
        installed: bool | None = None,
    ) -> UUID:
        async with self._database.writing() as db:
            person = await make_practitioner(
                db,
                name=name,
                agency=agency or self.agency,
                confirmed_at=NOW if confirmed else None,
            )
            if installed is not None:
                account = await make_account(db, person)
                account.installed = installed
                account.unreachable = None if installed else Unreachable.REMOVED
        return person.id

    async def books(self, person: UUID) -> None:
        async with self._database.writing() as db:
            await book_place(
                db, session_id=self.session.id, practitioner_id=person, terms=TERMS, now=NOW
            )

    async def has_booked(
        self, person: UUID, *, days_ago: int, attendance: Attendance | None = None
    ) -> None:
        async with self._database.writing() as db:
            past = await make_session(db, starts_at=NOW - timedelta(days=1))
            await make_booking(
                db,
                session_id=past.id,
                practitioner_id=person,
                status=BookingStatus.CONFIRMED,
                attendance=attendance,
                booked_at=NOW - timedelta(days=days_ago),
            )

    async def teaches(self, person: UUID, *, another_session: bool = False) -> None:
        async with self._database.writing() as db:
            session = await make_session(db) if another_session else self.session
            db.add(SessionTrainer(session_id=session.id, practitioner_id=person))

    async def likely(self, *, limit: int = 5) -> Colleagues:
        async with self._database.reading() as db:
            return await likely_substitutes(
                db, self.session, self.ann, theme=THEME, limit=limit, now=NOW
            )

    async def named(self, name: str, *, limit: int = 5) -> list[str]:
        async with self._database.reading() as db:
            found = await colleagues_named(
                db, self.session, self.ann, name=name, theme=THEME, limit=limit
            )
        return [one.practitioner.name for one in found.found]


@pytest.fixture
async def team(database: Database) -> Team:
    team = Team(database)
    await team.begin()
    return team


def names(colleagues: Colleagues) -> list[str]:
    return [one.practitioner.name for one in colleagues.found]


async def test_those_who_wait_come_in_the_order_of_the_queue_before_all_others(team: Team) -> None:
    lately = await team.add("Lately")
    await team.has_booked(lately, days_ago=1)
    knows = await team.add("Knows the theme")
    await team.has_booked(knows, days_ago=900, attendance=Attendance.PARTLY_ATTENDED)
    for name in ("Zoe waits first", "Abe waits second"):
        await team.books(await team.add(name))

    found = await team.likely()

    assert names(found) == ["Zoe waits first", "Abe waits second", "Knows the theme", "Lately"]
    assert [(one.waits, one.knows_theme) for one in found.found] == [
        (True, False),
        (True, False),
        (False, True),
        (False, False),
    ]


async def test_nobody_is_likely_to_go_for_what_they_booked_long_ago_or_did_not_attend(
    team: Team,
) -> None:
    long_ago = await team.add("Long ago")
    await team.has_booked(long_ago, days_ago=LATELY.days + 1, attendance=Attendance.NO_SHOW)
    await team.add("Never")

    assert await team.likely() == Colleagues([], 0)


async def test_more_than_are_shown_are_counted(team: Team) -> None:
    for number in range(4):
        await team.has_booked(await team.add(f"P{number}"), days_ago=number + 1)

    found = await team.likely(limit=3)

    assert (names(found), found.total) == (["P0", "P1", "P2"], 4)


async def test_only_confirmed_colleagues_without_a_place_are_found(
    team: Team, database: Database
) -> None:
    async with database.writing() as db:
        elsewhere = await make_agency(db)
    await team.add("Sam Here")
    await team.add("Sam Elsewhere", agency=elsewhere)
    await team.add("Sam Unconfirmed", confirmed=False)
    booked = await team.add("Sam Booked")
    async with database.writing() as db:
        await make_booking(db, session_id=team.session.id, practitioner_id=booked)

    assert await team.named("sam") == ["Sam Here"]
    assert await team.named("ann") == []


async def test_whoever_teaches_the_session_is_not_asked_to_take_a_place_on_it(team: Team) -> None:
    for name in ("Tess Webb", "Tom Webb"):
        await team.has_booked(await team.add(name), days_ago=1)
    tess, other = await team.add("Tessa Webb"), await team.add("Toby Webb")
    await team.has_booked(tess, days_ago=1)
    await team.teaches(tess)
    await team.teaches(other, another_session=True)

    likely = await team.likely()

    assert names(likely) == ["Tess Webb", "Tom Webb"]
    assert await team.named("Webb") == ["Tess Webb", "Tom Webb", "Toby Webb"]


async def test_somebody_whose_own_agency_is_not_confirmed_finds_nobody(
    team: Team, database: Database
) -> None:
    await team.add("Sam Here")
    async with database.writing() as db:
        team.ann = await db.get_one(Practitioner, team.ann.id)
        team.ann.agency_confirmed_at = None

    assert await team.named("sam") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("o'brien", ["Éva O'Brien"]),
        ("o’brien", ["Éva O'Brien"]),
        ("éva", ["Éva O'Brien"]),
        ("BRIEN éva", ["Éva O'Brien"]),
        ("eva", []),
        ("%", []),
        ("_", ["Under_score"]),
        ("é zq", []),
    ],
)
async def test_every_word_stands_in_the_name_as_it_was_typed(
    team: Team, words: str, found: list[str]
) -> None:
    await team.add("Éva O'Brien")
    await team.add("Under_score")

    assert await team.named(words) == found


@pytest.mark.parametrize(("installed", "in_teams"), [(None, False), (False, False), (True, True)])
async def test_it_is_known_whom_the_bot_can_write_to(
    team: Team,
    installed: bool | None,  # noqa: FBT001 - a column of the table above
    in_teams: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    await team.books(await team.add("Ben", installed=installed))

    assert [one.in_teams for one in (await team.likely()).found] == [in_teams]
