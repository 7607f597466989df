"""What a course checks before it is booked: for whoever books, and for coordinators."""

import re

from bot.cards.checks import course_checks_card, doubts_card
from bot.payloads import CourseChecks, CourseChoice, SessionChoice
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.queries import booking_of
from trainingbot.bookings.reservations import open_places_of
from trainingbot.courses import operations
from trainingbot.courses.queries import session_and_course
from trainingbot.courses.views import BookingChecks
from trainingbot.enums import Strictness
from trainingbot.errors import CheckWarns, NotFound
from trainingbot.models import Course
from trainingbot.people.operations import refuse_unless_coordinator

NO_SUCH_COURSE = "This course is no longer in the programme. Type “courses” to see what there is."
MOST_MONTHS = 60
HIGHEST_LEVEL = 3
_NUMBER = re.compile(r"[0-9]{1,3}", re.ASCII)


async def doubts_reply(visit: Visit, choice: SessionChoice, warned: CheckWarns) -> Reply:
    """Show what speaks against a booking that has not been made, with the way to make it."""
    found = await session_and_course(visit.db, choice.session_id)
    if found is None:
        raise warned
    session, course = found
    booking = await booking_of(
        visit.db, session_id=session.id, practitioner_id=visit.practitioner.id
    )
    openings = await open_places_of(
        visit.db, [session], agency_id=visit.practitioner.agency_id, now=visit.now
    )
    return doubts_card(
        course,
        session,
        booking,
        warned.sentences,
        opening=openings.get(session.id),
        zone=visit.zone,
    )


async def course_checks(visit: Visit, choice: CourseChoice) -> Reply:
    """Show a coordinator what a course checks before it is booked."""
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    course = await visit.db.get(Course, choice.course_id)
    if course is None:
        raise NotFound(NO_SUCH_COURSE)
    return course_checks_card(course, _form_of(course))


async def set_course_checks(visit: Visit, form: CourseChecks) -> Reply:
    """Settle what a course checks; what cannot be read is shown again, with what is wrong."""
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    checks, problems = _read(form)
    if checks is None:
        course = await visit.db.get(Course, form.course_id)
        if course is None:
            raise NotFound(NO_SUCH_COURSE)
        return course_checks_card(course, form, problems=problems)
    course = await operations.set_course_checks(
        visit.db, course_id=form.course_id, checks=checks, actor_id=visit.practitioner.id
    )
    return course_checks_card(
        course,
        _form_of(course),
        "Saved.",
        "It holds from the next booking on. Nobody loses a place by it.",
    )


def _form_of(course: Course) -> CourseChecks:
    return CourseChecks(
        course_id=course.id,
        on_clash=course.on_clash,
        on_repeat=course.on_repeat,
        repeat_months=str(course.repeat_months),
        on_missing_level=course.on_missing_level,
        prerequisite_level=str(course.prerequisite_level or ""),
    )


def _read(form: CourseChecks) -> tuple[BookingChecks | None, dict[str, str]]:
    """Return what a form settles, or None and what is wrong with it, by field."""
    problems: dict[str, str] = {}
    months = _number(form.repeat_months, most=MOST_MONTHS)
    level = _number(form.prerequisite_level, most=HIGHEST_LEVEL)
    if months is None:
        problems["repeat_months"] = f"Type a number of months from 1 to {MOST_MONTHS}."
    if level is None and form.prerequisite_level:
        problems["prerequisite_level"] = "Choose a level, or none."
    for name in ("on_clash", "on_repeat", "on_missing_level"):
        if getattr(form, name) not in list(Strictness):
            problems[name] = "Choose what happens."
    if problems or months is None:
        return None, problems
    return (
        BookingChecks(
            on_clash=Strictness(form.on_clash),
            on_repeat=Strictness(form.on_repeat),
            repeat_months=months,
            on_missing_level=Strictness(form.on_missing_level),
            prerequisite_level=level,
        ),
        problems,
    )


def _number(typed: str, *, most: int) -> int | None:
    if not _NUMBER.fullmatch(typed) or not 1 <= int(typed) <= most:
        return None
    return int(typed)
