"""What the rules answer with, and what they ask of the words more than once."""

from dataclasses import dataclass
from typing import Literal

from bot.payloads import (
    CourseChoice,
    CourseSearch,
    MyTraining,
    Payload,
    TrainingView,
    Unclear,
)
from bot.understanding import phrases
from bot.understanding.heard import Heard
from bot.understanding.matching import TO_SHOW
from bot.understanding.programme import CourseTitle, stem

HIGHEST_LEVEL = 3
LONGEST_WORDS = 200
"""The limit of the payloads."""
KIND_WORDS = frozenset({"conference", "workshop", "practice", "group", "bespoke"})


@dataclass(frozen=True, slots=True)
class Intent:
    """What a person wants: a verb of the bot, and what belongs to it."""

    verb: str
    payload: Payload


def wants_to_cancel(heard: Heard) -> bool:
    """Tell whether somebody gives a place back."""
    return heard.says(phrases.CANCEL) and not heard.says(phrases.LEAVE_AS_IT_IS)


def wants_to_book(heard: Heard) -> bool:
    """Tell whether somebody books, for themselves."""
    return heard.says(phrases.BOOK) and not heard.says(phrases.LEAVE_AS_IT_IS)


def names_something(heard: Heard) -> bool:
    """Tell whether a subject or a course was named."""
    return bool(heard.subject or heard.named_by_code)


def narrows(heard: Heard) -> bool:
    """Tell whether a month or a place was named, as a list can keep."""
    return bool(heard.when.month or heard.delivery)


def filters(heard: Heard) -> bool:
    """Tell whether anything was said by which a list is narrowed."""
    return bool(heard.when.month or heard.delivery or heard.kind or heard.level or heard.page > 1)


def choice(course: CourseTitle, heard: Heard) -> CourseChoice:
    """Return the course, with the day that was named."""
    return CourseChoice(course_id=course.id, day=heard.when.day)


def my_list(heard: Heard) -> Intent:
    """Return the wish for one of a person’s own lists."""
    view = TrainingView.COMING
    if heard.says(phrases.WAITLIST):
        view = TrainingView.WAITLIST
    elif heard.says(phrases.PAST):
        view = TrainingView.PAST
    return Intent("my_training", MyTraining(view=view))


def search(heard: Heard) -> Intent:
    """Return the wish for the courses that match what was said."""
    level = heard.level if heard.level and heard.level <= HIGHEST_LEVEL else None
    return Intent(
        "search_courses",
        CourseSearch(
            words=_search_words(heard),
            level=level,
            kind=heard.kind,
            delivery=heard.delivery,
            month=heard.when.month_meant,
            with_places=heard.says(phrases.WITH_PLACES),
            page=heard.page,
        ),
    )


def _search_words(heard: Heard) -> str:
    meant = heard.course(TO_SHOW)
    if meant.course and not any(heard.programme.knows(word) for word in heard.subject):
        return meant.course.title[:LONGEST_WORDS]
    words = [word for word in heard.subject if heard.kind is None or not _says_kind(word)]
    return " ".join(words)[:LONGEST_WORDS]


def _says_kind(word: str) -> bool:
    return stem(word) in KIND_WORDS


def unclear(
    heard: Heard,
    *,
    near: tuple[CourseTitle, ...] | None = None,
    wanted: Literal["", "book", "cancel"] = "",
) -> Intent:
    """Return that it is not clear what was meant, with the nearest courses."""
    courses = heard.course(TO_SHOW).near if near is None else near
    return Intent(
        "unclear",
        Unclear(
            words=heard.typed[:LONGEST_WORDS],
            course_ids=tuple(course.id for course in courses),
            wanted=wanted,
        ),
    )
