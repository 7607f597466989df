"""What is free on a session for the person who reads the card, while places are reserved."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot import phrases
from trainingbot.bookings.reserved_rules import OpenPlaces, Reservation
from trainingbot.courses.rules import places_free
from trainingbot.models import CourseSession

MOST_NAMED = 2
"""Agencies named in a line; of more only the number is told."""
MOST_TOLD = 4
"""Agencies with a sentence each."""


def free_for_reader(session: CourseSession, opening: OpenPlaces | None) -> int:
    """Return how many places the reader can have; `opening` is None where none are reserved."""
    return places_free(session) if opening is None else opening.open


def where_and_places(session: CourseSession, opening: OpenPlaces | None, *, zone: ZoneInfo) -> str:
    """Return where a session takes place and what is free on it for the reader.

    `Online in Teams, 3 of 20 places free, 2 more reserved for Police until Tue 14 Jan`
    """
    return phrases.where_and_places(session, _free(session, opening, zone))


def _free(session: CourseSession, opening: OpenPlaces | None, zone: ZoneInfo) -> str | None:
    """Return what is free in words, or None where nothing is to be said of reserved places."""
    free = places_free(session)
    if opening is None or free <= 0:
        return None
    capacity = phrases.counted(session.capacity, "place")
    closed = free - opening.open
    if opening.open == 0:
        return f"{free} of {capacity} free, reserved {_for_whom(opening.others, zone)}"
    parts = [f"{opening.open} of {capacity} free"]
    if opening.kept:
        parts.append(f"{opening.kept} of them reserved for your agency")
    if closed > 0:
        parts.append(f"{closed} more reserved {_for_whom(opening.others, zone)}")
    return ", ".join(parts)


def _for_whom(others: Sequence[Reservation], zone: ZoneInfo) -> str:
    """Return `for Police until Tue 14 Jan`, or `for 3 agencies, the first until Tue 14 Jan`."""
    names = [phrases.plain(one.agency_name) for one in others]
    who = (
        phrases.listed(names)
        if len(names) <= MOST_NAMED
        else phrases.counted(len(names), "agency", "agencies")
    )
    days = [phrases.short_day(moment, zone) for moment in sorted(one.opens_at for one in others)]
    first = ", the first" if len(set(days)) > 1 else ""
    return f"for {who}{first} until {days[0]}"


def reserved_for_others(
    session: CourseSession, opening: OpenPlaces | None, *, zone: ZoneInfo
) -> list[str]:
    """Return sentences on the free places that are kept for others, and when they open to all.

    With many agencies one sentence stands for all of them.
    """
    if opening is None or not opening.others or places_free(session) <= opening.open:
        return []
    if len(opening.others) > MOST_TOLD:
        closed = places_free(session) - opening.open
        first = phrases.day_and_time(min(one.opens_at for one in opening.others), zone)
        return [
            (
                f"{phrases.counted(closed, 'free place is', 'free places are')} reserved for "
                f"{phrases.counted(len(opening.others), 'agency', 'agencies')}. "
                f"The first open to all on {first}."
            )
        ]
    return [
        f"{phrases.counted(one.kept, 'free place is', 'free places are')} reserved for "
        f"{phrases.plain(one.agency_name)} until {phrases.day_and_time(one.opens_at, zone)}, "
        "and then open to all."
        for one in opening.others
    ]
