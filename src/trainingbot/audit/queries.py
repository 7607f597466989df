"""Look a whole database through, in a transaction in which nothing can be written."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from alembic.runtime.migration import MigrationContext
from sqlalchemy import RowMapping, text
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.audit.checks import CHECKS, Check
from trainingbot.audit.views import Audit, Finding
from trainingbot.db import Database
from trainingbot.errors import DatabaseNotUpToDate
from trainingbot.migrations import newest_revision
from trainingbot.terms import Terms


@asynccontextmanager
async def reading_only(database: Database) -> AsyncIterator[AsyncSession]:
    """Open a transaction that sees the database as it is at one moment and cannot write to it.

    The database itself refuses every change until the block ends.
    Raises `DatabaseNotUpToDate` where another version of the service made the database.
    """
    async with database.reading() as db:
        if not database.is_sqlite:
            await db.connection(
                execution_options={
                    "isolation_level": "REPEATABLE READ",
                    "postgresql_readonly": True,
                }
            )
            await _refuse_other_revision(db)
            yield db
            return
        connection = await db.connection()
        await connection.execute(text("PRAGMA query_only = ON"))
        try:
            await _refuse_other_revision(db)
            yield db
        finally:
            # The connection goes back into the pool.
            await connection.execute(text("PRAGMA query_only = OFF"))


async def audit_database(
    db: AsyncSession, *, checks: Sequence[Check] = CHECKS, terms: Terms, now: datetime
) -> Audit:
    """Return what the checks find in the whole database, as of `now`; each is one statement."""
    connection = await db.connection()
    findings: list[Finding] = []
    counts = {}
    for check in checks:
        rows = (await connection.execute(check.faults(now, terms))).mappings().all()
        counts[check.name] = len(rows)
        findings += sorted((_finding(check, row) for row in rows), key=lambda one: one.sentence)
    return Audit(checked_at=now, findings=tuple(findings), counts=counts)


def _finding(check: Check, row: RowMapping) -> Finding:
    return Finding(check.name, check.about, row["id"], check.sentence.format_map(row))


async def _refuse_other_revision(db: AsyncSession) -> None:
    connection = await db.connection()
    revision = await connection.run_sync(
        lambda sync: MigrationContext.configure(sync).get_current_revision()
    )
    newest = newest_revision()
    if revision != newest:
        raise DatabaseNotUpToDate(
            f"The database is at version {revision or 'none'}, and this service audits version "
            f"{newest}. Bring it up to date with: trainingbot migrate"
        )
