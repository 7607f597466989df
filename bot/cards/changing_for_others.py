"""Cancelling and substituting for somebody else: what it comes to, and why."""

from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import Choice, ChoiceSetInput, TextBlock, TextInput

from bot import phrases
from bot.cards.for_others import why
from bot.cards.person import (
    about_person,
    about_session,
    choice_of,
    told_sentence,
    where_it_goes,
)
from bot.cards.pieces import (
    Element,
    button,
    buttons,
    card,
    choice_row,
    heading,
    line,
    message,
    subtle,
)
from bot.payloads import (
    CancellingForPerson,
    SubstituteChosen,
    SubstituteSought,
    SubstitutingForPerson,
)
from bot.turns import Reply
from trainingbot.bookings.views import Colleague, Colleagues
from trainingbot.enums import Channel, LateReason
from trainingbot.models import Practitioner
from trainingbot.scheduling.roster_views import PersonOnSession, PlaceGoesTo

COLLEAGUE_ROWS = 5
NOT_HELD = "No, it is not held against them"


def cancelling_question(
    person: PersonOnSession,
    place: PlaceGoesTo,
    form: CancellingForPerson,
    *,
    by: Channel | None,
    asked: str | None = None,
    problem: str = "",
    zone: ZoneInfo,
) -> Reply:
    """Ask before somebody's place is given back: who gets it, why, and whether it is late.

    `asked` says what the terms ask for a late cancellation, where they ask anything.
    """
    name = phrases.plain(person.practitioner.name)
    first = phrases.first_name(person.practitioner.name)
    does = where_it_goes(place) if place.held_place else f"{first} leaves the waitlist."
    question = f"Cancel for {name}?"
    return card(
        heading(question),
        *about_person(person),
        *about_session(person, zone),
        message(does, told_sentence(person.practitioner, by=by)),
        *(_whether_late(form.late_reason, asked=asked) if place.late else []),
        *why(form.reason, problem),
        actions=[
            button("Leave it as it is", "manage_booking", choice_of(person)),
            button(
                "Cancel for them",
                "cancel_for",
                CancellingForPerson(**choice_of(person).model_dump()),
                style="destructive",
                with_inputs=True,
            ),
        ],
        summary=f"{question} {does}",
    )


def _whether_late(chosen: LateReason | None, *, asked: str | None) -> list[Element]:
    """Offer to count it as late; unless a reason is chosen it is held against nobody."""
    return [
        line("It is later than places are free to give back."),
        *([subtle(asked)] if asked else []),
        ChoiceSetInput(
            id="late_reason",
            label="Does it count as late?",
            value=chosen.value if chosen else "",
            placeholder=NOT_HELD,
            choices=[
                Choice(title=NOT_HELD, value=""),
                *(
                    Choice(title=f"Yes: {phrases.inside(words)}", value=reason.value)
                    for reason, words in phrases.LATE_REASONS.items()
                ),
            ],
            style="compact",
            wrap=True,
        ),
    ]


def who_goes_instead(
    person: PersonOnSession,
    colleagues: Colleagues,
    *,
    name: str = "",
    reason: str = "",
    problem: str = "",
    zone: ZoneInfo,
) -> Reply:
    """Offer the colleagues who could take somebody's place.

    `name` is what was typed, and `reason` why, where it was said of somebody who cannot go.
    """
    giver = phrases.plain(person.practitioner.name)
    sought = SubstituteSought(**choice_of(person).model_dump(), reason=reason)
    question = f"Who goes instead of {giver}?"
    return card(
        heading(question),
        *about_person(person),
        *about_session(person, zone),
        *([message(phrases.plain(problem))] if problem else []),
        *(_colleague_row(person, one, reason) for one in colleagues.found),
        *_not_shown(colleagues, name),
        TextInput(id="name", label="Find a colleague by name", value=name, max_length=200),
        buttons(button("Find", "ask_to_substitute_for", sought, with_inputs=True)),
        actions=[button("Leave it as it is", "manage_booking", choice_of(person))],
        summary=question,
    )


def _colleague_row(person: PersonOnSession, one: Colleague, reason: str) -> Element:
    details: list[TextBlock] = []
    if one.practitioner.job_title:
        details.append(subtle(phrases.plain(one.practitioner.job_title)))
    if one.waits:
        details.append(line("Waits for a place on this session"))
    if not one.in_teams:
        details.append(subtle("Not in Teams with us yet"))
    chosen = SubstituteChosen(
        **choice_of(person).model_dump(), substitute_id=one.practitioner.id, reason=reason
    )
    name = phrases.plain(one.practitioner.name)
    return choice_row(
        name,
        details,
        button(f"Send {phrases.unmarked(name)}", "preview_substitute_for", chosen),
    )


def _not_shown(colleagues: Colleagues, name: str) -> list[Element]:
    if not colleagues.found and name:
        return [
            line(f"We found no colleague named “{phrases.plain(name)}” who could go."),
            subtle("It has to be somebody of the same agency who has no place on it yet."),
        ]
    if not colleagues.found:
        return [line("Type a part of the name of a colleague of the same agency.")]
    more = colleagues.total - len(colleagues.found)
    return [subtle(f"And {more} more: type more of the name.")] if more > 0 else []


def substituting_question(
    person: PersonOnSession,
    substitute: Practitioner,
    form: SubstitutingForPerson,
    *,
    problem: str = "",
    zone: ZoneInfo,
) -> Reply:
    """Ask before somebody's place is handed on, and why."""
    giver = phrases.plain(person.practitioner.name)
    goes = phrases.plain(substitute.name)
    first = phrases.first_name(person.practitioner.name)
    question = f"Send {goes} instead of {giver}?"
    choice = choice_of(person)
    return card(
        heading(question),
        *about_person(person),
        *about_session(person, zone),
        message(
            f"{goes} takes the place at once.", f"Both are told; only {first} reads your reason."
        ),
        *why(form.reason, problem),
        actions=[
            button(
                "Hand the place on",
                "substitute_for",
                SubstitutingForPerson(**choice.model_dump(), substitute_id=substitute.id),
                style="positive",
                with_inputs=True,
            ),
            button(
                "Somebody else",
                "ask_to_substitute_for",
                SubstituteSought(**choice.model_dump()),
            ),
            button("Leave it as it is", "manage_booking", choice),
        ],
        summary=question,
    )
