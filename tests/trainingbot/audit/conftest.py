import pytest

from tests.trainingbot.audit.scene import Round
from trainingbot.db import Database


@pytest.fixture
async def round_(database: Database) -> Round:
    """Return a small healthy database on each backend in turn, which a test may damage."""
    prepared = Round(database)
    await prepared.prepare()
    return prepared
