"""The door to the database: one transaction per edge, on SQLite or PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any
from weakref import WeakSet

import aiosqlite
from sqlalchemy import event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.errors import DatabaseNotUpToDate, SettingsNotUsable
from trainingbot.sqlite_connection import ShortTransactionConnection, connecting

DRIVERS = ("sqlite+aiosqlite", "postgresql+psycopg", "postgresql")
BUSY_TIMEOUT_MS = 30_000
POOL_TIMEOUT_S = 60
ANSWER_TIMEOUT_S = 5
CLOSE_TIMEOUT_S = 10
WAL_IS_SOUND_FROM = (3, 51, 3)
"""Before this release of SQLite two connections that write and checkpoint at once can, rarely,
corrupt a WAL database; see docs/decisions/0003-database.md."""


def journal_mode() -> str:
    """Return the journal mode that is safe with the SQLite that Python was built with."""
    return "WAL" if sqlite3.sqlite_version_info >= WAL_IS_SOUND_FROM else "TRUNCATE"


class Database:
    """The database at `url`, with one door for changing and one for reading.

    Raises `SettingsNotUsable` when the service cannot run on such a URL.
    On SQLite all changes of this process go through one connection whose transactions begin
    `IMMEDIATE`: with a plain `BEGIN` simultaneous bookings fail with "database is locked".
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = _readable(url).get_backend_name() == "sqlite"
        self._threads: WeakSet[Thread] = WeakSet()
        if self.is_sqlite:
            self._writer = _sqlite_engine(
                url,
                begin="BEGIN IMMEDIATE",
                connections=1,
                connect=connecting(ShortTransactionConnection, self._threads),
            )
            self._reader = _sqlite_engine(
                url,
                begin="BEGIN",
                connections=4,
                connect=connecting(aiosqlite.Connection, self._threads),
            )
        else:
            self._writer = create_async_engine(
                url, pool_size=10, max_overflow=10, pool_timeout=POOL_TIMEOUT_S, pool_pre_ping=True
            )
            self._reader = self._writer

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open the one transaction of a turn, request, command or job that changes rows.

        Commits when the block ends, rolls back when it raises.
        """
        async with AsyncSession(self._writer, expire_on_commit=False) as db:
            yield db
            await db.commit()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that only reads; nothing done in it is kept."""
        async with AsyncSession(self._reader, expire_on_commit=False) as db:
            yield db

    async def answers(self) -> bool:
        """Tell whether the migrated database answers within some seconds."""
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S), self.reading() as db:
                await (await db.connection()).execute(text("SELECT 1 FROM alembic_version"))
        except (SQLAlchemyError, OSError):  # a time-out is an OSError too
            return False
        return True

    @property
    def engine(self) -> AsyncEngine:
        """The engine for checks of the whole database."""
        return self._writer

    @asynccontextmanager
    async def reshaping(self) -> AsyncIterator[AsyncConnection]:
        """Open the one transaction of a migration.

        SQLite changes a table by making a new one, for which its foreign keys must be off; they
        are checked as a whole before anything is kept.
        """
        if not self.is_sqlite:
            async with self._writer.begin() as connection:
                yield connection
            return
        engine = _sqlite_engine(
            self.url,
            begin="BEGIN IMMEDIATE",
            connections=1,
            connect=connecting(aiosqlite.Connection, self._threads),
            foreign_keys="OFF",
        )
        try:
            async with engine.begin() as connection:
                yield connection
                dangling = await connection.exec_driver_sql("PRAGMA foreign_key_check")
                if dangling.first() is not None:
                    raise DatabaseNotUpToDate(
                        "The database has rows that point at nothing, so it was left as it was. "
                        "Put the last good copy of it back, and try again."
                    )
        finally:
            await engine.dispose()

    async def close(self) -> None:
        """Close every connection, and wait until nothing of them runs any more.

        A call that was given up leaves its SQLite connection closing in a thread, which reports
        to the event loop when it is done: the loop must not be closed before.
        """
        await self._writer.dispose()
        await self._reader.dispose()
        for thread in [thread for thread in self._threads if thread.is_alive()]:
            await asyncio.to_thread(thread.join, CLOSE_TIMEOUT_S)


def _readable(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsNotUsable(
            "TRAININGBOT_DATABASE_URL cannot be read. It looks like "
            "sqlite+aiosqlite:///trainingbot.db or postgresql+psycopg://name@host/database."
        ) from error
    if parsed.drivername not in DRIVERS:
        raise SettingsNotUsable(
            f"TRAININGBOT_DATABASE_URL names {parsed.drivername}; "
            f"the service runs on sqlite+aiosqlite and postgresql+psycopg."
        )
    if parsed.get_backend_name() != "sqlite":
        return parsed
    if parsed.host or parsed.query or parsed.database in {None, "", ":memory:"}:
        raise SettingsNotUsable(
            "TRAININGBOT_DATABASE_URL names no file. On SQLite it is sqlite+aiosqlite:/// and "
            "then the file, such as sqlite+aiosqlite:///trainingbot.db."
        )
    return parsed


def _sqlite_engine(
    url: str,
    *,
    begin: str,
    connections: int,
    connect: Callable[..., aiosqlite.Connection],
    foreign_keys: str = "ON",
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        connect_args={"async_creator_fn": connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: object) -> None:  # noqa: ANN401 - a driver's own connection
        del record
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute(f"PRAGMA journal_mode = {journal_mode()}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {foreign_keys}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


async def add_unless_there(db: AsyncSession, row: SQLModel, *, unique: list[str]) -> None:
    """Insert a row unless one with the same `unique` columns exists, even one being written now."""
    connection = await db.connection()
    await connection.execute(_insert(db, row).on_conflict_do_nothing(index_elements=unique))


async def add_or_replace(
    db: AsyncSession, row: SQLModel, *, unique: list[str], replaced: list[str]
) -> None:
    """Insert a row, or give the one with the same `unique` columns the `replaced` values."""
    statement = _insert(db, row)
    values = {name: statement.excluded[name] for name in replaced}
    connection = await db.connection()
    await connection.execute(statement.on_conflict_do_update(index_elements=unique, set_=values))


def _insert(db: AsyncSession, row: SQLModel) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(type(row)).values(row.model_dump())
