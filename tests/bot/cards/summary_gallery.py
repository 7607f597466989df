"""The cards in which evaluations are summed up."""

from collections import Counter
from uuid import UUID

from bot.cards import summaries
from bot.turns import Reply
from trainingbot.enums import Sentiment, Theme
from trainingbot.evaluations.gain import gain_of
from trainingbot.evaluations.summary_rules import ROUNDED
from trainingbot.evaluations.summary_views import (
    CommentCounts,
    CommentLine,
    EvaluationSummary,
    RatingSummary,
    Scope,
    StatementSummary,
    ThemeCount,
)

SCOPE = Scope(2024, UUID(int=2), UUID(int=3))
PAIRS = Counter({(2, 3): 120, (3, 4): 107, (3, 3): 95})
TITLE = (
    "Safeguarding Children and Young People with Disabilities and Complex Health Needs Level 3, "
    "S24-003, Mon 22 Jan 2024"
)
THEMES = [
    ThemeCount(one, {label: number for number, label in enumerate(Sentiment, start=1)})
    for one in (*Theme, None)
]
COUNTS = CommentCounts(shown=81, suggestions=12, held=3, unread=2, themes=THEMES)
STATEMENTS = [
    StatementSummary(
        "engaging", "The course was engaging and interesting.", 341, (None, None, 16, 112, 207)
    ),
    StatementSummary(
        "improved_knowledge",
        "Having completed this course, I now have improved knowledge about the subject.",
        341,
        (None,) * 5,
    ),
]


def cards() -> dict[str, Reply]:
    """Return each card of a summary by a name."""
    gain = gain_of(PAIRS)
    exact = RatingSummary("knowledge", gain, (0, 0, 215, 107, 0), exact=True, once=19)
    few = gain_of({(2, 3): 3})
    rounded = RatingSummary(
        "confidence",
        type(gain)(9, before=2.6, after=3.4, change=0.8, notes=(ROUNDED,)),
        (None,) * 5,
        exact=False,
        once=None,
    )
    whole = EvaluationSummary(
        SCOPE, TITLE, 341, 983, [exact, rounded], STATEMENTS, COUNTS, threshold=5
    )
    too_few = RatingSummary("confidence", few, (None,) * 5, exact=False, once=0)
    withheld = EvaluationSummary(
        SCOPE, TITLE, None, 7, withheld="Too few to show: fewer than 5 people have answered."
    )
    lines = [
        CommentLine("What was good?", "The *film* about [curiosity](x). " * 60, Sentiment.MIXED)
    ] * summaries.COMMENTS
    groups = {"trainer": 20, "suggestions": 12}
    return {
        "summary": summaries.summary_card(whole),
        "summary of few pairs": summaries.summary_card(
            EvaluationSummary(SCOPE, TITLE, 6, 7, [too_few], STATEMENTS)
        ),
        "summary withheld": summaries.summary_card(withheld),
        "which summary": summaries.which_summary(years=[2025, 2024]),
        "comments of a summary": summaries.comments_card(
            whole, lines, groups, group="trainer", page=1
        ),
        "no comments of a summary": summaries.comments_card(whole, [], {}, group="", page=1),
    }
