"""What trainers are told before a session, and coordinators in the morning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.mix import mix_part
from bot.cards.pieces import (
    Button,
    Element,
    button,
    card,
    choice_row,
    heading,
    line,
    link,
    message,
    row,
    subheading,
    subtle,
    tentative_part,
)
from bot.cards.roster import short_name
from bot.payloads import RosterChoice, SessionChoice
from bot.turns import Reply
from trainingbot.enums import BookingStatus, Delivery
from trainingbot.scheduling.attention_views import Attention, Unreached
from trainingbot.scheduling.digest import WhoIsComing
from trainingbot.scheduling.roster_views import RosterPage
from trainingbot.scheduling.views import SessionOfCourse, SessionsPage

MOST_NAMED = 10
"""Names in a trainer's digest; the others stand on the roster."""
MOST_BUTTONS = 5
"""Buttons among what needs attention; beyond them the words to type are told."""


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


@dataclass(frozen=True, slots=True)
class _Point:
    """One thing that needs attention, and what can be done about it."""

    title: str
    details: Sequence[str] = ()
    action: Button | None = None
    typed: str = ""
    """The words that do what the button does."""


def attention_card(found: Attention, *, mails: bool, now: datetime, zone: ZoneInfo) -> Reply:
    """Show a coordinator what needs attention, each with its number and what to do about it.

    `mails`: whether e-mails go to those whom Teams does not reach.
    """
    points = [
        *_people_waiting(found),
        *_sessions_to_look_at(found, zone),
        *_what_else(found, mails=mails),
    ]
    if not points:
        return card(
            heading("What needs attention"),
            line("Nothing at the moment."),
            subtle("We look at agencies, coming sessions, clashes, notices and open charges."),
            actions=[button("Refresh", "attention")],
            summary="Nothing needs attention at the moment.",
        )
    with_button = [point for point in points if point.action is not None][:MOST_BUTTONS]
    more = f", and {len(points) - 1} more" if len(points) > 1 else ""
    return card(
        heading("What needs attention"),
        subtle(phrases.day_and_time(now, zone)),
        *(_row(point, pressed=point in with_button) for point in points),
        actions=[button("Refresh", "attention")],
        summary=f"What needs attention: {phrases.inside(points[0].title)}{more}",
    )


def _row(point: _Point, *, pressed: bool) -> Element:
    details = [subtle(words) for words in point.details]
    if point.action is not None and pressed:
        return choice_row(point.title, details, point.action)
    hint = [subtle(f"Type “{point.typed}”.")] if point.typed else []
    return row(point.title, [*details, *hint], None)


def _people_waiting(found: Attention) -> list[_Point]:
    if not found.agencies:
        return []
    waits = "waits" if found.agencies == 1 else "wait"
    return [
        _Point(
            f"{phrases.people(found.agencies)} {waits} for their agency to be confirmed",
            action=button("Agencies to confirm", "agencies_to_confirm"),
            typed="agencies",
        )
    ]


def _sessions_to_look_at(found: Attention, zone: ZoneInfo) -> list[_Point]:
    decide_until = phrases.day(found.decide_until, zone)
    until = phrases.day(found.look_ahead_until, zone)

    def counted(page: SessionsPage, kind: str = "session") -> str:
        return phrases.counted(page.total, kind)

    return [
        *_point_of_sessions(
            f"{counted(found.to_decide, 'tentative session')} to decide on by {decide_until}",
            found.to_decide,
            zone=zone,
        ),
        *_point_of_sessions(
            f"{counted(found.few_people)} with few people up to {until}",
            found.few_people,
            "Fewer than a third of the places are taken, or fewer than the session needs.",
            zone=zone,
        ),
        *_point_of_sessions(
            f"{counted(found.without_trainer)} without a trainer up to {until}",
            found.without_trainer,
            zone=zone,
        ),
    ]


def _point_of_sessions(
    title: str, page: SessionsPage, *explained: str, zone: ZoneInfo
) -> list[_Point]:
    if not page.rows:
        return []
    code = page.rows[0].session.code
    left_out = page.total - len(page.rows)
    return [
        _Point(
            title,
            [
                *explained,
                *(_session(one, zone) for one in page.rows),
                *([f"And {left_out} more."] if left_out > 0 else []),
            ],
            action=button(
                f"Manage {code}",
                "manage_session",
                SessionChoice(session_id=page.rows[0].session.id),
            ),
            typed=f"manage {phrases.plain(code)}",
        )
    ]


def _session(one: SessionOfCourse, zone: ZoneInfo) -> str:
    session = one.session
    return (
        f"{phrases.plain(session.code)}, {phrases.plain(one.course.title)}, "
        f"{phrases.day_and_time(session.starts_at, zone)}: "
        f"{session.places_taken} of {phrases.counted(session.capacity, 'place')} taken"
    )


def _what_else(found: Attention, *, mails: bool) -> list[_Point]:
    points = []
    if found.clashes:
        points.append(
            _Point(
                f"{phrases.counted(found.clashes, 'clash', 'clashes')} among coming sessions",
                action=button("Clashes", "clashes"),
                typed="clashes",
            )
        )
    if found.unreached.total:
        points.append(
            _Point(
                unreached_sentence(found.unreached, mails=mails).rstrip("."),
                action=button("Who is not reached", "unreachable_people"),
                typed="who can’t we reach",
            )
        )
    if found.undeliverable:
        counted = phrases.counted(found.undeliverable, "notice")
        points.append(
            _Point(
                f"{counted} could not be delivered in the last 7 days",
                ["Whoever runs the service sees why with “trainingbot notices”."],
            )
        )
    if found.open_charges:
        points.append(
            _Point(
                phrases.counted(found.open_charges, "open charge"),
                action=button("Charges", "charges"),
                typed="charges",
            )
        )
    return points


def unreached_sentence(numbers: Unreached, *, mails: bool) -> str:
    """Return `12 people cannot be reached in Teams, 9 get e-mails instead, 3 hear nothing`.

    `mails`: whether e-mails go to those whom Teams does not reach.
    """
    total = phrases.people(numbers.total)
    by_email = numbers.with_email if mails else 0
    nothing = numbers.total - by_email
    parts = [f"{total} cannot be reached in Teams"]
    if by_email:
        parts.append(f"{by_email} {'gets' if by_email == 1 else 'get'} e-mails instead")
    if nothing:
        parts.append(f"{nothing} {'hears' if nothing == 1 else 'hear'} nothing")
    return f"{', '.join(parts)}."
