"""Finding courses."""

from bot import phrases
from bot.cards import courses as cards
from bot.cards.refusals import thanks as thanks_card
from bot.cards.refusals import unclear as unclear_card
from bot.cards.training import which_to_cancel
from bot.flows.bookings import ask_to_cancel
from bot.flows.cancelling import leaving_of_dates
from bot.flows.interest import wish_below
from bot.payloads import CourseChoice, CourseSearch, Nothing, SessionChoice, Unclear
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.queries import active_bookings_on_course, bookings_of
from trainingbot.bookings.reservations import open_places_of
from trainingbot.courses.queries import (
    coming_sessions,
    course_themes,
    courses_by_id,
    last_start,
)
from trainingbot.courses.queries import search_courses as find_courses
from trainingbot.courses.rules import CourseFilter, month_bounds, months_between
from trainingbot.courses.views import CoursePage
from trainingbot.errors import NotFound
from trainingbot.models import Course
from trainingbot.people.queries import is_coordinator

MOST_DATES = 100
"""So many dates of a course are looked at; the next few of them are shown."""
MONTHS_AHEAD = 24
"""The months that the filter offers; a later one can be typed."""
NO_SUCH_COURSE = "This course is no longer in the programme. Type “courses” to see what there is."


async def search_courses(visit: Visit, wanted: CourseSearch) -> Reply:
    """Show a page of the courses that match; the last one where there are not so many."""
    page = await _found(visit, wanted)
    if page.total and not page.found:
        wanted = wanted.model_copy(update={"page": -(-page.total // cards.ROWS)})
        page = await _found(visit, wanted)
    last = await last_start(visit.db, now=visit.now)
    months = months_between(visit.now, last, zone=visit.zone)[:MONTHS_AHEAD] if last else []
    if wanted.month and wanted.month not in months:
        months = sorted({*months, wanted.month})
    sessions = [one.next_session for one in page.found if one.next_session is not None]
    return cards.course_list(
        page,
        wanted,
        themes=await course_themes(visit.db),
        months=months,
        openings=await open_places_of(
            visit.db, sessions, agency_id=visit.practitioner.agency_id, now=visit.now
        ),
        zone=visit.zone,
    )


async def _found(visit: Visit, wanted: CourseSearch) -> CoursePage:
    return await find_courses(
        visit.db,
        _filter(visit, wanted),
        limit=cards.ROWS,
        offset=(wanted.page - 1) * cards.ROWS,
        now=visit.now,
    )


def _filter(visit: Visit, wanted: CourseSearch) -> CourseFilter:
    starts_from, starts_before = (
        month_bounds(wanted.month, zone=visit.zone) if wanted.month else (None, None)
    )
    return CourseFilter(
        words=wanted.words,
        theme=wanted.theme or None,
        level=wanted.level,
        kind=wanted.kind,
        delivery=wanted.delivery,
        starts_from=starts_from,
        starts_before=starts_before,
        with_places=wanted.with_places,
    )


async def show_course(visit: Visit, choice: CourseChoice) -> Reply:
    """Show a course and its next dates."""
    return await _course(visit, choice, note="")


async def book_course(visit: Visit, choice: CourseChoice) -> Reply:
    """Answer somebody who wants to book a course: its dates, or the one on the day they named."""
    return await _course(visit, choice, note="Which date would you like?")


async def _course(visit: Visit, choice: CourseChoice, *, note: str) -> Reply:
    course = await visit.db.get(Course, choice.course_id)
    if course is None:
        raise NotFound(NO_SUCH_COURSE)
    sessions, total = await coming_sessions(visit.db, course.id, limit=MOST_DATES, now=visit.now)
    shown = sessions[: cards.ROWS]
    if choice.day is not None:
        on_day = [
            session
            for session in sessions
            if session.starts_at.astimezone(visit.zone).date() == choice.day
        ]
        named = phrases.date_of(choice.day)
        note = f"{named}:" if on_day else f"There is no date on {named}. These are the next ones:"
        shown = on_day or shown
        total = len(on_day) or total
    bookings = await bookings_of(
        visit.db, visit.practitioner.id, session_ids=[session.id for session in sessions]
    )
    openings = await open_places_of(
        visit.db, sessions, agency_id=visit.practitioner.agency_id, now=visit.now
    )
    return cards.course_card(
        course,
        shown,
        total=total,
        bookings=bookings,
        note=note,
        leaving=leaving_of_dates(visit, shown, bookings),
        openings=openings,
        below=await wish_below(visit, course, sessions, bookings=bookings, openings=openings),
        manages=await is_coordinator(visit.db, visit.practitioner.id),
        zone=visit.zone,
    )


async def ask_to_cancel_course(visit: Visit, choice: CourseChoice) -> Reply:
    """Answer somebody who can't come to a course: ask about the one date, or which of several."""
    course = await visit.db.get(Course, choice.course_id)
    if course is None:
        raise NotFound(NO_SUCH_COURSE)
    mine = await active_bookings_on_course(
        visit.db, visit.practitioner.id, course_id=course.id, now=visit.now
    )
    if not mine.rows:
        raise NotFound(
            f"You have no coming place on {course.title}. "
            "Type “my training” to see what you have booked."
        )
    if mine.total > 1:
        return which_to_cancel(mine, zone=visit.zone)
    return await ask_to_cancel(visit, SessionChoice(session_id=mine.rows[0].session.id))


async def unclear(visit: Visit, said: Unclear) -> Reply:
    """Offer the nearest courses to words that no rule understood."""
    return unclear_card(said, await courses_by_id(visit.db, said.course_ids))


async def thanks(visit: Visit, nothing: Nothing) -> Reply:
    """Answer a word of thanks."""
    del visit, nothing
    return thanks_card()
