"""A connector that is much cheaper than what it measures: takes replies and counts them.

`python -m tests.benchmarks.sink PORT KEY_SET_JSON` also serves `/metadata` and `/keys`, and the
number of replies so far at `/count`.
"""

import asyncio
import json
import sys

import uvloop

_TAKEN = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
    b'Content-Length: 10\r\n\r\n{"id":"1"}'
)
_HEAD_END = b"\r\n\r\n"


class Sink(asyncio.Protocol):
    """Reads HTTP/1.1 requests by their Content-Length and answers at once."""

    taken = 0

    def __init__(self, pages: dict[str, bytes]) -> None:
        self._pages = pages
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a TCP server gives transports

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(_HEAD_END)) >= 0:
            head = self._buffer[:end]
            size = _content_length(head)
            if len(self._buffer) < end + 4 + size:
                return
            self._buffer = self._buffer[end + 4 + size :]
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        if self._transport is None:
            return
        if head.startswith((b"POST", b"PUT")):
            Sink.taken += 1
            self._transport.write(_TAKEN)
            return
        path = head.split(b" ", 2)[1].decode()
        body = str(Sink.taken).encode() if path == "/count" else self._pages.get(path, b"{}")
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


async def _serve(port: int, key_set: bytes) -> None:
    metadata = json.dumps({"jwks_uri": f"http://127.0.0.1:{port}/keys"}).encode()
    pages = {"/metadata": metadata, "/keys": key_set}
    server = await asyncio.get_running_loop().create_server(lambda: Sink(pages), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), sys.argv[2].encode()))
