"""What a reading comes to once a coordinator has looked at it."""

from collections.abc import Iterable

from trainingbot.enums import Sentiment, Theme
from trainingbot.models import CommentReading


def sentiment_of(reading: CommentReading) -> Sentiment:
    """Return what a comment says; a coordinator's correction wins."""
    return reading.corrected or reading.sentiment


def is_held_back(reading: CommentReading | None) -> bool:
    """Tell whether nobody but coordinators may see a comment; one that is not read yet is held."""
    return reading is None or (reading.held and reading.released_by is None)


def themes_kept(themes: Iterable[Theme]) -> str:
    """Return themes as they are stored: their values with commas between."""
    return ",".join(theme.value for theme in themes)


def themes_of_reading(reading: CommentReading) -> tuple[Theme, ...]:
    """Return the themes of a stored reading."""
    return tuple(Theme(theme) for theme in reading.themes.split(",") if theme)
