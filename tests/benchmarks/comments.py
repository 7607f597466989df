"""How well and how fast comments are read, beside TextBlob and VADER as they come.

`python -m tests.benchmarks.comments` writes the figures into docs/sentiment.md.
"""

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from trainingbot.enums import Sentiment
from trainingbot.evaluations.comments.reading import read_comment

PROJECT = Path(__file__).parents[2]
DATA = PROJECT / "tests/data/comments"
PAGE = PROJECT / "docs/sentiment.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
SETS = (
    ("first.csv", "tune", "field, first 81"),
    ("field.csv", "tune", "field, tune"),
    ("field.csv", "measure", "field, measure"),
    ("courses.csv", "tune", "other courses, tune"),
    ("courses.csv", "measure", "other courses, measure"),
)
LEAST_A_SECOND = 3_000
VADER_CUT = 0.05
"""Where VADER's own documentation draws the line."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A comment and what a person says that it says."""

    comment: str
    question: str
    sentiment: Sentiment
    suggestion: bool
    held: bool


@cache
def labelled(file: str, part: str) -> tuple[Labelled, ...]:
    """Return the comments of one part of a file."""
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return tuple(
            Labelled(
                row["comment"],
                row["question"],
                Sentiment(row["sentiment"]),
                suggestion=row["suggestion"] == "yes",
                held=row["held"] == "yes",
            )
            for row in csv.DictReader(lines)
            if row["part"] == part
        )


def macro_f1(truth: Sequence[Sentiment], read: Sequence[Sentiment]) -> float:
    """Return the mean of the F1 of the four labels."""
    scores = []
    for label in Sentiment:
        both = sum(one == other == label for one, other in zip(truth, read, strict=True))
        either = truth.count(label) + read.count(label)
        scores.append(2 * both / either if either else 0.0)
    return sum(scores) / len(scores)


def recall(truth: Sequence[bool], found: Sequence[bool]) -> tuple[int, int, int]:
    """Return how many were found, of how many, and how many were found that are none."""
    hits = sum(one and other for one, other in zip(truth, found, strict=True))
    return hits, sum(truth), sum(found) - hits


def by_this_service(one: Labelled) -> Sentiment:
    """Return what this service reads."""
    return read_comment(one.comment, one.question).sentiment


def by_textblob(one: Labelled) -> Sentiment:
    """Return what TextBlob as it comes reads: the sign of its polarity."""
    return _by_sign(float(TextBlob(one.comment).sentiment.polarity), cut=0.0)


def by_vader(one: Labelled) -> Sentiment:
    """Return what VADER as it comes reads."""
    return _by_sign(_vader().polarity_scores(one.comment)["compound"], cut=VADER_CUT)


@cache
def _vader() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


def _by_sign(score: float, *, cut: float) -> Sentiment:
    if abs(score) <= cut:
        return Sentiment.NEUTRAL
    return Sentiment.POSITIVE if score > 0 else Sentiment.NEGATIVE


READERS: tuple[Callable[[Labelled], Sentiment], ...] = (by_this_service, by_textblob, by_vader)


def figures() -> Iterator[str]:
    """Yield the lines of the tables of figures."""
    yield "| comments | n | this service | TextBlob | VADER | negatives: | TextBlob | VADER |"
    yield "|---|---|---|---|---|---|---|---|"
    for file, part, name in SETS:
        comments = labelled(file, part)
        truth = [one.sentiment for one in comments]
        readings = [[read(one) for one in comments] for read in READERS]
        f1 = " | ".join(f"{macro_f1(truth, reading):.2f}" for reading in readings)
        found = " | ".join(_negatives(truth, reading) for reading in readings)
        yield f"| {name} | {len(comments)} | {f1} | {found} |"
    yield ""
    yield "| comments | held found | held though harmless | suggestions found | taken for one |"
    yield "|---|---|---|---|---|"
    for file, part, name in SETS:
        comments = labelled(file, part)
        read = [read_comment(one.comment, one.question) for one in comments]
        held = recall([one.held for one in comments], [one.held for one in read])
        asked = recall([one.suggestion for one in comments], [one.suggestion for one in read])
        yield (
            f"| {name} | {held[0]} of {held[1]} | {held[2]} "
            f"| {asked[0]} of {asked[1]} | {asked[2]} |"
        )


def _negatives(truth: Sequence[Sentiment], read: Sequence[Sentiment]) -> str:
    hits, total, _ = recall(
        [one == Sentiment.NEGATIVE for one in truth], [one == Sentiment.NEGATIVE for one in read]
    )
    return f"{hits / total:.2f}"


def run() -> None:
    """Tell how many comments are read in a second of one core."""
    comments = [one for file, part, _ in SETS for one in labelled(file, part)] * 10
    begun = time.process_time()
    for one in comments:
        read_comment(one.comment, one.question)
    speed = len(comments) / (time.process_time() - begun)
    verdict = "ok" if speed >= LEAST_A_SECOND else "TOO SLOW"
    line = (
        f"comments: {speed:,.0f} read a second of one core, at least {LEAST_A_SECOND:,}: {verdict}"
    )
    print(line, flush=True)  # noqa: T201 - a measurement is read on the terminal


def write() -> None:
    """Write the figures into the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    text = "\n".join(figures())
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write()
    run()
