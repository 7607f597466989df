"""The places that a person may hand on or change."""

from collections.abc import Sequence

from bot.payloads import CourseChoice
from bot.visits import Visit
from trainingbot.bookings.queries import active_bookings_on_course
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import BookingStatus
from trainingbot.errors import NotFound
from trainingbot.models import Course


async def place_on_course(visit: Visit, choice: CourseChoice) -> Sequence[TrainingRow]:
    """Return the places that somebody has on coming dates of a course, or on the day they named.

    Raises `NotFound` where there is none.
    """
    course = await visit.db.get(Course, choice.course_id)
    if course is None:
        raise NotFound(
            "This course is no longer in the programme. Type “courses” to see what there is."
        )
    mine = await active_bookings_on_course(
        visit.db, visit.practitioner.id, course_id=course.id, now=visit.now
    )
    places = [row for row in mine.rows if row.booking.status == BookingStatus.CONFIRMED]
    on_day = [
        row for row in places if row.session.starts_at.astimezone(visit.zone).date() == choice.day
    ]
    if not places:
        raise NotFound(
            f"You have no coming place on {course.title}. "
            "Type “my training” to see what you have booked."
        )
    return on_day or places
