"""The history of a session: append-only, written while its row is locked."""

from datetime import datetime
from uuid import UUID

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import SessionStep
from trainingbot.models import CourseSession, SessionChange


async def note_session_change(
    db: AsyncSession,
    session: CourseSession,
    *,
    step: SessionStep,
    details: str,
    actor_id: UUID | None,
    reason: str | None = None,
    now: datetime,
) -> SessionChange:
    """Write down what was done to a locked session, and return the row with its position.

    `details` say in words what was before and what is now, and name no person. `actor_id` is
    None for the programme's import and for the service itself.
    """
    newest = await db.exec(
        select(func.max(SessionChange.position)).where(SessionChange.session_id == session.id)
    )
    change = SessionChange(
        session_id=session.id,
        position=(newest.one() or 0) + 1,
        step=step,
        at=now,
        actor_id=actor_id,
        details=details,
        reason=reason,
        session=session,
    )
    db.add(change)
    return change
