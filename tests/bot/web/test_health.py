"""What a watcher is told about the service."""

from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web.health import health_routes
from trainingbot.db import Database

Client = TestClient[Any, Any]


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(health_routes(database))
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_service_is_well_while_its_database_answers(client: Client) -> None:
    response = await client.get("/health")

    assert response.status == 200
    assert await response.json() == {"status": "ok", "version": version("trainingbot")}
    assert response.headers["Cache-Control"] == "no-store"


async def test_the_head_of_the_answer_can_be_asked_for(client: Client) -> None:
    response = await client.head("/health")

    assert (response.status, await response.read()) == (200, b"")


async def test_the_service_is_not_well_without_its_tables(
    client: Client, database: Database
) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE alembic_version")

    response = await client.get("/health")

    assert response.status == 503
    assert await response.json() == {
        "status": "database does not answer",
        "version": version("trainingbot"),
    }


async def test_a_server_that_is_not_there_is_not_well() -> None:
    database = Database("postgresql+psycopg://name:correct-horse@127.0.0.1:1/db")
    app = web.Application()
    app.add_routes(health_routes(database))

    async with TestClient(TestServer(app)) as client:
        response = await client.get("/health")
        text = await response.text()
    await database.close()

    assert response.status == 503
    assert "correct-horse" not in text
