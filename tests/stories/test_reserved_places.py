"""Places are reserved for an agency, seen by everybody, and open to all on their day."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tests.chat import Chat, texts
from tests.factories import make_agency, make_course, make_session
from tests.fakes import HandCourier, PostBox, SetClock
from tests.invariants import broken_invariants
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.models import SessionChange
from trainingbot.people.operations import appoint_coordinators

ChatWith = Callable[[str, str | None], Chat]
STARTS = NOW + timedelta(days=21)
"""Tue 28 Jan 2025, 10:00; places open as usual on Tue 14 Jan, and by Thu 23 Jan, 08:00."""
OPENS = NOW + timedelta(days=7)
NOT_TO_COME = "Reserved places open to all on a day that is still to come. Choose a later day."
UNTIL = "Tue 14 Jan 2025, 10:00"


class Session:
    """A session of three places, two agencies known by their addresses, and a coordinator."""

    def __init__(self, database: Database, chat_with: ChatWith) -> None:
        self._database, self._chat_with = database, chat_with
        self.session_id = self.course_id = self.health_id = UUID(int=0)

    async def begin(self) -> Chat:
        async with self._database.writing() as db:
            await appoint_coordinators(db, ["morgan@police.example"])
            await make_agency(db, name="Police", email_domain="police.example")
            health = await make_agency(db, name="Health", email_domain="health.example")
            course = await make_course(db, title="Professional Curiosity")
            session = await make_session(
                db, course=course, code="S25-005", starts_at=STARTS, capacity=3
            )
        self.session_id, self.course_id, self.health_id = session.id, course.id, health.id
        return await self.somebody("Morgan", "police")

    async def somebody(self, name: str, agency: str) -> Chat:
        chat = self._chat_with(name, f"{name.lower()}@{agency}.example")
        await chat.says("help")
        return chat

    async def books(self, name: str, agency: str) -> Chat:
        chat = await self.somebody(name, agency)
        await chat.sends("book_place", {"session_id": str(self.session_id)})
        return chat

    async def reserves(self, coordinator: Chat, places: str, **inputs: str) -> list[str]:
        await coordinator.sends("ask_to_reserve", {"session_id": str(self.session_id)})
        await coordinator.presses("Reserve", agency_id=str(self.health_id), places=places, **inputs)
        return coordinator.lines

    async def history(self) -> list[str]:
        async with self._database.reading() as db:
            rows = await db.exec(select(SessionChange))
            return sorted(one.details for one in rows)

    async def broken(self, clock: SetClock) -> list[str]:
        async with self._database.reading() as db:
            return await broken_invariants(db, now=clock())


@pytest.fixture
def session(database: Database, chat_with: ChatWith) -> Session:
    return Session(database, chat_with)


@pytest.fixture
def round_of(
    courier: HandCourier, post_box: PostBox
) -> Callable[[], Awaitable[list[tuple[str, str]]]]:
    """Do what the service does every minute, and return who was told what first."""

    async def once() -> list[tuple[str, str]]:
        before = len(post_box.sent)
        await courier.advance_waitlists()
        await courier.deliver_due()
        return [(to, texts(reply.card)[4]) for to, reply in post_box.sent[before:]]

    return once


Round = Callable[[], Awaitable[list[tuple[str, str]]]]


async def test_the_police_wait_beside_places_kept_for_health_until_they_open_to_all(
    session: Session, round_of: Round, clock: SetClock
) -> None:
    morgan = await session.begin()
    await session.reserves(morgan, "2")
    ann = await session.books("Ann", "police")

    ben = await session.somebody("Ben", "police")
    await ben.sends("show_course", {"course_id": str(session.course_id)})
    shown = (ben.lines[4], ben.buttons[0])
    await ben.presses("Join waitlist Tue 28 Jan")
    waiting = ben.lines[2:5]
    await ben.presses("Why am I waiting?")
    why = ben.lines[5]
    cas = await session.books("Cas", "health")
    early = await round_of()
    clock.advance(timedelta(days=7))
    told = await round_of()

    assert ann.lines[3] == "Booked"
    assert shown == (
        "Online in Teams, 2 of 3 places free, reserved for Health until Tue 14 Jan",
        "Join waitlist Tue 28 Jan",
    )
    assert waiting == [
        "Online in Teams, 2 of 3 places free, reserved for Health until Tue 14 Jan",
        "Waitlist: 1st",
        "The free places are reserved for others. You are 1st on the waitlist.",
    ]
    assert why == f"2 free places are reserved for Health until {UNTIL}, and then open to all."
    assert cas.lines[3] == "Booked"
    assert early == []
    assert told == [
        (ben.address.conversation_id, "A place is held for you until Wed 15 Jan 2025, 10:00.")
    ]
    assert await session.broken(clock) == []


async def test_health_sees_its_places_and_the_police_only_those_that_are_open_to_them(
    session: Session,
) -> None:
    morgan = await session.begin()
    await session.reserves(morgan, "2")
    ann, cas = await session.somebody("Ann", "police"), await session.somebody("Cas", "health")

    await ann.says("courses")
    listed = ann.lines[4]
    await ann.says("S25-005")
    await cas.says("S25-005")

    assert listed == (
        "Level 2. Online in Teams, 1 of 3 places free, 2 more reserved for Health until Tue 14 Jan"
    )
    assert (ann.lines[2], ann.buttons[0]) == (
        "Online in Teams, 1 of 3 places free, 2 more reserved for Health until Tue 14 Jan",
        "Book a place",
    )
    assert (cas.lines[2], cas.buttons[0]) == (
        "Online in Teams, 3 of 3 places free, 2 of them reserved for your agency",
        "Book a place",
    )


async def test_a_coordinator_reserves_places_sees_the_mix_and_opens_them_again(
    session: Session, round_of: Round
) -> None:
    morgan = await session.begin()
    await session.books("Ann", "police")
    await session.books("Cas", "health")
    said = await session.reserves(morgan, "2")
    again = await session.reserves(morgan, "2")
    ben = await session.books("Ben", "police")

    await morgan.presses("Open to all")
    opened = morgan.lines
    await morgan.sends(
        "reserve_places",
        {
            "session_id": str(session.session_id),
            "agency_id": str(session.health_id),
            "places": "0",
        },
    )

    assert said == again
    assert said[:3] == [
        "Reserved places: Professional Curiosity",
        "**Tue 28 Jan 2025**, 10:00 to 12:30",
        "Online in Teams, 1 of 3 places free",
    ]
    assert said[3:] == [
        f"2 places are reserved for Health until {UNTIL}.",
        "2 agencies on the session",
        f"Health: 1, 1 more reserved until {UNTIL}",
        "Police: 1",
        "Reserved now",
        "Opened to all, the free ones go at once to those who wait.",
        "Health",
        f"2 places until {UNTIL}",
        "1 taken, 1 still free",
        "Reserve places",
        (
            "No free place is left to reserve. People of other agencies can book reserved places "
            "only once they open."
        ),
    ]
    assert ben.lines[3] == "Waitlist: 1st"
    assert opened[3:7] == [
        "No places are reserved for Health any more.",
        "2 agencies on the session",
        "Police: 2",
        "Health: 1",
    ]
    assert morgan.lines == opened
    assert await round_of() == [
        (ben.address.conversation_id, "A place is held for you until Wed 8 Jan 2025, 10:00.")
    ]
    assert await session.history() == [
        f"Health: 2 places until {UNTIL}",
        f"Health: none any more, 2 places until {UNTIL} before",
    ]


@pytest.mark.parametrize(
    ("places", "opens_on", "said"),
    [
        (
            "4",
            "2025-01-14",
            "At most 3 places of S25-005 can be reserved for Health. Reserve 3 or fewer.",
        ),
        ("two", "2025-01-14", "Type a number of places, such as 2."),
        ("", "2025-01-14", "Type a number of places, such as 2."),
        ("-1", "2025-01-14", "Type a number of places, such as 2."),
        ("2", "", "Choose a day."),
        ("2", "the 14th", "Choose a day."),
        ("2", "0001-01-01", NOT_TO_COME),
        ("2", "2025-01-07", NOT_TO_COME),
    ],
)
async def test_what_cannot_be_reserved_is_shown_again_with_what_is_wrong(
    session: Session, places: str, opens_on: str, said: str
) -> None:
    morgan = await session.begin()

    lines = await session.reserves(morgan, places, opens_on=opens_on)
    await morgan.presses("Reserve", places="1", opens_on="2025-01-15")

    assert said in lines
    assert morgan.lines[3] == "1 place is reserved for Health until Wed 15 Jan 2025, 10:00."


async def test_a_form_without_an_agency_is_shown_again(session: Session) -> None:
    morgan = await session.begin()
    await morgan.sends("ask_to_reserve", {"session_id": str(session.session_id)})

    await morgan.presses("Reserve", places="2")

    assert "Choose an agency from the list." in morgan.lines
    assert await session.history() == []


async def test_a_day_after_offers_end_is_brought_forward_and_said(session: Session) -> None:
    morgan = await session.begin()

    lines = await session.reserves(morgan, "2", opens_on="2025-01-27")

    assert lines[3] == "2 places are reserved for Health until Thu 23 Jan 2025, 08:00."


async def test_near_the_day_nothing_is_reserved_any_more(session: Session, clock: SetClock) -> None:
    morgan = await session.begin()
    clock.advance(timedelta(days=17))

    await morgan.sends("ask_to_reserve", {"session_id": str(session.session_id)})

    assert morgan.lines[-1] == (
        "It is too near the day to reserve more: what is free goes to the first who asks."
    )
    assert morgan.buttons == ["The session", "Waitlist"]


async def test_only_coordinators_reserve_places(session: Session) -> None:
    await session.begin()
    ann = await session.somebody("Ann", "police")
    refusals = []

    for verb in ("ask_to_reserve", "reserve_places"):
        await ann.sends(
            verb,
            {
                "session_id": str(session.session_id),
                "agency_id": str(session.health_id),
                "places": "2",
                "opens_on": "2025-01-14",
            },
        )
        refusals.append(ann.lines[-1])

    assert (
        refusals
        == ["Only the training team's coordinators can do this. Ask one of them to do it for you."]
        * 2
    )
    assert await session.history() == []
