"""Do to sessions still to come what the files of a programme change, so that people are told."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.locking import lock_session
from trainingbot.enums import SessionStatus
from trainingbot.models import CourseSession
from trainingbot.programme.changes import Rescheduled, Values
from trainingbot.scheduling.cancelling import call_off
from trainingbot.scheduling.moving import NewDate, move_to, note_places, set_places
from trainingbot.scheduling.trainers import set_trainers
from trainingbot.terms import Terms


async def reschedule(
    db: AsyncSession, rescheduled: Iterable[Rescheduled], *, terms: Terms, now: datetime
) -> None:
    """Name trainers for, cut, cancel and move sessions as the files say, in the service's name.

    The sessions are locked, and more places than before are written already. Raises
    `CapacityTooSmall` where places are reserved that a session would not have any more.
    """
    for one in rescheduled:
        session = await lock_session(db, one.session_id, terms=terms, now=now)
        await set_trainers(
            db,
            session_id=session.id,
            trainer_ids=one.trainer_ids,
            actor_id=None,
            terms=terms,
            now=now,
        )
        if one.values["status"] == SessionStatus.CANCELLED:
            await _cancel(db, session, one.values, now=now)
            continue
        await _resize(db, session, one, terms=terms, now=now)
        date = _date_in(one.values, session)
        if not date.is_that_of(session):
            await move_to(db, session, date, reason=None, actor_id=None, terms=terms, now=now)


async def _cancel(
    db: AsyncSession, session: CourseSession, values: Values, *, now: datetime
) -> None:
    reason = values["cancel_reason"]
    await call_off(db, session, reason=reason, keep_interest=True, actor_id=None, now=now)
    # Nobody comes any more, so what else the files say of it is taken as it is.
    session.starts_at, session.ends_at = values["starts_at"], values["ends_at"]
    session.delivery, session.venue = values["delivery"], values["venue"]
    session.capacity = values["capacity"]


async def _resize(
    db: AsyncSession, session: CourseSession, one: Rescheduled, *, terms: Terms, now: datetime
) -> None:
    capacity = one.values["capacity"]
    if capacity < session.capacity:
        await set_places(db, session, capacity, actor_id=None, terms=terms, now=now)
    elif capacity > one.places_before:
        await note_places(
            db, session, before=one.places_before, now_there=capacity, actor_id=None, now=now
        )


def _date_in(values: Values, session: CourseSession) -> NewDate:
    """Return the date that the files name; where to join online they do not say."""
    return NewDate(
        values["starts_at"],
        values["ends_at"],
        values["delivery"],
        values["venue"],
        session.join_url,
    )
