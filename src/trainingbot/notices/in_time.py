"""Owe people what is due at a time of its own, and not with the change that is written now."""

from collections.abc import Sequence

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.models import Notice

NOTICES_IN_A_STATEMENT = 2_000
_OWE = {
    "sqlite": sqlite.insert(Notice).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Notice).on_conflict_do_nothing(),
}
# Made once: every booking asks them, and building a statement costs more than running it.


async def owe_in_time(db: AsyncSession, notices: Sequence[Notice]) -> None:
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
        await connection.execute(statement, [one.model_dump() for one in some])
