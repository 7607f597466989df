"""Wishing for a new date of a course."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from bot.cards import interest as cards
from bot.cards.openings import free_for_reader
from bot.cards.pieces import Element
from bot.payloads import CourseChoice
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.reserved_rules import OpenPlaces
from trainingbot.enums import HOLDS_A_PLACE
from trainingbot.errors import NotFound
from trainingbot.models import Booking, Course, CourseSession
from trainingbot.scheduling import interest
from trainingbot.scheduling.news import interest_of, interests_of

NO_SUCH_COURSE = "This course is no longer in the programme. Type “courses” to see what there is."


async def register_interest(visit: Visit, choice: CourseChoice) -> Reply:
    """Put somebody onto the interest list of a course, and say what comes of it."""
    await interest.register_interest(
        visit.db,
        course_id=choice.course_id,
        practitioner_id=visit.practitioner.id,
        now=visit.now,
    )
    wish = await interest_of(visit.db, choice.course_id, visit.practitioner.id)
    if wish is None:
        raise NotFound(NO_SUCH_COURSE)
    return cards.registered_card(wish, zone=visit.zone)


async def withdraw_interest(visit: Visit, choice: CourseChoice) -> Reply:
    """Take somebody off the interest list of a course."""
    course = await visit.db.get(Course, choice.course_id)
    if course is None:
        raise NotFound(NO_SUCH_COURSE)
    await interest.withdraw_interest(
        visit.db, course_id=course.id, practitioner_id=visit.practitioner.id
    )
    return cards.withdrawn_card(course)


async def wish_below(
    visit: Visit,
    course: Course,
    sessions: Sequence[CourseSession],
    *,
    bookings: Mapping[UUID, Booking],
    openings: Mapping[UUID, OpenPlaces],
) -> list[Element]:
    """Return what stands under the dates of a course: the wish for a new one.

    It is there for whoever is on the list, and where no date has a place open to somebody who
    has none on any of them.
    """
    wish = await interest_of(visit.db, course.id, visit.practitioner.id)
    if wish is not None:
        return cards.wish_for_a_date(course, wish.since, visit.zone)
    has_place = any(booking.status in HOLDS_A_PLACE for booking in bookings.values())
    is_open = any(free_for_reader(one, openings.get(one.id)) > 0 for one in sessions)
    return [] if has_place or is_open else cards.wish_for_a_date(course, None, visit.zone)


async def wishes_below(visit: Visit) -> list[Element]:
    """Return what stands under one's own waitlists: the courses of which one wants a date."""
    page = await interests_of(visit.db, visit.practitioner.id, limit=cards.ROWS)
    return cards.dates_wished_for(page, zone=visit.zone)
