from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.moments import NEXT_WEEK, NOW
from tests.statements import statements_counted
from tests.trainingbot.scheduling.scene import LATER, Programme, plan
from trainingbot.enums import Delivery
from trainingbot.scheduling.clashes import clashes_with, coming_clashes
from trainingbot.scheduling.views import Clashes, ClashesPage

ENDS_AT = NEXT_WEEK + timedelta(minutes=150)
MINUTE = timedelta(minutes=1)


async def clashes(
    programme: Programme,
    *,
    starts_at: datetime = NEXT_WEEK,
    ends_at: datetime = ENDS_AT,
    venue: str | None = None,
    trainers: tuple[UUID, ...] = (),
    besides: UUID | None = None,
    booked_on: UUID | None = None,
) -> Clashes:
    async with programme.database.reading() as db:
        return await clashes_with(
            db,
            starts_at=starts_at,
            ends_at=ends_at,
            venue=venue,
            trainer_ids=trainers,
            besides=besides,
            booked_on=booked_on,
        )


async def coming(programme: Programme, *, limit: int = 10, now: datetime = NOW) -> ClashesPage:
    async with programme.database.reading() as db:
        return await coming_clashes(db, limit=limit, now=now)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "number"),
    [
        (NEXT_WEEK, ENDS_AT, 1),
        (NEXT_WEEK + MINUTE, ENDS_AT - MINUTE, 1),
        (NEXT_WEEK - MINUTE, ENDS_AT + MINUTE, 1),
        (ENDS_AT - MINUTE, ENDS_AT + MINUTE, 1),
        (ENDS_AT, ENDS_AT + MINUTE, 0),
        (NEXT_WEEK - MINUTE, NEXT_WEEK, 0),
    ],
    ids=["the same time", "within", "around", "over the end", "right after", "right before"],
)
async def test_a_trainer_is_in_one_place_at_a_time(
    programme: Programme, starts_at: datetime, ends_at: datetime, number: int
) -> None:
    await programme.prepare_session(people=0, trainers=2)

    found = await clashes(
        programme, starts_at=starts_at, ends_at=ends_at, trainers=(programme.trainers[0],)
    )

    assert len(found.trainers) == number
    assert found.are_any is (number > 0)


async def test_a_clash_of_a_trainer_names_the_trainer_and_the_session(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=0, trainers=2)

    [clash] = (await clashes(programme, trainers=(programme.trainers[1],))).trainers

    assert (clash.trainer.name, clash.session.id, clash.course.id) == (
        "Trainer 1",
        programme.session_id,
        programme.course_id,
    )


@pytest.mark.parametrize(
    ("venue", "number"),
    [("Town Hall", 1), (" town hall ", 1), ("Town", 0), (" ", 0), (None, 0)],
)
async def test_a_venue_holds_one_session_at_a_time(
    programme: Programme, venue: str | None, number: int
) -> None:
    await programme.prepare_session(people=0, delivery=Delivery.IN_PERSON, venue="Town Hall")
    await programme.add(plan(delivery=Delivery.IN_PERSON))

    found = await clashes(programme, venue=venue)

    assert [one.session.id for one in found.venue] == [programme.session_id] * number


async def test_a_session_does_not_clash_with_itself(programme: Programme) -> None:
    await programme.prepare_session(
        people=1, trainers=1, delivery=Delivery.IN_PERSON, venue="Town Hall"
    )

    found = await clashes(
        programme,
        venue="Town Hall",
        trainers=tuple(programme.trainers),
        besides=programme.session_id,
        booked_on=programme.session_id,
    )

    assert found == Clashes([], [], 0)


async def test_people_who_are_booked_elsewhere_then_are_counted_once(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=3, starts_at=LATER)
    moved = programme.session_id
    for minutes in (0, 30):
        other = await programme.add(plan(starts_at=NEXT_WEEK + timedelta(minutes=minutes)))
        programme.session_id = other.id
        await programme.book(0)
        await programme.book(1)
    await programme.cancel(1)

    found = await clashes(programme, besides=moved, booked_on=moved)

    assert found.bookings == 2


async def test_a_cancelled_session_clashes_with_nothing(programme: Programme) -> None:
    await programme.prepare_session(
        people=1, trainers=1, delivery=Delivery.IN_PERSON, venue="Town Hall"
    )
    await programme.add(
        plan(delivery=Delivery.IN_PERSON, venue="Town Hall", trainer_ids=tuple(programme.trainers))
    )
    await programme.call_off()

    found = await clashes(programme, venue="Town Hall", trainers=tuple(programme.trainers))

    assert [one.session.code for one in found.venue] == ["S25-002"]
    assert [one.session.code for one in found.trainers] == ["S25-002"]
    assert await coming(programme) == ClashesPage((), 0)


async def test_coming_clashes_say_what_two_sessions_share(programme: Programme) -> None:
    await programme.prepare_session(
        people=2, trainers=2, delivery=Delivery.IN_PERSON, venue="Town Hall"
    )
    second = await programme.add(
        plan(
            starts_at=NEXT_WEEK + timedelta(hours=1),
            delivery=Delivery.IN_PERSON,
            venue="town hall",
            trainer_ids=tuple(programme.trainers),
        )
    )
    first, programme.session_id = programme.session_id, second.id
    await programme.book(0)

    page = await coming(programme)

    assert page.total == 1
    [pair] = page.rows
    assert (pair.first.session.id, pair.second.session.id) == (first, second.id)
    assert [one.name for one in pair.trainers] == ["Trainer 0", "Trainer 1"]
    assert (pair.same_venue, pair.bookings) == (True, 1)


async def test_sessions_that_share_nothing_are_no_clash(programme: Programme) -> None:
    await programme.prepare_session(people=1, trainers=1, booked=1)
    await programme.add(plan())
    await programme.add(plan(starts_at=LATER, trainer_ids=tuple(programme.trainers)))

    assert (await coming(programme)).total == 0


async def test_coming_clashes_are_told_soonest_first_and_counted(programme: Programme) -> None:
    await programme.prepare_course(trainers=1)
    trainers = tuple(programme.trainers)
    for starts_at in (LATER, LATER, NEXT_WEEK, NEXT_WEEK, NEXT_WEEK):
        await programme.add(plan(starts_at=starts_at, trainer_ids=trainers))

    page = await coming(programme, limit=2)

    assert [(one.first.session.code, one.second.session.code) for one in page.rows] == [
        ("S25-003", "S25-004"),
        ("S25-003", "S25-005"),
    ]
    assert page.total == 4


async def test_what_has_begun_is_no_coming_clash(programme: Programme) -> None:
    await programme.prepare_course(trainers=1)
    for _ in range(2):
        await programme.add(plan(trainer_ids=tuple(programme.trainers)))

    assert (await coming(programme, now=NEXT_WEEK)).total == 0


async def test_clashes_cost_the_same_however_many_there_are(programme: Programme) -> None:
    await programme.prepare_course(trainers=1)
    counts = []
    for _ in range(2):
        for _ in range(4):
            await programme.add(plan(trainer_ids=tuple(programme.trainers)))
        async with programme.database.reading() as db:
            with statements_counted(db) as sent:
                await coming_clashes(db, limit=5, now=NOW)
            counts.append(len([one for one in sent if one.startswith("SELECT")]))

    assert counts == [4, 4]
