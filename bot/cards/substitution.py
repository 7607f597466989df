"""Sending a colleague: who could go, and what each of the two is told."""

from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import TextInput

from bot import phrases
from bot.cards.pieces import (
    Element,
    button,
    buttons,
    card,
    choice_row,
    heading,
    line,
    message,
    row,
    subtle,
)
from bot.payloads import ColleagueChosen, ColleagueSought, SessionChoice
from bot.turns import Reply
from trainingbot.bookings.views import Colleague, Colleagues, TrainingRow
from trainingbot.enums import Channel
from trainingbot.models import Practitioner

ROWS = 5
"""How many colleagues a card offers at once."""


def who_takes_the_place(
    training: TrainingRow,
    colleagues: Colleagues,
    *,
    name: str = "",
    missing: str = "",
    zone: ZoneInfo,
) -> Reply:
    """Offer colleagues who could take a place over, each with the button that sends them.

    `name` is what was typed to find them; `missing` is why the last one could not go.
    """
    title = phrases.plain(training.course.title)
    choice = SessionChoice(session_id=training.session.id)
    return card(
        heading(title),
        line(phrases.when(training.session, zone)),
        subtle(phrases.where(training.session)),
        message(
            missing or "Who takes your place?",
            "Whoever you choose takes your place and is told at once.",
        ),
        *_rows(training, colleagues.found),
        *_not_shown(colleagues, name),
        TextInput(
            id="name",
            label="Find a colleague by name",
            value=name,
            max_length=200,
        ),
        buttons(
            button(
                "Find",
                "find_substitute",
                ColleagueSought(session_id=training.session.id),
                with_inputs=True,
            )
        ),
        actions=[
            button("Keep my place", "show_booking", choice),
            button("Give it back instead", "ask_to_cancel", choice),
        ],
        summary=f"Who takes your place? {title}",
    )


def _rows(training: TrainingRow, found: Sequence[Colleague]) -> list[Element]:
    names = Counter(phrases.first_name(one.practitioner.name) for one in found)
    return [_row(training, one, names) for one in found]


def _row(training: TrainingRow, one: Colleague, names: Counter[str]) -> Element:
    whole = phrases.plain(one.practitioner.name)
    first = phrases.first_name(one.practitioner.name)
    details = []
    if one.practitioner.job_title:
        details.append(subtle(phrases.plain(one.practitioner.job_title)))
    if one.waits:
        details.append(line("Waits for a place on this session"))
    elif one.knows_theme:
        details.append(line(f"Took part in training on {phrases.plain(training.course.theme)}"))
    if not one.in_teams:
        details.append(subtle("Not in Teams with us yet"))
    return choice_row(
        whole,
        details,
        button(
            f"Send {first if names[first] == 1 else phrases.unmarked(whole)}",
            "send_substitute",
            ColleagueChosen(session_id=training.session.id, substitute_id=one.practitioner.id),
        ),
    )


def _not_shown(colleagues: Colleagues, name: str) -> list[Element]:
    if not colleagues.found and name:
        return [
            line(f"We found no colleague named “{phrases.plain(name)}” who could go."),
            subtle("It has to be somebody of your agency who has no place on this session yet."),
        ]
    if not colleagues.found:
        return [line("Type a part of the name of a colleague of your agency.")]
    more = colleagues.total - len(colleagues.found)
    if more <= 0:
        return []
    return [subtle(f"And {phrases.counted(more, 'other colleague')}: type the name to find them.")]


def handed_on_sentences(substitute: Practitioner, *, by: Channel | None) -> tuple[str, ...]:
    """Say to the giver who has the place now, and whether anybody still has to tell them."""
    name = phrases.plain(substitute.name)
    first = phrases.first_name(substitute.name)
    if by is not None:
        return (f"{name} has your place.", f"We are telling {first} {phrases.CHANNELS[by]}.")
    return (
        f"{name} has your place.",
        f"{first} is not in Teams with us yet, so tell them yourself: the day, and where it is.",
    )


def stepped_in_sentences(
    giver: Practitioner, *, by_training_team: bool, leaving: str | None, doubts: Sequence[str]
) -> tuple[str, ...]:
    """Say to a substitute in whose place they come, and what the course warns them of."""
    name = phrases.plain(giver.name)
    return (
        f"You have the place of {name} now."
        if by_training_team
        else f"{name} sends you in their place.",
        *(["The training team has arranged it."] if by_training_team else []),
        *([f"{leaving}."] if leaving else []),
        *(phrases.plain(doubt) for doubt in doubts),
        "If you can’t come, give the place back or send another colleague.",
    )


def substituted_sentences(substitute: Practitioner, *, reason: str | None) -> tuple[str, ...]:
    """Say to somebody that the training team has given their place to a colleague."""
    return (
        f"{phrases.plain(substitute.name)} has taken your place.",
        "The training team has arranged it.",
        *([f"Their reason: {phrases.plain(reason)}"] if reason else []),
    )


def which_place(rows: Sequence[TrainingRow], *, question: str, verb: str, zone: ZoneInfo) -> Reply:
    """Ask which of several places on a course is meant."""
    return card(
        heading(question),
        *(
            row(
                phrases.plain(training.course.title),
                [line(phrases.when(training.session, zone))],
                button("This one", verb, SessionChoice(session_id=training.session.id)),
            )
            for training in rows
        ),
        buttons(button("My training", "my_training")),
        summary=question,
    )
