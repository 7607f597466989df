"""The question which agency somebody works for: a list to choose from, or a name to look for."""

from collections.abc import Sequence

from microsoft_teams.cards.core import Choice, ChoiceSetInput, TextInput

from bot import phrases
from bot.cards.pieces import Element, button, buttons, card, heading, line, row, subtle
from bot.payloads import AgencyChoice
from bot.turns import Reply
from trainingbot.models import Agency

ROWS = 5
MOST_CHOICE_BYTES = 16 * 1024
"""What the list may take of a card's 25 KB; it stands inside cards that say more than that."""
_AROUND_A_NAME = 64
"""Bytes of a choice besides its title, the id among them."""
QUESTION = "Which agency do you work for?"


def agency_question(agencies: Sequence[Agency]) -> list[Element]:
    """Ask which agency somebody works for, inside another card.

    Where the list of all agencies would make the card too large, a part of the name is asked for.
    """
    size = sum(_AROUND_A_NAME + len(agency.name.encode()) for agency in agencies)
    if size > MOST_CHOICE_BYTES:
        return _name_question(QUESTION, "Find my agency")
    return [
        ChoiceSetInput(
            id="agency_id",
            label=QUESTION,
            is_required=True,
            error_message="Choose your agency from the list.",
            placeholder="Choose your agency",
            choices=[Choice(title=agency.name, value=str(agency.id)) for agency in agencies],
            style="compact",
            wrap=True,
        ),
        buttons(
            button("Send to the training team", "choose_agency", style="positive", with_inputs=True)
        ),
    ]


def _name_question(label: str, title: str) -> list[Element]:
    return [
        TextInput(
            id="agency_name",
            label=label,
            is_required=True,
            error_message="Type a part of its name.",
            placeholder="A part of its name",
            max_length=200,
        ),
        buttons(button(title, "find_agency", style="positive", with_inputs=True)),
    ]


def agencies_found(found: Sequence[Agency], *, words: str) -> Reply:
    """Offer the agencies that somebody may have meant, the first five, and a way to look again."""
    looked = phrases.plain(words)
    again = _name_question("Not among them? Type a part of its name", "Look again")
    if not found:
        return card(
            heading("No agency found"),
            line(f"We know no agency called “{looked}”. Is it written another way?"),
            *_name_question(QUESTION, "Look again"),
            summary=f"We know no agency called “{looked}”.",
        )
    left_out = len(found) - ROWS
    return card(
        heading("Is it one of these?"),
        subtle(f"You typed “{looked}”. What you choose is sent to the training team."),
        *(
            row(
                phrases.plain(agency.name),
                [],
                button("This one", "choose_agency", AgencyChoice(agency_id=agency.id)),
            )
            for agency in found[:ROWS]
        ),
        *([subtle(f"And {left_out} more. Type more of the name.")] if left_out > 0 else []),
        *again,
        summary=f"Agencies like “{looked}”: {len(found)}",
    )
