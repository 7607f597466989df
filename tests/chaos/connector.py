"""A Bot Framework connector that misbehaves on purpose, as a process of its own.

`python -m tests.chaos.connector LOG TEMPER_JSON` listens on a free port of 127.0.0.1, prints it,
and ends when its standard input is closed. Every request becomes one line of LOG, written before
it is answered, so that nothing is forgotten whoever is killed meanwhile.
"""

import asyncio
import json
import os
import re
import sys
from dataclasses import asdict, dataclass
from random import Random
from time import monotonic
from urllib.parse import unquote

from aiohttp import web

MARK = re.compile(r"\(K(\d+)\)")
"""What tells the messages of one conversation apart: a number in the title of the course."""
_PLACE = re.compile(r"/v3/conversations/([^/]+)/")


@dataclass(frozen=True)
class Temper:
    """How the connector behaves; shares are of all requests, times in seconds."""

    seed: int = 1
    refused: float = 0.0
    """Answered 429, 412, 502, 503 or 504, each as often as the others."""
    broken: float = 0.0
    """Connections that are closed without an answer."""
    slow: float = 0.0
    longest_delay: float = 1.0
    longest_retry_after: int = 3

    def written(self) -> str:
        """Return the temper as the process takes it."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Answer:
    """What becomes of one request; status 0 is a connection closed without an answer."""

    status: int
    delivered: bool
    retry_after: int | None = None
    delay: float = 0.0


TAKEN = 201
BROKEN = 0
TOO_MANY = 429
MAYBE_DELIVERED = (502, 504)
REFUSALS = (TOO_MANY, 412, 503, *MAYBE_DELIVERED)


class Moods:
    """The answers of a temper, one after the other, the same for the same seed."""

    def __init__(self, temper: Temper) -> None:
        self._temper = temper
        self._random = Random(temper.seed)  # noqa: S311 - answers that can be given again

    def next(self) -> Answer:
        """Return what becomes of the next request."""
        chance, temper = self._random.random(), self._temper
        delay = 0.0
        if self._random.random() < temper.slow:
            delay = self._random.uniform(0, temper.longest_delay)
        maybe = self._random.random() < 0.5
        if chance < temper.refused:
            status = self._random.choice(REFUSALS)
            retry_after = self._random.randint(1, temper.longest_retry_after)
            return Answer(
                status,
                delivered=maybe and status in MAYBE_DELIVERED,
                retry_after=retry_after if status == TOO_MANY else None,
                delay=delay,
            )
        if chance < temper.refused + temper.broken:
            return Answer(BROKEN, delivered=maybe, delay=delay)
        return Answer(TAKEN, delivered=True, delay=delay)


class Connector:
    """Takes what is sent, or does not, and writes down which."""

    def __init__(self, log: int, temper: Temper) -> None:
        self._log = log
        self._moods = Moods(temper)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Answer one request as the temper says."""
        begun = monotonic()
        text = await request.text()
        answer = self._moods.next()
        if answer.delay:
            await asyncio.sleep(answer.delay)
        self._write(request, text, answer, begun)
        if answer.status == BROKEN:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        headers = {} if answer.retry_after is None else {"Retry-After": str(answer.retry_after)}
        body = {"id": "sent"} if answer.status == TAKEN else {"error": {"code": "Chaos"}}
        return web.json_response(body, status=answer.status, headers=headers)

    def _write(self, request: web.Request, text: str, answer: Answer, begun: float) -> None:
        place, mark = _PLACE.search(request.raw_path), MARK.search(text)
        line = {
            "method": request.method,
            "at": begun,
            "answered": monotonic(),
            "conversation": unquote(place[1]) if place else "",
            "mark": mark[1] if mark else "",
            "status": answer.status,
            "delivered": answer.delivered,
            "retry_after": answer.retry_after,
        }
        os.write(self._log, (json.dumps(line) + "\n").encode())


async def _run(log: int, temper: Temper) -> None:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", Connector(log, temper).take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    # Whoever started this holds the other end, so that it never outlives them.
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def main() -> None:
    log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    asyncio.run(_run(log, Temper(**json.loads(sys.argv[2]))))


if __name__ == "__main__":
    main()
