"""`trainingbot audit`, as it is typed."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Executable, update
from typer.testing import CliRunner, Result

from tests.trainingbot.audit.scene import Round, drop_constraints, setting
from trainingbot.audit.checks import CHECKS
from trainingbot.cli import app
from trainingbot.db import Database
from trainingbot.enums import NoticeState
from trainingbot.migrations import newest_revision
from trainingbot.models import CourseSession, Notice

Damage = Callable[[Round], Executable]
CLEAN = f"Nothing is wrong: none of {len(CHECKS)} checks found anything.\n"


def run(url: str, *arguments: str) -> Result:
    environment = {"TRAININGBOT_DATABASE_URL": url}
    result = CliRunner().invoke(app, ["audit", *arguments], env=environment)
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def prepare(url: str, *damages: Damage) -> Round:
    async def prepared() -> Round:
        database = Database(url)
        round_ = Round(database)
        await round_.prepare()
        await drop_constraints(database)
        # The command reads the clock, by which all of these have expired.
        sent = update(Notice).values(state=NoticeState.SENT)
        await round_.damage(sent, *(damage(round_) for damage in damages))
        await database.close()
        return round_

    return asyncio.run(prepared())


def overbooked(round_: Round) -> Executable:
    return setting(CourseSession, round_.ids["NEXT"], capacity=1)


def test_a_healthy_database_ends_with_0(database_url: str) -> None:
    prepare(database_url)

    result = run(database_url)

    assert (result.exit_code, result.stdout, result.stderr) == (0, CLEAN, "")


def test_findings_are_said_and_end_with_2(database_url: str) -> None:
    prepare(database_url, overbooked)

    result = run(database_url)

    assert (result.exit_code, result.stderr) == (2, "")
    assert result.stdout.splitlines() == [
        ("overbooked: Session NEXT has 1 places; counted as taken: 2, bookings that take one: 2."),
        f"1 finding, by 1 of {len(CHECKS)} checks. Nothing was changed.",
    ]


def test_findings_for_other_programs_are_one_json_object(database_url: str) -> None:
    session_id = prepare(database_url, overbooked).ids["NEXT"]

    result = run(database_url, "--json")

    said = json.loads(result.stdout)
    assert result.exit_code == 2
    assert datetime.fromisoformat(said.pop("checked_at")).utcoffset() == timedelta(0)
    assert said == {
        "findings": [
            {
                "check": "overbooked",
                "about": "session",
                "id": str(session_id),
                "sentence": (
                    "Session NEXT has 1 places; counted as taken: 2, bookings that take one: 2."
                ),
            }
        ],
        "counts": {check.name: int(check.name == "overbooked") for check in CHECKS},
    }


def test_a_healthy_database_has_no_findings_for_other_programs(database_url: str) -> None:
    prepare(database_url)

    result = run(database_url, "--json")

    assert (result.exit_code, json.loads(result.stdout)["findings"]) == (0, [])


def test_looking_makes_no_database(tmp_path: Path) -> None:
    file = tmp_path / "trainingbot.db"

    result = run(f"sqlite+aiosqlite:///{file}", "--json")

    assert (result.exit_code, result.stdout, file.exists()) == (1, "", False)
    assert result.stderr == (
        f"There is no database {file}, so there is nothing to check. "
        f"Name the one to check in TRAININGBOT_DATABASE_URL.\n"
    )


def test_looking_migrates_no_database(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        Path(empty_database_url.removeprefix("sqlite+aiosqlite:///")).touch()

    results = [run(empty_database_url), run(empty_database_url)]

    said = (
        f"The database is at version none, and this service audits version {newest_revision()}. "
        f"Bring it up to date with: trainingbot migrate\n"
    )
    assert [(one.exit_code, one.stdout, one.stderr) for one in results] == [(1, "", said)] * 2


def test_a_file_that_is_no_database_ends_with_1(tmp_path: Path) -> None:
    file = tmp_path / "trainingbot.db"
    file.write_text("This is a shopping list, and longer than the header of a database. " * 20)

    result = run(f"sqlite+aiosqlite:///{file}")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"The database sqlite+aiosqlite:///{file} cannot be used: the file is no SQLite database. "
        f"Name another in TRAININGBOT_DATABASE_URL.\n"
    )


@pytest.mark.parametrize("arguments", [["--jsn"], ["S25-014"], ["--json=yes"]])
def test_a_mistyped_command_does_not_end_as_a_finding_does(
    tmp_path: Path, arguments: list[str]
) -> None:
    result = run(f"sqlite+aiosqlite:///{tmp_path / 'trainingbot.db'}", *arguments)

    assert (result.exit_code, result.stdout) == (1, "")


def test_help_ends_with_0(tmp_path: Path) -> None:
    result = run(f"sqlite+aiosqlite:///{tmp_path / 'trainingbot.db'}", "--help")

    assert result.exit_code == 0
