"""The service was down for seven days: what is still of use is sent, everything else has ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.chaos.conftest import Tell
from tests.chaos.figures import Key, deliveries, most_requests_in_a_second
from tests.chaos.scene import Scene, opened_scene
from trainingbot.enums import Nation, NoticeKind, NoticeState
from trainingbot.settings import Settings
from trainingbot.terms import terms_of
from trainingbot.working_days import next_time_awake

MOST_IN_A_SECOND = 50
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
SIZES = pytest.mark.parametrize(
    ("people", "patience"),
    [
        pytest.param(40, 180.0, id="short"),
        pytest.param(1_000, 1_800.0, id="long", marks=pytest.mark.long),
    ],
)


@dataclass(frozen=True)
class Missed:
    """A notice that fell due while nobody sent anything, by days from now, and how it ends."""

    kind: NoticeKind
    starts: float
    due: float
    expires: float
    ends: NoticeState


MISSED = (
    Missed(NoticeKind.PROMOTED, 60, -6, 60, NoticeState.SENT),
    Missed(NoticeKind.EARLY_REMINDER, 4, -3, 3, NoticeState.SENT),
    Missed(NoticeKind.LATE_REMINDER, 0.5, -0.5, 0.4, NoticeState.SENT),
    Missed(NoticeKind.EVALUATION_INVITATION, -3, -2.9, 11, NoticeState.SENT),
    Missed(NoticeKind.EARLY_REMINDER, -1, -7, -2, NoticeState.EXPIRED),
    Missed(NoticeKind.JOINING_INSTRUCTIONS, -2, -6, -2, NoticeState.EXPIRED),
    Missed(NoticeKind.LATE_REMINDER, -4, -5, -4.1, NoticeState.EXPIRED),
    Missed(NoticeKind.STARTING_SOON, -5, -5.1, -5, NoticeState.EXPIRED),
    # Its session was brought forward, and nobody took it back.
    Missed(NoticeKind.PROMOTED, -1, -5, 5, NoticeState.WITHDRAWN),
)


async def _owe(scene: Scene, missed: Missed) -> set[Key]:
    now = scene.stage.now
    return await scene.stage.owe(
        kind=missed.kind,
        starts_at=now + missed.starts * A_DAY,
        due_at=now + missed.due * A_DAY,
        expires_at=now + missed.expires * A_DAY,
    )


@SIZES
async def test_after_seven_days_everything_is_sent_that_is_of_use_and_nothing_else(
    database_url: str, tmp_path: Path, people: int, patience: float, tell: Tell
) -> None:
    async with opened_scene(database_url, tmp_path, people=people) as scene:
        ends: dict[Key, NoticeState] = {}
        for missed in MISSED:
            ends.update(dict.fromkeys(await _owe(scene, missed), missed.ends))
        scene.start_all()

        ended = await scene.until_nothing_is_owed(within=patience)

        sendings = scene.sendings()
        tell(
            {
                "notices": len(ends),
                **{f"of those {state}": number for state, number in sorted(ended.states.items())},
                "most requests in any rolling second": most_requests_in_a_second(sendings),
            }
        )
        assert await scene.stage.states() == ends
        sent = {key for key, state in ends.items() if state == NoticeState.SENT}
        assert deliveries(sendings) == dict.fromkeys(sent, 1)
        assert ended.changed_more_than_once == 0
        assert most_requests_in_a_second(sendings) <= MOST_IN_A_SECOND


def quiet_at(now: datetime) -> dict[str, str]:
    """Return settings by which quiet began an hour ago and ends in a few hours, if not later."""
    wall = now.astimezone(Settings().zone)
    return {
        "QUIET": "true",
        "QUIET_BEGINS": f"{wall - AN_HOUR:%H:%M}",
        "QUIET_ENDS": f"{wall + 3 * AN_HOUR:%H:%M}",
    }


def awake_at(now: datetime, settings: dict[str, str]) -> datetime:
    """Return when the quiet of such settings ends."""
    quiet = Settings(
        nation=Nation.ENGLAND,
        quiet_begins=settings["QUIET_BEGINS"],
        quiet_ends=settings["QUIET_ENDS"],
    )
    calendar = terms_of(quiet).calendar
    return next_time_awake(now, begins=quiet.quiet_begins, ends=quiet.quiet_ends, calendar=calendar)


@SIZES
async def test_after_downtime_that_ends_at_night_only_what_cannot_wait_goes_out_at_once(
    database_url: str, tmp_path: Path, people: int, patience: float, tell: Tell
) -> None:
    async with opened_scene(database_url, tmp_path, people=people) as scene:
        now = scene.stage.now
        quiet = quiet_at(now)
        awake = awake_at(now, quiet)
        due_at = now - 3 * A_DAY
        waits = await scene.stage.owe(due_at=due_at)
        any_hour = await scene.stage.owe(
            kind=NoticeKind.STARTING_SOON, starts_at=now + AN_HOUR, due_at=due_at
        )
        too_late_by_morning = await scene.stage.owe(
            kind=NoticeKind.LATE_REMINDER,
            starts_at=awake + 4 * AN_HOUR,
            expires_at=awake + 3 * AN_HOUR,
            due_at=due_at,
        )
        at_night = scene.start_all(quiet)

        await scene.until_arrived(2 * people, within=patience)
        for process in at_night:
            assert process.stop() == 0
        states_at_night = await scene.stage.states()
        scene.start_all()
        await scene.until_nothing_is_owed(within=patience)

        sendings = scene.sendings()
        tell(
            {
                "notices": 3 * people,
                "sent at night": list(states_at_night.values()).count(NoticeState.SENT),
                "sent in the morning": people,
                "most requests in any rolling second": most_requests_in_a_second(sendings),
            }
        )
        at_once = any_hour | too_late_by_morning
        assert states_at_night == {
            **dict.fromkeys(at_once, NoticeState.SENT),
            **dict.fromkeys(waits, NoticeState.OWED),
        }
        assert deliveries(sendings) == dict.fromkeys(at_once | waits, 1)
        assert most_requests_in_a_second(sendings) <= MOST_IN_A_SECOND
