"""Programs that the demo and the browser tests start, wait for and end."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable

LOOPBACK = "127.0.0.1"
SECONDS_TO_START = 30
SECONDS_TO_STOP = 5


def is_listening(port: int) -> bool:
    """Tell whether some program on this machine already listens on `port`."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def is_free(port: int) -> bool:
    """Tell whether a program may begin to listen on `port`.

    A port on which nobody listens may still belong to somebody's connection to elsewhere.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def started(process: subprocess.Popen[bytes], *, answers: Callable[[], bool]) -> bool:
    """Wait until the program answers; False when it ended before, or took over 30 seconds."""
    end = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < end:
        if answers():
            return True
        time.sleep(0.05)
    return False


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a program that was started in a session of its own, with all that it started."""
    for stop in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, stop)
        try:
            process.wait(SECONDS_TO_STOP)
            break
        except subprocess.TimeoutExpired:
            continue
    if process.stdin:
        process.stdin.close()
