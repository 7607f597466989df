"""The whole application under broken requests: nothing breaks, and nothing changes unasked."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.verbs import VERBS
from tests.bot.conftest import Service
from tests.bot.digests import digest
from tests.bot_framework import BOT_ID, OBJECT_ID, PERSON_ID, TENANT
from tests.factories import (
    make_account,
    make_agency,
    make_coordinator,
    make_course,
    make_practitioner,
    make_session,
)
from tests.fuzz import fuzzed_requests, send_all
from tests.invariants import broken_invariants
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.enums import Role, SessionStatus
from trainingbot.models import (
    Booking,
    BookingChange,
    CourseSession,
    Practitioner,
    PractitionerRole,
    SessionChange,
    TeamsAccount,
)

SHORT, LONG = 1_000, 10_000
TYPED = {
    "day": ["2025-02-11", "2025-03-30", "2025-01-14"],
    "begins": ["09:30", "01:30"],
    "ends": ["12:00"],
    "delivery": ["teams", "in_person"],
    "places": ["1", "5", "40"],
    "trainers": [""],
    "reason": ["The trainer is ill."],
    "seen": ["0", "20"],
    "keep_interest": ["true", "false"],
}
"""What coordinators type into forms, in part sound."""
RUNS_SESSIONS = (
    "preview_session",
    "add_session",
    "preview_move",
    "move_session",
    "cancel_session",
    "ask_to_change_places",
    "change_places",
    "ask_to_change_trainers",
    "set_trainers",
    "confirm_session",
)
FIELDS = {name: tuple(verb.payload.model_fields) for name, verb in VERBS.items()}


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of an embedded database: broken requests are the same to both."""
    file = tmp_path / "trainingbot.db"
    file.write_bytes(sqlite_template.read_bytes())
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
async def filled(service: Service) -> Service:
    """The service with a programme, people, bookings, waitlists, and the one who is fuzzed."""
    async with service.database.writing() as db:
        agencies = [await make_agency(db) for _ in range(5)]
        people = [await make_practitioner(db, agency=agencies[0]) for _ in range(6)]
        await make_coordinator(db)
        fuzzed = await make_practitioner(db, agency=agencies[1], email="ann@agency.example")
        account = await make_account(db, fuzzed, tenant_id=TENANT, object_id=OBJECT_ID)
        account.teams_user_id, account.bot_id, account.greeted_at = PERSON_ID, BOT_ID, NOW
        account.service_url = service.framework.service_url
        for number in range(6):
            course = await make_course(db, title=f"Course {number}", theme=f"theme {number}")
            starts_at = NOW + timedelta(days=7 * number - 7, hours=1)
            cancelled = number == 5
            status = SessionStatus.CANCELLED if cancelled else SessionStatus.SCHEDULED
            session = await make_session(
                db, course=course, capacity=3, starts_at=starts_at, status=status
            )
            for person in people if number in {2, 3, 4} else ():
                await book_place(
                    db, session_id=session.id, practitioner_id=person.id, terms=TERMS, now=NOW
                )
    return service


async def things(service: Service) -> dict[str, list[str]]:
    """Return the ids of what stands in the database, and the codes that people type."""
    async with service.database.reading() as db:
        sessions = (await db.exec(select(CourseSession))).all()
        people = (await db.exec(select(Practitioner))).all()
    return {
        "session_id": [str(session.id) for session in sessions],
        "course_id": [str(session.course_id) for session in sessions],
        "session_code": [session.code for session in sessions],
        "practitioner_id": [str(person.id) for person in people],
        "agency_id": [str(person.agency_id) for person in people],
    }


async def fuzzed_person(service: Service) -> UUID:
    async with service.database.reading() as db:
        found = await db.exec(
            select(TeamsAccount.practitioner_id).where(TeamsAccount.object_id == OBJECT_ID)
        )
        return found.one()


async def bookings_of_others(service: Service) -> list[tuple[object, ...]]:
    mine = await fuzzed_person(service)
    async with service.database.reading() as db:
        rows = await db.exec(
            select(Booking, BookingChange)
            .join(BookingChange, col(BookingChange.booking_id) == Booking.id)
            .where(Booking.practitioner_id != mine)
            .order_by(col(Booking.id), col(BookingChange.position))
        )
        return [
            (booking.id, booking.status, booking.queue_number, change.change, change.actor_id)
            for booking, change in rows
        ]


@pytest.mark.parametrize("family", ["token", "bytes", "envelope"])
async def test_what_is_no_turn_changes_nothing(filled: Service, family: str) -> None:
    before = await digest(filled.database)
    requests = fuzzed_requests(
        11,
        count=SHORT // 4,
        framework=filled.framework,
        clock=filled.clock,
        verbs=sorted(VERBS),
        families=[family],
    )

    with capture_logs():
        statuses = await send_all(filled.client, requests)

    assert statuses[family].total() == SHORT // 4
    assert filled.framework.calls == []
    assert await digest(filled.database) == before


@pytest.mark.parametrize(
    ("seed", "count"),
    [(12, SHORT), pytest.param(13, LONG, marks=pytest.mark.long)],
    ids=["short", "long"],
)
async def test_whatever_one_person_sends_is_answered_and_is_nothing_to_others(
    filled: Service, seed: int, count: int
) -> None:
    before = await bookings_of_others(filled)
    requests = fuzzed_requests(
        seed,
        count=count,
        framework=filled.framework,
        clock=filled.clock,
        # Often enough to book, however many verbs there are.
        verbs=[*sorted(VERBS), *["book_place"] * 10],
        families=["payload"],
        things=await things(filled),
        fields=FIELDS,
    )

    with capture_logs() as events:
        statuses = await send_all(filled.client, requests)

    assert set(statuses["payload"]) == {200, 400}
    assert [event for event in events if event["log_level"] == "error"] == []
    assert await bookings_of_others(filled) == before
    async with filled.database.reading() as db:
        assert await broken_invariants(db, now=NOW) == []
        mine = await db.exec(
            select(Booking).where(Booking.practitioner_id == await fuzzed_person(filled))
        )
        assert len(mine.all()) > 0, "some of the payloads are sound enough to book"


@pytest.mark.parametrize(
    ("seed", "count"),
    [(14, SHORT), pytest.param(15, LONG, marks=pytest.mark.long)],
    ids=["short", "long"],
)
async def test_every_broken_request_is_answered_and_none_is_a_fault(
    filled: Service, seed: int, count: int
) -> None:
    requests = fuzzed_requests(
        seed,
        count=count,
        framework=filled.framework,
        clock=filled.clock,
        verbs=sorted(VERBS),
        things=await things(filled),
        fields=FIELDS,
    )

    with capture_logs() as events:
        statuses = await send_all(filled.client, requests)

    assert sum(answered.total() for answered in statuses.values()) == count
    assert [event for event in events if event["log_level"] == "error"] == []
    async with filled.database.reading() as db:
        assert await broken_invariants(db, now=NOW) == []


@pytest.mark.parametrize(
    ("seed", "count"),
    [(16, SHORT), pytest.param(17, LONG, marks=pytest.mark.long)],
    ids=["short", "long"],
)
async def test_whatever_a_coordinator_sends_is_answered_and_breaks_nothing(
    filled: Service, seed: int, count: int
) -> None:
    coordinator = await fuzzed_person(filled)
    async with filled.database.writing() as db:
        db.add(PractitionerRole(practitioner_id=coordinator, role=Role.COORDINATOR))
    requests = fuzzed_requests(
        seed,
        count=count,
        framework=filled.framework,
        clock=filled.clock,
        verbs=RUNS_SESSIONS,
        families=["payload"],
        things={**await things(filled), **TYPED},
        fields=FIELDS,
    )

    with capture_logs() as events:
        await send_all(filled.client, requests)

    assert [event for event in events if event["log_level"] == "error"] == []
    async with filled.database.reading() as db:
        assert await broken_invariants(db, now=NOW) == []
        changes = await db.exec(select(SessionChange))
        assert len(changes.all()) > 0, "some of the payloads are sound enough to change a session"
