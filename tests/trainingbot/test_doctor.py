import os
import sqlite3
from pathlib import Path

from pydantic import SecretStr

from tests.factories import make_agency
from trainingbot.db import Database, journal_mode
from trainingbot.doctor import examine
from trainingbot.findings import Finding
from trainingbot.migrations import newest_revision
from trainingbot.settings import Settings

NO_CREDENTIALS = (
    "The service cannot start: TRAININGBOT_APP_ID, TRAININGBOT_APP_PASSWORD, TRAININGBOT_TENANTS "
    "not set. Set them as docs/running.md describes, or try it out on this machine with --local."
)


def by_subject(findings: list[Finding]) -> dict[str, tuple[bool, str]]:
    return {finding.subject: (finding.is_well, finding.sentence) for finding in findings}


async def test_a_database_that_is_ready_is_well(database_url: str) -> None:
    settings = Settings(database_url=database_url, local=True, coordinators=("a@b.example",))

    findings = await examine(settings)

    assert [finding for finding in findings if not finding.is_well] == []
    assert by_subject(findings)["Version"] == (
        True,
        f"the database is at version {newest_revision()}, the newest.",
    )
    assert by_subject(findings)["Coordinators"] == (True, "TRAININGBOT_COORDINATORS names 1.")


async def test_a_database_without_tables_needs_a_migration(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        file = empty_database_url.removeprefix("sqlite+aiosqlite:///")
        sqlite3.connect(file).execute("CREATE TABLE something (id)").connection.close()

    findings = await examine(Settings(database_url=empty_database_url, local=True))

    assert by_subject(findings)["Version"] == (
        False,
        (
            f"the database is at version none, and this service needs {newest_revision()}. "
            f"Run: trainingbot migrate"
        ),
    )


async def test_an_agency_that_is_to_be_exempt_and_is_not_there_is_named(
    database_url: str, database: Database
) -> None:
    async with database.writing() as db:
        await make_agency(db, code="HOSPICE")

    found = [
        by_subject(
            await examine(Settings(database_url=database_url, local=True, exempt_agencies=codes))
        )["Charges"]
        for codes in ("hospice", "Hospice, hopsice")
    ]

    assert found == [
        (True, "TRAININGBOT_EXEMPT_AGENCIES names 1."),
        (
            False,
            (
                "TRAININGBOT_EXEMPT_AGENCIES names what is no agency's code: hopsice. "
                "The codes stand in agencies.csv."
            ),
        ),
    ]


async def test_looking_makes_no_database(tmp_path: Path) -> None:
    file = tmp_path / "trainingbot.db"

    findings = await examine(Settings(database_url=f"sqlite+aiosqlite:///{file}", local=True))

    assert by_subject(findings)["Database"] == (
        True,
        f"sqlite+aiosqlite:///{file} is not there yet; the first command makes it.",
    )
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - pathlib is refused in async functions


async def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "trainingbot.db"

    findings = await examine(Settings(database_url=f"sqlite+aiosqlite:///{file}", local=True))

    assert by_subject(findings)["Database"] == (
        False,
        (
            f"sqlite+aiosqlite:///{file} cannot be made, for there is no folder {file.parent}. "
            f"Make the folder."
        ),
    )


async def test_a_server_that_does_not_answer_is_told_without_the_password() -> None:
    url = "postgresql+psycopg://bot:a-password@127.0.0.1:1/training"

    findings = await examine(Settings(database_url=url, local=True))

    assert by_subject(findings)["Database"] == (
        False,
        (
            "postgresql+psycopg://bot:***@127.0.0.1:1/training cannot be reached: connection "
            'failed: connection to server at "127.0.0.1", port 1 failed: Connection refused. '
            "Check that it runs and can be reached."
        ),
    )


async def test_what_serving_lacks_is_told(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'trainingbot.db'}"

    without = await examine(Settings(database_url=url))
    with_them = await examine(
        Settings(
            database_url=url,
            app_id="an-app",
            app_password=SecretStr("its password"),
            app_tenant_id="its-tenant",
            tenants=("a-tenant",),
        )
    )

    assert by_subject(without)["Settings"] == (False, NO_CREDENTIALS)
    assert by_subject(with_them)["Settings"] == (True, "the service can be started.")
    assert by_subject(without)["Coordinators"] == (
        True,
        "TRAININGBOT_COORDINATORS names none, so nobody is asked about a newcomer's agency.",
    )


async def test_the_journal_mode_is_told_with_its_reason(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'trainingbot.db'}"

    is_well, sentence = by_subject(await examine(Settings(database_url=url)))["SQLite"]

    assert is_well
    assert sentence.startswith(f"{sqlite3.sqlite_version} with journal mode {journal_mode()}: ")
