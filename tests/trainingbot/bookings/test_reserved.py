"""Places reserved for an agency until they open to all, on both databases."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.statements import statements_counted
from tests.trainingbot.bookings.agencies import OFFERS_END, OPENS, STARTS, Agencies
from trainingbot.bookings.openings import shift_openings
from trainingbot.bookings.operations import advance_waitlist, book_place
from trainingbot.bookings.queue import sessions_with_overdue_offers
from trainingbot.bookings.reservations import (
    open_places_of,
    sessions_with_places_for_the_queue,
    sessions_with_places_to_open,
)
from trainingbot.db import Database
from trainingbot.enums import Change, NoticeKind, NoticeState, SessionStatus
from trainingbot.errors import (
    CapacityTooSmall,
    DatesImpossible,
    NotACoordinator,
    NotFound,
    SessionCancelled,
    SessionStarted,
    TooManyReserved,
)
from trainingbot.models import Booking, CourseSession

A_SECOND = timedelta(seconds=1)


@pytest.fixture
def agencies(database: Database) -> Agencies:
    return Agencies(database)


async def to_pass_on(agencies: Agencies) -> list[UUID]:
    async with agencies.database.reading() as db:
        return await sessions_with_places_for_the_queue(db, now=NOW)


async def test_a_reserved_place_is_not_given_to_somebody_of_another_agency(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", "Police", "Police", "Health", "Health", "Health", capacity=4)
    await agencies.reserve("Health", 2)

    for person in range(6):
        await agencies.book(person)

    assert await agencies.standing() == [
        "confirmed",
        "confirmed",
        "waitlisted 1",
        "confirmed",
        "confirmed",
        "waitlisted 2",
    ]
    assert await agencies.broken() == []


async def test_an_agency_gets_free_places_beyond_those_reserved_for_it(agencies: Agencies) -> None:
    await agencies.begin("Health", "Health", "Health", "Police", capacity=3)
    await agencies.reserve("Health", 1)

    for person in range(4):
        await agencies.book(person)

    assert await agencies.standing() == ["confirmed", "confirmed", "confirmed", "waitlisted 1"]


async def test_places_that_the_agency_has_already_count_among_the_reserved(
    agencies: Agencies,
) -> None:
    await agencies.begin("Health", "Health", "Police", "Police", capacity=3)
    await agencies.book(0)
    await agencies.book(1)

    await agencies.reserve("Health", 2)
    await agencies.book(2)
    await agencies.book(3)

    assert await agencies.standing() == ["confirmed", "confirmed", "confirmed", "waitlisted 1"]
    assert (await agencies.reserved())["Health"] == (2, OPENS, False)


async def test_a_freed_place_goes_to_the_first_in_line_for_whom_it_is_open(
    agencies: Agencies,
) -> None:
    await agencies.begin("Health", "Police", "Police", "Health", "Health", capacity=2)
    await agencies.book(0)
    await agencies.reserve("Health", 2)
    for person in (1, 2):
        await agencies.book(person)
    await agencies.book(3)
    await agencies.book(4)

    await agencies.cancel(0)

    assert await agencies.standing() == [
        "cancelled",
        "waitlisted 1",
        "waitlisted 2",
        "confirmed",
        "offered 3",
    ]
    assert await agencies.broken() == []


async def test_several_freed_places_are_dealt_out_in_order_as_far_as_they_are_open(
    agencies: Agencies,
) -> None:
    await agencies.begin(
        *["Council"] * 4, "Police", "Police", "Police", "Health", "Police", "Health", capacity=0
    )
    for person in range(4, 10):
        await agencies.book(person)
    await agencies.set_capacity(0)
    async with agencies.database.writing() as db:
        # Three places at once, of which two are for health, without a pass in between.
        session = await db.get_one(CourseSession, agencies.session_id)
        session.capacity = 3
    await agencies.reserve("Health", 2)

    assert await agencies.standing() == [
        "offered 1",
        "waitlisted 2",
        "waitlisted 3",
        "offered 4",
        "waitlisted 5",
        "offered 6",
    ]
    assert await agencies.broken() == []


async def test_whoever_books_automatically_gets_a_place_that_is_open_to_them(
    agencies: Agencies,
) -> None:
    await agencies.begin("Health", "Police", "Health", capacity=1)
    await agencies.book(0)
    await agencies.reserve("Health", 1)
    for person in (1, 2):
        await agencies.book(person)
        await agencies.automate(person)

    await agencies.cancel(0)

    assert await agencies.standing() == ["cancelled", "waitlisted 1", "confirmed"]
    assert await agencies.history(2) == [Change.WAITLISTED, Change.PROMOTED]


async def test_nobody_overtakes_a_colleague_who_waits_for_the_same_reserved_place(
    agencies: Agencies,
) -> None:
    """As after an import that made room and has not yet passed it on."""
    await agencies.begin("Health", "Health", "Police", capacity=1)
    await agencies.reserve("Health", 1)
    async with agencies.database.writing() as db:
        session = await db.get_one(CourseSession, agencies.session_id)
        session.capacity = 0
    await agencies.book(0)
    async with agencies.database.writing() as db:
        session = await db.get_one(CourseSession, agencies.session_id)
        session.capacity = 1

    await agencies.book(2)
    await agencies.book(1)

    assert await agencies.standing() == ["waitlisted 1", "waitlisted 3", "waitlisted 2"]


async def test_the_place_goes_to_everybody_on_the_day_it_opens(agencies: Agencies) -> None:
    await agencies.begin("Police", "Police", "Police", capacity=2)
    await agencies.reserve("Health", 2)
    for person in range(3):
        await agencies.book(person)
    waiting = await agencies.standing()

    await agencies.advance(now=OPENS - A_SECOND)
    before = await agencies.standing()
    await agencies.advance(now=OPENS)
    await agencies.advance(now=OPENS)

    assert waiting == before == ["waitlisted 1", "waitlisted 2", "waitlisted 3"]
    assert await agencies.standing() == ["offered 1", "offered 2", "waitlisted 3"]
    assert await agencies.reserved() == {"Health": (2, OPENS, True)}
    assert (await agencies.read_session()).reserved_until is None
    assert await agencies.broken(now=OPENS) == []


async def test_whoever_books_after_the_day_finds_the_places_open_although_no_sweep_has_run(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", "Police", capacity=1)
    await agencies.reserve("Health", 1)
    await agencies.book(0)

    await agencies.book(1, now=OPENS)

    assert await agencies.standing() == ["offered 1", "waitlisted 2"]


async def test_offers_that_end_and_places_that_open_at_once_are_told_of_once(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", "Police", "Police", "Council", capacity=2)
    await agencies.reserve("Health", 1, opens_at=STARTS)
    for person in range(4):
        await agencies.book(person)
    await agencies.cancel(0, now=OFFERS_END - timedelta(hours=1))

    await agencies.advance(now=OFFERS_END + timedelta(hours=3))

    assert await agencies.standing() == [
        "cancelled",
        "cancelled",
        "waitlisted 2",
        "waitlisted 3",
    ]
    session = await agencies.read_session()
    assert (session.broadcast_count, session.places_taken) == (1, 0)
    told = [one for one in await agencies.told() if one[1] == NoticeKind.BROADCAST]
    assert told == [(n, NoticeKind.BROADCAST, NoticeState.OWED) for n in (2, 3)]


async def test_each_agencys_places_open_on_their_own_day(agencies: Agencies) -> None:
    await agencies.begin("Council", "Council", capacity=2)
    await agencies.reserve("Police", 1, opens_at=OPENS - timedelta(days=2))
    await agencies.reserve("Health", 1)
    for person in range(2):
        await agencies.book(person)
    first = (await agencies.read_session()).reserved_until

    await agencies.advance(now=OPENS - timedelta(days=2))
    between = await agencies.standing()
    await agencies.advance(now=OPENS)

    assert first == OPENS - timedelta(days=2)
    assert between == ["offered 1", "waitlisted 2"]
    # The first offer has run out meanwhile: a working day is over.
    assert await agencies.standing() == ["cancelled", "offered 2"]


async def test_reserving_is_written_down_once_however_often_it_is_pressed(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", capacity=4)

    for _ in range(2):
        await agencies.reserve("Police", 3)
    await agencies.reserve("Health", 1, opens_at=OPENS + timedelta(days=1))
    await agencies.reserve("Police", 1)
    for _ in range(2):
        await agencies.reserve("Police", 0)

    coordinator = agencies.coordinator
    assert await agencies.session_history() == [
        (1, "places_reserved: Police: 3 places until Tue 14 Jan 2025, 10:00", coordinator),
        (2, "places_reserved: Health: 1 place until Wed 15 Jan 2025, 10:00", coordinator),
        (3, "places_reserved: Police: 1 place until Tue 14 Jan 2025, 10:00", coordinator),
        (
            4,
            "places_reserved: Police: none any more, 1 place until Tue 14 Jan 2025, 10:00 before",
            coordinator,
        ),
    ]
    assert await agencies.reserved() == {"Health": (1, OPENS + timedelta(days=1), False)}
    assert (await agencies.read_session()).reserved_until == OPENS + timedelta(days=1)


async def test_places_that_are_reserved_no_more_go_to_those_who_wait(agencies: Agencies) -> None:
    await agencies.begin("Police", "Council", "Police", capacity=3)
    await agencies.reserve("Health", 3)
    for person in range(3):
        await agencies.book(person)

    await agencies.reserve("Health", 1)
    fewer = await agencies.standing()
    await agencies.reserve("Health", 0)

    assert fewer == ["offered 1", "offered 2", "waitlisted 3"]
    assert await agencies.standing() == ["offered 1", "offered 2", "offered 3"]
    assert await agencies.reserved() == {}


async def test_a_reserved_place_that_is_reserved_for_another_agency_goes_to_them(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", capacity=1)
    await agencies.reserve("Health", 1)
    await agencies.book(0)

    with pytest.raises(TooManyReserved):
        await agencies.reserve("Police", 1)
    await agencies.reserve("Health", 0)

    assert await agencies.standing() == ["offered 1"]


async def test_places_are_reserved_anew_after_they_opened(agencies: Agencies) -> None:
    await agencies.begin("Police", capacity=2)
    await agencies.reserve("Health", 1)
    await agencies.advance(now=OPENS)

    await agencies.reserve("Health", 2, opens_at=OPENS + timedelta(days=1), now=OPENS)
    await agencies.book(0, now=OPENS)

    assert await agencies.reserved() == {"Health": (2, OPENS + timedelta(days=1), False)}
    assert await agencies.standing() == ["waitlisted 1"]


async def test_removing_what_has_opened_already_changes_nothing(agencies: Agencies) -> None:
    await agencies.begin("Police", capacity=2)
    await agencies.reserve("Health", 1)
    await agencies.advance(now=OPENS)

    await agencies.reserve("Health", 0, now=OPENS)

    assert await agencies.reserved() == {"Health": (1, OPENS, True)}
    assert len(await agencies.session_history()) == 1


async def test_more_than_are_free_cannot_be_reserved(agencies: Agencies) -> None:
    await agencies.begin("Police", "Health", capacity=5)
    await agencies.book(0)
    await agencies.book(1)
    await agencies.reserve("Health", 2)

    with pytest.raises(TooManyReserved) as refused:
        await agencies.reserve("Police", 4)
    await agencies.reserve("Police", 3)

    assert refused.value.sentence == (
        "At most 3 places of S25-014 can be reserved for Police, 1 of which its people have "
        "already. Reserve 3 or fewer."
    )
    assert {name: row[0] for name, row in (await agencies.reserved()).items()} == {
        "Health": 2,
        "Police": 3,
    }


async def test_a_day_after_offers_end_becomes_that_moment(agencies: Agencies) -> None:
    await agencies.begin(capacity=5)

    await agencies.reserve("Health", 2, opens_at=STARTS)
    await agencies.reserve("Health", 2, opens_at=STARTS - timedelta(hours=1))

    assert await agencies.reserved() == {"Health": (2, OFFERS_END, False)}
    assert len(await agencies.session_history()) == 1


@pytest.mark.parametrize(
    ("starts_at", "opens_at"), [(STARTS, NOW), (STARTS, NOW - A_SECOND), (NOW + A_SECOND, None)]
)
async def test_places_are_reserved_only_until_a_day_to_come(
    agencies: Agencies, starts_at: datetime, opens_at: datetime | None
) -> None:
    await agencies.begin(capacity=5, starts_at=starts_at)

    with pytest.raises(DatesImpossible):
        await agencies.reserve("Health", 2, opens_at=opens_at)

    assert await agencies.reserved() == {}


async def test_only_coordinators_reserve_places(agencies: Agencies) -> None:
    await agencies.begin("Police", capacity=5)

    with pytest.raises(NotACoordinator):
        await agencies.reserve("Health", 2, actor_id=agencies.people[0])

    assert await agencies.reserved() == {}


async def test_an_agency_that_is_not_there_gets_nothing(agencies: Agencies) -> None:
    await agencies.begin("Police", capacity=5)
    agencies.agencies["Health"] = agencies.session_id

    with pytest.raises(NotFound):
        await agencies.reserve("Health", 2)


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(SessionStatus.CANCELLED, SessionCancelled), (SessionStatus.DELIVERED, SessionStarted)],
)
async def test_nothing_is_reserved_on_a_session_that_is_over_or_off(
    agencies: Agencies, status: SessionStatus, refusal: type[Exception]
) -> None:
    await agencies.begin(capacity=5)
    await agencies.set_status(status)

    with pytest.raises(refusal):
        await agencies.reserve("Health", 2)


async def test_capacity_is_not_cut_into_what_is_reserved(agencies: Agencies) -> None:
    await agencies.begin("Police", "Police", capacity=5)
    await agencies.book(0)
    await agencies.reserve("Health", 2)

    with pytest.raises(CapacityTooSmall) as refused:
        await agencies.set_capacity(2)
    await agencies.set_capacity(3)
    await agencies.book(1)

    assert refused.value.sentence == (
        "S25-014 cannot have 2 places, because 1 are taken and 2 more are reserved. "
        "Set it to 3 or more, or reserve fewer first."
    )
    assert await agencies.standing() == ["confirmed", "waitlisted 1"]


async def test_new_places_beside_reserved_ones_go_to_whoever_waits(agencies: Agencies) -> None:
    await agencies.begin("Police", "Police", capacity=2)
    await agencies.reserve("Health", 2)
    await agencies.book(0)
    await agencies.book(1)

    await agencies.set_capacity(3)

    assert await agencies.standing() == ["offered 1", "waitlisted 2"]


async def test_somebody_who_changes_agency_leaves_no_place_twice_taken(
    agencies: Agencies,
) -> None:
    """One place is then taken, three are free, and four are kept."""
    await agencies.begin("Health", "Police", "Police", "Health", "Health", "Council", capacity=4)
    await agencies.reserve("Police", 2)
    await agencies.reserve("Health", 2)
    await agencies.book(0)

    await agencies.change_agency(0, "Council")
    for person in (1, 2, 3, 4, 5):
        await agencies.book(person)

    assert await agencies.standing() == [
        "confirmed",
        "confirmed",
        "confirmed",
        "confirmed",
        "waitlisted 1",
        "waitlisted 2",
    ]
    assert (await agencies.read_session()).places_taken == 4


async def test_a_session_that_is_moved_takes_its_openings_along(agencies: Agencies) -> None:
    await agencies.begin(capacity=5)
    await agencies.reserve("Health", 2)
    await agencies.reserve("Police", 1, opens_at=STARTS)

    async with agencies.database.writing() as db:
        session = await db.get_one(CourseSession, agencies.session_id)
        session.starts_at += timedelta(days=7)
        session.ends_at += timedelta(days=7)
        await shift_openings(
            db, session, started_at=session.starts_at - timedelta(days=7), terms=TERMS
        )

    week = timedelta(days=7)
    assert await agencies.reserved() == {
        "Health": (2, OPENS + week, False),
        "Police": (1, OFFERS_END + week, False),
    }
    assert (await agencies.read_session()).reserved_until == OPENS + week


async def test_openings_keep_their_time_of_day_over_the_change_of_clocks(
    agencies: Agencies,
) -> None:
    await agencies.begin(capacity=5)
    await agencies.reserve("Health", 2)
    weeks = timedelta(weeks=12)

    async with agencies.database.writing() as db:
        session = await db.get_one(CourseSession, agencies.session_id)
        started_at = session.starts_at
        session.starts_at += weeks - timedelta(hours=1)
        session.ends_at += weeks - timedelta(hours=1)
        await shift_openings(db, session, started_at=started_at, terms=TERMS)

    assert await agencies.reserved() == {"Health": (2, OPENS + weeks - timedelta(hours=1), False)}


async def test_the_sweep_finds_sessions_whose_places_are_to_open_and_none_that_are_off(
    agencies: Agencies,
) -> None:
    await agencies.begin(capacity=5)
    await agencies.reserve("Health", 2)

    async with agencies.database.reading() as db:
        before = await sessions_with_places_to_open(db, now=OPENS - A_SECOND)
        due = await sessions_with_places_to_open(db, now=OPENS)
    await agencies.set_status(SessionStatus.CANCELLED)
    async with agencies.database.reading() as db:
        off = await sessions_with_places_to_open(db, now=OPENS)

    assert (before, due, off) == ([], [agencies.session_id], [])


async def test_a_place_that_is_kept_goes_to_whoever_waits_once_they_belong_to_the_agency(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", "Council", "Police", capacity=2)
    await agencies.reserve("Health", 1)
    for person in range(3):
        await agencies.book(person)

    before = await to_pass_on(agencies)
    await agencies.change_agency(2, "Health")
    due = await to_pass_on(agencies)
    for _ in range(2):
        await agencies.advance(now=NOW)

    assert (before, due, await to_pass_on(agencies)) == ([], [agencies.session_id], [])
    assert await agencies.standing() == ["confirmed", "waitlisted 1", "offered 2"]
    assert await agencies.told() == [(2, NoticeKind.OFFER, NoticeState.OWED)]
    assert await agencies.broken() == []


async def test_a_session_without_reserved_places_costs_no_statement_more(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", "Police", "Police", capacity=5)
    await agencies.reserve("Health", 1)
    await agencies.reserve("Health", 0)

    async with agencies.database.writing() as db:
        with statements_counted(db) as sent:
            await book_place(
                db,
                session_id=agencies.session_id,
                practitioner_id=agencies.people[0],
                terms=TERMS,
                now=NOW,
            )
            await advance_waitlist(db, session_id=agencies.session_id, terms=TERMS, now=NOW)

    assert [one for one in sent if "reserved_places" in one] == []


async def test_what_is_open_is_read_in_one_statement_and_only_where_places_are_reserved(
    agencies: Agencies,
) -> None:
    await agencies.begin("Police", "Health", capacity=5)
    await agencies.book(0)
    session = await agencies.read_session()
    async with agencies.database.reading() as db:
        with statements_counted(db) as none_sent:
            none = await open_places_of(db, [session], agency_id=None, now=NOW)
    await agencies.reserve("Health", 3)
    session = await agencies.read_session()

    async with agencies.database.reading() as db:
        with statements_counted(db) as sent:
            found = await open_places_of(
                db, [session] * 2, agency_id=agencies.agencies["Police"], now=NOW
            )
        over = await open_places_of(db, [session], agency_id=None, now=OPENS)

    assert (none, none_sent, over) == ({}, [], {})
    assert sum(one.startswith("SELECT") for one in sent) == 1
    seen = found[session.id]
    assert (seen.open, seen.kept, [one.agency_name for one in seen.others]) == (1, 0, ["Health"])


async def test_an_offer_holds_the_reserved_place_for_the_agency_as_long_as_it_is_open(
    agencies: Agencies,
) -> None:
    await agencies.begin("Health", "Health", "Police", capacity=1)
    await agencies.book(0)
    await agencies.reserve("Health", 1)
    await agencies.book(1)
    await agencies.book(2)
    await agencies.cancel(0)
    offered = await agencies.standing()

    await agencies.cancel(1)

    assert offered == ["cancelled", "offered 1", "waitlisted 2"]
    assert await agencies.standing() == ["cancelled", "cancelled", "waitlisted 2"]
    async with agencies.database.reading() as db:
        assert await sessions_with_overdue_offers(db, now=NEXT_WEEK) == []
        assert len((await db.exec(select(Booking))).all()) == 3
