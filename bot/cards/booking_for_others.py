"""Booking for somebody else: who it is, what it comes to, why, and what speaks against it."""

from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import TextBlock, TextInput

from bot import phrases
from bot.cards.for_others import beside, why
from bot.cards.person import (
    about_person,
    about_session,
    choice_of,
    roster_button,
    told_sentence,
)
from bot.cards.pieces import (
    Button,
    Element,
    button,
    buttons,
    card,
    heading,
    line,
    message,
    row,
    state,
    subtle,
)
from bot.cards.roster import agency_name
from bot.payloads import (
    BookingForPerson,
    PersonSought,
    PractitionerChoice,
    RosterChoice,
    SessionChoice,
)
from bot.payloads import PersonOnSession as PersonChoice
from bot.turns import Reply
from trainingbot.enums import ACTIVE_BOOKINGS, BookingStatus, Channel
from trainingbot.models import Agency, Booking, Course, CourseSession, Practitioner
from trainingbot.scheduling.roster_views import BookingOutcome, PersonOnSession

ROWS = 10


def who_to_book(
    course: Course, session: CourseSession, *, name: str = "", problem: str = "", zone: ZoneInfo
) -> Reply:
    """Ask for a part of the name of whoever is to come; `problem` is what it lacked before."""
    title = phrases.plain(course.title)
    return card(
        heading("Who is to come?"),
        line(title),
        line(phrases.when(session, zone)),
        subtle(phrases.where_and_places(session)),
        *_find_form(session, name=name, problem=problem),
        actions=[_back_to_roster(session)],
        summary=f"Who is to come? {title}",
    )


def people_found(
    course: Course,
    session: CourseSession,
    found: Sequence[tuple[Practitioner, Agency | None]],
    *,
    total: int,
    name: str,
    bookings: Mapping[UUID, Booking],
    zone: ZoneInfo,
) -> Reply:
    """Offer the people who may be meant; whoever has a booking already is opened instead."""
    looked = phrases.plain(name)
    title = phrases.plain(course.title)
    left_out = total - len(found)
    nobody = [
        line(f"We know nobody called “{looked}”. Is it written another way?"),
        subtle("People are known once the programme names them or they have met the bot."),
    ]
    return card(
        heading("Who is to come?"),
        line(title),
        line(phrases.when(session, zone)),
        *(_person_row(session, *one, bookings=bookings, zone=zone) for one in found),
        *([] if found else nobody),
        *([subtle(f"And {left_out} more: type more of the name.")] if left_out > 0 else []),
        *_find_form(session, name=name),
        actions=[_back_to_roster(session)],
        summary=f"People like “{looked}”: {total}",
    )


def _person_row(
    session: CourseSession,
    person: Practitioner,
    agency: Agency | None,
    *,
    bookings: Mapping[UUID, Booking],
    zone: ZoneInfo,
) -> Element:
    booking = bookings.get(person.id)
    details: list[TextBlock] = [subtle(agency_name(agency))]
    if person.email:
        details.append(subtle(phrases.plain(person.email)))
    choice = PersonChoice(session_id=session.id, practitioner_id=person.id)
    chosen = button("Choose", "preview_booking_for", choice)
    if booking is not None and booking.status in ACTIVE_BOOKINGS:
        details.append(state(phrases.standing(booking, session, None, zone)))
        chosen = button("Open", "manage_booking", choice)
    return row(phrases.plain(person.name), details, chosen)


def _find_form(session: CourseSession, *, name: str, problem: str = "") -> list[Element]:
    return [
        *beside(problem),
        TextInput(
            id="name",
            label="A part of the name or the e-mail address",
            value=name,
            max_length=200,
        ),
        buttons(
            button(
                "Find",
                "find_practitioner",
                PersonSought(session_id=session.id),
                style="positive",
                with_inputs=True,
            )
        ),
    ]


def booking_question(
    person: PersonOnSession,
    outcome: BookingOutcome,
    form: BookingForPerson,
    *,
    own: bool,
    by: Channel | None,
    problem: str = "",
    warnings: Sequence[str] = (),
    zone: ZoneInfo,
) -> Reply:
    """Ask before somebody is booked: what it comes to, why, and what speaks against it.

    `own`: whether the coordinator books for themselves, and so needs no reason.
    """
    name = phrases.plain(person.practitioner.name)
    told = [] if own else [told_sentence(person.practitioner, by=by)]
    does = outcome_sentence(person, outcome)
    payload = BookingForPerson(
        **choice_of(person).model_dump(), despite_doubts=bool(warnings or form.despite_doubts)
    )
    title = "Book anyway" if payload.despite_doubts else "Book"
    return card(
        heading(f"Book {name}?"),
        *about_person(person),
        *about_session(person, zone),
        message(does, *told),
        *(line(phrases.plain(warning)) for warning in warnings),
        *([] if own else why(form.reason, problem)),
        actions=[
            button(title, "book_for", payload, style="positive", with_inputs=True),
            button("Somebody else", "ask_to_book_for", SessionChoice(session_id=form.session_id)),
            roster_button(person),
        ],
        summary=f"Book {name}? {does}",
    )


def outcome_sentence(person: PersonOnSession, outcome: BookingOutcome) -> str:
    """Say what somebody gets, or why it changes nothing."""
    first = phrases.first_name(person.practitioner.name)
    if outcome.status == BookingStatus.CONFIRMED:
        if outcome.changes_nothing:
            return f"{first} has a place already."
        held = person.booking is not None and person.booking.status == BookingStatus.OFFERED
        return f"{first} gets {'the place that is held for them' if held else 'a place'}."
    place = phrases.ordinal(outcome.queue_place or 1)
    if outcome.changes_nothing:
        return f"No place is free for {first}, who waits as {place} already."
    return f"No place is free for {first}, who joins the waitlist as {place}."


def cannot_be_booked(person: PersonOnSession, sentence: str, *, zone: ZoneInfo) -> Reply:
    """Say why somebody cannot be booked, and lead to what helps."""
    name = phrases.plain(person.practitioner.name)
    request: list[Button] = []
    if person.practitioner.agency_confirmed_at is None and person.agency is not None:
        asked = PractitionerChoice(
            practitioner_id=person.practitioner.id, agency_id=person.agency.id
        )
        request = [button("Look at the request", "show_request", asked, style="positive")]
    session = SessionChoice(session_id=person.session.id)
    return card(
        heading(f"{name} can’t be booked"),
        *about_person(person),
        *about_session(person, zone),
        message(phrases.plain(sentence)),
        actions=[
            *request,
            button("Somebody else", "ask_to_book_for", session),
            roster_button(person),
        ],
        summary=f"{name} can’t be booked. {phrases.plain(sentence)}",
    )


def _back_to_roster(session: CourseSession) -> Button:
    return button("Roster", "session_roster", RosterChoice(session_id=session.id))
