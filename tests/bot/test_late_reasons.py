"""A reason such as illness is a matter of health: these cards put one into words, and no others."""

from pathlib import Path

PROJECT = Path(__file__).parents[2]

WHO_READS = {
    "bot/cards/cancelling.py": "the person who chooses it",
    "bot/cards/changing_for_others.py": "a coordinator who chooses it for somebody",
    "bot/cards/charges.py": "coordinators, beside the charge",
    "bot/cards/person.py": "coordinators, in the history of a booking",
}
"""Add a card only when no trainer, no colleague and nobody of the agency can read it."""


def test_no_other_card_puts_a_reason_for_being_late_into_words() -> None:
    found = {
        str(file.relative_to(PROJECT))
        for file in PROJECT.joinpath("bot").rglob("*.py")
        if "phrases.LATE_REASONS" in file.read_text("utf-8")
    }

    assert found == set(WHO_READS)
