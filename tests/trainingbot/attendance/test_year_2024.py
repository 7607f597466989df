"""The year that comes with the service: 242 of 983 confirmed places on courses were not used."""

from zoneinfo import ZoneInfo

from tests.factories import make_coordinator
from tests.moments import NOW, TERMS
from trainingbot.attendance.no_shows import (
    Grouping,
    calendar_year,
    no_show_figures,
    repeated_no_shows,
)
from trainingbot.attendance.rates import ATTENDED_RATE, EXCUSED_RATE, NO_SHOW_RATE, Outcomes
from trainingbot.audit.queries import audit_database
from trainingbot.db import Database
from trainingbot.programme.demo import FOLDER
from trainingbot.programme.operations import import_programme
from trainingbot.programme.reading import read_programme

LONDON = ZoneInfo("Europe/London")


async def test_a_quarter_of_the_places_of_2024_were_no_shows_however_they_are_told_apart(
    database: Database,
) -> None:
    async with database.writing() as db:
        coordinator = await make_coordinator(db)
        reading = read_programme(FOLDER, zone=LONDON)
        await import_programme(db, reading, secret="x" * 32, terms=TERMS, now=NOW)

    async with database.reading() as db:
        by = {
            one: await no_show_figures(
                db,
                period=calendar_year(2024),
                by=one,
                actor_id=coordinator.id,
                zone=LONDON,
                now=NOW,
            )
            for one in Grouping
        }
        found, total = await repeated_no_shows(
            db,
            until=calendar_year(2024).ends,
            actor_id=coordinator.id,
            zone=LONDON,
            limit=1000,
            now=NOW,
        )
        audit = await audit_database(db, now=NOW, terms=TERMS)

    for figures in by.values():
        shares = [
            str(rate.share(figures.overall)) for rate in (NO_SHOW_RATE, ATTENDED_RATE, EXCUSED_RATE)
        ]
        assert shares == ["242 of 983 (24.6 %)", "741 of 983 (75.4 %)", "0 of 983 (0.0 %)"]
        assert sum((one.outcomes for one in figures.groups), Outcomes()) == figures.overall
    assert {one.no_shows >= 2 for one in found} == {True}
    assert (len(found), audit.findings) == (total, ())
