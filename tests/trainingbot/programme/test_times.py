from datetime import UTC, datetime

import pytest

from tests.trainingbot.programme.folders import LONDON
from trainingbot.programme.times import is_shown_by_clocks, local_time, moment_of

SUMMER_MORNING = datetime.fromisoformat("2024-07-22T09:00")
WINTER_MORNING = datetime.fromisoformat("2024-01-12T09:00")
SKIPPED = datetime.fromisoformat("2024-03-31T01:19")
SHOWN_TWICE = datetime.fromisoformat("2024-10-27T01:30")


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        (SUMMER_MORNING, datetime(2024, 7, 22, 8, 0, tzinfo=UTC)),
        (WINTER_MORNING, datetime(2024, 1, 12, 9, 0, tzinfo=UTC)),
        (SHOWN_TWICE, datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        (SKIPPED, datetime(2024, 3, 31, 1, 19, tzinfo=UTC)),
    ],
    ids=["summer time", "winter time", "the earlier of two", "a clock not yet put forward"],
)
def test_a_local_time_stands_for_one_moment(local: datetime, moment: datetime) -> None:
    assert moment_of(local, zone=LONDON) == moment


@pytest.mark.parametrize(
    ("local", "shown"),
    [(SUMMER_MORNING, True), (WINTER_MORNING, True), (SHOWN_TWICE, True), (SKIPPED, False)],
)
def test_clocks_skip_an_hour_in_spring(*, local: datetime, shown: bool) -> None:
    assert is_shown_by_clocks(local, zone=LONDON) is shown


def test_a_moment_goes_back_to_the_local_time_it_came_from() -> None:
    assert local_time(moment_of(SHOWN_TWICE, zone=LONDON), zone=LONDON) == SHOWN_TWICE
