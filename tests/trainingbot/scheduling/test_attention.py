"""What needs a coordinator's attention, and the digest that is owed to them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import (
    make_account,
    make_booking,
    make_coordinator,
    make_notice,
    make_practitioner,
    make_session,
)
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.db import Database
from trainingbot.enums import ChargeKind, ChargeState, NoticeKind, NoticeState, SessionStatus
from trainingbot.errors import NotACoordinator
from trainingbot.models import Charge, CourseSession, Notice, SessionTrainer
from trainingbot.policies import Policy
from trainingbot.scheduling.attention import attention, owe_coordinators_digests
from trainingbot.scheduling.attention_views import Attention, Unreached
from trainingbot.scheduling.views import SessionsPage
from trainingbot.terms import Terms

WEDNESDAY_EVENING = datetime(2025, 1, 8, 17, 59, 59, tzinfo=UTC)
SATURDAY = datetime(2025, 1, 11, 10, 0, tzinfo=UTC)
BANK_HOLIDAY = datetime(2025, 1, 1, 10, 0, tzinfo=UTC)


async def run_well(db: AsyncSession, session: CourseSession, *, taken: int = 10) -> CourseSession:
    """Give a session people and a trainer, so that nothing about it needs attention."""
    trainer = await make_practitioner(db)
    session.places_taken = taken
    db.add(session)
    db.add(SessionTrainer(session_id=session.id, practitioner_id=trainer.id))
    await db.flush()
    return session


async def looked_at(database: Database, *, terms: Terms = TERMS) -> Attention:
    async with database.writing() as db:
        actor = await make_coordinator(db)
    async with database.reading() as db:
        return await attention(db, actor_id=actor.id, terms=terms, now=NOW)


def codes(page: SessionsPage) -> Sequence[str]:
    return [row.session.code for row in page.rows]


async def test_nothing_is_needed_where_all_is_well(database: Database) -> None:
    async with database.writing() as db:
        await run_well(db, await make_session(db))

    found = await looked_at(database)

    assert not found.is_needed


async def test_sessions_with_few_people_are_those_under_a_third_or_under_their_minimum(
    database: Database,
) -> None:
    async with database.writing() as db:
        for code, taken, minimum in (("FEW", 6, None), ("THIRD", 7, None), ("MINIMUM", 9, 10)):
            session = await make_session(db, code=code, capacity=21)
            session.minimum_places = minimum
            await run_well(db, session, taken=taken)
        late = await make_session(db, code="LATE", starts_at=NOW + timedelta(days=15))
        await run_well(db, late, taken=0)
        off = await make_session(db, code="OFF", status=SessionStatus.CANCELLED)
        await run_well(db, off, taken=0)

    found = await looked_at(database)

    assert (codes(found.few_people), found.few_people.total) == (["FEW", "MINIMUM"], 2)
    assert found.is_needed


async def test_ten_working_days_are_looked_ahead_to_the_hour(database: Database) -> None:
    async with database.writing() as db:
        edge = datetime(2025, 1, 21, 10, 0, tzinfo=UTC)
        await run_well(db, await make_session(db, code="IN", starts_at=edge), taken=0)
        after = edge + timedelta(minutes=1)
        await run_well(db, await make_session(db, code="OUT", starts_at=after), taken=0)

    found = await looked_at(database)

    assert codes(found.few_people) == ["IN"]
    assert found.look_ahead_until == edge


async def test_sessions_without_a_trainer_are_named_up_to_three_and_counted(
    database: Database,
) -> None:
    async with database.writing() as db:
        for number in range(5):
            starts_at = NEXT_WEEK + timedelta(hours=3 * number)
            session = await make_session(db, code=f"S{number}", starts_at=starts_at)
            session.places_taken = 20
            db.add(session)

    found = await looked_at(database)

    assert (codes(found.without_trainer), found.without_trainer.total) == (["S0", "S1", "S2"], 5)


async def test_a_tentative_session_is_told_two_working_days_before_the_day_to_decide(
    database: Database,
) -> None:
    async with database.writing() as db:
        for code, days in (("DUE", -1), ("SOON", 2), ("LATER", 3)):
            session = await make_session(db, code=code, starts_at=NOW + timedelta(days=30))
            session.tentative, session.minimum_places = True, 1
            session.decide_at = NOW + timedelta(days=days)
            db.add(session)

    found = await looked_at(database)

    assert sorted(codes(found.to_decide)) == ["DUE", "SOON"]


async def test_agencies_clashes_and_notices_that_were_given_up_are_counted(
    database: Database,
) -> None:
    async with database.writing() as db:
        waiting = await make_practitioner(db, confirmed_at=None)
        for number in range(2):
            session = await make_session(db, venue="Town Hall", code=f"S{number}")
            await run_well(db, session)
        for days in (1, 6, 8):
            notice = await make_notice(db, waiting, state=NoticeState.UNDELIVERABLE)
            notice.finished_at = NOW - timedelta(days=days)
            db.add(notice)
        await make_notice(db, waiting, state=NoticeState.SENT)

    found = await looked_at(database)

    assert (found.agencies, found.clashes, found.undeliverable) == (1, 1, 2)


async def test_people_whom_teams_does_not_reach_are_counted(database: Database) -> None:
    async with database.writing() as db:
        session = await run_well(db, await make_session(db))
        reached, unreached = await make_practitioner(db), await make_practitioner(db)
        for person in (reached, unreached):
            await make_booking(db, session_id=session.id, practitioner_id=person.id)
        await make_account(db, reached)

    found = await looked_at(database)

    assert found.unreached == Unreached(total=1, with_email=1)


@pytest.mark.parametrize(("late_charge", "counted"), [(2500, 1), (0, 0)])
async def test_open_charges_are_counted_where_the_terms_ask_for_any(
    database: Database, late_charge: int, counted: int
) -> None:
    async with database.writing() as db:
        booking = await make_booking(db)
        for position, state in ((1, ChargeState.RAISED), (2, ChargeState.SETTLED)):
            db.add(
                Charge(
                    booking_id=booking.id,
                    position=position,
                    kind=ChargeKind.LATE_CANCELLATION,
                    pence=2500,
                    state=state,
                    raised_at=NOW,
                    finished_at=None if state == ChargeState.RAISED else NOW,
                )
            )

    found = await looked_at(database, terms=replace(TERMS, policy=Policy(late_charge=late_charge)))

    assert found.open_charges == counted


async def test_nobody_but_coordinators_is_told(database: Database) -> None:
    async with database.writing() as db:
        actor = await make_practitioner(db)

    async with database.reading() as db:
        with pytest.raises(NotACoordinator):
            await attention(db, actor_id=actor.id, terms=TERMS, now=NOW)


async def digests(database: Database) -> list[Notice]:
    async with database.reading() as db:
        found = await db.exec(select(Notice).where(Notice.kind == NoticeKind.COORDINATORS_DIGEST))
        return list(found.all())


async def owe(database: Database, now: datetime) -> None:
    async with database.writing() as db:
        await owe_coordinators_digests(db, terms=TERMS, now=now)


async def test_every_coordinator_is_owed_one_digest_a_day(database: Database) -> None:
    async with database.writing() as db:
        await make_practitioner(db)
        first = await make_coordinator(db)
    await owe(database, NOW)
    async with database.writing() as db:
        second = await make_coordinator(db, name="Robin Vale")

    for _ in range(2):
        await owe(database, NOW + timedelta(hours=1))
    await owe(database, NOW + timedelta(days=1))

    assert sorted(
        (one.due_at, one.occurrence, one.expires_at, one.about_id == one.practitioner_id)
        for one in await digests(database)
    ) == [
        (NOW, 739_258, datetime(2025, 1, 7, 18, 0, tzinfo=UTC), True),
        (NOW + timedelta(hours=1), 739_258, datetime(2025, 1, 7, 18, 0, tzinfo=UTC), True),
        (NOW + timedelta(days=1), 739_259, datetime(2025, 1, 8, 18, 0, tzinfo=UTC), True),
        (NOW + timedelta(days=1), 739_259, datetime(2025, 1, 8, 18, 0, tzinfo=UTC), True),
    ]
    assert {one.practitioner_id for one in await digests(database)} == {first.id, second.id}


@pytest.mark.parametrize(
    ("now", "owed"),
    [
        (datetime(2025, 1, 8, 8, 29, 59, tzinfo=UTC), 0),
        (datetime(2025, 1, 8, 8, 30, tzinfo=UTC), 1),
        (WEDNESDAY_EVENING, 1),
        (WEDNESDAY_EVENING + timedelta(seconds=1), 0),
        (datetime(2025, 7, 8, 7, 29, 59, tzinfo=UTC), 0),
        (datetime(2025, 7, 8, 7, 30, tzinfo=UTC), 1),
        (SATURDAY, 0),
        (BANK_HOLIDAY, 0),
    ],
    ids=lambda value: value.isoformat() if isinstance(value, datetime) else "",
)
async def test_a_digest_is_owed_on_working_days_between_morning_and_evening(
    database: Database, now: datetime, owed: int
) -> None:
    async with database.writing() as db:
        await make_coordinator(db)

    await owe(database, now)

    assert len(await digests(database)) == owed


async def test_several_processes_owe_it_once(database: Database) -> None:
    async with database.writing() as db:
        for name in ("Morgan Reid", "Robin Vale"):
            await make_coordinator(db, name=name)

    await asyncio.gather(*(owe(database, NOW) for _ in range(6)))

    assert len(await digests(database)) == 2
