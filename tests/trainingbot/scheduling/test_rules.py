from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from trainingbot.bookings.rules import is_a_link
from trainingbot.dates import moved_along
from trainingbot.enums import Delivery, SessionStatus
from trainingbot.models import CourseSession
from trainingbot.scheduling.rules import link_for_trainers, next_code

LONDON, PARIS = ZoneInfo("Europe/London"), ZoneInfo("Europe/Paris")
LAST_NIGHT = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)


def at(zone: ZoneInfo, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        ([], "S25-001"),
        (["S25-001", "S25-002"], "S25-003"),
        (["S25-007", "S25-002"], "S25-008"),
        (["S25-999"], "S25-1000"),
        (["S25-1000", "S25-999"], "S25-1001"),
        (["S24-050", "S26-060", "X25-070"], "S25-001"),
        (["S25-A12", "S25-", "S25-1-2", "S25-²"], "S25-001"),
    ],
)
def test_the_next_code_is_the_one_after_the_highest_of_the_year(
    taken: list[str], code: str
) -> None:
    assert next_code(taken, starts_at=at(LONDON, 6, 3, 9), zone=LONDON) == code


@pytest.mark.parametrize(("zone", "code"), [(LONDON, "S25-001"), (PARIS, "S26-001")])
def test_the_year_of_a_code_is_that_of_the_partnerships_clocks(zone: ZoneInfo, code: str) -> None:
    assert next_code([], starts_at=LAST_NIGHT, zone=zone) == code


@pytest.mark.parametrize(
    ("moment", "before", "after", "moved"),
    [
        ((3, 7, 17), (3, 14, 9, 30), (4, 11, 9, 30), (4, 4, 17)),
        ((4, 4, 17), (4, 11, 9, 30), (3, 14, 9, 30), (3, 7, 17)),
        ((10, 17, 17), (10, 24, 9, 30), (10, 31, 9, 30), (10, 24, 17)),
        ((3, 7, 17), (3, 14, 9, 30), (3, 14, 10), (3, 7, 17, 30)),
        ((3, 23, 1, 30), (3, 24, 9), (3, 31, 9), (3, 30, 2, 30)),
    ],
    ids=["into summer", "out of summer", "into winter", "half an hour", "into the skipped hour"],
)
def test_a_moment_keeps_its_distance_from_a_start_as_clocks_show_it(
    moment: tuple[int, ...],
    before: tuple[int, ...],
    after: tuple[int, ...],
    moved: tuple[int, ...],
) -> None:
    found = moved_along(
        at(LONDON, *moment), before=at(LONDON, *before), after=at(LONDON, *after), zone=LONDON
    )

    assert found == at(LONDON, *moved)


@pytest.mark.parametrize(
    "url",
    [
        "https://teams.example/meet 1",
        "https://teams.example/\u200bmeet",
        "https://",
        "https://[",
        "http://teams.example/meet/1",
        "javascript:alert(1)",
    ],
)
def test_a_link_leads_to_a_host_by_https_and_holds_nothing_unseen(url: str) -> None:
    assert is_a_link(url) is False


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({}, "https://teams.example/meet/1"),
        ({"tentative": True}, "https://teams.example/meet/1"),
        ({"ends_at": at(LONDON, 6, 3, 9)}, None),
        ({"status": SessionStatus.CANCELLED}, None),
        ({"join_url": None}, None),
        ({"join_url": "http://teams.example/meet/1"}, None),
    ],
)
def test_trainers_join_their_session_until_it_ends(
    fields: dict[str, object], url: str | None
) -> None:
    session = CourseSession(
        code="S25-001",
        starts_at=at(LONDON, 6, 3, 8),
        ends_at=at(LONDON, 6, 3, 11),
        delivery=Delivery.TEAMS,
        capacity=20,
        join_url="https://teams.example/meet/1",
    )
    for name, value in fields.items():
        setattr(session, name, value)

    assert link_for_trainers(session, now=at(LONDON, 6, 3, 9)) == url
