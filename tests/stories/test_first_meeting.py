from collections.abc import Callable

import pytest

from bot.deliveries import RecipientStopped, TryLater
from tests.chat import Chat, texts
from tests.factories import make_agency, make_practitioner, make_session
from tests.fakes import HandCourier, KnownMembers, PostBox, SetClock
from tests.moments import TERMS
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.db import Database
from trainingbot.notices.rules import FIRST_WAIT
from trainingbot.people.operations import appoint_coordinators

ChatWith = Callable[[str, str | None], Chat]


async def test_both_announcements_of_one_installation_greet_once(chat_with: ChatWith) -> None:
    person = chat_with("Jo Hill", "jo@county.example")

    await person.installs()
    first = person.reply
    await person.installs()

    assert first is not None
    assert person.reply is None


async def test_a_first_question_is_answered_with_a_greeting_above_it(
    database: Database, chat_with: ChatWith
) -> None:
    async with database.writing() as db:
        await make_session(db)
    person = chat_with("Hill, Jo", "jo@county.example")

    await person.says("courses")
    first = person.lines
    await person.says("courses")

    assert first[0] == "Hello Jo. Type **help** to see what else you can do here."
    assert person.lines == first[1:]


async def test_a_practitioner_of_the_programme_is_recognised_by_verified_address(
    database: Database, chat_with: ChatWith
) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db, email="amina@voluntary.example")
        session = await make_session(db)
        await book_place(
            db,
            session_id=session.id,
            practitioner_id=person.id,
            terms=TERMS,
            now=session.starts_at.min.replace(year=2025, tzinfo=session.starts_at.tzinfo),
        )
    amina = chat_with("Amina Doyle", "Amina@Voluntary.example")

    await amina.says("my training")

    assert amina.lines[2] == "Coming: 1 session"


async def test_the_tenant_is_asked_once_who_somebody_is(
    chat_with: ChatWith, members: KnownMembers
) -> None:
    person = chat_with("Jo Hill", "jo@county.example")

    for text in ("help", "courses", "my training"):
        await person.says(text)

    assert members.asked == [person.address.teams_user_id]


async def test_a_newcomer_chooses_an_agency_and_books_once_a_coordinator_has_confirmed_it(
    database: Database, chat_with: ChatWith, courier: HandCourier, post_box: PostBox
) -> None:
    async with database.writing() as db:
        voluntary = await make_agency(db, name="Voluntary Sector")
        await make_agency(db, name="County Council", email_domain="county.example")
        session = await make_session(db)
        await appoint_coordinators(db, ["morgan@county.example"])
    morgan = chat_with("Morgan Reid", "morgan@county.example")
    sam = chat_with("Sam Taylor", "sam@helpinghands.example")
    await morgan.installs()

    await sam.installs()
    greeted = sam.lines
    await sam.sends("book_place", {"session_id": str(session.id)})
    refused = sam.lines
    await sam.says("my agency")
    await sam.presses("Send to the training team", agency_id=str(voluntary.id))
    asked = sam.lines
    await sam.sends("choose_agency", {"agency_id": str(voluntary.id)})
    sent_to_coordinator = await courier.deliver_due()
    request = post_box.sent[0]
    await morgan.says("agencies")
    waiting = morgan.lines
    await morgan.presses("Look")
    await morgan.presses("Confirm")
    await morgan.sends("agencies_to_confirm", {})
    await courier.deliver_due()
    await sam.sends("book_place", {"session_id": str(session.id)})

    assert greeted[2] == (
        "You can look at every course now, and book once we know which agency you work for."
    )
    assert refused[1] == (
        "You can book as soon as we know which agency you work for. "
        "Type “my agency” to choose it, or to see where your request stands."
    )
    assert asked[1:3] == [
        "You chose Voluntary Sector.",
        (
            "The training team has been asked to confirm it, "
            "and we tell you here as soon as they have."
        ),
    ]
    assert sent_to_coordinator == 1
    assert request[0] == morgan.address.conversation_id
    assert texts(request[1].card)[1:4] == [
        "Name: Sam Taylor",
        "E-mail: sam@helpinghands.example",
        "Agency: Voluntary Sector",
    ]
    assert waiting[1:] == [
        "1 person waiting",
        "Sam Taylor",
        "Voluntary Sector",
        "sam@helpinghands.example",
    ]
    assert morgan.lines == ["Agencies to confirm", "Nobody is waiting."]
    assert [(to, texts(reply.card)[0]) for to, reply in post_box.sent[1:]] == [
        (sam.address.conversation_id, "You can book now")
    ]
    assert sam.lines[3] == "Booked"


async def test_nobody_but_a_coordinator_confirms_an_agency(
    database: Database, chat_with: ChatWith
) -> None:
    async with database.writing() as db:
        voluntary = await make_agency(db, name="Voluntary Sector")
        sam_row = await make_practitioner(db, email="sam@nowhere.example", confirmed_at=None)
        sam_row.agency_id = voluntary.id
    sam = chat_with("Sam Taylor", "sam@nowhere.example")
    await sam.says("help")
    choice = {"practitioner_id": str(sam_row.id), "agency_id": str(voluntary.id)}

    for verb in ("agencies_to_confirm", "show_request", "confirm_agency", "decline_agency"):
        await sam.sends(verb, choice)

        assert sam.lines == [
            "That can’t be done",
            "Only the training team's coordinators can do this. Ask one of them to do it for you.",
        ]


async def test_a_declined_newcomer_is_told_and_chooses_again(
    database: Database, chat_with: ChatWith, courier: HandCourier, post_box: PostBox
) -> None:
    async with database.writing() as db:
        police = await make_agency(db, name="Police")
        await appoint_coordinators(db, ["morgan@county.example"])
    morgan = chat_with("Morgan Reid", "morgan@county.example")
    sam = chat_with("Sam Taylor", "sam@helpinghands.example")
    await morgan.says("help")
    await sam.says("help")
    await sam.sends("choose_agency", {"agency_id": str(police.id)})
    await courier.deliver_due()
    await morgan.says("agencies")
    await morgan.presses("Look")

    await morgan.presses("Not this agency")
    await courier.deliver_due()
    await sam.sends("choose_agency", {"agency_id": str(police.id)})
    await courier.deliver_due()

    assert morgan.lines[1] == (
        "Sam Taylor does not belong to Police and has been asked to choose again."
    )
    assert [texts(reply.card)[0] for _, reply in post_box.sent] == [
        "Does this person belong to the agency?",
        "Which agency do you work for?",
        "Does this person belong to the agency?",
    ]


async def test_in_a_group_nothing_personal_is_shown(chat_with: ChatWith) -> None:
    person = chat_with("Jo Hill", "jo@county.example")

    await person.says_in_a_group("my training")

    assert person.lines == [
        "Let’s talk in a chat of our own",
        "Bookings are personal, so we answer only in a personal chat. Open one and type help.",
    ]


class TestAPlaceThatBecomesFree:
    @pytest.fixture
    async def waiting(self, database: Database, chat_with: ChatWith) -> Chat:
        async with database.writing() as db:
            await make_agency(db, email_domain="county.example")
            self.session = await make_session(db, capacity=1)
            self.holder = await make_practitioner(db)
            await book_place(
                db,
                session_id=self.session.id,
                practitioner_id=self.holder.id,
                terms=TERMS,
                now=self.session.starts_at.replace(day=7),
            )
        person = chat_with("Jo Hill", "jo@county.example")
        await person.says("help")
        await person.sends("book_place", {"session_id": str(self.session.id)})
        return person

    async def give_back(self, database: Database, clock: SetClock) -> None:
        async with database.writing() as db:
            await cancel_booking(
                db,
                session_id=self.session.id,
                practitioner_id=self.holder.id,
                terms=TERMS,
                now=clock(),
            )

    async def test_goes_to_the_longest_wait_who_is_told_once(
        self,
        database: Database,
        waiting: Chat,
        courier: HandCourier,
        post_box: PostBox,
        clock: SetClock,
    ) -> None:
        await self.give_back(database, clock)

        sent = [await courier.deliver_due(), await courier.deliver_due()]

        assert sent == [1, 0]
        [(conversation, told)] = post_box.sent
        assert conversation == waiting.address.conversation_id
        assert texts(told.card)[3:5] == [
            "Place held until Wed 8 Jan 2025, 10:00",
            "A place is held for you until Wed 8 Jan 2025, 10:00.",
        ]

    async def test_is_told_again_later_when_teams_is_busy(
        self,
        database: Database,
        waiting: Chat,
        courier: HandCourier,
        post_box: PostBox,
        clock: SetClock,
    ) -> None:
        await self.give_back(database, clock)
        post_box.refusals = [TryLater("busy", status=503)]

        at_once = await courier.deliver_due()
        too_soon = await courier.deliver_due()
        clock.advance(FIRST_WAIT)
        later = await courier.deliver_due()

        assert (at_once, too_soon, later) == (0, 0, 1)
        assert post_box.sent[0][0] == waiting.address.conversation_id

    async def test_waits_for_a_new_installation_when_the_person_blocked_the_bot(
        self,
        database: Database,
        waiting: Chat,
        courier: HandCourier,
        post_box: PostBox,
        clock: SetClock,
    ) -> None:
        await self.give_back(database, clock)
        post_box.refusals = [RecipientStopped("blocked", status=403)]

        blocked = await courier.deliver_due()
        still = await courier.deliver_due()
        await waiting.installs()
        again = await courier.deliver_due()

        assert (blocked, still, again) == (0, 0, 1)
