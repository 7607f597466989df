"""Giving a place back: until when it is free, and the question that is asked when it is late."""

from datetime import datetime

from microsoft_teams.cards.core import Choice, ChoiceSetInput, TextInput

from bot import phrases
from bot.cards.pieces import (
    Element,
    button,
    card,
    heading,
    line,
    message,
    subtle,
    tentative_part,
)
from bot.payloads import GiveBack, SessionChoice
from bot.turns import Reply
from trainingbot.bookings.rules import free_until, is_late
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import BookingStatus, ChargeKind, ChargeState, LateReason, SessionStatus
from trainingbot.models import Booking, Charge, CourseSession
from trainingbot.policies import Policy
from trainingbot.terms import Terms

MOST_WORDS = 300
"""How many letters of one's own go with a reason."""
WHO_SEES_IT = "Only you and the training team’s coordinators see the reason."


def leaving(session: CourseSession, booking: Booking, *, terms: Terms, now: datetime) -> str | None:
    """Say until when somebody's place is free to give back; None where they have none to give."""
    coming = session.status == SessionStatus.SCHEDULED and session.starts_at > now
    if booking.status != BookingStatus.CONFIRMED or not coming:
        return None
    if booking.may_leave_freely:
        return "Free to give back, because the session was moved"
    if is_late(session, booking, terms=terms, now=now):
        return "Cancelling now counts as late"
    return _free_until(session, terms)


def leaving_if_booked(session: CourseSession, *, terms: Terms, now: datetime) -> str:
    """Say the same to somebody who has no place yet."""
    if now > free_until(session, terms=terms):
        return "Cancelling would count as late"
    return _free_until(session, terms)


def leaving_in_calendar(session: CourseSession, booking: Booking, *, terms: Terms) -> str:
    """Say the same in words that stay true in a calendar, whenever they are read."""
    if booking.may_leave_freely:
        return "Free to give back, because the session was moved"
    return _free_until(session, terms)


def _free_until(session: CourseSession, terms: Terms) -> str:
    until = phrases.day_and_time(free_until(session, terms=terms), terms.calendar.zone)
    return f"Free to cancel until {until}"


def asked_when_late(pence: int, *, policy: Policy) -> str:
    """Say what the terms ask for a late cancellation, and of whom they do not."""
    exempt = [
        phrases.inside(phrases.LATE_REASONS[reason])
        for reason in LateReason
        if reason in policy.exempt_reasons
    ]
    asked = f"The terms ask {phrases.pounds(pence)} for a late cancellation"
    if not exempt:
        return f"{asked}."
    return f"{asked}; {phrases.listed(exempt)} {'is' if len(exempt) == 1 else 'are'} exempt."


def late_question(
    training: TrainingRow, given: GiveBack, *, terms: Terms, pence: int, missing: str = ""
) -> Reply:
    """Ask why a place is given back late, and say what that means; nothing typed is lost.

    `pence` is what the terms ask of this person, nought where nothing. `missing` is what the
    reason that was given lacks, if it was given before.
    """
    title = phrases.plain(training.course.title)
    zone = terms.calendar.zone
    until = phrases.day_and_time(free_until(training.session, terms=terms), zone)
    asked = [asked_when_late(pence, policy=terms.policy)] if pence else []
    choice = SessionChoice(session_id=training.session.id)
    colleague = button("Send a colleague", "ask_for_substitute", choice)
    may_send = [colleague] if terms.policy.substitutes else []
    return card(
        heading(title),
        line(phrases.when(training.session, zone)),
        subtle(phrases.where(training.session)),
        *tentative_part(training.session, zone),
        message(
            missing or "Give your place back?",
            f"It is later than {until}, so a reason goes with it.",
            *asked,
            *(["Sending a colleague of your agency is never late."] if may_send else []),
        ),
        *late_reason_inputs(given.late_reason, given.words),
        subtle(WHO_SEES_IT),
        actions=[
            button("Keep my place", "show_booking", choice),
            *may_send,
            button(
                "Give my place back",
                "cancel_booking",
                GiveBack(session_id=training.session.id),
                style="destructive",
                with_inputs=True,
            ),
        ],
        summary=f"Give your place back late? {title}",
    )


def late_reason_inputs(chosen: LateReason | None, words: str) -> list[Element]:
    """Return the short list of reasons, `late_reason`, and a field for `words` of one's own."""
    return [
        ChoiceSetInput(
            id="late_reason",
            label="Why can’t you come?",
            is_required=True,
            error_message="Choose a reason from the list.",
            placeholder="Choose a reason",
            value=chosen.value if chosen else "",
            choices=[
                Choice(title=name, value=reason.value)
                for reason, name in phrases.LATE_REASONS.items()
            ],
            style="compact",
            wrap=True,
        ),
        TextInput(
            id="words",
            label="In your own words, for another reason",
            value=words,
            max_length=MOST_WORDS,
            is_multiline=True,
        ),
    ]


def charged_sentence(charge: Charge) -> str:
    """Say to somebody who has just cancelled late what was raised, and what can be done."""
    return (
        f"A charge of {phrases.pounds(charge.pence)} was raised, as the terms ask. "
        "The training team can waive it."
    )


def charge_sentences(charge: Charge) -> tuple[str, ...]:
    """Say where a charge stands, to the person who is charged."""
    amount = phrases.pounds(charge.pence)
    what = {
        ChargeKind.LATE_CANCELLATION: "for giving the place back late",
        ChargeKind.NO_SHOW: "for not coming",
    }[charge.kind]
    match charge.state:
        case ChargeState.WAIVED:
            reason = phrases.plain(charge.reason or "")
            return (f"The charge of {amount} {what} has been waived.", reason)
        case ChargeState.SETTLED:
            return (f"The charge of {amount} {what} is settled.",)
        case _:
            return (f"A charge of {amount} {what} is open.", "The training team can waive it.")
