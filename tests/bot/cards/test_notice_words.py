from datetime import time

import pytest

from bot.cards.notice_words import NAMES, timing_in_words, when_sent
from tests.moments import TERMS
from trainingbot.enums import NoticeKind
from trainingbot.timings import Anchor, Timing


def test_every_kind_has_a_name_of_its_own() -> None:
    assert set(NAMES) == set(NoticeKind)
    assert len(set(NAMES.values())) == len(NoticeKind)


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (Timing(working_days=5), "5 working days before the start"),
        (Timing(working_days=1), "1 working day before the start"),
        (Timing(hours=1), "1 hour before the start"),
        (Timing(working_days=2, hours=3), "2 working days and 3 hours before the start"),
        (Timing(working_days=1, at=time(14)), "1 working day before the start, at 14:00"),
        (Timing(at=time(8, 5)), "On the day of the start, at 08:05"),
        (Timing(), "When the session begins"),
        (Timing(anchor=Anchor.END), "When the session ends"),
        (Timing(working_days=2, anchor=Anchor.END), "2 working days before the end"),
    ],
)
def test_a_timing_is_said_in_plain_words(timing: Timing, words: str) -> None:
    assert timing_in_words(timing) == words


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (NoticeKind.EARLY_REMINDER, "5 working days before the start"),
        (NoticeKind.TRAINERS_DIGEST, "1 working day before the start, at 14:00"),
        (NoticeKind.COORDINATORS_DIGEST, "On working days at 08:30"),
        (NoticeKind.OFFER, "At once"),
    ],
)
def test_a_kind_says_when_it_is_sent(kind: NoticeKind, words: str) -> None:
    assert when_sent(kind, TERMS.times) == words
