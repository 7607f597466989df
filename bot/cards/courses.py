"""The list of courses, the filter over it, and one course with its dates."""

from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import (
    Choice,
    ChoiceSetInput,
    Container,
    TextBlock,
    TextInput,
    ToggleInput,
    ToggleVisibilityAction,
)

from bot import phrases
from bot.cards.openings import free_for_reader, where_and_places
from bot.cards.pieces import (
    Button,
    Element,
    button,
    buttons,
    card,
    choice_row,
    heading,
    line,
    message,
    row,
    state,
    subtle,
    tentative_part,
)
from bot.payloads import CourseChoice, CourseSearch, SessionChoice
from bot.turns import Reply
from trainingbot.bookings.reserved_rules import OpenPlaces
from trainingbot.courses.rules import Offering
from trainingbot.courses.views import CourseFound, CoursePage
from trainingbot.enums import ACTIVE_BOOKINGS, CourseKind, Delivery
from trainingbot.models import Booking, Course, CourseSession

ROWS = 5
NOTHING_TO_SAY: Mapping[UUID, str] = {}
NONE_RESERVED: Mapping[UUID, OpenPlaces] = {}
FILTER = "filter"
MOST_THEME_BYTES = 4 * 1024
"""Room for some forty themes; where there are more, they are found by words alone."""


def course_list(
    page: CoursePage,
    wanted: CourseSearch,
    *,
    themes: Sequence[str],
    months: Sequence[str],
    openings: Mapping[UUID, OpenPlaces] = NONE_RESERVED,
    zone: ZoneInfo,
) -> Reply:
    """Show a page of the courses that were searched, and the way to narrow the search.

    `openings`: what is free for the reader on those dates on which places are reserved.
    """
    subject = _subject(wanted)
    title = subject[0].upper() + subject[1:]
    if not page.found:
        return _nothing_found(wanted, themes=themes, months=months)
    pages = -(-page.total // ROWS)
    shown = f", page {wanted.page} of {pages}" if pages > 1 else ""
    return card(
        heading(title),
        subtle(f"{phrases.counted(page.total, 'course')}{shown}, the next dates first"),
        *(_course_row(found, openings, zone) for found in page.found),
        _filter_form(wanted, themes=themes, months=months),
        actions=_paging(wanted, pages),
        summary=f"{title}: {phrases.counted(page.total, 'course')}",
    )


def _subject(wanted: CourseSearch) -> str:
    """Return what was searched as part of a sentence: `level 2 workshops in June 2025`."""
    noun = phrases.KINDS[wanted.kind].lower() + "s" if wanted.kind else "courses"
    theme = f"on {phrases.plain(wanted.theme)}" if wanted.theme else ""
    parts = (
        f"level {wanted.level}" if wanted.level else "",
        noun,
        f"for “{phrases.plain(wanted.words)}”" if wanted.words else theme,
        phrases.inside(phrases.DELIVERIES[wanted.delivery]) if wanted.delivery else "",
        f"in {phrases.month_name(wanted.month)}" if wanted.month else "",
        "with places free" if wanted.with_places else "",
    )
    return " ".join(part for part in parts if part)


def _course_row(
    found: CourseFound, openings: Mapping[UUID, OpenPlaces], zone: ZoneInfo
) -> Container:
    course, session = found.course, found.next_session
    if session is None:
        details = [line("No date at the moment"), subtle(phrases.about_course(course))]
        return row(phrases.plain(course.title), details, None)
    others = found.session_count - 1
    more = f", and {phrases.counted(others, 'more date')}" if others else ""
    details = [
        line(f"{phrases.day_and_time(session.starts_at, zone)}{more}"),
        subtle(
            f"Level {course.level}. "
            f"{where_and_places(session, openings.get(session.id), zone=zone)}"
        ),
        *tentative_part(session, zone),
    ]
    dates = button("See dates", "show_course", CourseChoice(course_id=course.id))
    return row(phrases.plain(course.title), details, dates)


def _paging(wanted: CourseSearch, pages: int) -> list[Button]:
    actions: list[Button] = []
    if wanted.page < pages:
        following = wanted.model_copy(update={"page": wanted.page + 1})
        actions.append(button("More courses", "search_courses", following))
    if wanted.page > 1:
        earlier = wanted.model_copy(update={"page": wanted.page - 1})
        actions.append(button("Back", "search_courses", earlier))
    actions.append(ToggleVisibilityAction(title="Filter", target_elements=[FILTER]))
    return actions


def _nothing_found(wanted: CourseSearch, *, themes: Sequence[str], months: Sequence[str]) -> Reply:
    subject = _subject(wanted)
    return card(
        heading("Nothing found"),
        line(f"There are no {subject} in the programme at the moment."),
        line("Change the filter below, or look at everything."),
        _filter_form(wanted, themes=themes, months=months, visible=True),
        actions=[button("All courses", "search_courses")],
        summary=f"Nothing found: {subject}",
    )


def _filter_form(
    wanted: CourseSearch,
    *,
    themes: Sequence[str],
    months: Sequence[str],
    visible: bool = False,
) -> Container:
    anything = Choice(title="Any", value="")
    levels = [Choice(title=f"Level {number}", value=str(number)) for number in (1, 2, 3)]
    kinds = [Choice(title=phrases.KINDS[kind], value=kind.value) for kind in CourseKind]
    ways = [Choice(title=phrases.DELIVERIES[way], value=way.value) for way in Delivery]
    return Container(
        id=FILTER,
        is_visible=visible,
        separator=True,
        spacing="Medium",
        items=[
            TextInput(id="words", label="Words", value=wanted.words, max_length=200),
            *_theme_choice(wanted.theme, themes),
            _choice("level", "Level", str(wanted.level or ""), [anything, *levels]),
            _choice("kind", "Format", wanted.kind or "", [anything, *kinds]),
            _choice("delivery", "Where", wanted.delivery or "", [anything, *ways]),
            _choice("month", "Month", wanted.month, [
                anything,
                *(Choice(title=phrases.month_name(month), value=month) for month in months),
            ]),
            ToggleInput(
                id="with_places",
                label="Places",
                title="Only dates with places free",
                value=str(wanted.with_places).lower(),
            ),
            buttons(
                button("Show courses", "search_courses", style="positive", with_inputs=True)
            ),
        ],
    )  # fmt: skip


def _theme_choice(chosen: str, themes: Sequence[str]) -> list[ChoiceSetInput]:
    choices = [Choice(title=theme.capitalize(), value=theme) for theme in themes]
    if sum(len(one.model_dump_json().encode()) for one in choices) > MOST_THEME_BYTES:
        return []
    return [_choice("theme", "Theme", chosen, [Choice(title="Any", value=""), *choices])]


def _choice(name: str, label: str, value: str, choices: list[Choice]) -> ChoiceSetInput:
    return ChoiceSetInput(
        id=name,
        label=label,
        placeholder="Any",
        value=value,
        choices=choices,
        style="compact",
        wrap=True,
    )


def course_card(
    course: Course,
    sessions: Sequence[CourseSession],
    *,
    total: int,
    bookings: Mapping[UUID, Booking],
    note: str = "",
    leaving: Mapping[UUID, str] = NOTHING_TO_SAY,
    openings: Mapping[UUID, OpenPlaces] = NONE_RESERVED,
    below: Sequence[Element] = (),
    manages: bool = False,
    zone: ZoneInfo,
) -> Reply:
    """Show one course and its next dates, each with the one thing to do about it.

    `leaving` says for sessions, by their ids, until when a place is free to give back.
    `openings`: what is free for the reader on those on which places are reserved.
    `below`: what stands under the dates, as the wish for a new one.
    `manages`: whether the reader is a coordinator, who adds dates, and settles checks and notices.
    """
    title = phrases.plain(course.title)
    body = [heading(title), subtle(phrases.about_course(course))]
    actions = [button("All courses", "search_courses"), *_run_the_course(course, manages=manages)]
    if not sessions:
        return card(
            *body,
            line("There is no date for this course at the moment."),
            *below,
            actions=actions,
            summary=f"{title}: no date at the moment",
        )
    rows = [
        date_row(
            session,
            bookings.get(session.id),
            leaving=leaving.get(session.id),
            opening=openings.get(session.id),
            zone=zone,
        )
        for session in sessions
    ]
    left_out = total - len(sessions)
    more = (
        [subtle(f"And {phrases.counted(left_out, 'later date')}. Type a month to see them.")]
        if left_out > 0
        else []
    )
    return card(
        *body,
        *([message(note)] if note else []),
        *rows,
        *more,
        *below,
        actions=actions,
        summary=f"{title}: {phrases.counted(total, 'date')}",
    )


def _run_the_course(course: Course, *, manages: bool) -> list[Button]:
    if not manages:
        return []
    choice = CourseChoice(course_id=course.id)
    return [
        button("Add a session", "ask_to_add_session", choice),
        button("Booking checks", "course_checks", choice),
        button("Notices", "course_notices", choice),
    ]


def date_row(
    session: CourseSession,
    booking: Booking | None,
    *,
    leaving: str | None,
    opening: OpenPlaces | None,
    zone: ZoneInfo,
) -> Container:
    """Show one date of a course with the one thing to do about it, named by its day.

    `leaving` and `opening` are as on the course's card.
    """
    choice = SessionChoice(session_id=session.id)
    details: list[TextBlock] = [
        line(phrases.from_to(session, zone)),
        subtle(where_and_places(session, opening, zone=zone)),
        *tentative_part(session, zone),
    ]
    name = phrases.short_day(session.starts_at, zone)
    if booking is not None and booking.status in ACTIVE_BOOKINGS:
        details.append(state(phrases.standing(booking, session, None, zone)))
        action = button(f"Open {name}", "show_booking", choice)
    elif free_for_reader(session, opening) > 0:
        action = button(f"Book {name}", "book_place", choice, style="positive")
    else:
        action = button(f"Join waitlist {name}", "book_place", choice)
    if leaving:
        details.append(subtle(leaving))
    return choice_row(phrases.day(session.starts_at, zone), details, action)


def session_card(
    course: Course,
    session: CourseSession,
    *,
    offered: Offering,
    leaving: str | None = None,
    opening: OpenPlaces | None = None,
    manages: bool = False,
    zone: ZoneInfo,
) -> Reply:
    """Show one session to somebody who has no booking on it, with what is offered.

    `leaving` says until when a place is free to give back.
    `opening`: what is free for the reader, where places are reserved.
    `manages`: whether the reader is a coordinator, and sees who waits and what can be done.
    """
    title = phrases.plain(course.title)
    choice = SessionChoice(session_id=session.id)
    gone = {"begun": "This session has already begun.", "cancelled": "This session is cancelled."}
    actions: list[Button] = [
        button("Other dates", "show_course", CourseChoice(course_id=course.id)),
    ]
    if offered == "places":
        actions.insert(0, button("Book a place", "book_place", choice, style="positive"))
    if offered == "waitlist":
        actions.insert(0, button("Join the waitlist", "book_place", choice))
    if manages:
        actions.append(button("Waitlist", "session_waitlist", choice))
        actions.append(button("Manage", "manage_session", choice))
    return card(
        heading(title),
        line(phrases.when(session, zone)),
        subtle(
            phrases.where(session)
            if offered in gone
            else where_and_places(session, opening, zone=zone)
        ),
        subtle(f"{phrases.about_course(course)}. Session {phrases.plain(session.code)}."),
        *tentative_part(session, zone),
        *([subtle(leaving)] if leaving and offered == "places" else []),
        *([message(gone[offered])] if offered in gone else []),
        actions=actions,
        summary=f"{title}, {phrases.day_and_time(session.starts_at, zone)}",
    )
