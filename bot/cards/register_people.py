"""Who is put onto a register without having booked: somebody found by a part of their name."""

from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import TextBlock, TextInput

from bot import phrases
from bot.cards.for_others import beside
from bot.cards.pieces import (
    Element,
    button,
    buttons,
    card,
    heading,
    line,
    row,
    state,
    subtle,
)
from bot.cards.roster import agency_name, short_name
from bot.payloads import PersonOnSession, PersonSought
from bot.register_payloads import RegisterChoice
from bot.turns import Reply
from trainingbot.attendance.views import Register
from trainingbot.enums import MAY_HAVE_COME, BookingStatus
from trainingbot.models import Agency, Booking, Practitioner

ROWS = 8
_STANDS = {
    BookingStatus.WAITLISTED: "On the waitlist",
    BookingStatus.OFFERED: "A place was offered",
    BookingStatus.CANCELLED: "Gave back",
}


def who_came(
    register: Register,
    found: Sequence[tuple[Practitioner, Agency | None]] = (),
    *,
    name: str = "",
    total: int = 0,
    bookings: Mapping[UUID, Booking] | None = None,
    problem: str = "",
    zone: ZoneInfo,
) -> Reply:
    """Ask who came without a booking, and offer the people who may be meant.

    Only name and agency of each are shown. `problem` is what the name lacked.
    """
    session = register.session
    looked = phrases.plain(name)
    left_out = total - len(found)
    nobody = name and not found and not problem
    return card(
        heading("Who came without a booking?"),
        line(phrases.plain(register.course.title)),
        subtle(phrases.when(session, zone)),
        *(_person(register, *one, booking=(bookings or {}).get(one[0].id)) for one in found),
        *(
            [line(f"We know nobody called “{looked}”. Is it written another way?")]
            if nobody
            else []
        ),
        *([subtle("Ask them to write to this bot once, and look again.")] if nobody else []),
        *([subtle(f"And {left_out} more: type more of the name.")] if left_out > 0 else []),
        *beside(problem),
        TextInput(
            id="name",
            label="Part of the name",
            value=name,
            max_length=200,
            is_required=True,
            error_message="Type a part of the name.",
        ),
        buttons(
            button(
                "Find",
                "find_for_register",
                PersonSought(session_id=session.id),
                with_inputs=True,
            )
        ),
        actions=[
            button("Back to the list", "register", RegisterChoice(session_id=session.id)),
        ],
        summary="Who came without a booking?",
    )


def _person(
    register: Register,
    person: Practitioner,
    agency: Agency | None,
    *,
    booking: Booking | None,
) -> Element:
    details: list[TextBlock] = [subtle(agency_name(agency))]
    them = PersonOnSession(session_id=register.session.id, practitioner_id=person.id)
    if booking is not None and booking.status in MAY_HAVE_COME:
        details.append(state("On the register"))
        return row(short_name(person.name), details, None)
    if booking is not None and booking.status in _STANDS:
        details.append(state(_STANDS[booking.status], active=False))
    return row(short_name(person.name), details, button("Add", "add_to_register", them))
