"""Lists about sessions for coordinators: a session's history, and the clashes to come."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.pieces import Element, button, card, choice_row, heading, line, row, subtle
from bot.cards.sessions import back_to
from bot.payloads import SessionChoice
from bot.turns import Reply
from trainingbot.enums import SessionStep
from trainingbot.models import Course, CourseSession
from trainingbot.scheduling.views import ClashesPage, ClashingPair, SessionStory

HISTORY_ROWS = 10
CLASH_ROWS = 5
MOST_LETTERS = 300
"""So much of a reason or of the details stands in a row."""

STEPS = {
    SessionStep.ADDED: "Added",
    SessionStep.MOVED: "Moved",
    SessionStep.CANCELLED: "Cancelled",
    SessionStep.CAPACITY_CHANGED: "Places changed",
    SessionStep.PLACES_RESERVED: "Places reserved",
    SessionStep.TRAINERS_CHANGED: "Trainers changed",
    SessionStep.CONFIRMED: "Confirmed",
    SessionStep.REGISTER_CLOSED: "Register closed",
    SessionStep.REGISTER_REOPENED: "Register reopened",
}


def session_history(
    course: Course, session: CourseSession, stories: Sequence[SessionStory], *, zone: ZoneInfo
) -> Reply:
    """Show a coordinator what was done to a session: what, when, by whom and why."""
    title = phrases.plain(course.title)
    shown = stories[:HISTORY_ROWS]
    return card(
        heading(f"History: {title}"),
        line(phrases.when(session, zone)),
        subtle(f"Session {phrases.plain(session.code)}"),
        *(_story_row(story, zone) for story in shown),
        *([] if shown else [line("Nothing has been changed since it came into the programme.")]),
        *([subtle("Older changes are left out.")] if len(stories) > len(shown) else []),
        actions=[back_to(session, "The session")],
        summary=f"History: {title}",
    )


def _story_row(story: SessionStory, zone: ZoneInfo) -> Element:
    change = story.change
    who = phrases.plain(story.actor.name) if story.actor else "The service"
    details = [
        line(f"{phrases.day_and_time(change.at, zone)}, {who}"),
        *([line(_short(change.details))] if change.details else []),
        *([subtle(f"Why: {_short(change.reason)}")] if change.reason else []),
    ]
    return row(STEPS[change.step], details, None)


def _short(text: str) -> str:
    return phrases.plain(text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…")


def clashes(page: ClashesPage, *, zone: ZoneInfo) -> Reply:
    """List the coming sessions that share a trainer, a venue or people at the same time."""
    if not page.rows:
        return card(
            heading("Clashes"),
            line("No coming sessions share a trainer, a venue or people at the same time."),
            actions=[button("Find a course", "search_courses")],
            summary="There are no clashes.",
        )
    left_out = page.total - len(page.rows)
    return card(
        heading("Clashes"),
        subtle(
            f"{phrases.counted(page.total, 'pair')} of sessions at the same time, soonest first"
        ),
        *(_pair_row(pair, zone) for pair in page.rows),
        *([subtle(f"And {left_out} more, once these are settled.")] if left_out > 0 else []),
        actions=[button("Refresh", "clashes")],
        summary=f"{phrases.counted(page.total, 'clash', 'clashes')} among coming sessions",
    )


def _pair_row(pair: ClashingPair, zone: ZoneInfo) -> Element:
    first, second = pair.first, pair.second
    details = [
        *(
            line(
                f"{phrases.plain(one.session.code)}, {phrases.plain(one.course.title)}, "
                f"{phrases.from_to(one.session, zone)}"
            )
            for one in (first, second)
        ),
        subtle(_shared(pair)),
    ]
    return choice_row(
        phrases.day(first.session.starts_at, zone),
        details,
        button(
            f"Manage {first.session.code}",
            "manage_session",
            SessionChoice(session_id=first.session.id),
        ),
    )


def _shared(pair: ClashingPair) -> str:
    parts = []
    if pair.trainers:
        names = phrases.listed([phrases.plain(one.name) for one in pair.trainers])
        parts.append(f"{names} {'teaches' if len(pair.trainers) == 1 else 'teach'} both")
    if pair.same_venue:
        parts.append("both are at one venue")
    if pair.bookings:
        parts.append(f"{phrases.counted(pair.bookings, 'person is', 'people are')} booked on both")
    said = phrases.listed(parts)
    return f"{said[0].upper()}{said[1:]}." if said else ""
