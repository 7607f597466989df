import re
from string import Formatter

import pytest

from tests.moments import NOW, TERMS
from trainingbot.audit.checks import CHECKS, Check

SUBJECTS = {"booking", "charge", "notice", "practitioner", "response", "service", "session"}
TELLING = re.compile(r"name|mail|phone|words|comment|title|reason|hash")
"""Columns that could tell who somebody is, or what they wrote."""


def named(check: Check) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(check.sentence) if name}


def test_every_check_has_a_name_of_its_own() -> None:
    names = [check.name for check in CHECKS]

    assert sorted(set(names)) == sorted(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)+|[a-z]+", name)] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_selects_what_its_sentence_names_and_nothing_that_tells_of_people(
    check: Check,
) -> None:
    columns = set(check.faults(NOW, TERMS).selected_columns.keys())

    assert columns - {"id", "code"} <= named(check) <= columns
    assert [column for column in columns if TELLING.search(column)] == []
    assert check.about in SUBJECTS
    assert check.sentence.endswith(".")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_says_what_it_finds(check: Check) -> None:
    assert (check.faults.__doc__ or "").strip().endswith(".")
