"""What speaks against a booking, as far as its course looks: plain rules over other places.

A course names for each check how strict it is. The sentences speak of the places and not of the
person, so that they are read as well by a coordinator who books for somebody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from trainingbot.bookings.views import HeldPlace
from trainingbot.dates import date_of, day, day_and_time, from_to, months_later
from trainingbot.enums import MAY_HAVE_COME, Attendance, Strictness
from trainingbot.models import Course, CourseSession

TAKEN_PART = frozenset({None, Attendance.ATTENDED})
"""Attendance with which a confirmed place counts as training had: known, or not recorded yet.

A no-show or somebody excused has not had it, and whoever left early may come again.
"""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a check found."""

    strictness: Strictness
    sentence: str
    """What is the matter."""
    advice: str
    """What can be done where the course refuses."""


def checks_anything(course: Course) -> bool:
    """Tell whether a course looks at other places at all before it is booked."""
    return _strictnesses(course) != {Strictness.ALLOW}


def refuses_anything(course: Course) -> bool:
    """Tell whether other places may keep somebody from booking a course."""
    return Strictness.REFUSE in _strictnesses(course)


def _strictnesses(course: Course) -> set[Strictness]:
    looks_at_level = course.prerequisite_level is not None
    return {
        course.on_clash,
        course.on_repeat,
        course.on_missing_level if looks_at_level else Strictness.ALLOW,
    }


def doubts_about(
    session: CourseSession, course: Course, others: Sequence[HeldPlace], *, zone: ZoneInfo
) -> list[Doubt]:
    """Return what speaks against a place on a session, in the order in which it is said.

    `others` are the places on other sessions that hold: those of cancelled sessions are none.
    """
    found = (
        _clash(session, course, others, zone),
        _repeat(session, course, others, zone),
        _missing_level(session, course, others),
    )
    return [doubt for doubt in found if doubt and doubt.strictness != Strictness.ALLOW]


def _clash(
    session: CourseSession, course: Course, others: Sequence[HeldPlace], zone: ZoneInfo
) -> Doubt | None:
    clashing = [one for one in others if clashes(session, one)]
    if not clashing:
        return None
    first = min(clashing, key=lambda one: one.starts_at)
    more = f", and with {len(clashing) - 1} more" if len(clashing) > 1 else ""
    when = f"{day(first.starts_at, zone)}, {from_to(first.starts_at, first.ends_at, zone)}"
    return Doubt(
        course.on_clash,
        f"This clashes with another booking: {first.title}, {when}{more}.",
        "Choose another date, or give that place back first.",
    )


def clashes(session: CourseSession, other: HeldPlace) -> bool:
    """Tell whether both take place at one time; one may end when the other begins."""
    return other.starts_at < session.ends_at and session.starts_at < other.ends_at


def _repeat(
    session: CourseSession, course: Course, others: Sequence[HeldPlace], zone: ZoneInfo
) -> Doubt | None:
    same = [one for one in others if one.course_id == course.id and _had(one)]
    near = [one for one in same if repeats(session, one, months=course.repeat_months, zone=zone)]
    if not near:
        return None
    nearest = min(near, key=lambda one: abs(one.starts_at - session.starts_at))
    months = f"{course.repeat_months} {'month' if course.repeat_months == 1 else 'months'}"
    earlier = nearest.starts_at <= session.starts_at
    there = "was attended" if nearest.attendance == Attendance.ATTENDED else "is booked already"
    again_from = months_later(nearest.starts_at.astimezone(zone).date(), course.repeat_months)
    return Doubt(
        course.on_repeat,
        f"The same course {there}, less than {months} {'earlier' if earlier else 'later'}: "
        f"{nearest.title}, {day_and_time(nearest.starts_at, zone)}.",
        f"It can be repeated from {date_of(again_from)} on."
        if earlier
        else "Keep that place, or change its date.",
    )


def repeats(session: CourseSession, other: HeldPlace, *, months: int, zone: ZoneInfo) -> bool:
    """Tell whether two sessions are less than so many calendar months apart.

    Days are those of the partnership's zone. The same day that many months later is far enough.
    """
    earlier, later = sorted(one.starts_at.astimezone(zone).date() for one in (session, other))
    return later < months_later(earlier, months)


def _missing_level(
    session: CourseSession, course: Course, others: Sequence[HeldPlace]
) -> Doubt | None:
    level = course.prerequisite_level
    if level is None or any(
        one.level >= level and one.ends_at <= session.starts_at and _had(one) for one in others
    ):
        return None
    return Doubt(
        course.on_missing_level,
        f"This course builds on one of level {level} or higher, "
        "and none has been attended or is booked before it.",
        f"Book a course of level {level} first.",
    )


def _had(place: HeldPlace) -> bool:
    return place.status in MAY_HAVE_COME and place.attendance in TAKEN_PART
