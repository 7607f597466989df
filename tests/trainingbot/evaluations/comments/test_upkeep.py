"""Comments are read once they are there, and again when they or the analyzer change."""

import asyncio

from tests.trainingbot.evaluations.comments.conftest import Scene
from trainingbot.enums import Sentiment
from trainingbot.evaluations.comments.operations import (
    forget_reading_of_other_words,
    keep_readings,
)
from trainingbot.evaluations.comments.queries import unread_comments
from trainingbot.evaluations.comments.review import correct_reading, release_comment
from trainingbot.evaluations.comments.upkeep import read_all, read_new_comments
from trainingbot.evaluations.comments.views import ANALYZER_VERSION
from trainingbot.models import CommentReading

HELD = "Talking about my pupil Ella"


async def test_new_comments_are_read_in_batches(scene: Scene) -> None:
    responses = await scene.comments("It was excellent", "Boring", HELD, "n/a", "Sally was dull")

    read = await read_new_comments(scene.database, limit=2)

    readings = await scene.readings()
    assert read == 5
    assert [readings[one].sentiment for one in responses] == [
        Sentiment.POSITIVE,
        Sentiment.NEGATIVE,
        Sentiment.POSITIVE,
        Sentiment.NEUTRAL,
        Sentiment.NEGATIVE,
    ]
    assert [readings[one].held for one in responses] == [False, False, True, False, False]
    assert {reading.analyzer_version for reading in readings.values()} == {ANALYZER_VERSION}


async def test_reading_again_reads_nothing(scene: Scene) -> None:
    await scene.comments("It was excellent", "Boring")
    await read_new_comments(scene.database, limit=100)

    again = await read_new_comments(scene.database, limit=100)

    assert again == 0


async def test_two_processes_read_at_once(scene: Scene) -> None:
    await scene.comments(*(f"{number} good examples" for number in range(30)))

    await asyncio.gather(
        read_new_comments(scene.database, limit=7), read_new_comments(scene.database, limit=7)
    )

    assert len(await scene.readings()) == 30


async def test_a_newer_analyzer_reads_again_and_keeps_what_a_coordinator_settled(
    scene: Scene,
) -> None:
    (response_id,) = await scene.comments(HELD)
    await read_new_comments(scene.database, limit=100)
    key = {"response_id": response_id, "question_id": scene.question_id}
    async with scene.database.writing() as db:
        actor_id = scene.coordinator.id
        await correct_reading(db, **key, sentiment=Sentiment.MIXED, actor_id=actor_id)
        await release_comment(db, **key, reason="No child is named", actor_id=actor_id)
        reading = await db.get_one(CommentReading, (response_id, scene.question_id))
        reading.analyzer_version, reading.sentiment = "2020-01-01", Sentiment.NEGATIVE

    read = await read_new_comments(scene.database, limit=100)

    now = (await scene.readings())[response_id]
    assert read == 1
    assert (now.analyzer_version, now.sentiment) == (ANALYZER_VERSION, Sentiment.POSITIVE)
    assert (now.corrected, now.released_by) == (Sentiment.MIXED, actor_id)


async def test_an_older_analyzer_leaves_the_readings_of_a_newer_one(scene: Scene) -> None:
    (response_id,) = await scene.comments("Boring")
    await read_new_comments(scene.database, limit=100)
    async with scene.database.writing() as db:
        reading = await db.get_one(CommentReading, (response_id, scene.question_id))
        reading.analyzer_version = "2999-01-01"

    assert await read_new_comments(scene.database, limit=100) == 0


async def test_a_comment_that_changes_while_it_is_read_is_not_kept_as_it_was(
    scene: Scene,
) -> None:
    (response_id,) = await scene.comments("Boring")
    async with scene.database.reading() as db:
        unread = await unread_comments(db, limit=100)
    await scene.says_now(response_id, HELD)

    async with scene.database.writing() as db:
        kept = await keep_readings(db, read_all(unread))

    assert kept == 0
    assert await scene.readings() == {}


async def test_other_words_lose_the_reading_and_its_release(scene: Scene) -> None:
    same, other = await scene.comments("Very good", HELD)
    await read_new_comments(scene.database, limit=100)

    async with scene.database.writing() as db:
        for response_id in (same, other):
            await forget_reading_of_other_words(
                db, response_id=response_id, question_id=scene.question_id, words="Very good"
            )

    assert list(await scene.readings()) == [same]
