"""What a trainer is told of a session before the day: who is coming."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.mix import agency_mix
from trainingbot.bookings.views import AgencyShare
from trainingbot.enums import SessionStatus
from trainingbot.models import CourseSession, SessionTrainer
from trainingbot.scheduling.roster import session_roster
from trainingbot.scheduling.roster_views import RosterPage


@dataclass(frozen=True, slots=True)
class WhoIsComing:
    """The beginning of a session's roster, and the mix of agencies."""

    roster: RosterPage
    mix: Sequence[AgencyShare]


async def who_is_coming(
    db: AsyncSession, session_id: UUID, *, trainer_id: UUID, limit: int, now: datetime
) -> WhoIsComing | None:
    """Return who is coming to a session, for one of its trainers, with the first `limit` of them.

    None when the session is cancelled, has begun, or is not taught by that person any more.
    """
    session = await db.get(CourseSession, session_id)
    if session is None or session.status != SessionStatus.SCHEDULED or session.starts_at <= now:
        return None
    if await db.get(SessionTrainer, (session_id, trainer_id)) is None:
        return None
    return WhoIsComing(
        roster=await session_roster(db, session_id, actor_id=trainer_id, limit=limit),
        mix=await agency_mix(db, session_id),
    )
