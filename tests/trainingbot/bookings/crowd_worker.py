"""One process of a crowd: it takes turns on a session when it is told to, and says how they ended.

Each line that comes in is a job, each line that goes out an answer, both as JSON.
"""

import asyncio
import json
import sys
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import (
    advance_waitlist,
    book_automatically,
    book_place,
    cancel_booking,
    change_capacity,
)
from trainingbot.db import Database
from trainingbot.errors import TrainingBotError

AT_ONCE = 10
"""How many people of an endless job act at the same time."""


def say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


async def take_turn(database: Database, session_id: UUID, turn: list[Any]) -> list[Any]:
    """Do one thing in a transaction; a refusal is an answer, and a fault ends the process.

    What has a number is "capacity", the places there are to be, and "advance", the hours later
    at which offers that ran out are ended.
    """
    verb, subject = turn
    try:
        async with database.writing() as db:
            if verb == "advance":
                now = NOW + timedelta(hours=subject)
                await advance_waitlist(db, session_id=session_id, terms=TERMS, now=now)
                return ["advance", None]
            if verb == "capacity":
                session = await change_capacity(
                    db, session_id=session_id, capacity=subject, terms=TERMS, now=NOW
                )
                return ["capacity", session.capacity]
            here: dict[str, Any] = {"session_id": session_id, "practitioner_id": UUID(subject)}
            if verb == "automate":
                booking = await book_automatically(db, **here, wanted=True, terms=TERMS, now=NOW)
            else:
                operation = book_place if verb == "book" else cancel_booking
                booking = await operation(db, **here, terms=TERMS, now=NOW)
    except TrainingBotError as refusal:
        return [type(refusal).__name__, None]
    return [booking.status, booking.queue_number]


def random_turn(random: Random, people: list[str], capacity: int) -> list[Any]:
    chance = random.random()
    if chance < 0.02:
        return ["capacity", random.randint(capacity, capacity + 5)]
    if chance < 0.04:
        return ["advance", 24]
    return [random.choice(["book", "book", "book", "cancel", "automate"]), random.choice(people)]


async def endless(database: Database, job: dict[str, Any]) -> None:
    random = Random(job["seed"])  # noqa: S311 - turns that can be taken again
    session_id = UUID(job["session_id"])
    done = count(1)

    async def one_after_the_other() -> None:
        while True:
            turn = random_turn(random, job["people"], job["capacity"])
            await take_turn(database, session_id, turn)
            say(next(done))

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def all_at_once(database: Database, job: dict[str, Any]) -> list[list[Any]]:
    session_id = UUID(job["session_id"])
    return await asyncio.gather(*(take_turn(database, session_id, turn) for turn in job["turns"]))


async def do(job: dict[str, Any]) -> None:
    database = Database(job["url"])
    if not await database.answers():
        raise RuntimeError("the database does not answer")
    say("ready")
    sys.stdin.readline()
    if "seed" in job:
        await endless(database, job)
    say(await all_at_once(database, job))
    await database.close()


def main() -> None:
    for line in sys.stdin:
        asyncio.run(do(json.loads(line)))


if __name__ == "__main__":
    main()
