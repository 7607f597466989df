"""What comments are read as: subjects, negation, contrast, wishes, questions, and nothing."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingbot.enums import Sentiment, Theme
from trainingbot.evaluations.comments.reading import read_comment
from trainingbot.evaluations.comments.wording import LONGEST_READ

POSITIVE, NEGATIVE, MIXED, NEUTRAL = (
    Sentiment.POSITIVE,
    Sentiment.NEGATIVE,
    Sentiment.MIXED,
    Sentiment.NEUTRAL,
)
SUGGESTION, NONE = True, False


@pytest.mark.parametrize(
    ("comment", "sentiment"),
    [
        ("Understanding child sexual abuse", NEUTRAL),
        ("The part on serious harm to vulnerable children was very clear", POSITIVE),
        ("Learning about Black children and adultification", NEUTRAL),
        ("Disturbing but essential viewing", POSITIVE),
        ("I would not change anything", POSITIVE),
        ("Could not fault it", POSITIVE),
        ("No improvements needed", POSITIVE),
        ("It felt rushed", NEGATIVE),
        ("I could not hear", NEGATIVE),
        ("The lectures weren't very good", NEGATIVE),
        ("The lectures weren’t very good", NEGATIVE),
        ("Wasn't boring at all", POSITIVE),
        ("Great trainer, terrible venue.", MIXED),
        ("Although the room was cold, the trainer was brilliant.", MIXED),
        ("Good session apart from the parking", MIXED),
        ("I expected it to be dull and it was engaging", POSITIVE),
        ("Much better than the boring one last year", POSITIVE),
        ("A waste of time", NEGATIVE),
        ("The morning flew by", POSITIVE),
        ("👍", POSITIVE),
        ("9/10", POSITIVE),
        ("2 out of 10", NEGATIVE),
        ("We met in the town hall", NEUTRAL),
        ("Très bien, merci", NEUTRAL),
    ],
)
def test_a_comment_has_the_sentiment_that_a_person_hears_in_it(
    comment: str, sentiment: Sentiment
) -> None:
    assert read_comment(comment).sentiment == sentiment


@pytest.mark.parametrize(
    ("comment", "question", "sentiment", "suggestion"),
    [
        ("More time for discussion would be good", None, NEUTRAL, SUGGESTION),
        ("Interesting, but it needs a full day.", None, MIXED, SUGGESTION),
        ("Please send the slides before the session.", None, NEUTRAL, SUGGESTION),
        ("Smaller groups", "better", NEUTRAL, SUGGESTION),
        ("Smaller groups", "What could be better?", NEUTRAL, SUGGESTION),
        ("Smaller groups", "What was good?", POSITIVE, NONE),
        ("Nothing", "better", NEUTRAL, NONE),
        ("Nothing, it was excellent", "better", POSITIVE, NONE),
        ("It was all about schools", "better", NEGATIVE, NONE),
        ("Nothing", "good", NEGATIVE, NONE),
        ("The case studies", "good", POSITIVE, NONE),
        ("Ask who else lives in the home", "differently", NEUTRAL, NONE),
    ],
)
def test_the_question_is_evidence(
    comment: str, question: str | None, sentiment: Sentiment, *, suggestion: bool
) -> None:
    reading = read_comment(comment, question)

    assert (reading.sentiment, reading.suggestion) == (sentiment, suggestion)


@pytest.mark.parametrize("comment", ["", " ", ".", "-", "N/A", "n/a", "None", "Nothing", "?", "ok"])
def test_an_answer_that_says_nothing_is_neutral(comment: str) -> None:
    reading = read_comment(comment, "better")

    assert (reading.sentiment, reading.score) == (NEUTRAL, 0.0)
    assert (reading.suggestion, reading.held, reading.themes) == (False, False, ())


def test_a_comment_may_be_about_several_things() -> None:
    reading = read_comment("Great trainer, terrible venue.")

    assert reading.themes == (Theme.TRAINER, Theme.VENUE)


def test_the_same_words_about_any_group_of_people_are_read_alike() -> None:
    said = [
        read_comment(f"Learning about {people} children was useful").score
        for people in ("Black", "white", "disabled", "gay", "Muslim", "Traveller", "poor")
    ]

    assert set(said) == {said[0]}
    assert said[0] > 0


def test_no_corpus_is_asked_for(tmp_path: Path) -> None:
    assert not list(tmp_path.iterdir())
    assert read_comment("One sentence. And another! Was it good?").sentiment == POSITIVE


@given(st.text(max_size=400))
def test_any_text_gets_a_reading_with_a_score_in_bounds(text: str) -> None:
    reading = read_comment(text, "better")

    assert -1 <= reading.score <= 1


@pytest.mark.parametrize("letters", ["a", "very ", "not ", "but ", "é", "😊", "(", "it was "])
def test_a_very_long_comment_is_read_in_time(letters: str) -> None:
    reading = read_comment(letters * 10_000)

    assert -1 <= reading.score <= 1
    assert LONGEST_READ == 10_000


def test_the_tuned_comments_that_are_held_by_a_person_are_held() -> None:
    data = Path(__file__).parents[3] / "data/comments"
    rows = [
        row
        for file in ("first.csv", "field.csv")
        for row in csv.DictReader((data / file).read_text("utf-8").splitlines())
        if row["part"] == "tune" and row["held"] == "yes"
    ]

    missed = [
        row["comment"] for row in rows if not read_comment(row["comment"], row["question"]).held
    ]

    assert missed == []
    assert len(rows) == 19
