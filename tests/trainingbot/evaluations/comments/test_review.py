"""Coordinators look at held comments, release them with a reason, and correct readings."""

from uuid import uuid4

import pytest

from tests.factories import make_practitioner
from tests.trainingbot.evaluations.comments.conftest import Scene
from trainingbot.enums import Sentiment
from trainingbot.errors import NotACoordinator, NotFound, ReasonNeeded
from trainingbot.evaluations.comments.queries import accuracy_by_corrections
from trainingbot.evaluations.comments.review import correct_reading, held_comments, release_comment
from trainingbot.evaluations.comments.rules import is_held_back, sentiment_of, themes_of_reading
from trainingbot.evaluations.comments.upkeep import read_new_comments
from trainingbot.evaluations.comments.views import Corrections

HELD = "Talking about my pupil Ella"


async def test_held_comments_are_paged_with_their_course(scene: Scene) -> None:
    await scene.comments("It was excellent", HELD, "My neighbour hits her son", "Boring")
    await read_new_comments(scene.database, limit=100)

    async with scene.database.reading() as db:
        actor_id = scene.coordinator.id
        first = await held_comments(db, actor_id=actor_id, limit=1, offset=0)
        second = await held_comments(db, actor_id=actor_id, limit=1, offset=1)

    shown = [*first.rows, *second.rows]
    assert (first.total, second.total) == (2, 2)
    assert sorted(row.words for row in shown) == ["My neighbour hits her son", HELD]
    assert {row.session.course.title for row in shown if row.session.course} == {"Neglect Level 2"}
    assert {row.question for row in shown} == {"What was good?"}


async def test_a_released_comment_is_no_longer_held_back(scene: Scene) -> None:
    (response_id,) = await scene.comments(HELD)
    await read_new_comments(scene.database, limit=100)
    key = {"response_id": response_id, "question_id": scene.question_id}

    async with scene.database.writing() as db:
        actor_id = scene.coordinator.id
        await release_comment(db, **key, reason=" Known to all ", actor_id=actor_id)
        again = await release_comment(db, **key, reason="Another", actor_id=actor_id)
        await db.flush()
        page = await held_comments(db, actor_id=actor_id, limit=5, offset=0)

    assert (again.released_by, again.release_reason) == (actor_id, "Known to all")
    assert not is_held_back(again)
    assert (page.rows, page.total) == ([], 0)


def test_a_comment_that_is_not_read_yet_is_held_back() -> None:
    assert is_held_back(None)


async def test_a_correction_wins_and_is_counted(scene: Scene) -> None:
    wrong, right, _ = await scene.comments("Boring", "Dull", "Excellent trainer")
    await read_new_comments(scene.database, limit=100)

    async with scene.database.writing() as db:
        for response_id, sentiment in ((wrong, Sentiment.MIXED), (right, Sentiment.NEGATIVE)):
            await correct_reading(
                db,
                response_id=response_id,
                question_id=scene.question_id,
                sentiment=sentiment,
                actor_id=scene.coordinator.id,
            )

    async with scene.database.reading() as db:
        counted = await accuracy_by_corrections(db)
    readings = await scene.readings()
    assert sentiment_of(readings[wrong]) == Sentiment.MIXED
    assert counted == Corrections(corrected=1, confirmed=1, read=3)
    assert [theme.value for theme in themes_of_reading(readings[wrong])] == []


async def test_without_a_reason_nothing_is_released(scene: Scene) -> None:
    (response_id,) = await scene.comments(HELD)
    await read_new_comments(scene.database, limit=100)

    with pytest.raises(ReasonNeeded):
        async with scene.database.writing() as db:
            await release_comment(
                db,
                response_id=response_id,
                question_id=scene.question_id,
                reason="  ",
                actor_id=scene.coordinator.id,
            )

    assert (await scene.readings())[response_id].released_by is None


async def test_nobody_but_coordinators_looks_releases_or_corrects(scene: Scene) -> None:
    (response_id,) = await scene.comments(HELD)
    await read_new_comments(scene.database, limit=100)
    async with scene.database.writing() as db:
        stranger = (await make_practitioner(db)).id
    key = {"response_id": response_id, "question_id": scene.question_id, "actor_id": stranger}

    async with scene.database.writing() as db:
        with pytest.raises(NotACoordinator):
            await held_comments(db, actor_id=stranger, limit=1, offset=0)
        with pytest.raises(NotACoordinator):
            await release_comment(db, **key, reason="Please")
        with pytest.raises(NotACoordinator):
            await correct_reading(db, **key, sentiment=Sentiment.MIXED)


async def test_a_comment_that_is_gone_is_not_found(scene: Scene) -> None:
    async with scene.database.writing() as db:
        with pytest.raises(NotFound):
            await release_comment(
                db,
                response_id=uuid4(),
                question_id=scene.question_id,
                reason="Known",
                actor_id=scene.coordinator.id,
            )
