import re
from io import StringIO

from rich.console import Console

from trainingbot.progress import progress_told


def test_where_there_is_no_terminal_each_step_is_one_line_when_it_is_done() -> None:
    output = StringIO()

    with progress_told(Console(file=output, width=20)) as told:
        told("Reading [bookings].csv", 0, 1_942)
        told("Reading [bookings].csv", 1_000, 1_942)
        told("Reading [bookings].csv", 1_942, 1_942)

    assert output.getvalue() == "Reading [bookings].csv: 1,942\n"


def test_on_a_terminal_a_bar_moves_and_leaves_nothing_behind() -> None:
    output = StringIO()
    console = Console(file=output, force_terminal=True, width=80, highlight=False)

    with progress_told(console) as told:
        told("Reading bookings.csv", 971, 1_942)

    states = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[━╸╺]", "", output.getvalue()))
    assert [state.split() for state in states][-2:] == [
        ["Reading", "bookings.csv", "971/1942"],
        [],
    ]
    assert output.getvalue().endswith("\x1b[2K")
