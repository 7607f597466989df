"""Read a comment: what it says of the course, what it asks for, who must look first."""

import re
from collections.abc import Collection, Sequence
from functools import cache

from trainingbot.enums import Sentiment, Theme
from trainingbot.evaluations.comments.analyzer import judgement_of
from trainingbot.evaluations.comments.answers import (
    Asked,
    asked_by,
    begins_as_request,
    says_nothing,
)
from trainingbot.evaluations.comments.holding import may_identify, raises_concern
from trainingbot.evaluations.comments.judging import Judgement
from trainingbot.evaluations.comments.phrases import PhraseTable
from trainingbot.evaluations.comments.views import Reading
from trainingbot.evaluations.comments.wording import plain_text, words_of
from trainingbot.evaluations.comments.words import groups_of

BY_QUESTION = 0.4
"""The score of an answer whose question alone says whether it is for or against."""
GOOD_MARK, BAD_MARK = 0.7, 0.4
"""From which share of a mark on it is good, and up to which it is bad."""
LEAST_COMPLAINT = 0.3
"""From here on a comment that begins as a request is a complaint as well."""
HEARTY = 0.6
"""Praise of this strength stands by itself; weaker words may belong to what is asked for."""
RATING = re.compile(r"\b(\d{1,2})\s*(?:/|out of)\s*(5|10)\b")


def read_comment(
    comment: str, question: str | None = None, *, trainers: Collection[str] = ()
) -> Reading:
    """Return what a comment says.

    `question` is the key of a question or its wording: what was asked is evidence. `trainers`
    are the names of the people who taught, who may be praised or blamed by name.
    Takes any text and raises nothing.
    """
    asked = asked_by(question)
    text = plain_text(comment)
    words = words_of(text)
    if says_nothing(words):
        return _nothing_said(words, asked)
    judged = judgement_of(text)
    sentiment, score = _rated(text) or (judged.sentiment, judged.score)
    sentiment, score, suggestion = _in_answer(asked, words, judged, sentiment, score)
    is_concern = raises_concern(words)
    if is_concern and sentiment == Sentiment.NEUTRAL:
        sentiment, score = Sentiment.NEGATIVE, -BY_QUESTION
    held = is_concern or may_identify(text, words, sentiment=sentiment, trainers=trainers)
    themes = themes_of(words, is_opinion=sentiment != Sentiment.NEUTRAL)
    return Reading(sentiment, score, suggestion=suggestion, held=held, themes=themes)


def _nothing_said(words: Sequence[str], asked: Asked) -> Reading:
    if asked == Asked.GOOD and words[:1] == ["nothing"]:
        return Reading(Sentiment.NEGATIVE, -BY_QUESTION, suggestion=False, held=False, themes=())
    return Reading(Sentiment.NEUTRAL, 0.0, suggestion=False, held=False, themes=())


def _rated(text: str) -> tuple[Sentiment, float] | None:
    """Return what a comment says that is a mark and nothing else, such as 8/10."""
    found = RATING.search(text)
    if found is None or len(text) > found.end() - found.start() + 2:
        return None
    share = min(1.0, int(found[1]) / int(found[2]))
    score = round(2 * share - 1, 3)
    if share >= GOOD_MARK:
        return Sentiment.POSITIVE, score
    return (Sentiment.NEGATIVE if share <= BAD_MARK else Sentiment.NEUTRAL), score


def _in_answer(
    asked: Asked,
    words: Sequence[str],
    judged: Judgement,
    sentiment: Sentiment,
    score: float,
) -> tuple[Sentiment, float, bool]:
    """Return sentiment, score and whether it is a suggestion, with the question as evidence."""
    if asked == Asked.DIFFERENTLY:
        return sentiment, score, False
    requested = begins_as_request(words, asked=asked) and judged.against < LEAST_COMPLAINT
    if requested and sentiment == Sentiment.POSITIVE and not judged.is_contrasted:
        sentiment, score = Sentiment.NEUTRAL, 0.0
    if asked == Asked.GOOD and not judged.asks:
        return (Sentiment.POSITIVE, BY_QUESTION, False) if not score else (sentiment, score, False)
    suggestion = judged.wishes or requested
    if asked == Asked.BETTER:
        return _bettered(judged, sentiment, score, suggestion=suggestion)
    return sentiment, score, suggestion


def _bettered(
    judged: Judgement, sentiment: Sentiment, score: float, *, suggestion: bool
) -> tuple[Sentiment, float, bool]:
    """Return what an answer to “What could be better?” comes to."""
    if sentiment == Sentiment.POSITIVE and not judged.is_statement and judged.strongest < HEARTY:
        return Sentiment.NEUTRAL, 0.0, True
    if sentiment != Sentiment.NEUTRAL:
        return sentiment, score, suggestion
    if judged.is_statement and not suggestion:
        return Sentiment.NEGATIVE, -BY_QUESTION, False
    return Sentiment.NEUTRAL, score, True


@cache
def _themes() -> PhraseTable[Theme]:
    return PhraseTable(
        (phrase, Theme(group.said["theme"]))
        for group in groups_of("themes")
        for phrase in group.phrases
    )


def themes_of(words: Sequence[str], *, is_opinion: bool) -> tuple[Theme, ...]:
    """Return what a comment is about, in the order of `Theme`."""
    found = {theme for _, _, theme in _themes().all(words)}
    if not found and is_opinion and len(words) > 2:  # noqa: PLR2004 - less names nothing
        found = {Theme.CONTENT}
    return tuple(theme for theme in Theme if theme in found)
