"""The history of the database's shape: from nothing to the newest, and back."""

import asyncio
import importlib.util
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel, select

from tests.factories import make_agency
from tests.trainingbot.schema import schema_of
from trainingbot import migrations
from trainingbot.db import Database
from trainingbot.errors import DatabaseNotUpToDate, DatabaseUnreachable
from trainingbot.migrations import _configuration, migrate, newest_revision, prepare
from trainingbot.models import Agency

ON_POSTGRESQL = pytest.param("postgres", marks=pytest.mark.postgres)
SNAPSHOTS = Path(__file__).parent / "schema_snapshots"


@pytest.fixture
async def empty_database(empty_database_url: str) -> AsyncIterator[Database]:
    database = Database(empty_database_url)
    yield database
    await database.close()


@pytest.fixture
def later_migrations(tmp_path: Path) -> ModuleType:
    """Return the migrations of a later version of the service, which has one more."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, folder)
    (folder / "versions" / "later.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\n"
        f"revision, down_revision = 'later', {newest_revision()!r}\n"
        "def upgrade():\n    op.create_table('added_later', sa.Column('id', sa.Integer()))\n"
    )
    spec = importlib.util.spec_from_file_location("later_migrations", folder / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def run(database: Database, work: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - whatever the work returns
    async with database.engine.begin() as connection:
        return await connection.run_sync(work)


async def tables_of(database: Database) -> set[str]:
    tables: set[str] = await run(database, lambda sync: set(inspect(sync).get_table_names()))
    return tables


async def set_revision(database: Database, revision: str) -> None:
    await run(
        database,
        lambda sync: sync.execute(
            text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision}
        ),
    )


async def test_the_models_need_no_further_migration(database: Database) -> None:
    """`alembic check` raises when the models and the migrated database differ."""
    await run(database, lambda sync: command.check(_configuration(sync)))


async def test_the_migrated_database_has_the_shape_that_was_agreed(database: Database) -> None:
    """The text of a CHECK is compared too, which `alembic check` does not do.

    A change that is meant: put what the test printed into the snapshot and read the difference.
    """
    snapshot = SNAPSHOTS / ("sqlite.txt" if database.is_sqlite else "postgresql.txt")

    schema = await run(database, schema_of)

    assert schema == snapshot.read_text(encoding="utf-8")


async def test_the_models_themselves_make_the_same_shape(empty_database: Database) -> None:
    """A CHECK that stands in the models but in no migration would be seen here."""
    snapshot = SNAPSHOTS / ("sqlite.txt" if empty_database.is_sqlite else "postgresql.txt")

    await run(empty_database, SQLModel.metadata.create_all)

    assert await run(empty_database, schema_of) == snapshot.read_text(encoding="utf-8")


async def test_a_database_goes_back_to_nothing_and_up_again(database: Database) -> None:
    before = await run(database, schema_of)

    await run(database, lambda sync: command.downgrade(_configuration(sync), "base"))
    emptied = await tables_of(database)
    await migrate(database)

    assert emptied == {"alembic_version"}
    assert await run(database, schema_of) == before


async def test_an_empty_database_is_prepared_for_work(empty_database: Database) -> None:
    await prepare(empty_database)

    assert (
        await run(
            empty_database,
            lambda sync: sync.execute(text("SELECT version_num FROM alembic_version")).scalar_one(),
        )
        == newest_revision()
    )


async def test_preparing_twice_changes_nothing(database: Database) -> None:
    before = await run(database, schema_of)

    await prepare(database)
    await prepare(database)

    assert await run(database, schema_of) == before


async def test_four_processes_may_prepare_one_empty_database_at_once(
    empty_database_url: str,
) -> None:
    databases = [Database(empty_database_url) for _ in range(4)]

    await asyncio.gather(*(prepare(database) for database in databases))
    found = await tables_of(databases[0])
    for database in databases:
        await database.close()

    assert "booking" in found


@pytest.mark.parametrize("database_url", [ON_POSTGRESQL], indirect=True)
async def test_an_old_postgresql_database_is_left_alone(
    database: Database, later_migrations: ModuleType
) -> None:
    with pytest.raises(DatabaseNotUpToDate) as refusal:
        await later_migrations.prepare(database)

    assert refusal.value.sentence == (
        f"The database is at version {newest_revision()} and this service needs later. "
        "Stop the other processes, make a copy of the database and run: trainingbot migrate"
    )
    assert "added_later" not in await tables_of(database)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_old_embedded_database_is_migrated_and_keeps_its_rows(
    database: Database, later_migrations: ModuleType
) -> None:
    async with database.writing() as db:
        await make_agency(db, name="Police")

    await later_migrations.prepare(database)

    assert "added_later" in await tables_of(database)
    async with database.reading() as db:
        assert (await db.exec(select(Agency.name))).all() == ["Police"]


async def test_an_old_database_is_migrated_when_that_is_asked_for(
    database: Database, later_migrations: ModuleType
) -> None:
    await later_migrations.migrate(database)
    await later_migrations.prepare(database)

    assert "added_later" in await tables_of(database)


async def test_a_database_of_a_newer_service_is_left_alone(database: Database) -> None:
    await set_revision(database, "9999")

    with pytest.raises(DatabaseNotUpToDate) as from_prepare:
        await prepare(database)
    with pytest.raises(DatabaseNotUpToDate) as from_migrate:
        await migrate(database)

    assert from_prepare.value.sentence == from_migrate.value.sentence
    assert from_prepare.value.sentence == (
        "The database is at version 9999, which this service does not know: a newer one made "
        "it. Install that version of the service, or use another database."
    )


REFUSED = (
    'connection failed: connection to server at "127.0.0.1", port 1 failed: Connection refused. '
    "Check that it runs and can be reached."
)


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        (
            "sqlite+aiosqlite:////no/such/folder/t.db",
            "its file cannot be opened. Check that the folder exists and is yours.",
        ),
        (
            "sqlite+aiosqlite:///{garbage}",
            "the file is no SQLite database. Name another in TRAININGBOT_DATABASE_URL.",
        ),
        (
            "postgresql+psycopg://name:***@127.0.0.1:1/db",
            REFUSED,
        ),
    ],
)
async def test_a_database_that_cannot_be_opened_is_told_in_one_line(
    tmp_path: Path, url: str, trouble: str
) -> None:
    garbage = tmp_path / "garbage.db"
    garbage.write_text("no database " * 100)
    shown = url.format(garbage=garbage)
    database = Database(shown.replace("***", "correct-horse"))

    with pytest.raises(DatabaseUnreachable) as refusal:
        await prepare(database)
    await database.close()

    assert refusal.value.sentence == f"The database {shown} cannot be used: {trouble}"
