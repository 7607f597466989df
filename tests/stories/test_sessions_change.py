"""A session changes, and those who have to do with it hear of it and answer on the card."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from bot.turns import Reply
from tests.chat import Chat, buttons, texts
from tests.factories import (
    make_account,
    make_agency,
    make_coordinator,
    make_course,
    make_practitioner,
    make_session,
)
from tests.fakes import HandCourier, PostBox, SetClock
from tests.invariants import broken_invariants
from tests.moments import NOW, TERMS
from trainingbot.db import Database
from trainingbot.enums import Delivery, Role
from trainingbot.models import Course, CourseSession, PractitionerRole
from trainingbot.people.operations import appoint_coordinators
from trainingbot.scheduling.adding import add_session
from trainingbot.scheduling.cancelling import cancel_session
from trainingbot.scheduling.moving import move_session
from trainingbot.scheduling.tentative import confirm_session
from trainingbot.scheduling.trainers import set_trainers
from trainingbot.scheduling.views import SessionPlan

ChatWith = Callable[[str, str | None], Chat]
STARTS = NOW + timedelta(days=28)
"""Tue 4 Feb 2025, 10:00; free to cancel until Fri 31 Jan, 10:00."""
LATER = STARTS + timedelta(days=7)
DECIDE = NOW + timedelta(days=14)
LINK = "https://teams.example/l/meetup-join/neglect"


class Programme:
    """A course with one session, people of one agency who chat, and changes from behind."""

    def __init__(self, database: Database, clock: SetClock, chat_with: ChatWith) -> None:
        self._database, self._clock, self._chat_with = database, clock, chat_with
        self.course_id = self.session_id = UUID(int=0)

    async def begin(self, *, capacity: int = 2, minimum: int | None = None) -> None:
        async with self._database.writing() as db:
            await make_agency(db, name="County Council", email_domain="county.example")
            course = await make_course(db, title="Neglect Level 2", code="C02")
            session = await make_session(
                db, course=course, code="S25-014", starts_at=STARTS, capacity=capacity
            )
            session.join_url = LINK
            if minimum is not None:
                session.tentative, session.minimum_places = True, minimum
                session.decide_at = DECIDE
            self.course_id, self.session_id = course.id, session.id

    async def also(self, code: str, starts_at: datetime, *, capacity: int = 2) -> UUID:
        """Write another date of the course."""
        async with self._database.writing() as db:
            course = await db.get_one(Course, self.course_id)
            session = await make_session(
                db, course=course, code=code, starts_at=starts_at, capacity=capacity
            )
            return session.id

    async def somebody(self, name: str) -> Chat:
        chat = self._chat_with(name, f"{name.lower()}@county.example")
        await chat.says("help")
        return chat

    async def books(self, name: str) -> Chat:
        """Let somebody book, or wait where no place is free."""
        chat = await self.somebody(name)
        await chat.sends("book_place", self.choice)
        return chat

    async def coordinator(self) -> Chat:
        async with self._database.writing() as db:
            await appoint_coordinators(db, ["morgan@county.example"])
        return await self.somebody("Morgan")

    async def trainer(self, name: str) -> UUID:
        async with self._database.writing() as db:
            trainer = await make_practitioner(db, name=name)
            await make_account(db, trainer)
            db.add(PractitionerRole(practitioner_id=trainer.id, role=Role.TRAINER))
            return trainer.id

    async def is_cancelled(self, *, keep_interest: bool = False) -> None:
        async with self._database.writing() as db:
            await cancel_session(
                db,
                session_id=self.session_id,
                reason="The trainer is ill.",
                keep_interest=keep_interest,
                actor_id=None,
                terms=TERMS,
                now=self._clock(),
            )

    async def is_moved(
        self, to: datetime = LATER, *, venue: str | None = None, join_url: str = LINK
    ) -> None:
        async with self._database.writing() as db:
            await move_session(
                db,
                session_id=self.session_id,
                starts_at=to,
                ends_at=to + timedelta(minutes=150),
                delivery=Delivery.IN_PERSON if venue else Delivery.TEAMS,
                venue=venue,
                join_url=join_url,
                actor_id=None,
                reason="The room is flooded.",
                terms=TERMS,
                now=self._clock(),
            )

    async def has_trainers(self, *trainer_ids: UUID) -> None:
        async with self._database.writing() as db:
            await set_trainers(
                db,
                session_id=self.session_id,
                trainer_ids=trainer_ids,
                actor_id=None,
                terms=TERMS,
                now=self._clock(),
            )

    async def is_sure(self) -> None:
        async with self._database.writing() as db:
            await confirm_session(db, session_id=self.session_id, actor_id=None, now=self._clock())

    async def gets_a_date(self, *, capacity: int) -> CourseSession:
        async with self._database.writing() as db:
            coordinator = await make_coordinator(db)
            return await add_session(
                db,
                course_id=self.course_id,
                plan=SessionPlan(
                    starts_at=STARTS + timedelta(days=14),
                    ends_at=STARTS + timedelta(days=14, minutes=150),
                    capacity=capacity,
                    delivery=Delivery.TEAMS,
                ),
                invite_interested=True,
                actor_id=coordinator.id,
                terms=TERMS,
                now=self._clock(),
            )

    async def is_sound(self) -> bool:
        async with self._database.reading() as db:
            return await broken_invariants(db, now=self._clock()) == []

    @property
    def choice(self) -> dict[str, str]:
        return {"session_id": str(self.session_id)}

    @property
    def course(self) -> dict[str, str]:
        return {"course_id": str(self.course_id)}


@pytest.fixture
async def programme(database: Database, clock: SetClock, chat_with: ChatWith) -> Programme:
    return Programme(database, clock, chat_with)


Round = Callable[[], Awaitable[Mapping[str, Reply]]]


@pytest.fixture
def round_of(courier: HandCourier, post_box: PostBox) -> Round:
    """Do what the service does every minute, and return what each was told, by conversation."""

    async def once() -> Mapping[str, Reply]:
        before = len(post_box.sent)
        await courier.advance_waitlists()
        await courier.ask_to_decide()
        await courier.deliver_due()
        sent = post_box.sent[before:]
        told = dict(sent)
        assert len(told) == len(sent), "somebody was told more than once"
        return told

    return once


def reads(chat: Chat, told: Mapping[str, Reply]) -> list[str]:
    """Let somebody open what they were told, and return it line by line."""
    chat.reply = told[chat.address.conversation_id]
    return chat.lines


def links(chat: Chat) -> dict[str, str]:
    return {
        title: button["url"]
        for title, button in buttons(chat.card).items()
        if button["type"] == "Action.OpenUrl"
    }


async def test_another_date_is_booked_from_the_card_that_says_that_a_session_is_cancelled(
    programme: Programme, round_of: Round
) -> None:
    await programme.begin(capacity=1)
    await programme.also("S25-015", LATER)
    ann, ben = await programme.books("Ann"), await programme.books("Ben")

    await programme.is_cancelled()
    told = await round_of()
    to_ann = reads(ann, told)
    offered = ann.buttons
    await ann.presses("Book Tue 11 Feb")

    assert to_ann == [
        "Neglect Level 2",
        "**Tue 4 Feb 2025**, 10:00 to 12:30",
        "Online in Teams",
        "Session cancelled",
        "This session is cancelled. We are sorry.",
        "Why: The trainer is ill.",
        "Other dates",
        "Tue 11 Feb 2025",
        "10:00 to 12:30",
        "Online in Teams, 2 of 2 places free",
        "Free to cancel until Fri 7 Feb 2025, 10:00",
    ]
    assert offered == [
        "Book Tue 11 Feb",
        "Tell me of a new date",
        "Remove from calendar",
        "My training",
    ]
    assert ann.lines[1:5] == [
        "**Tue 11 Feb 2025**, 10:00 to 12:30",
        "Online in Teams, 1 of 2 places free",
        "Booked",
        "You have a place.",
    ]
    assert reads(ben, told) == to_ann
    assert ben.buttons == ["Book Tue 11 Feb", "Tell me of a new date", "My training"]
    assert await programme.is_sound()


async def test_who_was_on_a_cancelled_session_is_offered_the_next_date_unless_they_say_no(
    programme: Programme, round_of: Round
) -> None:
    await programme.begin()
    ann, ben = await programme.books("Ann"), await programme.books("Ben")

    await programme.is_cancelled(keep_interest=True)
    told = await round_of()
    to_ann = reads(ann, told)
    reads(ben, told)
    await ben.presses("No, thank you")
    await programme.gets_a_date(capacity=5)
    told = await round_of()

    assert to_ann[6:] == [
        "There is no other date of this course at the moment.",
        "We will offer you a place when there is a new date.",
    ]
    assert ben.lines[2:] == [
        "You are not on the interest list any more.",
        "You can go onto it again, at its end.",
    ]
    assert list(told) == [ann.address.conversation_id]
    assert reads(ann, told)[3:5] == [
        "Place held until Wed 8 Jan 2025, 10:00",
        "A place is held for you until Wed 8 Jan 2025, 10:00.",
    ]


async def test_a_place_on_a_moved_session_is_kept_by_one_and_given_back_freely_by_another(
    programme: Programme, round_of: Round, clock: SetClock
) -> None:
    await programme.begin()
    ann, ben = await programme.books("Ann"), await programme.books("Ben")
    cara = await programme.books("Cara")
    clock.now = STARTS - timedelta(hours=5)

    await programme.is_moved(STARTS + timedelta(days=1))
    told = await round_of()
    to_ann, to_cara = reads(ann, told), reads(cara, told)
    choices = ann.buttons
    await ann.presses("Keep my place")
    kept = ann.lines
    await ann.sends("keep_place", programme.choice)
    reads(ben, told)
    await ben.presses("Give my place back")
    question = ben.lines
    await ben.presses("Give my place back")

    assert to_ann[1:] == [
        "**Wed 5 Feb 2025**, 10:00 to 12:30",
        "Online in Teams, full, all 2 places taken",
        "Booked",
        "This session has been moved.",
        (
            "From Tue 4 Feb 2025, 10:00 to 12:30, online in Teams. "
            "To Wed 5 Feb 2025, 10:00 to 12:30, online in Teams."
        ),
        "Why: The room is flooded.",
        "Free to give back, because the session was moved",
    ]
    assert choices == [
        "Join",
        "Send a colleague",
        "Change date",
        "Keep my place",
        "Add to calendar",
        "Give my place back",
    ]
    assert to_cara[3:5] == ["Waitlist: 1st", "This session has been moved."]
    assert to_cara[-1] == "You wait where you waited before."
    assert kept[3:] == ["Booked", "You keep your place.", "Cancelling now counts as late."]
    assert ann.lines == kept
    assert question[3:5] == [
        "Free to give back, because the session was moved",
        "Give your place back?",
    ]
    assert ben.lines[3:5] == ["Cancelled", "You have given your place back."]
    assert await programme.is_sound()


async def test_the_news_of_a_move_names_another_booking_at_the_new_time(
    programme: Programme, round_of: Round
) -> None:
    await programme.begin()
    other = await programme.also("S25-015", LATER + timedelta(hours=1))
    ann = await programme.books("Ann")
    await ann.sends("book_place", {"session_id": str(other)})

    await programme.is_moved()
    told = await round_of()

    assert reads(ann, told)[7] == (
        "You have another booking at this time: Neglect Level 2, Tue 11 Feb 2025, 11:00 to 13:30."
    )
    assert told[ann.address.conversation_id].summary == (
        "Neglect Level 2 has changed. It is on Tue 11 Feb 2025, 10:00."
    )


async def test_another_link_is_no_other_bargain(programme: Programme, round_of: Round) -> None:
    await programme.begin()
    ann = await programme.books("Ann")

    await programme.is_moved(STARTS, join_url=f"{LINK}-2")
    told = await round_of()

    assert reads(ann, told)[4:6] == [
        "The link to this session has changed.",
        "Tue 4 Feb 2025, 10:00 to 12:30, online in Teams: another link.",
    ]
    assert links(ann)["Join"] == f"{LINK}-2"
    assert "Keep my place" not in ann.buttons


async def test_a_tentative_session_is_sure_with_the_last_booking_it_needs_and_all_are_told(
    programme: Programme, round_of: Round
) -> None:
    await programme.begin(capacity=3, minimum=2)
    ann = await programme.somebody("Ann")
    await ann.says("neglect level 2")
    dates = ann.lines
    await ann.presses("Book Tue 4 Feb")
    booked, before = ann.lines, links(ann)
    ben = await programme.books("Ben")
    told = await round_of()

    depends = "Tentative: takes place if 2 people have booked by Tue 21 Jan 2025, 10:00"
    assert dates[5] == depends
    assert booked[3:7] == [
        depends,
        "Booked",
        "You have a place.",
        "It is not sure yet that it takes place. We tell you here as soon as it is.",
    ]
    assert "Join" not in before
    assert ben.lines[3:5] == ["Booked", "You have a place."]
    assert links(ben)["Join"] == LINK
    assert set(told) == {ann.address.conversation_id, ben.address.conversation_id}
    assert reads(ann, told)[3:5] == ["Booked", "This session takes place."]
    assert links(ann)["Join"] == LINK
    assert await programme.is_sound()


async def test_a_coordinator_decides_on_the_day_about_a_session_with_too_few_people(
    programme: Programme, round_of: Round, clock: SetClock
) -> None:
    await programme.begin(capacity=3, minimum=2)
    morgan, ann = await programme.coordinator(), await programme.books("Ann")
    clock.now = DECIDE

    told = await round_of()
    again = await round_of()
    asked = reads(morgan, told)
    choices = morgan.buttons
    await morgan.presses("Confirm it takes place")
    after = await round_of()

    assert list(told) == [morgan.address.conversation_id]
    assert again == {}
    assert asked[3:] == [
        "Tentative",
        "Does this session take place?",
        "It needs 2 people by Tue 21 Jan 2025, 10:00, and 1 person has a place.",
        "Confirming it tells 1 person. Cancelling shows you first whom it touches.",
    ]
    assert choices == ["Confirm it takes place", "Cancel session", "Manage"]
    assert reads(ann, after)[4] == "This session takes place."


async def test_somebody_who_wished_for_a_date_is_offered_it_when_it_is_set_and_takes_it(
    programme: Programme, round_of: Round
) -> None:
    await programme.begin(capacity=1)
    await programme.books("Ann")
    ben = await programme.somebody("Ben")

    await ben.says("neglect level 2")
    seen = ben.buttons
    await ben.presses("Tell me of a new date")
    registered = ben.lines
    await ben.sends("register_interest", programme.course)
    again = ben.lines
    await ben.says("my waitlist")
    mine = ben.lines
    await programme.gets_a_date(capacity=1)
    told = await round_of()
    reads(ben, told)
    await ben.presses("Take the place")
    taken = ben.lines
    await ben.says("my waitlist")

    on_it = "On the interest list since Tue 7 Jan 2025"
    assert seen == ["Join waitlist Tue 4 Feb", "Tell me of a new date", "All courses"]
    assert registered[2:4] == [on_it, "You are on the interest list."]
    assert again == registered
    assert mine[1:] == ["You are on no waitlist.", "Waiting for a date", "Neglect Level 2", on_it]
    assert taken[1] == "**Tue 18 Feb 2025**, 10:00 to 12:30"
    assert taken[3:5] == ["Booked", "You have a place."]
    assert ben.lines[1:] == ["You are on no waitlist."]
    assert await programme.is_sound()


async def test_whoever_is_on_the_interest_list_sees_it_on_the_course_and_can_leave_it(
    programme: Programme,
) -> None:
    await programme.begin(capacity=5)
    ann = await programme.somebody("Ann")
    await ann.sends("register_interest", programme.course)

    await ann.presses("See dates")
    listed, choices = ann.lines, ann.buttons
    await ann.presses("Leave the interest list")
    await ann.sends("withdraw_interest", programme.course)
    left = ann.lines
    await ann.presses("See dates")

    assert listed[-2] == "On the interest list since Tue 7 Jan 2025"
    assert choices == ["Book Tue 4 Feb", "Leave the interest list", "All courses"]
    assert left[2] == "You are not on the interest list any more."
    assert ann.buttons == ["Book Tue 4 Feb", "All courses"]


async def test_nobody_who_has_a_place_is_asked_to_wish_for_another_date(
    programme: Programme,
) -> None:
    await programme.begin(capacity=1)
    ann = await programme.books("Ann")

    await ann.says("neglect level 2")

    assert ann.buttons == ["Open Tue 4 Feb", "All courses"]


async def test_a_course_without_a_date_can_be_wished_for(programme: Programme) -> None:
    await programme.begin()
    await programme.is_cancelled()
    ann = await programme.somebody("Ann")

    await ann.says("neglect level 2")

    assert ann.lines[2:] == ["There is no date for this course at the moment."]
    assert ann.buttons == ["Tell me of a new date", "All courses"]


async def test_trainers_hear_that_they_teach_a_session_that_it_is_moved_and_that_they_do_not(
    programme: Programme, round_of: Round
) -> None:
    await programme.begin()
    tara = await programme.trainer("Tara")

    heard = []
    await programme.has_trainers(tara)
    heard += [texts(reply.card)[3:] for reply in (await round_of()).values()]
    await programme.is_moved(venue="Town Hall")
    heard += [texts(reply.card)[3:] for reply in (await round_of()).values()]
    await programme.has_trainers()
    heard += [texts(reply.card)[3:] for reply in (await round_of()).values()]
    await programme.has_trainers(tara)
    await programme.is_cancelled()
    heard += [texts(reply.card)[3:] for reply in (await round_of()).values()]

    assert heard == [
        [
            "You are a trainer of this session.",
            "Nobody has a place or waits yet.",
            "If you can’t come, tell the training team.",
        ],
        [
            "This session has been moved.",
            (
                "From Tue 4 Feb 2025, 10:00 to 12:30, online in Teams. "
                "To Tue 11 Feb 2025, 10:00 to 12:30, in person, Town Hall."
            ),
            "Why: The room is flooded.",
            "You are a trainer of it.",
            "If you can’t come, tell the training team.",
        ],
        [
            "You are no longer a trainer of this session.",
            "If you did not expect this, ask the training team.",
        ],
        [
            "This session, which you were to teach, is cancelled.",
            "Why: The trainer is ill.",
        ],
    ]


async def test_no_news_is_sent_of_a_session_that_has_begun(
    programme: Programme, round_of: Round, clock: SetClock
) -> None:
    await programme.begin(minimum=2)
    tara = await programme.trainer("Tara")
    await programme.books("Ann")
    await programme.has_trainers(tara)
    await programme.is_moved(STARTS + timedelta(hours=1))
    await programme.is_sure()
    clock.now = STARTS + timedelta(hours=1)

    told = await round_of()

    assert told == {}


async def test_news_that_is_no_longer_true_is_not_sent(
    programme: Programme, round_of: Round
) -> None:
    await programme.begin(minimum=2)
    ann = await programme.books("Ann")
    await programme.is_moved()
    await programme.is_sure()
    await ann.sends("cancel_booking", programme.choice)

    told = await round_of()

    assert told == {}


async def test_the_card_of_a_booking_says_why_its_session_was_cancelled(
    programme: Programme,
) -> None:
    await programme.begin()
    ann = await programme.books("Ann")
    await programme.is_cancelled()

    await ann.sends("show_booking", programme.choice)

    assert ann.lines[3:] == [
        "Session cancelled",
        "This session is cancelled. We are sorry.",
        "Why: The trainer is ill.",
    ]


async def test_the_link_to_join_is_for_those_with_a_place_until_the_session_ends(
    programme: Programme, clock: SetClock
) -> None:
    await programme.begin(capacity=1)
    ann, ben = await programme.books("Ann"), await programme.books("Ben")
    before = links(ann).get("Join"), links(ben).get("Join")
    clock.now = STARTS + timedelta(hours=1)
    await ann.sends("show_booking", programme.choice)
    during = links(ann)
    clock.now = STARTS + timedelta(minutes=150)
    await ann.sends("show_booking", programme.choice)

    assert before == (LINK, None)
    assert during == {"Join": LINK}
    assert links(ann) == {}


async def test_whoever_comes_later_on_the_interest_list_hears_that_they_wait(
    programme: Programme, round_of: Round, clock: SetClock
) -> None:
    await programme.begin(capacity=1)
    await programme.books("Ann")
    ben, cas = await programme.somebody("Ben"), await programme.somebody("Cas")
    for one in (ben, cas):
        clock.advance(timedelta(minutes=1))
        await one.sends("register_interest", programme.course)

    await programme.gets_a_date(capacity=1)
    told = await round_of()
    reads(cas, told)

    assert cas.lines[3:6] == [
        "Waitlist: 1st",
        "There is a date for the course you wanted.",
        (
            "You are on its waitlist, in the order in which people said so. "
            "When a place is yours, we tell you here."
        ),
    ]
    assert await programme.is_sound()
