"""What the analyzer makes of a comment."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from trainingbot.enums import Sentiment, Theme
from trainingbot.models import CommentReading, CourseSession

ANALYZER_VERSION = "2026-11-20"
"""Raised whenever the analyzer or its word lists change, so that old comments are read again.

Later versions sort behind earlier ones: while two run side by side, the later one wins.
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a comment says of a course."""

    sentiment: Sentiment
    score: float
    """From -1 to 1; whatever is mixed or neutral stands near 0."""
    suggestion: bool
    """Whether it asks for a change."""
    held: bool
    """Whether a coordinator must look first: it may point at somebody, or raises a concern."""
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A comment that the analyzer of this version has not read."""

    response_id: UUID
    question_id: UUID
    question_key: str
    words: str
    trainers: tuple[str, ...]
    """The names of the people who taught the session."""


@dataclass(frozen=True, slots=True)
class ReadComment:
    """A comment and what the analyzer made of it."""

    comment: Unread
    reading: Reading


@dataclass(frozen=True, slots=True)
class HeldComment:
    """A held comment as a coordinator looks at it."""

    reading: CommentReading
    words: str
    question: str
    session: CourseSession
    """With its course."""


@dataclass(frozen=True, slots=True)
class HeldPage:
    """Some of the comments that wait for a coordinator, and how many there are."""

    rows: Sequence[HeldComment]
    total: int


@dataclass(frozen=True, slots=True)
class Corrections:
    """How many of the readings a coordinator corrected: what is known of the accuracy in use."""

    corrected: int
    """Readings whose sentiment a coordinator changed."""
    confirmed: int
    """Readings whose sentiment a coordinator looked at and left as it was."""
    read: int
    """All readings."""
