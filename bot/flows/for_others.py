"""Somebody else's booking as coordinators run it, and the news to the person of what was done."""

from bot.cards import for_others as cards
from bot.cards.person import STEPS_SHOWN, managed_booking, told_sentence
from bot.flows.bookings import booking_reply
from bot.flows.cancelling import charged_for
from bot.flows.reaching import channel_to
from bot.payloads import PersonOnSession as PersonChoice
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.queries import given_back, training_of_booking
from trainingbot.courses.rules import what_is_offered
from trainingbot.enums import BookingStatus, NoticeKind
from trainingbot.models import Notice, Practitioner
from trainingbot.scheduling.adding import WAS_INTERESTED
from trainingbot.scheduling.person import person_on_session, step_at
from trainingbot.scheduling.roster_views import PersonOnSession


async def manage_booking(visit: Visit, choice: PersonChoice) -> Reply:
    """Show a coordinator somebody's booking on a session, and what can be done about it."""
    return managed(visit, await person_of(visit, choice))


async def done_for_you_card(visit: Visit, notice: Notice) -> Reply | None:
    """Tell somebody what a coordinator did to their booking; None once it has moved on."""
    row = await training_of_booking(visit.db, notice.about_id)
    if row is None or row.booking.change_count != notice.occurrence:
        return None
    step = await step_at(visit.db, notice.about_id, position=notice.occurrence)
    if step is None or row.session.starts_at <= visit.now:
        return None
    reason = step.change.reason
    if notice.kind == NoticeKind.BOOKED_FOR_YOU:
        waits = row.booking.status == BookingStatus.WAITLISTED
        said = (
            cards.date_you_wanted_sentences()
            if waits and reason == WAS_INTERESTED
            else cards.booked_for_you_sentences(step.actor, waits=waits, reason=reason)
        )
        return booking_reply(visit, row, *said)
    given = await given_back(visit.db, row.booking)
    had_place = given.had_place or given.declined
    said = cards.cancelled_for_you_sentences(step.actor, had_place=had_place, reason=reason)
    return cards.cancelled_for_you(
        row,
        *said,
        *await charged_for(visit, row.booking),
        calendar_url=visit.calendar_url(row.booking.id) if had_place else None,
        zone=visit.zone,
    )


async def person_of(visit: Visit, choice: PersonChoice) -> PersonOnSession:
    """Return somebody on a session to a coordinator. Raises `NotACoordinator` or `NotFound`."""
    return await person_on_session(
        visit.db,
        choice.session_id,
        choice.practitioner_id,
        actor_id=visit.practitioner.id,
        steps=STEPS_SHOWN,
    )


def managed(visit: Visit, person: PersonOnSession, *said: str) -> Reply:
    """Show somebody's booking as it stands, with what has just happened."""
    return managed_booking(
        person,
        *said,
        to_come=is_to_come(visit, person),
        substitutes=visit.terms.policy.substitutes,
        zone=visit.zone,
    )


def is_to_come(visit: Visit, person: PersonOnSession) -> bool:
    """Tell whether something can still be done about bookings of the session."""
    return what_is_offered(person.session, now=visit.now) not in {"begun", "cancelled"}


def has_a_place(visit: Visit, person: PersonOnSession) -> bool:
    """Tell whether somebody has a confirmed place that can still be given or handed on."""
    status = person.booking.status if person.booking else None
    return status == BookingStatus.CONFIRMED and is_to_come(visit, person)


def is_own(visit: Visit, person: PersonOnSession) -> bool:
    """Tell whether the coordinator acts for themselves."""
    return person.practitioner.id == visit.practitioner.id


async def told_of(visit: Visit, person: PersonOnSession) -> str | None:
    """Say who tells the person of what has been done; nobody, where they did it themselves."""
    last: Practitioner | None = person.steps[0].actor if person.steps else None
    if last is None or last.id == person.practitioner.id:
        return None
    return told_sentence(person.practitioner, by=await channel_to(visit, person.practitioner))
