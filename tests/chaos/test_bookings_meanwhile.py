"""A storm of bookings while notices go out: each keeps out of the other's way."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientSession
from sqlmodel import col, select

from tests.bot_framework import BOT_ID, TENANT, executed
from tests.chaos.conftest import Tell
from tests.chaos.figures import lost, most_requests_in_a_second, repeated
from tests.chaos.processes import free_port
from tests.chaos.scene import Scene, opened_scene
from tests.chaos.stage import FAR_AWAY, conversation, object_id
from tests.chat import texts
from tests.invariants import broken_invariants
from trainingbot.audit.queries import audit_database
from trainingbot.clock import utc_now
from trainingbot.enums import BookingStatus, NoticeState
from trainingbot.models import Booking, Notice, TeamsAccount
from trainingbot.settings import Settings
from trainingbot.terms import terms_of

AT_ONCE = 20
MOST_IN_A_SECOND = 50
FAULTS = {"Something went wrong", "This card is out of date"}


@dataclass(frozen=True)
class Size:
    """How many people press, for how many places, on how many sessions; patience in seconds."""

    people: int
    places: int
    sessions: int
    patience: float


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(Size(100, places=20, sessions=3, patience=180), id="short"),
        pytest.param(
            Size(1_000, places=200, sessions=6, patience=900), id="long", marks=pytest.mark.long
        ),
    ],
)
async def test_a_storm_of_bookings_and_a_thousand_notices_do_each_other_no_harm(
    database_url: str, tmp_path: Path, size: Size, tell: Tell
) -> None:
    async with opened_scene(database_url, tmp_path, people=size.people) as scene:
        owed = await scene.stage.owe()
        starts_at = scene.stage.now + 2 * FAR_AWAY
        sessions = [
            (await scene.stage.session(starts_at=starts_at, capacity=size.places))[0]
            for _ in range(size.sessions)
        ]
        url = await _serving(scene, size.patience)

        said = await _storm(scene, url, sessions)
        ended = await scene.until_nothing_is_owed(within=size.patience)
        await scene.until(lambda: _nothing_is_due(scene), within=size.patience)

        sendings = scene.sendings()
        booked = await _bookings(scene, sessions)
        tell(
            {
                "notices": len(owed),
                "turns meanwhile": sum(said.values()),
                "lost": len(lost(sendings, owed=owed)),
                "repeated": repeated(sendings),
                "most requests in any rolling second": most_requests_in_a_second(sendings),
            }
        )
        assert FAULTS.isdisjoint(said)
        assert booked == {
            BookingStatus.CONFIRMED: size.places * size.sessions,
            BookingStatus.WAITLISTED: (size.people - size.places) * size.sessions,
        }
        assert lost(sendings, owed=owed) == set()
        assert repeated(sendings) == 0
        assert most_requests_in_a_second(sendings) <= MOST_IN_A_SECOND
        assert ended.states == {NoticeState.SENT: len(owed)}
        assert await _broken(scene) == []


async def _serving(scene: Scene, patience: float) -> str:
    """Start the whole service, on PostgreSQL with two workers; return where it takes turns."""
    port = free_port()
    if scene.is_sqlite:
        scene.start("serve", settings={"PORT": str(port)})
    else:
        scene.start("serve", "--no-jobs", settings={"PORT": str(port)})
        scene.start_all()
    url = f"http://127.0.0.1:{port}"

    async def listens() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    await scene.until(listens, within=patience)
    return f"{url}/api/messages"


async def _storm(scene: Scene, url: str, sessions: list[UUID]) -> Counter[str]:
    """Have everybody book everything, some at once; count the headings that they see."""
    presses = [(number, one) for one in sessions for number in range(len(scene.stage.people))]
    places = asyncio.Semaphore(AT_ONCE)
    headings: Counter[str] = Counter()

    async def press(http: ClientSession, number: int, session_id: UUID) -> None:
        async with places, http.post(url, json=_press(scene, number, session_id)) as answer:
            assert answer.status == 200
            headings.update(texts((await answer.json())["value"])[:1])

    async with ClientSession() as http:
        await asyncio.gather(*(press(http, *one) for one in presses))
    return headings


def _press(scene: Scene, number: int, session_id: UUID) -> dict[str, Any]:
    return executed(
        "book_place",
        {"session_id": str(session_id)},
        **{"from": {"id": f"29:{number}", "name": "A Person", "aadObjectId": object_id(number)}},
        conversation={
            "id": conversation(number),
            "conversationType": "personal",
            "tenantId": TENANT,
        },
        recipient={"id": BOT_ID, "name": "Training"},
        channelData={"tenant": {"id": TENANT}},
        serviceUrl=scene.service_url,
    )


async def _bookings(scene: Scene, sessions: list[UUID]) -> Counter[BookingStatus]:
    async with scene.stage.database.reading() as db:
        bookings = (await db.exec(select(Booking))).all()
    return Counter(one.status for one in bookings if one.session_id in sessions)


async def _nothing_is_due(scene: Scene) -> bool:
    now = utc_now()
    async with scene.stage.database.reading() as db:
        owed = await db.exec(
            select(Notice.id).where(
                Notice.state == NoticeState.OWED,
                Notice.due_at <= now,
                col(Notice.practitioner_id).in_(select(TeamsAccount.practitioner_id)),
            )
        )
        return owed.first() is None


async def _broken(scene: Scene) -> list[str]:
    now = utc_now()
    async with scene.stage.database.reading() as db:
        audit = await audit_database(db, terms=terms_of(Settings()), now=now)
        broken = await broken_invariants(db, now=now)
    return [*broken, *(one.sentence for one in audit.findings)]
