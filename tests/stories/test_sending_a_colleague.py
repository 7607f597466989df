"""Sending a colleague, from the card of the booking to the news on the colleague's phone."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.chat import Chat, buttons, texts
from tests.factories import (
    make_account,
    make_agency,
    make_booking,
    make_course,
    make_practitioner,
    make_session,
)
from tests.fakes import HandCourier, PostBox, SetClock
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.enums import Attendance, Strictness
from trainingbot.models import Agency, Course, CourseSession

ChatWith = Callable[[str, str | None], Chat]
STARTS = NOW + timedelta(days=14)
"""Tue 21 Jan 2025, 10:00; free to cancel until Fri 17 Jan, 10:00."""


class Office:
    """An agency with a coming session of which Ann has the only place, and a past one."""

    def __init__(self, database: Database, chat_with: ChatWith) -> None:
        self._database, self._chat_with = database, chat_with
        self.agency: Agency
        self.course: Course
        self.session: CourseSession
        self.ann: Chat

    async def begin(self, *, capacity: int = 1) -> None:
        async with self._database.writing() as db:
            self.agency = await make_agency(
                db, name="County Council", email_domain="county.example"
            )
            self.course = await make_course(db, title="Professional Curiosity", theme="curiosity")
            self.session = await make_session(
                db, course=self.course, code="S25-005", starts_at=STARTS, capacity=capacity
            )
        self.ann = await self.arrives("Ann Smith", "ann@county.example")
        await self.ann.sends("book_place", {"session_id": str(self.session.id)})

    async def arrives(self, name: str, email: str) -> Chat:
        chat = self._chat_with(name, email)
        await chat.says("help")
        return chat

    async def has(
        self,
        name: str,
        *,
        took_part: bool = False,
        waits: bool = False,
        booked_days_ago: int | None = None,
        in_teams: bool = True,
        job_title: str | None = None,
    ) -> UUID:
        """Give Ann a colleague."""
        async with self._database.writing() as db:
            person = await make_practitioner(db, name=name, agency=self.agency)
            person.job_title = job_title
            if in_teams:
                await make_account(db, person)
            if booked_days_ago is not None:
                booked_at = NOW - timedelta(days=booked_days_ago)
                await make_booking(db, practitioner_id=person.id, booked_at=booked_at)
            if took_part:
                past = await make_session(
                    db, course=self.course, starts_at=NOW - timedelta(days=400)
                )
                await make_booking(
                    db,
                    session_id=past.id,
                    practitioner_id=person.id,
                    booked_at=NOW - timedelta(days=420),
                    attendance=Attendance.ATTENDED,
                )
            if waits:
                await book_place(
                    db,
                    session_id=self.session.id,
                    practitioner_id=person.id,
                    terms=TERMS,
                    now=NOW,
                )
        return person.id

    async def course_says(self, strictness: Strictness) -> None:
        async with self._database.writing() as db:
            course = await db.get_one(Course, self.course.id)
            course.on_clash = strictness


@pytest.fixture
async def office(database: Database, chat_with: ChatWith) -> Office:
    office = Office(database, chat_with)
    await office.begin()
    return office


async def test_two_taps_send_a_colleague_who_is_told_at_once(
    office: Office, courier: HandCourier, post_box: PostBox
) -> None:
    ben = await office.arrives("Ben Fox", "ben@county.example")
    await ben.sends("book_place", {"session_id": str(office.session.id)})
    await office.ann.says("my training")
    await office.ann.presses("Open")
    shown = office.ann.buttons

    await office.ann.presses("Send a colleague")
    asked, offered = office.ann.lines, office.ann.buttons
    await office.ann.presses("Send Ben")
    sent, after = office.ann.lines, office.ann.buttons
    await courier.deliver_due()

    assert shown == [
        "Send a colleague",
        "Change date",
        "Add to calendar",
        "My training",
        "Give my place back",
    ]
    assert asked == [
        "Professional Curiosity",
        "**Tue 21 Jan 2025**, 10:00 to 12:30",
        "Online in Teams",
        "Who takes your place?",
        "Whoever you choose takes your place and is told at once.",
        "Ben Fox",
        "Waits for a place on this session",
    ]
    assert offered == ["Send Ben", "Find", "Keep my place", "Give it back instead"]
    assert sent[3:] == [
        "Cancelled",
        "Ben Fox has your place.",
        "We are telling Ben here in Teams.",
    ]
    assert after == ["Book again", "Remove from calendar", "My training"]
    assert [(to, texts(reply.card)[3:]) for to, reply in post_box.sent] == [
        (
            ben.address.conversation_id,
            [
                "Booked",
                "Ann Smith sends you in their place.",
                "Free to cancel until Fri 17 Jan 2025, 10:00.",
                "If you can’t come, give the place back or send another colleague.",
            ],
        )
    ]
    assert list(buttons(post_box.sent[0][1].card)) == [
        "Send a colleague",
        "Change date",
        "Add to calendar",
        "My training",
        "Give my place back",
    ]


async def test_the_button_pressed_again_on_the_old_card_says_the_same(office: Office) -> None:
    ben = await office.has("Ben Fox")
    chosen = {"session_id": str(office.session.id), "substitute_id": str(ben)}

    await office.ann.sends("send_substitute", chosen)
    first = office.ann.lines
    await office.ann.sends("send_substitute", chosen)

    assert office.ann.lines == first


async def test_those_who_wait_are_offered_first_then_those_who_know_the_theme_or_book_lately(
    office: Office,
) -> None:
    await office.has("Dan Ash", booked_days_ago=100)
    await office.has("Eva Bell", booked_days_ago=10, in_teams=False)
    await office.has("Cas Dean", took_part=True, job_title="Health visitor")
    await office.has("Ben Fox", waits=True)
    await office.has("Fay Gold", booked_days_ago=500)
    await office.has("Gus Hall")

    await office.ann.sends("ask_for_substitute", {"session_id": str(office.session.id)})

    assert office.ann.lines[5:] == [
        "Ben Fox",
        "Waits for a place on this session",
        "Cas Dean",
        "Health visitor",
        "Took part in training on curiosity",
        "Eva Bell",
        "Not in Teams with us yet",
        "Dan Ash",
    ]


async def test_a_colleague_is_found_by_a_part_of_the_name_and_what_was_typed_stays(
    office: Office,
) -> None:
    await office.has("Éva O’Brien", in_teams=False)
    await office.has("Ben Fox")
    await office.ann.sends("ask_for_substitute", {"session_id": str(office.session.id)})
    at_first = office.ann.lines[5:]

    await office.ann.presses("Find", name="éva")
    found = office.ann.lines[5:]
    await office.ann.presses("Find", name="zzz")
    nobody = office.ann.lines[5:]
    await office.ann.presses("Find", name="EVA O")
    await office.ann.presses("Find", name="fox")
    await office.ann.presses("Send Ben")

    assert at_first == ["Type a part of the name of a colleague of your agency."]
    assert found == ["Éva O’Brien", "Not in Teams with us yet"]
    assert nobody == [
        "We found no colleague named “zzz” who could go.",
        "It has to be somebody of your agency who has no place on this session yet.",
    ]
    assert office.ann.lines[4] == "Ben Fox has your place."


async def test_of_many_with_one_name_a_few_are_shown_and_told_apart(office: Office) -> None:
    for number in range(7):
        await office.has(f"Sam Lee {number}")

    await office.ann.sends("find_substitute", {"session_id": str(office.session.id), "name": "sam"})

    assert office.ann.buttons[:5] == [f"Send Sam Lee {number}" for number in range(5)]
    assert office.ann.lines[-1] == "And 2 other colleagues: type the name to find them."


async def test_nobody_of_another_agency_is_offered_or_can_be_sent(
    office: Office, database: Database
) -> None:
    async with database.writing() as db:
        stranger = await make_practitioner(db, name="Uma Stone")
    chosen = {"session_id": str(office.session.id)}

    await office.ann.sends("find_substitute", {**chosen, "name": "Uma"})
    found = office.ann.lines[5]
    await office.ann.sends("send_substitute", {**chosen, "substitute_id": str(stranger.id)})

    assert found == "We found no colleague named “Uma” who could go."
    assert office.ann.lines[3] == (
        "A place stays with its agency: only a colleague whose agency has been confirmed can take "
        "it over. Choose somebody else."
    )


async def test_somebody_without_teams_is_told_by_the_giver(office: Office) -> None:
    ben = await office.has("Ben Fox", in_teams=False)

    await office.ann.sends(
        "send_substitute", {"session_id": str(office.session.id), "substitute_id": str(ben)}
    )

    assert office.ann.lines[4:] == [
        "Ben Fox has your place.",
        "Ben is not in Teams with us yet, so tell them yourself: the day, and where it is.",
    ]


async def test_what_the_course_warns_of_is_told_to_the_substitute_and_not_to_the_giver(
    office: Office, database: Database, courier: HandCourier, post_box: PostBox
) -> None:
    ben = await office.arrives("Ben Fox", "ben@county.example")
    async with database.writing() as db:
        other = await make_session(db, code="S25-009", starts_at=STARTS)
    await ben.sends("book_place", {"session_id": str(other.id)})
    await office.course_says(Strictness.WARN)

    await office.ann.sends("find_substitute", {"session_id": str(office.session.id), "name": "ben"})
    await office.ann.presses("Send Ben")
    await courier.deliver_due()

    assert office.ann.lines[4:] == ["Ben Fox has your place.", "We are telling Ben here in Teams."]
    told = texts(post_box.sent[0][1].card)
    assert len(told) == 8
    assert "Neglect Level 2" in told[6]


async def test_once_the_session_has_begun_the_card_shows_how_it_stands(
    office: Office, clock: SetClock
) -> None:
    ben = await office.has("Ben Fox")
    clock.now = STARTS

    await office.ann.sends("ask_for_substitute", {"session_id": str(office.session.id)})
    shown = office.ann.buttons
    await office.ann.sends(
        "send_substitute", {"session_id": str(office.session.id), "substitute_id": str(ben)}
    )

    assert shown == ["My training"]
    assert office.ann.lines == [
        "That can’t be done",
        "This session has already begun, so the place can't be handed on any more.",
    ]


async def test_of_several_places_on_a_course_the_person_is_asked_which(
    office: Office, database: Database
) -> None:
    async with database.writing() as db:
        later = await make_session(
            db, course=office.course, code="S25-006", starts_at=STARTS + timedelta(days=7)
        )
    await office.ann.sends("book_place", {"session_id": str(later.id)})

    await office.ann.sends("ask_for_substitute_course", {"course_id": str(office.course.id)})
    asked = office.ann.lines
    await office.ann.sends(
        "ask_for_substitute_course", {"course_id": str(office.course.id), "day": "2025-01-28"}
    )
    by_day = office.ann.lines[1]
    await office.ann.sends("ask_for_substitute_named", {"session_code": "s25-005"})

    assert asked[0] == "Which date is a colleague to go to?"
    assert by_day == "**Tue 28 Jan 2025**, 10:00 to 12:30"
    assert office.ann.lines[1] == "**Tue 21 Jan 2025**, 10:00 to 12:30"
