import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tests.factories import make_coordinator, make_session
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.statements import statements_counted
from tests.trainingbot.scheduling.scene import LATER, WITHDRAWN, Programme, plan
from trainingbot.bookings.operations import book_place
from trainingbot.bookings.transfer import transfer_booking
from trainingbot.enums import NoticeKind, SessionStep
from trainingbot.errors import (
    NotACoordinator,
    NotFound,
    NotTentative,
    SessionCancelled,
    SessionStarted,
)

DECIDE_AT = NEXT_WEEK - timedelta(days=4)


async def prepare(
    programme: Programme, *, people: int, booked: int, minimum: int = 3, capacity: int = 20
) -> None:
    await programme.prepare_session(
        people=people,
        booked=booked,
        capacity=capacity,
        minimum_places=minimum,
        decide_at=DECIDE_AT,
    )


async def test_the_booking_that_is_enough_confirms_the_session(programme: Programme) -> None:
    await prepare(programme, people=3, booked=2)
    before = await programme.read_session()

    await programme.book(2)

    after = await programme.read_session()
    assert (before.tentative, before.change_count) == (True, 0)
    assert (after.tentative, after.change_count) == (False, 1)
    assert await programme.owed() == {
        "person 0": [NoticeKind.SESSION_CONFIRMED],
        "person 1": [NoticeKind.SESSION_CONFIRMED],
        "person 2": [NoticeKind.SESSION_CONFIRMED],
    }
    assert await programme.occurrences(NoticeKind.SESSION_CONFIRMED) == [1, 1, 1]
    changes = await programme.session_changes()
    assert [(one.step, one.details, one.actor_id) for one in changes[1:]] == [
        (SessionStep.CONFIRMED, "Places confirmed: 3; needed: 3.", None)
    ]
    assert await programme.audited() == []


async def prepare_offered(programme: Programme, *, people: int) -> None:
    """Prepare a session with two places that needs two people, and offer them in order."""
    await programme.prepare_course(people=people)
    for person in range(people):
        await programme.want_a_date(person, now=NOW + timedelta(minutes=person))
    session = await programme.add(plan(capacity=2, minimum_places=2, decide_at=DECIDE_AT))
    programme.session_id = session.id


async def test_a_place_counts_once_its_offer_is_accepted(programme: Programme) -> None:
    await prepare_offered(programme, people=2)

    await programme.book(0)
    before = await programme.read_session()
    await programme.book(1)
    after = await programme.read_session()

    assert (before.places_taken, before.tentative) == (2, True)
    assert (after.places_taken, after.tentative) == (2, False)


async def test_somebody_booked_automatically_counts(programme: Programme) -> None:
    await prepare_offered(programme, people=3)
    await programme.automate(2)
    await programme.book(0)

    await programme.cancel(1)

    assert await programme.standing() == ["confirmed", "cancelled", "confirmed"]
    assert (await programme.read_session()).tentative is False
    assert await programme.owed() == {
        "person 0": [NoticeKind.SESSION_CONFIRMED],
        "person 2": [NoticeKind.PROMOTED, NoticeKind.SESSION_CONFIRMED],
    }


async def test_who_comes_from_another_date_counts(programme: Programme) -> None:
    await prepare(programme, people=3, booked=2)
    async with programme.database.writing() as db:
        other = await make_session(db, starts_at=LATER)
        other.course_id = programme.course_id
        await db.flush()
        await book_place(
            db,
            session_id=other.id,
            practitioner_id=programme.people[2],
            terms=TERMS,
            now=NOW,
        )

    async with programme.database.writing() as db:
        await transfer_booking(
            db,
            from_session_id=other.id,
            to_session_id=programme.session_id,
            practitioner_id=programme.people[2],
            terms=TERMS,
            now=NOW,
        )

    assert (await programme.read_session()).tentative is False
    assert await programme.occurrences(NoticeKind.SESSION_CONFIRMED) == [1, 1, 1]


async def test_many_who_book_at_once_confirm_it_once(programme: Programme) -> None:
    await prepare(programme, people=12, booked=0, minimum=6)

    await asyncio.gather(*(programme.book(person) for person in range(12)))

    assert [step for _, step, _ in await programme.steps()] == [
        SessionStep.ADDED,
        SessionStep.CONFIRMED,
    ]
    assert await programme.occurrences(NoticeKind.SESSION_CONFIRMED) == [1] * 6


async def test_a_session_that_is_sure_costs_a_booking_nothing_more(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=2, booked=1)
    sure = programme.session_id
    await prepare(programme, people=2, booked=1, minimum=10)

    counts = []
    for session_id in (sure, programme.session_id):
        async with programme.database.writing() as db:
            with statements_counted(db) as sent:
                await book_place(
                    db,
                    session_id=session_id,
                    practitioner_id=programme.people[1],
                    terms=TERMS,
                    now=NOW,
                )
                await db.flush()
            counts.append(len(sent))

    assert counts[0] == counts[1]


async def test_a_coordinator_confirms_it_at_any_time(programme: Programme) -> None:
    await prepare(programme, people=3, booked=1)

    session = await programme.confirm()

    assert (session.tentative, session.change_count) == (False, 1)
    assert await programme.owed() == {"person 0": [NoticeKind.SESSION_CONFIRMED]}
    assert (await programme.steps())[-1][2] == "Places confirmed: 1; needed: 3."
    assert (await programme.session_changes())[-1].actor_id == programme.coordinator


async def test_confirming_twice_confirms_once(programme: Programme) -> None:
    await prepare(programme, people=1, booked=1)
    await programme.confirm()
    await programme.deliver()

    session = await programme.confirm()

    assert session.change_count == 1
    assert await programme.owed() == {}


async def test_a_session_that_never_was_tentative_is_not_confirmed(programme: Programme) -> None:
    await programme.prepare_session(people=1)

    with pytest.raises(NotTentative):
        await programme.confirm()


async def test_a_session_that_has_begun_or_is_cancelled_is_not_confirmed(
    programme: Programme,
) -> None:
    await prepare(programme, people=1, booked=1)

    with pytest.raises(SessionStarted):
        await programme.confirm(now=NEXT_WEEK)
    await programme.call_off()
    with pytest.raises(SessionCancelled):
        await programme.confirm()


async def test_only_coordinators_confirm_sessions(programme: Programme) -> None:
    await prepare(programme, people=1, booked=1)

    with pytest.raises(NotACoordinator):
        await programme.confirm(actor_id=programme.people[0])


async def test_a_session_that_is_gone_is_not_confirmed(programme: Programme) -> None:
    await programme.prepare_course()
    programme.session_id = UUID(int=0)

    with pytest.raises(NotFound):
        await programme.confirm()


async def test_on_the_day_to_decide_every_coordinator_is_asked_once(
    programme: Programme,
) -> None:
    await prepare(programme, people=3, booked=2)
    async with programme.database.writing() as db:
        programme.trainers.append((await make_coordinator(db, name="Other")).id)

    before = await programme.sweep(now=DECIDE_AT - timedelta(seconds=1))
    asked = await programme.sweep(now=DECIDE_AT)
    again = await programme.sweep(now=DECIDE_AT + timedelta(minutes=1))

    assert (before, asked, again) == (0, 1, 0)
    assert await programme.owed() == {
        "coordinator": [NoticeKind.SESSION_UNDECIDED],
        "trainer 0": [NoticeKind.SESSION_UNDECIDED],
    }
    assert (await programme.read_session()).tentative is True
    assert await programme.audited(now=DECIDE_AT) == []


async def test_two_processes_ask_once(programme: Programme) -> None:
    await prepare(programme, people=1, booked=1)

    await asyncio.gather(*(programme.sweep(now=DECIDE_AT) for _ in range(4)))

    assert await programme.owed() == {"coordinator": [NoticeKind.SESSION_UNDECIDED]}


@pytest.mark.parametrize("decision", ["confirmed", "cancelled", "begun"])
async def test_nobody_is_asked_about_what_is_decided(programme: Programme, decision: str) -> None:
    await prepare(programme, people=1, booked=0)
    if decision == "confirmed":
        await programme.confirm()
    if decision == "cancelled":
        await programme.call_off()

    assert await programme.sweep(now=NEXT_WEEK if decision == "begun" else DECIDE_AT) == 0


@pytest.mark.parametrize("decision", ["confirmed", "cancelled"])
async def test_a_question_that_is_answered_is_withdrawn(
    programme: Programme, decision: str
) -> None:
    await prepare(programme, people=1, booked=0)
    await programme.sweep(now=DECIDE_AT)

    if decision == "confirmed":
        await programme.confirm(now=DECIDE_AT)
    else:
        await programme.call_off(now=DECIDE_AT)

    assert await programme.owed() == {}
    assert await programme.occurrences(NoticeKind.SESSION_UNDECIDED, WITHDRAWN) == [0]


async def test_after_a_move_coordinators_are_asked_on_the_new_day(programme: Programme) -> None:
    await prepare(programme, people=1, booked=0)
    await programme.sweep(now=DECIDE_AT)
    await programme.deliver()

    await programme.move(starts_at=LATER, now=DECIDE_AT)

    assert await programme.sweep(now=DECIDE_AT) == 0
    assert await programme.sweep(now=DECIDE_AT + timedelta(days=7)) == 1
    assert await programme.occurrences(NoticeKind.SESSION_UNDECIDED) == [1]
