import asyncio
from uuid import UUID

import pytest

from tests.moments import NEXT_WEEK
from tests.trainingbot.scheduling.scene import LATER, WITHDRAWN, Programme, plan
from trainingbot.enums import NoticeKind, SessionStep
from trainingbot.errors import (
    NotACoordinator,
    NotATrainer,
    NotFound,
    SessionCancelled,
    SessionStarted,
)


async def prepare(programme: Programme) -> None:
    """Prepare three trainers, of whom the first two train the session."""
    await programme.prepare_course(people=1, trainers=3)
    session = await programme.add(plan(trainer_ids=tuple(programme.trainers[:2])))
    programme.session_id = session.id
    await programme.deliver()


async def test_trainers_who_come_and_go_are_told(programme: Programme) -> None:
    await prepare(programme)

    session = await programme.name(programme.trainers[1:])

    assert await programme.trainers_now() == set(programme.trainers[1:])
    assert await programme.owed() == {
        "trainer 0": [NoticeKind.TRAINER_RELEASED],
        "trainer 2": [NoticeKind.TRAINER_NAMED],
    }
    assert await programme.occurrences(NoticeKind.TRAINER_NAMED) == [2]
    assert (await programme.steps())[-1] == (
        2,
        SessionStep.TRAINERS_CHANGED,
        "From 2 trainers to 2 trainers: 1 named, 1 released.",
    )
    assert session.change_count == 0
    assert await programme.audited() == []


async def test_a_session_can_be_left_without_trainers(programme: Programme) -> None:
    await prepare(programme)

    await programme.name([])

    assert await programme.trainers_now() == set()
    assert (await programme.steps())[-1][2] == "From 2 trainers to no trainer: 0 named, 2 released."


async def test_the_same_trainers_in_any_order_are_no_change(programme: Programme) -> None:
    await prepare(programme)

    await programme.name([*reversed(programme.trainers[:2]), programme.trainers[0]])

    assert len(await programme.steps()) == 1
    assert await programme.owed() == {}


async def test_who_comes_back_before_they_have_heard_hears_only_that(
    programme: Programme,
) -> None:
    await prepare(programme)
    await programme.name(programme.trainers[:1])

    await programme.name(programme.trainers[:2])

    assert await programme.owed() == {"trainer 1": [NoticeKind.TRAINER_NAMED]}
    assert await programme.occurrences(NoticeKind.TRAINER_RELEASED, WITHDRAWN) == [2]


@pytest.mark.parametrize("somebody", ["a practitioner", "nobody"])
async def test_only_trainers_are_named(programme: Programme, somebody: str) -> None:
    await prepare(programme)
    other = programme.people[0] if somebody == "a practitioner" else UUID(int=0)

    with pytest.raises(NotATrainer):
        await programme.name([*programme.trainers, other])

    assert await programme.trainers_now() == set(programme.trainers[:2])


async def test_trainers_of_a_session_that_is_over_or_cancelled_stay(programme: Programme) -> None:
    await prepare(programme)

    with pytest.raises(SessionStarted):
        await programme.name([], now=NEXT_WEEK)
    await programme.call_off()
    with pytest.raises(SessionCancelled):
        await programme.name([])

    assert await programme.trainers_now() == set(programme.trainers[:2])


async def test_trainers_hear_the_new_date_of_a_session_that_moves(programme: Programme) -> None:
    await prepare(programme)

    await programme.move(starts_at=LATER)

    assert await programme.owed() == {
        "trainer 0": [NoticeKind.TRAINER_NAMED],
        "trainer 1": [NoticeKind.TRAINER_NAMED],
    }
    assert await programme.occurrences(NoticeKind.TRAINER_NAMED) == [2, 2]


async def test_only_coordinators_name_trainers(programme: Programme) -> None:
    await prepare(programme)

    with pytest.raises(NotACoordinator):
        await programme.name([], actor_id=programme.trainers[0])


async def test_a_session_that_is_gone_has_no_trainers(programme: Programme) -> None:
    await programme.prepare_course()
    programme.session_id = UUID(int=0)

    with pytest.raises(NotFound):
        await programme.name([])


async def test_two_coordinators_who_name_trainers_at_once_both_count(
    programme: Programme,
) -> None:
    await prepare(programme)

    await asyncio.gather(programme.name(programme.trainers), programme.name(programme.trainers))

    assert await programme.trainers_now() == set(programme.trainers)
    assert len(await programme.steps()) == 2
