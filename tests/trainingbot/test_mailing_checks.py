import asyncio
import socket
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from trainingbot.findings import Finding
from trainingbot.mailing_checks import mail_findings
from trainingbot.settings import Settings


async def found(url: str, **given: Any) -> list[Finding]:  # noqa: ANN401 - the values of any setting
    usual: dict[str, Any] = {
        "mail_from": "training@fenland.example",
        "public_url": "https://training.fenland.example",
    }
    settings = Settings(_env_file=None, mail_url=SecretStr(url), **usual | given)
    return list(await mail_findings(settings))


async def _hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def test_no_e_mail_is_well_and_says_who_hears_nothing() -> None:
    assert await found("") == [
        Finding(
            is_well=True,
            subject="E-mail",
            sentence="TRAININGBOT_MAIL_URL is not set: whoever is not in Teams hears nothing.",
        )
    ]


async def test_a_mail_server_that_listens_is_well() -> None:
    server = await asyncio.start_server(_hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        findings = await found(f"smtp://name:s3cret@127.0.0.1:{port}")

    assert findings == [
        Finding(
            is_well=True,
            subject="E-mail",
            sentence=(
                f"127.0.0.1:{port} can be reached; e-mails come from training@fenland.example. "
                "Try it: trainingbot mail --to ADDRESS"
            ),
        )
    ]


async def test_a_mail_server_that_does_not_listen_is_wrong() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        findings = await found(f"smtp://127.0.0.1:{port}")

    assert [(one.is_well, one.sentence) for one in findings] == [
        (
            False,
            (
                f"127.0.0.1:{port} cannot be reached. Look at host and port in "
                "TRAININGBOT_MAIL_URL, "
                "and whether this machine may connect there."
            ),
        )
    ]


async def test_links_that_nobody_can_open_are_wrong_where_letters_go_to_people() -> None:
    urls = ("http://127.0.0.1:3978", "http://training.fenland.example", "https://x.example")

    findings = [
        [one.sentence for one in await found("smtp://127.0.0.1:1", public_url=url)][1:]
        for url in urls
    ]
    in_folder = await found("file:letters", public_url=urls[0])
    locally = await found("smtp://127.0.0.1:1", public_url=urls[0], local=True)

    cure = "Set TRAININGBOT_PUBLIC_URL to the https address of this service."
    assert findings == [
        [f"links in e-mails begin with {urls[0]}, which nobody can open from elsewhere. {cure}"],
        [f"links in e-mails begin with {urls[1]}, which others can read on the way. {cure}"],
        [],
    ]
    assert (len(in_folder), len(locally)) == (1, 1)


async def test_a_folder_is_looked_at_and_not_made(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    findings = [await found(f"file:{path}") for path in (tmp_path / "letters", file)]

    assert [(one.is_well, one.sentence) for (one,) in findings] == [
        (
            True,
            (
                f"e-mails go to the folder {tmp_path}/letters and to nobody; "
                "that is for trying it out."
            ),
        ),
        (False, f"{file}, where e-mails go, is no folder that can be written."),
    ]
    assert not (tmp_path / "letters").exists()


async def test_settings_that_cannot_be_used_are_told() -> None:
    findings = await found("console:", mail_from="")

    assert [(one.is_well, one.subject) for one in findings] == [(False, "E-mail")]
