"""What takes letters: a mail server, a folder, or the console."""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Protocol, TextIO

from bot.deliveries import DeliveryRefused, TryLater
from bot.mail.letters import Letter, message_of
from bot.mail.smtp import SmtpSender
from trainingbot.errors import SettingsNotUsable
from trainingbot.mailing import MailConsole, MailFolder, mail_route_of
from trainingbot.settings import Settings


class MailSender(Protocol):
    """Takes letters, one call each."""

    async def send(self, letter: Letter) -> None:
        """Hand a letter over; whoever takes it sees to the rest. Raises a `DeliveryError`."""

    async def close(self) -> None:
        """Let go of what is held open; a later `send` opens it again."""


def mail_sender_of(settings: Settings) -> MailSender | None:
    """Return what takes the letters of this service, or None where it sends none.

    Nothing is connected yet. Raises `SettingsNotUsable` where the settings of e-mail cannot be
    used, so call it when the service starts.
    """
    match mail_route_of(settings):
        case None:
            return None
        case MailConsole():
            return ConsoleSender()
        case MailFolder(folder):
            return FileSender(_made(folder))
        case server:
            return SmtpSender(server)


class FileSender:
    """Puts each letter into a folder as one .eml file, whole or not at all.

    A letter that is sent again, by whichever process, replaces its file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, letter: Letter) -> None:
        """Write a letter. Raises `TryLater` where the folder cannot be written."""
        try:
            await asyncio.to_thread(self._write, letter)
        except OSError as error:
            raise TryLater("The folder for e-mails cannot be written.") from error

    async def close(self) -> None:
        """Nothing is held open."""

    def _write(self, letter: Letter) -> None:
        name = "".join(
            sign
            for sign in letter.message_id.partition("@")[0]
            if sign.isascii() and (sign.isalnum() or sign == "-")
        )
        file = self._folder / f"{name}.eml"
        draft = self._folder / f".{name}.{token_hex(8)}"
        # Its links open somebody's own page, so only the owner of the file reads it.
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(bytes(message_of(letter)))
            draft.replace(file)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()


class ConsoleSender:
    """Prints letters, for trying things out: with their links, so never for real people."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out

    async def send(self, letter: Letter) -> None:
        """Print the text of a letter. Raises `DeliveryRefused` where no server would take it."""
        message = message_of(letter)
        heads = "\n".join(f"{name}: {message[name]}" for name in ("From", "To", "Subject"))
        rule = "─" * 78
        try:
            print(
                f"{rule}\n{heads}\n\n{letter.text}{rule}",
                file=self._out or sys.stdout,
                flush=True,
            )
        except (UnicodeEncodeError, BrokenPipeError) as error:
            raise DeliveryRefused("The console cannot print the e-mail.") from error

    async def close(self) -> None:
        """Nothing is held open."""


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsNotUsable(
            f"TRAININGBOT_MAIL_URL names {folder}, which is no folder and cannot be made one."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsNotUsable(
            f"TRAININGBOT_MAIL_URL names {folder}, which cannot be written. "
            "Make it the service's own, or name another folder."
        )
    return folder
