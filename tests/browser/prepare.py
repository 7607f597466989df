"""Prepares what the browser tests need, once: Node, the Agents Playground and Chromium.

`make test` runs this before the tests. A person who cannot install Chromium here gets the tests
without a browser and one line that says so; in CI (`CI=true`) that line is a failure.
"""

import os
import shutil
import subprocess
import sys

from bot.demo.node import install_playground, installed_node, installed_playground
from trainingbot.errors import TrainingBotError

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGES = ("chromium", "fonts-open-sans")
"""The font stands in for that of Teams, so that pictures of cards look and break alike."""
HOW_TO_GET_CHROMIUM = (
    "Chromium was not found: install it (Debian: apt install chromium) and run make test again."
)
HOW_TO_GET_PLAYGROUND = "The Agents Playground is not fetched: run make test with a network, once."


class BrowserNotAvailable(TrainingBotError):
    """Something that the browser tests stand on is not on this machine."""


def installed_chromium() -> str | None:
    """Return the path of the machine's Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def missing_for_the_browser_tests() -> str | None:
    """Return the sentence that says what is missing and how to get it, or None."""
    if installed_chromium() is None:
        return HOW_TO_GET_CHROMIUM
    if installed_node() is None or installed_playground() is None:
        return HOW_TO_GET_PLAYGROUND
    return None


def running_in_ci() -> bool:
    """Tell whether nothing may be left out: CI systems set `CI`."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def _install_chromium() -> None:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise BrowserNotAvailable(HOW_TO_GET_CHROMIUM)
    _say("Installing Debian's Chromium for the browser tests (once)…")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        [apt, "update", "-qq"],
        [apt, "install", "-qq", "-y", "--no-install-recommends", *DEBIAN_PACKAGES],
    ):
        done = subprocess.run(  # noqa: S603 - Debian's own package tool
            command, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BrowserNotAvailable(
                f"Chromium could not be installed: {done.stderr.strip()[-500:]}"
            )
    if installed_chromium() is None:
        raise BrowserNotAvailable(HOW_TO_GET_CHROMIUM)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def main() -> int:
    """Install what is missing; return 1 in CI where that fails, else 0."""
    try:
        if installed_chromium() is None:
            _install_chromium()
        install_playground(say=_say)
    except TrainingBotError as error:
        _say(f"The browser tests are left out. {error.sentence}")
        return 1 if running_in_ci() else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
