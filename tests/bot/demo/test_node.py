import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo.node import NPM_PACKAGE, installed_playground

LOCK = (NPM_PACKAGE / "package-lock.json").read_bytes()
SCRIPT = "node_modules/@microsoft/m365agentsplayground/cli.js"
WHICH_NODE = "node = installed_node(); print(node and node.executable)"


def program(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def said_with_path(folder: Path, code: str) -> str:
    """Return what `code` says where `folder` holds the only programs on the path."""
    done = subprocess.run(  # noqa: S603 - code of the test's own
        [sys.executable, "-c", f"from bot.demo.node import *\n{code}"],
        env={**os.environ, "PATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("version", ["v20.1.0", "v24.19.0"])
def test_the_machines_own_node_is_taken_when_it_is_recent(tmp_path: Path, version: str) -> None:
    program(tmp_path / "node", f"echo {version}")
    program(tmp_path / "npm", "exit 0")

    assert said_with_path(tmp_path, WHICH_NODE) == str(tmp_path / "node")


@pytest.mark.parametrize("version", ["v18.20.4", "no version"])
def test_the_machines_own_node_is_not_taken_when_it_is_old(tmp_path: Path, version: str) -> None:
    program(tmp_path / "node", f"echo {version}")
    program(tmp_path / "npm", "exit 0")

    assert said_with_path(tmp_path, WHICH_NODE) != str(tmp_path / "node")


def test_a_node_without_npm_is_not_taken(tmp_path: Path) -> None:
    program(tmp_path / "node", "echo v22.0.0")

    assert said_with_path(tmp_path, WHICH_NODE) != str(tmp_path / "node")


def test_a_playground_of_another_version_is_not_the_one_that_is_locked(tmp_path: Path) -> None:
    script = tmp_path / SCRIPT
    script.parent.mkdir(parents=True)
    script.touch()
    without_a_mark = installed_playground(tmp_path)
    (tmp_path / "installed.json").write_bytes(LOCK.replace(b"0.2.28", b"0.2.27"))
    of_another_version = installed_playground(tmp_path)
    (tmp_path / "installed.json").write_bytes(LOCK)

    assert without_a_mark is None
    assert of_another_version is None
    assert installed_playground(tmp_path) == script


def test_a_registry_that_cannot_be_reached_is_told_in_a_sentence(tmp_path: Path) -> None:
    program(tmp_path / "node", "echo v22.0.0")
    program(tmp_path / "npm", "echo npm error network >&2; exit 1")

    said = said_with_path(
        tmp_path,
        "try:\n"
        f"    install_playground(say=print, folder=Path({str(tmp_path / 'cache')!r}))\n"
        "except PlaygroundNotAvailable as error:\n"
        "    print(error.sentence)",
    )

    assert said == (
        "Fetching Microsoft's Agents Playground (15 MB, once)…\n"
        "The Agents Playground could not be fetched. The first run needs the npm registry: "
        "check that this machine can reach it (npm config get registry) and try again.\n"
        "npm error network"
    )
    assert installed_playground(tmp_path / "cache") is None


def test_what_npm_installs_is_pinned_by_checksum_and_names_no_registry() -> None:
    lock = LOCK.decode()

    assert '"integrity": "sha512-' in lock
    assert '"resolved"' not in lock
