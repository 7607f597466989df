"""The personal pages under broken requests: nothing breaks, and nothing is done to others."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.verbs import VERBS
from bot.web.allowed import WEB_VERBS
from tests.bot.digests import digest
from tests.bot.web.conftest import Site
from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.fuzz import NAMES, STRANGE
from tests.invariants import broken_invariants
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.models import Booking, BookingChange, Course, CourseSession, Practitioner

SHORT, LONG = 600, 6_000
BOOKED_BEFORE = 4
"""Sessions on which the one whose link is misused has a booking to begin with."""


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of an embedded database: broken requests are the same to both."""
    file = tmp_path / "trainingbot.db"
    file.write_bytes(sqlite_template.read_bytes())
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
async def mine(site: Site) -> Practitioner:
    """Fill the database, and return the person whose link is misused."""
    async with site.database.writing() as db:
        agency = await make_agency(db)
        people = [await make_practitioner(db, agency=agency) for _ in range(5)]
        for number in range(6):
            course = await make_course(db, title=f"Course {number}", theme=f"theme {number}")
            starts_at = NOW + timedelta(days=7 * number - 7, hours=1)
            session = await make_session(db, course=course, capacity=3, starts_at=starts_at)
            for person in people[: number if number > 1 else 0]:
                await book_place(
                    db, session_id=session.id, practitioner_id=person.id, terms=TERMS, now=NOW
                )
        return people[0]


async def things(site: Site) -> dict[str, list[str]]:
    async with site.database.reading() as db:
        sessions = (await db.exec(select(CourseSession.id))).all()
        courses = (await db.exec(select(Course.id))).all()
        people = (await db.exec(select(Practitioner.id))).all()
    ids = {
        "session_id": [str(one) for one in sessions],
        "course_id": [str(one) for one in courses],
        "practitioner_id": [str(one) for one in people],
    }
    return ids | {
        "from_session_id": ids["session_id"],
        "to_session_id": ids["session_id"],
        "substitute_id": ids["practitioner_id"],
    }


def presses(
    draw: random.Random, ids: dict[str, list[str]], *, count: int
) -> Iterator[dict[str, str]]:
    """Yield forms: sound or unknown verbs, with fields that are there, strange or from nowhere."""
    verbs = [*sorted(WEB_VERBS)] * 3 + [*sorted(VERBS), "", "__class__", "x" * 500]
    for _ in range(count):
        verb = draw.choice(verbs)
        known = list(VERBS[verb].payload.model_fields) if verb in VERBS else []
        names = known if draw.random() < 0.7 else draw.sample(NAMES, 3)
        data = {name: _value(draw, ids, name) for name in names}
        press: Any = {"verb": verb, "data": data}
        if draw.random() < 0.1:
            press = draw.choice(STRANGE)
        fields = {"press": json.dumps(press)}
        if draw.random() < 0.5:
            strange = [one for one in STRANGE if isinstance(one, str) and one != "\ud800"]
            fields[draw.choice(["words", "name", "late_reason", "page"])] = draw.choice(strange)
        yield fields


def _value(draw: random.Random, ids: dict[str, list[str]], name: str) -> object:
    return draw.choice(ids[name]) if name in ids and draw.random() < 0.8 else draw.choice(STRANGE)


async def bookings_of_others(site: Site, mine: UUID) -> list[tuple[object, ...]]:
    """Return what others have, without what follows for them when somebody gives a place back."""
    async with site.database.reading() as db:
        rows = await db.exec(
            select(BookingChange)
            .join(Booking, col(BookingChange.booking_id) == Booking.id)
            .where(Booking.practitioner_id != mine)
            .order_by(col(BookingChange.booking_id), col(BookingChange.position))
        )
        return [(row.booking_id, row.position, row.change, row.actor_id) for row in rows]


@pytest.mark.parametrize(
    ("seed", "count"),
    [(21, SHORT), pytest.param(22, LONG, marks=pytest.mark.long)],
    ids=["short", "long"],
)
async def test_whatever_is_sent_to_a_link_is_answered_and_breaks_nothing(
    site: Site, mine: Practitioner, seed: int, count: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - to be repeatable
    notice = await site.notice_to(mine, about_id=mine.id)
    path = site.url(notice).partition("3978")[2]
    visitor = site.visitor()
    before = await bookings_of_others(site, mine.id)
    statuses: Counter[int] = Counter()

    with capture_logs() as events:
        for fields in presses(draw, await things(site), count=count):
            await visitor.sends(path, fields)
            statuses[visitor.status] += 1
            assert visitor.status < 500, fields

    assert set(statuses) == {200, 400, 409}
    assert [event for event in events if event["log_level"] == "error"] == []
    after = await bookings_of_others(site, mine.id)
    assert [row for row in after if row[3] not in {None, mine.id} and row not in before] == []
    async with site.database.reading() as db:
        assert await broken_invariants(db, now=NOW) == []
        steps = await db.exec(select(BookingChange).where(BookingChange.actor_id == mine.id))
        assert len(steps.all()) > BOOKED_BEFORE, "some forms are sound enough to do something"


async def test_a_token_that_is_broken_anywhere_opens_and_does_nothing(
    site: Site, mine: Practitioner
) -> None:
    draw = random.Random(23)  # noqa: S311 - to be repeatable
    notice = await site.notice_to(mine, about_id=mine.id)
    token = site.url(notice).rpartition("/")[2]
    before = await digest(site.database)
    visitor = site.visitor()
    seen = set()

    for _ in range(200):
        # The last letter holds bits that mean nothing, so it is left as it is.
        place = draw.randrange(len(token) - 1)
        letter = draw.choice([one for one in "ABCxyz019-_.%2e" if one != token[place]])
        broken = f"{token[:place]}{letter}{token[place + 1 :]}"
        if draw.random() < 0.3:
            broken = token[:place] or "x"
        await visitor.opens(f"/n/{broken}")
        seen.add(visitor.status)
        await visitor.sends(f"/n/{broken}", {"press": '{"verb": "my_training"}'})
        seen.add(visitor.status)

    assert seen == {404}
    assert await digest(site.database) == before
