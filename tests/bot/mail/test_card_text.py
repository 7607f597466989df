from typing import Any

import pytest

from bot.mail.card_text import card_text
from bot.web.card_html import CardAction, CardNotKnown

CARD: dict[str, Any] = {
    "body": [
        {"type": "TextBlock", "text": "Neglect: what it is and how you see it", "style": "heading"},
        {"type": "TextBlock", "text": "**Tue 14 Jan 2025**, 09:30 to 12:00"},
        {"type": "TextBlock", "text": "Room 2", "isSubtle": True},
        {
            "type": "Container",
            "style": "emphasis",
            "items": [
                {"type": "TextBlock", "text": "3 people are waiting.", "weight": "Bolder"},
                {
                    "type": "TextBlock",
                    "text": "- Bring the reading that came with your invitation, all twelve pages "
                    "of it, printed.\n- See [the map](https://maps.example/x).",
                },
            ],
        },
        {"type": "FactSet", "facts": [{"title": "Agency", "value": r"Trust \#2"}]},
        {"type": "Input.Text", "id": "words", "label": "Words"},
        {
            "type": "Container",
            "id": "more",
            "isVisible": False,
            "items": [{"type": "TextBlock", "text": "Parking is free."}],
        },
    ],
    "actions": [
        {"type": "Action.Execute", "title": "I’m coming", "verb": "say_coming"},
        {"type": "Action.OpenUrl", "title": "Add to calendar", "url": "https://x.example/c.ics"},
        {"type": "Action.OpenUrl", "title": "Never", "url": "javascript:alert(1)"},
        {"type": "Action.ToggleVisibility", "title": "More", "targetElements": ["more"]},
        {"type": "Action.Execute", "title": "Only in Teams", "verb": "roster"},
    ],
}


def url(action: CardAction) -> str | None:
    return "https://x.example/n/t" if action.verb == "say_coming" else None


def test_a_card_reads_well_as_plain_text() -> None:
    text = card_text(CARD, action_url=url)

    assert text.splitlines() == [
        "Neglect: what it is and how you see it",
        "======================================",
        "",
        "Tue 14 Jan 2025, 09:30 to 12:00",
        "Room 2",
        "",
        "3 people are waiting.",
        "- Bring the reading that came with your invitation, all twelve pages of it,",
        "  printed.",
        "- See the map (https://maps.example/x).",
        "",
        "Agency: Trust #2",
        "",
        "More",
        "Parking is free.",
        "",
        "I’m coming:",
        "  https://x.example/n/t",
        "",
        "Add to calendar:",
        "  https://x.example/c.ics",
    ]


@pytest.mark.parametrize("place", ["body", "actions"])
def test_an_element_that_cannot_be_written_is_a_fault_and_not_left_out(place: str) -> None:
    card: dict[str, Any] = {"body": [], "actions": []} | {
        place: [{"type": "Carousel", "title": "x"}]
    }

    with pytest.raises(CardNotKnown):
        card_text(card, action_url=url)
