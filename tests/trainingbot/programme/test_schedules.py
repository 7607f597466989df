"""What stands owed, as sessions come near, to the people of a programme that is imported."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from tests.invariants import broken_invariants
from tests.moments import NOW, TERMS
from tests.news import IN_TIME
from tests.trainingbot.programme.folders import BOOKINGS, SESSIONS
from tests.trainingbot.programme.imports import take_in
from trainingbot.audit.queries import audit_database
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice, Practitioner

JOINING, LATE = NoticeKind.JOINING_INSTRUCTIONS, NoticeKind.LATE_REMINDER
SOON, INVITATION = NoticeKind.STARTING_SOON, NoticeKind.EVALUATION_INVITATION
DIGEST = NoticeKind.TRAINERS_DIGEST
STARTS_AT = datetime(2025, 1, 14, 9, 30, tzinfo=UTC)
ENDS_AT = datetime(2025, 1, 14, 12, 0, tzinfo=UTC)
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
THAT_AFTERNOON = STARTS_AT + timedelta(hours=6)
ANN, TESS = "ann", "tess"
FOR_ANN = [
    (JOINING, STARTS_AT - timedelta(days=5)),
    (LATE, STARTS_AT - A_DAY),
    (SOON, STARTS_AT - timedelta(hours=1)),
    (INVITATION, ENDS_AT),
]
FOR_TESS = [(DIGEST, datetime(2025, 1, 13, 14, 0, tzinfo=UTC))]


async def owed(
    database: Database, *, state: NoticeState = NoticeState.OWED
) -> dict[str, list[tuple[NoticeKind, datetime]]]:
    """Return what each person is owed as sessions come near, by the name in their address."""
    async with database.reading() as db:
        rows = await db.exec(
            select(Practitioner.email, Notice.kind, Notice.due_at)
            .join(Notice, col(Notice.practitioner_id) == col(Practitioner.id))
            .where(Notice.state == state, col(Notice.kind).in_(IN_TIME))
            .order_by(col(Notice.due_at))
        )
        found: dict[str, list[tuple[NoticeKind, datetime]]] = {}
        for email, kind, due_at in rows:
            found.setdefault(str(email).partition("@")[0], []).append((NoticeKind(kind), due_at))
    return dict(sorted(found.items()))


async def wrong(database: Database, *, now: datetime = NOW) -> list[str]:
    """Return what the invariants and the audit find about what is owed."""
    async with database.reading() as db:
        broken = await broken_invariants(db, now=now)
        audit = await audit_database(db, terms=TERMS, now=now)
    looked_for = ("schedule", "digest", "owed_twice")
    return [*broken, *(one.sentence for one in audit.findings if one.check.startswith(looked_for))]


async def test_people_on_a_coming_session_are_owed_what_comes_with_a_place(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    assert await owed(database) == {ANN: FOR_ANN, TESS: FOR_TESS}
    assert await wrong(database) == []


async def test_the_same_programme_again_owes_nothing_more(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    await take_in(database, tmp_path)
    await take_in(database, tmp_path, now=NOW + A_DAY)

    assert await owed(database) == {ANN: FOR_ANN, TESS: FOR_TESS}


async def test_bookings_that_a_later_programme_brings_are_owed_it_too(
    database: Database, tmp_path: Path
) -> None:
    without_ann = "\n".join(
        line for line in BOOKINGS.splitlines() if "S25-001" not in line or "ann" not in line
    )
    await take_in(database, tmp_path, bookings=without_ann)
    before = await owed(database)

    await take_in(database, tmp_path)

    assert before == {TESS: FOR_TESS}
    assert await owed(database) == {ANN: FOR_ANN, TESS: FOR_TESS}
    assert await wrong(database) == []


async def test_files_that_move_a_session_move_what_is_owed(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    await take_in(database, tmp_path, sessions=SESSIONS.replace("2025-01-14T", "2025-01-21T"))

    early = (NoticeKind.EARLY_REMINDER, STARTS_AT)
    assert await owed(database) == {
        ANN: [early, *((kind, due_at + A_WEEK) for kind, due_at in FOR_ANN)],
        TESS: [(kind, due_at + A_WEEK) for kind, due_at in FOR_TESS],
    }
    assert await owed(database, state=NoticeState.WITHDRAWN) == {ANN: FOR_ANN, TESS: FOR_TESS}
    assert await wrong(database) == []


async def test_files_that_cancel_a_session_take_everything_back(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    await take_in(database, tmp_path, sessions=cancelled(SESSIONS), bookings=called_off(BOOKINGS))

    assert await owed(database) == {}
    assert await wrong(database) == []


def cancelled(sessions: str) -> str:
    return sessions.replace("scheduled,", "cancelled,Trainer left")


def called_off(bookings: str) -> str:
    return "\n".join(
        line.replace("waitlisted", "session_cancelled").replace("confirmed", "session_cancelled")
        if "S25-001" in line
        else line
        for line in bookings.splitlines()
    )


async def test_files_that_cancel_a_session_after_it_began_ask_nobody_how_it_was(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    await take_in(
        database,
        tmp_path,
        sessions=cancelled(SESSIONS),
        bookings=called_off(BOOKINGS),
        now=THAT_AFTERNOON,
    )

    assert await owed(database) == {}
    assert await wrong(database, now=THAT_AFTERNOON) == []


async def test_files_that_say_when_a_session_really_was_remind_nobody_of_it_any_more(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    as_it_was = SESSIONS.replace("2025-01-14T", "2025-01-08T").replace("scheduled", "delivered")
    later = NOW + 2 * A_DAY

    await take_in(database, tmp_path, sessions=as_it_was, now=later)

    assert await owed(database) == {ANN: [(INVITATION, ENDS_AT - 6 * A_DAY)]}
    assert await wrong(database, now=later) == []


async def test_a_session_that_is_delivered_at_its_time_leaves_the_question_how_it_was(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    await take_in(
        database,
        tmp_path,
        sessions=SESSIONS.replace("scheduled", "delivered"),
        now=THAT_AFTERNOON,
    )

    assert await owed(database) == {ANN: [(INVITATION, ENDS_AT)]}


async def test_a_session_that_takes_place_after_all_owes_its_trainers_the_digest_again(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    await take_in(database, tmp_path, sessions=cancelled(SESSIONS), bookings=called_off(BOOKINGS))

    await take_in(database, tmp_path)

    assert await owed(database) == {TESS: FOR_TESS}
    assert await wrong(database) == []
