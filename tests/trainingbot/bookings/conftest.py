import pytest

from tests.trainingbot.bookings.scene import Scene
from trainingbot.db import Database


@pytest.fixture
def scene(database: Database) -> Scene:
    """Return an empty scene on each database in turn; `prepare` fills it."""
    return Scene(database)
