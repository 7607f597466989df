"""What was typed, read once: corrected words, and the day, level and place named among them."""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bot.understanding import phrases
from bot.understanding.dates import MONTHS, WEEKDAYS, When, take_numeric, take_spoken
from bot.understanding.matching import Ask, Meant, course_meant
from bot.understanding.programme import CourseTitle, Programme, fold, parts, stem
from bot.understanding.scoring import Scores, score_courses
from bot.understanding.spelling import expand, spell
from bot.understanding.vocabulary import FIELD_WORDS, GRAMMAR, SHORTHAND, WITHOUT_SUBJECT
from trainingbot.enums import CourseKind, Delivery

LONGEST_TYPED = 2000
"""Characters read at all: an e-mail pasted by mistake says what it wants at its beginning."""
LONGEST_HEARD = 300
"""Characters in which a wish is looked for."""

_MENTION = re.compile(r"<at\b[^<>]{0,200}>[^<>]{0,200}</at>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^<>]{0,300}>", re.IGNORECASE)
_DASHES = re.compile("[‐‑‒–—―−]")  # noqa: RUF001 - the dashes that phones type
_UNPRINTABLE = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})
_DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SESSION_CODE = re.compile(
    r"(?<![\w/-])(?:(?P<prefix>[A-Za-z]{1,12}[0-9]{0,6}) ?- ?(?P<number>[0-9]{1,8})"
    r"|(?P<spaced>[A-Za-z]{1,3}[0-9]{2}) ?(?P<digits>[0-9]{3}))(?![\w/-])"
)
_NO_CODE = frozenset({"level", "levels", "lvl", "lev", "lv", "l", "covid", "part", "module"}).union(
    MONTHS, WEEKDAYS, WITHOUT_SUBJECT
)
_BETWEEN_LETTERS_AND_NUMBER = re.compile(
    r"(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])(?!(?:st|nd|rd|th)\b)|(?<=[a-z]{3})(?=(?:level|lvl)[0-9])"
)
_ORDINAL = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)")
_NUMBER = "[1-9]|one|two|three"
_LEVEL = re.compile(
    rf"\b(?:at )?(?:levels?|l) (?P<one>{_NUMBER})\b"
    rf"(?: (?:and|or|to) (?:level |l )?(?P<two>{_NUMBER})\b)?"
    r"|\b(?P<nth>[1-3])(?:st|nd|rd) level\b"
)
_LAST_NUMBER = re.compile(
    r"\b(?P<word>[a-z_]+) (?P<number>[1-3]|one|two|three)\b"
    r"(?! (?:places?|spaces?|people|persons?|staff|of|colleagues?|days?|weeks?|months?|hours?)\b)"
)
_NUMBERS = {"one": 1, "two": 2, "three": 3}
_PAGE = re.compile(r"\bpage (?P<page>[1-9][0-9]{0,2})\b")
_KINDS = (
    (phrases.CONFERENCE, CourseKind.CONFERENCE),
    (phrases.WORKSHOP, CourseKind.WORKSHOP),
    (phrases.PRACTICE_GROUP, CourseKind.PRACTICE_GROUP),
    (phrases.BESPOKE, CourseKind.BESPOKE),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was typed, in parts.

    `typed` is the text as it may be shown again; `text` the corrected words that phrases are
    looked for in, in which words that stand together in a title are tied by `_` so that
    "early_help" is no call for help; `subject` the words that say what a course is about.
    """

    typed: str
    text: str
    subject: tuple[str, ...]
    session_code: str
    named_by_code: tuple[CourseTitle, ...]
    when: When
    level: int | None
    delivery: Delivery | None
    kind: CourseKind | None
    page: int
    scores: Scores
    programme: Programme

    def says(self, wish: re.Pattern[str]) -> bool:
        """Tell whether one of the phrases of a wish was typed."""
        return wish.search(self.text) is not None

    def says_only(self, wish: re.Pattern[str], *, beside: frozenset[str]) -> bool:
        """Tell whether a wish was typed, and nothing else but words that may stand beside it."""
        if not self.says(wish) or self.session_code or self.named_by_code:
            return False
        return beside.issuperset(wish.sub(" ", self.text).split())

    def course(self, ask: Ask) -> Meant:
        """Find the course that is meant, by its code or by the words of its title."""
        if len(self.named_by_code) == 1:
            return Meant(self.named_by_code[0], self.named_by_code)
        if self.named_by_code:
            return Meant(near=self.named_by_code)
        return course_meant(self.scores, ask)

    def says_it_apart(self, meant: Meant) -> bool:
        """Tell whether the title stands apart from words that are not in it.

        "Neglect with Dave" is about Neglect; "adolescent neglect" may be another course, and
        "Dave on neglect" or "neglect for Dave" another person.
        """
        words = [stem(word) for word in self.text.replace("_", " ").split()]
        of_title = frozenset(map(stem, self.subject)) - meant.besides
        return not any(
            (word in meant.besides and after in {"on", "onto"})
            or (word == "for" and after in meant.besides)
            or (word in of_title and after in meant.besides)
            or (word in meant.besides and after in of_title)
            for word, after in pairwise(words)
        )


def listen(text: str, *, programme: Programme, today: date) -> Heard:
    """Read a typed text of any length and script; it never fails."""
    typed = tidy(text)
    session_code, plain = _take_session_code(_DASHES.sub("-", typed), programme)
    in_figures, plain = take_numeric(fold(plain)[:LONGEST_HEARD], today=today)
    named_by_code, words = _take_course_codes(parts(plain), programme)
    spelt = " ".join(spell(word, programme=programme) for word in _split(words))
    in_words, spelt = take_spoken(expand(spelt, programme=programme), today=today)
    page, spelt = _take_page(spelt)
    level, spelt = _take_level(spelt, programme)
    tied = _tie(spelt.split(), programme)
    delivery, about = _take_delivery(tied)
    subject = _subject(about)
    return Heard(
        typed=typed,
        text=tied,
        subject=subject,
        scores=score_courses(subject, level=level, programme=programme),
        session_code=session_code,
        named_by_code=named_by_code,
        when=in_figures if in_figures.month_meant else in_words,
        level=level,
        delivery=delivery,
        kind=next((kind for words, kind in _KINDS if words.search(tied)), None),
        page=page,
        programme=programme,
    )


def tidy(text: str) -> str:
    """Return text on one line, without mentions, markup, and signs that nobody can see."""
    text = _TAG.sub(" ", _MENTION.sub(" ", text[:LONGEST_TYPED]))
    text = _TAG.sub(" ", html.unescape(text))
    seen = "".join(
        " " if unicodedata.category(sign) in _UNPRINTABLE else sign
        for sign in unicodedata.normalize("NFC", text)
        if sign not in _DIRECTION_MARKS
    )
    return " ".join(seen.split())[:LONGEST_HEARD].strip()


def _take_session_code(text: str, programme: Programme) -> tuple[str, str]:
    for found in _SESSION_CODE.finditer(text):
        prefix = (found["prefix"] or found["spaced"]).casefold()
        if prefix in _NO_CODE or prefix in programme.vocabulary or prefix in FIELD_WORDS:
            continue
        code = f"{found['prefix'] or found['spaced']}-{found['number'] or found['digits']}"
        return code, f"{text[: found.start()]} {text[found.end() :]}"
    return "", text


def _take_course_codes(
    words: Sequence[str], programme: Programme
) -> tuple[tuple[CourseTitle, ...], list[str]]:
    named = dict.fromkeys(programme.codes[word] for word in words if word in programme.codes)
    return tuple(named), [word for word in words if word not in programme.codes]


def _split(words: Sequence[str]) -> list[str]:
    """Part numbers from letters, "lvl2", and write shorthand out; 14th and GCP2 stay whole."""
    split = [
        piece
        for word in words
        for piece in (
            [word]
            if word in SHORTHAND or word in FIELD_WORDS or _ORDINAL.fullmatch(word)
            else _BETWEEN_LETTERS_AND_NUMBER.split(word)
        )
    ]
    return [piece for word in split for piece in SHORTHAND.get(word, word).split()]


def _take_page(text: str) -> tuple[int, str]:
    found = _PAGE.search(text)
    return (int(found["page"]), _PAGE.sub(" ", text)) if found else (1, text)


def _take_level(text: str, programme: Programme) -> tuple[int | None, str]:
    """Take the level; two levels are none, since it is not said which."""
    levels = {
        _NUMBERS.get(number) or int(number)
        for found in _LEVEL.finditer(text)
        for number in (found["one"], found["two"], found["nth"])
        if number
    }
    if levels:
        return (levels.pop() if len(levels) == 1 else None), _LEVEL.sub(" ", text)
    for found in _LAST_NUMBER.finditer(text):
        number = found["number"]
        # "The online abuse one" asks for no level, "neglect one" does: its titles state theirs.
        in_levels = programme.levelled if number in _NUMBERS else programme.stems
        if stem(found["word"]) in in_levels:
            without = f"{text[: found.start('number')]} {text[found.end() :]}"
            return _NUMBERS.get(number) or int(number), without
    return None, text


def _tie(words: Sequence[str], programme: Programme) -> str:
    tied = words[0] if words else ""
    for before, word in pairwise(words):
        tied += f"{'_' if _stand_together(before, word, programme) else ' '}{word}"
    return tied


def _stand_together(word: str, after: str, programme: Programme) -> bool:
    return (word, after) in programme.pairs and not (word in GRAMMAR and after in GRAMMAR)


def _take_delivery(text: str) -> tuple[Delivery | None, str]:
    for words, delivery in (
        (phrases.IN_PERSON, Delivery.IN_PERSON),
        (phrases.ONLINE, Delivery.TEAMS),
    ):
        if words.search(text):
            return delivery, words.sub(" ", text)
    return None, text


def _subject(text: str) -> tuple[str, ...]:
    return tuple(
        word
        for tied in text.split()
        for word in tied.split("_")
        if word not in (GRAMMAR if "_" in tied else WITHOUT_SUBJECT)
    )
