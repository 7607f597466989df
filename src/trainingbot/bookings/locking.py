"""Take hold of sessions, so that nobody else changes what is on them meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
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

    They are locked in the order of their codes, as the import of a programme locks them, so that
    neither two people who change places between the same two sessions nor a person and an import
    ever wait for each other. Raises `NotFound`.
    """
    in_order = await db.exec(
        select(CourseSession.id)
        .where(col(CourseSession.id).in_(session_ids))
        .order_by(col(CourseSession.code))
    )
    # One that is not there comes last, and is what `lock_session` refuses.
    locked = {
        session_id: await lock_session(db, session_id, terms=terms, now=now)
        for session_id in dict.fromkeys([*in_order, *session_ids])
    }
    return [locked[session_id] for session_id in session_ids]
