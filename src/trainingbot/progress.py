"""How far a command is: a bar on a terminal, plain lines where its output goes elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn


@contextmanager
def progress_told(console: Console | None = None) -> Iterator[Callable[[str, int, int], None]]:
    """Hand out a function that is told a step, how much of it is done, and how much there is.

    Where no console is given it is standard error, so that a command's result stays alone.
    """
    console = console or Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield _line_by_line(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Reading", total=None)

        def told(step: str, done: int, total: int) -> None:
            progress.update(task, description=step, completed=done, total=total)

        yield told


def _line_by_line(console: Console) -> Callable[[str, int, int], None]:
    def told(step: str, done: int, total: int) -> None:
        if done == total:
            console.print(f"{step}: {total:,}", markup=False, soft_wrap=True)

    return told
