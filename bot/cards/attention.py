"""What needs a coordinator's attention: in their digest, and whenever they ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.pieces import (
    Button,
    Element,
    button,
    card,
    choice_row,
    heading,
    line,
    row,
    subtle,
)
from bot.payloads import SessionChoice
from bot.turns import Reply
from trainingbot.scheduling.attention_views import Attention, Unreached
from trainingbot.scheduling.views import SessionOfCourse, SessionsPage

MOST_BUTTONS = 5
"""Buttons beside what needs attention; of what comes after them the words to type are told."""
FEW = "Fewer than a third of the places are taken, or fewer than the session needs."


@dataclass(frozen=True, slots=True)
class _Way:
    """What can be done about something, by a button or by typing."""

    action: Button
    typed: str


@dataclass(frozen=True, slots=True)
class _Point:
    """One thing that needs attention."""

    title: str
    details: Sequence[str] = ()
    way: _Way | None = None


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
    more = f", and {len(points) - 1} more" if len(points) > 1 else ""
    return card(
        heading("What needs attention"),
        subtle(phrases.day_and_time(now, zone)),
        *_rows(points),
        actions=[button("Refresh", "attention")],
        summary=f"What needs attention: {phrases.inside(points[0].title)}{more}",
    )


def _rows(points: Sequence[_Point]) -> list[Element]:
    rows: list[Element] = []
    buttons_left = MOST_BUTTONS
    for point in points:
        details = [subtle(words) for words in point.details]
        if point.way is None:
            rows.append(row(point.title, details, None))
        elif buttons_left:
            rows.append(choice_row(point.title, details, point.way.action))
            buttons_left -= 1
        else:
            rows.append(row(point.title, [*details, subtle(f"Type “{point.way.typed}”.")], None))
    return rows


def _people_waiting(found: Attention) -> list[_Point]:
    if not found.agencies:
        return []
    waits = "waits" if found.agencies == 1 else "wait"
    return [
        _Point(
            f"{phrases.people(found.agencies)} {waits} for their agency to be confirmed",
            way=_Way(button("Agencies to confirm", "agencies_to_confirm"), "agencies"),
        )
    ]


def _sessions_to_look_at(found: Attention, zone: ZoneInfo) -> list[_Point]:
    decide_until = phrases.day(found.decide_until, zone)
    until = phrases.day(found.look_ahead_until, zone)
    to_decide = phrases.counted(found.to_decide.total, "tentative session")
    few_people = phrases.counted(found.few_people.total, "session")
    without_trainer = phrases.counted(found.without_trainer.total, "session")
    kinds: tuple[tuple[SessionsPage, str, tuple[str, ...]], ...] = (
        (found.to_decide, f"{to_decide} to decide on by {decide_until}", ()),
        (found.few_people, f"{few_people} with few people up to {until}", (FEW,)),
        (found.without_trainer, f"{without_trainer} without a trainer up to {until}", ()),
    )
    points: list[_Point] = []
    with_button: set[str] = set()
    for page, title, explained in kinds:
        if not page.rows:
            continue
        # A session that has a button needs no second one: the next of them has it then.
        next_one = next((one for one in page.rows if one.session.code not in with_button), None)
        if next_one is not None:
            with_button.add(next_one.session.code)
        details = [*explained, _sessions(page, zone)]
        points.append(_Point(title, details, way=_manage(next_one)))
    return points


def _sessions(page: SessionsPage, zone: ZoneInfo) -> str:
    """Return the sessions as a list, each on a line of its own."""
    left_out = page.total - len(page.rows)
    lines = [
        *(
            f"- {phrases.plain(one.session.code)}, {phrases.day(one.session.starts_at, zone)}, "
            f"{phrases.plain(one.course.title)}: "
            f"{one.session.places_taken} of {phrases.counted(one.session.capacity, 'place')} taken"
            for one in page.rows
        ),
        *([f"- And {left_out} more"] if left_out > 0 else []),
    ]
    return "\n".join(lines)


def _manage(one: SessionOfCourse | None) -> _Way | None:
    if one is None:
        return None
    code, choice = one.session.code, SessionChoice(session_id=one.session.id)
    return _Way(button(f"Manage {code}", "manage_session", choice), f"manage {phrases.plain(code)}")


def _what_else(found: Attention, *, mails: bool) -> list[_Point]:
    points = []
    if found.clashes:
        counted = phrases.counted(found.clashes, "clash", "clashes")
        way = _Way(button("Clashes", "clashes"), "clashes")
        points.append(_Point(f"{counted} among coming sessions", way=way))
    if found.unreached.total:
        said = unreached_sentence(found.unreached, mails=mails).rstrip(".")
        way = _Way(button("Who is not reached", "unreachable_people"), "who can’t we reach")
        points.append(_Point(said, way=way))
    if found.undeliverable:
        counted = phrases.counted(found.undeliverable, "notice")
        explained = "Whoever runs the service sees why with “trainingbot notices”."
        points.append(_Point(f"{counted} could not be delivered in the last 7 days", [explained]))
    if found.open_charges:
        way = _Way(button("Charges", "charges"), "charges")
        points.append(_Point(phrases.counted(found.open_charges, "open charge"), way=way))
    return points


def unreached_sentence(numbers: Unreached, *, mails: bool) -> str:
    """Return `12 people cannot be reached in Teams, 9 of them get e-mails instead, …`.

    `mails`: whether e-mails go to those whom Teams does not reach.
    """
    by_email = numbers.with_email if mails else 0
    nothing = numbers.total - by_email
    gets = "gets e-mails instead" if by_email == 1 else "get e-mails instead"
    hears = "hears nothing" if nothing == 1 else "hear nothing"
    not_reached = f"{phrases.people(numbers.total)} cannot be reached in Teams"
    if not by_email or not nothing:
        return f"{not_reached} and {gets if by_email else hears}."
    return f"{not_reached}, {by_email} of them {gets}, {nothing} {hears}."
