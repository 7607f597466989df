"""A session in words, as its history keeps it: no names of people."""

from datetime import datetime
from zoneinfo import ZoneInfo

from trainingbot.enums import Delivery
from trainingbot.models import CourseSession
from trainingbot.scheduling.views import Affected

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when_and_where(session: CourseSession, *, zone: ZoneInfo) -> str:
    """Return `Tue 14 Jan 2025, 09:30 to 12:00, in person, Town Hall`; English everywhere."""
    starts_at, ends_at = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    same_day = starts_at.date() == ends_at.date()
    until = f"{ends_at:%H:%M}" if same_day else day_and_time(session.ends_at, zone=zone)
    online = session.delivery == Delivery.TEAMS
    parts = [
        f"{day_and_time(session.starts_at, zone=zone)} to {until}",
        "online in Teams" if online else "in person",
        *([session.venue] if session.venue else []),
    ]
    return ", ".join(parts)


def added_in_words(session: CourseSession, *, trainers: int, zone: ZoneInfo) -> str:
    """Return how a session was when it came into the service, with so many trainers."""
    needed = ""
    if session.decide_at is not None:
        until = day_and_time(session.decide_at, zone=zone)
        needed = f"; tentative, needs {session.minimum_places} by {until}"
    return (
        f"{when_and_where(session, zone=zone)}; places: {session.capacity}; "
        f"{number_of_trainers(trainers)}{needed}."
    )


def day_and_time(moment: datetime, *, zone: ZoneInfo) -> str:
    """Return `Tue 14 Jan 2025, 09:30`; English whatever the machine's language."""
    local = moment.astimezone(zone)
    day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{day}, {local:%H:%M}"


def who_was_on_it(affected: Affected) -> str:
    """Return how many had a place, were offered one, and waited."""
    return (
        f"Had a place: {affected.confirmed}; were offered one: {affected.offered}; "
        f"waited: {affected.waiting}."
    )


def number_of_trainers(number: int) -> str:
    """Return `no trainer`, `1 trainer` or `2 trainers`."""
    if number == 0:
        return "no trainer"
    return "1 trainer" if number == 1 else f"{number} trainers"
