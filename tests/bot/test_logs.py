"""What the logs hold of a fault: where and of what type, and no word of a person."""

import json
import subprocess
import sys
from typing import Any

import pytest

NAME = "Ann Example"

BEFORE = """
import asyncio, logging, structlog
from bot.logs import configure_logs
configure_logs()
log = structlog.get_logger()
"""


def logged(script: str) -> list[dict[str, Any]]:
    """Run a program that logs, and return its events; it prints nothing else."""
    done = subprocess.run(  # noqa: S603 - this interpreter and a script of our own
        [sys.executable, "-c", BEFORE + script], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_an_event_is_one_line_with_its_time() -> None:
    [event] = logged("log.info('notice_finished', notice='n-1')")

    assert sorted(event) == ["event", "level", "notice", "timestamp"]
    assert event["timestamp"].endswith("Z")


def test_events_for_developers_alone_are_not_written() -> None:
    assert logged("log.debug('details'); logging.getLogger('aiohttp').info('details')") == []


def test_a_fault_is_written_as_types_and_places() -> None:
    [event] = logged(
        f"""
def inner():
    raise ValueError({NAME!r})
def outer():
    try:
        inner()
    except ValueError as error:
        raise LookupError({NAME!r}) from error
try:
    outer()
except LookupError:
    log.exception('turn_failed', reference='1a2b3c4d')
"""
    )

    assert event["exception"] == ["builtins.LookupError", "builtins.ValueError"]
    assert [place.rpartition(" ")[2] for place in event["places"]] == [
        "<module>",
        "outer",
        "outer",
        "inner",
    ]
    assert event["reference"] == "1a2b3c4d"
    assert NAME not in json.dumps(event)


def test_exceptions_that_are_each_others_cause_end() -> None:
    [event] = logged(
        """
one, two = ValueError('one'), LookupError('two')
one.__cause__, two.__cause__ = two, one
log.error('odd', exc_info=one)
"""
    )

    assert event["exception"] == ["builtins.ValueError", "builtins.LookupError"]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            f"logging.getLogger('lib').error('cannot read %s', {NAME!r})",
            "cannot read %s",
        ),
        (
            f"logging.getLogger('lib').warning('first line\\n' + {NAME!r})",
            "first line",
        ),
    ],
)
def test_libraries_report_without_what_they_quote(script: str, message: str) -> None:
    [event] = logged(script)

    assert (event["event"], event["logger"], event["message"]) == (
        "library_message",
        "lib",
        message,
    )
    assert NAME not in json.dumps(event)


def test_a_task_that_nobody_waited_for_is_reported_without_its_words() -> None:
    [event] = logged(
        f"""
import gc
async def fail():
    raise ValueError({NAME!r})
async def main():
    task = asyncio.ensure_future(fail())
    await asyncio.sleep(0)
    del task
    gc.collect()
asyncio.run(main())
"""
    )

    assert (event["logger"], event["message"], event["exception"]) == (
        "asyncio",
        "Task exception was never retrieved",
        ["builtins.ValueError"],
    )
    assert NAME not in json.dumps(event)


def test_a_request_that_cannot_be_read_is_reported_without_its_path() -> None:
    [event] = logged(
        """
from aiohttp import web
async def main():
    runner = web.AppRunner(web.Application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, '127.0.0.1', 0)
    await site.start()
    port = runner.addresses[0][1]
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    writer.write(b'GET /calendar/secret-token.ics HTTP/9.x\\r\\n\\r\\n')
    await reader.read()
    writer.close()
    await runner.cleanup()
asyncio.run(main())
"""
    )

    assert (event["logger"], event["exception"]) == (
        "aiohttp.server",
        ["aiohttp.http_exceptions.BadStatusLine"],
    )
    assert "secret-token" not in json.dumps(event)
