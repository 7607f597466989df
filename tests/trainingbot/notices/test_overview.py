"""What is owed, sent and stuck, and why it waits."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import make_account, make_notice, make_practitioner
from tests.moments import NEXT_WEEK, NOW
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice
from trainingbot.notices.overview import count_notices, list_notices
from trainingbot.notices.views import Listed, NoticeLine, WaitsFor

A_MINUTE = timedelta(minutes=1)
MORNING = NOW + timedelta(hours=10)


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.reading() as db:
        yield db


async def lines(
    db: AsyncSession,
    listed: Listed | None = None,
    *,
    kind: NoticeKind | None = None,
    limit: int = 20,
    by_mail: bool = False,
    quiet_until: datetime | None = None,
) -> list[NoticeLine]:
    return list(
        await list_notices(
            db,
            listed=listed,
            kind=kind,
            limit=limit,
            by_mail=by_mail,
            quiet_until=quiet_until,
            now=NOW,
        )
    )


async def one_of_each(db: AsyncSession) -> dict[str, Notice]:
    """Write a notice in each state, and one that has failed."""
    person = await make_practitioner(db)
    notices = {
        state.value: await make_notice(db, person, state=state, due_at=NOW - minutes * A_MINUTE)
        for minutes, state in enumerate(NoticeState)
    }
    notices["failed"] = await make_notice(
        db, person, kind=NoticeKind.OFFER, due_at=NOW + 9 * A_MINUTE
    )
    notices["failed"].failure = "TryLater 503"
    return notices


async def test_notices_are_counted_by_kind_and_state_and_as_stuck(db: AsyncSession) -> None:
    await one_of_each(db)

    counts = await count_notices(db, now=NOW)

    of_promoted = dict.fromkeys(Listed, 1)
    of_offer = dict.fromkeys(Listed, 0) | {Listed.OWED: 1, Listed.STUCK: 1}
    assert counts == {NoticeKind.PROMOTED: of_promoted, NoticeKind.OFFER: of_offer}


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        (None, ["undeliverable", "owed", "failed"]),
        (Listed.OWED, ["owed", "failed"]),
        (Listed.SENT, ["sent"]),
        (Listed.EXPIRED, ["expired"]),
        (Listed.WITHDRAWN, ["withdrawn"]),
        (Listed.UNDELIVERABLE, ["undeliverable"]),
        (Listed.STUCK, ["undeliverable", "failed"]),
    ],
)
async def test_those_in_a_state_are_listed_the_longest_due_first(
    db: AsyncSession, listed: Listed | None, names: list[str]
) -> None:
    notices = await one_of_each(db)

    assert [line.id for line in await lines(db, listed)] == [notices[name].id for name in names]


async def test_what_is_too_late_is_not_stuck(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    await make_notice(db, person, state=NoticeState.UNDELIVERABLE, expires_at=NOW)

    assert await lines(db, Listed.STUCK) == []


async def test_one_kind_is_listed_and_no_more_than_asked_for(db: AsyncSession) -> None:
    notices = await one_of_each(db)

    of_kind = await lines(db, kind=NoticeKind.OFFER)
    few = await lines(db, limit=1)

    assert [line.id for line in of_kind] == [notices["failed"].id]
    assert [line.id for line in few] == [notices["undeliverable"].id]


async def test_what_is_owed_says_why_it_waits(db: AsyncSession) -> None:
    there, elsewhere = [await make_practitioner(db) for _ in range(2)]
    await make_account(db, there)
    expected = {
        (await make_notice(db, there, due_at=NOW - 2 * A_MINUTE)).id: WaitsFor.QUIET_HOURS,
        (await make_notice(db, there, kind=NoticeKind.STARTING_SOON)).id: WaitsFor.WORKER,
        (await make_notice(db, elsewhere)).id: WaitsFor.NOT_REACHABLE,
        (await make_notice(db, there, due_at=NOW + A_MINUTE)).id: WaitsFor.ITS_TIME,
        (await make_notice(db, there, expires_at=NOW)).id: WaitsFor.TOO_LATE,
        (await make_notice(db, there, state=NoticeState.UNDELIVERABLE)).id: None,
    }
    put_off = await make_notice(db, there, due_at=NOW + A_MINUTE)
    put_off.failure = "TryLater 503"
    in_hand = await make_notice(db, there, due_at=NOW + 2 * A_MINUTE)
    in_hand.queued_at = NOW
    expected |= {put_off.id: WaitsFor.NEXT_ATTEMPT, in_hand.id: WaitsFor.BEING_SENT}

    found = await lines(db, quiet_until=MORNING)

    assert {line.id: line.waits_for for line in found} == expected


async def test_where_mail_is_set_up_whoever_has_an_address_can_be_reached(
    db: AsyncSession,
) -> None:
    await make_notice(db, await make_practitioner(db))

    assert [line.waits_for for line in await lines(db, by_mail=True)] == [WaitsFor.WORKER]


async def test_a_line_names_ids_alone(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    notice = await make_notice(db, person)

    [line] = await lines(db)

    assert line.as_json() == {
        "id": str(notice.id),
        "kind": "promoted",
        "state": "owed",
        "practitioner_id": str(person.id),
        "about_id": str(person.id),
        "due_at": NOW.isoformat(),
        "expires_at": NEXT_WEEK.isoformat(),
        "attempts": 0,
        "channel": None,
        "finished_at": None,
        "failure": None,
        "waits_for": "not reachable",
    }
