"""What stands against a booking, or speaks against it: as strict as the course says."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.doubts import checks_anything, doubts_about, refuses_anything
from trainingbot.bookings.views import HeldPlace
from trainingbot.enums import HOLDS_A_PLACE, BookingStatus, SessionStatus, Strictness
from trainingbot.errors import CheckRefuses, CheckWarns
from trainingbot.models import Booking, Course, CourseSession, Practitioner
from trainingbot.terms import Terms

NO_LEVEL = 99
"""Higher than any course's."""
_OTHER_PLACES = (
    select(  # type: ignore[call-overload]  # SQLModel types no more than four columns
        Course.title,
        Course.id,
        Course.level,
        CourseSession.starts_at,
        CourseSession.ends_at,
        Booking.status,
        Booking.attendance,
    )
    .select_from(Booking)
    .join(CourseSession, col(Booking.session_id) == CourseSession.id)
    .join(Course, col(CourseSession.course_id) == Course.id)
    .where(
        col(Booking.practitioner_id) == bindparam("practitioner_id"),
        col(Booking.session_id) != bindparam("session_id"),
        col(Booking.session_id) != bindparam("instead_of"),
        col(Booking.status).in_((*HOLDS_A_PLACE, BookingStatus.UNBOOKED)),
        col(CourseSession.status) != SessionStatus.CANCELLED,
        or_(
            and_(
                col(CourseSession.starts_at) < bindparam("ends_at"),
                col(CourseSession.ends_at) > bindparam("starts_at"),
            ),
            col(CourseSession.course_id) == bindparam("course_id"),
            and_(
                col(Course.level) >= bindparam("level"),
                col(CourseSession.ends_at) <= bindparam("starts_at"),
            ),
        ),
    )
)
_PERSON = (
    select(Practitioner.id)
    .where(col(Practitioner.id) == bindparam("practitioner_id"))
    .with_for_update(key_share=True)
)
# Made once: most bookings ask it, and building a statement costs more than running it.


async def check_booking(
    db: AsyncSession,
    session: CourseSession,
    *,
    practitioner_id: UUID,
    despite_doubts: bool,
    instead_of: UUID | None = None,
    terms: Terms,
) -> str | None:
    """Return what the person books in spite of, for the history, or None.

    `instead_of` is the session that is given up for this one: what is booked there no longer
    counts. One statement, and none where the course allows everything; where it may refuse, the
    person's bookings wait for each other. Raises `CheckRefuses` with
    the first check that stands against the booking, and else `CheckWarns` with every doubt,
    unless the person books `despite_doubts`.
    """
    course = await db.get_one(Course, session.course_id)
    if not checks_anything(course):
        return None
    if refuses_anything(course):
        # Somebody who books two sessions in one moment is still told of the other one.
        await db.exec(_PERSON, params={"practitioner_id": practitioner_id})
    others = await _other_places(
        db, session, course, practitioner_id=practitioner_id, instead_of=instead_of
    )
    found = doubts_about(session, course, others, zone=terms.calendar.zone)
    refusal = next((doubt for doubt in found if doubt.strictness == Strictness.REFUSE), None)
    if refusal is not None:
        raise CheckRefuses(f"{refusal.sentence} {refusal.advice}")
    sentences = tuple(doubt.sentence for doubt in found)
    if not sentences:
        return None
    if not despite_doubts:
        raise CheckWarns(sentences)
    return f"In spite of this: {' '.join(sentences)}"


def with_doubts(reason: str | None, doubts: str | None) -> str | None:
    """Return the reason for a booking together with what it was made in spite of."""
    return " ".join(part for part in (reason, doubts) if part) or None


async def _other_places(
    db: AsyncSession,
    session: CourseSession,
    course: Course,
    *,
    practitioner_id: UUID,
    instead_of: UUID | None,
) -> list[HeldPlace]:
    """Return the places on other sessions at which any of the checks may have to look."""
    rows = await db.exec(
        _OTHER_PLACES,
        params={
            "practitioner_id": practitioner_id,
            "session_id": session.id,
            "instead_of": instead_of or session.id,
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "course_id": course.id,
            "level": NO_LEVEL if course.prerequisite_level is None else course.prerequisite_level,
        },
    )
    return [HeldPlace(*row) for row in rows]
