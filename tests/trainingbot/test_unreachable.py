import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from psycopg import OperationalError, errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from trainingbot.errors import DatabaseUnreachable
from trainingbot.unreachable import database_troubles_told, open_once, shown, trouble_of

URL = "postgresql+psycopg://bot:a-password@db.example/training"


def wrapped(error: BaseException) -> DBAPIError:
    return DBAPIError("SELECT 1", None, error)


def sqlite_error(file: Path, statement: str) -> BaseException:
    with (
        closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection,
        pytest.raises(sqlite3.Error) as raised,
    ):
        connection.execute(statement)
    return raised.value


def test_a_password_is_never_shown() -> None:
    assert shown(URL) == "postgresql+psycopg://bot:***@db.example/training"


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error) as raised:
        open_once(tmp_path / "nowhere" / "x.db")

    assert trouble_of(raised.value) == (
        "its file cannot be opened. Check that the folder exists and is yours"
    )


def test_a_file_of_something_else_is_told(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear all, this is no database, however long one reads it. " * 20)

    assert trouble_of(wrapped(sqlite_error(file, "SELECT * FROM sqlite_schema"))) == (
        "the file is no SQLite database. Name another in TRAININGBOT_DATABASE_URL"
    )


def test_a_database_that_another_process_holds_is_told(tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    trouble = trouble_of(wrapped(sqlite_error(tmp_path / "x.db", "BEGIN IMMEDIATE")))

    holder.close()
    assert trouble == "another process is writing to it for very long. Try again in a minute"


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (
            errors.InvalidPassword("no"),
            "it does not let this user in. Check TRAININGBOT_DATABASE_URL",
        ),
        (
            errors.InvalidCatalogName("no"),
            "there is no such database on the server. Make it, or check TRAININGBOT_DATABASE_URL",
        ),
        (
            errors.DeadlockDetected("no"),
            "somebody changed the same rows at the same time. Nothing was kept: try again",
        ),
        (
            errors.UniqueViolation("no"),
            "somebody wrote the same row at the same time. Nothing was kept: try again",
        ),
        (
            errors.AdminShutdown("no"),
            "the server is being shut down. Try again when it is back",
        ),
        (
            OperationalError("connection failed: Connection refused\nIs the server running?"),
            "connection failed: Connection refused. Check that it runs and can be reached",
        ),
        (errors.UndefinedColumn("no such column"), None),
        (errors.CheckViolation("a rule of the table"), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_postgresql_reports_is_told_unless_it_is_a_fault_of_ours(
    error: BaseException, trouble: str | None
) -> None:
    assert trouble_of(wrapped(error)) == trouble


def test_a_pool_without_a_free_connection_is_told() -> None:
    assert trouble_of(NoFreeConnection()) == "all connections are in use. Try again in a minute"


def test_a_trouble_becomes_a_sentence_with_the_address_of_the_database() -> None:
    with pytest.raises(DatabaseUnreachable) as unreachable, database_troubles_told(URL):
        raise wrapped(errors.InvalidPassword("no"))

    assert unreachable.value.sentence == (
        "The database postgresql+psycopg://bot:***@db.example/training cannot be used: "
        "it does not let this user in. Check TRAININGBOT_DATABASE_URL."
    )


def test_a_fault_of_ours_stays_what_it_is() -> None:
    fault = wrapped(errors.UndefinedColumn("no such column"))

    with pytest.raises(DBAPIError) as raised, database_troubles_told(URL):
        raise fault

    assert raised.value is fault
