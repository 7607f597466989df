"""What trainers hear the day before, coordinators in the morning, and who hears nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlmodel import select

from bot.dispatch import Dispatcher
from bot.housekeeping import CHORES, Round
from tests.chat import Chat, texts
from tests.factories import (
    make_agency,
    make_booking,
    make_coordinator,
    make_course,
    make_notice,
    make_practitioner,
    make_session,
)
from tests.fakes import HandCourier, KnownMembers, PostBox, SetClock
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.audit.queries import audit_database
from trainingbot.db import Database
from trainingbot.enums import (
    BookingStatus,
    Delivery,
    NoticeKind,
    NoticeState,
    SessionStatus,
    Unreachable,
)
from trainingbot.models import CourseSession, Notice, Practitioner, SessionTrainer, TeamsAccount
from trainingbot.people.operations import appoint_coordinators
from trainingbot.settings import Settings

ChatWith = Callable[[str, str | None], Chat]
MORNING = datetime(2025, 1, 8, 8, 30, tzinfo=UTC)
INVITE_THEM = (
    "Ask them to open the app in Teams and say hello. "
    "From then on they get what is still owed to them."
)


class Programme:
    """A session of Neglect Level 2 next week, its trainer, and the coordinator in their chats."""

    def __init__(
        self, database: Database, settings: Settings, chat_with: ChatWith, clock: SetClock
    ) -> None:
        self.database, self._settings = database, settings
        self._chat_with, self._clock = chat_with, clock
        self.session_id = UUID(int=0)

    async def begin(self, *, delivery: Delivery = Delivery.IN_PERSON) -> None:
        async with self.database.writing() as db:
            await make_agency(db, name="County Council", email_domain="county.example")
            course = await make_course(db, title="Neglect Level 2", code="C02")
            session = await make_session(
                db,
                course=course,
                code="S25-014",
                capacity=20,
                delivery=delivery,
                venue="Town Hall" if delivery == Delivery.IN_PERSON else None,
            )
        self.session_id = session.id

    async def coordinator(self) -> Chat:
        chat = self._chat_with("Morgan Reid", "morgan@county.example")
        await chat.says("help")
        async with self.database.writing() as db:
            await appoint_coordinators(db, ["morgan@county.example"])
        return chat

    async def trainer(self) -> Chat:
        chat = self._chat_with("Tara Moss", "tara@county.example")
        await chat.says("help")
        async with self.database.writing() as db:
            accounts = await db.exec(
                select(TeamsAccount).where(
                    TeamsAccount.conversation_id == chat.address.conversation_id
                )
            )
            trainer_id = accounts.one().practitioner_id
            db.add(SessionTrainer(session_id=self.session_id, practitioner_id=trainer_id))
            db.add(
                Notice(
                    kind=NoticeKind.TRAINERS_DIGEST,
                    practitioner_id=trainer_id,
                    about_id=self.session_id,
                    due_at=NOW,
                    expires_at=NEXT_WEEK,
                )
            )
        return chat

    async def books(
        self,
        *names: str,
        agency: str,
        said_coming: bool = False,
        status: BookingStatus = BookingStatus.CONFIRMED,
    ) -> None:
        """Book people who have never met the bot, each with an address."""
        async with self.database.writing() as db:
            of = await make_agency(db, name=agency)
            session = await db.get_one(CourseSession, self.session_id)
            for name in names:
                waits = status == BookingStatus.WAITLISTED
                booking = await make_booking(
                    db,
                    session_id=session.id,
                    practitioner_id=(await make_practitioner(db, name=name, agency=of)).id,
                    status=status,
                    queue_number=session.next_queue_number if waits else None,
                )
                booking.coming_at = NOW if said_coming else None
                session.next_queue_number += waits
                session.places_taken += not waits
                db.add(booking)
            db.add(session)

    async def morning(self, now: datetime = MORNING) -> None:
        """Let the digests of a day be owed."""
        self._clock.now = now
        await CHORES["owe_digests"](Round(self.database, self._settings, now))

    async def states(self, kind: NoticeKind) -> list[tuple[NoticeState, str | None]]:
        async with self.database.reading() as db:
            found = await db.exec(select(Notice).where(Notice.kind == kind))
            return [(NoticeState(one.state), one.failure) for one in found]


@pytest.fixture
def programme(
    database: Database, settings: Settings, chat_with: ChatWith, clock: SetClock
) -> Programme:
    return Programme(database, settings, chat_with, clock)


async def test_a_trainer_hears_who_is_coming_and_opens_the_roster(
    programme: Programme, courier: HandCourier, post_box: PostBox
) -> None:
    await programme.begin()
    tara = await programme.trainer()
    await programme.books("Ada Hill", "Ben Price", agency="Police", said_coming=True)
    await programme.books("Cai Vaughan", agency="Community Health")
    await programme.books("Dee Lamb", agency="Schools", status=BookingStatus.WAITLISTED)

    await courier.deliver_due()
    ((conversation, digest),) = post_box.sent
    tara.reply = digest
    said, offered = tara.lines, tara.buttons
    await tara.presses("Roster")

    assert conversation == tara.address.conversation_id
    assert digest.summary == (
        "Neglect Level 2, Tue 14 Jan 2025, 10:00: "
        "3 people have a place, 2 of them have said they are coming."
    )
    assert said == [
        "Neglect Level 2",
        "**Tue 14 Jan 2025**, 10:00 to 12:30",
        "Town Hall. Session S25-014.",
        "Who is coming to your session",
        "3 people have a place, 2 of them have said they are coming.",
        "17 places free, 1 waiting.",
        "With a place",
        "Ada Hill, Ben Price and Cai Vaughan",
        "2 agencies on the session, 1 person waiting",
        "Police: 2",
        "Community Health: 1",
        "Schools: 0, 1 waiting",
        "If you can’t come, tell the training team.",
    ]
    assert offered == ["Roster", "Register", "My sessions"]
    assert tara.lines[0] == "Roster: Neglect Level 2"


async def test_a_trainer_of_many_people_reads_the_first_ten_and_how_many_more(
    programme: Programme, courier: HandCourier, post_box: PostBox
) -> None:
    await programme.begin()
    await programme.trainer()
    names = [f"Person {letter}" for letter in "ABCDEFGHIJKLM"]
    await programme.books(*names, agency="Police")

    await courier.deliver_due()

    lines = texts(post_box.sent[0][1].card)
    assert lines[4] == "13 people have a place."
    assert lines[7] == f"{', '.join(names[:10])} and 3 more on the roster"


async def test_a_trainer_online_has_the_link_or_hears_whom_to_ask(
    programme: Programme, courier: HandCourier, post_box: PostBox, database: Database
) -> None:
    await programme.begin(delivery=Delivery.TEAMS)
    tara = await programme.trainer()
    await courier.deliver_due()
    without = texts(post_box.sent[0][1].card)
    async with database.writing() as db:
        session = await db.get_one(CourseSession, programme.session_id)
        session.join_url = "https://teams.example/join"
        db.add(session)
        trainer = await db.get_one(
            Practitioner, (await db.exec(select(Notice))).one().practitioner_id
        )
        kind = NoticeKind.TRAINERS_DIGEST
        await make_notice(db, trainer, kind=kind, about_id=session.id)

    await courier.deliver_due()
    tara.reply = post_box.sent[1][1]

    assert without[4:6] == ["Nobody has a place yet.", "20 places free."]
    assert "There is no link to join yet. Ask the training team for it." in without
    assert tara.buttons == ["Roster", "Join", "Register", "My sessions"]


@pytest.mark.parametrize("why", ["cancelled", "begun", "released"])
async def test_a_trainer_hears_nothing_of_a_session_that_is_not_theirs_to_give(
    why: str,
    programme: Programme,
    courier: HandCourier,
    post_box: PostBox,
    database: Database,
) -> None:
    await programme.begin()
    await programme.trainer()
    async with database.writing() as db:
        session = await db.get_one(CourseSession, programme.session_id)
        if why == "cancelled":
            session.status = SessionStatus.CANCELLED
            db.add(session)
        if why == "begun":
            session.starts_at = NOW
            db.add(session)
        if why == "released":
            await db.delete((await db.exec(select(SessionTrainer))).one())

    await courier.deliver_due()

    assert post_box.sent == []
    assert await programme.states(NoticeKind.TRAINERS_DIGEST) == [
        (NoticeState.WITHDRAWN, "no longer true")
    ]


async def test_a_coordinator_hears_in_the_morning_what_needs_attention_and_does_it(
    programme: Programme, courier: HandCourier, post_box: PostBox
) -> None:
    await programme.begin()
    morgan = await programme.coordinator()
    await programme.books("Ada Hill", agency="Police")

    await programme.morning()
    await courier.deliver_due()
    ((conversation, digest),) = post_box.sent
    morgan.reply = digest
    said, offered = morgan.lines, morgan.buttons
    await morgan.presses("Manage S25-014")
    managed = morgan.lines[0]
    morgan.reply = digest
    await morgan.presses("Who is not reached")

    assert conversation == morgan.address.conversation_id
    assert digest.summary == (
        "What needs attention: 1 session with few people up to Wed 22 Jan 2025, and 2 more"
    )
    named = "- S25-014, Tue 14 Jan 2025, Neglect Level 2: 1 of 20 places taken"
    assert said == [
        "What needs attention",
        "Wed 8 Jan 2025, 08:30",
        "1 session with few people up to Wed 22 Jan 2025",
        "Fewer than a third of the places are taken, or fewer than the session needs.",
        named,
        "1 session without a trainer up to Wed 22 Jan 2025",
        named,
        "1 person cannot be reached in Teams and hears nothing",
    ]
    assert offered == ["Manage S25-014", "Who is not reached", "Refresh"]
    assert managed == "Neglect Level 2"
    assert morgan.lines[0] == "People not reached in Teams"


async def test_nothing_is_sent_on_a_morning_on_which_nothing_needs_attention(
    programme: Programme, courier: HandCourier, post_box: PostBox
) -> None:
    await programme.coordinator()

    for _ in range(2):
        await programme.morning()
        await courier.deliver_due()

    assert post_box.sent == []
    assert await programme.states(NoticeKind.COORDINATORS_DIGEST) == [
        (NoticeState.WITHDRAWN, "no longer true")
    ]


async def test_where_it_is_switched_off_no_digest_is_owed(
    programme: Programme, database: Database, settings: Settings
) -> None:
    await programme.begin()
    await programme.coordinator()
    kinds = frozenset({NoticeKind.COORDINATORS_DIGEST})
    off = settings.model_copy(update={"notices_off": kinds})

    await CHORES["owe_digests"](Round(database, off, MORNING))
    none = await programme.states(NoticeKind.COORDINATORS_DIGEST)
    await CHORES["owe_digests"](Round(database, settings, MORNING))

    assert none == []
    assert await programme.states(NoticeKind.COORDINATORS_DIGEST) == [(NoticeState.OWED, None)]


async def test_a_digest_is_sent_once_a_day_to_whoever_is_a_coordinator_then(
    programme: Programme, courier: HandCourier, post_box: PostBox
) -> None:
    await programme.begin()
    await programme.coordinator()

    for now in (MORNING, MORNING + timedelta(hours=2), MORNING + timedelta(days=1)):
        await programme.morning(now)
        await courier.deliver_due()

    assert [texts(reply.card)[1] for _, reply in post_box.sent] == [
        "Wed 8 Jan 2025, 08:30",
        "Thu 9 Jan 2025, 08:30",
    ]
    now = MORNING + timedelta(days=1)
    async with programme.database.reading() as db:
        assert await broken_invariants(db, now=now) == []
        assert (await audit_database(db, terms=TERMS, now=now)).findings == ()


async def test_whoever_asks_sees_the_same_and_nobody_but_coordinators(
    programme: Programme, chat_with: ChatWith
) -> None:
    await programme.begin()
    morgan = await programme.coordinator()
    jo = chat_with("Jo Hill", "jo@county.example")
    await jo.says("hello")

    await morgan.says("what needs attention")
    await jo.says("what needs attention")

    assert morgan.lines[:3] == [
        "What needs attention",
        "Tue 7 Jan 2025, 10:00",
        "1 session with few people up to Tue 21 Jan 2025",
    ]
    assert jo.lines[0] == "That can’t be done"


async def test_where_all_is_well_a_coordinator_who_asks_reads_so(programme: Programme) -> None:
    morgan = await programme.coordinator()

    await morgan.says("what needs attention")

    assert morgan.lines[:2] == ["What needs attention", "Nothing at the moment."]


async def test_five_things_have_a_button_and_the_others_the_words_to_type(
    database: Database, settings: Settings, members: KnownMembers, clock: SetClock
) -> None:
    strict = settings.model_copy(update={"late_charge": 25})
    dispatcher = Dispatcher(
        database=database, settings=strict, roster=members, clock=clock, after_change=lambda: None
    )
    morgan = Chat(dispatcher, members, name="Morgan Reid", email="morgan@county.example")
    await morgan.says("hello")
    async with database.writing() as db:
        await appoint_coordinators(db, ["morgan@county.example"])
        waiting = await make_practitioner(db, confirmed_at=None)
        await make_notice(db, waiting, state=NoticeState.UNDELIVERABLE)
        for number in range(4):
            session = await make_session(db, code=f"S{number}", venue="Town Hall")
            session.tentative, session.minimum_places = number < 1, 5
            session.decide_at = NOW
            db.add(session)
        await make_booking(db, session_id=session.id)

    await morgan.says("what needs attention")

    assert morgan.buttons == [
        "Agencies to confirm",
        "Manage S0",
        "Manage S1",
        "Manage S2",
        "Clashes",
        "Refresh",
    ]
    assert morgan.lines[-4:] == [
        "1 person cannot be reached in Teams and hears nothing",
        "Type “who can’t we reach”.",
        "1 notice could not be delivered in the last 7 days",
        "Whoever runs the service sees why with “trainingbot notices”.",
    ]


async def test_a_coordinator_pages_through_those_whom_teams_does_not_reach(
    programme: Programme, database: Database
) -> None:
    await programme.begin()
    morgan = await programme.coordinator()
    await programme.books(*(f"Person {number}" for number in range(7)), agency="Police")
    async with database.writing() as db:
        coordinator = await make_coordinator(db, name="Robin Vale")
        assert coordinator.email is not None

    await morgan.says("who can’t we reach")
    first = morgan.lines
    await morgan.presses("More")
    second = morgan.lines
    await morgan.sends("unreachable_people", {"page": 9})

    assert first[:8] == [
        "People not reached in Teams",
        "7 people cannot be reached in Teams and hear nothing.",
        INVITE_THEM,
        "E-mails are not set up. Whoever runs the service can set them up.",
        "Person 0",
        "Police",
        "Has never opened the bot. Hears nothing.",
        "Neglect Level 2, Tue 14 Jan 2025, 10:00",
    ]
    assert first[-1] == "Page 1 of 2"
    assert [second[4], second[8], second[-1]] == ["Person 5", "Person 6", "Page 2 of 2"]
    assert morgan.lines == second
    assert morgan.buttons == ["Open", "Back", "What needs attention"]


async def test_with_e_mail_set_up_only_those_without_an_address_hear_nothing(
    database: Database,
    settings: Settings,
    members: KnownMembers,
    clock: SetClock,
    programme: Programme,
) -> None:
    mailing = settings.model_copy(update={"mail_url": SecretStr("console:")})
    dispatcher = Dispatcher(
        database=database, settings=mailing, roster=members, clock=clock, after_change=lambda: None
    )
    await programme.begin()
    await programme.coordinator()
    morgan = Chat(dispatcher, members, name="Morgan Reid", email="morgan@county.example")
    sarah = Chat(dispatcher, members, name="Sarah Okafor", email=None)
    await sarah.says("hello")
    async with database.writing() as db:
        (account,) = await db.exec(
            select(TeamsAccount).where(
                TeamsAccount.conversation_id == sarah.address.conversation_id
            )
        )
        account.installed, account.unreachable = False, Unreachable.REMOVED
        db.add(account)
        await make_booking(
            db, session_id=programme.session_id, practitioner_id=account.practitioner_id
        )
    await programme.books("Ada Hill", "Ben Price", agency="Police")

    await morgan.says("people without Teams")
    said = morgan.lines
    await sarah.says("hello again")
    await morgan.says("people without Teams")

    assert said[1] == (
        "3 people cannot be reached in Teams, 2 of them get e-mails instead, 1 hears nothing."
    )
    assert said[3] == "Tell those without an e-mail address yourself."
    assert [said[6], said[10], said[14]] == [
        "Has never opened the bot. Gets e-mails.",
        "Has never opened the bot. Gets e-mails.",
        "Has removed the app. Hears nothing.",
    ]
    assert morgan.lines[1] == "2 people cannot be reached in Teams and get e-mails instead."


async def test_nobody_but_coordinators_learns_who_is_not_reached(
    programme: Programme, chat_with: ChatWith
) -> None:
    await programme.begin()
    await programme.books("Ada Hill", agency="Police")
    jo = chat_with("Jo Hill", "jo@county.example")
    await jo.says("hello")

    await jo.sends("unreachable_people", {})

    assert jo.lines == [
        "That can’t be done",
        "Only the training team's coordinators can do this. Ask one of them to do it for you.",
    ]


async def test_where_everybody_is_reached_a_coordinator_reads_so(programme: Programme) -> None:
    morgan = await programme.coordinator()

    await morgan.says("who can’t we reach")

    assert morgan.lines == [
        "People not reached in Teams",
        "Everybody with a booking to come can be reached in Teams.",
    ]
