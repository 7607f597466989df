"""What is due, to whom it can be sent, and what of it is sent now."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import (
    make_account,
    make_booking,
    make_course,
    make_notice,
    make_practitioner,
    make_session,
)
from tests.moments import NEXT_WEEK, NOW
from trainingbot.db import Database
from trainingbot.enums import Channel, NoticeKind, NoticeState, Unreachable
from trainingbot.models import CourseWithoutNotice, Notice, Practitioner
from trainingbot.notices.queries import LOOKED_THROUGH, due_notices, is_switched_off
from trainingbot.notices.rules import ASKED_FOR, ASKED_TO_WAIT, IN_HAND

A_MINUTE = timedelta(minutes=1)
A_SECOND = timedelta(seconds=1)
MORNING = NOW + timedelta(hours=10)


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.reading() as db:
        yield db


async def due(
    db: AsyncSession,
    *,
    limit: int = 10,
    by_mail: bool = False,
    quiet_until: datetime | None = None,
    now: datetime = NOW,
) -> list[UUID]:
    found = await due_notices(db, limit=limit, by_mail=by_mail, quiet_until=quiet_until, now=now)
    return [one.id for one in found]


async def in_teams(db: AsyncSession) -> Practitioner:
    person = await make_practitioner(db)
    await make_account(db, person)
    return person


async def owed_to_somebody(
    db: AsyncSession, *, due_at: datetime = NOW, expires_at: datetime = NEXT_WEEK
) -> Notice:
    return await make_notice(db, await in_teams(db), due_at=due_at, expires_at=expires_at)


async def test_what_is_longest_due_comes_first(db: AsyncSession) -> None:
    late, later, latest = [
        await owed_to_somebody(db, due_at=NOW - minutes * A_MINUTE) for minutes in (1, 3, 2)
    ]

    assert await due(db) == [later.id, latest.id, late.id]


async def test_somebody_is_sent_one_notice_at_a_time_and_the_longest_due_first(
    db: AsyncSession,
) -> None:
    person = await in_teams(db)
    _, longest, _ = [
        await make_notice(db, person, due_at=NOW - minutes * A_MINUTE) for minutes in (1, 3, 2)
    ]

    assert await due(db) == [longest.id]


@pytest.mark.parametrize(("due_at", "count"), [(NOW, 1), (NOW + A_MINUTE, 0)])
async def test_a_notice_is_due_from_its_moment_on(
    db: AsyncSession, due_at: datetime, count: int
) -> None:
    await owed_to_somebody(db, due_at=due_at)

    assert len(await due(db)) == count


@pytest.mark.parametrize(("expires_at", "count"), [(NOW, 0), (NOW + A_SECOND, 1)])
async def test_what_is_too_late_is_not_sent(
    db: AsyncSession, expires_at: datetime, count: int
) -> None:
    await owed_to_somebody(db, due_at=NOW - A_MINUTE, expires_at=expires_at)

    assert len(await due(db)) == count


@pytest.mark.parametrize("state", [state for state in NoticeState if state != NoticeState.OWED])
async def test_what_has_ended_is_not_due(db: AsyncSession, state: NoticeState) -> None:
    await make_notice(db, await in_teams(db), state=state)

    assert await due(db) == []


async def test_somebody_whom_teams_cannot_reach_yet_is_waited_for(db: AsyncSession) -> None:
    await make_notice(db, await make_practitioner(db))

    assert await due(db) == []


async def test_nothing_is_sent_to_somebody_who_removed_the_app(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    account = await make_account(db, person)
    account.installed, account.unreachable = False, Unreachable.REMOVED
    await make_notice(db, person)

    assert await due(db) == []


async def test_where_mail_is_set_up_whoever_has_an_address_is_reached(db: AsyncSession) -> None:
    chats = await owed_to_somebody(db, due_at=NOW - A_MINUTE)
    reads_mail, has_neither = [await make_practitioner(db) for _ in range(2)]
    has_neither.email = None
    letter = await make_notice(db, reads_mail)
    await make_notice(db, has_neither)

    found = await due_notices(db, limit=10, by_mail=True, quiet_until=None, now=NOW)

    assert [(one.id, one.channel) for one in found] == [
        (chats.id, Channel.TEAMS),
        (letter.id, Channel.EMAIL),
    ]


async def test_a_link_to_somebodys_own_page_goes_to_their_address_alone(db: AsyncSession) -> None:
    link = await make_notice(db, await in_teams(db), kind=NoticeKind.PERSONAL_LINK)

    without_mail = await due(db)
    [found] = await due_notices(db, limit=10, by_mail=True, quiet_until=None, now=NOW)

    assert (without_mail, found.id, found.channel) == ([], link.id, Channel.EMAIL)


async def test_somebody_with_two_accounts_is_sent_a_notice_once(db: AsyncSession) -> None:
    person = await in_teams(db)
    await make_account(db, person, tenant_id="tenant-2")
    notice = await make_notice(db, person)

    assert await due(db) == [notice.id]


async def test_no_more_are_taken_than_asked_for(db: AsyncSession) -> None:
    for _ in range(3):
        await owed_to_somebody(db)

    assert len(await due(db, limit=2)) == 2


async def test_how_often_it_was_tried_is_part_of_what_is_handed_out(db: AsyncSession) -> None:
    notice = await owed_to_somebody(db)
    notice.attempts = 3

    [found] = await due_notices(db, limit=1, by_mail=False, quiet_until=None, now=NOW)

    assert found.key == f"{notice.id}:3"


@pytest.mark.parametrize(("since", "count"), [(ASKED_FOR - A_SECOND, 0), (ASKED_FOR, 1)])
async def test_a_job_that_was_asked_for_is_asked_for_again_when_it_has_not_begun(
    db: AsyncSession, since: timedelta, count: int
) -> None:
    notice = await owed_to_somebody(db)
    notice.queued_at = NOW - since

    assert len(await due(db)) == count


@pytest.mark.parametrize(("since", "count"), [(IN_HAND - A_SECOND, 0), (IN_HAND, 1)])
async def test_what_is_being_sent_is_not_handed_over_again(
    db: AsyncSession, since: timedelta, count: int
) -> None:
    notice = await owed_to_somebody(db)
    notice.queued_at, notice.due_at = NOW - since, NOW - since + IN_HAND

    assert len(await due(db)) == count


async def test_nothing_else_goes_to_somebody_while_a_job_has_a_notice_of_theirs(
    db: AsyncSession,
) -> None:
    person = await in_teams(db)
    in_hand = await make_notice(db, person, due_at=NOW + A_SECOND)
    in_hand.queued_at = NOW + A_SECOND - IN_HAND
    await make_notice(db, person)

    assert await due(db) == []


@pytest.mark.parametrize(
    ("failure", "count"), [(f"TryLater 429{ASKED_TO_WAIT}", 0), ("TryLater 503", 1)]
)
async def test_a_conversation_that_teams_asks_to_leave_alone_is_left_alone(
    db: AsyncSession, failure: str, count: int
) -> None:
    person = await in_teams(db)
    put_off = await make_notice(db, person, due_at=NOW + timedelta(hours=20))
    put_off.failure = failure
    await make_notice(db, person)

    assert len(await due(db)) == count


async def test_a_conversation_is_left_alone_no_longer_than_asked(db: AsyncSession) -> None:
    person = await in_teams(db)
    put_off = await make_notice(db, person, due_at=NOW)
    put_off.failure = f"TryLater 429{ASKED_TO_WAIT}"
    await make_notice(db, person, due_at=NOW + A_SECOND)

    assert await due(db) == [put_off.id]


@pytest.mark.parametrize(
    ("kind", "expires_at", "count"),
    [
        (NoticeKind.PROMOTED, NEXT_WEEK, 0),
        (NoticeKind.PROMOTED, MORNING + timedelta(hours=4, seconds=1), 0),
        (NoticeKind.PROMOTED, MORNING + timedelta(hours=4), 1),
        (NoticeKind.STARTING_SOON, NEXT_WEEK, 1),
        (NoticeKind.CONFIRMATION, NEXT_WEEK, 1),
    ],
)
async def test_in_quiet_hours_only_what_cannot_wait_until_the_morning_is_sent(
    db: AsyncSession, kind: NoticeKind, expires_at: datetime, count: int
) -> None:
    await make_notice(db, await in_teams(db), kind=kind, expires_at=expires_at)

    assert len(await due(db, quiet_until=MORNING)) == count


async def test_what_waits_for_the_morning_keeps_nothing_urgent_waiting(db: AsyncSession) -> None:
    person = await in_teams(db)
    await make_notice(db, person, due_at=NOW - A_MINUTE)
    urgent = await make_notice(db, person, kind=NoticeKind.STARTING_SOON)

    assert await due(db, quiet_until=MORNING) == [urgent.id]


async def test_a_kind_that_is_switched_off_is_for_nobody(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    notices = [
        await make_notice(db, person, kind=kind)
        for kind in (NoticeKind.EARLY_REMINDER, NoticeKind.LATE_REMINDER, NoticeKind.OFFER)
    ]
    off = frozenset({NoticeKind.EARLY_REMINDER, NoticeKind.OFFER})

    # What cannot be done without is sent whatever the settings say.
    assert [await is_switched_off(db, one, off=off) for one in notices] == [True, False, False]


async def test_a_course_does_without_a_kind_for_its_own_people(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    course, other = await make_course(db), await make_course(db)
    session = await make_session(db, course=course)
    booking = await make_booking(db, practitioner_id=person.id, session_id=session.id)
    elsewhere = await make_session(db, course=other)
    db.add(CourseWithoutNotice(course_id=course.id, kind=NoticeKind.TRAINERS_DIGEST))
    db.add(CourseWithoutNotice(course_id=course.id, kind=NoticeKind.EARLY_REMINDER))
    await db.flush()
    kinds_and_things = [
        (NoticeKind.EARLY_REMINDER, booking.id, True),
        (NoticeKind.LATE_REMINDER, booking.id, False),
        (NoticeKind.TRAINERS_DIGEST, session.id, True),
        (NoticeKind.TRAINERS_DIGEST, elsewhere.id, False),
        (NoticeKind.TRAINERS_DIGEST, uuid4(), False),
    ]

    found = [
        await is_switched_off(
            db, await make_notice(db, person, kind=kind, about_id=about_id), off=frozenset()
        )
        for kind, about_id, _ in kinds_and_things
    ]

    assert found == [expected for _, _, expected in kinds_and_things]


async def test_somebody_with_very_many_notices_keeps_nobody_waiting_for_long(
    db: AsyncSession,
) -> None:
    person = await in_teams(db)
    many = [
        await make_notice(db, person, due_at=NOW - (100 - number) * A_SECOND)
        for number in range(2 * LOOKED_THROUGH + 1)
    ]
    other = await owed_to_somebody(db)

    first = await due(db, limit=2)
    many[0].queued_at = NOW
    await db.flush()

    assert (first, await due(db, limit=2)) == ([many[0].id], [other.id])
