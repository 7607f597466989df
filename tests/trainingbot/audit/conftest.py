"""The small healthy database of `scene.py`, made once on each backend; tests get copies of it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from tests.conftest import BACKENDS, sqlalchemy_url
from tests.trainingbot.audit.scene import Round, drop_constraints
from trainingbot.db import Database

Ids = dict[str, UUID]
TEMPLATE = "template_audited"
_numbers = count()


async def _prepare(url: str) -> Ids:
    database = Database(url)
    round_ = Round(database)
    await round_.prepare()
    await drop_constraints(database)
    await database.close()
    return round_.ids


@pytest.fixture(scope="session")
def sqlite_round(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Ids]:
    """Make the database in a file, without constraints; return the file and the ids in it."""
    file = tmp_path_factory.mktemp("audit") / "template.db"
    shutil.copyfile(sqlite_template, file)
    return file, asyncio.run(_prepare(f"sqlite+aiosqlite:///{file}"))


@pytest.fixture(scope="session")
def postgres_round(postgres_template: str) -> Ids:
    """Make the database under the name `TEMPLATE`, without constraints; return the ids in it."""
    with psycopg.connect(postgres_template, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template_migrated")
    return asyncio.run(_prepare(sqlalchemy_url(postgres_template, TEMPLATE)))


@pytest.fixture(params=BACKENDS)
def round_copy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Ids]]:
    """Return the URL of a copy that is the test's own, and the ids in it."""
    if request.param == "sqlite":
        template, ids = request.getfixturevalue("sqlite_round")
        file = tmp_path / "audited.db"
        shutil.copyfile(template, file)
        yield f"sqlite+aiosqlite:///{file}", ids
        return
    ids = request.getfixturevalue("postgres_round")
    uri = request.getfixturevalue("postgres_template")
    name = f"audited_{next(_numbers)}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield sqlalchemy_url(uri, name), ids
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def round_(round_copy: tuple[str, Ids]) -> AsyncIterator[Round]:
    """Return a small healthy database on each backend in turn, which a test may damage."""
    url, ids = round_copy
    database = Database(url)
    yield Round(database, ids)
    await database.close()
