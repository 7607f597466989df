"""The presets of the terms of cancelling, and the settings that change a part of one."""

from typing import Any

import pytest

from trainingbot.enums import LateReason, PolicyPreset
from trainingbot.errors import SettingsNotUsable
from trainingbot.policies import PRESETS, Policy
from trainingbot.settings import load_settings
from trainingbot.terms import terms_of

ILLNESS = frozenset({LateReason.ILLNESS})


def policy_of(**values: Any) -> Policy:  # noqa: ANN401 - a setting has the type of its field
    return terms_of(load_settings(_env_file=None, **values)).policy


def test_as_it_comes_two_working_days_are_asked_for_and_nothing_is_charged() -> None:
    assert policy_of() == Policy(
        notice_days=2,
        late_charge=0,
        no_show_charge=0,
        exempt_reasons=ILLNESS,
        exempt_agencies=frozenset(),
        substitutes=True,
    )


@pytest.mark.parametrize(
    ("name", "days", "pence"),
    [("none", 2, 0), ("two_days", 2, 2500), ("one week", 5, 5000), ("TWO_WEEKS", 10, 9000)],
)
def test_a_preset_sets_notice_and_charges(name: str, days: int, pence: int) -> None:
    assert policy_of(policy=name) == Policy(
        notice_days=days, late_charge=pence, no_show_charge=pence, exempt_reasons=ILLNESS
    )


def test_every_preset_is_laid_down() -> None:
    assert sorted(PRESETS) == sorted(PolicyPreset)


@pytest.mark.parametrize(
    ("setting", "written", "part", "value"),
    [
        ("notice_days", "0", "notice_days", 0),
        ("notice_days", " 7 ", "notice_days", 7),
        ("notice_days", "", "notice_days", 5),
        ("late_charge", "22.50", "late_charge", 2250),
        ("late_charge", "£40", "late_charge", 4000),
        ("late_charge", "0", "late_charge", 0),
        ("late_charge", "", "late_charge", 5000),
        ("no_show_charge", "1000", "no_show_charge", 100_000),
        ("exempt_reasons", "illness, urgent work", "exempt_reasons", {"illness", "urgent_work"}),
        ("exempt_reasons", "none", "exempt_reasons", set()),
        ("exempt_reasons", "", "exempt_reasons", {"illness"}),
        ("exempt_agencies", "HOSPICE, vol", "exempt_agencies", {"hospice", "vol"}),
        ("substitutes", "no", "substitutes", False),
        ("substitutes", "Yes", "substitutes", True),
        ("substitutes", "", "substitutes", True),
    ],
)
def test_each_part_of_a_preset_is_set_apart_from_it(
    setting: str,
    written: str,
    part: str,
    value: Any,  # noqa: ANN401 - a part has the type of its field
) -> None:
    policy = policy_of(policy="one_week", **{setting: written})

    assert getattr(policy, part) == value


@pytest.mark.parametrize(
    ("setting", "written", "sentence"),
    [
        (
            "policy",
            "weekly",
            "POLICY: 'weekly' is not known; there is none, two_days, one_week, two_weeks",
        ),
        ("notice_days", "-1", "NOTICE_DAYS: needs a number of working days from 0 to 60"),
        ("notice_days", "61", "NOTICE_DAYS: needs a number of working days from 0 to 60"),
        ("notice_days", "²", "NOTICE_DAYS: needs a number of working days from 0 to 60"),
        ("notice_days", "two", "NOTICE_DAYS: needs a number of working days from 0 to 60"),
        (
            "late_charge",
            "22.505",
            "LATE_CHARGE: needs an amount in pounds from 0 to 1000, such as 50 or 22.50",
        ),
        (
            "late_charge",
            "-1",
            "LATE_CHARGE: needs an amount in pounds from 0 to 1000, such as 50 or 22.50",
        ),
        (
            "no_show_charge",
            "NaN",
            "NO_SHOW_CHARGE: needs an amount in pounds from 0 to 1000, such as 50 or 22.50",
        ),
        (
            "no_show_charge",
            "1e9",
            "NO_SHOW_CHARGE: needs an amount in pounds from 0 to 1000, such as 50 or 22.50",
        ),
        (
            "exempt_reasons",
            "illness, flu",
            (
                "EXEMPT_REASONS: 'flu' is not known; there is illness, caring, urgent_work, "
                "not_released, travel, other"
            ),
        ),
        ("substitutes", "perhaps", "SUBSTITUTES: needs yes or no"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_name_of_the_variable(
    setting: str, written: str, sentence: str
) -> None:
    with pytest.raises(SettingsNotUsable) as refusal:
        policy_of(**{setting: written})

    assert refusal.value.sentence == f"The settings cannot be used.\nTRAININGBOT_{sentence}"
