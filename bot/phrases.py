"""Sentences and ways of writing that more than one card uses."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from trainingbot import dates
from trainingbot.courses.rules import places_free
from trainingbot.enums import (
    Attendance,
    BookingStatus,
    Channel,
    CourseKind,
    Delivery,
    LateReason,
    SessionStatus,
)
from trainingbot.models import Booking, Course, CourseSession

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")
_LIST_MARK = re.compile(r"^(\d*)([-+.)])(?= )")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>#|~+.)-])")
_UNSEEN = frozenset(
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""Marks that turn the direction of writing, and spaces without width."""

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

KINDS = {
    CourseKind.COURSE: "Course",
    CourseKind.CONFERENCE: "Conference",
    CourseKind.WORKSHOP: "Workshop",
    CourseKind.PRACTICE_GROUP: "Practice group",
    CourseKind.BESPOKE: "Bespoke session",
}
DELIVERIES = {Delivery.TEAMS: "Online in Teams", Delivery.IN_PERSON: "In person"}
ENDED = {
    BookingStatus.SESSION_CANCELLED: "Session cancelled",
    BookingStatus.CANCELLED: "Cancelled",
}
ATTENDANCES = {
    Attendance.ATTENDED: "Attended",
    Attendance.PARTLY_ATTENDED: "Attended in part",
    Attendance.EXCUSED: "Excused",
    Attendance.NO_SHOW: "Did not attend",
}
CHANNELS = {Channel.TEAMS: "here in Teams", Channel.EMAIL: "by e-mail"}
LATE_REASONS = {
    LateReason.ILLNESS: "Illness",
    LateReason.CARING: "Care or an emergency at home",
    LateReason.URGENT_WORK: "Urgent work that can’t wait",
    LateReason.NOT_RELEASED: "Not released by the manager",
    LateReason.TRAVEL: "Travel or the connection",
    LateReason.OTHER: "Another reason",
}
"""The short list from which a reason is chosen. Never shown to trainers, nor to an agency."""
SAID_COMING = "You said you are coming."


day, date_of, clock_time = dates.day, dates.date_of, dates.clock_time
day_and_time = dates.day_and_time


def short_day(moment: datetime, zone: ZoneInfo) -> str:
    """Return `Tue 14 Jan`, for a button beside the whole date."""
    return day(moment, zone).rpartition(" ")[0]


def from_to(session: CourseSession, zone: ZoneInfo) -> str:
    """Return `09:30 to 12:00`, with the day of the end where it is another one."""
    return dates.from_to(session.starts_at, session.ends_at, zone)


def when(session: CourseSession, zone: ZoneInfo) -> str:
    """Return `**Tue 14 Jan 2025**, 09:30 to 12:00`, the day in bold type."""
    return f"**{day(session.starts_at, zone)}**, {from_to(session, zone)}"


def month_name(month: str) -> str:
    """Return `June 2025` for `2025-06`."""
    year, _, number = month.partition("-")
    return f"{MONTH_NAMES[int(number) - 1]} {year}"


def where(session: CourseSession) -> str:
    """Return where a session takes place."""
    return plain(session.venue) if session.venue else DELIVERIES[session.delivery]


def places(session: CourseSession) -> str:
    """Return `6 of 35 places free`, or that the session is full."""
    free = places_free(session)
    if session.status == SessionStatus.CANCELLED:
        return "Session cancelled"
    if session.capacity == 0:
        return "No places at the moment"
    if free <= 0:
        return f"Full, all {counted(session.capacity, 'place')} taken"
    return f"{free} of {counted(session.capacity, 'place')} free"


def where_and_places(session: CourseSession, free: str | None = None) -> str:
    """Return `Online in Teams, 6 of 35 places free`; `free` says otherwise what is free."""
    return f"{where(session)}, {inside(free or places(session))}"


def tentative(session: CourseSession, zone: ZoneInfo) -> str:
    """Return on what a tentative session depends, and nothing for one that is sure.

    `Tentative: takes place if 8 people have booked by Tue 14 Jan 2025, 17:00`.
    """
    if not session.tentative or session.decide_at is None:
        return ""
    enough = counted(session.minimum_places or 0, "person has booked", "people have booked")
    return f"Tentative: takes place if {enough} by {day_and_time(session.decide_at, zone)}"


def about_course(course: Course) -> str:
    """Return `Level 2, neglect, 2 h 30 min`, beginning with the kind where it is not a course."""
    kind = "" if course.kind == CourseKind.COURSE else f"{KINDS[course.kind]}, "
    level = f"level {course.level}" if kind else f"Level {course.level}"
    return f"{kind}{level}, {plain(course.theme)}, {duration(course.minutes)}"


def duration(minutes: int) -> str:
    """Return `2 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part
    )


def standing(
    booking: Booking, session: CourseSession, queue_place: int | None, zone: ZoneInfo
) -> str:
    """Return where a person stands with a booking: one state, the same words everywhere."""
    if booking.offer_expires_at is not None:
        return f"Place held until {day_and_time(booking.offer_expires_at, zone)}"
    if booking.status in ENDED:
        return ENDED[booking.status]
    if booking.status == BookingStatus.WAITLISTED:
        return "Waitlist" if queue_place is None else f"Waitlist: {ordinal(queue_place)}"
    if booking.attendance is not None:
        return ATTENDANCES[booking.attendance]
    return "Attendance not recorded yet" if session.status == SessionStatus.DELIVERED else "Booked"


def ordinal(number: int) -> str:
    """Return `1st`, `2nd`, `3rd`, `11th`, `22nd`."""
    teens = 10 <= number % 100 <= 20  # noqa: PLR2004 - 11th to 13th, and no other teen ends in 1, 2 or 3
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return `1 place`, `2 places`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def people(number: int) -> str:
    """Return `1 person`, `2 people`."""
    return counted(number, "person", "people")


def pounds(pence: int) -> str:
    """Return `£50`, `£22.50`."""
    whole, rest = divmod(pence, 100)
    return f"£{whole}.{rest:02}" if rest else f"£{whole}"


def listed(parts: Sequence[str]) -> str:
    """Return `a, b and c`."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def plain(text: str) -> str:
    """Return text from outside so that a card shows it as it is, without links, lists or bold type.

    It stands on one line and in the direction of its own letters: what turns the rest of a line
    around, or cannot be seen, is left out.
    """
    seen = "".join(sign for sign in " ".join(text.split()) if sign not in _UNSEEN)
    return _LIST_MARK.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", seen.strip()))


def unmarked(text: str) -> str:
    """Return a sentence of a card as notifications show it, which know no markup."""
    return _ESCAPED.sub(r"\1", text.replace("**", ""))


def first_name(name: str) -> str:
    """Return what to call somebody, `Sarah`; also from `Okafor, Sarah`, as some tenants write."""
    family, _, given = name.partition(",")
    names = plain(given).strip(",").split() or plain(family).split()
    return names[0].rstrip(",") if names else "there"


def inside(text: str) -> str:
    """Return a phrase as it stands inside a sentence: `online in Teams`, but `GP surgery`."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
