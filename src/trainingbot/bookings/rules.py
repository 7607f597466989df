"""Who gets a place, who waits, and what can no longer be done."""

from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from trainingbot.enums import BookingStatus, ChargeKind, LateReason, SessionStatus
from trainingbot.errors import (
    AgencyNotConfirmed,
    AlreadyBooked,
    AnotherCourse,
    NoBooking,
    NotAColleague,
    ReasonNeeded,
    SessionCancelled,
    SessionStarted,
    SubstitutesNotTaken,
    TrainingBotError,
)
from trainingbot.models import Booking, CourseSession, Practitioner
from trainingbot.terms import Policy, Terms
from trainingbot.working_days import add_working_hours, working_days_before

QUEUE_ENDS = timedelta(hours=2)
"""How long before the start nobody is told of a free place any more: it would be too late."""


def refusal_to_book(
    session: CourseSession, practitioner: Practitioner, *, now: datetime
) -> TrainingBotError | None:
    """Return the first rule that blocks a booking, or None."""
    if session.status == SessionStatus.CANCELLED:
        return SessionCancelled(
            "This session has been cancelled. Look for another date of the course."
        )
    if session.starts_at <= now or session.status == SessionStatus.DELIVERED:
        return SessionStarted(
            "This session has already begun, so it can't be booked any more. "
            "Look for another date of the course."
        )
    if practitioner.agency_confirmed_at is None:
        return AgencyNotConfirmed(
            "You can book as soon as we know which agency you work for. "
            "Type “my agency” to choose it, or to see where your request stands."
        )
    return None


def refusal_to_cancel(session: CourseSession, *, now: datetime) -> TrainingBotError | None:
    """Return the rule that blocks giving a place back, or None."""
    if session.starts_at <= now or session.status == SessionStatus.DELIVERED:
        return SessionStarted(
            "This session has already begun, so the place can't be given back any more."
        )
    return None


def refusal_to_say_coming(
    session: CourseSession, booking: Booking | None, *, now: datetime
) -> TrainingBotError | None:
    """Return why nobody counts on somebody for a session, or None where they have a place."""
    if session.status == SessionStatus.CANCELLED:
        return SessionCancelled("This session has been cancelled, so nobody needs to come.")
    if session.starts_at <= now or session.status == SessionStatus.DELIVERED:
        return SessionStarted("This session has already begun.")
    if booking is None or booking.status != BookingStatus.CONFIRMED:
        return NoBooking(
            "You have no place on this session at the moment, so we can't count on you yet."
        )
    return None


def free_until(session: CourseSession, *, terms: Terms) -> datetime:
    """Return until when a place on a session is given back without giving a reason."""
    return working_days_before(
        session.starts_at, days=terms.policy.notice_days, calendar=terms.calendar
    )


def is_late(session: CourseSession, booking: Booking, *, terms: Terms, now: datetime) -> bool:
    """Tell whether giving a booking back now is late: only that of a confirmed place can be.

    Whoever has been moved to another time gives back freely until they keep the place.
    """
    return (
        booking.status == BookingStatus.CONFIRMED
        and not booking.may_leave_freely
        and now > free_until(session, terms=terms)
    )


def refusal_without_reason(
    session: CourseSession,
    booking: Booking,
    *,
    late_reason: LateReason | None,
    words: str | None,
    terms: Terms,
    now: datetime,
) -> ReasonNeeded | None:
    """Return why a place is not given back without a reason, or None.

    Words of the person's own go with `LateReason.OTHER`, which says nothing by itself.
    """
    if not is_late(session, booking, terms=terms, now=now):
        return None
    if late_reason is None:
        return ReasonNeeded("It is too late to give this place back without a reason. Choose one.")
    if late_reason == LateReason.OTHER and not (words or "").strip():
        return ReasonNeeded("Say in a few words which other reason it is.")
    return None


def joining_link(session: CourseSession, booking: Booking, *, now: datetime) -> str | None:
    """Return the link by which somebody joins a session, or None where there is none for them.

    It is for those who have a place, once the session is sure to take place and until it ends.
    Only links that begin with https and could not be taken for anything else are handed out.
    """
    if booking.status != BookingStatus.CONFIRMED or session.status != SessionStatus.SCHEDULED:
        return None
    if session.tentative or session.ends_at <= now or session.join_url is None:
        return None
    return session.join_url if is_a_link(session.join_url) else None


def is_a_link(url: str) -> bool:
    """Tell whether a link begins with https and could not be taken for anything else."""
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def charge_for(
    kind: ChargeKind, *, late_reason: LateReason | None, agency_code: str | None, policy: Policy
) -> int | None:
    """Return the charge that the terms ask for a place nobody used, in pence, or None.

    `late_reason` is why a place was given back late; a no-show has none. Codes of agencies are
    compared in letters of either case.
    """
    late = kind == ChargeKind.LATE_CANCELLATION
    exempt_agencies = {code.casefold() for code in policy.exempt_agencies}
    if (agency_code or "").casefold() in exempt_agencies:
        return None
    if late and (late_reason is None or late_reason in policy.exempt_reasons):
        return None
    return (policy.late_charge if late else policy.no_show_charge) or None


def refusal_of_substitutes(*, terms: Terms) -> SubstitutesNotTaken | None:
    """Return why nobody takes a colleague's place over here, or None where the terms let them."""
    if terms.policy.substitutes:
        return None
    return SubstitutesNotTaken(
        "A place can't be handed on to a colleague here. "
        "Give it back instead, and it goes to the next in line."
    )


def refusal_to_substitute(
    session: CourseSession,
    giver: Practitioner,
    substitute: Practitioner,
    *,
    given: Booking | None,
    taken: Booking | None,
    terms: Terms,
    now: datetime,
) -> TrainingBotError | None:
    """Return the first rule that blocks handing a place on to a colleague, or None.

    `given` is the booking of the giver on the session, and `taken` that of the colleague.
    """
    if session.status == SessionStatus.CANCELLED:
        return SessionCancelled("This session has been cancelled, so nobody needs to go.")
    if session.starts_at <= now or session.status == SessionStatus.DELIVERED:
        return SessionStarted(
            "This session has already begun, so the place can't be handed on any more."
        )
    if refusal := refusal_of_substitutes(terms=terms):
        return refusal
    if given is None or given.status != BookingStatus.CONFIRMED:
        return NoBooking("There is no confirmed place on this session to hand on.")
    return _refusal_to_send(giver, substitute, taken=taken)


def _refusal_to_send(
    giver: Practitioner, substitute: Practitioner, *, taken: Booking | None
) -> TrainingBotError | None:
    if not _are_colleagues(giver, substitute):
        return NotAColleague(
            "A place stays with its agency: only a colleague whose agency has been confirmed can "
            "take it over. Choose somebody else."
        )
    if taken is not None and taken.status == BookingStatus.CONFIRMED:
        return AlreadyBooked(
            "This colleague has a place on the session already. Choose somebody else."
        )
    return None


def _are_colleagues(one: Practitioner, other: Practitioner) -> bool:
    return (
        one.id != other.id
        and one.agency_id == other.agency_id
        and one.agency_confirmed_at is not None
        and other.agency_confirmed_at is not None
    )


def refusal_to_leave_for(
    session: CourseSession,
    other: CourseSession,
    *,
    booking: Booking | None,
    now: datetime,
) -> TrainingBotError | None:
    """Return the rule that blocks changing from a session to an `other` date, or None.

    `booking` is the person's own on the first.
    """
    if session.course_id != other.course_id:
        return AnotherCourse(
            "A place can only be changed to another date of the same course. "
            "Book the other course, and give this place back."
        )
    if session.status == SessionStatus.CANCELLED:
        return SessionCancelled(
            "This session has been cancelled, so there is no place to change. Book another date."
        )
    if session.starts_at <= now or session.status == SessionStatus.DELIVERED:
        return SessionStarted(
            "This session has already begun, so the place can't be changed any more."
        )
    if booking is None or booking.status != BookingStatus.CONFIRMED:
        return NoBooking(
            "You have no confirmed place on this session, so there is none to change. "
            "Type “my training” to see what you have booked."
        )
    return None


SHORTEST_OFFER = timedelta(hours=2)
"""For how long an offered place is held at the least; nearer to the broadcast none is offered."""


class Phase(StrEnum):
    """What becomes of a free place while people wait, as the session comes nearer."""

    OFFERS = "offers"
    """It is offered to the longest wait, and held for some time."""
    BROADCAST = "broadcast"
    """Everybody who waits is told, and the first to ask gets it."""
    OVER = "over"
    """Nobody is told any more; whoever asks gets it until the session begins."""


def broadcast_begins(session: CourseSession, *, terms: Terms) -> datetime:
    """Return from when on a free place goes to the first who asks."""
    return working_days_before(
        session.starts_at, days=terms.broadcast_days, calendar=terms.calendar
    )


def phase(session: CourseSession, *, terms: Terms, now: datetime) -> Phase:
    """Return the phase of a session's waitlist."""
    if session.status != SessionStatus.SCHEDULED or now >= session.starts_at - QUEUE_ENDS:
        return Phase.OVER
    if now >= broadcast_begins(session, terms=terms) - SHORTEST_OFFER:
        return Phase.BROADCAST
    return Phase.OFFERS


def offer_expiry(session: CourseSession, *, terms: Terms, now: datetime) -> datetime:
    """Return until when a place offered now is held, at the latest until the broadcast begins."""
    held = add_working_hours(now, hours=terms.offer_hours, calendar=terms.calendar)
    return min(held, broadcast_begins(session, terms=terms))


def may_overtake(session: CourseSession) -> bool:
    """Tell whether a new booking could pass somebody who waits: a place is free, a queue began."""
    return session.places_taken < session.capacity and session.next_queue_number > 1


def status_of_new_booking(
    session: CourseSession, *, somebody_waits: bool, current: Phase
) -> BookingStatus:
    """Return whether a new booking gets a place or waits; nobody overtakes the queue."""
    full = session.places_taken >= session.capacity
    overtakes = somebody_waits and current == Phase.OFFERS
    return BookingStatus.WAITLISTED if full or overtakes else BookingStatus.CONFIRMED
