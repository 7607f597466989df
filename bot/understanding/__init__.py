"""What people type, understood by rules: plain functions, no model, no database, no clock."""

from collections.abc import Sequence
from datetime import date

from bot.understanding.answers import Intent
from bot.understanding.heard import listen
from bot.understanding.programme import CourseTitle, programme_of
from bot.understanding.rules import decide

__all__ = ["CourseTitle", "Intent", "understand"]


def understand(text: str, *, courses: Sequence[CourseTitle], today: date) -> Intent:
    """Return what a typed text asks for, as a verb of the bot and its payload.

    Any text of any length gives an intent; what no rule knows is `unclear`, with the nearest
    courses. Dates without a year are the next ones from `today` on.
    """
    return decide(listen(text, programme=programme_of(tuple(courses)), today=today))
