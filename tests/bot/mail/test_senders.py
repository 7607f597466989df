import asyncio
import io
import multiprocessing
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr

from bot.deliveries import DeliveryRefused, TryLater
from bot.mail.senders import ConsoleSender, FileSender, mail_sender_of
from bot.mail.smtp import SmtpSender
from tests.bot.mail.letters import SETTINGS, letter
from trainingbot.errors import SettingsNotUsable
from trainingbot.settings import Settings


def settings(url: str) -> Settings:
    return SETTINGS.model_copy(update={"mail_url": SecretStr(url)})


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def write_many(folder: Path) -> None:
    async def write() -> None:
        sender = FileSender(folder)
        for number in range(50):
            await sender.send(letter(notice_id=UUID(int=number)))

    asyncio.run(write())


async def test_a_letter_is_one_file_that_mail_programs_open(tmp_path: Path) -> None:
    await FileSender(tmp_path).send(letter())

    (file,) = files_in(tmp_path)
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert file.name == f"notice-{UUID(int=3).hex}.eml"
    assert (read["To"], read["Subject"]) == (
        "Amina Okafor <amina@trust.example>",
        "Neglect, Tue 14 Jan 2025",
    )
    assert file.stat().st_mode & 0o077 == 0


async def test_a_letter_that_is_sent_again_is_still_one_file(tmp_path: Path) -> None:
    sender = FileSender(tmp_path)

    await sender.send(letter())
    await sender.send(letter())
    await sender.close()

    assert len(files_in(tmp_path)) == 1


def test_two_processes_write_into_one_folder_and_every_file_is_whole(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_many, args=(tmp_path,)) for _ in range(2)]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    files = files_in(tmp_path)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert sorted(file.name for file in files) == [
        f"notice-{UUID(int=number).hex}.eml" for number in range(50)
    ]
    assert {file.read_bytes().rstrip()[-2:] for file in files} == {b"--"}


async def test_a_folder_that_has_gone_is_tried_later(tmp_path: Path) -> None:
    with pytest.raises(TryLater):
        await FileSender(tmp_path / "gone").send(letter())


async def test_no_half_file_is_left_of_a_letter_to_no_address(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused):
        await FileSender(tmp_path).send(letter(to="nobody"))

    assert files_in(tmp_path) == []


async def test_the_console_shows_a_letter_as_it_is_read() -> None:
    out = io.StringIO()
    sender = ConsoleSender(out)

    await sender.send(letter())
    await sender.close()

    assert out.getvalue().splitlines()[1:7] == [
        "From: Fenland Safeguarding Partnership <no-reply@fenland.example>",
        "To: Amina Okafor <amina@trust.example>",
        "Subject: Neglect, Tue 14 Jan 2025",
        "",
        "Hello Amina,",
        "",
    ]
    assert letter().text in out.getvalue()


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("console:", ConsoleSender),
        ("smtp://mail.fenland.example", SmtpSender),
        ("smtps://name:password@mail.fenland.example:465", SmtpSender),
    ],
)
def test_the_settings_choose_the_way(url: str, kind: type) -> None:
    assert type(mail_sender_of(settings(url))) is kind


def test_without_an_address_of_a_mail_server_nothing_is_sent() -> None:
    assert mail_sender_of(SETTINGS) is None


def test_the_folder_for_letters_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    sender = mail_sender_of(settings(f"file:{tmp_path}/some/letters"))

    assert isinstance(sender, FileSender)
    assert (tmp_path / "some/letters").stat().st_mode & 0o777 == 0o700


def test_what_is_no_folder_is_refused_when_the_service_starts(tmp_path: Path) -> None:
    file = tmp_path / "letters"
    file.write_text("a file")

    with pytest.raises(SettingsNotUsable) as refused:
        mail_sender_of(settings(f"file:{file}"))

    assert refused.value.sentence == (
        f"TRAININGBOT_MAIL_URL names {file}, which is no folder and cannot be made one."
    )
