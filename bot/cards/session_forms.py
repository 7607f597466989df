"""The forms in which coordinators say what a session is to be, filled with what they typed."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from microsoft_teams.cards.core import (
    Choice,
    ChoiceSetInput,
    Container,
    DateInput,
    TextBlock,
    TextInput,
    TimeInput,
    ToggleInput,
    ToggleVisibilityAction,
)

from bot import phrases
from bot.cards.pieces import Element, button, buttons, line
from bot.session_payloads import NewSession, PlacesAsked, SessionMove, TrainersAsked, WhenAndWhere
from trainingbot.enums import Delivery
from trainingbot.models import Practitioner

NOTHING_WRONG: Mapping[str, str] = {}
MANY_TRAINERS = 50
"""From here on the list is one that is searched, where the client can."""
MOST_TRAINER_BYTES = 13 * 1024
"""What the list may take of a card's 25 KB: room for some 150 trainers."""
LESS_TRAINER_BYTES = 6 * 1024
"""What it may take inside a preview, which says more and carries what was typed twice."""
_AROUND_A_NAME = 64
FORM = "form"
MOST_OF_A_NAME = 60


def add_form(
    form: NewSession,
    trainers: Sequence[Practitioner],
    *,
    minutes: int,
    interested: int,
    problems: Mapping[str, str] = NOTHING_WRONG,
    most_bytes: int = MOST_TRAINER_BYTES,
) -> list[Element]:
    """Ask for everything about a new session; `problems` stand beside their fields."""
    return [
        *when_inputs(form, problems, minutes=minutes),
        *beside("places", problems),
        TextInput(
            id="places",
            label="Places",
            value=form.places,
            max_length=7,
            is_required=True,
            error_message="Say how many places.",
        ),
        *where_inputs(form, problems),
        *trainer_inputs(form.trainers, trainers, problems, most_bytes=most_bytes),
        *_tentative_inputs(form, problems),
        *(
            [
                ToggleInput(
                    id="invite",
                    label="Interest list",
                    title=f"Offer places to the {phrases.people(interested)} on it",
                    value=str(form.invite).lower(),
                )
            ]
            if interested
            else []
        ),
        buttons(
            button(
                "See what happens",
                "preview_session",
                NewSession(course_id=form.course_id),
                style="positive",
                with_inputs=True,
            )
        ),
    ]


def move_form(form: SessionMove, problems: Mapping[str, str] = NOTHING_WRONG) -> list[Element]:
    """Ask when and where a session is to be, and why it is moved."""
    return [
        *when_inputs(form, problems),
        *where_inputs(form, problems),
        *reason_input(form.reason, problems),
        buttons(
            button(
                "See what happens",
                "preview_move",
                SessionMove(session_id=form.session_id, seen=form.seen),
                style="positive",
                with_inputs=True,
            )
        ),
    ]


def places_form(form: PlacesAsked, problems: Mapping[str, str] = NOTHING_WRONG) -> list[Element]:
    """Ask how many places a session is to have."""
    return [
        *beside("places", problems),
        TextInput(
            id="places",
            label="Places",
            value=form.places,
            max_length=7,
            is_required=True,
            error_message="Say how many places.",
        ),
        buttons(
            button(
                "See what happens",
                "ask_to_change_places",
                PlacesAsked(session_id=form.session_id),
                style="positive",
                with_inputs=True,
            )
        ),
    ]


def trainers_form(
    form: TrainersAsked,
    trainers: Sequence[Practitioner],
    problems: Mapping[str, str] = NOTHING_WRONG,
    *,
    most_bytes: int = MOST_TRAINER_BYTES,
) -> list[Element]:
    """Ask who are to be the trainers of a session."""
    return [
        *trainer_inputs(form.trainers or "", trainers, problems, most_bytes=most_bytes),
        buttons(
            button(
                "See what happens",
                "ask_to_change_trainers",
                # A list in which nothing is chosen is left out of what Teams sends.
                TrainersAsked(session_id=form.session_id, trainers=""),
                style="positive",
                with_inputs=True,
            )
        ),
    ]


def hidden_form(elements: Sequence[Element]) -> Container:
    """Keep a form inside a preview, to be opened by `change_it`."""
    return Container(
        id=FORM, is_visible=False, separator=True, spacing="Medium", items=list(elements)
    )


def change_it() -> ToggleVisibilityAction:
    """Open the form inside a preview."""
    return ToggleVisibilityAction(title="Change it", target_elements=[FORM])


def beside(name: str, problems: Mapping[str, str]) -> list[Element]:
    """Say what is wrong with a field, right above it."""
    if name not in problems:
        return []
    return [TextBlock(text=problems[name], weight="Bolder", wrap=True, color="Attention")]


def when_inputs(
    form: WhenAndWhere, problems: Mapping[str, str], *, minutes: int | None = None
) -> list[Element]:
    """Ask for the day and the times; for the day of the end only where it is another one.

    The end may be left out where the course says how many `minutes` it takes.
    """
    ends = "Ends" if minutes is None else f"Ends, if not after {phrases.duration(minutes)}"
    last_day = [
        *beside("last_day", problems),
        DateInput(id="last_day", label="Last day", value=form.last_day),
    ]
    return [
        *beside("day", problems),
        DateInput(
            id="day",
            label="Day",
            value=form.day,
            is_required=True,
            error_message="Choose a day.",
        ),
        *beside("begins", problems),
        TimeInput(
            id="begins",
            label="Begins",
            value=form.begins,
            is_required=True,
            error_message="Choose a time.",
        ),
        *(last_day if form.last_day else []),
        *beside("ends", problems),
        TimeInput(
            id="ends",
            label=ends,
            value=form.ends,
            is_required=minutes is None,
            error_message="Choose a time." if minutes is None else None,
        ),
    ]


def where_inputs(form: WhenAndWhere, problems: Mapping[str, str]) -> list[Element]:
    """Ask how and where it takes place."""
    return [
        *beside("delivery", problems),
        ChoiceSetInput(
            id="delivery",
            label="Where",
            value=form.delivery,
            choices=[Choice(title=phrases.DELIVERIES[way], value=way.value) for way in Delivery],
            style="compact",
            is_required=True,
            error_message="Choose where.",
        ),
        *beside("venue", problems),
        TextInput(id="venue", label="Venue, if in person", value=form.venue, max_length=200),
        *beside("join_url", problems),
        TextInput(
            id="join_url",
            label="Link to join, if online",
            value=form.join_url,
            style="Url",
            max_length=1000,
        ),
    ]


def reason_input(value: str, problems: Mapping[str, str]) -> list[Element]:
    """Ask why; the people on the session read it."""
    return [
        *beside("reason", problems),
        TextInput(
            id="reason",
            label="Why? Everybody who is told reads it.",
            value=value,
            max_length=200,
            is_required=True,
            error_message="Say why, in a few words.",
        ),
    ]


def trainer_inputs(
    chosen: str,
    trainers: Sequence[Practitioner],
    problems: Mapping[str, str],
    *,
    most_bytes: int,
) -> list[Element]:
    """Offer the trainers to choose from, those who are chosen already first.

    The list takes at most `most_bytes` of the card.
    """
    if not trainers:
        return [*beside("trainers", problems), line("There are no trainers in the programme yet.")]
    ids = chosen.split(",")
    ordered = sorted(trainers, key=lambda one: str(one.id) not in ids)
    offered = _that_fit(ordered, most_bytes)
    left_out = len(ordered) - len(offered)
    several = ChoiceSetInput(
        id="trainers",
        label="Trainers",
        value=chosen,
        choices=[Choice(title=one.name[:MOST_OF_A_NAME], value=str(one.id)) for one in offered],
        is_multi_select=True,
        style="filtered" if len(offered) > MANY_TRAINERS else "compact",
        wrap=True,
    )
    note = (
        [line(f"{phrases.counted(left_out, 'more trainer')} can’t be shown in one card.")]
        if left_out
        else []
    )
    return [*beside("trainers", problems), several, *note]


def _that_fit(trainers: Sequence[Practitioner], most_bytes: int) -> list[Practitioner]:
    fitting, size = [], 0
    for one in trainers:
        size += _AROUND_A_NAME + len(one.name[:MOST_OF_A_NAME].encode())
        if size > most_bytes:
            break
        fitting.append(one)
    return fitting


def _tentative_inputs(form: NewSession, problems: Mapping[str, str]) -> list[Element]:
    return [
        ToggleInput(
            id="tentative",
            label="Tentative",
            title="Only if enough people book",
            value=str(form.tentative).lower(),
        ),
        *beside("minimum", problems),
        TextInput(
            id="minimum", label="If tentative: people needed", value=form.minimum, max_length=7
        ),
        *beside("decide_on", problems),
        DateInput(id="decide_on", label="If tentative: decide by", value=form.decide_on),
    ]


def ids_of(trainers: Collection[Practitioner]) -> str:
    """Return the ids of trainers as a card sends back what was chosen."""
    return ",".join(sorted(str(one.id) for one in trainers))


def named(trainers: Sequence[Practitioner], ids: Collection[UUID]) -> str:
    """Return the names of those trainers whose ids these are, as part of a sentence."""
    return phrases.listed([short_name(one) for one in trainers if one.id in ids])


def short_name(trainer: Practitioner) -> str:
    """Return a trainer's name as it stands in a sentence beside others."""
    name = trainer.name
    cut = name if len(name) <= MOST_OF_A_NAME else f"{name[:MOST_OF_A_NAME]}…"
    return phrases.plain(cut)
