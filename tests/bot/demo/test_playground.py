import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.demo.node import PlaygroundNotAvailable
from bot.demo.playground import Person, Playground
from bot.demo.processes import LOOPBACK, is_listening

pytestmark = pytest.mark.browser

ANOTHER_ADDRESS = "127.0.0.2"
"""Of this machine too, and served by whoever listens on every interface."""

NURSE = Person(
    name="Robin Okafor",
    email="robin.okafor@health.example",
    object_id="22222222-0000-4000-8000-000000000001",
    tenant_id="11111111-0000-4000-8000-000000000001",
)
BOT_URL = "http://127.0.0.1:9/api/messages"

KILLED_WITH_A_PLAYGROUND = """
import os, signal
from pathlib import Path
from tests.bot.demo.test_playground import BOT_URL, NURSE
from bot.demo.playground import Playground
playground = Playground(NURSE, bot_url=BOT_URL, folder=Path("{folder}"))
playground.start()
print(playground.port, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def closes(port: int) -> bool:
    """Wait until nothing listens on `port`, for as long as an ending program may take."""
    end = time.monotonic() + 10
    while is_listening(port) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_listening(port)


def test_it_answers_on_this_machine_only_and_ends_when_it_is_left(tmp_path: Path) -> None:
    with Playground(NURSE, bot_url=BOT_URL, folder=tmp_path) as playground:
        listening = is_listening(playground.port)
        with socket.socket() as probe:
            elsewhere = probe.connect_ex((ANOTHER_ADDRESS, playground.port))

    assert listening
    assert elsewhere != 0
    assert not playground.is_running
    assert closes(playground.port)


def test_it_ends_with_whoever_started_it_even_when_they_are_killed(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - code of the test's own
        [sys.executable, "-c", KILLED_WITH_A_PLAYGROUND.format(folder=tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == -signal.SIGKILL
    assert closes(int(done.stdout))


def test_a_port_in_use_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        playground = Playground(NURSE, bot_url=BOT_URL, folder=tmp_path, port=port)

        with pytest.raises(PlaygroundNotAvailable) as refusal:
            playground.start()

    assert refusal.value.sentence == (
        f"Port {port} is in use by another program, so Robin Okafor's Playground cannot start. "
        "End that program, or choose another port."
    )


def test_settings_that_it_refuses_are_told_with_its_own_reason(tmp_path: Path) -> None:
    long_name = Person(
        name="Robin " * 60,
        email=NURSE.email,
        object_id=NURSE.object_id,
        tenant_id=NURSE.tenant_id,
    )
    nobody = Playground(long_name, bot_url=BOT_URL, folder=tmp_path)

    with pytest.raises(PlaygroundNotAvailable, match="did not start") as refusal:
        nobody.start()

    assert not nobody.is_running
    assert "config" in refusal.value.sentence


def test_stopping_twice_does_no_harm(tmp_path: Path) -> None:
    playground = Playground(NURSE, bot_url=BOT_URL, folder=tmp_path)
    playground.start()

    playground.stop()
    playground.stop()

    assert not playground.is_running
