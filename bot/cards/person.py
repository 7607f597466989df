"""Somebody's booking as a coordinator sees it: how it stands, its story, and what can be done."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.pieces import (
    Button,
    Element,
    button,
    buttons,
    card,
    heading,
    line,
    message,
    state,
    subheading,
    subtle,
)
from bot.cards.roster import agency_name
from bot.payloads import PersonOnSession as PersonChoice
from bot.payloads import RosterChoice, SubstituteSought
from bot.turns import Reply
from trainingbot.enums import ACTIVE_BOOKINGS, BookingStatus, Change, Channel
from trainingbot.models import Practitioner
from trainingbot.scheduling.roster_views import BookingStep, PersonOnSession, PlaceGoesTo

STEPS_SHOWN = 5
MOST_LETTERS = 400
"""So much of a reason stands in the story; warnings of a course are kept behind it."""

CHANGES = {
    Change.BOOKED: "Booked",
    Change.WAITLISTED: "Joined the waitlist",
    Change.PROMOTED: "Booked automatically from the waitlist",
    Change.OFFERED: "A place was offered",
    Change.OFFER_ACCEPTED: "Took the offered place",
    Change.OFFER_DECLINED: "Let the offered place go",
    Change.OFFER_EXPIRED: "The offer ran out",
    Change.OFFER_WITHDRAWN: "The offer was withdrawn",
    Change.CANCELLED: "Cancelled",
    Change.SUBSTITUTED: "Handed on to a colleague",
    Change.STEPPED_IN: "Stepped in for a colleague",
    Change.TRANSFERRED_AWAY: "Changed to another date",
    Change.TRANSFERRED_HERE: "Changed to this date",
    Change.KEPT: "Kept the place after the session was moved",
    Change.SAID_COMING: "Said they are coming",
    Change.SESSION_CANCELLED: "The session was cancelled",
    Change.ATTENDANCE_MARKED: "Attendance recorded",
    Change.CAME_UNBOOKED: "Came without a booking",
}


def managed_booking(
    person: PersonOnSession, *said: str, to_come: bool, substitutes: bool, zone: ZoneInfo
) -> Reply:
    """Show a coordinator somebody's booking on a session, and what can be done about it.

    `said` is what has just happened; `to_come` whether the session has not begun, so that
    something can be done; `substitutes` whether the terms allow handing a place on.
    """
    name = phrases.plain(person.practitioner.name)
    stands = _stands(person, zone)
    active = person.booking is not None and person.booking.status in ACTIVE_BOOKINGS
    return card(
        heading(name),
        *about_person(person),
        *about_session(person, zone),
        state(stands, active=active),
        *_said_coming(person, zone),
        *([message(*said)] if said else []),
        *_story(person, zone),
        *([buttons(*_wishes(person, substitutes=substitutes))] if to_come else []),
        actions=[roster_button(person)],
        summary=f"{name}: {said[0] if said else stands}",
    )


def about_person(person: PersonOnSession) -> list[Element]:
    """Say from which agency somebody comes, and whether that has been confirmed."""
    agency = agency_name(person.agency)
    confirmed = person.practitioner.agency_confirmed_at is not None
    return [subtle(agency if confirmed or person.agency is None else f"{agency}, not confirmed")]


def about_session(person: PersonOnSession, zone: ZoneInfo) -> list[Element]:
    """Say which session it is about."""
    return [
        line(phrases.plain(person.course.title)),
        line(phrases.when(person.session, zone)),
        subtle(phrases.where_and_places(person.session)),
    ]


def roster_button(person: PersonOnSession) -> Button:
    """Return the button that leads back to everybody on the session."""
    return button("Roster", "session_roster", RosterChoice(session_id=person.session.id))


def choice_of(person: PersonOnSession) -> PersonChoice:
    """Return what a button sends about somebody on a session."""
    return PersonChoice(session_id=person.session.id, practitioner_id=person.practitioner.id)


def _stands(person: PersonOnSession, zone: ZoneInfo) -> str:
    if person.booking is None:
        return "No booking"
    return phrases.standing(person.booking, person.session, person.queue_place, zone)


def _said_coming(person: PersonOnSession, zone: ZoneInfo) -> list[Element]:
    said_at = person.booking.coming_at if person.booking else None
    return [subtle(f"Said on {phrases.day(said_at, zone)} that they are coming")] if said_at else []


def _wishes(person: PersonOnSession, *, substitutes: bool) -> list[Button]:
    choice = choice_of(person)
    status = person.booking.status if person.booking else None
    book = button("Book", "preview_booking_for", choice)
    cancel = button("Cancel for them", "ask_to_cancel_for", choice)
    if status == BookingStatus.CONFIRMED:
        sought = SubstituteSought(**choice.model_dump())
        send = button("Send a colleague instead", "ask_to_substitute_for", sought)
        return [cancel, send] if substitutes else [cancel]
    return [book, cancel] if status in ACTIVE_BOOKINGS else [book]


def _story(person: PersonOnSession, zone: ZoneInfo) -> list[Element]:
    if not person.steps:
        return []
    earlier = (
        [subtle(f"And {phrases.counted(person.earlier_steps, 'earlier step')}.")]
        if person.earlier_steps
        else []
    )
    return [
        subheading("What happened, the newest first"),
        *(part for step in person.steps for part in _step(step, person, zone)),
        *earlier,
    ]


def _step(step: BookingStep, person: PersonOnSession, zone: ZoneInfo) -> list[Element]:
    change = step.change
    who = _who(step, person)
    return [
        line(f"{CHANGES[change.change]}{_other_end(step, zone)}"),
        subtle(f"{phrases.day_and_time(change.at, zone)}, by {who}"),
        *[subtle(f"Why: {reason}") for reason in _reasons(step)],
    ]


def _who(step: BookingStep, person: PersonOnSession) -> str:
    if step.actor is None:
        return "the service"
    if step.actor.id == person.practitioner.id:
        return "themselves"
    return phrases.plain(step.actor.name)


def _other_end(step: BookingStep, zone: ZoneInfo) -> str:
    if step.other_session is not None:
        return f": {phrases.day_and_time(step.other_session.starts_at, zone)}"
    if step.other_person is not None:
        return f": {phrases.plain(step.other_person.name)}"
    return ""


def _reasons(step: BookingStep) -> Sequence[str]:
    late = step.change.late_reason
    said = step.change.reason or ""
    short = said if len(said) <= MOST_LETTERS else f"{said[:MOST_LETTERS]}…"
    parts = [f"late, {phrases.inside(phrases.LATE_REASONS[late])}"] if late else []
    parts += [phrases.plain(short)] if short else []
    return [". ".join(parts)] if parts else []


def told_sentence(person: Practitioner, *, by: Channel | None) -> str:
    """Say how somebody hears of it from us, or that they have to be told."""
    first = phrases.first_name(person.name)
    if by is not None:
        return f"We tell {first} {phrases.CHANNELS[by]}, with your reason."
    return f"{first} is not in Teams with us yet, so tell them yourself."


def where_it_goes(place: PlaceGoesTo) -> str:
    """Say what becomes of a place that is given back."""
    if place.next_in_line is not None:
        name = phrases.plain(place.next_in_line.name)
        if place.at_once:
            return f"{name}, next in line, gets the place at once."
        return f"The place is offered to {name}, next in line."
    if place.told:
        waiting = (
            f"{phrases.people(place.told)} who {'waits is' if place.told == 1 else 'wait are'}"
        )
        return f"{waiting} told, and the first to ask gets the place."
    return "The place becomes free for somebody else."
