"""Waiting for a place, from joining the waitlist to the day."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.chat import Chat, texts
from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.fakes import HandCourier, PostBox, SetClock
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place, cancel_booking, change_capacity
from trainingbot.db import Database
from trainingbot.enums import LateReason
from trainingbot.people.operations import appoint_coordinators

ChatWith = Callable[[str, str | None], Chat]
STARTS = NOW + timedelta(days=21)
"""Tue 28 Jan 2025, 10:00; the broadcast begins on Thu 23 Jan, 10:00."""


class Waitlist:
    """A full session of one place, whose holder may give it back, and people who wait."""

    def __init__(self, database: Database, clock: SetClock, chat_with: ChatWith) -> None:
        self._database, self._clock, self._chat_with = database, clock, chat_with
        self.session_id = UUID(int=0)
        self.holder_id = UUID(int=0)

    async def begin(self) -> None:
        async with self._database.writing() as db:
            agency = await make_agency(db, name="County Council", email_domain="county.example")
            course = await make_course(db, title="Professional Curiosity")
            session = await make_session(
                db, course=course, code="S25-005", starts_at=STARTS, capacity=1
            )
            holder = await make_practitioner(db, agency=agency)
            await book_place(
                db, session_id=session.id, practitioner_id=holder.id, terms=TERMS, now=NOW
            )
        self.session_id, self.holder_id = session.id, holder.id

    async def somebody_waits(self, name: str) -> Chat:
        chat = self._chat_with(name, f"{name.lower()}@county.example")
        await chat.says("help")
        await chat.sends("book_place", {"session_id": str(self.session_id)})
        return chat

    async def holder_gives_back(self) -> None:
        async with self._database.writing() as db:
            await cancel_booking(
                db,
                session_id=self.session_id,
                practitioner_id=self.holder_id,
                late_reason=LateReason.ILLNESS,
                terms=TERMS,
                now=self._clock(),
            )

    async def gets(self, places: int) -> None:
        async with self._database.writing() as db:
            await change_capacity(
                db, session_id=self.session_id, capacity=places, terms=TERMS, now=self._clock()
            )


@pytest.fixture
async def waitlist(database: Database, clock: SetClock, chat_with: ChatWith) -> Waitlist:
    waitlist = Waitlist(database, clock, chat_with)
    await waitlist.begin()
    return waitlist


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


async def test_a_freed_place_is_held_for_the_longest_wait_and_taken_on_the_card(
    waitlist: Waitlist, round_of: Round, post_box: PostBox
) -> None:
    ann, ben = await waitlist.somebody_waits("Ann"), await waitlist.somebody_waits("Ben")
    await waitlist.holder_gives_back()

    told = await round_of()
    ann.reply = post_box.sent[0][1]
    offered = ann.buttons
    await ann.presses("Take the place")
    taken = ann.lines
    await ann.sends("book_place", {"session_id": str(waitlist.session_id)})

    assert told == [
        (
            ann.address.conversation_id,
            "A place is held for you until Wed 8 Jan 2025, 10:00.",
        )
    ]
    assert offered == ["Take the place", "No, thank you", "Other dates"]
    assert taken[3:5] == ["Booked", "You have a place."]
    assert ann.lines == taken
    await ben.says("my waitlist")
    assert ben.lines[-1] == "Waitlist: 1st"


async def test_a_declined_place_is_held_for_the_next(waitlist: Waitlist, round_of: Round) -> None:
    ann, ben = await waitlist.somebody_waits("Ann"), await waitlist.somebody_waits("Ben")
    await waitlist.holder_gives_back()
    await ann.sends("show_booking", {"session_id": str(waitlist.session_id)})

    await ann.presses("No, thank you")
    told = await round_of()

    assert ann.lines[3:] == [
        "Cancelled",
        "You have let the place go.",
        "It is offered to the next in line. Thank you for letting us know.",
    ]
    assert told == [
        (ben.address.conversation_id, "A place is held for you until Wed 8 Jan 2025, 10:00.")
    ]


async def test_an_offer_that_runs_out_goes_on_and_both_are_told(
    waitlist: Waitlist, round_of: Round, clock: SetClock
) -> None:
    ann, ben = await waitlist.somebody_waits("Ann"), await waitlist.somebody_waits("Ben")
    await waitlist.holder_gives_back()
    await round_of()
    clock.advance(timedelta(hours=24))

    told = await round_of()
    again = await round_of()

    assert sorted(told) == sorted(
        [
            (ann.address.conversation_id, "The time to take the place is over."),
            (
                ben.address.conversation_id,
                "A place is held for you until Thu 9 Jan 2025, 10:00.",
            ),
        ]
    )
    assert again == []


async def test_who_answers_too_late_joins_the_waitlist_at_its_end(
    waitlist: Waitlist, clock: SetClock
) -> None:
    ann = await waitlist.somebody_waits("Ann")
    await waitlist.somebody_waits("Ben")
    await waitlist.somebody_waits("Cara")
    await waitlist.holder_gives_back()
    await ann.sends("show_booking", {"session_id": str(waitlist.session_id)})
    clock.advance(timedelta(hours=25))

    await ann.presses("Take the place")

    assert ann.lines[3:5] == [
        "Waitlist: 2nd",
        "The session is full. You are 2nd on the waitlist.",
    ]


async def test_who_answers_too_late_still_gets_a_place_that_nobody_else_wants(
    waitlist: Waitlist, clock: SetClock
) -> None:
    ann = await waitlist.somebody_waits("Ann")
    await waitlist.holder_gives_back()
    await ann.sends("show_booking", {"session_id": str(waitlist.session_id)})
    clock.advance(timedelta(hours=25))

    await ann.presses("Take the place")

    assert ann.lines[3:5] == ["Booked", "You have a place."]


async def test_somebody_who_wants_it_is_booked_without_being_asked(
    waitlist: Waitlist, round_of: Round
) -> None:
    ann = await waitlist.somebody_waits("Ann")
    await ann.presses("Book me automatically")
    chosen = ann.lines[4:]
    await waitlist.holder_gives_back()

    told = await round_of()
    await ann.says("my training")

    assert chosen == [
        "You will be booked automatically.",
        "We tell you here when it happens.",
    ]
    assert told == [(ann.address.conversation_id, "A place became free and it is yours.")]
    assert ann.lines[-2:] == ["Booked", "Free to cancel until Fri 24 Jan 2025, 10:00"]


async def test_who_leaves_the_waitlist_and_comes_back_is_asked_again(
    waitlist: Waitlist, round_of: Round
) -> None:
    ann = await waitlist.somebody_waits("Ann")
    await ann.presses("Book me automatically")
    await ann.presses("Leave the waitlist")
    await ann.presses("Leave the waitlist")
    await ann.presses("Book again")
    await waitlist.holder_gives_back()

    told = await round_of()

    assert told == [
        (ann.address.conversation_id, "A place is held for you until Wed 8 Jan 2025, 10:00.")
    ]


async def test_near_the_day_everybody_is_told_and_the_first_to_ask_gets_it(
    waitlist: Waitlist, round_of: Round, clock: SetClock
) -> None:
    ann, ben = await waitlist.somebody_waits("Ann"), await waitlist.somebody_waits("Ben")
    clock.now = STARTS - timedelta(days=1)
    await waitlist.holder_gives_back()

    told = await round_of()
    await ben.sends("book_place", {"session_id": str(waitlist.session_id)})
    await ann.sends("book_place", {"session_id": str(waitlist.session_id)})

    assert sorted(told) == sorted(
        [
            (ann.address.conversation_id, "A place has become free."),
            (ben.address.conversation_id, "A place has become free."),
        ]
    )
    assert ben.lines[3] == "Booked"
    assert ann.lines[3] == "Waitlist: 1st"


async def test_nobody_is_told_in_the_last_two_hours(
    waitlist: Waitlist, round_of: Round, clock: SetClock
) -> None:
    await waitlist.somebody_waits("Ann")
    clock.now = STARTS - timedelta(hours=2)

    await waitlist.holder_gives_back()

    assert await round_of() == []


async def test_fewer_places_withdraw_an_offer_and_keep_the_persons_turn(
    waitlist: Waitlist, round_of: Round
) -> None:
    ann = await waitlist.somebody_waits("Ann")
    await waitlist.somebody_waits("Ben")
    await waitlist.gets(2)
    await round_of()

    await waitlist.gets(1)
    told = await round_of()
    await ann.says("my waitlist")

    assert told == [
        (
            ann.address.conversation_id,
            "The place held for you is gone, because the session has fewer places now.",
        )
    ]
    assert ann.lines[-1] == "Waitlist: 1st"


async def test_why_am_i_still_waiting_is_answered_from_what_happened(
    waitlist: Waitlist, clock: SetClock
) -> None:
    await waitlist.somebody_waits("Ann")
    ben = await waitlist.somebody_waits("Ben")
    await ben.says("why am I still waiting?")
    at_first = ben.lines
    clock.advance(timedelta(hours=1))
    await waitlist.holder_gives_back()

    await ben.says("why am I still waiting?")

    assert at_first[2:] == [
        "Waitlist: 2nd",
        "You joined the waitlist on Tue 7 Jan 2025, 10:00.",
        "No place has become free since then.",
        (
            "Until Thu 23 Jan 2025, 10:00 a free place is held for whoever has waited longest. "
            "From then on we tell everybody who waits, and the first to ask gets it."
        ),
    ]
    assert ben.lines[2:5] == [
        "Waitlist: 1st",
        "You joined the waitlist on Tue 7 Jan 2025, 10:00.",
        (
            "Since then 1 place is held for people before you, "
            "the first until Wed 8 Jan 2025, 11:00."
        ),
    ]


async def test_a_coordinator_sees_who_waits_and_nobody_else_does(
    database: Database, waitlist: Waitlist, chat_with: ChatWith
) -> None:
    async with database.writing() as db:
        await appoint_coordinators(db, ["morgan@county.example"])
    morgan = chat_with("Morgan", "morgan@county.example")
    ann = await waitlist.somebody_waits("Ann")
    await waitlist.somebody_waits("Ben")
    await waitlist.holder_gives_back()

    await morgan.says("S25-005")
    await morgan.presses("Waitlist")
    await ann.sends("session_waitlist", {"session_id": str(waitlist.session_id)})

    assert morgan.lines[0] == "Waitlist: Professional Curiosity"
    assert morgan.lines[3:] == [
        "1st: Ann",
        "Place held until Wed 8 Jan 2025, 10:00",
        "County Council.",
        "2nd: Ben",
        "Waiting since Tue 7 Jan 2025, 10:00",
        "County Council.",
    ]
    assert ann.lines[0] == "That can’t be done"
