import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Timer

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from tests.trainingbot.programme.folders import COURSES, SESSIONS, write_folder
from trainingbot.cli import app
from trainingbot.migrations import newest_revision

SECRET = "a secret that is long enough to be one"
Run = Callable[..., Result]
YEARS_AWAY = SESSIONS.replace("2025-01-14T", "2090-01-17T")
"""Commands read the real clock, so that a session to come lies far away."""


def run_with(environment: dict[str, str]) -> Run:
    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(app, arguments, env=environment)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


@pytest.fixture
def run(database_url: str) -> Run:
    return run_with({"TRAININGBOT_DATABASE_URL": database_url, "TRAININGBOT_SECRET": SECRET})


def test_an_import_says_what_it_took_in(run: Run, tmp_path: Path) -> None:
    result = run("import", str(write_folder(tmp_path / "2024")))

    assert result.exit_code == 0
    assert result.stdout.splitlines()[:3] == [
        "The programme is imported.",
        "  2 agencies added",
        "  4 practitioners added",
    ]
    assert result.stderr.splitlines()[:2] == [
        "Reading agencies.csv: 2",
        "Reading practitioners.csv: 3",
    ]


def test_importing_again_says_that_nothing_changed(run: Run, tmp_path: Path) -> None:
    folder = str(write_folder(tmp_path / "2024"))
    run("import", folder)

    result = run("import", folder)

    assert (result.exit_code, result.stdout.splitlines()[0]) == (
        0,
        "Nothing changed: the service already has this programme.",
    )


def test_an_import_with_bad_lines_names_them_all_and_ends_with_1(run: Run, tmp_path: Path) -> None:
    courses = COURSES.replace(",150,", ",long,").replace(",120,", ",short,")

    result = run("import", str(write_folder(tmp_path / "2024", courses=courses)))

    expected = "expected a length in minutes, from 1 to 10,080 (a week)"
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-3:] == [
        f"courses.csv, line 2, column minutes: found “long”; {expected}",
        f"courses.csv, line 3, column minutes: found “short”; {expected}",
        "Nothing was imported: 2 problems to mend.",
    ]


def test_an_import_of_no_folder_says_so(run: Run, tmp_path: Path) -> None:
    result = run("import", str(tmp_path / "nowhere"))

    assert result.exit_code == 1
    assert result.stderr == (
        f"{tmp_path / 'nowhere'} is not a folder. Name the folder that holds "
        f"agencies.csv, practitioners.csv, courses.csv, sessions.csv.\n"
    )


def test_an_import_makes_the_database_where_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "trainingbot.db"
    run = run_with(
        {"TRAININGBOT_DATABASE_URL": f"sqlite+aiosqlite:///{file}", "TRAININGBOT_SECRET": SECRET}
    )

    result = run("import", str(write_folder(tmp_path / "2024")))

    assert (result.exit_code, file.exists()) == (0, True)


def test_an_import_waits_for_the_service_that_is_writing(tmp_path: Path) -> None:
    file = tmp_path / "trainingbot.db"
    run = run_with(
        {"TRAININGBOT_DATABASE_URL": f"sqlite+aiosqlite:///{file}", "TRAININGBOT_SECRET": SECRET}
    )
    run("migrate")
    service = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    service.execute("BEGIN IMMEDIATE")
    moment_later = Timer(0.3, service.rollback)
    moment_later.start()

    result = run("import", str(write_folder(tmp_path / "2024")))

    moment_later.join()
    service.close()
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "The programme is imported.")


def test_a_session_gets_more_places_by_a_command(run: Run, tmp_path: Path) -> None:
    run("import", str(write_folder(tmp_path / "2024", sessions=YEARS_AWAY)))

    results = [run("capacity", "s25-001", "5") for _ in range(2)]

    assert [(result.exit_code, result.stdout) for result in results] == [
        (0, "S25-001 has 5 places now, of which 3 are taken.\n")
    ] * 2


@pytest.mark.parametrize(
    ("code", "places", "sentence"),
    [
        ("S99-999", "5", "There is no session S99-999."),
        ("S25-001", "2000", "The number of places must be from 1 to 1,000."),
        ("S24-001", "5", "S24-001 has already begun, so it stays as it is."),
    ],
)
def test_places_that_cannot_be_end_with_1(
    run: Run, tmp_path: Path, code: str, places: str, sentence: str
) -> None:
    run("import", str(write_folder(tmp_path / "2024", sessions=YEARS_AWAY)))

    result = run("capacity", code, places)

    assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, sentence)


def test_migrating_brings_a_database_to_the_newest_version(empty_database_url: str) -> None:
    run = run_with({"TRAININGBOT_DATABASE_URL": empty_database_url})

    results = [run("migrate"), run("migrate")]

    said = f"The database is at version {newest_revision()}, the newest.\n"
    assert [(result.exit_code, result.stdout) for result in results] == [(0, said), (0, said)]


def test_the_doctor_ends_with_0_where_all_is_well(database_url: str) -> None:
    run = run_with({"TRAININGBOT_DATABASE_URL": database_url, "TRAININGBOT_LOCAL": "true"})

    result = run("doctor")

    assert result.exit_code == 0
    assert [line[:6] for line in result.stdout.splitlines()] == ["ok    "] * 7


def test_the_doctor_ends_with_1_where_something_is_missing(database_url: str) -> None:
    run = run_with({"TRAININGBOT_DATABASE_URL": database_url, "TRAININGBOT_LOCAL": "false"})

    result = run("doctor")

    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if line.startswith("WRONG")] == [
        (
            "WRONG  Settings: The service cannot start: TRAININGBOT_APP_ID, "
            "TRAININGBOT_APP_PASSWORD, TRAININGBOT_TENANTS not set. Set them as "
            "docs/running.md describes, or try it out on this machine with --local."
        )
    ]


def test_settings_that_cannot_be_used_are_named_by_their_variables() -> None:
    run = run_with(
        {
            "TRAININGBOT_PORT": "teams",
            "TRAININGBOT_SECRET": "short",
            "TRAININGBOT_TIME_ZONE": "Europe/Cambridge",
        }
    )

    for command in (["doctor"], ["migrate"], ["import", "."]):
        result = run(*command)
        assert result.exit_code == 1
        assert result.stderr.splitlines() == [
            "The settings cannot be used.",
            "TRAININGBOT_TIME_ZONE: 'Europe/Cambridge' is not a time zone such as Europe/London",
            (
                "TRAININGBOT_PORT: Input should be a valid integer, unable to parse string as an "
                "integer"
            ),
            "TRAININGBOT_SECRET: needs at least 32 characters",
        ]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "postgresql+psycopg://bot:a-password@127.0.0.1:1/training",
            (
                "The database postgresql+psycopg://bot:***@127.0.0.1:1/training cannot be used: "
                'connection failed: connection to server at "127.0.0.1", port 1 failed: Connection '
                "refused. Check that it runs and can be reached."
            ),
        ),
        (
            "sqlite+aiosqlite:////nowhere/trainingbot.db",
            (
                "The database sqlite+aiosqlite:////nowhere/trainingbot.db cannot be used: its file "
                "cannot be opened. Check that the folder exists and is yours."
            ),
        ),
        (
            "mysql://bot@127.0.0.1/training",
            (
                "TRAININGBOT_DATABASE_URL names mysql; the service runs on sqlite+aiosqlite and "
                "postgresql+psycopg."
            ),
        ),
    ],
    ids=["no server", "no folder", "another database"],
)
def test_a_database_that_cannot_be_used_is_told_in_one_sentence(url: str, sentence: str) -> None:
    result = run_with({"TRAININGBOT_DATABASE_URL": url})("migrate")

    assert (result.exit_code, result.stderr) == (1, f"{sentence}\n")


def test_an_import_into_a_database_that_cannot_be_used_ends_with_1(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'trainingbot.db'}"
    run = run_with({"TRAININGBOT_DATABASE_URL": url, "TRAININGBOT_SECRET": SECRET})

    result = run("import", str(write_folder(tmp_path / "2024")))

    assert (result.exit_code, result.stdout) == (1, "")


def test_the_version_is_said() -> None:
    result = run_with({})("version")

    assert (result.exit_code, result.stdout) == (0, "trainingbot 0.1.0\n")


def test_help_is_given_without_importing_the_database() -> None:
    asked = (
        "import sys; from trainingbot.cli import app; from typer.testing import CliRunner;"
        "CliRunner().invoke(app, ['--help']); print({'sqlalchemy', 'pydantic'} & set(sys.modules))"
    )

    output = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )

    assert output.stdout == "set()\n"


def test_its_commands_stand_beside_those_of_an_app_that_takes_them_in() -> None:
    whole = Typer()
    whole.command()(lambda: None)
    whole.add_typer(app)

    result = CliRunner().invoke(whole, ["version"])

    assert (result.exit_code, result.stdout) == (0, "trainingbot 0.1.0\n")
