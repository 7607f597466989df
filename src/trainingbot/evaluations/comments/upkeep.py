"""Read the comments that have come in: the chore of a running service."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from trainingbot.db import Database
from trainingbot.enums import Sentiment
from trainingbot.evaluations.comments.operations import keep_readings
from trainingbot.evaluations.comments.queries import unread_comments
from trainingbot.evaluations.comments.views import ReadComment, Reading, Unread

log = structlog.get_logger()

MOST_BATCHES = 50
"""How many batches are read in one round, so that other chores get their turn."""
UNREADABLE = Reading(Sentiment.NEUTRAL, 0.0, suggestion=False, held=True, themes=())
"""What is kept of a comment that the analyzer fails on: a coordinator looks at it."""


async def read_new_comments(database: Database, *, limit: int) -> int:
    """Read comments that have no reading, or one of an earlier analyzer; return how many.

    `limit` comments are read at a time: fetched in one transaction, read in a thread outside any,
    and kept in a second one that looks whether they still say the same. Safe to repeat, and by
    two processes at once.
    """
    kept = 0
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="comments") as thread:
        for _ in range(MOST_BATCHES):
            async with database.reading() as db:
                unread = await unread_comments(db, limit=limit)
            if not unread:
                break
            loop = asyncio.get_running_loop()
            read = await loop.run_in_executor(thread, read_all, unread)
            async with database.writing() as db:
                kept += await keep_readings(db, read)
            if len(unread) < limit:
                break
    return kept


def read_all(unread: Sequence[Unread]) -> list[ReadComment]:
    """Return what the analyzer makes of some comments; one that it fails on is held."""
    from trainingbot.evaluations.comments.reading import read_comment  # noqa: PLC0415 - TextBlob takes a second to import, and only whoever reads needs it

    read: list[ReadComment] = []
    for one in unread:
        try:
            reading = read_comment(one.words, one.question_key, trainers=one.trainers)
        except Exception as error:  # noqa: BLE001 - one comment must not keep the others unread
            log.warning(
                "comment_not_read", response=str(one.response_id), error=type(error).__name__
            )
            reading = UNREADABLE
        read.append(ReadComment(one, reading))
    return read
