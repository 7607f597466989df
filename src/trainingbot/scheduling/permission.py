"""Who may change sessions."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.locking import lock_session
from trainingbot.bookings.queries import locked_session
from trainingbot.errors import NotFound
from trainingbot.models import CourseSession
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.terms import Terms


async def session_to_change(
    db: AsyncSession, session_id: UUID, *, actor_id: UUID | None, terms: Terms, now: datetime
) -> CourseSession:
    """Lock a session for a coordinator, brought up to `now`; None stands for the service itself.

    Raises `NotACoordinator` or `NotFound`.
    """
    await refuse_others_than_coordinators(db, actor_id)
    return await lock_session(db, session_id, terms=terms, now=now)


async def session_as_it_is(
    db: AsyncSession, session_id: UUID, *, actor_id: UUID | None
) -> CourseSession:
    """Lock a session for a coordinator, whose places and offers are not looked at.

    Raises `NotACoordinator` or `NotFound`.
    """
    await refuse_others_than_coordinators(db, actor_id)
    session = await locked_session(db, session_id)
    if session is None:
        raise NotFound("This session is no longer in the programme. Type “courses” to look again.")
    return session


async def refuse_others_than_coordinators(db: AsyncSession, actor_id: UUID | None) -> None:
    """Raise `NotACoordinator` unless it is one, or the service itself, which is None."""
    if actor_id is not None:
        await refuse_unless_coordinator(db, actor_id)
