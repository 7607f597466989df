"""The history of the database's shape, and how a database is brought up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from trainingbot.db import Database
from trainingbot.errors import DatabaseNotUpToDate


def _configuration(connection: Connection | None = None) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent))
    configuration.attributes["connection"] = connection
    return configuration


def newest_revision() -> str:
    """Return the revision that this version of the service works with."""
    revision = ScriptDirectory.from_config(_configuration()).get_current_head()
    assert revision is not None  # noqa: S101 - there is a first migration in this folder
    return revision


async def migrate(database: Database) -> None:
    """Bring the database to the newest revision; does nothing when it is there already."""
    async with database.engine.begin() as connection:
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    command.upgrade(_configuration(connection), "head")


async def prepare(database: Database) -> None:
    """Make the database ready for a command.

    The embedded database, and an empty PostgreSQL database, are created and migrated here.
    A PostgreSQL database of an older version is left alone, since other processes may be using
    it: `DatabaseNotUpToDate` says what to run.
    """
    async with database.engine.connect() as connection:
        revision = await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )
    newest = newest_revision()
    if revision == newest:
        return
    if revision is not None and not database.is_sqlite:
        raise DatabaseNotUpToDate(
            f"The database is at version {revision} and this service needs {newest}. "
            f"Stop the other processes, make a copy of the database and run: trainingbot migrate"
        )
    await migrate(database)
