"""What a summary of evaluations is made of, as it may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from trainingbot.enums import Sentiment, Theme
from trainingbot.evaluations import gain as statistics
from trainingbot.evaluations.gain import Gain
from trainingbot.evaluations.small_numbers import Shown

RESPONSES_ARE = "sheets returned after the session"
ATTENDED_ARE = (
    "people marked as attended, wholly or in part, and where nobody was marked, "
    "those with a confirmed place"
)
AGREEMENTS = (
    "Strongly disagree",
    "Disagree",
    "Neither agree nor disagree",
    "Agree",
    "Strongly agree",
)
"""The answers to a statement, in the order of the scale."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is summed up: a calendar year, a course in it, or a session of that course."""

    year: int
    course_id: UUID | None = None
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RatingSummary:
    """What became of one rating, of those who gave it before and after.

    `gain` is whole where `exact`; else it has n and means to one decimal place at most, since the
    few who rose, stayed or fell could be worked out from the rest. `after` is how many of them
    gave 1, 2, … 5 afterwards. `once` is how many gave it only after; None where they are few.
    """

    key: str
    gain: Gain
    after: Shown
    exact: bool
    once: int | None

    def as_json(self) -> dict[str, Any]:
        """Return everything that may be shown; None stands for what is hidden or does not exist."""
        gain, test = self.gain, self.gain.test
        return {
            "question": self.key,
            "pairs": gain.n,
            "answered_only_after": self.once,
            "exact": self.exact,
            "rose": gain.rose if self.exact else None,
            "same": gain.same if self.exact else None,
            "fell": gain.fell if self.exact else None,
            "mean_before": gain.before,
            "mean_after": gain.after,
            "mean_change": gain.change,
            "interval": gain.interval,
            "interval_method": statistics.INTERVAL if gain.interval else None,
            "test": statistics.TEST if test else None,
            "z": test.z if test else None,
            "p": test.p if test else None,
            "effect": test.effect if test else None,
            "effect_measure": statistics.EFFECT if test else None,
            "ceiling": gain.ceiling if self.exact else None,
            "after": list(self.after),
            "notes": list(gain.notes),
        }


@dataclass(frozen=True, slots=True)
class StatementSummary:
    """How many agreed with a statement, in the order of the scale; None where it is hidden."""

    key: str
    wording: str
    answered: int
    shown: Shown

    def as_json(self) -> dict[str, Any]:
        """Return the counts by their answers."""
        return {
            "question": self.key,
            "wording": self.wording,
            "answered": self.answered,
            "counts": dict(zip(AGREEMENTS, self.shown, strict=True)),
        }


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """The comments on a theme, None for those on no theme, by what they say of the course."""

    theme: Theme | None
    sentiments: Mapping[Sentiment, int]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.sentiments.values())


@dataclass(frozen=True, slots=True)
class CommentCounts:
    """How many comments there are; a comment may be on several themes.

    Suggestions stand apart from the themes. `held` are left out until a coordinator has looked,
    `unread` until the service has.
    """

    shown: int = 0
    suggestions: int = 0
    held: int = 0
    unread: int = 0
    themes: Sequence[ThemeCount] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the counts, with the themes in the order of their list."""
        return {
            "shown": self.shown,
            "suggestions": self.suggestions,
            "held": self.held,
            "not_read_yet": self.unread,
            "themes": [
                {
                    "theme": one.theme,
                    "comments": one.count,
                    "sentiments": {label: one.sentiments.get(label, 0) for label in Sentiment},
                }
                for one in self.themes
            ],
        }


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment as it may be shown, without its person and its session."""

    question: str
    words: str
    sentiment: Sentiment


@dataclass(frozen=True, slots=True)
class EvaluationSummary:
    """What people answered on a scope, as far as it may be shown.

    `withheld` says in words why there is no result, and then there is none.
    """

    scope: Scope
    title: str
    responses: int | None
    """None where they are too few to be told."""
    attended: int
    ratings: Sequence[RatingSummary] = ()
    statements: Sequence[StatementSummary] = ()
    comments: CommentCounts = field(default_factory=CommentCounts)
    threshold: int = 5
    withheld: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the summary as one object, with the definitions of its numbers."""
        return {
            "title": self.title,
            "year": self.scope.year,
            "responses": self.responses,
            "responses_are": RESPONSES_ARE,
            "attended": self.attended,
            "attended_are": ATTENDED_ARE,
            "hidden_below": self.threshold,
            "withheld": self.withheld or None,
            "ratings": [one.as_json() for one in self.ratings],
            "statements": [one.as_json() for one in self.statements],
            "comments": self.comments.as_json(),
        }
