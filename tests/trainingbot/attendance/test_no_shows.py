"""No-show figures: what they count, out of what, and who sees them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import (
    make_agency,
    make_booking,
    make_coordinator,
    make_course,
    make_practitioner,
    make_session,
)
from tests.moments import NOW
from trainingbot.attendance.no_shows import (
    Grouping,
    NoShowFigures,
    Period,
    calendar_year,
    no_show_figures,
    repeated_no_shows,
)
from trainingbot.attendance.rates import ATTENDED_RATE, NO_SHOW_RATE, RATES, Outcomes, Share
from trainingbot.db import Database
from trainingbot.enums import Attendance, BookingStatus, CourseKind, SessionStatus
from trainingbot.errors import NotACoordinator
from trainingbot.models import CourseSession

LONDON = ZoneInfo("Europe/London")
JANUARY = datetime(2024, 1, 16, 10, tzinfo=UTC)
MIDNIGHT = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)
"""In London the first of July has begun."""
YEAR = calendar_year(2024)
SEEN: dict[str, tuple[datetime, dict[str, tuple[Attendance, ...]]]] = {
    "Neglect": (JANUARY, {"County": (Attendance.ATTENDED, Attendance.NO_SHOW)}),
    "Curiosity": (
        MIDNIGHT,
        {"Police": (Attendance.NO_SHOW, Attendance.NO_SHOW, Attendance.PARTLY_ATTENDED)},
    ),
}


class Year:
    """Two courses with closed registers, one whose register is open, and a workshop."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def begin(self) -> None:
        async with self.database.writing() as db:
            self.coordinator_id = (await make_coordinator(db)).id
            for title, (starts_at, people) in SEEN.items():
                course = await make_course(db, title=title)
                session = await make_session(db, course=course, starts_at=starts_at)
                session.status = SessionStatus.DELIVERED
                session.register_closed_at = session.ends_at
                for name, marks in people.items():
                    agency = await make_agency(db, name=name)
                    for mark in marks:
                        person = await make_practitioner(db, agency=agency)
                        await make_booking(
                            db,
                            session_id=session.id,
                            practitioner_id=person.id,
                            attendance=mark,
                        )
            await make_booking(
                db,
                session_id=session.id,
                status=BookingStatus.UNBOOKED,
                attendance=Attendance.ATTENDED,
            )
            await make_booking(
                db, session_id=session.id, status=BookingStatus.CANCELLED, cancelled_at=JANUARY
            )
            opened = await make_session(db, course=course, starts_at=JANUARY)
            await make_booking(db, session_id=opened.id, attendance=Attendance.NO_SHOW)
            await make_booking(db, session_id=opened.id)
            workshop = await make_course(db, title="Workshop", kind=CourseKind.WORKSHOP)
            held = await make_session(db, course=workshop, starts_at=JANUARY)
            held.status, held.register_closed_at = SessionStatus.DELIVERED, held.ends_at
            await make_booking(db, session_id=held.id, attendance=Attendance.ATTENDED)

    async def figures(
        self, by: Grouping, *, kind: CourseKind | None = CourseKind.COURSE, period: Period = YEAR
    ) -> NoShowFigures:
        async with self.database.reading() as db:
            return await no_show_figures(
                db,
                period=period,
                by=by,
                kind=kind,
                actor_id=self.coordinator_id,
                zone=LONDON,
                now=NOW,
            )


@pytest.fixture
async def year(database: Database) -> Year:
    year = Year(database)
    await year.begin()
    return year


def no_shows(groups: object) -> list[tuple[str, str]]:
    assert isinstance(groups, list)
    return [(one.name, str(NO_SHOW_RATE.share(one.outcomes))) for one in groups]


async def test_a_year_counts_closed_registers_alone_and_says_what_it_leaves_out(
    year: Year,
) -> None:
    figures = await year.figures(Grouping.COURSE)

    assert figures.overall == Outcomes(
        known=5, attended=2, excused=0, no_shows=3, unbooked=1, not_known=2
    )
    assert figures.sessions_open == 1


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        (Grouping.COURSE, [("Curiosity", "2 of 3 (66.7 %)"), ("Neglect", "1 of 2 (50.0 %)")]),
        (Grouping.MONTH, [("2024-01", "1 of 2 (50.0 %)"), ("2024-07", "2 of 3 (66.7 %)")]),
    ],
)
async def test_no_shows_are_told_by_course_and_by_local_month(
    year: Year, by: Grouping, groups: list[tuple[str, str]]
) -> None:
    assert no_shows((await year.figures(by)).groups) == groups


async def test_no_shows_are_told_by_agency(year: Year) -> None:
    groups = (await year.figures(Grouping.AGENCY)).groups

    told = [one for one in no_shows(groups) if one[0] in {"County", "Police"}]
    assert told == [("Police", "2 of 3 (66.7 %)"), ("County", "1 of 2 (50.0 %)")]


async def test_every_format_counts_where_that_is_asked(year: Year) -> None:
    figures = await year.figures(Grouping.COURSE, kind=None)

    assert str(NO_SHOW_RATE.share(figures.overall)) == "3 of 6 (50.0 %)"


async def test_a_period_is_of_local_days_both_included(year: Year) -> None:
    june = await year.figures(Grouping.COURSE, period=Period(date(2024, 6, 1), date(2024, 6, 30)))
    first_of_july = await year.figures(
        Grouping.COURSE, period=Period(date(2024, 7, 1), date(2024, 7, 1))
    )

    assert (june.overall.known, first_of_july.overall.known) == (0, 3)


async def test_only_coordinators_see_them(year: Year) -> None:
    async with year.database.writing() as db:
        somebody = await make_practitioner(db)

    async with year.database.reading() as db:
        with pytest.raises(NotACoordinator):
            await no_show_figures(
                db,
                period=YEAR,
                by=Grouping.COURSE,
                actor_id=somebody.id,
                zone=LONDON,
                now=NOW,
            )
        with pytest.raises(NotACoordinator):
            await repeated_no_shows(
                db,
                until=date(2024, 12, 31),
                actor_id=somebody.id,
                zone=LONDON,
                limit=5,
                now=NOW,
            )


async def test_two_no_shows_within_twelve_months_are_repeated(database: Database) -> None:
    begins = (datetime(2023, 12, 31, 10, tzinfo=UTC), JANUARY, JANUARY + timedelta(days=90))
    async with database.writing() as db:
        coordinator = await make_coordinator(db)
        twice = await make_practitioner(db, name="Twice Absent")
        once = await make_practitioner(db, name="Once This Year")
        for number, starts_at in enumerate(begins):
            session: CourseSession = await make_session(db, starts_at=starts_at)
            session.status, session.register_closed_at = SessionStatus.DELIVERED, session.ends_at
            for person in (twice, once)[: 2 if number < 2 else 1]:
                await make_booking(
                    db,
                    session_id=session.id,
                    practitioner_id=person.id,
                    attendance=Attendance.NO_SHOW,
                )

    async with database.reading() as db:
        found, total = await repeated_no_shows(
            db,
            until=date(2024, 12, 31),
            actor_id=coordinator.id,
            zone=LONDON,
            limit=5,
            now=NOW,
        )

    told = [(one.practitioner.name, one.no_shows, one.latest) for one in found]
    assert (told, total) == ([("Twice Absent", 2, begins[2])], 1)


def test_a_rate_is_printed_with_its_base_and_out_of_nothing_it_is_none() -> None:
    year_2024 = Outcomes(known=983, attended=741, no_shows=242)

    assert str(NO_SHOW_RATE.share(year_2024)) == "242 of 983 (24.6 %)"
    assert str(ATTENDED_RATE.share(year_2024)) == "741 of 983 (75.4 %)"
    assert (Share(0, 0).percent, str(Share(0, 0))) == (None, "0 of 0")


def test_every_rate_says_what_it_counts_out_of_what_and_what_that_means() -> None:
    said = [(one.name, one.numerator, one.denominator, one.definition) for one in RATES]

    assert [one for one in said if not all(one)] == []
    assert len({one.denominator for one in RATES}) == 1
