"""Name the trainers of a session, and tell them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.session_history import note_session_change
from trainingbot.enums import NoticeKind, Role, SessionStep
from trainingbot.errors import NotATrainer
from trainingbot.models import CourseSession, PractitionerRole, SessionChange, SessionTrainer
from trainingbot.notices.operations import owe_notices, withdraw_notices
from trainingbot.scheduling.digests import owe_digests
from trainingbot.scheduling.permission import session_as_it_is
from trainingbot.scheduling.rules import refusal_to_change
from trainingbot.scheduling.words import number_of_trainers
from trainingbot.terms import Terms

NO_LONGER_TRUE = (NoticeKind.TRAINER_NAMED, NoticeKind.TRAINER_RELEASED)
NO_LONGER_THEIRS = (*NO_LONGER_TRUE, NoticeKind.TRAINERS_DIGEST)


async def set_trainers(
    db: AsyncSession,
    *,
    session_id: UUID,
    trainer_ids: Sequence[UUID],
    actor_id: UUID | None,
    terms: Terms,
    now: datetime,
) -> CourseSession:
    """Make these people the trainers of a coming session, and tell those who come and go.

    Safe to repeat. Raises `NotACoordinator`, `NotFound`, `SessionCancelled`, `SessionStarted`,
    or `NotATrainer` where somebody who is named anew does not have the role.
    """
    session = await session_as_it_is(db, session_id, actor_id=actor_id)
    refusal = refusal_to_change(session, now=now)
    if refusal is not None:
        raise refusal
    before, wanted = await trainer_ids_of(db, session.id), set(trainer_ids)
    named, released = wanted - before, before - wanted
    if not named and not released:
        return session
    await refuse_others_than_trainers(db, named)
    await db.exec(
        delete(SessionTrainer).where(
            col(SessionTrainer.session_id) == session.id,
            col(SessionTrainer.practitioner_id).in_(released),
        )
    )
    name_trainers(db, session, named)
    change = await note_session_change(
        db,
        session,
        step=SessionStep.TRAINERS_CHANGED,
        details=f"From {number_of_trainers(len(before))} to {number_of_trainers(len(wanted))}: "
        f"{len(named)} named, {len(released)} released.",
        actor_id=actor_id,
        now=now,
    )
    await tell_trainers(db, session, change, named=named, released=released, now=now)
    await owe_digests(db, session, named, position=change.position, terms=terms, now=now)
    return session


async def trainer_ids_of(db: AsyncSession, session_id: UUID) -> set[UUID]:
    """Return the practitioners who train a session."""
    found = await db.exec(
        select(SessionTrainer.practitioner_id).where(SessionTrainer.session_id == session_id)
    )
    return set(found.all())


async def refuse_others_than_trainers(db: AsyncSession, practitioner_ids: Collection[UUID]) -> None:
    """Raise `NotATrainer` unless all of these people have the role."""
    if not practitioner_ids:
        return
    found = await db.exec(
        select(PractitionerRole.practitioner_id).where(
            PractitionerRole.role == Role.TRAINER,
            col(PractitionerRole.practitioner_id).in_(practitioner_ids),
        )
    )
    if set(found.all()) != set(practitioner_ids):
        raise NotATrainer(
            "Somebody you chose is not in the list of trainers any more. Choose again."
        )


def name_trainers(
    db: AsyncSession, session: CourseSession, practitioner_ids: Iterable[UUID]
) -> None:
    """Write down who trains a session from now on, beside those who do."""
    db.add_all(
        SessionTrainer(session_id=session.id, practitioner_id=one, session=session)
        for one in sorted(practitioner_ids)
    )


async def tell_trainers(
    db: AsyncSession,
    session: CourseSession,
    change: SessionChange,
    *,
    named: Collection[UUID] = (),
    released: Collection[UUID] = (),
    now: datetime,
) -> None:
    """Owe trainers the news of a change of a session: that, and when, they train it, or do not.

    What is still owed to any of its trainers from an older change is withdrawn first where it
    is no longer true: whoever hears of this change hears how it stands now. Who is released is
    not told either who is coming.
    """
    for practitioner_id in sorted({*named, *released}):
        await withdraw_notices(
            db,
            about_id=session.id,
            kinds=NO_LONGER_TRUE if practitioner_id in named else NO_LONGER_THEIRS,
            practitioner_id=practitioner_id,
            now=now,
        )
    for kind, people in (
        (NoticeKind.TRAINER_NAMED, named),
        (NoticeKind.TRAINER_RELEASED, released),
    ):
        await owe_notices(
            db,
            kind,
            to_about=[(one, session.id) for one in sorted(people)],
            occurrence=change.position,
            expires_at=session.starts_at,
            now=now,
        )
