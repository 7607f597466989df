import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from bot.teams.bodies import MOST_BYTES, MOST_LEVELS, parse_activity
from bot.teams.refusals import RequestRefused
from tests.bot.teams.conftest import Listener
from tests.bot_framework import FakeBotFramework, HandClock, typed


@pytest.fixture
def headers(framework: FakeBotFramework, clock: HandClock) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {framework.token(now=clock.moment)}",
        "Content-Type": "application/json",
    }


def nested(levels: int) -> bytes:
    """An activity `levels` deep: the object itself and the lists in it."""
    lists = levels - 1
    return b'{"type":"message","value":' + b"[" * lists + b'"x"' + b"]" * lists + b"}"


async def test_a_body_of_another_kind_is_refused(
    client: TestClient[Any, Any], headers: dict[str, str]
) -> None:
    headers["Content-Type"] = "text/plain"

    response = await client.post("/api/messages", data=b"{}", headers=headers)

    assert response.status == 415


async def test_a_compressed_body_is_refused(
    client: TestClient[Any, Any], headers: dict[str, str]
) -> None:
    headers["Content-Encoding"] = "gzip"

    response = await client.post("/api/messages", data=b"no gzip", headers=headers)

    assert response.status == 415


async def test_a_body_that_announces_too_much_is_refused(
    client: TestClient[Any, Any], headers: dict[str, str]
) -> None:
    body = b" " * (MOST_BYTES + 1)

    response = await client.post("/api/messages", data=body, headers=headers)

    assert response.status == 413


async def test_a_body_that_grows_too_large_is_refused(
    client: TestClient[Any, Any], headers: dict[str, str]
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MOST_BYTES // 4096 + 2):
            yield b" " * 4096

    response = await client.post("/api/messages", data=chunks(), headers=headers)

    assert response.status == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe{",
        b'{"type":"message",}',
        b'{"value":NaN}',
        b'{"value":-Infinity}',
        b'{"value":1e999}',
        b'{"value":' + b"9" * 5000 + b"}",
        b'{"text":"\\ud83d"}',
        b'{"\\ud83d":"x"}',
        b'{"text":"\\u0000"}',
        b"[" * 200_000,
        nested(MOST_LEVELS + 1),
    ],
    ids=lambda body: body[:20].decode(errors="replace"),
)
def test_what_is_no_storable_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(RequestRefused) as refused:
        parse_activity(body)

    assert refused.value.status == 400


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(typed("Zoë 😀")).encode(),
        b'{"text":"\\ud83d\\ude00 \\\\u0000"}',
        nested(MOST_LEVELS),
        b'{"value":[' + b"[]," * 500 + b"[]]}",
    ],
    ids=["as Teams writes it", "escaped", "deepest", "wide"],
)
def test_what_is_a_storable_json_object_is_read(body: bytes) -> None:
    activity = parse_activity(body)

    assert activity == json.loads(body)


@pytest.mark.parametrize(
    ("more_headers", "body", "statuses"),
    [
        ("Content-Encoding: gzip\r\nContent-Length: 7\r\n", b"no gzip", {415}),
        ("Transfer-Encoding: chunked\r\n", b"zz\r\nno chunk\r\n", {400}),
        ("Content-Length: seven\r\n", b"{}", {400}),
        ("Content-Length: -7\r\n", b"{}", {400}),
        ("X-Long: " + "x" * 20_000 + "\r\n", b"", {400}),
        ("Expect: the unexpected\r\nContent-Length: 2\r\n", b"{}", {417}),
    ],
    ids=["no gzip", "no chunks", "no number", "less than nothing", "long header", "expectation"],
)
async def test_what_is_hardly_http_is_refused_too(
    client: TestClient[Any, Any],
    headers: dict[str, str],
    more_headers: str,
    body: bytes,
    statuses: set[int],
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + more_headers
    request = f"POST /api/messages HTTP/1.1\r\nHost: bot\r\n{head}\r\n".encode() + body
    reader, writer = await asyncio.open_connection(client.host, client.port)

    writer.write(request)
    status_line = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert int(status_line.split()[1]) in statuses


async def test_a_caller_who_hangs_up_in_the_middle_is_no_fault(
    client: TestClient[Any, Any], headers: dict[str, str], listener: Listener
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    _, writer = await asyncio.open_connection(client.host, client.port)

    with capture_logs() as events:
        start = "POST /api/messages HTTP/1.1\r\nHost: bot\r\nContent-Length: 99\r\n"
        writer.write(f"{start}{head}\r\n{{".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        response = await client.get("/api/messages")

    assert response.status == 405
    assert listener.turns == []
    assert [event for event in events if event["log_level"] == "error"] == []
