"""Places of a session that are reserved for agencies, and the form to reserve others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import Choice, ChoiceSetInput, DateInput, TextInput

from bot import phrases
from bot.cards.mix import mix_part
from bot.cards.pieces import (
    Element,
    button,
    buttons,
    card,
    heading,
    line,
    message,
    row,
    subheading,
    subtle,
)
from bot.cards.session_forms import NOTHING_WRONG, beside
from bot.payloads import PlacesToReserve, SessionChoice
from bot.turns import Reply
from trainingbot.bookings.views import AgencyShare
from trainingbot.courses.rules import places_free
from trainingbot.models import Agency, Course, CourseSession

MOST_ROWS = 5
MOST_CHOICE_BYTES = 10 * 1024
"""What the list of agencies may take of a card's 25 KB."""
_AROUND_A_NAME = 64
"""Bytes of a choice besides its title, the id among them."""


@dataclass(frozen=True, slots=True)
class ReservedAtHand:
    """A session with everything that a coordinator looks at before reserving places of it."""

    course: Course
    session: CourseSession
    mix: Sequence[AgencyShare]
    agencies: Sequence[Agency]
    """Every agency, in the order of the alphabet."""
    latest: datetime
    """When reserved places open to all at the latest."""
    too_late: bool
    """Whether it is too near the day to reserve any."""


def reserved_card(
    at_hand: ReservedAtHand,
    asked: PlacesToReserve,
    *said: str,
    problems: Mapping[str, str] = NOTHING_WRONG,
    zone: ZoneInfo,
) -> Reply:
    """Show what is reserved on a session, and ask for whom places are to be reserved.

    `asked` fills the form, with `problems` beside its fields; `said` has just happened.
    """
    session, title = at_hand.session, phrases.plain(at_hand.course.title)
    choice = SessionChoice(session_id=session.id)
    return card(
        heading(f"Reserved places: {title}"),
        line(phrases.when(session, zone)),
        subtle(phrases.where_and_places(session)),
        *([message(*said)] if said else []),
        *mix_part(at_hand.mix, zone=zone),
        *_reserved_now(at_hand, zone),
        *_form(at_hand, asked, problems, zone),
        actions=[
            button("The session", "manage_session", choice),
            button("Waitlist", "session_waitlist", choice),
        ],
        summary=said[0] if said else f"Reserved places: {title}",
    )


def _reserved_now(at_hand: ReservedAtHand, zone: ZoneInfo) -> list[Element]:
    reserved = [one for one in at_hand.mix if one.reserved and one.agency and one.opens_at]
    if not reserved:
        return [line("No places are reserved at the moment.")]
    left_out = len(reserved) - MOST_ROWS
    return [
        subheading("Reserved now"),
        subtle("Opened to all, the free ones go at once to those who wait."),
        *(_reserved_row(at_hand.session, one, zone) for one in reserved[:MOST_ROWS]),
        *(
            [subtle(f"And for {phrases.counted(left_out, 'more agency', 'more agencies')}.")]
            if left_out > 0
            else []
        ),
    ]


def _reserved_row(session: CourseSession, one: AgencyShare, zone: ZoneInfo) -> Element:
    agency = one.agency
    if agency is None or one.opens_at is None:
        return line("")
    details = [
        line(
            f"{phrases.counted(one.reserved, 'place')} until "
            f"{phrases.day_and_time(one.opens_at, zone)}"
        ),
        subtle(f"{one.reserved - one.kept} taken, {one.kept} still free"),
    ]
    none = PlacesToReserve(session_id=session.id, agency_id=agency.id, places="0")
    return row(phrases.plain(agency.name), details, button("Open to all", "reserve_places", none))


def _form(
    at_hand: ReservedAtHand,
    asked: PlacesToReserve,
    problems: Mapping[str, str],
    zone: ZoneInfo,
) -> list[Element]:
    if at_hand.too_late:
        return [
            line("It is too near the day to reserve more: what is free goes to the first who asks.")
        ]
    offered = _that_fit(at_hand.agencies, asked)
    left_out = len(at_hand.agencies) - len(offered)
    return [
        subheading("Reserve places"),
        line(_consequence(at_hand)),
        *beside("agency_id", problems),
        ChoiceSetInput(
            id="agency_id",
            label="For which agency?",
            value=str(asked.agency_id) if asked.agency_id else "",
            is_required=True,
            error_message="Choose an agency from the list.",
            placeholder="Choose an agency",
            choices=[Choice(title=one.name, value=str(one.id)) for one in offered],
            style="compact",
            wrap=True,
        ),
        *([subtle(f"And {left_out} more that do not fit in here.")] if left_out > 0 else []),
        *beside("places", problems),
        TextInput(
            id="places",
            label="How many places, with those its people have?",
            value=asked.places,
            max_length=7,
            is_required=True,
            error_message="Say how many places.",
        ),
        *beside("opens_on", problems),
        DateInput(
            id="opens_on",
            label=f"Open to all on, {phrases.short_day(at_hand.latest, zone)} at the latest",
            value=asked.opens_on,
            is_required=True,
            error_message="Choose a day.",
        ),
        buttons(
            button(
                "Reserve",
                "reserve_places",
                PlacesToReserve(session_id=at_hand.session.id),
                style="positive",
                with_inputs=True,
            )
        ),
    ]


def _consequence(at_hand: ReservedAtHand) -> str:
    """Say what reserving means for those who wait, and how many places there are to reserve."""
    free = places_free(at_hand.session) - sum(one.kept for one in at_hand.mix)
    waiting = sum(one.waiting for one in at_hand.mix)
    left = (
        f"{phrases.counted(free, 'free place is', 'free places are')} not reserved yet."
        if free > 0
        else "No free place is left to reserve."
    )
    queue = (
        f" {phrases.people(waiting)} {'waits' if waiting == 1 else 'wait'}: whoever has no place "
        "open to them keeps their turn, and is passed by."
        if waiting
        else ""
    )
    return f"{left} People of other agencies can book reserved places only once they open.{queue}"


def _that_fit(agencies: Sequence[Agency], asked: PlacesToReserve) -> list[Agency]:
    """Return the agencies that a card has room for, the one that was chosen among them."""
    ordered = sorted(agencies, key=lambda one: one.id != asked.agency_id)
    fitting, size = [], 0
    for one in ordered:
        size += _AROUND_A_NAME + len(one.name.encode())
        if size > MOST_CHOICE_BYTES:
            break
        fitting.append(one)
    return sorted(fitting, key=lambda one: one.name)


def reserved_sentences(
    agency: Agency, share: AgencyShare | None, *, zone: ZoneInfo
) -> tuple[str, ...]:
    """Say what is reserved for an agency now; `share` is None where it has nothing there."""
    name = phrases.plain(agency.name)
    if share is None or not share.reserved or share.opens_at is None:
        return (f"No places are reserved for {name} any more.",)
    until = phrases.day_and_time(share.opens_at, zone)
    places = phrases.counted(share.reserved, "place is", "places are")
    return (f"{places} reserved for {name} until {until}.",)
