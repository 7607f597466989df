"""Places that become free while people wait: offered, taken, declined, run out, withdrawn."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tests.moments import NOW, TERMS
from tests.statements import statements_counted
from tests.trainingbot.bookings.scene import Scene
from trainingbot.bookings.operations import advance_waitlist, cancel_booking, pass_new_places_on
from trainingbot.enums import BookingStatus, Change, NoticeKind, NoticeState, SessionStatus
from trainingbot.errors import CapacityTooSmall, NoBooking
from trainingbot.models import Booking, CourseSession

A_DAY = timedelta(days=1)
A_SECOND = timedelta(seconds=1)
OFFER_ENDS = NOW + A_DAY
OWED, WITHDRAWN = NoticeState.OWED, NoticeState.WITHDRAWN
PROMOTED, OFFER = NoticeKind.PROMOTED, NoticeKind.OFFER
OFFER_ENDED = NoticeKind.OFFER_ENDED


async def test_an_offer_holds_the_place_and_says_until_when(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)

    await scene.cancel(0)

    async with scene.database.reading() as db:
        offer = (
            await db.exec(select(Booking).where(Booking.status == BookingStatus.OFFERED))
        ).one()
    assert (offer.queue_number, offer.offer_expires_at) == (1, OFFER_ENDS)
    assert (await scene.read_session()).places_taken == 1


async def test_a_newcomer_does_not_get_the_place_that_is_held(scene: Scene) -> None:
    await scene.prepare(people=3, capacity=1)
    await scene.book(0)
    await scene.book(1)
    await scene.cancel(0)

    await scene.book(2)

    assert await scene.standing() == ["cancelled", "offered 1", "waitlisted 2"]


async def test_an_offer_is_taken_by_booking(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.cancel(0)

    for _ in range(2):
        await scene.book(1, now=OFFER_ENDS - A_SECOND)

    assert await scene.standing() == ["cancelled", "confirmed", "waitlisted 2"]
    assert await scene.history(1) == [Change.WAITLISTED, Change.OFFERED, Change.OFFER_ACCEPTED]
    assert await scene.told() == [(1, OFFER, WITHDRAWN)]
    assert await scene.broken(now=OFFER_ENDS) == []


async def test_an_offer_is_declined_by_cancelling_and_goes_to_the_next(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.cancel(0)

    for _ in range(2):
        await scene.cancel(1)

    assert await scene.standing() == ["cancelled", "cancelled", "offered 2"]
    assert await scene.history(1) == [Change.WAITLISTED, Change.OFFERED, Change.OFFER_DECLINED]
    assert await scene.told() == [(1, OFFER, WITHDRAWN), (2, OFFER, OWED)]


async def test_an_offer_that_nobody_answers_ends_once_and_goes_to_the_next(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.cancel(0)

    await scene.advance(now=OFFER_ENDS - A_SECOND)
    before = await scene.standing()
    for _ in range(2):
        await scene.advance(now=OFFER_ENDS)

    assert before == ["cancelled", "offered 1", "waitlisted 2"]
    assert await scene.standing() == ["cancelled", "cancelled", "offered 2"]
    assert await scene.history(1) == [Change.WAITLISTED, Change.OFFERED, Change.OFFER_EXPIRED]
    assert await scene.told() == [
        (1, OFFER, WITHDRAWN),
        (1, OFFER_ENDED, OWED),
        (2, OFFER, OWED),
    ]
    assert await scene.broken(now=OFFER_ENDS) == []


async def test_several_overdue_offers_go_on_in_the_order_of_the_queue(scene: Scene) -> None:
    await scene.fill(people=6, capacity=1)
    await scene.set_capacity(3)

    await scene.advance(now=OFFER_ENDS)

    assert await scene.standing() == [
        "confirmed", "cancelled", "cancelled", "offered 3", "offered 4", "waitlisted 5",
    ]  # fmt: skip


async def test_whoever_answers_late_gets_the_place_where_nobody_else_waits(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.cancel(0)

    await scene.book(1, now=OFFER_ENDS)

    assert await scene.standing() == ["cancelled", "confirmed"]
    assert await scene.history(1) == [
        Change.WAITLISTED,
        Change.OFFERED,
        Change.OFFER_EXPIRED,
        Change.BOOKED,
    ]
    assert await scene.told() == [(1, OFFER, WITHDRAWN), (1, OFFER_ENDED, WITHDRAWN)]


async def test_whoever_answers_late_waits_at_the_end_where_somebody_else_does(
    scene: Scene,
) -> None:
    await scene.fill(people=4, capacity=1)
    await scene.cancel(0)

    await scene.book(1, now=OFFER_ENDS)

    assert await scene.standing() == ["cancelled", "waitlisted 4", "offered 2", "waitlisted 3"]
    assert await scene.told() == [
        (1, OFFER, WITHDRAWN),
        (1, OFFER_ENDED, WITHDRAWN),
        (2, OFFER, OWED),
    ]


async def test_declining_late_changes_nothing_more(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.cancel(0)

    await scene.cancel(1, now=OFFER_ENDS)

    assert await scene.history(1) == [Change.WAITLISTED, Change.OFFERED, Change.OFFER_EXPIRED]


async def test_somebody_who_chose_it_is_booked_at_once(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    chosen = await scene.automate(1)

    await scene.cancel(0)

    assert (chosen.books_automatically, chosen.status) == (True, BookingStatus.WAITLISTED)
    assert await scene.standing() == ["cancelled", "confirmed", "waitlisted 2"]
    assert await scene.told() == [(1, PROMOTED, OWED)]


async def test_being_booked_automatically_overtakes_nobody_while_places_are_offered(
    scene: Scene,
) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.automate(2)

    await scene.cancel(0)

    assert await scene.standing() == ["cancelled", "offered 1", "waitlisted 2"]


async def test_the_choice_can_be_taken_back(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.automate(1)

    await scene.automate(1, wanted=False)
    await scene.cancel(0)

    assert await scene.standing() == ["cancelled", "offered 1"]


async def test_an_offer_stays_an_offer_when_its_holder_chooses_to_be_booked(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.cancel(0)

    await scene.automate(1)

    assert await scene.standing() == ["cancelled", "offered 1"]


async def test_only_somebody_who_waits_can_choose(scene: Scene) -> None:
    await scene.prepare(people=1, capacity=1)

    with pytest.raises(NoBooking) as refusal:
        await scene.automate(0)

    assert refusal.value.sentence == "You are not on the waitlist of this session any more."


async def test_fewer_places_take_the_newest_offers_back_and_no_confirmed_place(
    scene: Scene,
) -> None:
    await scene.fill(people=5, capacity=1)
    await scene.set_capacity(4)
    await scene.book(1)

    await scene.set_capacity(3)

    assert await scene.standing() == [
        "confirmed", "confirmed", "offered 2", "waitlisted 3", "waitlisted 4",
    ]  # fmt: skip
    assert await scene.history(3) == [Change.WAITLISTED, Change.OFFERED, Change.OFFER_WITHDRAWN]
    assert (3, OFFER_ENDED, OWED) in await scene.told()
    assert await scene.broken() == []


async def test_whose_offer_was_taken_back_is_the_first_to_be_offered_the_next(
    scene: Scene,
) -> None:
    await scene.fill(people=4, capacity=1)
    await scene.set_capacity(3)
    await scene.set_capacity(1)

    await scene.set_capacity(2)

    assert await scene.standing() == ["confirmed", "offered 1", "waitlisted 2", "waitlisted 3"]
    assert await scene.told() == [
        (1, OFFER, WITHDRAWN),
        (1, OFFER_ENDED, WITHDRAWN),
        (1, OFFER, OWED),
        (2, OFFER, WITHDRAWN),
        (2, OFFER_ENDED, OWED),
    ]


async def test_a_capacity_that_is_refused_takes_no_offer_back(scene: Scene) -> None:
    await scene.fill(people=4, capacity=2)
    await scene.set_capacity(3)

    with pytest.raises(CapacityTooSmall) as refusal:
        await scene.set_capacity(1)

    assert refusal.value.sentence == (
        "S25-014 cannot have 1 places, because 2 are taken. Set it to 2 or more."
    )
    assert await scene.standing() == ["confirmed", "confirmed", "offered 1", "waitlisted 2"]
    assert await scene.told() == [(2, OFFER, OWED)]


async def test_offers_on_a_session_that_was_cancelled_meanwhile_end_and_go_nowhere(
    scene: Scene,
) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.cancel(0)
    await scene.set_status(SessionStatus.CANCELLED)

    await scene.advance(now=OFFER_ENDS)

    assert await scene.standing() == ["cancelled", "cancelled", "waitlisted 2"]
    assert (await scene.read_session()).places_taken == 0


async def test_places_that_an_import_added_are_passed_on(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)

    async with scene.database.writing() as db:
        session = await db.get_one(CourseSession, scene.session_id)
        session.capacity = 2
        await pass_new_places_on(db, session_id=scene.session_id, terms=TERMS, now=NOW)

    assert await scene.standing() == ["confirmed", "offered 1", "waitlisted 2"]


async def test_what_the_service_does_by_itself_has_no_actor(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.cancel(0)
    await scene.advance(now=OFFER_ENDS)

    actors = await scene.actors(1)

    assert actors == [scene.people[1], None, None]


@pytest.mark.parametrize("step", ["offer the next place", "let an offer run out"])
async def test_ten_thousand_who_wait_cost_no_more_statements_than_ten(
    scene: Scene, step: str
) -> None:
    sent = []
    for waiting in (10, 10_000):
        await scene.prepare(people=2, capacity=1, code=f"S{waiting}")
        await scene.book(0)
        await scene.book(1)
        await scene.add_to_queue(waiting - 1)
        if step == "let an offer run out":
            await scene.cancel(0)
        async with scene.database.writing() as db:
            with statements_counted(db) as statements:
                if step == "offer the next place":
                    await cancel_booking(
                        db,
                        session_id=scene.session_id,
                        practitioner_id=scene.people[0],
                        terms=TERMS,
                        now=NOW,
                    )
                else:
                    await advance_waitlist(
                        db, session_id=scene.session_id, terms=TERMS, now=OFFER_ENDS
                    )
                await db.flush()
        sent.append(statements)

    assert sent[0] == sent[1]
    assert any("INSERT INTO notice" in statement for statement in sent[0])
