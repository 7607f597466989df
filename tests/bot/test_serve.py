"""`trainingbot serve` and `worker` as processes: what they refuse to start with, how they end."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

PATIENCE = 30
EVERYBODY = "0.0.0.0"  # noqa: S104 - it is refused
COMMAND = [sys.executable, "-m", "bot.cli"]
CREDENTIALS = {
    "TRAININGBOT_APP_ID": "an-app",
    "TRAININGBOT_APP_PASSWORD": "a-password-that-nobody-may-see",
    "TRAININGBOT_APP_TENANT_ID": "a-tenant",
    "TRAININGBOT_TENANTS": "a-tenant",
}
NO_SERVER = "postgresql+psycopg://name:a-password-that-nobody-may-see@127.0.0.1:1/db"


def environment(**settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if "TRAININGBOT" not in name}
    return {**inherited, **settings}


def refused(folder: Path, *arguments: str, command: str = "serve", **settings: str) -> str:
    """Start the service where it cannot start, and return what it says to that."""
    done = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, command, *arguments],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert "nobody-may-see" not in done.stderr
    return done.stderr.removesuffix("\n")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_without_credentials_it_names_what_is_missing(tmp_path: Path, command: str) -> None:
    assert refused(tmp_path, command=command) == (
        "The service cannot start: TRAININGBOT_APP_ID, TRAININGBOT_APP_PASSWORD, "
        "TRAININGBOT_TENANTS not set. Set them as docs/running.md describes, "
        "or try it out on this machine with --local."
    )


@pytest.mark.parametrize("host", [EVERYBODY, "::", "training.example"])
def test_without_credentials_it_listens_to_nobody_outside(tmp_path: Path, host: str) -> None:
    assert refused(tmp_path, "--local", "--host", host) == (
        "--local believes every request, so it may only listen on this machine, "
        f"and {host} is reachable from others. Use 127.0.0.1, or set the bot's credentials."
    )


def test_settings_that_cannot_be_used_are_all_named(tmp_path: Path) -> None:
    said = refused(
        tmp_path,
        "--local",
        "--port",
        "70000",
        TRAININGBOT_SECRET="short-nobody-may-see",
        TRAININGBOT_TIME_ZONE="London",
    )

    assert sorted(said.splitlines()) == [
        "TRAININGBOT_PORT: Input should be less than or equal to 65535",
        "TRAININGBOT_SECRET: needs at least 32 characters",
        "TRAININGBOT_TIME_ZONE: 'London' is not a time zone such as Europe/London",
        "The settings cannot be used.",
    ]


def test_an_env_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"TRAININGBOT_PARTNERSHIP=\xff\xfe")

    assert refused(tmp_path, "--local") == (
        "The file .env cannot be read. Check that it is yours and saved as UTF-8."
    )


def test_a_port_in_use_is_told_with_another_one(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = refused(tmp_path, "--local", "--port", str(port))

    assert said == (
        f"Port {port} is in use by another program. "
        f"End it, or choose another port: trainingbot serve --port {port + 1}"
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "fe80::1%nosuch"])
def test_an_address_that_is_not_this_machines_is_told(tmp_path: Path, host: str) -> None:
    assert refused(tmp_path, "--host", host, **CREDENTIALS) == (
        f"{host} is no address of this machine. "
        "Set TRAININGBOT_HOST to one it has, or to 0.0.0.0 for all of them."
    )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "sqlite+aiosqlite:////no/such/folder/trainingbot.db",
            (
                "The database sqlite+aiosqlite:////no/such/folder/trainingbot.db cannot be used: "
                "its file cannot be opened. Check that the folder exists and is yours."
            ),
        ),
        (
            "sqlite+aiosqlite:///broken.db",
            (
                "The database sqlite+aiosqlite:///broken.db cannot be used: the file is no SQLite "
                "database. Name another in TRAININGBOT_DATABASE_URL."
            ),
        ),
        (
            "sqlite+aiosqlite:///newer.db",
            (
                "The database is at version newer, which this service does not know: a newer one "
                "made it. Install that version of the service, or use another database."
            ),
        ),
        (
            "mysql://name@host/db",
            (
                "TRAININGBOT_DATABASE_URL names mysql; the service runs on sqlite+aiosqlite and "
                "postgresql+psycopg."
            ),
        ),
    ],
    ids=["missing", "broken", "newer", "unknown"],
)
def test_a_database_that_cannot_be_used_is_told(tmp_path: Path, url: str, sentence: str) -> None:
    (tmp_path / "broken.db").write_bytes(b"this is no database " * 100)
    newer = sqlite3.connect(tmp_path / "newer.db")
    newer.executescript(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY);"
        "INSERT INTO alembic_version VALUES ('newer');"
    )
    newer.close()

    assert refused(tmp_path, "--local", TRAININGBOT_DATABASE_URL=url) == sentence


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_server_that_is_not_there_is_told_without_its_password(
    tmp_path: Path, command: str
) -> None:
    said = refused(tmp_path, "--local", command=command, TRAININGBOT_DATABASE_URL=NO_SERVER)

    assert said.startswith("The database postgresql+psycopg://name:***@127.0.0.1:1/db cannot be ")
    assert said.endswith("Check that it runs and can be reached.")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_secret_that_was_damaged_is_told_at_once_and_not_at_the_first_booking(
    tmp_path: Path, command: str
) -> None:
    (tmp_path / "trainingbot.secret").write_text("half a")

    assert refused(tmp_path, "--local", command=command) == (
        "trainingbot.secret holds no whole secret. Put the old one back there."
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def serving(
    folder: Path, port: int, *options: str
) -> AbstractContextManager[subprocess.Popen[str]]:
    return running(folder, "serve", "--local", "--port", str(port), *options)


def healthy(port: int) -> HTTPConnection:
    """Wait until the service is well, and return the connection that stays open."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/health")
            answer = connection.getresponse()
        except ConnectionRefusedError:
            time.sleep(0.05)
            continue
        assert (answer.status, answer.read()[:15]) == (200, b'{"status": "ok"')
        return connection
    raise AssertionError("the service did not start")


@pytest.mark.parametrize("options", [(), ("--no-jobs",)])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_it_is_told_to(
    tmp_path: Path, number: signal.Signals, options: tuple[str, ...]
) -> None:
    port = free_port()
    with serving(tmp_path, port, *options) as process:
        still_open = healthy(port)

        process.send_signal(number)
        said, errors = process.communicate(timeout=PATIENCE)

        still_open.close()
    assert (process.returncode, errors) == (0, "")
    assert said == (f"Listening on http://127.0.0.1:{port}/api/messages. Ctrl-C ends it.\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_cleanly_when_it_is_told_to(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path, "worker", "--local") as process:
        assert process.stdout is not None
        first = process.stdout.readline()

        process.send_signal(number)
        said, errors = process.communicate(timeout=PATIENCE)

    assert first == "Delivering what is owed. Ctrl-C ends it.\n"
    assert (process.returncode, said, errors) == (0, "", "")


def test_without_jobs_it_leaves_no_trace_of_a_job_engine(tmp_path: Path) -> None:
    port = free_port()
    for options in (("--no-jobs",), ()):
        with serving(tmp_path, port, *options) as process:
            healthy(port).close()
            there = (tmp_path / "trainingbot.jobs.db").exists()
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)

        assert (process.returncode, there) == (0, options == ())


def test_started_again_it_finds_what_it_left(tmp_path: Path) -> None:
    port = free_port()
    for _ in range(2):
        with serving(tmp_path, port) as process:
            healthy(port).close()
            process.kill()

    secret = (tmp_path / "trainingbot.secret").read_text()
    with serving(tmp_path, port) as process:
        healthy(port).close()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)

    assert (process.returncode, (tmp_path / "trainingbot.secret").read_text()) == (0, secret)
