"""The cards on which places reserved for agencies are seen, with names as long as they come."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from bot.cards import bookings, courses, reserved, waitlist
from bot.cards.reserved import ReservedAtHand
from bot.payloads import PlacesToReserve
from bot.turns import Reply
from tests.bot.cards import gallery
from tests.moments import NOW
from trainingbot.bookings.reserved_rules import OpenPlaces, Reservation
from trainingbot.bookings.views import AgencyShare, WaitStory
from trainingbot.enums import BookingStatus
from trainingbot.models import Agency


def cards() -> dict[str, Reply]:
    """Return every card by a name for it."""
    session = gallery.session()
    opening = OpenPlaces(open=2, kept=1, others=reservations(3))
    closed = OpenPlaces(open=0, kept=0, others=reservations(2))
    waiting = gallery.training(BookingStatus.WAITLISTED, queue_place=3)
    waiting = replace(waiting, opening=closed)
    blank = PlacesToReserve(session_id=session.id, opens_on="2025-01-10")
    wrong = PlacesToReserve(
        session_id=session.id, agency_id=UUID(int=100), places="x" * 200, opens_on="2025-02-30"
    )
    said = reserved.reserved_sentences(gallery.agency(), share(0), zone=gallery.LONDON)
    return {
        "course with reserved places": courses.course_card(
            gallery.course(),
            [session] * 5,
            total=9,
            bookings={},
            openings={session.id: opening},
            zone=gallery.LONDON,
        ),
        "session with reserved places": courses.session_card(
            gallery.course(), session, offered="waitlist", opening=closed, zone=gallery.LONDON
        ),
        "waitlisted beside reserved places": bookings.booking_card(
            waiting,
            *bookings.booked_sentences(waiting),
            begun=False,
            calendar_url=None,
            zone=gallery.LONDON,
        ),
        "why waiting beside reserved places": waitlist.why_waiting(
            waiting,
            WaitStory(since=NOW, taken=2, let_go=1, open_offers=1, first_offer_ends_at=NOW),
            broadcast_begins=NOW,
            opening=closed,
            zone=gallery.LONDON,
        ),
        "reserved places": reserved.reserved_card(at_hand(12), blank, zone=gallery.LONDON),
        "no reserved places": reserved.reserved_card(at_hand(0), blank, zone=gallery.LONDON),
        "places just reserved": reserved.reserved_card(
            at_hand(1), blank, *said, zone=gallery.LONDON
        ),
        "places that cannot be reserved": reserved.reserved_card(
            at_hand(12),
            wrong,
            problems={
                "agency_id": "Choose an agency from the list.",
                "places": "Type a number of places, such as 2.",
                "opens_on": "Choose a day.",
            },
            zone=gallery.LONDON,
        ),
        "too late to reserve places": reserved.reserved_card(
            at_hand(1, too_late=True), blank, zone=gallery.LONDON
        ),
    }


def at_hand(shares: int, *, too_late: bool = False) -> ReservedAtHand:
    return ReservedAtHand(
        course=gallery.course(),
        session=gallery.session(),
        mix=[share(number) for number in range(shares)],
        agencies=[agency(number) for number in range(200)],
        latest=NOW + timedelta(days=3),
        too_late=too_late,
    )


def share(number: int) -> AgencyShare:
    return AgencyShare(agency(number), taken=3, waiting=2, reserved=5, opens_at=NOW)


def agency(number: int) -> Agency:
    return Agency(
        id=UUID(int=100 + number),
        code=f"A{number}",
        name=f"{gallery.agency().name} number {number}",
        sector="health",
        contributing=True,
    )


def reservations(number: int) -> list[Reservation]:
    return [
        Reservation(agency(one).id, agency(one).name, 2, 0, NOW + timedelta(days=one))
        for one in range(number)
    ]
