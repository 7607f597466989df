"""What the question adds to an answer, and whether an answer says anything at all."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache

from trainingbot.evaluations.comments.phrases import PhraseTable
from trainingbot.evaluations.comments.wording import COMMAS, STOPS
from trainingbot.evaluations.comments.words import groups_of


class Asked(StrEnum):
    """The kinds of questions that tell something of their answers."""

    GOOD = "good"
    BETTER = "better"
    DIFFERENTLY = "differently"
    ANYTHING = "comment"


WORDINGS = (
    (
        Asked.DIFFERENTLY,
        re.compile(
            r"differently|appl(y|ied)|put into practice|in your (work|role|practice)|next step|"
            r"take away|will you do|action"
        ),
    ),
    (
        Asked.BETTER,
        re.compile(
            r"better|improv|worst|least|dislike|could (we|be)|chang|suggest|missing|lacking|"
            r"less (good|useful)|negative"
        ),
    ),
    (
        Asked.GOOD,
        re.compile(r"good|like|enjoy|best|most|well|useful|valuable|strength|positive|helpful"),
    ),
)
"""Words of a question that give it away; the first that is found counts."""


@cache
def asked_by(question: str | None) -> Asked:
    """Return what kind of question it is, by its key or its wording."""
    given = (question or "").strip().casefold()
    if given in set(Asked):
        return Asked(given)
    for asked, wording in WORDINGS:
        if wording.search(given):
            return asked
    return Asked.ANYTHING


@cache
def _nothing() -> PhraseTable[None]:
    return PhraseTable(
        (phrase, None)
        for group in groups_of("grammar")
        if group.said["kind"] == "nothing"
        for phrase in group.phrases
    )


@cache
def _requests() -> PhraseTable[bool]:
    return PhraseTable(
        (phrase, bool(group.said.get("asked")))
        for group in groups_of("grammar")
        if group.said["kind"] == "request"
        for phrase in group.phrases
    )


def says_nothing(words: Sequence[str]) -> bool:
    """Tell whether a comment has no words, or only such as “none” and “n/a”."""
    said = [word for word in words if word not in STOPS and word not in COMMAS]
    if not any(word.isalnum() for word in said):
        return not said or not any(_is_picture(word) for word in said)
    found = _nothing().longest(said, 0)
    return found is not None and found[0] == len(said)


FIRST_PICTURE = "\u2000"


def _is_picture(word: str) -> bool:
    return word >= FIRST_PICTURE


NO_ORDER = frozenset({"was", "were", "is", "are", "of", "has", "had", "being"})


def begins_as_request(words: Sequence[str], *, asked: Asked) -> bool:
    """Tell whether a comment begins as a request does: “Add an example”, “Print them larger”."""
    said = [word for word in words[:8] if word not in STOPS and word not in COMMAS]
    found = _requests().longest(said, 0)
    if found is None or (found[1] and asked != Asked.BETTER):
        return False
    end = found[0]
    return end < len(said) and said[end] not in NO_ORDER
