"""What the clauses of a comment come to: for, against, both, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainingbot.enums import Sentiment
from trainingbot.evaluations.comments.scoring import Clause, Kind

LEAST = 0.2
"""Less than this, for or against, is said in nearly every sentence."""
SIDE = 0.3
"""From here on a side of a judgement counts beside the other."""
BALANCE = 0.35
"""How much of the louder side the other has to have, for a comment to be mixed."""
BALANCE_OF_CONTRAST = 0.2
"""The same where a contrast was put into words."""
RESERVATION = 0.35
"""What a reservation weighs that has no word for or against: “Good, but I knew it all”."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a comment says of the course, before the question is looked at."""

    sentiment: Sentiment
    score: float
    """From -1 to 1."""
    wishes: bool
    """Whether it asks for a change in so many words."""
    asks: bool
    """Whether it does so with “please”, “would be good” or the like."""
    against: float
    is_contrasted: bool
    is_statement: bool
    strongest: float


def judge(clauses: Sequence[Clause]) -> Judgement:
    """Weigh what the clauses of a comment say for the course and against it."""
    for_it = sum(clause.for_it for clause in clauses)
    against = sum(clause.against for clause in clauses)
    reserved = 0.0
    contrasted = False
    for left, right, joint in _sides(clauses):
        side = _reservation(left, right, joint)
        reserved += side
        contrasted = contrasted or side > 0 or _opposed(left, right)
    if not reserved and for_it >= SIDE:
        reserved = RESERVATION * any(not wish.soft for clause in clauses for wish in clause.wishes)
    against += reserved
    sentiment = _sentiment(for_it, against, balance=BALANCE_OF_CONTRAST if contrasted else BALANCE)
    score = (for_it - against) / (for_it + against + 0.25)
    return Judgement(
        sentiment,
        round(score * (0.5 if sentiment == Sentiment.MIXED else 1.0), 3),
        wishes=any(clause.wishes for clause in clauses),
        asks=any(wish.back for clause in clauses for wish in clause.wishes),
        against=against,
        is_contrasted=contrasted,
        is_statement=any(clause.has_verb for clause in clauses),
        strongest=max((clause.for_it for clause in clauses), default=0.0),
    )


def _sentiment(for_it: float, against: float, *, balance: float) -> Sentiment:
    louder, other = max(for_it, against), min(for_it, against)
    if louder < LEAST:
        return Sentiment.NEUTRAL
    if other >= SIDE and other >= balance * louder:
        return Sentiment.MIXED
    return Sentiment.POSITIVE if for_it > against else Sentiment.NEGATIVE


@dataclass(frozen=True, slots=True)
class Side:
    """What stands on one side of a contrast."""

    for_it: float
    against: float
    wishes: bool


def _sides(clauses: Sequence[Clause]) -> list[tuple[Side, Side, Kind]]:
    """Return what stands before and after each contrast of a comment.

    Before it is the sentence it stands in, or the one before where it begins one.
    """
    sides: list[tuple[Side, Side, Kind]] = []
    for place, clause in enumerate(clauses):
        if clause.joint is None:
            continue
        begin = place - 1
        while begin > 0 and not clauses[begin].begins_sentence and clauses[begin].joint is None:
            begin -= 1
        end = place + 1
        while (
            end < len(clauses) and not clauses[end].begins_sentence and clauses[end].joint is None
        ):
            end += 1
        sides.append(
            (_side(clauses[max(begin, 0) : place]), _side(clauses[place:end]), clause.joint)
        )
    return sides


def _side(clauses: Sequence[Clause]) -> Side:
    return Side(
        sum(clause.for_it for clause in clauses),
        sum(clause.against for clause in clauses),
        any(clause.wishes for clause in clauses),
    )


def _opposed(left: Side, right: Side) -> bool:
    return (left.for_it - left.against) * (right.for_it - right.against) < 0


def _reservation(left: Side, right: Side, joint: Kind) -> float:
    """Return what is held against a course by a reservation that has no words against it."""
    praised = left.for_it >= SIDE and left.for_it > left.against
    is_silent = right.for_it < LEAST and right.against < LEAST
    return RESERVATION if praised and is_silent and joint == Kind.CONTRAST else 0.0
