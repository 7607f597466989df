"""The mix of agencies on a session, in words and figures, as a part of other cards."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import TextBlock

from bot import phrases
from bot.cards.pieces import line, subheading, subtle
from trainingbot.bookings.views import AgencyShare

MOST_NAMED = 8
"""Agencies named one by one; of the others only the number is told."""


def mix_part(shares: Sequence[AgencyShare], *, zone: ZoneInfo) -> list[TextBlock]:
    """Say which agencies come together on a session, how many people each, and what is reserved.

    For trainers and coordinators. At the most eleven short lines, also with a hundred agencies.
    """
    there = [one for one in shares if one.taken and one.agency]
    waiting = sum(one.waiting for one in shares)
    if not shares:
        return [subheading("Agencies"), line("Nobody is booked yet.")]
    number = phrases.counted(len(there), "agency", "agencies") if there else "No agency yet"
    queue = f", {phrases.people(waiting)} waiting" if waiting else ""
    left_out = len(shares) - MOST_NAMED
    return [
        subheading(f"{number} on the session{queue}"),
        *(line(_share(one, zone)) for one in shares[:MOST_NAMED]),
        *(
            [subtle(f"And {phrases.counted(left_out, 'more agency', 'more agencies')}.")]
            if left_out > 0
            else []
        ),
    ]


def _share(one: AgencyShare, zone: ZoneInfo) -> str:
    """Return `Police: 3, 2 more reserved until Tue 14 Jan 2025, 09:30, 1 waiting`."""
    name = phrases.plain(one.agency.name) if one.agency else "Agency not known"
    parts = [f"{name}: {one.taken}"]
    if one.kept and one.opens_at is not None:
        more = " more" if one.taken else ""
        parts.append(f"{one.kept}{more} reserved until {phrases.day_and_time(one.opens_at, zone)}")
    if one.waiting:
        parts.append(f"{one.waiting} waiting")
    return ", ".join(parts)
