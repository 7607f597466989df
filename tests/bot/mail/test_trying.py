import sys
from pathlib import Path
from subprocess import run

import pytest
from pydantic import SecretStr

from bot.mail.trying import LetterNotTaken, send_test_letter
from tests.bot.mail.letters import SETTINGS
from tests.bot.mail.mail_server import Inbox, mail_server
from tests.moments import NOW
from trainingbot.errors import SettingsNotUsable
from trainingbot.settings import Settings

AMINA = "amina@trust.example"


def settings(url: str) -> Settings:
    return SETTINGS.model_copy(update={"mail_url": SecretStr(url)})


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_letter_that_is_taken_is_told_with_where_it_went() -> None:
    inbox = Inbox()
    async with mail_server(inbox) as port:
        sentence = await send_test_letter(settings(f"smtp://127.0.0.1:{port}"), to=AMINA, now=NOW)

    assert sentence == (
        f"127.0.0.1:{port} took the letter to {AMINA}. Look for it there, also among unwanted mail."
    )
    assert [str(arrived["Subject"]) for arrived in inbox.letters] == ["A test: e-mails go out"]
    assert "links" not in str(inbox.letters[0].get_body(("plain",)))


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            "550 5.1.1 nobody here",
            (
                "{where} says that there is no mailbox amina@trust.example. "
                "Its answer: 550 5.1.1 nobody here"
            ),
        ),
        (
            "554 5.7.1 we do not like you",
            (
                "{where} refuses the letter to amina@trust.example. "
                "Its answer: 554 5.7.1 we do not like you"
            ),
        ),
        (
            "451 4.7.1 greylisted",
            (
                "The letter to amina@trust.example could not be sent through {where}. "
                "The mail server is busy. Its answer: 451 4.7.1 greylisted"
            ),
        ),
    ],
)
async def test_a_letter_that_is_not_taken_is_told_with_what_the_server_said(
    answer: str, sentence: str
) -> None:
    async with mail_server(Inbox(recipients={AMINA: [answer]})) as port:
        with pytest.raises(LetterNotTaken) as refused:
            await send_test_letter(settings(f"smtp://127.0.0.1:{port}"), to=AMINA, now=NOW)

    assert refused.value.sentence == sentence.format(where=f"127.0.0.1:{port}")


async def test_without_settings_of_e_mail_there_is_nothing_to_try() -> None:
    with pytest.raises(SettingsNotUsable) as refused:
        await send_test_letter(SETTINGS, to=AMINA, now=NOW)

    assert refused.value.sentence == (
        "TRAININGBOT_MAIL_URL is not set, so this service sends no e-mails. "
        "Set it as docs/running.md describes."
    )


async def test_what_is_no_address_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(LetterNotTaken) as refused:
        await send_test_letter(settings(f"file:{tmp_path}"), to="amina", now=NOW)

    assert refused.value.sentence == "amina is no address to which mail can go."
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("file:letters", 0, "The letter to amina@trust.example went to the folder letters.\n"),
        (
            "smtp://training:se/cret@mail.example",
            1,
            (
                "TRAININGBOT_MAIL_URL cannot be used: its host or port cannot be read. "
                "Write smtp://name:password@host:587, smtps://name:password@host:465, "
                "file:folder or console:, with signs such as @, /, # or % in a name or password "
                "as %40, %2F, %23 or %25.\n"
            ),
        ),
    ],
)
def test_the_command_says_one_sentence(tmp_path: Path, url: str, code: int, said: str) -> None:
    environment = {
        "TRAININGBOT_MAIL_URL": url,
        "TRAININGBOT_MAIL_FROM": "training@fenland.example",
        "PYTHONPATH": ":".join(sys.path),
    }

    ended = run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot.cli", "mail", "--to", AMINA],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout + ended.stderr) == (code, said)
