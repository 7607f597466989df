"""What the job engine says: no advertisements, no secrets, and not the same thing all the time."""

import logging
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from trainingbot.jobs.voice import MOST_MESSAGES, SparingLog, speak_through, without_secrets


class HandMovedClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> HandMovedClock:
    return HandMovedClock()


@pytest.fixture
def engine(clock: HandMovedClock) -> Iterator[logging.Logger]:
    logger = logging.getLogger("tests.engine")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(logging.StreamHandler())
    speak_through(logger, SparingLog(clock))
    yield logger
    logger.handlers.clear()


@pytest.mark.parametrize(
    "message",
    [
        "To view and manage workflows, connect to DBOS Conductor at: https://console.dbos.dev",
        "Using SQLite as a system database. It is for development and testing.",
        "Contention detected in queue thread for first. Increasing polling interval to 0.05.",
    ],
)
def test_what_is_no_news_is_dropped(engine: logging.Logger, message: str) -> None:
    with capture_logs() as events:
        engine.warning(message)

    assert events == []


def test_only_warnings_are_passed_on(engine: logging.Logger) -> None:
    with capture_logs() as events:
        engine.info("DBOS launched!")
        engine.warning("Exception listing queues: gone\nwith a second line")

    assert events == [
        {
            "event": "job_engine_message",
            "log_level": "warning",
            "message": "Exception listing queues: gone",
        }
    ]


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("at postgresql://ana:pa$$w0rd@db:5432/x failed", "at postgresql://…@db:5432/x failed"),
        ("sent Bearer abc.def to it", "sent … to it"),
        ("link eyJhbGciOi.eyJzdWIi.c2ln is old", "link … is old"),
        ("connect with password=hunter2 failed", "connect with password=… failed"),
    ],
)
def test_secrets_are_left_out(message: str, kept: str) -> None:
    assert without_secrets(message) == kept


def test_a_repeated_message_is_counted_and_not_repeated(
    engine: logging.Logger, clock: HandMovedClock
) -> None:
    with capture_logs() as events:
        for attempt in range(1000):
            engine.warning("Database connection failed. Retrying in %s s", attempt)
        clock.seconds = 61
        engine.warning("Database connection failed. Retrying in 7 s")

    assert [(event["event"], event.get("times")) for event in events] == [
        ("job_engine_message", None),
        ("job_messages_repeated", 999),
        ("job_engine_message", None),
    ]


def test_of_many_different_messages_some_are_written_in_a_minute(engine: logging.Logger) -> None:
    with capture_logs() as events:
        for letter in range(200):
            engine.warning("Fault in %s", "x" * letter)

    assert len(events) == MOST_MESSAGES
