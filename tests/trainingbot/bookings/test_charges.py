"""Late cancellations as they are written down, and the charges that coordinators finish."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from tests.factories import make_coordinator
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.trainingbot.bookings.scene import Scene
from trainingbot.bookings.charges import (
    charge_row,
    late_charge_of,
    open_charges,
    settle_charge,
    waive_charge,
    waive_charges_of,
)
from trainingbot.enums import BookingStatus, Change, ChargeState, LateReason
from trainingbot.errors import ChargeFinished, NotACoordinator, NotFound, ReasonNeeded
from trainingbot.models import Agency, Booking, BookingChange, Charge, CourseSession, Practitioner
from trainingbot.policies import Policy

CUT_OFF = NEXT_WEEK - timedelta(days=4)
"""Two working days before a Tuesday, over the weekend."""
LATE = CUT_OFF + timedelta(seconds=1)
CHARGING = replace(TERMS, policy=Policy(late_charge=5000))
RAISED, WAIVED, SETTLED = ChargeState


async def last_change(scene: Scene, person: int) -> tuple[Change, LateReason | None, str | None]:
    async with scene.database.reading() as db:
        found = await db.exec(
            select(BookingChange)
            .join(Booking, col(BookingChange.booking_id) == Booking.id)
            .where(Booking.practitioner_id == scene.people[person])
            .order_by(col(BookingChange.position).desc())
        )
        change = found.first()
    assert change is not None
    return Change(change.change), change.late_reason, change.reason


async def charges(scene: Scene) -> list[tuple[int, ChargeState, str | None]]:
    """Return the position, the state and the reason of each charge, in the order of positions."""
    async with scene.database.reading() as db:
        found = await db.exec(select(Charge).order_by(col(Charge.position)))
        return [(one.position, ChargeState(one.state), one.reason) for one in found]


async def charge_id(scene: Scene) -> UUID:
    async with scene.database.reading() as db:
        return (await db.exec(select(Charge.id))).one()


async def coordinator(scene: Scene) -> UUID:
    async with scene.database.writing() as db:
        return (await make_coordinator(db)).id


async def waive(scene: Scene, actor_id: UUID, *, reason: str = "A bereavement") -> None:
    one = await charge_id(scene)
    async with scene.database.writing() as db:
        await waive_charge(db, charge_id=one, reason=reason, actor_id=actor_id, now=LATE)


async def settle(scene: Scene, actor_id: UUID) -> None:
    one = await charge_id(scene)
    async with scene.database.writing() as db:
        await settle_charge(db, charge_id=one, actor_id=actor_id, now=LATE)


async def charged(scene: Scene) -> UUID:
    """Have one person cancel late, and return a coordinator."""
    await scene.fill(people=1, capacity=1)
    await scene.cancel(0, late_reason=LateReason.TRAVEL, terms=CHARGING, now=LATE)
    return await coordinator(scene)


async def test_up_to_the_moment_a_place_is_given_back_without_a_word(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    await scene.cancel(0, late_reason=None, terms=CHARGING, now=CUT_OFF)

    assert await last_change(scene, 0) == (Change.CANCELLED, None, None)
    assert await charges(scene) == []


async def test_what_somebody_says_of_their_health_in_time_is_not_kept(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    await scene.cancel(0, late_reason=LateReason.ILLNESS, reason="In hospital", now=CUT_OFF)

    assert await last_change(scene, 0) == (Change.CANCELLED, None, None)


async def test_after_it_a_reason_is_asked_for_and_nothing_has_changed(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    with pytest.raises(ReasonNeeded):
        await scene.cancel(0, late_reason=None, terms=CHARGING, now=LATE)

    assert await scene.standing() == ["confirmed"]
    assert await scene.history(0) == [Change.BOOKED]
    assert await charges(scene) == []


async def test_the_reason_stands_in_the_history_and_the_charge_beside_it(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    await scene.cancel(
        0, late_reason=LateReason.OTHER, reason="A funeral", terms=CHARGING, now=LATE
    )

    assert await last_change(scene, 0) == (Change.CANCELLED, LateReason.OTHER, "A funeral")
    assert await charges(scene) == [(2, RAISED, None)]


async def test_another_reason_needs_words(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    with pytest.raises(ReasonNeeded) as refusal:
        await scene.cancel(0, late_reason=LateReason.OTHER, now=LATE)

    assert refusal.value.sentence == "Say in a few words which other reason it is."


async def test_cancelling_late_twice_is_charged_once(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    for _ in range(2):
        await scene.cancel(0, late_reason=LateReason.TRAVEL, terms=CHARGING, now=LATE)

    assert await scene.history(0) == [Change.BOOKED, Change.CANCELLED]
    assert await charges(scene) == [(2, RAISED, None)]


@pytest.mark.parametrize("late_reason", LateReason)
async def test_in_a_partnership_that_charges_nothing_a_late_cancellation_raises_nothing(
    scene: Scene, late_reason: LateReason
) -> None:
    await scene.fill(people=1, capacity=1)

    await scene.cancel(0, late_reason=late_reason, reason="A word", terms=TERMS, now=LATE)

    assert await charges(scene) == []


async def test_illness_is_written_down_and_not_charged(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)

    await scene.cancel(0, late_reason=LateReason.ILLNESS, terms=CHARGING, now=LATE)

    assert await last_change(scene, 0) == (Change.CANCELLED, LateReason.ILLNESS, None)
    assert await charges(scene) == []


async def test_an_agency_that_is_exempt_is_never_charged(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)
    async with scene.database.reading() as db:
        person = await db.get_one(Practitioner, scene.people[0])
        agency = await db.get_one(Agency, person.agency_id)
        policy = Policy(late_charge=5000, exempt_agencies=frozenset({agency.code.lower()}))
        asked = await late_charge_of(db, person, policy=policy)

    await scene.cancel(
        0, late_reason=LateReason.TRAVEL, terms=replace(TERMS, policy=policy), now=LATE
    )

    assert asked == 0
    assert await charges(scene) == []


async def test_leaving_a_waitlist_and_declining_an_offer_are_never_late(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.set_capacity(2)

    for person in (1, 2):
        await scene.cancel(person, late_reason=None, terms=CHARGING, now=NOW)
    await scene.book(2, now=LATE)
    await scene.cancel(2, late_reason=LateReason.TRAVEL, terms=CHARGING, now=LATE)

    assert await last_change(scene, 1) == (Change.OFFER_DECLINED, None, None)
    assert await scene.history(2) == [
        Change.WAITLISTED,
        Change.OFFERED,
        Change.OFFER_DECLINED,
        Change.BOOKED,
        Change.CANCELLED,
    ]
    assert await charges(scene) == [(5, RAISED, None)]


async def test_leaving_a_waitlist_near_the_day_needs_no_reason(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)

    await scene.cancel(1, late_reason=None, terms=CHARGING, now=LATE)

    assert await last_change(scene, 1) == (Change.CANCELLED, None, None)
    assert await charges(scene) == []


async def test_what_a_coordinator_cancels_without_a_late_reason_is_the_organisers_doing(
    scene: Scene,
) -> None:
    await scene.fill(people=1, capacity=1)
    morgan = await coordinator(scene)

    await scene.cancel(
        0, actor_id=morgan, late_reason=None, reason="Too far away", terms=CHARGING, now=LATE
    )

    assert await last_change(scene, 0) == (Change.CANCELLED, None, "Too far away")
    assert await scene.actors(0) == [scene.people[0], morgan]
    assert await charges(scene) == []


async def test_what_a_coordinator_cancels_with_a_late_reason_is_late(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)
    morgan = await coordinator(scene)

    await scene.cancel(
        0, actor_id=morgan, late_reason=LateReason.NOT_RELEASED, terms=CHARGING, now=LATE
    )

    assert await last_change(scene, 0) == (Change.CANCELLED, LateReason.NOT_RELEASED, None)
    assert await charges(scene) == [(2, RAISED, None)]


async def test_somebody_whose_session_was_moved_gives_back_freely(scene: Scene) -> None:
    await scene.fill(people=1, capacity=1)
    async with scene.database.writing() as db:
        booking = (await db.exec(select(Booking))).one()
        booking.may_leave_freely = True

    await scene.cancel(0, late_reason=None, terms=CHARGING, now=LATE)

    assert await last_change(scene, 0) == (Change.CANCELLED, None, None)
    assert await charges(scene) == []


async def test_whoever_books_again_is_no_longer_charged_for_having_left(scene: Scene) -> None:
    await charged(scene)

    await scene.book(0, now=LATE)
    back = await charges(scene)
    await scene.cancel(0, late_reason=LateReason.TRAVEL, terms=CHARGING, now=LATE)

    assert back == [(2, WAIVED, "The person booked the session again.")]
    assert await charges(scene) == [*back, (4, RAISED, None)]


async def test_whoever_only_waits_again_is_still_charged(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.cancel(0, late_reason=LateReason.TRAVEL, terms=CHARGING, now=LATE)
    await scene.book(1, now=LATE)

    await scene.book(0, now=LATE)

    assert await scene.standing() == ["waitlisted 2", "confirmed"]
    assert await charges(scene) == [(2, RAISED, None)]


async def test_whoever_comes_back_from_the_waitlist_by_themselves_is_no_longer_charged(
    scene: Scene,
) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.cancel(0, late_reason=LateReason.TRAVEL, terms=CHARGING, now=LATE)
    await scene.book(1, now=LATE)
    await scene.book(0, now=LATE)
    await scene.automate(0, now=LATE)

    await scene.cancel(1, now=LATE)

    assert await scene.standing() == ["confirmed", "cancelled"]
    assert await charges(scene) == [(2, WAIVED, "The person booked the session again.")]


async def test_a_charge_is_waived_with_a_reason_and_twice_is_harmless(scene: Scene) -> None:
    morgan = await charged(scene)

    await waive(scene, morgan, reason=" A bereavement ")
    await waive(scene, morgan, reason="Another word")

    assert await charges(scene) == [(2, WAIVED, "A bereavement")]
    with pytest.raises(ChargeFinished) as refusal:
        await settle(scene, morgan)
    assert refusal.value.sentence == (
        "This charge was waived before, so there is nothing to settle."
    )


async def test_a_charge_is_settled_and_twice_is_harmless(scene: Scene) -> None:
    morgan = await charged(scene)

    await settle(scene, morgan)
    await settle(scene, morgan)

    assert await charges(scene) == [(2, SETTLED, None)]
    with pytest.raises(ChargeFinished) as refusal:
        await waive(scene, morgan)
    assert refusal.value.sentence == (
        "This charge was settled before, so it can’t be waived any more."
    )


@pytest.mark.parametrize("reason", ["", "  \n"])
async def test_a_charge_is_not_waived_without_a_reason(scene: Scene, reason: str) -> None:
    morgan = await charged(scene)

    with pytest.raises(ReasonNeeded):
        await waive(scene, morgan, reason=reason)

    assert await charges(scene) == [(2, RAISED, None)]


async def test_a_charge_that_is_not_there_cannot_be_finished(scene: Scene) -> None:
    morgan = await coordinator(scene)

    async with scene.database.writing() as db:
        for operation in (
            waive_charge(db, charge_id=uuid4(), reason="Why", actor_id=morgan, now=NOW),
            settle_charge(db, charge_id=uuid4(), actor_id=morgan, now=NOW),
            charge_row(db, uuid4(), actor_id=morgan),
        ):
            with pytest.raises(NotFound):
                await operation


async def test_only_coordinators_see_charges_and_why_places_were_given_back(scene: Scene) -> None:
    await charged(scene)
    somebody, one = scene.people[0], await charge_id(scene)

    async with scene.database.writing() as db:
        for operation in (
            waive_charge(db, charge_id=one, reason="Why", actor_id=somebody, now=NOW),
            settle_charge(db, charge_id=one, actor_id=somebody, now=NOW),
            charge_row(db, one, actor_id=somebody),
            open_charges(db, actor_id=somebody, limit=5),
        ):
            with pytest.raises(NotACoordinator):
                await operation

    assert await charges(scene) == [(2, RAISED, None)]


async def test_open_charges_come_in_pages_the_oldest_first(scene: Scene) -> None:
    await scene.fill(people=4, capacity=4)
    for person in (2, 0, 3, 1):
        now = LATE + timedelta(minutes=(2, 0, 3, 1).index(person))
        await scene.cancel(person, late_reason=LateReason.TRAVEL, terms=CHARGING, now=now)
    morgan = await coordinator(scene)
    async with scene.database.writing() as db:
        first = await open_charges(db, actor_id=morgan, limit=1)
        await settle_charge(db, charge_id=first.rows[0].charge.id, actor_id=morgan, now=LATE)

    async with scene.database.reading() as db:
        pages = [
            await open_charges(db, actor_id=morgan, limit=2, offset=offset) for offset in (0, 2, 4)
        ]

    found = [
        [(scene.people.index(row.practitioner.id), row.charge.pence) for row in page.rows]
        for page in pages
    ]
    assert found == [[(0, 5000), (3, 5000)], [(1, 5000)], []]
    assert [page.total for page in pages] == [3, 3, 3]


async def test_what_is_open_for_a_session_that_falls_is_waived_once(scene: Scene) -> None:
    await scene.fill(people=3, capacity=3)
    for person in range(2):
        await scene.cancel(person, late_reason=LateReason.TRAVEL, terms=CHARGING, now=LATE)
    morgan = await coordinator(scene)
    async with scene.database.writing() as db:
        first = (await open_charges(db, actor_id=morgan, limit=1)).rows[0].charge
        await settle_charge(db, charge_id=first.id, actor_id=morgan, now=LATE)

    for minutes in range(2):
        async with scene.database.writing() as db:
            await waive_charges_of(
                db,
                scene.session_id,
                actor_id=morgan,
                now=LATE + timedelta(minutes=minutes),
            )

    async with scene.database.reading() as db:
        found = (await db.exec(select(Charge).order_by(col(Charge.state)))).all()
    assert [(one.state, one.finished_at, one.actor_id, one.reason) for one in found] == [
        (SETTLED, LATE, morgan, None),
        (WAIVED, LATE, morgan, "The session did not take place."),
    ]


async def test_charges_for_other_sessions_stay_open_when_one_falls(scene: Scene) -> None:
    await charged(scene)

    async with scene.database.writing() as db:
        await waive_charges_of(db, uuid4(), now=LATE)

    assert await charges(scene) == [(2, RAISED, None)]


async def test_a_place_given_back_late_goes_on_like_any_other(scene: Scene) -> None:
    await scene.fill(people=2, capacity=1)
    await scene.automate(1)

    await scene.cancel(0, late_reason=LateReason.TRAVEL, terms=CHARGING, now=LATE)

    async with scene.database.reading() as db:
        session = await db.get_one(CourseSession, scene.session_id)
    assert await scene.standing() == [BookingStatus.CANCELLED, BookingStatus.CONFIRMED]
    assert session.places_taken == 1
    assert await scene.broken(now=LATE) == []
