"""What trainers are told the day before a session."""

from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.mix import mix_part
from bot.cards.pieces import (
    Element,
    button,
    card,
    heading,
    line,
    link,
    message,
    subheading,
    subtle,
    tentative_part,
)
from bot.cards.roster import short_name
from bot.payloads import RosterChoice
from bot.register_payloads import RegisterChoice
from bot.turns import Reply
from trainingbot.enums import BookingStatus, Delivery
from trainingbot.scheduling.digest import WhoIsComing
from trainingbot.scheduling.roster_views import RosterPage

MOST_NAMED = 10
"""Names in a trainer's digest; the others stand on the roster."""


def trainers_digest(
    coming: WhoIsComing, *, join_url: str | None, contact: str, zone: ZoneInfo
) -> Reply:
    """Tell a trainer before the day who is coming to a session, and how to get there.

    `contact` is whom to ask where a session online has no link.
    """
    page = coming.roster
    session, title = page.session, phrases.plain(page.course.title)
    numbers = _numbers(coming)
    lacks_link = session.delivery == Delivery.TEAMS and join_url is None
    no_link = f"There is no link to join yet. Ask {phrases.plain(contact)} for it."
    choice = RosterChoice(session_id=session.id)
    return card(
        heading(title),
        line(phrases.when(session, zone)),
        subtle(f"{phrases.where(session)}. Session {phrases.plain(session.code)}."),
        *tentative_part(session, zone),
        message("Who is coming to your session", *numbers),
        *_first_names(page),
        *mix_part(coming.mix, zone=zone),
        *([line(no_link)] if lacks_link else []),
        line("If you can’t come, tell the training team."),
        actions=[
            button("Roster", "session_roster", choice),
            *([link("Join", join_url)] if join_url else []),
            button("Register", "register", RegisterChoice(session_id=session.id)),
            button("My sessions", "my_sessions"),
        ],
        summary=f"{title}, {phrases.day_and_time(session.starts_at, zone)}: {numbers[0]}",
    )


def _numbers(coming: WhoIsComing) -> tuple[str, ...]:
    """Say how many have a place, have said that they are coming, wait, and could still come."""
    page, said = coming.roster, coming.roster.said_coming
    if not page.confirmed:
        have = "Nobody has a place yet."
    else:
        have = f"{phrases.people(page.confirmed)} {_has(page.confirmed)} a place"
        have += f", {said} of them {_has(said)} said they are coming." if said else "."
    free = page.session.capacity - page.confirmed - page.offered
    parts = [f"{phrases.counted(free, 'place')} free" if free > 0 else "No place is free"]
    if page.offered:
        parts.append(f"{page.offered} offered to those who wait")
    if page.waiting:
        parts.append(f"{page.waiting} waiting")
    return (have, f"{', '.join(parts)}.")


def _has(number: int) -> str:
    return "has" if number == 1 else "have"


def _first_names(page: RosterPage) -> list[Element]:
    with_place = [one for one in page.rows if one.booking.status == BookingStatus.CONFIRMED]
    shown = with_place[:MOST_NAMED]
    if not shown:
        return []
    names = [short_name(one.practitioner.name) for one in shown]
    left_out = page.confirmed - len(shown)
    more = f"{left_out} more on the roster"
    return [
        subheading("With a place"),
        line(phrases.listed([*names, *([more] if left_out > 0 else [])])),
    ]
