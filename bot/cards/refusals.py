"""What a person reads when something can't be done: why, and the next best step."""

from collections.abc import Sequence

from bot import phrases
from bot.cards.pieces import Button, button, card, heading, line, row, subtle
from bot.payloads import CourseChoice, Unclear
from bot.turns import Reply
from trainingbot.models import Course


def refusal(sentence: str, *, next_step: Button | None = None) -> Reply:
    """Say why something can't be done, and offer what can."""
    actions = [next_step] if next_step else []
    return card(
        heading("That can’t be done"),
        # It may name a person or a course, and those names come from outside.
        line(phrases.plain(sentence)),
        actions=[*actions, button("My training", "my_training"), button("Help", "help")],
        summary=sentence,
    )


def outdated_card() -> Reply:
    """Say that a button belongs to a card that the service no longer understands."""
    return card(
        heading("This card is out of date"),
        line("Its buttons no longer work. Nothing was changed. Ask again for a fresh one."),
        actions=[
            button("Find a course", "search_courses"),
            button("My training", "my_training"),
        ],
        summary="This card is out of date.",
    )


def fault(reference: str) -> Reply:
    """Say that something went wrong on our side, and how to name it to the training team."""
    return card(
        heading("Something went wrong"),
        line("It is our fault, not yours, and nothing was changed. Try again in a minute."),
        subtle(f"If it happens again, tell the training team this reference: {reference}"),
        actions=[button("My training", "my_training"), button("Help", "help")],
        summary=f"Something went wrong. Reference: {reference}",
    )


def unclear(said: Unclear, nearest: Sequence[Course]) -> Reply:
    """Say that the words were not understood, and offer the nearest courses."""
    words = phrases.plain(said.words)
    actions = [button("Find a course", "search_courses"), button("Help", "help")]
    if not nearest:
        return card(
            heading("Which training do you mean?"),
            line(f"We found nothing for “{words}”. Type the name of a course, or **help**."),
            actions=actions,
            summary=f"We found nothing for “{words}”.",
        )
    verb, title = (
        ("ask_to_cancel_course", "Give back")
        if said.wanted == "cancel"
        else ("show_course", "See dates")
    )
    return card(
        heading("Which one do you mean?"),
        subtle(f"You typed “{words}”."),
        *(
            row(
                phrases.plain(course.title),
                [subtle(phrases.about_course(course))],
                button(title, verb, CourseChoice(course_id=course.id)),
            )
            for course in nearest
        ),
        actions=actions,
        summary="Which one do you mean?",
    )


def thanks() -> Reply:
    """Answer a word of thanks."""
    return card(
        line("You’re welcome. Type **courses** or **my training** whenever you need us."),
        summary="You’re welcome.",
    )


def only_in_private() -> Reply:
    """Answer in a group: bookings are personal and would be seen by everyone there."""
    return card(
        heading("Let’s talk in a chat of our own"),
        line(
            "Bookings are personal, so we answer only in a personal chat. Open one and type help."
        ),
        summary="Bookings are personal. Open a personal chat with the training bot.",
    )
