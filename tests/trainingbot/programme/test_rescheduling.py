"""Sessions still to come that the files change: people are told, once, and all of it or nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from tests.factories import make_agency, make_coordinator
from tests.invariants import broken_invariants
from tests.moments import NOW, TERMS
from tests.news import IS_NEWS
from tests.trainingbot.programme.folders import BOOKINGS, SESSIONS
from tests.trainingbot.programme.imports import (
    booking_of,
    history_of,
    practitioner_of,
    session_of,
    take_in,
    tally_of,
)
from trainingbot.audit.queries import audit_database
from trainingbot.bookings.operations import cancel_booking
from trainingbot.bookings.reserved import reserve_places
from trainingbot.db import Database
from trainingbot.enums import (
    BookingStatus,
    Change,
    Delivery,
    NoticeKind,
    NoticeState,
    SessionStatus,
    SessionStep,
)
from trainingbot.errors import CapacityTooSmall, ImportRefused
from trainingbot.models import (
    CourseSession,
    Interest,
    Notice,
    Practitioner,
    SessionChange,
    SessionTrainer,
)
from trainingbot.scheduling.adding import add_session
from trainingbot.scheduling.cancelling import cancel_session
from trainingbot.scheduling.moving import change_places, move_session
from trainingbot.scheduling.trainers import set_trainers
from trainingbot.scheduling.views import SessionPlan

CODE = "S25-001"
STARTS_AT = datetime(2025, 1, 14, 9, 30, tzinfo=UTC)
LATER = STARTS_AT + timedelta(days=7)
ANN, BEN, CARA = "ann@county.example", "ben@gp.example", "cara@gp.example"
TESS = "tess@county.example"
CANCELLED = SESSIONS.replace("scheduled,", "cancelled,Trainer left")
WITHOUT_ACTIVE = "\n".join(
    line.replace("waitlisted", "session_cancelled").replace("confirmed", "session_cancelled")
    if CODE in line
    else line
    for line in BOOKINGS.splitlines()
)
MOVED = SESSIONS.replace("2025-01-14T", "2025-01-21T")


async def owed(database: Database) -> list[tuple[str, NoticeKind]]:
    """Return who is owed what, by e-mail address."""
    async with database.reading() as db:
        rows = await db.exec(
            select(Practitioner.email, Notice.kind)
            .join(Notice, col(Notice.practitioner_id) == col(Practitioner.id))
            .where(Notice.state == NoticeState.OWED, IS_NEWS)
            .order_by(col(Practitioner.email), col(Notice.kind))
        )
        return [(str(email), NoticeKind(kind)) for email, kind in rows]


async def steps_of(database: Database) -> list[tuple[SessionStep, str]]:
    session = await session_of(database, CODE)
    async with database.reading() as db:
        rows = await db.exec(
            select(SessionChange)
            .where(SessionChange.session_id == session.id)
            .order_by(col(SessionChange.position))
        )
        return [(row.step, row.details) for row in rows]


async def faults(database: Database, *, now: datetime = NOW) -> list[str]:
    """Return what an audit finds, but for the coordinator that a small programme lacks."""
    async with database.reading() as db:
        audit = await audit_database(db, terms=TERMS, now=now)
        broken = await broken_invariants(db, now=now)
    return [one.sentence for one in audit.findings if one.check != "no_coordinator"] + broken


async def coordinator_in(database: Database) -> UUID:
    async with database.writing() as db:
        return (await make_coordinator(db)).id


async def test_everybody_hears_that_the_files_cancel_a_session(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    imported = await take_in(database, tmp_path, sessions=CANCELLED, bookings=WITHOUT_ACTIVE)

    session = await session_of(database, CODE)
    assert (session.status, session.cancel_reason, session.places_taken) == (
        SessionStatus.CANCELLED,
        "Trainer left",
        0,
    )
    assert await owed(database) == [
        (ANN, NoticeKind.SESSION_CANCELLED),
        (BEN, NoticeKind.SESSION_CANCELLED),
        (CARA, NoticeKind.SESSION_CANCELLED),
        (TESS, NoticeKind.TRAINER_RELEASED),
    ]
    ann = await booking_of(database, CODE, ANN)
    changes = await history_of(database, ann)
    assert [(one.change, one.actor_id, one.reason) for one in changes] == [
        (Change.BOOKED, None, "imported"),
        (Change.SESSION_CANCELLED, None, "Trainer left"),
    ]
    assert (await steps_of(database))[-1] == (
        SessionStep.CANCELLED,
        "Had a place: 1; were offered one: 0; waited: 2.",
    )
    async with database.reading() as db:
        interested = (await db.exec(select(Interest).order_by(col(Interest.since)))).all()
    people = [(await practitioner_of(database, email)).id for email in (ANN, BEN, CARA)]
    assert [one.practitioner_id for one in interested] == people
    assert str(tally_of(imported, "booking")) == "7 bookings: 3 changed, 4 as before"
    assert await faults(database) == []


async def test_everybody_hears_that_the_files_move_a_session(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    imported = await take_in(database, tmp_path, sessions=MOVED)

    session = await session_of(database, CODE)
    assert (session.starts_at, session.change_count) == (LATER, 1)
    assert await owed(database) == [
        (ANN, NoticeKind.SESSION_MOVED),
        (BEN, NoticeKind.SESSION_MOVED),
        (CARA, NoticeKind.SESSION_MOVED),
        (TESS, NoticeKind.TRAINER_NAMED),
    ]
    assert (await booking_of(database, CODE, ANN)).may_leave_freely is True
    assert [step for step, _ in await steps_of(database)] == [
        SessionStep.ADDED,
        SessionStep.MOVED,
    ]
    assert tally_of(imported, "session").changed == 1
    assert await faults(database) == []


@pytest.mark.parametrize("sessions", [CANCELLED, MOVED], ids=["cancelled", "moved"])
async def test_a_second_import_of_the_change_tells_nobody_again(
    database: Database, tmp_path: Path, sessions: str
) -> None:
    bookings = WITHOUT_ACTIVE if sessions == CANCELLED else BOOKINGS
    await take_in(database, tmp_path)
    await take_in(database, tmp_path, sessions=sessions, bookings=bookings)
    before = await owed(database), await steps_of(database)

    imported = await take_in(database, tmp_path, sessions=sessions, bookings=bookings)

    assert imported.changed_nothing
    assert (await owed(database), await steps_of(database)) == before


async def test_all_that_changes_at_once_is_taken_once(database: Database, tmp_path: Path) -> None:
    await take_in(database, tmp_path)
    changed = SESSIONS.replace(
        "2025-01-14T09:30,2025-01-14T12:00,teams,,1,tess@county.example",
        "2025-01-21T09:30,2025-01-21T12:30,in_person,Library,2,ann@county.example",
    )

    await take_in(database, tmp_path, sessions=changed)
    again = await take_in(database, tmp_path, sessions=changed)

    session = await session_of(database, CODE)
    assert (session.starts_at, session.delivery, session.venue, session.capacity) == (
        LATER,
        Delivery.IN_PERSON,
        "Library",
        2,
    )
    assert await owed(database) == [
        (ANN, NoticeKind.SESSION_MOVED),
        (ANN, NoticeKind.TRAINER_NAMED),
        (BEN, NoticeKind.OFFER),
        (BEN, NoticeKind.SESSION_MOVED),
        (CARA, NoticeKind.SESSION_MOVED),
        (TESS, NoticeKind.TRAINER_RELEASED),
    ]
    assert [step for step, _ in await steps_of(database)] == [
        SessionStep.ADDED,
        SessionStep.TRAINERS_CHANGED,
        SessionStep.CAPACITY_CHANGED,
        SessionStep.MOVED,
    ]
    assert again.changed_nothing
    assert await faults(database) == []


async def test_what_else_changes_of_a_cancelled_session_is_taken_once(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    changed = CANCELLED.replace("2025-01-14T", "2025-01-21T").replace("teams,,1,", "teams,,9,")

    await take_in(database, tmp_path, sessions=changed, bookings=WITHOUT_ACTIVE)
    again = await take_in(database, tmp_path, sessions=changed, bookings=WITHOUT_ACTIVE)

    session = await session_of(database, CODE)
    assert (session.starts_at, session.capacity) == (LATER, 9)
    assert again.changed_nothing
    assert await faults(database) == []


async def test_fewer_places_in_the_files_withdraw_an_open_offer(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    more, fewer = SESSIONS.replace("teams,,1,", "teams,,2,"), SESSIONS
    await take_in(database, tmp_path, sessions=more)
    ben_before = await booking_of(database, CODE, BEN)

    await take_in(database, tmp_path, sessions=fewer)

    ben = await booking_of(database, CODE, BEN)
    assert (ben_before.status, ben.status) == (BookingStatus.OFFERED, BookingStatus.WAITLISTED)
    assert await owed(database) == [(BEN, NoticeKind.OFFER_ENDED)]
    assert [details for _, details in (await steps_of(database))[1:]] == [
        "From 1 place to 2 places.",
        "From 2 places to 1 place.",
    ]
    assert await faults(database) == []


async def test_nobody_is_told_of_sessions_that_are_new_or_over(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    after = STARTS_AT + timedelta(days=1)

    await take_in(database, tmp_path, sessions=CANCELLED, bookings=WITHOUT_ACTIVE, now=after)

    assert (await session_of(database, CODE)).status == SessionStatus.CANCELLED
    assert (await booking_of(database, CODE, ANN)).status == BookingStatus.SESSION_CANCELLED
    assert await owed(database) == []
    assert await faults(database, now=after) == []


async def test_a_file_that_dates_a_session_into_the_past_tells_nobody(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    await take_in(database, tmp_path, sessions=SESSIONS.replace("2025-01-14T", "2025-01-06T"))

    assert (await session_of(database, CODE)).starts_at == STARTS_AT - timedelta(days=8)
    assert await owed(database) == []


async def test_an_import_that_cannot_be_done_tells_nobody_and_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    """Places that are reserved are found only when the places are cut: nothing else stands then."""
    more = SESSIONS.replace("teams,,1,", "teams,,5,")
    bookings = "\n".join(line for line in BOOKINGS.splitlines() if "waitlisted" not in line)
    await take_in(database, tmp_path, sessions=more, bookings=bookings)
    session = await session_of(database, CODE)
    coordinator_id = await coordinator_in(database)
    async with database.writing() as db:
        await reserve_places(
            db,
            session_id=session.id,
            agency_id=(await make_agency(db)).id,
            places=4,
            opens_at=None,
            actor_id=coordinator_id,
            terms=TERMS,
            now=NOW,
        )

    with pytest.raises(CapacityTooSmall):
        await take_in(
            database,
            tmp_path,
            sessions=SESSIONS.replace("2025-01-14T", "2025-01-21T"),
            bookings=bookings,
        )

    assert (await session_of(database, CODE)).starts_at == STARTS_AT
    assert await owed(database) == []


async def test_bookings_in_the_files_can_make_a_tentative_session_sure(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path, bookings=BOOKINGS.split("S25")[0])
    async with database.writing() as db:
        session = await db.get_one(CourseSession, (await session_of(database, CODE)).id)
        session.tentative, session.minimum_places, session.decide_at = True, 1, NOW

    await take_in(database, tmp_path)

    assert (await session_of(database, CODE)).tentative is False
    assert await owed(database) == [(ANN, NoticeKind.SESSION_CONFIRMED)]


async def test_what_a_coordinator_moved_in_the_chat_stays_where_it_is(
    database: Database, tmp_path: Path
) -> None:
    """Otherwise the next import of the same files would move it back, and tell everybody."""
    await take_in(database, tmp_path)
    session, coordinator_id = await session_of(database, CODE), await coordinator_in(database)
    async with database.writing() as db:
        await move_session(
            db,
            session_id=session.id,
            starts_at=LATER,
            ends_at=LATER + timedelta(hours=2),
            delivery=Delivery.TEAMS,
            venue=None,
            join_url=None,
            actor_id=coordinator_id,
            reason=None,
            terms=TERMS,
            now=NOW,
        )
    before = await owed(database)

    imported = await take_in(database, tmp_path)

    assert (await session_of(database, CODE)).starts_at == LATER
    assert await owed(database) == before
    assert imported.changed_nothing
    assert str(tally_of(imported, "session")) == (
        "3 sessions: 2 as before, 1 kept as they are in the service"
    )
    assert imported.notes == (
        (
            "sessions.csv, line 4, column ends_at: S25-001 keeps its ends_at and starts_at as a "
            "coordinator set it in the chat"
        ),
    )


async def test_what_a_coordinator_cancelled_in_the_chat_stays_cancelled(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    session, coordinator_id = await session_of(database, CODE), await coordinator_in(database)
    async with database.writing() as db:
        await cancel_session(
            db,
            session_id=session.id,
            reason="No room",
            keep_interest=False,
            actor_id=coordinator_id,
            terms=TERMS,
            now=NOW,
        )

    imported = await take_in(database, tmp_path)

    after = await session_of(database, CODE)
    assert (after.status, after.cancel_reason) == (SessionStatus.CANCELLED, "No room")
    assert imported.changed_nothing
    assert await faults(database) == []


async def test_nobody_is_booked_on_what_a_coordinator_cancelled(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path, bookings=BOOKINGS.split("S25")[0])
    session, coordinator_id = await session_of(database, CODE), await coordinator_in(database)
    async with database.writing() as db:
        await cancel_session(
            db,
            session_id=session.id,
            reason="No room",
            keep_interest=False,
            actor_id=coordinator_id,
            terms=TERMS,
            now=NOW,
        )

    with pytest.raises(ImportRefused) as refused:
        await take_in(database, tmp_path)

    assert refused.value.sentence.splitlines()[1] == (
        "bookings.csv, line 7, column status: found confirmed, but a coordinator cancelled "
        "S25-001 in the chat; expected no new booking of it"
    )


async def test_places_and_trainers_that_a_coordinator_set_in_the_chat_stay(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    session, coordinator_id = await session_of(database, CODE), await coordinator_in(database)
    async with database.writing() as db:
        await change_places(
            db,
            session_id=session.id,
            capacity=3,
            actor_id=coordinator_id,
            terms=TERMS,
            now=NOW,
        )
        await set_trainers(
            db, session_id=session.id, trainer_ids=(), actor_id=coordinator_id, terms=TERMS, now=NOW
        )

    imported = await take_in(database, tmp_path)

    async with database.reading() as db:
        trainers = await db.exec(
            select(SessionTrainer).where(SessionTrainer.session_id == session.id)
        )
        assert trainers.all() == []
    assert (await session_of(database, CODE)).capacity == 3
    assert imported.changed_nothing


async def test_the_files_cancel_also_what_a_coordinator_moved(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    session, coordinator_id = await session_of(database, CODE), await coordinator_in(database)
    async with database.writing() as db:
        await move_session(
            db,
            session_id=session.id,
            starts_at=LATER,
            ends_at=LATER + timedelta(hours=2),
            delivery=Delivery.TEAMS,
            venue=None,
            join_url=None,
            actor_id=coordinator_id,
            reason=None,
            terms=TERMS,
            now=NOW,
        )

    await take_in(database, tmp_path, sessions=CANCELLED, bookings=WITHOUT_ACTIVE)

    after = await session_of(database, CODE)
    assert (after.status, after.starts_at) == (SessionStatus.CANCELLED, LATER)
    assert (ANN, NoticeKind.SESSION_CANCELLED) in await owed(database)


async def test_a_code_that_a_coordinator_gave_in_the_chat_is_taken(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    session, coordinator_id = await session_of(database, CODE), await coordinator_in(database)
    async with database.writing() as db:
        added = await add_session(
            db,
            course_id=session.course_id,
            plan=SessionPlan(LATER, LATER + timedelta(hours=2), 5, Delivery.TEAMS),
            invite_interested=False,
            actor_id=coordinator_id,
            terms=TERMS,
            now=NOW,
        )
    line = f"{added.code},W01,2025-03-14T09:30,2025-03-14T12:00,teams,,1,,scheduled,\n"

    with pytest.raises(ImportRefused) as refused:
        await take_in(database, tmp_path, sessions=SESSIONS + line)
    await take_in(database, tmp_path, sessions=SESSIONS + line.replace("W01", "C01"))

    assert added.code == "S25-002"
    assert refused.value.sentence.splitlines()[0] == (
        "sessions.csv, line 5, column id: a coordinator added S25-002 in the chat, for another "
        "course; expected a code that is not taken"
    )
    assert (await session_of(database, "S25-002")).starts_at == LATER


async def test_an_offer_that_is_open_is_told_of_the_move(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    session, ann = await session_of(database, CODE), await practitioner_of(database, ANN)
    async with database.writing() as db:
        await cancel_booking(
            db, session_id=session.id, practitioner_id=ann.id, terms=TERMS, now=NOW
        )

    await take_in(database, tmp_path, sessions=MOVED)

    ben = await booking_of(database, CODE, BEN)
    assert [one.change for one in await history_of(database, ben)] == [
        Change.WAITLISTED,
        Change.OFFERED,
        Change.OFFER_WITHDRAWN,
        Change.OFFERED,
    ]
    assert await faults(database) == []
