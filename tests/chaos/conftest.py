"""The table of figures that stands at the end of a run of the scenes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

Figures = Mapping[str, object]
Tell = Callable[[Figures], None]


@dataclass(frozen=True)
class Told:
    """What one scene showed."""

    scene: str
    figures: Figures


TOLD = pytest.StashKey[list[Told]]()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Return a function that puts the figures of this scene into the table."""
    told = request.config.stash.setdefault(TOLD, [])

    def put(figures: Figures) -> None:
        told.append(Told(request.node.name.removeprefix("test_").replace("_", " "), figures))

    return put


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    told = config.stash.get(TOLD, [])
    if not told:
        return
    terminalreporter.section("what the chaos showed")
    for one in told:
        terminalreporter.write_line(one.scene)
        for name, figure in one.figures.items():
            shown = f"{figure:,.1f}" if isinstance(figure, float) else str(figure)
            terminalreporter.write_line(f"    {name:48}{shown:>12}")
