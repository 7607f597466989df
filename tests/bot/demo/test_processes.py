import socket
import subprocess

from bot.demo.processes import LOOPBACK, end_group, free_port, is_free, is_listening, started


def start(script: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - a shell of the test's own
        ["/bin/sh", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def test_a_port_is_listening_while_a_program_has_it() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        while_open = is_listening(port)

    assert while_open
    assert not is_listening(port)


def test_a_port_of_a_connection_to_elsewhere_is_not_free() -> None:
    with (
        socket.create_server((LOOPBACK, 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        port = client.getsockname()[1]
        listening, free = is_listening(port), is_free(port)

    assert (listening, free) == (False, False)


def test_a_free_port_can_be_taken() -> None:
    port = free_port()

    with socket.create_server((LOOPBACK, port)) as server:
        assert server.getsockname()[1] == port


def test_a_program_that_ends_at_once_has_not_started() -> None:
    with start("exit 3") as process:
        process.wait()

        assert not started(process, answers=lambda: True)


def test_a_program_has_started_when_it_answers() -> None:
    asked: list[str] = []

    def answers_the_second_time() -> bool:
        asked.append("asked")
        return len(asked) == 2

    with start("sleep 60") as process:
        has_started = started(process, answers=answers_the_second_time)
        end_group(process)

    assert has_started
    assert len(asked) == 2


def test_a_program_ends_with_everything_it_started() -> None:
    with start("sleep 60 & wait") as process:
        end_group(process)
        assert process.stdout
        # The pipe is closed only when the last program that holds it has ended.
        rest = process.stdout.read()

    assert rest == b""
    assert process.returncode < 0
