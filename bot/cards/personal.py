"""The card behind a new personal link."""

from bot.cards.pieces import button, card, heading, line, subtle
from bot.turns import Reply


def your_page() -> Reply:
    """Lead somebody to their own training and to what they can book, on a page of their own."""
    return card(
        heading("Your training page"),
        line(
            "Here you see your training, find courses, and book places or give them back. "
            "You need no Teams and no password."
        ),
        subtle(
            "This link was asked for with your e-mail address. "
            "If that was not you, nothing has happened, and you need do nothing."
        ),
        actions=[
            button("My training", "my_training", style="positive"),
            button("Find a course", "search_courses"),
        ],
        summary="The link to your training page",
    )
