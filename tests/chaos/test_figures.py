"""The figures by which the chaos is judged, on requests that are counted by hand."""

import json
from pathlib import Path

import pytest

from tests.chaos.figures import (
    Log,
    Sending,
    deliveries,
    first_after,
    impatient,
    lost,
    messages_a_second,
    most_in,
    most_in_a_conversation,
    most_requests_in_a_second,
    needlessly_repeated,
    repeated,
)


def test_an_arrival_is_counted_whatever_was_answered() -> None:
    sendings = [
        Sending(0, "ann", status=502),
        Sending(1, "ann"),
        Sending(2, "ben", status=503, delivered=False),
        Sending(3, "ann", mark="1"),
    ]

    assert deliveries(sendings) == {("ann", "0"): 2, ("ann", "1"): 1}
    assert repeated(sendings) == 1
    assert lost(sendings, owed=[("ann", "0"), ("ann", "1"), ("ben", "0")]) == {("ben", "0")}


def test_a_repeat_is_needless_only_after_an_answer_that_it_was_taken() -> None:
    unsure = Sending(0, "ann", answered=0.5, status=504)
    taken = Sending(1, "ann", answered=1.5)
    at_once = Sending(1.2, "ann", answered=1.3)
    again = Sending(2, "ann", answered=2.5)
    another = Sending(3, "ann", mark="1", answered=3.5)

    assert needlessly_repeated([unsure, taken, another]) == []
    assert needlessly_repeated([unsure, taken, at_once, again]) == [again]


@pytest.mark.parametrize(
    ("moments", "most"),
    [([], 0), ([5.0], 1), ([0.0, 1.0, 2.0], 1), ([0.0, 0.4, 0.999, 1.0, 1.3], 4)],
)
def test_the_busiest_second_may_begin_at_any_moment(moments: list[float], most: int) -> None:
    sendings = [Sending(moment, f"person-{moment}") for moment in moments]

    assert most_in(moments) == most
    assert most_requests_in_a_second(sendings) == most


def test_the_busiest_conversation_is_found_among_others() -> None:
    sendings = [Sending(0, "ann"), Sending(0.1, "ben"), Sending(0.2, "ben"), Sending(1.5, "ben")]

    assert most_in_a_conversation(sendings) == 2
    assert most_in_a_conversation(sendings, seconds=2) == 3
    assert most_in_a_conversation([]) == 0


def test_whoever_sends_before_retry_after_has_run_out_is_impatient() -> None:
    asked = Sending(0, "ann", answered=0.5, status=429, delivered=False, retry_after=2)
    under_way = Sending(0.2, "ann", answered=0.6)
    elsewhere = Sending(1, "ben", answered=1.1)
    too_early = Sending(2.4, "ann", mark="1", answered=2.6)
    patient = Sending(2.5, "ann", answered=2.6)

    assert impatient([asked, under_way, elsewhere, too_early, patient]) == [too_early]


def test_the_rate_counts_each_message_once() -> None:
    sendings = [
        Sending(10, "ann", status=429, delivered=False),
        Sending(10.5, "ben"),
        Sending(11, "cat"),
        Sending(12, "ann"),
        Sending(20, "ann"),
    ]

    assert messages_a_second(sendings) == 1.0
    assert messages_a_second([]) == 0.0


def test_the_first_message_after_a_moment_is_found() -> None:
    sendings = [Sending(moment, "ann") for moment in (1, 2, 7, 30)]

    assert first_after(sendings, 2) == 7
    assert first_after(sendings, 30) is None


def test_a_log_is_read_as_it_grows_and_an_unfinished_line_is_left_for_later(tmp_path: Path) -> None:
    file = tmp_path / "log"
    line = {
        "method": "POST",
        "at": 2.0,
        "answered": 2.5,
        "conversation": "ann",
        "mark": "7",
        "status": 429,
        "delivered": False,
        "retry_after": 3,
    }
    earlier = {**line, "at": 1.0, "status": 201, "delivered": True, "retry_after": None}
    update = {**line, "method": "PUT"}
    written = "".join(json.dumps(one) + "\n" for one in (line, earlier, update))
    log = Log(file)
    nothing = log.sendings()
    file.write_text(written + '{"method": "PO')

    assert nothing == []
    assert log.sendings() == [
        Sending(1.0, "ann", "7", 2.5),
        Sending(2.0, "ann", "7", 2.5, 429, delivered=False, retry_after=3),
    ]
    with file.open("a") as more:
        more.write('ST", ' + json.dumps({**line, "at": 3.0}).partition(", ")[2] + "\n")
    assert [one.at for one in log.sendings()] == [1.0, 2.0, 3.0]
