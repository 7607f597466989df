"""A load generator that is much cheaper than what it measures.

`python -m tests.benchmarks.load JOB_JSON` prints one line of JSON: how many requests were
answered, with which statuses, and the latencies in milliseconds. Two ways of loading: as fast as
`connections` keep-alive connections allow, or at a fixed `rate`, where a latency counts from the
moment the request was due, so that waiting in a queue is not left out.
"""

import asyncio
import json
import sys
from collections import Counter, deque
from dataclasses import asdict, dataclass
from time import perf_counter

import uvloop


@dataclass(frozen=True)
class Job:
    """What to send where; `bodies` are sent in turn, from the first again after the last."""

    port: int
    token: str
    bodies: list[str]
    connections: int
    seconds: float
    rate: float | None = None


@dataclass(frozen=True)
class Measured:
    """What came of it; latencies in milliseconds."""

    answered: int
    seconds: float
    statuses: dict[str, int]
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        """Answered requests per second."""
        return self.answered / self.seconds


class Connection(asyncio.Protocol):
    """One keep-alive connection: one request at a time."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a TCP client gets a transport

    def send(self, request: bytes, since: float) -> None:
        """Send one request, whose latency counts from `since`."""
        if self._transport is None:
            raise ConnectionError("not connected")
        self._since = since
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        start = head.find(b"content-length:")
        size = int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        if len(self._buffer) < end + 4 + size:
            return
        self._buffer = b""
        self._load.answered(self, head[9:12].decode(), perf_counter() - self._since)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._load.lost()


class Load:
    """Keeps the connections busy until the time is over."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._requests = [_request(job, body.encode()) for body in job.bodies]
        self._sent = 0
        self._over = False
        self._idle: deque[Connection] = deque()
        self._due: deque[float] = deque()
        self._statuses: Counter[str] = Counter()
        self._latencies: list[float] = []

    async def run(self) -> Measured:
        loop = asyncio.get_running_loop()
        for _ in range(self._job.connections):
            _, connection = await loop.create_connection(
                lambda: Connection(self), "127.0.0.1", self._job.port
            )
            self._idle.append(connection)
        started = perf_counter()
        if self._job.rate is None:
            while self._idle:
                self._send(self._idle.popleft(), perf_counter())
            await asyncio.sleep(self._job.seconds)
        else:
            await self._paced(started, self._job.rate)
        self._over = True
        return self._measured(perf_counter() - started)

    async def _paced(self, started: float, rate: float) -> None:
        number = 0
        while (now := perf_counter()) - started < self._job.seconds:
            while started + number / rate <= now:
                self._due.append(started + number / rate)
                number += 1
            while self._due and self._idle:
                self._send(self._idle.popleft(), self._due.popleft())
            await asyncio.sleep(max(0.0, started + number / rate - perf_counter()))
        await asyncio.sleep(0.2)

    def answered(self, connection: Connection, status: str, latency: float) -> None:
        """Count an answer, and send the next request where one is due."""
        if self._over:
            return
        self._statuses[status] += 1
        self._latencies.append(latency)
        if self._job.rate is None:
            self._send(connection, perf_counter())
        elif self._due:
            self._send(connection, self._due.popleft())
        else:
            self._idle.append(connection)

    def lost(self) -> None:
        """Count a connection that the server closed before the time was over."""
        if not self._over:
            self._statuses["lost"] += 1

    def _send(self, connection: Connection, since: float) -> None:
        request = self._requests[self._sent % len(self._requests)]
        self._sent += 1
        connection.send(request, since)

    def _measured(self, seconds: float) -> Measured:
        latencies = sorted(self._latencies) or [0.0]
        return Measured(
            answered=len(self._latencies),
            seconds=seconds,
            statuses=dict(self._statuses),
            p50=1000 * latencies[len(latencies) // 2],
            p99=1000 * latencies[min(len(latencies) - 1, len(latencies) * 99 // 100)],
        )


def _request(job: Job, body: bytes) -> bytes:
    head = (
        f"POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1:{job.port}\r\n"
        f"Authorization: Bearer {job.token}\r\n"
        f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    measured = uvloop.run(Load(Job(**json.load(sys.stdin))).run())
    print(json.dumps(asdict(measured)))  # noqa: T201 - the result, read by the measuring process
