"""Whether a coordinator has to look at a comment before anybody else does."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from trainingbot.enums import Sentiment
from trainingbot.evaluations.comments.words import classes_of, groups_of

COLLEAGUE_NAMED = re.compile(
    r"\b(?:manager|colleague|supervisor|boss|head|headteacher|teacher|social worker|nurse|doctor|"
    r"officer|health visitor|worker|carer|midwife|GP|deputy),? (?P<name>[A-Z][a-z]+)"
)
TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|PC|DC|DS|Sgt|Sister|Father|Rev|Cllr)\.? (?P<name>[A-Z][a-z]+)"
)
ACTS = re.compile(
    r"(?<=[a-z,] )(?!Teams|Zoom|Ofsted|Police|Health|Level|Prevent|Working|England|Wales|Scotland|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|"
    r"June|July|August|September|October|November|December|Wi|Internet|PowerPoint|Sound|Module|"
    r"Part|Section|Day|Unit|Session|Course)(?P<name>[A-Z][a-z]{2,}) "
    r"(?:told|said|says|has|is|was|does|did|hits|keeps|lives|came|asked|who|whose)\b"
)
"""A word in capitals that does what people do."""
CAPITALISED = re.compile(r"\b[A-Z][a-z]+\b")
CASEWORK = re.compile(
    r"\b(?:referr\w+|caseload|disclos\w+|foster\w*|placement|mum|mother|dad|father|siblings?|"
    r"bruis\w+|strategy meeting|case conference|section 47|child protection plan|self harms|"
    r"arrested|custody|social worker for|(?:my|our|her|his|their|shared|the) case\b(?! stud)|"
    r"in (?:my|our) class|he is|she is in|lives with|home visit)",
    re.IGNORECASE,
)
"""Words with which a name is one out of somebody's work rather than a trainer's."""
TEACHES = re.compile(
    r"\b(?:trainers?|presenter|facilitator|speaker|instructor|tutor|professor|lecturer|"
    r"taught|teaches|presented|delivered)\b",
    re.IGNORECASE,
)


def may_identify(
    text: str, words: Sequence[str], *, sentiment: Sentiment, trainers: Collection[str] = ()
) -> bool:
    """Tell whether a comment may identify a child, a family or a colleague.

    `trainers` are the names of the people who taught: naming them identifies nobody.
    """
    said = f"{' '.join(words)} "
    return (
        any(pattern.search(text) for pattern in _identifiers())
        or any(pattern.search(said) for pattern in _patterns(concern=False))
        or _names_somebody(text, sentiment=sentiment, trainers=trainers)
    )


def raises_concern(words: Sequence[str]) -> bool:
    """Tell whether a comment raises a concern about a person."""
    said = f"{' '.join(words)} "
    return any(pattern.search(said) for pattern in _patterns(concern=True))


def _names_somebody(text: str, *, sentiment: Sentiment, trainers: Collection[str]) -> bool:
    """Tell whether somebody is named who is not praised as a trainer."""
    taught = {part.casefold() for name in trainers for part in name.split()}
    names = {name.casefold() for name in CAPITALISED.findall(text)} & first_names() - taught
    is_colleague = any(
        found["name"].casefold() not in taught
        for pattern in (COLLEAGUE_NAMED, TITLED, ACTS)
        for found in pattern.finditer(text)
    )
    if not names and not is_colleague:
        return False
    if CASEWORK.search(text) or sentiment == Sentiment.NEGATIVE:
        return True
    if sentiment == Sentiment.POSITIVE:
        return False
    return is_colleague or not TEACHES.search(text)


@cache
def first_names() -> frozenset[str]:
    """Return the first names of the list, in small letters."""
    return frozenset(name for group in groups_of("first_names") for name in group.phrases)


@cache
def _identifiers() -> tuple[re.Pattern[str], ...]:
    classes = classes_of("identifiers")
    return tuple(
        re.compile(_with_classes(pattern, classes))
        for group in groups_of("identifiers")
        for pattern in group.phrases
    )


def _with_classes(pattern: str, classes: dict[str, str]) -> str:
    for name, words in classes.items():
        pattern = pattern.replace(f"{{{name}}}", words)
    return pattern


@cache
def _patterns(*, concern: bool) -> tuple[re.Pattern[str], ...]:
    classes = classes_of("held")
    return tuple(
        re.compile(
            rf"(?<!\S)(?:{'|'.join(_as_pattern(phrase, classes) for phrase in group.phrases)})"
            + (rf"(?!(?:{unless})(?!\S))" if (unless := group.said.get("unless_next")) else "")
        )
        for group in groups_of("held")
        if bool(group.said.get("concern")) == concern
    )


WORD = re.compile(r"[()\[\]|~]|[^\s()\[\]|~]+")
GAP = r"(?:(?!(?:each|every|any|all|most) )[^.!?;\s]+ ){0,3}?"
ONE = r"(?:(?!(?:each|every|any|all|most|a|the|with|for|to|in|and) )[^.!?;,\s]+ )?"
AS_PATTERN = {"(": "(?:", "[": "(?:", ")": ")", "]": ")?", "|": "|", "~": GAP, "_": ONE}


def _as_pattern(phrase: str, classes: dict[str, str]) -> str:
    """Return a phrase of the list as a regular expression over words with a space after each."""
    return "".join(_pieces(_with_classes(phrase, classes)))


def _pieces(phrase: str) -> Iterator[str]:
    for word in WORD.findall(phrase):
        if word in AS_PATTERN:
            yield AS_PATTERN[word]
        else:
            yield re.escape(word).replace(r"\*", r"\S*") + " "
