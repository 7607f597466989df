import pytest

from tests.moments import NEXT_WEEK, NOW
from tests.trainingbot.scheduling.scene import Programme
from trainingbot.enums import NoticeKind, SessionStep
from trainingbot.errors import (
    CapacityTooSmall,
    NotACoordinator,
    PlacesImpossible,
    SessionCancelled,
    SessionStarted,
)


async def test_new_places_go_to_those_who_wait(programme: Programme) -> None:
    await programme.prepare_session(people=4, capacity=1)

    session = await programme.resize(3)

    assert (session.capacity, session.change_count) == (3, 0)
    assert await programme.standing() == ["confirmed", "offered 1", "offered 2", "waitlisted 3"]
    changes = await programme.session_changes()
    assert [(one.step, one.details, one.actor_id) for one in changes[1:]] == [
        (SessionStep.CAPACITY_CHANGED, "From 1 place to 3 places.", programme.coordinator)
    ]
    assert await programme.audited() == []


async def test_fewer_places_withdraw_offers_and_never_a_place(programme: Programme) -> None:
    await programme.prepare_session(people=3, capacity=1)
    await programme.resize(3)

    await programme.resize(1)

    assert await programme.standing() == ["confirmed", "waitlisted 1", "waitlisted 2"]
    assert await programme.owed() == {
        "person 1": [NoticeKind.OFFER_ENDED],
        "person 2": [NoticeKind.OFFER_ENDED],
    }


async def test_the_same_number_of_places_is_no_change(programme: Programme) -> None:
    await programme.prepare_session(people=2, capacity=1)
    await programme.resize(2)
    await programme.deliver()

    await programme.resize(2)

    assert len(await programme.steps()) == 2
    assert await programme.owed() == {}


@pytest.mark.parametrize(
    ("capacity", "refusal"),
    [(0, PlacesImpossible), (1_001, PlacesImpossible), (1, CapacityTooSmall)],
)
async def test_places_that_cannot_be_are_refused(
    programme: Programme, capacity: int, refusal: type[Exception]
) -> None:
    await programme.prepare_session(people=2, capacity=2)

    with pytest.raises(refusal):
        await programme.resize(capacity)

    assert (await programme.read_session()).capacity == 2
    assert len(await programme.steps()) == 1


async def test_a_tentative_session_keeps_the_places_it_needs(programme: Programme) -> None:
    await programme.prepare_session(people=1, minimum_places=8, decide_at=NEXT_WEEK.replace(hour=9))

    with pytest.raises(PlacesImpossible, match="needs 8 people"):
        await programme.resize(7)

    assert (await programme.resize(8)).capacity == 8


async def test_a_session_that_has_begun_or_is_cancelled_keeps_its_places(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=1)

    with pytest.raises(SessionStarted):
        await programme.resize(5, now=NEXT_WEEK)
    await programme.call_off(now=NOW)
    with pytest.raises(SessionCancelled):
        await programme.resize(5)


async def test_only_coordinators_change_places(programme: Programme) -> None:
    await programme.prepare_session(people=1)

    with pytest.raises(NotACoordinator):
        await programme.resize(5, actor_id=programme.people[0])
