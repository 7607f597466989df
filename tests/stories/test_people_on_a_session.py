"""Who is coming: trainers read it, coordinators book, cancel and substitute for others."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tests.chat import Chat, buttons, texts
from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.fakes import HandCourier, PostBox, SetClock
from tests.invariants import broken_invariants
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.enums import Role, Strictness
from trainingbot.models import (
    Course,
    CourseSession,
    Practitioner,
    PractitionerRole,
    SessionTrainer,
)
from trainingbot.people.operations import appoint_coordinators
from trainingbot.people.queries import practitioner_by_email
from trainingbot.scheduling.missing import owe_missing

ChatWith = Callable[[str, str | None], Chat]
STARTS = NOW + timedelta(days=21)
"""Tue 28 Jan 2025, 10:00."""
WHEN = "**Tue 28 Jan 2025**, 10:00 to 12:30"


class Programme:
    """A session of two places that Tess trains, another that she does not, and their people."""

    def __init__(
        self, database: Database, clock: SetClock, courier: HandCourier, post_box: PostBox
    ) -> None:
        self.database, self.clock = database, clock
        self._courier, self._post_box = courier, post_box
        self.session_id = UUID(int=0)
        self.other_id = UUID(int=0)

    async def begin(self) -> None:
        async with self.database.writing() as db:
            await make_agency(db, name="County Council", email_domain="county.example")
            course = await make_course(db, title="Professional Curiosity")
            session, other = [
                await make_session(db, course=course, code=code, starts_at=STARTS, capacity=2)
                for code in ("S25-005", "S25-006")
            ]
            tess = await make_practitioner(db, name="Tess Hall", email="tess@county.example")
            db.add(PractitionerRole(practitioner_id=tess.id, role=Role.TRAINER))
            db.add(SessionTrainer(session_id=session.id, practitioner_id=tess.id))
            await owe_missing(db, terms=TERMS, now=NOW)
            await appoint_coordinators(db, ["morgan@county.example"])
        self.session_id, self.other_id = session.id, other.id

    async def add(self, name: str, *, confirmed: bool = True) -> UUID:
        """Write somebody of the council down who has never met the bot."""
        email = f"{name.split(maxsplit=1)[0].lower()}@county.example"
        async with self.database.writing() as db:
            agency = (await make_agency(db, name="Police")) if not confirmed else None
            council = await practitioner_by_email(db, "tess@county.example")
            assert council is not None
            person = Practitioner(
                name=name,
                email=email,
                agency_id=agency.id if agency else council.agency_id,
                agency_confirmed_at=NOW if confirmed else None,
            )
            db.add(person)
        return person.id

    async def books(self, *names: str) -> None:
        for name in names:
            async with self.database.writing() as db:
                person = await practitioner_by_email(
                    db, f"{name.split()[0].lower()}@county.example"
                )
                assert person is not None
                await book_place(
                    db,
                    session_id=self.session_id,
                    practitioner_id=person.id,
                    terms=TERMS,
                    now=self.clock(),
                )

    async def deliver(self) -> list[tuple[str, list[str]]]:
        """Deliver what is owed, and return to which chat and what each card says."""
        before = len(self._post_box.sent)
        await self._courier.deliver_due()
        return [(to, texts(reply.card)) for to, reply in self._post_box.sent[before:]]

    async def broken(self) -> list[str]:
        async with self.database.reading() as db:
            return await broken_invariants(db, now=self.clock())


@pytest.fixture
async def programme(
    database: Database, clock: SetClock, courier: HandCourier, post_box: PostBox
) -> Programme:
    programme = Programme(database, clock, courier, post_box)
    await programme.begin()
    return programme


@pytest.fixture
async def morgan(programme: Programme, chat_with: ChatWith) -> Chat:
    """Return the chat of the coordinator."""
    del programme
    chat = chat_with("Morgan Reid", "morgan@county.example")
    await chat.says("help")
    return chat


@pytest.fixture
async def tess(programme: Programme, chat_with: ChatWith) -> Chat:
    """Return the chat of the trainer."""
    del programme
    chat = chat_with("Tess Hall", "tess@county.example")
    await chat.says("help")
    return chat


async def opens_roster(chat: Chat) -> None:
    await chat.says("roster S25-005")


async def opens(chat: Chat, name: str) -> None:
    """Press the button in the row of somebody on a roster."""
    row = next(one for one in chat.card["body"] if name in texts(one) and "Open" in buttons(one))
    pressed = buttons(row)["Open"]
    await chat.sends(pressed["verb"], pressed["data"])


async def test_a_trainer_reads_the_roster_of_their_own_session_from_their_list(
    programme: Programme, tess: Chat
) -> None:
    for name in ("Ann Smith", "Ben Okafor", "Cas Hill"):
        await programme.add(name)
    await programme.books("Ben Okafor", "Ann Smith", "Cas Hill")

    await tess.says("help")
    await tess.presses("My sessions")
    listed = tess.lines
    await tess.presses("Roster")

    assert listed == [
        "My sessions",
        "1 session that you teach, those to come first",
        "Professional Curiosity",
        "Tue 28 Jan 2025, 10:00",
        "Online in Teams",
        "2 of 2 places taken, 1 waiting",
    ]
    assert tess.lines[:5] == [
        "Roster: Professional Curiosity",
        WHEN,
        "Online in Teams",
        "Session S25-005. Trainer: Tess Hall.",
        "2 of 2 places taken, 1 waiting.",
    ]
    assert [line for line in tess.lines[5:] if line in {"Ann Smith", "Ben Okafor", "Cas Hill"}] == [
        "Ann Smith",
        "Ben Okafor",
        "Cas Hill",
    ]
    assert tess.lines[-1] == "Waitlist: 1st"
    assert tess.buttons == ["My sessions"]


async def test_a_trainer_joins_their_own_session_from_the_roster_and_from_their_list(
    programme: Programme, tess: Chat, morgan: Chat
) -> None:
    async with programme.database.writing() as db:
        session = await db.get_one(CourseSession, programme.session_id)
        session.join_url = "https://teams.example/meet/1"

    await tess.says("my sessions")
    listed = buttons(tess.card)
    await opens_roster(tess)
    on_roster = buttons(tess.card)
    await opens_roster(morgan)
    programme.clock.now = session.ends_at
    await tess.says("my sessions")

    assert listed["Join Tue 28 Jan"]["url"] == "https://teams.example/meet/1"
    assert on_roster["Join"]["url"] == "https://teams.example/meet/1"
    assert [title for title in [*morgan.buttons, *tess.buttons] if "Join" in title] == []


async def test_a_trainer_is_refused_the_roster_of_a_session_that_is_not_theirs(
    programme: Programme, tess: Chat
) -> None:
    await tess.sends("session_roster", {"session_id": str(programme.other_id)})

    assert tess.lines == [
        "That can’t be done",
        (
            "Only this session's trainers and the training team see who is coming. "
            "Type “my training” to see what you have booked."
        ),
    ]


async def test_a_trainers_cards_hold_no_address_no_reason_and_nobody_who_gave_back(
    programme: Programme, tess: Chat, morgan: Chat
) -> None:
    ann = await programme.add("Ann Smith")
    ben = await programme.add("Ben Okafor")
    for person in (ann, ben):
        what = {"session_id": str(programme.session_id), "practitioner_id": str(person)}
        await morgan.sends("book_for", {**what, "reason": "her cat is unwell"})
    await morgan.sends("cancel_for", {**what, "reason": "a secret of Ben’s"})
    await opens_roster(morgan)
    seen_by_coordinator = morgan.lines

    await tess.sends("session_roster", {"session_id": str(programme.session_id)})
    roster = json.dumps(tess.card)
    await tess.sends("my_sessions", {})
    sessions = json.dumps(tess.card)
    await tess.sends(
        "session_roster", {"session_id": str(programme.session_id), "given_back": True}
    )

    assert "1 person gave back." in seen_by_coordinator
    assert "Ann Smith" in roster
    for word in ("@", "cat", "secret", "Ben", "gave back", "Who gave back", str(ann), "Open"):
        assert word not in roster
        assert word not in sessions
    assert tess.lines[1] == "Only the training team's coordinators see who gave a place back."


async def test_a_trainer_who_writes_their_own_cards_can_do_nothing_for_others(
    programme: Programme, tess: Chat
) -> None:
    ann = await programme.add("Ann Smith")
    what = {"session_id": str(programme.session_id), "practitioner_id": str(ann)}
    refused = []

    for verb in (
        "manage_booking",
        "ask_to_book_for",
        "find_practitioner",
        "preview_booking_for",
        "book_for",
        "ask_to_cancel_for",
        "cancel_for",
        "ask_to_substitute_for",
        "preview_substitute_for",
        "substitute_for",
    ):
        await tess.sends(
            verb, {**what, "substitute_id": str(ann), "reason": "because", "name": "ann"}
        )
        refused.append((verb, tess.lines[1]))

    assert {sentence for _, sentence in refused} == {
        "Only the training team's coordinators can do this. Ask one of them to do it for you."
    }


async def test_a_coordinator_books_somebody_who_is_told_and_gives_it_back(
    programme: Programme, morgan: Chat, chat_with: ChatWith
) -> None:
    ann = chat_with("Ann Smith", "ann@county.example")
    await ann.says("help")

    await opens_roster(morgan)
    await morgan.presses("Book somebody")
    asked = morgan.lines[0]
    await morgan.presses("Find", name="smith")
    found = morgan.lines
    await morgan.presses("Choose")
    question = morgan.lines
    await morgan.presses("Book", reason="rang us on Monday")
    booked = morgan.lines
    told = await programme.deliver()

    assert asked == "Who is to come?"
    assert found[3:6] == ["Ann Smith", "County Council", "ann@county.example"]
    assert question == [
        "Book Ann Smith?",
        "County Council",
        "Professional Curiosity",
        WHEN,
        "Online in Teams, 2 of 2 places free",
        "Ann gets a place.",
        "We tell Ann here in Teams, with your reason.",
    ]
    assert booked[5:] == [
        "Booked",
        "Ann Smith has a place.",
        "We tell Ann here in Teams, with your reason.",
        "What happened, the newest first",
        "Booked",
        "Tue 7 Jan 2025, 10:00, by Morgan Reid",
        "Why: rang us on Monday",
    ]
    assert [to for to, _ in told] == [ann.address.conversation_id]
    assert told[0][1][3:7] == [
        "Booked",
        "Morgan Reid of the training team has booked you a place.",
        "The reason: rang us on Monday",
        "You can’t come? Give the place back here, and a colleague gets it.",
    ]
    assert await programme.broken() == []


async def test_the_person_answers_the_news_on_its_card(
    programme: Programme, morgan: Chat, chat_with: ChatWith, post_box: PostBox
) -> None:
    ann = chat_with("Ann Smith", "ann@county.example")
    await ann.says("help")
    await book_for(programme, morgan, "smith")
    await programme.deliver()

    ann.reply = post_box.sent[-1][1]
    await ann.presses("Give my place back")
    await ann.presses("Give my place back")

    assert ann.lines[3:5] == ["Cancelled", "You have given your place back."]
    await opens_roster(morgan)
    assert "1 person gave back." in morgan.lines


async def book_for(programme: Programme, morgan: Chat, name: str) -> None:
    await morgan.sends("ask_to_book_for", {"session_id": str(programme.session_id)})
    await morgan.presses("Find", name=name)
    await morgan.presses("Choose")
    await morgan.presses("Book", reason="asked us")


async def test_on_a_full_session_it_says_beforehand_that_it_is_the_waitlist(
    programme: Programme, morgan: Chat
) -> None:
    for name in ("Ann Smith", "Ben Okafor", "Cas Hill", "Dan Ford"):
        await programme.add(name)
    await programme.books("Ann Smith", "Ben Okafor", "Cas Hill")

    await morgan.sends("ask_to_book_for", {"session_id": str(programme.session_id)})
    await morgan.presses("Find", name="dan@")
    await morgan.presses("Choose")
    question = morgan.lines[5:]
    await morgan.presses("Book", reason="asked us")

    assert question == [
        "No place is free for Dan, who joins the waitlist as 2nd.",
        "Dan is not in Teams with us yet, so tell them yourself.",
    ]
    assert morgan.lines[5:8] == [
        "Waitlist: 2nd",
        "Dan Ford is 2nd on the waitlist.",
        "Dan is not in Teams with us yet, so tell them yourself.",
    ]


async def test_a_reason_that_is_missing_or_too_long_is_asked_for_and_the_rest_is_kept(
    programme: Programme, morgan: Chat
) -> None:
    ann = await programme.add("Ann Smith")
    what = {"session_id": str(programme.session_id), "practitioner_id": str(ann)}

    await morgan.sends("book_for", {**what, "reason": "  "})
    without = morgan.lines[-1]
    await morgan.sends("book_for", {**what, "reason": "x" * 301})

    assert without == (
        "Say why in a short sentence. It stands in the history, and the person reads it."
    )
    assert morgan.lines[-1] == "The reason has 301 characters. Say it in 300 at most."
    assert "x" * 301 in json.dumps(morgan.card)
    await morgan.presses("Book", reason="short")
    assert morgan.lines[5:7] == ["Booked", "Ann Smith has a place."]


async def test_what_the_course_warns_of_is_shown_and_the_coordinator_books_anyway(
    programme: Programme, morgan: Chat
) -> None:
    await programme.add("Ann Smith")
    async with programme.database.writing() as db:
        course = (await db.exec(select(Course))).one()
        course.on_missing_level, course.prerequisite_level = Strictness.WARN, 1

    await morgan.sends("ask_to_book_for", {"session_id": str(programme.session_id)})
    await morgan.presses("Find", name="ann")
    await morgan.presses("Choose")
    warned = morgan.lines[-1]
    await morgan.presses("Book anyway", reason="did it elsewhere")

    assert warned == (
        "This course builds on one of level 1 or higher, "
        "and none has been attended or is booked before it."
    )
    assert morgan.lines[5:7] == ["Booked", "Ann Smith has a place."]
    assert morgan.lines[-1] == f"Why: did it elsewhere In spite of this: {warned}"


async def test_somebody_whose_agency_is_not_confirmed_is_confirmed_first(
    programme: Programme, morgan: Chat
) -> None:
    await programme.add("Ann Smith", confirmed=False)

    await morgan.sends("ask_to_book_for", {"session_id": str(programme.session_id)})
    await morgan.presses("Find", name="ann")
    await morgan.presses("Choose")
    refused = morgan.lines
    await morgan.presses("Look at the request")
    await morgan.presses("Confirm")
    await book_for(programme, morgan, "ann")

    assert (refused[0], refused[1], refused[-1]) == (
        "Ann Smith can’t be booked",
        "Police, not confirmed",
        (
            "Ann Smith can be booked as soon as their agency is confirmed. "
            "Confirm it first: type “agencies”."
        ),
    )
    assert morgan.lines[5:7] == ["Booked", "Ann Smith has a place."]


async def test_looking_somebody_up_says_honestly_how_many_there_are(
    programme: Programme, morgan: Chat
) -> None:
    for number in range(24):
        await programme.add(f"Ann{number} Smith")
    await programme.books("Ann0 Smith")

    await morgan.sends("ask_to_book_for", {"session_id": str(programme.session_id)})
    await morgan.presses("Find", name="")
    empty = morgan.lines
    await morgan.presses("Find", name="smith")
    many = morgan.lines
    await morgan.presses("Find", name="zebedee")
    nobody = morgan.lines
    await morgan.presses("Find", name="ann0")

    assert empty[-1] == "Type a part of the name or the e-mail address."
    assert many[-1] == "And 14 more: type more of the name."
    assert nobody[3] == "We know nobody called “zebedee”. Is it written another way?"
    assert morgan.lines[-1] == "Booked"
    assert morgan.buttons == ["Open", "Find", "Roster"]


async def test_a_coordinator_gives_somebodys_place_back_and_says_who_gets_it(
    programme: Programme, morgan: Chat, chat_with: ChatWith
) -> None:
    ann = chat_with("Ann Smith", "ann@county.example")
    await ann.says("help")
    for name in ("Ben Okafor", "Cas Hill"):
        await programme.add(name)
    await programme.books("Ann Smith", "Ben Okafor", "Cas Hill")

    await opens_roster(morgan)
    await opens(morgan, "Ann Smith")
    await morgan.presses("Cancel for them")
    question = morgan.lines
    await morgan.presses("Cancel for them", reason="has left the council")
    done = morgan.lines
    told = await programme.deliver()

    assert (question[0], question[5:]) == (
        "Cancel for Ann Smith?",
        [
            "The place is offered to Cas Hill, next in line.",
            "We tell Ann here in Teams, with your reason.",
        ],
    )
    assert done[5:10] == [
        "Cancelled",
        "The place of Ann Smith has been given back.",
        "It went to the next in line.",
        "We tell Ann here in Teams, with your reason.",
        "What happened, the newest first",
    ]
    assert [(to, said[3:6]) for to, said in told] == [
        (
            ann.address.conversation_id,
            [
                "Cancelled",
                "Morgan Reid of the training team has given your place back.",
                "The reason: has left the council",
            ],
        )
    ]
    assert await programme.broken() == []


async def test_late_on_it_is_not_held_against_the_person_unless_the_coordinator_says_so(
    programme: Programme, morgan: Chat, clock: SetClock
) -> None:
    ann = await programme.add("Ann Smith")
    ben = await programme.add("Ben Okafor")
    await programme.books("Ann Smith", "Ben Okafor")
    clock.now = STARTS - timedelta(hours=20)
    reasons = []

    for person, chosen in ((ann, {}), (ben, {"late_reason": "urgent_work"})):
        what = {"session_id": str(programme.session_id), "practitioner_id": str(person)}
        await morgan.sends("ask_to_cancel_for", what)
        offered = [line for line in morgan.lines if line.startswith("It is later")]
        await morgan.presses("Cancel for them", reason="rang", **chosen)
        reasons.append((offered, next(line for line in morgan.lines if line.startswith("Why"))))
    await opens_roster(morgan)

    later = ["It is later than places are free to give back."]
    assert reasons == [
        (later, "Why: rang"),
        (later, "Why: late, urgent work that can’t wait. rang"),
    ]
    assert "2 people gave back, 1 of them late." in morgan.lines


async def test_a_coordinator_sends_a_colleague_and_both_are_told(
    programme: Programme, morgan: Chat, chat_with: ChatWith
) -> None:
    ann, ben = (
        chat_with(name, email)
        for name, email in (
            ("Ann Smith", "ann@county.example"),
            ("Ben Okafor", "ben@county.example"),
        )
    )
    for chat in (ann, ben):
        await chat.says("help")
    await programme.books("Ann Smith")

    await opens_roster(morgan)
    await morgan.presses("Open")
    await morgan.presses("Send a colleague instead")
    await morgan.presses("Find", name="okafor")
    await morgan.presses("Send Ben Okafor")
    question = morgan.lines
    await morgan.presses("Hand the place on", reason="is ill this week")
    done = morgan.lines
    told = await programme.deliver()

    assert (question[0], question[5:7]) == (
        "Send Ben Okafor instead of Ann Smith?",
        ["Ben Okafor takes the place at once.", "Both are told; only Ann reads your reason."],
    )
    assert done[5:8] == [
        "Cancelled",
        "Ben Okafor has the place now.",
        "We tell both.",
    ]
    assert {to for to, _ in told} == {ann.address.conversation_id, ben.address.conversation_id}
    said = {to: "\n".join(lines) for to, lines in told}
    assert "is ill this week" in said[ann.address.conversation_id]
    assert "is ill this week" not in said[ben.address.conversation_id]
    assert await programme.broken() == []


async def test_the_reason_is_kept_where_the_colleague_cannot_go_by_then(
    programme: Programme, morgan: Chat
) -> None:
    for name in ("Ann Smith", "Ben Okafor", "Cas Hill"):
        await programme.add(name)
    await programme.books("Ann Smith")
    await opens_roster(morgan)
    await morgan.presses("Open")
    await morgan.presses("Send a colleague instead")
    await morgan.presses("Find", name="okafor")
    await morgan.presses("Send Ben Okafor")
    await programme.books("Ben Okafor")

    await morgan.presses("Hand the place on", reason="is ill this week")
    refused = morgan.lines
    await morgan.presses("Find", name="hill")
    await morgan.presses("Send Cas Hill")
    await morgan.presses("Hand the place on")

    assert "This colleague has a place on the session already. Choose somebody else." in refused
    assert morgan.lines[5:7] == ["Cancelled", "Cas Hill has the place now."]
    assert "is ill this week" in "\n".join(morgan.lines)
    assert await programme.broken() == []


async def test_every_button_may_be_pressed_twice(programme: Programme, morgan: Chat) -> None:
    ann = await programme.add("Ann Smith")
    ben = await programme.add("Ben Okafor")
    what = {"session_id": str(programme.session_id), "practitioner_id": str(ann)}
    answers = []

    for verb, data in (
        ("book_for", {**what, "reason": "asked"}),
        ("substitute_for", {**what, "substitute_id": str(ben), "reason": "is ill"}),
        ("cancel_for", {**what, "practitioner_id": str(ben), "reason": "is ill too"}),
    ):
        await morgan.sends(verb, data)
        once = morgan.lines
        await morgan.sends(verb, data)
        answers.append((once, morgan.lines))

    assert [once == twice for once, twice in answers] == [True, True, True]
    async with programme.database.reading() as db:
        session = await db.get_one(CourseSession, programme.session_id)
    assert session.places_taken == 0
    assert await programme.broken() == []


async def test_news_that_is_overtaken_before_it_is_sent_is_not_told(
    programme: Programme, morgan: Chat, chat_with: ChatWith
) -> None:
    ann = chat_with("Ann Smith", "ann@county.example")
    await ann.says("help")
    await book_for(programme, morgan, "smith")
    await morgan.presses("Cancel for them")
    await morgan.presses("Cancel for them", reason="a mistake of ours")

    told = await programme.deliver()

    assert [said[4] for _, said in told] == [
        "Morgan Reid of the training team has given your place back."
    ]


async def test_a_coordinator_who_acts_for_themselves_just_books(
    programme: Programme, morgan: Chat
) -> None:
    async with programme.database.writing() as db:
        person = await practitioner_by_email(db, "morgan@county.example")
        assert person is not None
    what = {"session_id": str(programme.session_id), "practitioner_id": str(person.id)}

    await morgan.sends("preview_booking_for", what)
    await morgan.presses("Book")
    booked = morgan.lines
    await morgan.presses("Cancel for them")
    told = await programme.deliver()

    assert booked[5:7] == ["Booked", "Morgan Reid has a place."]
    assert "Give your place back?" in morgan.lines
    assert told == []
