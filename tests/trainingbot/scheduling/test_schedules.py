"""What stands owed to people and trainers when coordinators change a session."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, delete, select, update

from tests.factories import make_session
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.statements import statements_counted
from tests.trainingbot.bookings.schedules import (
    DIGEST,
    EARLY,
    INVITATION,
    JOINING,
    LATE,
    SOON,
    WITHOUT_EARLY,
    owed_in_time,
    send_due,
)
from tests.trainingbot.scheduling.scene import LATER, Programme
from trainingbot.bookings.coming import say_coming
from trainingbot.enums import Delivery, NoticeKind, NoticeState
from trainingbot.models import Booking, CourseSession, Notice, SessionTrainer
from trainingbot.scheduling.missing import SESSIONS_AT_A_TIME, owe_missing

A_DAY = timedelta(days=1)
MONDAY_AFTERNOON = datetime(2025, 1, 13, 14, 0, tzinfo=UTC)
"""The afternoon of the working day before the session next week."""
OWED, WITHDRAWN, SENT = NoticeState.OWED, NoticeState.WITHDRAWN, NoticeState.SENT


async def kinds_of(
    programme: Programme, person: int, *, state: NoticeState = OWED
) -> list[NoticeKind]:
    found = await owed_in_time(
        programme.database, programme.session_id, programme.people[person], state=state
    )
    return [kind for kind, _ in found]


async def digests_of(
    programme: Programme, trainer: int, *, state: NoticeState = OWED
) -> list[datetime]:
    """Return when a trainer's digests are, or were, due."""
    found = await owed_in_time(
        programme.database, programme.session_id, programme.trainers[trainer], state=state
    )
    return [due_at for kind, due_at in found if kind == DIGEST]


async def say_so(programme: Programme, person: int, *, now: datetime = NOW) -> None:
    async with programme.database.writing() as db:
        await say_coming(
            db,
            session_id=programme.session_id,
            practitioner_id=programme.people[person],
            terms=TERMS,
            now=now,
        )


async def mend(programme: Programme, *, now: datetime = NOW) -> int:
    async with programme.database.writing() as db:
        return await owe_missing(db, terms=TERMS, now=now)


async def test_a_move_owes_everything_for_the_new_date_to_everybody(programme: Programme) -> None:
    await programme.prepare_session(people=3, capacity=2)

    await programme.move(starts_at=LATER)

    for person in (0, 1):
        assert await kinds_of(programme, person) == [EARLY, *WITHOUT_EARLY]
        assert await kinds_of(programme, person, state=WITHDRAWN) == WITHOUT_EARLY
    assert await kinds_of(programme, 2) == []
    assert await programme.audited() == []


async def test_what_was_sent_of_the_old_date_comes_again_for_the_new_one(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=1)
    await send_due(programme.database, now=MONDAY_AFTERNOON)

    await programme.move(starts_at=LATER, now=MONDAY_AFTERNOON)

    assert await kinds_of(programme, 0, state=SENT) == [JOINING, LATE]
    assert await kinds_of(programme, 0) == [EARLY, *WITHOUT_EARLY]
    assert await programme.audited(now=MONDAY_AFTERNOON) == []


async def test_a_move_to_tomorrow_owes_what_is_still_to_come(programme: Programme) -> None:
    await programme.prepare_session(people=1)

    await programme.move(starts_at=NOW + A_DAY - timedelta(hours=1))

    assert await kinds_of(programme, 0) == [SOON, INVITATION]
    assert await programme.audited() == []


async def test_a_move_to_another_room_leaves_what_is_owed(programme: Programme) -> None:
    await programme.prepare_session(people=1, trainers=1)
    await send_due(programme.database, now=MONDAY_AFTERNOON)

    await programme.move(delivery=Delivery.IN_PERSON, venue="Hall", now=MONDAY_AFTERNOON)

    assert await kinds_of(programme, 0) == [SOON, INVITATION]
    assert await kinds_of(programme, 0, state=WITHDRAWN) == []
    assert await digests_of(programme, 0, state=SENT) == [MONDAY_AFTERNOON]
    assert await digests_of(programme, 0) == []
    assert await programme.audited(now=MONDAY_AFTERNOON) == []


async def test_a_session_that_lasts_longer_asks_later_how_it_was(programme: Programme) -> None:
    await programme.prepare_session(people=1)

    await programme.move(minutes=400)

    owed = await owed_in_time(programme.database, programme.session_id, programme.people[0])
    assert owed[-1] == (INVITATION, NEXT_WEEK + timedelta(minutes=400))
    assert await programme.audited() == []


async def test_who_said_they_are_coming_said_it_of_the_date_before_a_move(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=2)
    await say_so(programme, 0)

    await programme.move(venue="Hall")
    same_date = [one.coming_at for one in await programme.bookings()]
    await programme.move(starts_at=LATER, venue="Hall")

    assert sorted(same_date, key=str) == [NOW, None]
    assert [one.coming_at for one in await programme.bookings()] == [None, None]


async def test_keeping_a_place_leaves_what_is_owed(programme: Programme) -> None:
    await programme.prepare_session(people=1)
    await programme.move(starts_at=LATER)
    before = await owed_in_time(programme.database, programme.session_id, programme.people[0])

    await programme.keep(0)

    assert before == await owed_in_time(
        programme.database, programme.session_id, programme.people[0]
    )
    assert await programme.audited() == []


async def test_a_cancelled_session_takes_everything_back(programme: Programme) -> None:
    await programme.prepare_session(people=2, trainers=2)

    await programme.call_off()

    for person in (0, 1):
        assert await kinds_of(programme, person) == []
        assert await kinds_of(programme, person, state=WITHDRAWN) == WITHOUT_EARLY
        assert await digests_of(programme, person) == []
    assert await programme.audited() == []


async def test_trainers_are_owed_who_is_coming_when_a_session_is_added(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=1, trainers=2)

    assert [await digests_of(programme, one) for one in (0, 1)] == [[MONDAY_AFTERNOON]] * 2


async def test_trainers_who_come_and_go_are_owed_who_is_coming_or_no_longer(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=0, trainers=3)
    first, second, third = programme.trainers

    await programme.name([second, third])
    await programme.name([first, second])

    assert [await digests_of(programme, one) for one in range(3)] == [
        [MONDAY_AFTERNOON],
        [MONDAY_AFTERNOON],
        [],
    ]
    assert [await digests_of(programme, one, state=WITHDRAWN) for one in range(3)] == [
        [MONDAY_AFTERNOON],
        [],
        [MONDAY_AFTERNOON],
    ]
    assert await programme.audited() == []


async def test_a_move_owes_trainers_the_digest_anew_even_after_it_was_sent(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=0, trainers=1)
    await send_due(programme.database, now=MONDAY_AFTERNOON)

    await programme.move(starts_at=LATER, now=MONDAY_AFTERNOON)

    assert await digests_of(programme, 0) == [MONDAY_AFTERNOON + timedelta(days=7)]
    assert await digests_of(programme, 0, state=SENT) == [MONDAY_AFTERNOON]


async def test_a_trainer_who_is_named_on_the_evening_before_hears_at_once(
    programme: Programme,
) -> None:
    evening = MONDAY_AFTERNOON + timedelta(hours=4)
    await programme.prepare_session(people=0, trainers=2)
    await programme.name(programme.trainers[:1])

    await programme.name(programme.trainers, now=evening)

    assert await digests_of(programme, 1) == [evening]
    assert await programme.audited(now=evening) == []


async def test_nothing_is_missing_after_turns(programme: Programme) -> None:
    await programme.prepare_session(people=2, trainers=1)

    assert await mend(programme) == 0


async def test_what_is_missing_is_owed_once(programme: Programme) -> None:
    await programme.prepare_session(people=3, trainers=1, capacity=2)
    await forget_everything(programme)

    mended = [await mend(programme) for _ in range(2)]

    assert mended == [1, 0]
    assert [await kinds_of(programme, one) for one in range(3)] == [
        WITHOUT_EARLY,
        WITHOUT_EARLY,
        [],
    ]
    assert await digests_of(programme, 0) == [MONDAY_AFTERNOON]
    assert await programme.audited() == []


async def test_what_is_missing_is_owed_once_by_several_at_once(programme: Programme) -> None:
    await programme.prepare_session(people=3, trainers=2)
    await forget_everything(programme)

    await asyncio.gather(*(mend(programme) for _ in range(3)), programme.cancel(0))

    assert [await kinds_of(programme, one) for one in range(3)] == [
        [],
        WITHOUT_EARLY,
        WITHOUT_EARLY,
    ]
    assert [await digests_of(programme, one) for one in (0, 1)] == [[MONDAY_AFTERNOON]] * 2
    assert await programme.audited() == []


async def forget_everything(programme: Programme) -> None:
    """Make the database what one from before notices in time is."""
    async with programme.database.writing() as db:
        await db.exec(
            delete(Notice).where(
                col(Notice.kind).in_([EARLY, JOINING, LATE, SOON, INVITATION, DIGEST])
            )
        )


async def test_what_is_missing_about_many_sessions_is_owed_the_soonest_first(
    programme: Programme,
) -> None:
    await programme.prepare_course(people=0, trainers=1)
    number = SESSIONS_AT_A_TIME + 3
    async with programme.database.writing() as db:
        for day in range(number):
            session = await make_session(db, starts_at=LATER + day * A_DAY)
            db.add(SessionTrainer(session_id=session.id, practitioner_id=programme.trainers[0]))

    mended = [await mend(programme) for _ in range(3)]
    async with programme.database.reading() as db:
        owed = await db.exec(select(Notice.expires_at).order_by(col(Notice.expires_at)))

    assert mended == [SESSIONS_AT_A_TIME, 3, 0]
    assert owed.all() == [LATER + day * A_DAY for day in range(number)]


async def test_nothing_is_missing_of_a_session_that_has_begun_or_is_cancelled(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=2, trainers=1)
    await forget_everything(programme)
    begun = await mend(programme, now=NEXT_WEEK)
    await programme.call_off()

    assert (begun, await mend(programme)) == (0, 0)


async def test_what_was_switched_off_is_not_missing(programme: Programme) -> None:
    await programme.prepare_session(people=1, trainers=1)
    async with programme.database.writing() as db:
        await db.exec(
            update(Notice)
            .where(col(Notice.kind).in_([LATE, JOINING, DIGEST]))
            .values(state=WITHDRAWN, failure="switched off", finished_at=MONDAY_AFTERNOON)
        )

    assert await mend(programme, now=MONDAY_AFTERNOON) == 0
    assert await programme.audited(now=MONDAY_AFTERNOON) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_looking_for_what_is_missing_costs_one_query(programme: Programme) -> None:
    await programme.prepare_session(people=3, trainers=1)

    async with programme.database.writing() as db:
        with statements_counted(db) as sent:
            await owe_missing(db, terms=TERMS, now=NOW)

    assert [one.split()[0] for one in sent] == ["BEGIN", "SELECT"]


async def test_the_times_of_a_booking_and_its_session_never_make_an_occurrence_twice(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=1)
    for number in range(3):
        await programme.move(starts_at=LATER + number * A_DAY)
        await programme.cancel(0)
        await programme.book(0)
        await programme.move(starts_at=NEXT_WEEK + number * A_DAY)
        await programme.keep(0)

    assert await kinds_of(programme, 0) == [EARLY, *WITHOUT_EARLY]
    assert await programme.audited() == []
    async with programme.database.reading() as db:
        booking = (await db.exec(select(Booking))).one()
        session = (await db.exec(select(CourseSession))).one()
        last = await db.exec(
            select(Notice.occurrence).where(Notice.kind == INVITATION, Notice.state == OWED)
        )
        assert last.one() == booking.change_count - 1 + session.change_count
