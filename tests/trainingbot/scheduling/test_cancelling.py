import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tests.factories import make_coordinator
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.statements import statements_counted
from tests.trainingbot.scheduling.scene import OWED, WITHDRAWN, Programme
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.enums import (
    BookingStatus,
    Change,
    ChargeState,
    LateReason,
    NoticeKind,
    NoticeState,
    SessionStatus,
    SessionStep,
)
from trainingbot.errors import (
    NotACoordinator,
    NotFound,
    ReasonNeeded,
    SessionCancelled,
    SessionStarted,
)
from trainingbot.models import Booking, Charge, CourseSession, Notice
from trainingbot.policies import Policy
from trainingbot.scheduling.cancelling import cancel_session
from trainingbot.scheduling.queries import places_lost
from trainingbot.terms import Terms

CALLED_OFF = "session_cancelled"


async def lost(programme: Programme) -> int:
    async with programme.database.reading() as db:
        return await places_lost(db, programme.session_id)


async def test_everybody_on_a_cancelled_session_is_told(programme: Programme) -> None:
    await programme.prepare_session(people=5, trainers=1, capacity=3)
    await programme.cancel(0)
    await programme.deliver()

    session = await programme.call_off(reason="  The trainer is ill. ")

    assert (session.status, session.cancel_reason, session.change_count) == (
        SessionStatus.CANCELLED,
        "The trainer is ill.",
        1,
    )
    assert (session.places_taken, session.next_queue_number) == (0, 3)
    assert await programme.standing() == ["cancelled", *[CALLED_OFF] * 4]
    assert await programme.owed() == {
        "person 1": [NoticeKind.SESSION_CANCELLED],
        "person 2": [NoticeKind.SESSION_CANCELLED],
        "person 3": [NoticeKind.SESSION_CANCELLED],
        "person 4": [NoticeKind.SESSION_CANCELLED],
        "trainer 0": [NoticeKind.TRAINER_RELEASED],
    }
    assert await programme.audited() == []


async def test_the_cancellation_stands_in_both_histories(programme: Programme) -> None:
    await programme.prepare_session(people=4, capacity=2)
    await programme.cancel(0)

    await programme.call_off()

    assert (await programme.steps())[-1] == (
        2,
        SessionStep.CANCELLED,
        "Had a place: 1; were offered one: 1; waited: 1.",
    )
    assert [one.reason for one in await programme.session_changes()] == [
        None,
        "The trainer is ill.",
    ]
    assert await programme.history(2) == [
        Change.WAITLISTED,
        Change.OFFERED,
        Change.SESSION_CANCELLED,
    ]
    assert (await programme.actors(2))[-1] == programme.coordinator
    assert (await programme.reasons(2))[-1] == "The trainer is ill."


async def test_a_notice_of_the_cancellation_names_the_change_it_tells_of(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=3, capacity=1)
    await programme.cancel(0)
    await programme.book(0)

    await programme.call_off()

    assert await programme.occurrences(NoticeKind.SESSION_CANCELLED) == [2, 3, 4]


async def test_what_else_was_owed_about_the_bookings_is_withdrawn(programme: Programme) -> None:
    await programme.prepare_session(people=2, trainers=1, capacity=1)
    await programme.cancel(0)

    await programme.call_off()

    assert await programme.occurrences(NoticeKind.OFFER, WITHDRAWN) == [2]
    assert await programme.occurrences(NoticeKind.TRAINER_NAMED, WITHDRAWN) == [1]
    assert await programme.owed() == {
        "person 1": [NoticeKind.SESSION_CANCELLED],
        "trainer 0": [NoticeKind.TRAINER_RELEASED],
    }


async def test_a_session_cancelled_twice_is_cancelled_once(programme: Programme) -> None:
    await programme.prepare_session(people=2)
    await programme.call_off()
    await programme.deliver()

    session = await programme.call_off(reason="Something else", now=NEXT_WEEK)

    assert (session.cancel_reason, session.change_count) == ("The trainer is ill.", 1)
    assert await programme.owed() == {}
    assert len(await programme.steps()) == 2
    assert await programme.history(0) == [Change.BOOKED, Change.SESSION_CANCELLED]


async def test_places_lost_are_those_that_were_confirmed(programme: Programme) -> None:
    await programme.prepare_session(people=6, capacity=3)
    await programme.cancel(0)
    await programme.book(3)
    await programme.cancel(1)

    await programme.call_off()

    assert await programme.standing() == ["cancelled", "cancelled", *[CALLED_OFF] * 4]
    assert await lost(programme) == 2


async def test_a_session_that_takes_place_has_lost_no_places(programme: Programme) -> None:
    await programme.prepare_session(people=2)

    assert await lost(programme) == 0


async def test_its_people_go_onto_the_interest_list_in_their_order(programme: Programme) -> None:
    await programme.prepare_session(people=6, booked=0, capacity=2)
    for minutes, person in enumerate((4, 2, 0, 3, 1)):
        await programme.book(person, now=NOW + timedelta(minutes=minutes))
    await programme.want_a_date(5)
    await programme.cancel(4, now=NOW + timedelta(minutes=9))

    await programme.call_off(now=NOW + timedelta(minutes=10))

    assert await programme.interested() == [5, 2, 0, 3, 1]


async def test_who_is_interested_already_keeps_their_turn(programme: Programme) -> None:
    await programme.prepare_session(people=2)
    await programme.want_a_date(1, now=NOW - timedelta(days=1))

    await programme.call_off()

    assert await programme.interested() == [1, 0]


async def test_nobody_is_put_on_the_interest_list_unasked(programme: Programme) -> None:
    await programme.prepare_session(people=2)

    await programme.call_off(keep_interest=False)

    assert await programme.interested() == []


async def test_open_charges_for_a_cancelled_session_are_waived(programme: Programme) -> None:
    """Nobody pays for a place on a session that did not take place."""
    await programme.prepare_session(people=1)
    late = NEXT_WEEK - timedelta(hours=3)
    terms = Terms(TERMS.calendar, policy=Policy(late_charge=2_500))
    async with programme.database.writing() as db:
        await cancel_booking(
            db,
            session_id=programme.session_id,
            practitioner_id=programme.people[0],
            late_reason=LateReason.URGENT_WORK,
            terms=terms,
            now=late,
        )

    await programme.call_off(now=late)

    async with programme.database.reading() as db:
        charges = (await db.exec(select(Charge))).all()
    assert [(one.state, one.actor_id) for one in charges] == [
        (ChargeState.WAIVED, programme.coordinator)
    ]


async def test_a_reason_is_needed(programme: Programme) -> None:
    await programme.prepare_session(people=1)

    with pytest.raises(ReasonNeeded):
        await programme.call_off(reason="  ")

    assert await programme.standing() == ["confirmed"]


async def test_a_session_that_has_begun_is_not_cancelled(programme: Programme) -> None:
    await programme.prepare_session(people=1)

    with pytest.raises(SessionStarted):
        await programme.call_off(now=NEXT_WEEK)

    assert await programme.standing() == ["confirmed"]


async def test_a_session_can_be_cancelled_up_to_its_last_minute(programme: Programme) -> None:
    await programme.prepare_session(people=1)

    await programme.call_off(now=NEXT_WEEK - timedelta(minutes=1))

    assert await programme.standing() == [CALLED_OFF]


async def test_only_coordinators_cancel_sessions(programme: Programme) -> None:
    await programme.prepare_session(people=1, trainers=1)

    with pytest.raises(NotACoordinator):
        await programme.call_off(actor_id=programme.trainers[0])

    assert await programme.standing() == ["confirmed"]


async def test_a_session_that_is_gone_is_not_cancelled(programme: Programme) -> None:
    await programme.prepare_course()
    programme.session_id = UUID(int=0)

    with pytest.raises(NotFound):
        await programme.call_off()


async def test_a_thousand_bookings_are_ended_with_few_statements(programme: Programme) -> None:
    await programme.prepare_session(people=0, capacity=1)
    await programme.add_to_queue(1_000)

    async with programme.database.writing() as db:
        with statements_counted(db) as sent:
            await cancel_session(
                db,
                session_id=programme.session_id,
                reason="No trainer",
                keep_interest=True,
                actor_id=programme.coordinator,
                terms=TERMS,
                now=NOW,
            )

    async with programme.database.reading() as db:
        ended = await db.exec(
            select(Booking).where(Booking.status == BookingStatus.SESSION_CANCELLED)
        )
        told = await db.exec(
            select(Notice).where(Notice.kind == NoticeKind.SESSION_CANCELLED, Notice.state == OWED)
        )
        assert (len(ended.all()), len(told.all())) == (1_000, 1_000)
    assert len(sent) < 40


async def test_people_who_book_while_it_is_cancelled_are_told_or_refused(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=50, booked=0, capacity=20)

    async def try_to_book(person: int) -> str:
        try:
            async with programme.database.writing() as db:
                booking = await book_place(
                    db,
                    session_id=programme.session_id,
                    practitioner_id=programme.people[person],
                    terms=TERMS,
                    now=NOW,
                )
                return str(booking.status)
        except SessionCancelled:
            return "refused"

    turns = [try_to_book(person) for person in range(50)]
    answers, *_ = await asyncio.gather(
        asyncio.gather(*turns[:25]),
        programme.call_off(),
        asyncio.gather(*turns[25:]),
    )

    bookings = await programme.bookings()
    async with programme.database.reading() as db:
        session = await db.get_one(CourseSession, programme.session_id)
    assert len(answers) == 25
    assert {one.status for one in bookings} <= {BookingStatus.SESSION_CANCELLED}
    assert session.places_taken == 0
    assert len(await programme.occurrences(NoticeKind.SESSION_CANCELLED)) == len(bookings)
    assert len(await programme.interested()) == len(bookings)
    assert await programme.audited() == []


async def test_two_coordinators_who_cancel_at_once_cancel_once(programme: Programme) -> None:
    await programme.prepare_session(people=3)
    async with programme.database.writing() as db:
        other = (await make_coordinator(db, name="Other")).id

    await asyncio.gather(programme.call_off(), programme.call_off(actor_id=other))

    assert len(await programme.steps()) == 2
    assert await programme.history(0) == [Change.BOOKED, Change.SESSION_CANCELLED]
    assert await programme.occurrences(NoticeKind.SESSION_CANCELLED, NoticeState.OWED) == [2, 2, 2]
