"""The connector that misbehaves: what it answers, and that it writes everything down first."""

from collections import Counter
from pathlib import Path

import pytest
from aiohttp import ClientSession, ServerDisconnectedError

from tests.chaos.connector import BROKEN, MAYBE_DELIVERED, REFUSALS, TAKEN, TOO_MANY, Moods, Temper
from tests.chaos.figures import Sending
from tests.chaos.processes import RunningConnector


def test_a_calm_connector_takes_everything_at_once() -> None:
    moods = Moods(Temper())

    answers = [moods.next() for _ in range(100)]

    assert {(one.status, one.delivered, one.retry_after, one.delay) for one in answers} == {
        (TAKEN, True, None, 0.0)
    }


def test_a_share_of_answers_is_a_refusal_of_each_kind() -> None:
    moods = Moods(Temper(seed=7, refused=0.2, broken=0.01, slow=0.05))

    answers = [moods.next() for _ in range(10_000)]

    statuses = Counter(one.status for one in answers)
    assert set(statuses) == {TAKEN, BROKEN, *REFUSALS}
    assert 1_800 < sum(statuses[one] for one in REFUSALS) < 2_200
    assert {one.status for one in answers if one.retry_after} == {TOO_MANY}
    assert {one.status for one in answers if one.delivered} == {TAKEN, BROKEN, *MAYBE_DELIVERED}
    assert {one.status for one in answers if not one.delivered} == {BROKEN, *REFUSALS}
    assert 400 < sum(one.delay > 0 for one in answers) < 600


def test_the_same_seed_gives_the_same_answers() -> None:
    temper = Temper(seed=3, refused=0.5, broken=0.1, slow=0.5)
    one, another = Moods(temper), Moods(temper)

    assert [one.next() for _ in range(50)] == [another.next() for _ in range(50)]


async def _posted(url: str, conversation: str, text: str) -> int:
    path = f"{url}v3/conversations/{conversation}/activities"
    async with ClientSession() as http, http.post(path, json={"text": text}) as answer:
        return answer.status


async def test_it_writes_down_who_was_sent_what_and_how_it_ended(tmp_path: Path) -> None:
    with RunningConnector(tmp_path, Temper()) as connector:
        status = await _posted(connector.url, "a%3Aann", "Neglect (K12)")
        (written,) = connector.sendings()

    assert status == TAKEN
    assert written == Sending(
        at=written.at, conversation="a:ann", mark="12", answered=written.answered
    )
    assert written.at <= written.answered


async def test_a_connection_that_breaks_is_written_down_too(tmp_path: Path) -> None:
    with RunningConnector(tmp_path, Temper(broken=1.0)) as connector:
        with pytest.raises(ServerDisconnectedError):
            await _posted(connector.url, "ann", "Neglect (K1)")
        (written,) = connector.sendings()

    assert (written.key, written.status) == (("ann", "1"), BROKEN)
