"""The word lists are readable, and each entry stands there once, with a reason."""

import re
from collections import Counter

import pytest

from trainingbot.evaluations.comments.phrases import PhraseTable, spelled_out
from trainingbot.evaluations.comments.words import groups_of


def sign(score: float) -> int:
    return (score > 0) - (score < 0)


LISTS = ("opinions", "subjects", "grammar", "held", "themes", "first_names", "identifiers")


@pytest.mark.parametrize("name", LISTS)
def test_every_group_says_why_its_entries_stand_there(name: str) -> None:
    groups = list(groups_of(name))

    assert [group for group in groups if len(group.reason.split()) < 2] == []
    assert all(group.phrases for group in groups)


@pytest.mark.parametrize("name", ["opinions", "subjects"])
def test_no_phrase_is_both_for_and_against_or_neither(name: str) -> None:
    scores = Counter(
        words
        for words, _ in {
            (words, sign(group.said.get("score", 0)))
            for group in groups_of(name)
            for phrase in group.phrases
            for words in spelled_out(phrase)
        }
    )

    assert [" ".join(words) for words, count in scores.items() if count > 1] == []


@pytest.mark.parametrize("name", ["opinions", "subjects", "grammar", "themes"])
def test_every_phrase_is_written_in_the_words_that_comments_are_cut_into(name: str) -> None:
    words = {
        word
        for group in groups_of(name)
        for phrase in group.phrases
        for sequence in spelled_out(phrase)
        for word in sequence
    }

    assert [
        word for word in words if not re.fullmatch(r"[a-z0-9]+\*?|~|[^\x00-\u2000]", word)
    ] == []


@pytest.mark.parametrize(
    ("phrase", "sequences"),
    [
        ("a b", {"a b"}),
        ("(a|b c) d", {"a d", "b c d"}),
        ("a [b|c] d", {"a d", "a b d", "a c d"}),
        ("(a|b (c|d))", {"a", "b c", "b d"}),
    ],
)
def test_a_phrase_stands_for_sequences_of_words(phrase: str, sequences: set[str]) -> None:
    assert {" ".join(words) for words in spelled_out(phrase)} == sequences


@pytest.mark.parametrize("phrase", ["(a", "a)", "[a", "a]", "(a]"])
def test_brackets_that_do_not_fit_together_are_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="bracket"):
        list(spelled_out(phrase))


def test_the_longest_phrase_is_found_and_a_gap_spans_three_words() -> None:
    table = PhraseTable([("not", 1), ("not ~ enough", 2), ("enou*", 3)])

    assert table.longest(["not", "a", "b", "c", "enough"], 0) == (5, 2)
    assert table.longest(["not", "a", "b", "c", "d", "enough"], 0) == (1, 1)
    assert list(table.all(["not", "enough"])) == [(0, 1, 1), (0, 2, 2), (1, 2, 3)]
