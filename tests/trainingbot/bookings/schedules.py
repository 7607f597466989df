"""What stands owed to people as their sessions come near, for tests."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select, update

from tests.news import IN_TIME
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Booking, Notice

EARLY, JOINING = NoticeKind.EARLY_REMINDER, NoticeKind.JOINING_INSTRUCTIONS
LATE, SOON = NoticeKind.LATE_REMINDER, NoticeKind.STARTING_SOON
INVITATION, DIGEST = NoticeKind.EVALUATION_INVITATION, NoticeKind.TRAINERS_DIGEST
WITHOUT_EARLY = [JOINING, LATE, SOON, INVITATION]
"""What somebody is owed who books five working days before the session."""


async def owed_in_time(
    database: Database,
    session_id: UUID,
    practitioner_id: UUID,
    *,
    state: NoticeState = NoticeState.OWED,
) -> list[tuple[NoticeKind, datetime]]:
    """Return what somebody is owed about a session as it comes near, and when it is due."""
    about = select(Booking.id).where(
        Booking.session_id == session_id, Booking.practitioner_id == practitioner_id
    )
    async with database.reading() as db:
        found = await db.exec(
            select(Notice.kind, Notice.due_at)
            .where(
                Notice.practitioner_id == practitioner_id,
                col(Notice.kind).in_(IN_TIME),
                Notice.state == state,
                (col(Notice.about_id).in_(about)) | (col(Notice.about_id) == session_id),
            )
            .order_by(col(Notice.due_at), col(Notice.kind))
        )
        return [(NoticeKind(kind), due_at) for kind, due_at in found]


async def send_due(database: Database, *, now: datetime) -> list[tuple[UUID, NoticeKind]]:
    """Send what is due and not too late, as the service does; return to whom it was what."""
    due = (
        col(Notice.state) == NoticeState.OWED,
        col(Notice.due_at) <= now,
        col(Notice.kind).in_(IN_TIME),
    )
    async with database.writing() as db:
        late = update(Notice).where(*due, col(Notice.expires_at) <= now)
        await db.exec(late.values(state=NoticeState.EXPIRED, finished_at=now))
        found = await db.exec(select(Notice.practitioner_id, Notice.kind).where(*due))
        sent = sorted((one, NoticeKind(kind)) for one, kind in found)
        await db.exec(
            update(Notice).where(*due).values(state=NoticeState.SENT, attempts=1, finished_at=now)
        )
    return sent
