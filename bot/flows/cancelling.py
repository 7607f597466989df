"""What flows say of giving back: until when it is free, what is asked later, what was charged."""

from collections.abc import Iterable
from uuid import UUID

from bot.cards import cancelling as cards
from bot.payloads import GiveBack
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.charges import last_charge, late_charge_of
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import BookingStatus, ChargeState
from trainingbot.models import Booking, CourseSession


def leaving_of(visit: Visit, row: TrainingRow) -> str | None:
    """Say until when the place of a booking is free to give back."""
    return cards.leaving(row.session, row.booking, terms=visit.terms, now=visit.now)


def leaving_of_new(visit: Visit, session: CourseSession) -> str:
    """Say until when a place would be free to give back, once it is taken."""
    return cards.leaving_if_booked(session, terms=visit.terms, now=visit.now)


def leaving_of_mine(visit: Visit, rows: Iterable[TrainingRow]) -> dict[UUID, str]:
    """Say it for each of several bookings that have a place, by the id of the session."""
    said = {row.session.id: leaving_of(visit, row) for row in rows}
    return {session_id: words for session_id, words in said.items() if words}


def leaving_of_dates(
    visit: Visit, sessions: Iterable[CourseSession], bookings: dict[UUID, Booking]
) -> dict[UUID, str]:
    """Say it for each date of a course on which one has a place, or can have one."""
    terms, now = visit.terms, visit.now
    said: dict[UUID, str | None] = {}
    for session in sessions:
        booking = bookings.get(session.id)
        if booking is not None and booking.status == BookingStatus.CONFIRMED:
            said[session.id] = cards.leaving(session, booking, terms=terms, now=now)
        elif session.places_taken < session.capacity:
            said[session.id] = cards.leaving_if_booked(session, terms=terms, now=now)
    return {session_id: words for session_id, words in said.items() if words}


async def asked_of(visit: Visit) -> str | None:
    """Say what the terms ask of this person for a late cancellation; None where nothing."""
    policy = visit.terms.policy
    pence = await late_charge_of(visit.db, visit.practitioner, policy=policy)
    return cards.asked_when_late(pence, policy=policy) if pence else None


async def late_question(
    visit: Visit, row: TrainingRow, given: GiveBack, *, missing: str = ""
) -> Reply:
    """Ask why a place is given back late; `missing` is what the reason that was given lacks."""
    terms = visit.terms
    pence = await late_charge_of(visit.db, visit.practitioner, policy=terms.policy)
    return cards.late_question(row, given, terms=terms, pence=pence, missing=missing)


async def charged_for(visit: Visit, booking: Booking) -> tuple[str, ...]:
    """Say what the last change of a booking has raised; nothing where it was free."""
    charge = await last_charge(visit.db, booking)
    if charge is None or charge.position != booking.change_count:
        return ()
    if charge.state == ChargeState.RAISED:
        return (cards.charged_sentence(charge),)
    return cards.charge_sentences(charge)


async def charge_of(visit: Visit, row: TrainingRow) -> tuple[str, ...]:
    """Say where the charge for a booking stands; nothing where there never was one.

    Nothing is read for a place that can still be used: nobody has been charged for it.
    """
    if row.booking.status != BookingStatus.CANCELLED and row.session.starts_at > visit.now:
        return ()
    charge = await last_charge(visit.db, row.booking)
    return () if charge is None else cards.charge_sentences(charge)
