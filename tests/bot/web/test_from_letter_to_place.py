"""The whole way of somebody without Teams: an address, a letter, a page, a place, a letter."""

import asyncio
import re
from collections.abc import Iterable
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from bot.app import DATABASE, create_app
from tests.factories import make_course, make_practitioner, make_session
from tests.fakes import SetClock, jobs_at_once
from tests.visitor import Visitor
from trainingbot.settings import Settings


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)


async def letters_in(folder: Path, count: int) -> list[Message]:
    """Wait until there are so many letters, and return them in the order of their coming."""
    async with asyncio.timeout(10):
        while len(files_in(folder)) < count:  # noqa: ASYNC110 - a folder sets no event
            await asyncio.sleep(0.02)
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files_in(folder)]


def links_of(letter: Message) -> list[str]:
    """Return the personal links in a letter, as a person would find them in its text."""
    parts: Iterable[Message] = letter.walk()
    texts = [part.get_payload(decode=True) for part in parts if not part.is_multipart()]
    html = b"\n".join(text for text in texts if isinstance(text, bytes)).decode()
    return re.findall(r'href="(http://127\.0\.0\.1:3978/n/[^"]+)"', html)


async def test_an_address_is_enough_to_book_a_place(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        secret="a secret that only the tests know, 32 characters",
        mail_url=f"file:{folder}",
        contact_email="training@fenland.example",
        local=True,
    )
    app = create_app(settings, clock=SetClock(), make_jobs=jobs_at_once)
    async with TestClient(TestServer(app)) as client:
        async with app[DATABASE].writing() as db:
            await make_practitioner(db, name="Sarah Okafor", email="sarah@riverside.example")
            await make_session(db, course=await make_course(db, title="Neglect Level 2"))
        visitor = Visitor(client)

        await visitor.opens("/link")
        await visitor.presses("Send me a link", email="Sarah@Riverside.example")
        [letter] = await letters_in(folder, 1)
        [first, *_] = links_of(letter)
        await visitor.opens(first)
        await visitor.presses("Find a course")
        await visitor.presses("See dates")
        [book] = [title for title in visitor.buttons if title.startswith("Book")]
        await visitor.presses(book)
        letters = await letters_in(folder, 2)

    assert letter["To"] == "Sarah Okafor <sarah@riverside.example>"
    assert "You have a place." in visitor.text
    assert [one["Subject"] for one in letters] == [
        "The link to your training page",
        "You have a place: Neglect Level 2, Tue 14 Jan 2025, 10:00",
    ]
