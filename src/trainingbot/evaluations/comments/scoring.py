"""How much a comment says for and against, by the word lists and an English lexicon."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from typing import Any

from trainingbot.evaluations.comments.phrases import PhraseTable
from trainingbot.evaluations.comments.wording import COMMAS, STOPS, words_of
from trainingbot.evaluations.comments.words import groups_of

Lexicon = Callable[[str], float]
"""The polarity of an English word from -1 to 1; 0 where it has none."""


class Kind(Enum):
    """What a phrase does in a sentence."""

    OPINION = auto()
    SUBJECT = auto()
    NEGATION = auto()
    PLAIN = auto()
    CONTRAST = auto()
    CONCESSION = auto()
    STRONGER = auto()
    WISH = auto()
    THANKS = auto()
    EXPECTATION = auto()


@dataclass(frozen=True, slots=True)
class Role:
    """What a phrase of the lists does, and how strongly."""

    kind: Kind
    strength: float = 0.0
    back: bool = False
    """Of a wish: what stands before it in the clause is wished for, too."""
    soft: bool = False
    """Of a wish: beside praise it is no reservation."""
    at_start: bool = False
    """Of a contrast: only where a clause begins with it."""


@dataclass(slots=True)
class Clause:
    """A stretch of a comment between two marks or joints."""

    joint: Kind | None = None
    """What joins it to the clause before it; None for a mark."""
    begins_sentence: bool = False
    length: int = 0
    has_verb: bool = False
    is_expected: bool = False
    """Whether what is said now is what was expected, or what the course is compared with."""
    for_it: float = 0.0
    against: float = 0.0
    wishes: list[Role] = field(default_factory=list)


NEGATED_PRAISE = -0.6
NEGATED_BLAME = -0.6
"""What becomes of a score that is negated: “not good” is a little less than bad."""
REACH = 6
"""How many words a negation looks ahead."""
LEAST_IN_LEXICON = 0.3
"""Words of the English lexicon below this say too little of a course."""
FROM_LEXICON = 0.8
"""How much a word of the English lexicon counts beside one of our own lists."""
WISHED = 0.5
"""How much of a complaint is left inside a wish."""
GOES_ON = frozenset({"or", "nor"})
STATING = (
    "was were is are am has have had did does do felt seemed kept went got took made came found",
    "thought enjoyed loved liked learned learnt i it we they she he there",
)
VERBS = frozenset(word for words in STATING for word in words.split())
"""Words that show a clause to be a statement rather than the name of a thing."""


@cache
def roles() -> PhraseTable[Role]:
    """Return every phrase that plays a role in a sentence; what stands first wins a tie."""
    return PhraseTable(_entries())


def _entries() -> Iterator[tuple[str, Role]]:
    grammar = [
        (group, Kind[group.said["kind"].upper()])
        for group in groups_of("grammar")
        if group.said["kind"] not in {"nothing", "request"}
    ]
    for group, kind in grammar:
        if kind in {Kind.PLAIN, Kind.THANKS}:
            yield from ((phrase, Role(kind)) for phrase in group.phrases)
    for group in groups_of("subjects"):
        yield from ((phrase, Role(Kind.SUBJECT)) for phrase in group.phrases)
    for group in groups_of("opinions"):
        role = Role(Kind.OPINION, group.said["score"])
        yield from ((phrase, role) for phrase in group.phrases)
    for group, kind in grammar:
        if kind not in {Kind.PLAIN, Kind.THANKS}:
            said: dict[str, Any] = {k: v for k, v in group.said.items() if k != "kind"}
            yield from ((phrase, Role(kind, **said)) for phrase in group.phrases)


class Reader:
    """Reads the words of one comment from the first to the last, and keeps its clauses."""

    def __init__(self, words: Sequence[str], lexicon: Lexicon) -> None:
        self._words = words
        self._lexicon = lexicon
        self._table = roles()
        self._clause = Clause(begins_sentence=True)
        self._negation: Role | None = None
        self._reach = 0
        self._degree = 1.0
        self._opened: Kind | None = None
        self.clauses = [self._clause]

    def read(self) -> list[Clause]:
        """Return the clauses of the comment."""
        at = 0
        while at < len(self._words):
            word = self._words[at]
            if word in STOPS or word in COMMAS:
                self._end(at_stop=word in STOPS)
                at += 1
                continue
            found = self._table.longest(self._words, at)
            if found is None:
                self._plain_word(word)
                at += 1
                continue
            end, role = found
            self._play(role, word)
            self._clause.length += end - at
            at = end
        self._settle()
        return self.clauses

    def _begin(self, joint: Kind | None, *, begins_sentence: bool) -> None:
        self._settle()
        self._clause = Clause(joint, begins_sentence)
        self.clauses.append(self._clause)

    def _end(self, *, at_stop: bool) -> None:
        joint = None if at_stop else self._opened
        self._opened = None
        self._begin(joint, begins_sentence=at_stop)

    def _settle(self) -> None:
        """End the reach of a negation; where it turned nothing, something is missing."""
        if self._negation is not None and self._negation.strength:
            self._add(self._negation.strength)
        self._negation = None
        self._degree = 1.0

    def _plain_word(self, word: str) -> None:
        self._clause.length += 1
        if word in VERBS:
            self._clause.has_verb = True
        polarity = self._lexicon(word)
        if abs(polarity) >= LEAST_IN_LEXICON:
            self._opinion(polarity * FROM_LEXICON)
            return
        self._step(word)

    def _step(self, word: str) -> None:
        self._degree = 1.0
        if self._negation is not None:
            self._reach -= 1
            if self._reach <= 0 and word not in GOES_ON:
                self._settle()

    def _play(self, role: Role, word: str) -> None:
        if word in VERBS:
            self._clause.has_verb = True
        match role.kind:
            case Kind.OPINION:
                self._opinion(role.strength) if role.strength else self._step(word)
            case Kind.SUBJECT | Kind.PLAIN | Kind.THANKS:
                self._negation = None
            case Kind.NEGATION:
                self._settle()
                self._negation, self._reach = role, REACH
            case Kind.STRONGER:
                self._degree *= role.strength
            case Kind.WISH:
                self._wish(role)
            case Kind.EXPECTATION:
                self._clause.is_expected = True
            case Kind.CONTRAST | Kind.CONCESSION:
                self._join(role)

    def _join(self, role: Role) -> None:
        is_first = self._clause.length == 0
        if role.at_start and not is_first:
            return
        if is_first and self._clause.begins_sentence:
            self._opened = role.kind
            return
        if is_first:
            self._clause.joint = role.kind
            return
        self._begin(role.kind, begins_sentence=False)

    def _wish(self, role: Role) -> None:
        self._negation = None
        if role.back and not self._clause.has_verb:
            self._clause.for_it = 0.0
            self._clause.against *= WISHED
        self._clause.wishes.append(role)

    def _opinion(self, score: float) -> None:
        score = max(-1.0, min(1.0, score * self._degree))
        self._degree = 1.0
        if self._negation is not None:
            score *= NEGATED_PRAISE if score > 0 else NEGATED_BLAME
            self._negation = None
        self._add(score)

    def _add(self, score: float) -> None:
        wished = bool(self._clause.wishes)
        if score > 0 and not wished:
            self._clause.for_it += score
        elif score < 0 and not self._clause.is_expected:
            self._clause.against -= score * (WISHED if wished else 1.0)


def clauses_of(text: str, lexicon: Lexicon) -> list[Clause]:
    """Return the clauses of a plain text, with what each says for and against."""
    return [clause for clause in Reader(words_of(text), lexicon).read() if clause.length]
