"""The history of the database's shape, and how a database is brought up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text

from trainingbot.db import BUSY_TIMEOUT_MS, Database
from trainingbot.errors import DatabaseNotUpToDate
from trainingbot.unreachable import database_troubles_told

MIGRATION_LOCK = 0x7472_6169_6E69_6E67
"""The advisory lock under which PostgreSQL is migrated: the letters “training” as a number."""


def _configuration(connection: Connection | None = None) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent))
    configuration.attributes["connection"] = connection
    return configuration


def newest_revision() -> str:
    """Return the revision that this version of the service works with."""
    return _revisions()[0]


async def migrate(database: Database) -> None:
    """Bring the database to the newest revision; does nothing when it is there already.

    Several processes may try at once: one migrates, the others wait and find it done.
    Raises `DatabaseNotUpToDate` when the database was made by a newer version of the service.
    """
    async with database.reshaping() as connection:
        if not database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        await connection.run_sync(_refuse_unknown_revision)
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    command.upgrade(_configuration(connection), "head")


def _refuse_unknown_revision(connection: Connection) -> None:
    revision = _revision(connection)
    if revision is not None and revision not in _revisions():
        raise DatabaseNotUpToDate(
            f"The database is at version {revision}, which this service does not know: a newer "
            f"one made it. Install that version of the service, or use another database."
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(_configuration())
    return [script.revision for script in scripts.walk_revisions()]


async def prepare(database: Database) -> None:
    """Make the database ready for a command.

    The embedded database, and an empty PostgreSQL database, are created and migrated here.
    A PostgreSQL database of an older version is left alone, since other processes may be using
    it: `DatabaseNotUpToDate` says what to run. `DatabaseUnreachable` says why it cannot be
    opened.
    """
    with database_troubles_told(database.url):
        _read_file(database)
        async with database.engine.connect() as connection:
            await connection.run_sync(_refuse_unknown_revision)
            revision = await connection.run_sync(_revision)
    newest = newest_revision()
    if revision == newest:
        return
    if revision is not None and not database.is_sqlite:
        raise _migration_wanted(revision, newest=newest)
    await migrate(database)


def _migration_wanted(revision: str, *, newest: str) -> DatabaseNotUpToDate:
    return DatabaseNotUpToDate(
        f"The database is at version {revision} and this service needs {newest}. "
        f"Stop the other processes, make a copy of the database and run: trainingbot migrate"
    )


def _read_file(database: Database) -> None:
    # An aiosqlite connection that cannot open its file leaves a thread behind, which prints a
    # traceback when the event loop ends before it; so the file is tried without one first.
    if not database.is_sqlite:
        return
    file = make_url(database.url).set(drivername="sqlite")
    engine = create_engine(file, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA schema_version")
    finally:
        engine.dispose()
