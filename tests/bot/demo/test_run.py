import re
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.demo.processes import LOOPBACK, free_port, is_listening
from bot.demo.run import DemoChat, DemoStopped, run_demo
from tests.moments import NOW

DEMO = """
from pathlib import Path
from bot.demo.chats import prepare_demo_database
from bot.demo.run import run_demo
from trainingbot.clock import utc_now

run_demo(
    prepare_demo_database,
    say=lambda sentence: print(sentence, flush=True),
    folder=Path("{folder}"),
    port={port},
    playground_port={playground_port},
    now=utc_now(),
)
"""


def nothing_prepared(database_url: str, now: datetime) -> Sequence[DemoChat]:
    raise AssertionError(f"{database_url} was prepared at {now}")


def test_a_port_in_use_is_told_before_anything_is_done(tmp_path: Path) -> None:
    said: list[str] = []
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(DemoStopped) as refusal:
            run_demo(nothing_prepared, say=said.append, folder=tmp_path, port=port, now=NOW)

    assert said == []
    assert refusal.value.sentence == (
        f"Port {port} is in use by another program, perhaps a demo that still runs. "
        f"End it, or choose another port: make demo PORT={port + 1}"
    )


@pytest.mark.browser
def test_a_bot_that_does_not_start_is_told_with_what_it_said(tmp_path: Path) -> None:
    said: list[str] = []

    def spoil_the_database(database_url: str, now: datetime) -> Sequence[DemoChat]:
        del database_url, now
        (tmp_path / "demo.db").write_bytes(b"no database" * 100)
        return ()

    with pytest.raises(DemoStopped) as refusal:
        run_demo(spoil_the_database, say=said.append, folder=tmp_path, port=free_port(), now=NOW)

    assert said[-1] == "Starting the bot…"
    assert refusal.value.sentence.splitlines()[0] == (
        f"The bot did not start. The last lines of {tmp_path / 'bot.log'}:"
    )


@pytest.mark.browser
@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_demo_opens_a_chat_for_each_person_and_ends_with_all_its_parts(
    tmp_path: Path, way: signal.Signals
) -> None:
    port, playground_port = free_port(), free_port()
    code = DEMO.format(folder=tmp_path, port=port, playground_port=playground_port)
    with subprocess.Popen(  # noqa: S603 - code of the test's own
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as demo:
        assert demo.stdout
        lines: list[str] = []
        while not lines or "Ctrl-C" not in lines[-1]:
            lines.append(demo.stdout.readline())
            assert lines[-1], "".join(lines)
        addresses = re.findall(r"http://[\d.:]+/", "".join(lines))
        pages = [urlopen(address).status for address in addresses]  # noqa: S310 - on loopback
        demo.send_signal(way)
        rest = demo.stdout.read()

    ports = [port, *(int(address.rstrip("/").rpartition(":")[2]) for address in addresses)]
    assert pages == [200, 200, 200, 200]
    assert rest.split("\n")[-2] == "The demo has ended."
    assert demo.returncode == 0
    assert [one for one in ports if is_listening(one)] == []
