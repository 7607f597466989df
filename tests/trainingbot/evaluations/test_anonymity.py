"""With the whole database, but without the secret, nobody finds out who answered what."""

import hashlib
import hmac
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from sqlmodel import SQLModel, col, select

from tests.trainingbot.programme.folders import BOOKINGS, EVALUATIONS
from tests.trainingbot.programme.imports import SECRET, practitioner_of, take_in
from trainingbot.db import Database
from trainingbot.evaluations.rules import PURPOSE, respondent_hash
from trainingbot.models import Answer, Booking, EvaluationResponse, Practitioner

ATTENDED_BY_THREE = BOOKINGS.replace("confirmed,,no_show", "confirmed,,attended").split("S25")[0]
ANSWERED_BY_TWO = (
    EVALUATIONS + "S24-001,ben@gp.example,2024-01-13T09:00,3,3,agree,neutral,Too fast\n"
)


async def take_in_answers(database: Database, folder: Path) -> None:
    await take_in(database, folder, bookings=ATTENDED_BY_THREE, evaluations=ANSWERED_BY_TWO)


async def hashes_in(database: Database) -> set[str]:
    async with database.reading() as db:
        return set((await db.exec(select(EvaluationResponse.respondent_hash))).all())


def spellings(person: Practitioner, bookings: list[Booking]) -> Iterator[bytes]:
    """Return everything by which the database knows a person, as text and as bytes."""
    words = [person.email or "", person.name, *(person.email or "").split("@")]
    ids = [person.id, *(booking.id for booking in bookings)]
    yield from (spelling.encode() for word in words for spelling in (word, word.upper()))
    for row_id in ids:
        yield from (row_id.bytes, str(row_id).encode(), row_id.hex.encode())
        yield str(row_id).upper().encode()


def guesses(spelling: bytes, salts: list[bytes]) -> Iterator[str]:
    """Return the spelling under every hash, plain, salted and keyed with what is not secret."""
    for algorithm, salt in product(sorted(hashlib.algorithms_guaranteed), salts):
        if algorithm.startswith("shake"):
            continue
        yield hashlib.new(algorithm, salt + spelling, usedforsecurity=False).hexdigest()
        yield hashlib.new(algorithm, spelling + salt, usedforsecurity=False).hexdigest()
    for salt in salts:
        yield hmac.new(salt, spelling, hashlib.sha256).hexdigest()
        yield hmac.new(salt, PURPOSE + spelling, hashlib.sha256).hexdigest()


async def test_without_the_secret_no_response_can_be_traced_to_a_person(
    database: Database, tmp_path: Path
) -> None:
    await take_in_answers(database, tmp_path)
    async with database.reading() as db:
        people = (await db.exec(select(Practitioner))).all()
        bookings = (await db.exec(select(Booking))).all()
        responses = (await db.exec(select(EvaluationResponse))).all()
    salts = [b"", PURPOSE, b"secret", b"trainingbot"]
    salts += [response.session_id.bytes for response in responses]
    salts += [response.evaluation_id.bytes for response in responses]

    found = {
        guess
        for person in people
        for spelling in spellings(
            person, [booking for booking in bookings if booking.practitioner_id == person.id]
        )
        for guess in guesses(spelling, salts)
    }

    hashes = await hashes_in(database)
    assert len(hashes) == 2
    assert found.isdisjoint(hashes)


async def test_with_the_secret_the_same_person_is_found_so_there_was_something_to_find(
    database: Database, tmp_path: Path
) -> None:
    await take_in_answers(database, tmp_path)

    ann = await practitioner_of(database, "ann@county.example")
    ben = await practitioner_of(database, "ben@gp.example")

    assert await hashes_in(database) == {
        respondent_hash(SECRET, ann.id),
        respondent_hash(SECRET, ben.id),
    }


async def test_no_column_links_an_answer_to_a_person_a_booking_or_a_time(
    database: Database, tmp_path: Path
) -> None:
    await take_in_answers(database, tmp_path)
    async with database.reading() as db:
        known = {value for table in (Practitioner, Booking) for value in await _values(db, table)}
        answered = {
            value for table in (EvaluationResponse, Answer) for value in await _values(db, table)
        }

    # Both know the session: an answer is about one.
    shared = known & answered
    async with database.reading() as db:
        sessions = set((await db.exec(select(col(EvaluationResponse.session_id)))).all())
    assert shared - {None} - set(range(10)) == sessions


async def _values(db: object, table: type[SQLModel]) -> set[object]:
    rows = (await db.exec(select(table))).all()  # type: ignore[attr-defined]  # a database handle
    return {value for row in rows for value in row.model_dump().values()}
