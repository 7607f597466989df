"""What an audit finds about sessions that were changed."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Executable, delete, update
from sqlmodel import col, select

from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.news import IN_TIME
from tests.trainingbot.scheduling.scene import LATER, Programme
from trainingbot.audit.queries import audit_database
from trainingbot.audit.sessions import TOLD_TO_THE_BOOKED, TOLD_TO_TRAINERS
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, SessionStatus
from trainingbot.models import Booking, BookingChange, CourseSession, Notice, SessionChange

DECIDE_AT = NEXT_WEEK - timedelta(days=4)


@pytest.fixture
async def changed(database: Database) -> Programme:
    """Return a healthy session that was moved, given other trainers and confirmed."""
    programme = Programme(database)
    await programme.prepare_session(
        people=2, trainers=2, minimum_places=2, decide_at=DECIDE_AT, booked=1
    )
    await programme.sweep(now=DECIDE_AT)
    await programme.deliver()
    await programme.move(starts_at=LATER, now=DECIDE_AT)
    await programme.name(programme.trainers[:1], now=DECIDE_AT)
    await programme.book(1, now=DECIDE_AT)
    return programme


async def found(programme: Programme, *damage: Executable) -> list[str]:
    """Return the names of the checks that find something, after damage to the database."""
    async with programme.database.writing() as db:
        for statement in damage:
            await (await db.connection()).execute(statement)
    async with programme.database.reading() as db:
        audit = await audit_database(db, terms=TERMS, now=DECIDE_AT)
    return sorted({one.check for one in audit.findings})


async def test_a_session_that_was_changed_in_every_way_is_sound(changed: Programme) -> None:
    assert await found(changed) == []

    await changed.call_off(now=DECIDE_AT)

    assert await found(changed) == []


async def test_a_gap_in_the_history_of_a_session_is_found(changed: Programme) -> None:
    assert await found(
        changed, update(SessionChange).where(col(SessionChange.position) == 4).values(position=9)
    ) == ["session_history_misnumbered"]


async def test_a_tentative_session_that_has_begun_is_found(changed: Programme) -> None:
    assert await found(
        changed,
        update(CourseSession).values(
            tentative=True, starts_at=NOW, ends_at=NOW + timedelta(hours=1)
        ),
        delete(Notice).where(col(Notice.kind).in_(IN_TIME)),
    ) == ["begun_undecided"]


async def test_a_cancelled_session_that_is_still_tentative_is_found(changed: Programme) -> None:
    await changed.call_off(now=DECIDE_AT)

    assert await found(changed, update(CourseSession).values(tentative=True)) == [
        "cancelled_undecided"
    ]


async def test_an_offer_on_a_session_that_was_delivered_is_found(database: Database) -> None:
    programme = Programme(database)
    await programme.prepare_session(people=2, capacity=1)
    await programme.cancel(0)

    names = await found(
        programme,
        update(CourseSession).values(
            status=SessionStatus.DELIVERED, starts_at=NOW, ends_at=NOW + timedelta(hours=1)
        ),
    )

    assert "offered_after_the_session" in names


@pytest.mark.parametrize(
    "kind", [*TOLD_TO_THE_BOOKED, *TOLD_TO_TRAINERS, NoticeKind.SESSION_UNDECIDED]
)
@pytest.mark.parametrize("column", ["about_id", "occurrence"])
async def test_news_of_a_step_that_never_was_is_found(
    changed: Programme, kind: NoticeKind, column: str
) -> None:
    wrong = {"about_id": UUID(int=0), "occurrence": col(Notice.occurrence) + 77}

    names = await found(
        changed,
        update(Notice).where(col(Notice.kind) == kind).values({column: wrong[column]}),
    )

    assert "step_that_never_was" in names


@pytest.mark.parametrize(
    ("kind", "told_of", "instead"),
    [(NoticeKind.TRAINER_NAMED, 1, 4), (NoticeKind.TRAINER_RELEASED, 3, 1)],
)
async def test_news_of_another_step_is_found(
    changed: Programme, kind: NoticeKind, told_of: int, instead: int
) -> None:
    names = await found(
        changed,
        update(Notice)
        .where(col(Notice.kind) == kind, col(Notice.occurrence) == told_of)
        .values(occurrence=instead),
    )

    assert "step_that_never_was" in names


async def test_trainers_who_never_heard_are_found(changed: Programme) -> None:
    assert await found(
        changed, delete(Notice).where(col(Notice.kind) == NoticeKind.TRAINER_RELEASED)
    ) == ["step_nobody_was_told_of"]


async def test_a_cancellation_of_which_nobody_heard_is_found(changed: Programme) -> None:
    await changed.call_off(now=DECIDE_AT)

    assert await found(
        changed, delete(Notice).where(col(Notice.kind) == NoticeKind.SESSION_CANCELLED)
    ) == ["change_nobody_was_told_of"]


async def test_a_session_that_an_import_cancels_may_tell_people(changed: Programme) -> None:
    await changed.call_off(now=DECIDE_AT)
    ended = select(Booking.change_count).where(Booking.id == BookingChange.booking_id)

    assert (
        await found(
            changed,
            update(BookingChange)
            .where(col(BookingChange.position) == ended.scalar_subquery())
            .values(actor_id=None),
        )
        == []
    )
