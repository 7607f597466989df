import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlmodel import select

from tests.factories import make_agency
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.news import IS_NEWS
from tests.statements import statements_counted
from tests.trainingbot.scheduling.scene import (
    LATER,
    OWED,
    WITHDRAWN,
    Programme,
    plan,
)
from trainingbot.bookings.calendar import calendar_file
from trainingbot.bookings.queries import training_of_booking
from trainingbot.bookings.reserved import reserve_places
from trainingbot.bookings.rules import broadcast_begins, free_until
from trainingbot.enums import (
    BookingStatus,
    Change,
    Delivery,
    NoticeKind,
    NoticeState,
    SessionStep,
)
from trainingbot.errors import (
    DatesImpossible,
    LinkNotUsable,
    NoBooking,
    NotACoordinator,
    NotFound,
    ReasonNeeded,
    SessionCancelled,
    SessionStarted,
)
from trainingbot.models import Notice, ReservedPlaces
from trainingbot.scheduling.moving import move_session

LONDON = ZoneInfo("Europe/London")


def london(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


async def sequence_of(programme: Programme, person: int) -> tuple[int, datetime]:
    """Return the SEQUENCE and the start of the person's calendar entry."""
    [booking] = [
        one for one in await programme.bookings() if one.practitioner_id == programme.people[person]
    ]
    async with programme.database.reading() as db:
        row = await training_of_booking(db, booking.id)
    assert row is not None
    file = calendar_file(row, partnership="P", contact_email=None, now=NOW)
    event: Any = Calendar.from_ical(file).walk("VEVENT")[0]
    return int(event["sequence"]), event["dtstart"].dt


async def test_fault_a_rescheduled_session_whose_reminders_do_not_move(
    programme: Programme,
) -> None:
    """Cut-offs, the end of offers, the calendar entry and the news all follow the new start."""
    await programme.prepare_session(people=3, capacity=1)
    await programme.cancel(0)
    before = await programme.read_session()
    entry_before = await sequence_of(programme, 1)

    after = await programme.move(starts_at=NOW + timedelta(days=4))

    assert free_until(before, terms=TERMS) == NEXT_WEEK - timedelta(days=4)
    assert free_until(after, terms=TERMS) == NOW + timedelta(days=2)
    assert broadcast_begins(after, terms=TERMS) == NOW + timedelta(days=1)
    [offer] = [one.offer_expires_at for one in await programme.bookings() if one.offer_expires_at]
    assert offer == NOW + timedelta(days=1)
    entry = await sequence_of(programme, 1)
    assert entry[0] > entry_before[0]
    assert entry[1] == NOW + timedelta(days=4)
    assert await programme.occurrences(NoticeKind.OFFER, WITHDRAWN) == [2]
    assert await programme.occurrences(NoticeKind.OFFER, OWED) == [4]
    async with programme.database.reading() as db:
        ends = await db.exec(select(Notice.expires_at).where(Notice.state == OWED, IS_NEWS))
        assert max(ends) == after.starts_at
    assert await programme.audited() == []


async def test_everybody_on_a_moved_session_is_told_once(programme: Programme) -> None:
    await programme.prepare_session(people=4, trainers=1, capacity=2)
    await programme.cancel(3)
    await programme.deliver()

    session = await programme.move(starts_at=LATER, reason=" The room is taken. ")

    assert (session.starts_at, session.ends_at, session.change_count) == (
        LATER,
        LATER + timedelta(minutes=150),
        1,
    )
    assert await programme.owed() == {
        "person 0": [NoticeKind.SESSION_MOVED],
        "person 1": [NoticeKind.SESSION_MOVED],
        "person 2": [NoticeKind.SESSION_MOVED],
        "trainer 0": [NoticeKind.TRAINER_NAMED],
    }
    assert await programme.occurrences(NoticeKind.SESSION_MOVED) == [1, 1, 1]
    assert (await programme.steps())[-1] == (
        2,
        SessionStep.MOVED,
        (
            "From Tue 14 Jan 2025, 10:00 to 12:30, online in Teams. "
            "To Tue 21 Jan 2025, 10:00 to 12:30, online in Teams."
        ),
    )
    assert (await programme.session_changes())[-1].reason == "The room is taken."
    assert await programme.audited() == []


async def test_moving_to_where_it_is_changes_nothing(programme: Programme) -> None:
    await programme.prepare_session(people=2, trainers=1)
    await programme.move(starts_at=LATER)
    await programme.deliver()

    session = await programme.move(starts_at=LATER)

    assert session.change_count == 1
    assert await programme.owed() == {}
    assert len(await programme.steps()) == 2


@pytest.mark.parametrize(
    ("changed", "freely"),
    [
        ({"starts_at": LATER}, True),
        ({"minutes": 180}, True),
        ({"delivery": Delivery.IN_PERSON, "venue": "Town Hall"}, True),
        ({"venue": "Room 2"}, False),
        ({"join_url": "https://teams.example/join/2"}, False),
    ],
    ids=["another day", "another end", "no longer online", "another room", "another link"],
)
async def test_who_agreed_to_something_else_may_leave_freely(
    programme: Programme,
    changed: dict[str, Any],
    freely: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    await programme.prepare_session(people=3, capacity=2)

    await programme.move(**changed)

    bookings = await programme.bookings()
    assert [one.may_leave_freely for one in bookings] == [freely, freely, False]
    assert (await sequence_of(programme, 0))[0] == 2
    assert await programme.occurrences(NoticeKind.SESSION_MOVED) == [1, 1, 1]


async def test_another_room_takes_no_freedom_back(programme: Programme) -> None:
    await programme.prepare_session(people=1)
    await programme.move(starts_at=LATER)

    await programme.move(starts_at=LATER, venue="Room 2")

    assert [one.may_leave_freely for one in await programme.bookings()] == [True]


async def test_whoever_was_moved_leaves_late_without_a_reason(programme: Programme) -> None:
    await programme.prepare_session(people=1)
    tomorrow = NOW + timedelta(days=1)
    await programme.move(starts_at=tomorrow)

    booking = await programme.cancel(0, late_reason=None, now=tomorrow - timedelta(hours=1))

    assert booking.status == BookingStatus.CANCELLED


async def test_whoever_keeps_the_place_gives_a_reason_again(programme: Programme) -> None:
    await programme.prepare_session(people=1)
    tomorrow = NOW + timedelta(days=1)
    await programme.move(starts_at=tomorrow)

    await programme.keep(0)
    again = await programme.keep(0)

    assert (again.status, again.may_leave_freely) == (BookingStatus.CONFIRMED, False)
    assert await programme.history(0) == [Change.BOOKED, Change.KEPT]
    assert (await programme.actors(0))[-1] == programme.people[0]
    with pytest.raises(ReasonNeeded):
        await programme.cancel(0, late_reason=None, now=tomorrow - timedelta(hours=1))


async def test_keeping_a_place_on_a_session_that_never_moved_is_no_change(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=1)

    await programme.keep(0)

    assert await programme.history(0) == [Change.BOOKED]


async def test_whoever_keeps_the_place_still_hears_how_they_came_by_it(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=2, capacity=1)
    await programme.automate(1)
    await programme.cancel(0)
    await programme.move(starts_at=LATER)

    await programme.keep(1)

    assert await programme.owed() == {
        "person 1": [NoticeKind.PROMOTED, NoticeKind.SESSION_MOVED],
    }


async def test_only_a_confirmed_place_is_kept(programme: Programme) -> None:
    await programme.prepare_session(people=2, capacity=1)
    await programme.move(starts_at=LATER)

    with pytest.raises(NoBooking):
        await programme.keep(1)


async def test_offers_begin_anew_and_keep_their_order(programme: Programme) -> None:
    await programme.prepare_session(people=5, capacity=2)
    await programme.cancel(0)
    await programme.cancel(1)
    await programme.deliver()

    await programme.move(starts_at=LATER)

    assert await programme.standing() == [
        "cancelled",
        "cancelled",
        "offered 1",
        "offered 2",
        "waitlisted 3",
    ]
    assert await programme.history(2) == [
        Change.WAITLISTED,
        Change.OFFERED,
        Change.OFFER_WITHDRAWN,
        Change.OFFERED,
    ]
    assert await programme.owed() == {
        "person 2": [NoticeKind.OFFER, NoticeKind.SESSION_MOVED],
        "person 3": [NoticeKind.OFFER, NoticeKind.SESSION_MOVED],
        "person 4": [NoticeKind.SESSION_MOVED],
    }
    assert await programme.audited() == []


async def test_a_session_that_comes_near_broadcasts_what_was_offered(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=3, capacity=1)
    await programme.cancel(0)

    await programme.move(starts_at=NOW + timedelta(days=2))

    assert await programme.standing() == ["cancelled", "waitlisted 1", "waitlisted 2"]
    assert await programme.owed() == {
        "person 1": [NoticeKind.BROADCAST, NoticeKind.OFFER_ENDED, NoticeKind.SESSION_MOVED],
        "person 2": [NoticeKind.BROADCAST, NoticeKind.SESSION_MOVED],
    }
    assert await programme.audited() == []


async def test_a_session_that_goes_away_offers_what_was_broadcast(programme: Programme) -> None:
    await programme.prepare_session(people=2, capacity=1, starts_at=NOW + timedelta(days=2))
    await programme.cancel(0)

    await programme.move(starts_at=LATER)

    assert await programme.standing() == ["cancelled", "offered 1"]


async def test_who_has_not_heard_of_one_move_hears_of_the_next_alone(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=1, trainers=1)
    await programme.move(starts_at=LATER)

    await programme.move(starts_at=LATER + timedelta(days=1))

    assert await programme.occurrences(NoticeKind.SESSION_MOVED, WITHDRAWN) == [1]
    assert await programme.occurrences(NoticeKind.SESSION_MOVED, OWED) == [2]
    assert await programme.occurrences(NoticeKind.TRAINER_NAMED, OWED) == [3]


async def reserve(programme: Programme, *, places: int, opens_at: datetime) -> None:
    async with programme.database.writing() as db:
        agency = await make_agency(db)
        await reserve_places(
            db,
            session_id=programme.session_id,
            agency_id=agency.id,
            places=places,
            opens_at=opens_at,
            actor_id=programme.coordinator,
            terms=TERMS,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("opens_at", "moved"),
    [
        (london(2025, 1, 9, 10), london(2025, 1, 13, 10)),
        (london(2025, 1, 14, 8), london(2025, 1, 16, 8)),
    ],
    ids=["at the same distance", "never later than offers end"],
)
async def test_reserved_places_open_with_the_session(
    programme: Programme, opens_at: datetime, moved: datetime
) -> None:
    await programme.prepare_session(people=0, starts_at=london(2025, 1, 17, 10))
    await reserve(programme, places=5, opens_at=opens_at)

    session = await programme.move(starts_at=london(2025, 1, 21, 10))

    async with programme.database.reading() as db:
        [row] = (await db.exec(select(ReservedPlaces))).all()
    assert (row.opens_at, row.opened, session.reserved_until) == (moved, False, moved)


async def test_reserved_places_whose_day_is_over_by_the_move_open_at_once(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=1, booked=0, capacity=1)
    await reserve(programme, places=1, opens_at=NOW + timedelta(days=1))
    await programme.book(0)
    assert await programme.standing() == ["waitlisted 1"]

    await programme.move(starts_at=NOW + timedelta(days=2))

    assert (await programme.read_session()).reserved_until is None
    assert await programme.occurrences(NoticeKind.BROADCAST) == [1]


@pytest.mark.parametrize(
    ("decide_at", "to", "moved"),
    [
        (london(2025, 3, 7, 17), london(2025, 4, 11, 9, 30), london(2025, 4, 4, 17)),
        (london(2025, 3, 7, 17), london(2025, 2, 28, 9, 30), london(2025, 2, 21, 17)),
        (london(2025, 3, 7, 17), london(2025, 3, 28, 14), london(2025, 3, 21, 21, 30)),
    ],
    ids=["into summer time", "forward", "another time of day"],
)
async def test_the_day_to_decide_moves_with_the_session(
    programme: Programme, decide_at: datetime, to: datetime, moved: datetime
) -> None:
    await programme.prepare_session(
        people=0,
        starts_at=london(2025, 3, 14, 9, 30),
        minimum_places=8,
        decide_at=decide_at,
    )

    session = await programme.move(starts_at=to)

    assert session.decide_at == moved


@pytest.mark.parametrize(
    ("starts_at", "free", "broadcast"),
    [
        # Clocks go forward on Sunday 30 March and back on Sunday 26 October 2025.
        (london(2025, 4, 1, 9, 30), london(2025, 3, 28, 9, 30), london(2025, 3, 27, 9, 30)),
        (london(2025, 10, 28, 9, 30), london(2025, 10, 24, 9, 30), london(2025, 10, 23, 9, 30)),
        # Good Friday is 18 April and Easter Monday 21 April 2025.
        (london(2025, 4, 22, 9, 30), london(2025, 4, 16, 9, 30), london(2025, 4, 15, 9, 30)),
        # Christmas Day is a Thursday; the Friday after it is Boxing Day.
        (london(2025, 12, 29, 9, 30), london(2025, 12, 23, 9, 30), london(2025, 12, 22, 9, 30)),
        (london(2026, 1, 2, 9, 30), london(2025, 12, 30, 9, 30), london(2025, 12, 29, 9, 30)),
        (london(2025, 6, 2, 9, 30), london(2025, 5, 29, 9, 30), london(2025, 5, 28, 9, 30)),
    ],
    ids=["March", "October", "Easter", "Christmas", "New Year", "end of a month"],
)
async def test_cut_offs_are_those_of_the_new_day(
    programme: Programme, starts_at: datetime, free: datetime, broadcast: datetime
) -> None:
    await programme.prepare_session(people=2, capacity=1)
    await programme.cancel(0)

    session = await programme.move(starts_at=starts_at)

    assert free_until(session, terms=TERMS) == free
    assert broadcast_begins(session, terms=TERMS) == broadcast
    assert (await sequence_of(programme, 1))[1] == starts_at
    assert await programme.audited() == []


async def test_a_session_moved_beyond_its_cut_offs_is_late_for_nobody(
    programme: Programme,
) -> None:
    """The new start is so near that the time to give back freely has passed already."""
    await programme.prepare_session(people=1)
    in_three_hours = NOW + timedelta(hours=3)

    session = await programme.move(starts_at=in_three_hours)

    assert free_until(session, terms=TERMS) < NOW
    assert (await programme.cancel(0, late_reason=None)).status == BookingStatus.CANCELLED


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"starts_at": NOW}, DatesImpossible),
        ({"starts_at": NOW - timedelta(days=1)}, DatesImpossible),
        ({"minutes": 0}, DatesImpossible),
        ({"join_url": "http://example.org"}, LinkNotUsable),
    ],
)
async def test_a_session_is_not_moved_where_it_cannot_be(
    programme: Programme, changed: dict[str, Any], refusal: type[Exception]
) -> None:
    await programme.prepare_session(people=1)

    with pytest.raises(refusal):
        await programme.move(**changed)

    assert (await programme.read_session()).change_count == 0
    assert await programme.owed() == {}


async def test_a_cancelled_session_is_not_moved(programme: Programme) -> None:
    await programme.prepare_session(people=1)
    await programme.call_off()

    with pytest.raises(SessionCancelled):
        await programme.move(starts_at=LATER)


async def test_a_session_that_has_begun_is_not_moved(programme: Programme) -> None:
    await programme.prepare_session(people=1)

    with pytest.raises(SessionStarted):
        await programme.move(starts_at=LATER, now=NEXT_WEEK)


async def test_only_coordinators_move_sessions(programme: Programme) -> None:
    await programme.prepare_session(people=1, trainers=1)

    with pytest.raises(NotACoordinator):
        await programme.move(starts_at=LATER, actor_id=programme.trainers[0])


async def test_a_session_that_is_gone_is_not_moved(programme: Programme) -> None:
    await programme.prepare_course()
    session = await programme.add(plan())
    programme.session_id = session.id
    async with programme.database.writing() as db:
        with pytest.raises(NotFound):
            await move_session(
                db,
                session_id=UUID(int=0),
                starts_at=LATER,
                ends_at=LATER + timedelta(hours=1),
                delivery=Delivery.TEAMS,
                venue=None,
                join_url=None,
                actor_id=programme.coordinator,
                reason=None,
                terms=TERMS,
                now=NOW,
            )


async def test_a_thousand_people_are_told_of_a_move_with_few_statements(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=1, capacity=1)
    await programme.add_to_queue(1_000)

    async with programme.database.writing() as db:
        with statements_counted(db) as sent:
            await move_session(
                db,
                session_id=programme.session_id,
                starts_at=LATER,
                ends_at=LATER + timedelta(hours=1),
                delivery=Delivery.TEAMS,
                venue=None,
                join_url=None,
                actor_id=programme.coordinator,
                reason=None,
                terms=TERMS,
                now=NOW,
            )

    async with programme.database.reading() as db:
        told = await db.exec(select(Notice).where(Notice.kind == NoticeKind.SESSION_MOVED))
        assert len(told.all()) == 1_001
    assert len(sent) < 30


async def test_offers_that_are_accepted_while_the_session_moves_are_places_or_offers_anew(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=20, capacity=10)
    for person in range(10):
        await programme.cancel(person)

    await asyncio.gather(
        *(programme.book(person) for person in range(10, 15)),
        programme.move(starts_at=LATER),
        *(programme.book(person) for person in range(15, 20)),
    )

    bookings = (await programme.bookings())[10:]
    assert [one.status for one in bookings] == [BookingStatus.CONFIRMED] * 10
    for person, booking in enumerate(bookings, start=10):
        history = await programme.history(person)
        moved_on = Change.OFFER_WITHDRAWN in history
        assert booking.may_leave_freely != moved_on
    assert await programme.occurrences(NoticeKind.SESSION_MOVED) == [1] * 10
    assert await programme.audited() == []


async def test_two_moves_at_once_leave_one_date_and_both_in_the_history(
    programme: Programme,
) -> None:
    await programme.prepare_session(people=2)

    await asyncio.gather(
        programme.move(starts_at=LATER), programme.move(starts_at=LATER + timedelta(days=1))
    )

    session = await programme.read_session()
    assert session.change_count == 2
    assert [step for _, step, _ in await programme.steps()] == [
        SessionStep.ADDED,
        SessionStep.MOVED,
        SessionStep.MOVED,
    ]
    assert await programme.occurrences(NoticeKind.SESSION_MOVED, NoticeState.OWED) == [2, 2]
