"""Owe people what is due at a time of its own, and not with the change that is written now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice

NOTICES_IN_A_STATEMENT = 2_000
_OWE = {
    "sqlite": sqlite.insert(Notice).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Notice).on_conflict_do_nothing(),
}
# Made once, and without a model for each row: every booking owes five of them.


@dataclass(frozen=True, slots=True)
class NoticeInTime:
    """A message to owe somebody about one thing; see `Notice`."""

    kind: NoticeKind
    practitioner_id: UUID
    about_id: UUID
    occurrence: int
    due_at: datetime
    expires_at: datetime


async def owe_in_time(db: AsyncSession, notices: Sequence[NoticeInTime]) -> None:
    """Owe people messages, each from its own `due_at` on; one statement for up to 2,000.

    Safe to repeat, and by two processes at once: what has been owed before, whatever became of
    it, stays as it is.
    """
    if not notices:
        return
    statement = _OWE[db.get_bind().dialect.name]
    connection = await db.connection()
    for start in range(0, len(notices), NOTICES_IN_A_STATEMENT):
        some = notices[start : start + NOTICES_IN_A_STATEMENT]
        await connection.execute(statement, [_columns(one) for one in some])


def _columns(notice: NoticeInTime) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "kind": notice.kind,
        "practitioner_id": notice.practitioner_id,
        "about_id": notice.about_id,
        "occurrence": notice.occurrence,
        "due_at": notice.due_at,
        "expires_at": notice.expires_at,
        "state": NoticeState.OWED,
        "attempts": 0,
    }
