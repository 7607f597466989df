"""The interest list: a date is wished for, on the course's card and among one's own training."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.pieces import (
    Element,
    button,
    buttons,
    card,
    heading,
    message,
    row,
    state,
    subheading,
    subtle,
)
from bot.payloads import CourseChoice, MyTraining, TrainingView
from bot.turns import Reply
from trainingbot.models import Course
from trainingbot.scheduling.views import InterestPage, InterestRow

ROWS = 3
MY_WAITLIST = MyTraining(view=TrainingView.WAITLIST)
WHAT_THEN = (
    "Places on a new date are offered to those on the list, in its order. "
    "We tell you here when one is yours."
)


def wish_for_a_date(course: Course, since: datetime | None, zone: ZoneInfo) -> list[Element]:
    """Let somebody wish for a new date of a course; with `since` they have done so already."""
    choice = CourseChoice(course_id=course.id)
    if since is None:
        return [buttons(button("Tell me of a new date", "register_interest", choice))]
    return [
        state(on_the_list(since, zone)),
        subtle(WHAT_THEN),
        buttons(button("Leave the interest list", "withdraw_interest", choice)),
    ]


def on_the_list(since: datetime, zone: ZoneInfo) -> str:
    """Return `On the interest list since Tue 14 Jan 2025`."""
    return f"On the interest list since {phrases.day(since, zone)}"


def registered_card(wish: InterestRow, *, zone: ZoneInfo) -> Reply:
    """Say that somebody is on the interest list, what comes of it, and how to undo it."""
    title = phrases.plain(wish.course.title)
    choice = CourseChoice(course_id=wish.course.id)
    return card(
        heading(title),
        subtle(phrases.about_course(wish.course)),
        state(on_the_list(wish.since, zone)),
        message("You are on the interest list.", WHAT_THEN),
        actions=[
            button("See dates", "show_course", choice),
            button("My waitlist", "my_training", MY_WAITLIST),
            button("Leave the interest list", "withdraw_interest", choice),
        ],
        summary=f"{title}: {phrases.inside(on_the_list(wish.since, zone))}",
    )


def withdrawn_card(course: Course) -> Reply:
    """Say that somebody is not on the interest list, and how to get onto it again."""
    title = phrases.plain(course.title)
    choice = CourseChoice(course_id=course.id)
    return card(
        heading(title),
        subtle(phrases.about_course(course)),
        message(
            "You are not on the interest list any more.",
            "You can go onto it again, at its end.",
        ),
        actions=[
            button("See dates", "show_course", choice),
            button("Tell me of a new date", "register_interest", choice),
        ],
        summary=f"{title}: you are not on the interest list any more",
    )


def dates_wished_for(page: InterestPage, *, zone: ZoneInfo) -> list[Element]:
    """List the courses of which somebody wants a date, each with the way to want it no more."""
    if not page.rows:
        return []
    left_out = page.total - len(page.rows)
    return [
        subheading("Waiting for a date"),
        *(_wish_row(wish, zone) for wish in page.rows),
        *([subtle(f"And {phrases.counted(left_out, 'more course')}.")] if left_out > 0 else []),
    ]


def _wish_row(wish: InterestRow, zone: ZoneInfo) -> Element:
    return row(
        phrases.plain(wish.course.title),
        [subtle(on_the_list(wish.since, zone))],
        button("Leave", "withdraw_interest", CourseChoice(course_id=wish.course.id)),
    )
