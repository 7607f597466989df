"""Take hold of sessions, so that nobody else changes what is on them meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.queries import locked_session
from trainingbot.bookings.waitlist import settle_offers
from trainingbot.errors import NotFound
from trainingbot.models import CourseSession
from trainingbot.terms import Terms


async def lock_session(
    db: AsyncSession, session_id: UUID, *, terms: Terms, now: datetime
) -> CourseSession:
    """Lock a session for the rest of the transaction, bring it up to `now`, and return it.

    Offers whose time is over end first, and their places are passed on. Raises `NotFound`.
    """
    session = await locked_session(db, session_id)
    if session is None:
        raise NotFound("This session is no longer in the programme. Type “courses” to look again.")
    await settle_offers(db, session, terms=terms, now=now)
    return session


async def lock_sessions(
    db: AsyncSession, session_ids: Sequence[UUID], *, terms: Terms, now: datetime
) -> list[CourseSession]:
    """Lock several sessions, and return them in the order of `session_ids`.

    They are locked in the order of their ids, so that two people who change places between the
    same two sessions never wait for each other. Raises `NotFound`.
    """
    locked = {
        session_id: await lock_session(db, session_id, terms=terms, now=now)
        for session_id in sorted(set(session_ids))
    }
    return [locked[session_id] for session_id in session_ids]
