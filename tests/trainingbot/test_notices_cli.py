"""`trainingbot notices`: what it lists, what it tries again, and what it refuses."""

import asyncio
import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner, Result

from tests.factories import make_account, make_notice, make_practitioner
from trainingbot.db import Database
from trainingbot.enums import NoticeState
from trainingbot.models import Notice
from trainingbot.notices_cli import app

SECRET = "a secret that is long enough to be one"
LONG_AGO, YEARS_AWAY = datetime(2025, 1, 7, 10, tzinfo=UTC), datetime(2090, 1, 7, 10, tzinfo=UTC)
"""Commands read the real clock, so that a notice that is not too late expires far away."""


def run(database_url: str, *arguments: str) -> Result:
    result = CliRunner().invoke(
        app,
        arguments,
        env={
            "TRAININGBOT_DATABASE_URL": database_url,
            "TRAININGBOT_SECRET": SECRET,
            "TRAININGBOT_QUIET": "no",
            "TERMINAL_WIDTH": "200",
        },
    )
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def in_database(database_url: str, *, state: NoticeState, failure: str | None = None) -> UUID:
    """Write a notice to somebody in Teams, and return its id."""

    async def write() -> UUID:
        database = Database(database_url)
        async with database.writing() as db:
            person = await make_practitioner(db, name="Ann Example")
            await make_account(db, person)
            notice = await make_notice(
                db, person, state=state, due_at=LONG_AGO, expires_at=YEARS_AWAY
            )
            notice.failure = failure
        await database.close()
        return notice.id

    return asyncio.run(write())


def state_of(database_url: str, notice_id: UUID) -> tuple[NoticeState, str | None]:
    async def look() -> tuple[NoticeState, str | None]:
        database = Database(database_url)
        async with database.reading() as db:
            notice = await db.get_one(Notice, notice_id)
        await database.close()
        return notice.state, notice.failure

    return asyncio.run(look())


def test_where_nobody_was_owed_anything_it_says_so(database_url: str) -> None:
    assert run(database_url).stdout.splitlines() == ["Nobody has been owed a message yet.", ""]


def test_counts_stand_first_and_then_a_line_for_each_without_names(database_url: str) -> None:
    owed = in_database(database_url, state=NoticeState.OWED)
    in_database(database_url, state=NoticeState.SENT)
    given_up = in_database(database_url, state=NoticeState.UNDELIVERABLE, failure="Refused 413")

    said = run(database_url).stdout

    heads, counts, blank, *lines = said.splitlines()
    assert heads.split() == [*(state.value for state in NoticeState), "stuck"]
    assert (counts.split(), blank) == (["promoted", "1", "1", "0", "0", "1", "1"], "")
    assert sorted(lines) == sorted(
        [
            (
                f"{owed}  promoted  owed, due 2025-01-07 10:00, until 2090-01-07 10:00, "
                "0 tried, waits for a worker"
            ),
            (
                f"{given_up}  promoted  undeliverable, due 2025-01-07 10:00, "
                "until 2090-01-07 10:00, 0 tried, ended 2025-01-07 10:00, because of Refused 413"
            ),
        ]
    )


def test_as_json_it_is_one_object(database_url: str) -> None:
    in_database(database_url, state=NoticeState.SENT)
    stuck = in_database(database_url, state=NoticeState.OWED, failure="TryLater 503")

    said = json.loads(run(database_url, "--state", "stuck", "--json").stdout)

    assert said["counts"]["promoted"] == {
        "owed": 1,
        "sent": 1,
        "expired": 0,
        "withdrawn": 0,
        "undeliverable": 0,
        "stuck": 1,
    }
    assert [(one["id"], one["failure"]) for one in said["notices"]] == [
        (str(stuck), "TryLater 503")
    ]


def test_rows_are_chosen_by_kind_and_number(database_url: str) -> None:
    for _ in range(2):
        in_database(database_url, state=NoticeState.OWED)

    listed = [
        len(json.loads(run(database_url, "--json", *arguments).stdout)["notices"])
        for arguments in ((), ("--limit", "1"), ("--kind", "promoted"), ("--kind", "offer"))
    ]

    assert listed == [2, 1, 2, 0]


def test_what_is_stuck_is_put_back_by_its_id_and_once(database_url: str) -> None:
    given_up = in_database(database_url, state=NoticeState.UNDELIVERABLE, failure="Refused 413")
    other = in_database(database_url, state=NoticeState.UNDELIVERABLE, failure="Refused 413")

    said = [
        run(database_url, "retry", str(given_up), str(uuid4())).stdout.splitlines()
        for _ in range(2)
    ]

    assert said == [
        ["1 put back, to be tried now.", "1 left alone: not stuck, too late, or not there."],
        ["0 put back, to be tried now.", "2 left alone: not stuck, too late, or not there."],
    ]
    assert state_of(database_url, given_up) == (NoticeState.OWED, None)
    assert state_of(database_url, other) == (NoticeState.UNDELIVERABLE, "Refused 413")


def test_everything_that_is_stuck_is_put_back_at_once(database_url: str) -> None:
    for _ in range(3):
        in_database(database_url, state=NoticeState.OWED, failure="TryLater 503")
    in_database(database_url, state=NoticeState.SENT)

    said = [run(database_url, "retry", "--all").stdout for _ in range(2)]

    assert said == ["3 put back, to be tried now.\n", "0 put back, to be tried now.\n"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("retry",), "Say which notices to try again"),
        (("retry", "--all", str(UUID(int=1))), "Say which notices to try again"),
        (("retry", "no-id"), "should be a valid UUID"),
        (("--state", "lost"), "is not one of"),
        (("--kind", "lost"), "is not one of"),
        (("--limit", "-1"), "--limit"),
    ],
)
def test_what_cannot_be_understood_is_told(arguments: tuple[str, ...], said: str) -> None:
    result = run("sqlite+aiosqlite:///never-opened.db", *arguments)

    assert result.exit_code == 2
    assert said in result.stderr
