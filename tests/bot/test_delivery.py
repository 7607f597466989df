"""From a change to the message, through the job engine that the service runs on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path

from sqlmodel import select

from bot.app import dbos_jobs, work
from tests.bot.conftest import Person, Service, running, teams_at
from tests.bot_framework import FakeBotFramework, HandClock
from tests.chat import texts
from tests.factories import make_agency, make_practitioner, make_session
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.enums import Channel, NoticeKind, NoticeState
from trainingbot.models import CourseSession, Notice
from trainingbot.settings import Settings

PATIENCE = 30


async def a_full_session(database: Database) -> CourseSession:
    async with database.writing() as db:
        await make_agency(db, name="County Council", email_domain="county.example")
        return await make_session(db, capacity=1)


async def sent(database: Database, kind: NoticeKind) -> Notice:
    """Wait until the one notice of a kind has been sent, and return it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.reading() as db:
                found = (await db.exec(select(Notice).where(Notice.kind == kind))).one_or_none()
            if found is not None and found.state == NoticeState.SENT:
                return found
            await asyncio.sleep(0.05)


@asynccontextmanager
async def working(
    settings: Settings, framework: FakeBotFramework, clock: HandClock
) -> AsyncIterator[None]:
    """Run a worker beside the application, as another process does."""
    stopped, started = asyncio.Event(), asyncio.Event()
    worker = asyncio.create_task(
        work(
            settings,
            stopped=stopped,
            started=started.set,
            clock=clock,
            make_teams=teams_at(framework, settings),
        )
    )
    await asyncio.wait_for(started.wait(), PATIENCE)
    try:
        yield
    finally:
        stopped.set()
        await asyncio.wait_for(worker, PATIENCE)


async def a_place_goes_on(service: Service) -> Person:
    """Give the only place of a session back, and return the person who waits for it."""
    session = await a_full_session(service.database)
    owner = service.person("Ann Example", "ann@county.example")
    waiting = service.person("Ben Fox", "ben@county.example")
    press = {"session_id": str(session.id)}
    for person in (owner, waiting):
        await person.presses("book_place", press)
    service.framework.calls.clear()
    await owner.presses("cancel_booking", press)
    return waiting


def told(service: Service, person: Person) -> list[list[str]]:
    conversation = person.envelope()["conversation"]["id"].replace(":", "%3A")
    return [
        texts(call.body["attachments"][0]["content"])
        for call in service.framework.calls
        if f"/{conversation}/" in call.path
    ]


async def test_a_place_that_goes_on_is_told_once_by_the_service_alone(
    settings: Settings, framework: FakeBotFramework, clock: HandClock, database: Database
) -> None:
    async with running(settings, framework, clock, database, make_jobs=dbos_jobs) as service:
        waiting = await a_place_goes_on(service)
        notice = await sent(database, NoticeKind.OFFER)

    [card] = told(service, waiting)
    assert card[4] == "A place is held for you until Wed 8 Jan 2025, 10:00."
    assert (notice.attempts, notice.channel, notice.queued_at) == (1, Channel.TEAMS, None)


async def test_a_service_without_jobs_leaves_it_to_a_worker(
    settings: Settings, framework: FakeBotFramework, clock: HandClock, database: Database
) -> None:
    async with running(settings, framework, clock, database, make_jobs=None) as service:
        waiting = await a_place_goes_on(service)
        before = told(service, waiting)
        async with working(settings, framework, clock):
            await sent(database, NoticeKind.OFFER)

    assert (before, len(told(service, waiting))) == ([], 1)


async def test_what_was_owed_before_is_sent_once_the_service_is_there(
    settings: Settings, framework: FakeBotFramework, clock: HandClock, database: Database
) -> None:
    async with running(settings, framework, clock, database, make_jobs=None) as service:
        waiting = await a_place_goes_on(service)

    for _ in range(2):
        async with running(settings, framework, clock, database, make_jobs=dbos_jobs) as service:
            await sent(database, NoticeKind.OFFER)

    assert len(told(service, waiting)) == 1


async def test_whoever_is_not_in_teams_gets_a_letter_that_opens_a_page_of_their_own(
    *,
    settings: Settings,
    framework: FakeBotFramework,
    clock: HandClock,
    database: Database,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "letters"
    mail = {"mail_url": f"file:{folder}", "mail_from": "training@fenland.example"}
    by_mail = Settings(_env_file=None, **{**settings.model_dump(), **mail})
    session = await a_full_session(database)
    async with database.writing() as db:
        for email in ("ann@county.example", "ben@county.example"):
            person = await make_practitioner(db, email=email)
            await book_place(
                db, session_id=session.id, practitioner_id=person.id, terms=TERMS, now=NOW
            )

    async with running(by_mail, framework, clock, database, make_jobs=dbos_jobs) as service:
        owner = service.person("Ann Example", "ann@county.example")
        await owner.presses("cancel_booking", {"session_id": str(session.id)})
        notice = await sent(database, NoticeKind.OFFER)

    [file] = folder.glob("*.eml")
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    text = letter.get_body(("plain",))
    assert letter["To"].endswith("<ben@county.example>")
    assert (notice.channel, notice.attempts) == (Channel.EMAIL, 1)
    assert text is not None
    assert "https://training.fenland.example/n/" in text.get_content()
