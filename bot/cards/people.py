"""Greeting, help, and the question of the agency for the person and the coordinator."""

from collections.abc import Sequence

from microsoft_teams.cards.core import Fact, FactSet

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
    row,
    subheading,
    subtle,
)
from bot.payloads import MyTraining, PractitionerChoice, TrainingView
from bot.turns import Reply
from trainingbot.models import Agency, Practitioner
from trainingbot.people.views import AgencyRequest

REQUEST_ROWS = 5
EXAMPLES = (
    "**neglect level 2** to see its dates",
    "**what’s on in June** or **courses with places**",
    "**book professional curiosity**",
    "**my training** to see your bookings and give a place back",
)
FOR_COORDINATORS = (
    "**manage S25-014** to move or cancel a session, or change its places or trainers",
    "**add a session to neglect level 2**",
    "**roster S25-014** to see who is coming, and to book or cancel for somebody",
    "**clashes** to see sessions that share a trainer, a venue or people",
    "**notices of neglect level 2** to settle reminders and joining instructions",
    "**who can’t we reach** to see who hears nothing in Teams",
)


def greeting(
    practitioner: Practitioner, *, agency: Agency | None, partnership: str, ask: Sequence[Element]
) -> Reply:
    """Greet a person once, and say in three lines what this is for.

    `ask` are the elements that ask for the agency where nobody vouches for one.
    """
    name = phrases.first_name(practitioner.name)
    known = (
        f"We know you from {phrases.plain(agency.name)}, so you can book straight away."
        if agency is not None and practitioner.agency_confirmed_at is not None
        else "You can look at every course now, and book once we know which agency you work for."
    )
    return card(
        heading(f"Hello {name}"),
        line(
            f"Here you find and book the training of {phrases.plain(partnership)}, "
            "and give a place back when you can’t come."
        ),
        line(known),
        *ask,
        actions=_start_buttons(first="default" if ask else "positive"),
        summary=f"Hello {name}. Find and book your training here.",
    )


def help_card(
    *,
    ask: Sequence[Element],
    requests: int | None,
    charges: bool = False,
    teaches: bool = False,
) -> Reply:
    """Say what a person can do; `requests` is for coordinators only, and None for others.

    `charges` says whether the terms ask for any; `teaches` whether the reader is a trainer.
    """
    coordinator: list[Button] = (
        []
        if requests is None
        else [button(f"Agencies to confirm ({requests})", "agencies_to_confirm")]
    )
    return card(
        heading("What would you like to do?"),
        line("Press a button, or type, for example:"),
        line("\n".join(f"- {example}" for example in EXAMPLES)),
        *_help_for_trainers(shown=teaches),
        *_help_for_coordinators(shown=requests is not None, charges=charges),
        *ask,
        actions=[*_start_buttons(first="default" if ask else "positive"), *coordinator],
        summary="Find a course, see your training, give a place back.",
    )


def _help_for_trainers(*, shown: bool) -> list[Element]:
    if not shown:
        return []
    return [
        subheading("As a trainer"),
        line("- **my sessions** to see who is coming to those you teach"),
        buttons(button("My sessions", "my_sessions")),
    ]


def _help_for_coordinators(*, shown: bool, charges: bool) -> list[Element]:
    if not shown:
        return []
    return [
        subheading("As a coordinator"),
        line("\n".join(f"- {example}" for example in FOR_COORDINATORS)),
        buttons(
            button("What needs attention", "attention"),
            button("Clashes", "clashes"),
            *([button("Charges", "charges")] if charges else []),
        ),
    ]


def _start_buttons(*, first: str) -> list[Button]:
    return [
        button("Find a course", "search_courses", style=first),
        button("My training", "my_training"),
        button("Past training", "my_training", MyTraining(view=TrainingView.PAST)),
    ]


def my_agency(
    practitioner: Practitioner, *, agency: Agency | None, ask: Sequence[Element], coordinators: int
) -> Reply:
    """Say where somebody stands with their agency, and let them choose while it is open."""
    if agency is None:
        return card(
            heading("Your agency"),
            line("We don’t know yet which agency you work for. You can book once we do."),
            *ask,
            summary="Which agency do you work for?",
        )
    name = phrases.plain(agency.name)
    if practitioner.agency_confirmed_at is not None:
        return card(
            heading("Your agency"),
            line(f"You book as a member of **{name}**."),
            subtle("Have you changed post? Ask the training team to change it."),
            actions=[button("Find a course", "search_courses", style="positive")],
            summary=f"You book as a member of {name}.",
        )
    asked = (
        "The training team has been asked to confirm it, and we tell you here as soon as they have."
        if coordinators
        else "No coordinator is set up yet who could confirm it. Ask the training team."
    )
    return card(
        heading("Your agency"),
        message(f"You chose {name}.", asked),
        line("You can look at every course meanwhile. Was it the wrong one? Choose again:"),
        *ask,
        actions=[button("Find a course", "search_courses")],
        summary=f"You chose {name}; the training team has been asked.",
    )


def request_card(request: AgencyRequest) -> Reply:
    """Ask a coordinator whether somebody belongs to the agency they chose."""
    person, agency = request.practitioner, request.agency
    choice = PractitionerChoice(practitioner_id=person.id, agency_id=agency.id)
    return card(
        heading("Does this person belong to the agency?"),
        FactSet(
            facts=[
                Fact(title="Name", value=phrases.plain(person.name)),
                Fact(title="E-mail", value=phrases.plain(person.email or "none known")),
                Fact(title="Agency", value=phrases.plain(agency.name)),
            ]
        ),
        line("They can book as soon as you confirm, and are told either way."),
        actions=[
            button("Confirm", "confirm_agency", choice, style="positive"),
            button("Not this agency", "decline_agency", choice),
            button("All requests", "agencies_to_confirm"),
        ],
        summary=f"{phrases.plain(person.name)} chose {phrases.plain(agency.name)}: please confirm.",
    )


def decided(person: Practitioner, agency: Agency, *, confirmed: bool) -> Reply:
    """Say what was decided about somebody's agency."""
    name, belongs = phrases.plain(person.name), phrases.plain(agency.name)
    said = (
        f"{name} belongs to {belongs} and can book now."
        if confirmed
        else f"{name} does not belong to {belongs} and has been asked to choose again."
    )
    return card(
        heading("Confirmed" if confirmed else "Not this agency"),
        line(said),
        actions=[button("All requests", "agencies_to_confirm")],
        summary=said,
    )


def request_list(requests: Sequence[AgencyRequest], *, total: int) -> Reply:
    """List the people whose agency waits for a coordinator."""
    if not requests:
        return card(
            heading("Agencies to confirm"),
            line("Nobody is waiting."),
            actions=[button("Find a course", "search_courses")],
            summary="Nobody is waiting for their agency to be confirmed.",
        )
    more = total - len(requests)
    return card(
        heading("Agencies to confirm"),
        subtle(f"{phrases.people(total)} waiting"),
        *(_request_row(request) for request in requests),
        *([subtle(f"And {more} more, once these are settled.")] if more > 0 else []),
        actions=[button("Refresh", "agencies_to_confirm")],
        summary=f"{phrases.people(total)} waiting for their agency to be confirmed",
    )


def _request_row(request: AgencyRequest) -> Element:
    person, agency = request.practitioner, request.agency
    choice = PractitionerChoice(practitioner_id=person.id, agency_id=agency.id)
    details = [
        line(phrases.plain(agency.name)),
        subtle(phrases.plain(person.email or "no e-mail known")),
    ]
    return row(phrases.plain(person.name), details, button("Look", "show_request", choice))


def agency_confirmed(agency: Agency) -> Reply:
    """Tell a person that they can book now."""
    name = phrases.plain(agency.name)
    return card(
        heading("You can book now"),
        line(f"The training team has confirmed that you work for {name}."),
        actions=[
            button("Find a course", "search_courses", style="positive"),
            button("My training", "my_training"),
        ],
        summary=f"You can book now: {name} is confirmed.",
    )


def agency_declined(*, ask: Sequence[Element]) -> Reply:
    """Tell a person that their agency could not be confirmed, and ask again."""
    return card(
        heading("Which agency do you work for?"),
        line("The training team could not confirm the agency you chose."),
        *ask,
        summary="The training team could not confirm the agency you chose.",
    )


def concern(referral_route: str) -> Reply:
    """Tell somebody who is worried about a person where to turn: this chat is not the place."""
    route = (
        [line(phrases.plain(referral_route))]
        if referral_route
        else [line("Otherwise follow your local safeguarding procedures.")]
    )
    return card(
        heading("Worried about a child or an adult?"),
        message(
            "If somebody is in immediate danger, call 999.",
            "This chat books training. Nobody here reads or passes on a concern.",
        ),
        line("Speak to the safeguarding lead of your own agency today."),
        *route,
        actions=[button("Find a course", "search_courses"), button("Help", "help")],
        summary="If somebody is in immediate danger, call 999. This chat can’t pass on a concern.",
    )
