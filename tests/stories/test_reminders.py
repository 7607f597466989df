"""What a practitioner gets before a session, and answers on the card."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tests.chat import Chat, texts
from tests.factories import make_agency, make_course, make_session
from tests.fakes import HandCourier, PostBox, SetClock
from tests.moments import NOW, TERMS
from trainingbot.bookings.confirmation import owe_confirmation
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.enums import Delivery, NoticeKind, NoticeState, SessionStatus
from trainingbot.models import Course, CourseSession, Notice, Practitioner
from trainingbot.people.operations import appoint_coordinators
from trainingbot.scheduling.cancelling import cancel_session
from trainingbot.scheduling.moving import move_session
from trainingbot.settings import Settings

ChatWith = Callable[[str, str | None], Chat]
STARTS = datetime(2025, 1, 28, 10, 0, tzinfo=UTC)
"""A Tuesday, 10:00 in London. The broadcast begins on Thu 23 Jan, and giving back is free until
Fri 24 Jan, 10:00."""
EARLY = datetime(2025, 1, 21, 10, 0, tzinfo=UTC)
JOINING = datetime(2025, 1, 23, 10, 0, tzinfo=UTC)
LATE = datetime(2025, 1, 27, 10, 0, tzinfo=UTC)
SOON = datetime(2025, 1, 28, 9, 0, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)
LINK = "https://teams.example/l/meetup-join/19"
TITLE = "Professional Curiosity"


class Reminders:
    """A session with one place, people of one agency, and what arrives as time passes."""

    def __init__(
        self,
        database: Database,
        clock: SetClock,
        chat_with: ChatWith,
        courier: HandCourier,
        post_box: PostBox,
    ) -> None:
        self.database, self.clock, self.courier, self.post_box = database, clock, courier, post_box
        self._chat_with = chat_with
        self.session_id = UUID(int=0)
        self.course_id = UUID(int=0)

    async def begin(self, *, starts_at: datetime = STARTS, capacity: int = 1) -> None:
        async with self.database.writing() as db:
            await make_agency(db, name="County Council", email_domain="county.example")
            course = await make_course(db, title=TITLE, code="C05")
            session = await make_session(
                db, course=course, code="S25-005", starts_at=starts_at, capacity=capacity
            )
        self.session_id, self.course_id = session.id, course.id

    async def another_session(self, *, starts_at: datetime) -> UUID:
        async with self.database.writing() as db:
            course = await make_course(db, title="Online Abuse", code="C10")
            session = await make_session(db, course=course, code="S25-010", starts_at=starts_at)
        return session.id

    async def changes(self, **fields: object) -> None:
        """Set fields of the session, or of its course, as a test says."""
        async with self.database.writing() as db:
            session = await db.get_one(CourseSession, self.session_id)
            course = await db.get_one(Course, self.course_id)
            for name, value in fields.items():
                setattr(session if hasattr(session, name) else course, name, value)

    async def meets(self, name: str) -> Chat:
        chat = self._chat_with(name, f"{name.lower()}@county.example")
        await chat.says("help")
        return chat

    async def books(self, name: str, *, session_id: UUID | None = None) -> Chat:
        chat = await self.meets(name)
        await chat.sends("book_place", {"session_id": str(session_id or self.session_id)})
        return chat

    async def books_on_a_page(self, name: str) -> None:
        practitioner_id = await self.id_of(name)
        async with self.database.writing() as db:
            await book_place(
                db,
                session_id=self.session_id,
                practitioner_id=practitioner_id,
                terms=TERMS,
                now=self.clock(),
            )
            await owe_confirmation(
                db,
                session_id=self.session_id,
                practitioner_id=practitioner_id,
                now=self.clock(),
            )

    async def id_of(self, name: str) -> UUID:
        async with self.database.reading() as db:
            found = await db.exec(select(Practitioner.id).where(Practitioner.name == name))
            return found.one()

    async def owed(self) -> list[tuple[NoticeKind, NoticeState]]:
        """Return every notice and where it stands."""
        async with self.database.reading() as db:
            found = await db.exec(select(Notice.kind, Notice.state))
            return [(NoticeKind(kind), NoticeState(state)) for kind, state in found]

    async def moves(self, *, by: timedelta) -> None:
        async with self.database.writing() as db:
            await move_session(
                db,
                session_id=self.session_id,
                starts_at=STARTS + by,
                ends_at=STARTS + by + timedelta(minutes=150),
                delivery=Delivery.TEAMS,
                venue=None,
                join_url=None,
                actor_id=None,
                reason="The trainer is at court.",
                terms=TERMS,
                now=self.clock(),
            )

    async def at(self, moment: datetime) -> list[tuple[str, list[str]]]:
        """Let the time come, and return who got which card, in its order."""
        self.clock.now = moment
        before = len(self.post_box.sent)
        await self.courier.housekeeping()
        await self.courier.deliver_due()
        return [(to, texts(reply.card)) for to, reply in self.post_box.sent[before:]]

    async def reaches(self, chat: Chat, moment: datetime) -> list[str]:
        """Let the time come, hand somebody the one card that came for them, and return it."""
        before = len(self.post_box.sent)
        await self.at(moment)
        [chat.reply] = [
            reply for to, reply in self.post_box.sent[before:] if to == chat.address.conversation_id
        ]
        return chat.lines


@pytest.fixture
def reminders(
    database: Database,
    clock: SetClock,
    chat_with: ChatWith,
    courier: HandCourier,
    post_box: PostBox,
) -> Reminders:
    return Reminders(database, clock, chat_with, courier, post_box)


async def test_a_reminder_arrives_by_itself_and_is_answered_on_the_card(
    reminders: Reminders,
) -> None:
    await reminders.begin()
    ann = await reminders.books("Ann")

    before = await reminders.at(EARLY - A_MINUTE)
    reminded = await reminders.reaches(ann, EARLY)
    asked = ann.buttons
    await ann.presses("I’m coming")
    answered, offered = ann.lines, ann.buttons
    await ann.sends("say_coming", {"session_id": str(reminders.session_id)})

    assert before == []
    assert reminded == [
        TITLE,
        "**Tue 28 Jan 2025**, 10:00 to 12:30",
        "Online in Teams",
        "Booked",
        "Are you coming?",
        "If your place stays empty, no colleague can have it.",
        "Free to cancel until Fri 24 Jan 2025, 10:00",
    ]
    assert asked == ["I’m coming", "I can’t come", "Send a colleague"]
    assert answered == [
        *reminded[:4],
        "You said you are coming.",
        "Thank you for letting us know. If you can’t come after all, tell us here.",
        "Free to cancel until Fri 24 Jan 2025, 10:00",
    ]
    assert offered == ["Add to calendar", "My training", "I can’t come", "Send a colleague"]
    assert ann.lines == answered


async def test_a_reminder_names_how_many_are_waiting(reminders: Reminders) -> None:
    await reminders.begin()
    ann = await reminders.books("Ann")
    for name in ("Ben", "Cleo", "Dan", "Eve"):
        await reminders.books(name)

    early = await reminders.reaches(ann, EARLY)
    # The joining instructions come in between.
    await reminders.at(JOINING)
    late = await reminders.reaches(ann, LATE)

    assert early[4:7] == [
        "Are you coming?",
        "4 people are waiting for a place.",
        "If your place stays empty, none of them can have it.",
    ]
    assert late[4:] == [
        "Are you coming?",
        "4 people are waiting for a place.",
        "Cancelling now counts as late",
    ]


async def test_whoever_cannot_come_gives_the_place_to_the_next_in_line(
    reminders: Reminders,
) -> None:
    await reminders.begin()
    ann, ben = await reminders.books("Ann"), await reminders.books("Ben")
    await reminders.reaches(ann, EARLY)

    await ann.presses("I can’t come")
    asked = ann.lines
    await ann.presses("Give my place back")
    given = ann.lines
    await ann.sends("cancel_booking", {"session_id": str(reminders.session_id)})
    offered = await reminders.reaches(ben, EARLY + A_MINUTE)
    await ben.presses("Take the place")

    assert asked[-2:] == [
        "Give your place back?",
        "1 person is waiting. Your place is offered to the first in line at once.",
    ]
    assert given[3:] == [
        "Cancelled",
        "You have given your place back.",
        "It is offered to the next in line. Thank you for letting us know.",
    ]
    assert ann.lines == given
    assert offered[4] == "A place is held for you until Wed 22 Jan 2025, 10:00."
    assert ben.lines[3:5] == ["Booked", "You have a place."]
    later = [to for moment in (JOINING, LATE) for to, _ in await reminders.at(moment)]
    assert later == [ben.address.conversation_id] * 2


async def test_near_the_day_those_who_wait_are_told_of_the_place(reminders: Reminders) -> None:
    await reminders.begin()
    ann, ben = await reminders.books("Ann"), await reminders.books("Ben")
    await reminders.at(EARLY)
    await reminders.at(JOINING)
    await reminders.reaches(ann, LATE)

    await ann.presses("I can’t come")
    asked = ann.lines
    await ann.presses("Give my place back", late_reason="illness")
    told = await reminders.reaches(ben, LATE + A_MINUTE)

    assert asked[-3:-1] == [
        "It is later than Fri 24 Jan 2025, 10:00, so a reason goes with it.",
        "Sending a colleague of your agency is never late.",
    ]
    assert ann.lines[3:] == [
        "Cancelled",
        "You have given your place back.",
        (
            "We have told those who wait: the first to take it gets it. "
            "Thank you for letting us know."
        ),
    ]
    assert told[4] == "A place has become free."


async def test_a_late_place_is_not_given_back_without_a_reason(reminders: Reminders) -> None:
    await reminders.begin()
    ann = await reminders.books("Ann")
    await reminders.at(EARLY)
    await reminders.at(JOINING)
    await reminders.reaches(ann, LATE)

    await ann.presses("I can’t come")
    await ann.presses("Give my place back", late_reason="other", words="")
    missing = ann.lines
    await ann.presses("Keep my place")

    assert missing[3] == "Say in a few words which other reason it is."
    assert ann.lines[3] == "Booked"


async def test_a_colleague_is_sent_from_the_reminder(reminders: Reminders) -> None:
    await reminders.begin()
    ann, ben = await reminders.books("Ann"), await reminders.books("Ben")
    await reminders.reaches(ann, EARLY)

    await ann.presses("Send a colleague")
    await ann.presses("Send Ben")
    stepped_in = await reminders.reaches(ben, EARLY + A_MINUTE)

    assert ann.lines[3] == "Cancelled"
    assert stepped_in[3:5] == ["Booked", "Ann sends you in their place."]


async def test_where_no_colleague_can_be_sent_none_is_offered(
    reminders: Reminders, settings: Settings, post_box: PostBox
) -> None:
    await reminders.begin()
    ann = await reminders.books("Ann")
    reminders.courier = HandCourier(
        database=reminders.database,
        settings=settings.model_copy(update={"substitutes": False}),
        messenger=post_box,
        clock=reminders.clock,
    )

    await reminders.reaches(ann, EARLY)

    assert ann.buttons == ["I’m coming", "I can’t come"]


async def test_the_other_reminder_knows_the_answer_and_takes_another(
    reminders: Reminders,
) -> None:
    await reminders.begin()
    ann, ben = await reminders.books("Ann"), await reminders.books("Ben")
    await reminders.reaches(ann, EARLY)
    await ann.presses("I’m coming")
    early_card = ann.reply
    await reminders.at(JOINING)

    late = await reminders.reaches(ann, LATE)
    choices = ann.buttons
    await ann.presses("I can’t come")
    await ann.presses("Give my place back", late_reason="urgent_work")
    given = ann.lines
    ann.reply = early_card
    await ann.sends("say_coming", {"session_id": str(reminders.session_id)})

    assert late[3:] == [
        "Booked",
        "You said you are coming.",
        "1 person is waiting for a place.",
        "If you can’t come after all, tell us here.",
        "Cancelling now counts as late",
    ]
    assert choices == ["Add to calendar", "My training", "I can’t come", "Send a colleague"]
    assert given[3:5] == ["Cancelled", "You have given your place back."]
    assert ann.lines[3:5] == [
        "Cancelled",
        "You have no place on this session at the moment, so we can't count on you yet.",
    ]
    assert ann.buttons[0] == "Book again"
    assert ben.address.conversation_id in {to for to, _ in await reminders.at(LATE + A_MINUTE)}


async def test_the_answer_stands_wherever_the_booking_is_shown(reminders: Reminders) -> None:
    await reminders.begin()
    ann = await reminders.books("Ann")
    await reminders.reaches(ann, EARLY)
    await ann.presses("I’m coming")

    await ann.says("my training")
    listed = ann.lines
    await ann.presses("Open")

    assert listed[-3:] == [
        "Booked",
        "You said you are coming.",
        "Free to cancel until Fri 24 Jan 2025, 10:00",
    ]
    assert ann.lines[3:5] == ["Booked", "You said you are coming."]


async def test_coordinators_see_who_said_that_they_are_coming(reminders: Reminders) -> None:
    await reminders.begin(capacity=2)
    ann = await reminders.books("Ann")
    await reminders.books("Ben")
    await reminders.reaches(ann, EARLY)
    await ann.presses("I’m coming")
    morgan = await reminders.books("Morgan")
    async with reminders.database.writing() as db:
        await appoint_coordinators(db, emails=["morgan@county.example"])

    await morgan.says("roster S25-005")
    roster = morgan.lines
    await morgan.sends(
        "manage_booking",
        {
            "session_id": str(reminders.session_id),
            "practitioner_id": str(await reminders.id_of("Ann")),
        },
    )

    assert "1 of 2 said they are coming." in roster
    assert [one for one in roster if one.startswith("Booked")] == [
        "Booked, said they are coming",
        "Booked",
    ]
    assert morgan.lines[5:7] == ["Booked", "Said on Tue 21 Jan 2025 that they are coming"]
    assert morgan.lines[8:10] == ["Said they are coming", "Tue 21 Jan 2025, 10:00, by themselves"]


async def test_after_a_move_the_answer_is_asked_again_for_the_new_date(
    reminders: Reminders,
) -> None:
    await reminders.begin()
    ann = await reminders.books("Ann")
    await reminders.reaches(ann, EARLY)
    await ann.presses("I’m coming")
    await reminders.moves(by=timedelta(days=14))

    moved = await reminders.reaches(ann, EARLY + A_MINUTE)
    nothing = [await reminders.at(moment) for moment in (JOINING, LATE, SOON)]
    again = await reminders.reaches(ann, EARLY + timedelta(days=14))
    await ann.presses("I’m coming")

    assert "You said you are coming." not in moved
    assert nothing == [[], [], []]
    assert again[1:5] == [
        "**Tue 11 Feb 2025**, 10:00 to 12:30",
        "Online in Teams",
        "Booked",
        "Are you coming?",
    ]
    assert again[-1] == "Free to give back, because the session was moved"
    assert ann.lines[4] == "You said you are coming."
    assert ann.lines[-1] == "Free to cancel until Fri 7 Feb 2025, 10:00"


async def test_people_of_different_sessions_are_all_reminded(reminders: Reminders) -> None:
    await reminders.begin()
    other = await reminders.another_session(starts_at=STARTS + timedelta(hours=3))
    ann = await reminders.books("Ann")
    ben = await reminders.books("Ben", session_id=other)

    told = await reminders.at(EARLY + timedelta(hours=3))

    assert [(to, lines[0]) for to, lines in told] == [
        (ann.address.conversation_id, TITLE),
        (ben.address.conversation_id, "Online Abuse"),
    ]


async def test_a_reminder_waits_for_the_end_of_the_weekend(
    reminders: Reminders, settings: Settings, post_box: PostBox
) -> None:
    evening = datetime(2025, 1, 27, 20, 0, tzinfo=UTC)
    await reminders.begin(starts_at=evening)
    ann = await reminders.books("Ann")
    reminders.courier = HandCourier(
        database=reminders.database,
        settings=settings.model_copy(update={"quiet": True}),
        messenger=post_box,
        clock=reminders.clock,
    )
    friday = datetime(2025, 1, 24, 20, 0, tzinfo=UTC)
    await reminders.at(friday - timedelta(days=1))
    await reminders.at(friday - timedelta(hours=6))

    quiet = [
        await reminders.at(friday),
        await reminders.at(friday + timedelta(days=1)),
        await reminders.at(datetime(2025, 1, 27, 7, 59, tzinfo=UTC)),
    ]
    monday = await reminders.reaches(ann, datetime(2025, 1, 27, 8, 0, tzinfo=UTC))
    soon = await reminders.reaches(ann, evening - timedelta(hours=1))

    assert quiet == [[], [], []]
    assert monday[4] == "Are you coming?"
    assert soon[:3] == [TITLE, "**Mon 27 Jan 2025**, 20:00 to 22:30", "Online in Teams"]


async def test_an_hour_before_there_is_the_way_in_and_nothing_else(reminders: Reminders) -> None:
    await reminders.begin()
    await reminders.changes(join_url=LINK)
    ann = await reminders.books("Ann")
    for moment in (EARLY, JOINING, LATE):
        await reminders.at(moment)

    soon = await reminders.reaches(ann, SOON)
    after = await reminders.at(STARTS)

    assert soon == [TITLE, "**Tue 28 Jan 2025**, 10:00 to 12:30", "Online in Teams"]
    assert ann.buttons == ["Join"]
    assert ann.reply is not None
    assert ann.reply.summary == f"{TITLE} begins at 10:00"
    assert after == []


async def test_an_hour_before_a_session_in_a_room_there_is_the_way_to_the_room(
    reminders: Reminders,
) -> None:
    await reminders.begin()
    await reminders.changes(delivery=Delivery.IN_PERSON, venue="Town Hall, Room 2")
    ann = await reminders.books("Ann")
    for moment in (EARLY, JOINING, LATE):
        await reminders.at(moment)

    soon = await reminders.reaches(ann, SOON)

    assert soon == [TITLE, "**Tue 28 Jan 2025**, 10:00 to 12:30", "Town Hall, Room 2"]
    assert ann.buttons == []


async def test_people_are_told_how_to_join_in_the_training_teams_words(
    reminders: Reminders,
) -> None:
    await reminders.begin()
    await reminders.changes(
        join_url=LINK, joining_instructions="Read the *summary* first.\n\n- Bring a laptop."
    )
    ann = await reminders.books("Ann")
    await reminders.at(EARLY)

    joining = await reminders.reaches(ann, JOINING)

    assert joining[3:] == [
        "Booked",
        "How to join",
        "Press Join when it begins. The link is in the calendar entry too.",
        "From the training team",
        r"Read the \*summary\* first.",
        r"\- Bring a laptop.",
    ]
    assert ann.buttons == ["Join", "Add to calendar", "My booking"]


async def test_whoever_booked_outside_the_chat_is_told_of_it_in_the_chat(
    reminders: Reminders,
) -> None:
    await reminders.begin()
    ann = await reminders.meets("Ann")
    await reminders.books_on_a_page("Ann")

    told = await reminders.reaches(ann, NOW)

    assert told[3:6] == [
        "Booked",
        "You have a place.",
        "Free to cancel until Fri 24 Jan 2025, 10:00.",
    ]
    assert "Add to calendar" in ann.buttons
    assert ann.reply is not None
    assert ann.reply.summary == f"You have a place: {TITLE}, Tue 28 Jan 2025, 10:00"


async def test_nobody_is_reminded_of_a_session_that_was_cancelled(reminders: Reminders) -> None:
    await reminders.begin()
    await reminders.books("Ann")
    async with reminders.database.writing() as db:
        await cancel_session(
            db,
            session_id=reminders.session_id,
            reason="The trainer is ill.",
            keep_interest=False,
            actor_id=None,
            terms=TERMS,
            now=NOW,
        )
    news = await reminders.at(NOW)

    later = [await reminders.at(moment) for moment in (EARLY, JOINING, LATE, SOON)]

    assert [lines[3] for _, lines in news] == ["Session cancelled"]
    assert later == [[]] * 4


async def test_a_reminder_of_what_is_no_longer_so_is_not_sent(reminders: Reminders) -> None:
    await reminders.begin()
    await reminders.books("Ann")
    # As a database may look in which somebody changed a row by hand.
    await reminders.changes(status=SessionStatus.CANCELLED)

    sent = [await reminders.at(moment) for moment in (EARLY, JOINING, LATE, SOON)]

    assert sent == [[]] * 4
    assert {state for _, state in await reminders.owed()} == {
        NoticeState.WITHDRAWN,
        NoticeState.OWED,
    }


@pytest.mark.parametrize(
    "typed",
    ["I'm coming", "yes I will be there", "I'll be there on Tuesday 28 January",
     "I'm coming to professional curiosity", "im coming to s25-005"],
)  # fmt: skip
async def test_the_answer_can_be_typed(reminders: Reminders, typed: str) -> None:
    await reminders.begin()
    ann = await reminders.books("Ann")
    await reminders.at(EARLY)

    await ann.says(typed)

    assert ann.lines[4] == "You said you are coming."


async def test_among_several_places_the_one_asked_about_is_meant(reminders: Reminders) -> None:
    await reminders.begin()
    other = await reminders.another_session(starts_at=STARTS + timedelta(days=7))
    ann = await reminders.books("Ann")
    await ann.sends("book_place", {"session_id": str(other)})

    await ann.says("I'm coming")
    before = ann.lines
    await reminders.at(EARLY)
    await ann.says("I'm coming")

    assert before == [
        "Which date are you coming to?",
        TITLE,
        "**Tue 28 Jan 2025**, 10:00 to 12:30",
        "Online Abuse",
        "**Tue 4 Feb 2025**, 10:00 to 12:30",
    ]
    assert (ann.lines[0], ann.lines[4]) == (TITLE, "You said you are coming.")


async def test_somebody_who_is_coming_and_has_no_place_sees_the_dates(
    reminders: Reminders,
) -> None:
    await reminders.begin()
    ann = await reminders.meets("Ann")

    await ann.says("I'm coming to professional curiosity")
    dates = ann.lines
    await ann.says("I'm coming")

    assert dates[0] == TITLE
    assert ann.lines[:2] == ["My training", "You have nothing booked at the moment."]


async def test_whoever_says_it_after_the_start_is_told_so(reminders: Reminders) -> None:
    await reminders.begin()
    ann = await reminders.books("Ann")
    reminders.clock.now = STARTS

    await ann.sends("say_coming", {"session_id": str(reminders.session_id)})

    assert ann.lines[3:5] == ["Booked", "This session has already begun."]
