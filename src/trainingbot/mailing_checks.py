"""Whether e-mails can go out, and whether their links can be opened."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from trainingbot.errors import SettingsNotUsable
from trainingbot.findings import Finding
from trainingbot.mailing import MailFolder, MailServer, mail_route_of, sender_address
from trainingbot.settings import Settings, is_loopback

SECONDS = 5.0
"""How long a mail server may take to be reached."""


async def mail_findings(settings: Settings) -> Sequence[Finding]:
    """Look at the settings of e-mail and knock at the mail server; nothing is sent."""
    try:
        route = mail_route_of(settings)
    except SettingsNotUsable as error:
        return [Finding(is_well=False, subject="E-mail", sentence=error.sentence)]
    match route:
        case None:
            sentence = "TRAININGBOT_MAIL_URL is not set: whoever is not in Teams hears nothing."
            return [Finding(is_well=True, subject="E-mail", sentence=sentence)]
        case MailServer():
            return [await _server(route, settings), *_links(settings)]
        case MailFolder():
            return [_folder(route)]
        case _:
            sentence = f"e-mails go to {route} and to nobody; that is for trying it out."
            return [Finding(is_well=True, subject="E-mail", sentence=sentence)]


async def _server(server: MailServer, settings: Settings) -> Finding:
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(server.host, server.port)
    except OSError:
        sentence = (
            f"{server} cannot be reached. Look at host and port in TRAININGBOT_MAIL_URL, "
            "and whether this machine may connect there."
        )
        return Finding(is_well=False, subject="E-mail", sentence=sentence)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    sentence = (
        f"{server} can be reached; e-mails come from {sender_address(settings)}. "
        "Try it: trainingbot mail --to ADDRESS"
    )
    return Finding(is_well=True, subject="E-mail", sentence=sentence)


def _folder(route: MailFolder) -> Finding:
    folder = route.folder
    if folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        sentence = f"{folder}, where e-mails go, is no folder that can be written."
        return Finding(is_well=False, subject="E-mail", sentence=sentence)
    sentence = f"e-mails go to {route} and to nobody; that is for trying it out."
    return Finding(is_well=True, subject="E-mail", sentence=sentence)


def _links(settings: Settings) -> Sequence[Finding]:
    """Look at the addresses of personal links, where letters go to real people."""
    if settings.local:
        return []
    url = urlsplit(settings.public_url)
    if is_loopback(url.hostname or ""):
        what = "which nobody can open from elsewhere"
    elif url.scheme != "https":
        what = "which others can read on the way"
    else:
        return []
    sentence = (
        f"links in e-mails begin with {settings.public_url}, {what}. "
        "Set TRAININGBOT_PUBLIC_URL to the https address of this service."
    )
    return [Finding(is_well=False, subject="Links", sentence=sentence)]
