"""TextBlob with an analyzer of our own; the only module that imports TextBlob.

Importing it takes a second, most of it for parts of TextBlob's own dependencies that are not used
here: whoever only might need it imports it where it is needed.
"""

from typing import ClassVar

from textblob import TextBlob
from textblob.base import CONTINUOUS, BaseSentimentAnalyzer
from textblob.en import sentiment as english

from trainingbot.evaluations.comments.judging import Judgement, judge
from trainingbot.evaluations.comments.scoring import clauses_of


class CommentAnalyzer(BaseSentimentAnalyzer):  # type: ignore[misc]  # TextBlob is published without types
    """Weighs what a comment says for and against a course.

    Needs no corpus: sentences are split by their marks, and polarity comes from the word lists
    beside this module and the lexicon inside TextBlob.
    """

    kind: ClassVar[str] = CONTINUOUS

    def analyze(self, text: str) -> Judgement:
        """Return what a plain text comes to."""
        return judge(clauses_of(text, polarity))


def polarity(word: str) -> float:
    """Return the polarity of a word in TextBlob's English lexicon; 0 where it has none."""
    known = _POLARITIES.get(word)
    if known is None:
        return 0.0
    return known


def _polarities() -> dict[str, float]:
    english.load()
    return {word: float(senses[None][0]) for word, senses in dict.items(english) if None in senses}


_POLARITIES = _polarities()
_ANALYZER = CommentAnalyzer()


def judgement_of(text: str) -> Judgement:
    """Return what TextBlob with this analyzer makes of a plain text."""
    judged: Judgement = TextBlob(text, analyzer=_ANALYZER).sentiment
    return judged
