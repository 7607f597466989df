import pytest

from tests.trainingbot.scheduling.scene import Programme
from trainingbot.db import Database


@pytest.fixture
def programme(database: Database) -> Programme:
    """Return an empty programme on each database in turn; `prepare_session` fills it."""
    return Programme(database)
