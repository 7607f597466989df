"""Who waits, in which order, and what is offered, on both databases."""

import re
from datetime import timedelta

import pytest

from tests.factories import make_booking, make_session
from tests.moments import NOW
from tests.statements import statements_counted
from tests.trainingbot.bookings.agencies import Agencies
from tests.trainingbot.bookings.scene import Scene
from trainingbot.bookings.queue import (
    everybody_waiting,
    newest_offers,
    overdue_offers,
    sessions_with_overdue_offers,
    somebody_is_waiting,
    waiting_in_order,
    waiting_of_agencies,
)
from trainingbot.bookings.reservations import reservations_of
from trainingbot.db import Database
from trainingbot.enums import BookingStatus

A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)


async def test_the_queue_is_in_the_order_of_its_numbers_without_those_who_left(
    scene: Scene,
) -> None:
    await scene.fill(people=5, capacity=1)
    await scene.cancel(2)
    await scene.book(2)

    async with scene.database.reading() as db:
        waiting = await waiting_in_order(db, scene.session_id, limit=10)
        first_two = await waiting_in_order(db, scene.session_id, limit=2)

    assert [scene.people.index(one.practitioner_id) for one in waiting] == [1, 3, 4, 2]
    assert [one.id for one in first_two] == [one.id for one in waiting[:2]]


async def test_those_who_want_to_be_booked_automatically_keep_their_order(scene: Scene) -> None:
    await scene.fill(people=5, capacity=1)
    for person in (4, 2):
        await scene.automate(person)

    async with scene.database.reading() as db:
        waiting = await waiting_in_order(db, scene.session_id, limit=10, automatic=True)

    assert [scene.people.index(one.practitioner_id) for one in waiting] == [2, 4]


async def test_whoever_is_offered_a_place_does_not_wait(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)

    await scene.set_capacity(2)
    async with scene.database.reading() as db:
        before = await everybody_waiting(db, scene.session_id)
    await scene.set_capacity(3)

    async with scene.database.reading() as db:
        assert [person for person, _ in before] == [scene.people[2]]
        assert await everybody_waiting(db, scene.session_id) == []
        assert not await somebody_is_waiting(db, scene.session_id)


async def test_nobody_of_another_session_is_in_the_queue(database: Database) -> None:
    async with database.writing() as db:
        session = await make_session(db)
        await make_booking(db, status=BookingStatus.WAITLISTED, queue_number=1)

    async with database.reading() as db:
        assert not await somebody_is_waiting(db, session.id)
        assert await everybody_waiting(db, session.id) == []


async def test_the_newest_offers_are_those_to_the_shortest_wait(scene: Scene) -> None:
    await scene.fill(people=5, capacity=1)
    await scene.set_capacity(4)

    async with scene.database.reading() as db:
        newest = await newest_offers(db, scene.session_id, limit=2)

    assert [scene.people.index(one.practitioner_id) for one in newest] == [3, 2]


async def test_an_offer_is_overdue_from_the_moment_at_which_it_ends(scene: Scene) -> None:
    await scene.fill(people=5, capacity=1)
    await scene.set_capacity(3)
    await scene.set_capacity(4, now=NOW + AN_HOUR)

    async with scene.database.reading() as db:
        found = [
            (
                len(await overdue_offers(db, scene.session_id, now=now)),
                await sessions_with_overdue_offers(db, now=now),
            )
            for now in (
                NOW + A_DAY - timedelta(microseconds=1),
                NOW + A_DAY,
                NOW + A_DAY + AN_HOUR,
            )
        ]

    assert found == [(0, []), (2, [scene.session_id]), (3, [scene.session_id])]


async def test_offers_that_were_answered_are_not_overdue(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    await scene.set_capacity(3)

    await scene.book(1)
    await scene.cancel(2)

    async with scene.database.reading() as db:
        assert await sessions_with_overdue_offers(db, now=NOW + 2 * A_DAY) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_open_offers_are_found_without_looking_at_everybody_who_waits(scene: Scene) -> None:
    await scene.fill(people=3, capacity=1)
    async with scene.database.reading() as db:
        with statements_counted(db) as sent:
            await overdue_offers(db, scene.session_id, now=NOW)
            await sessions_with_overdue_offers(db, now=NOW)
            await waiting_in_order(db, scene.session_id, limit=1)
        connection = await db.connection()
        plans = [
            (
                await connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?")
                )
            ).first()
            for statement in sent
            if statement.startswith("SELECT")
        ]

    # The number of an index that belongs to a constraint depends on how the table was made.
    used = [
        re.sub(r"autoindex_booking_\d", "autoindex", plan.detail.partition("INDEX ")[2])
        for plan in plans
        if plan
    ]
    assert used == [
        "ix_booking_open_offers (session_id=? AND offer_expires_at<?)",
        "ix_booking_open_offers",
        "sqlite_autoindex (session_id=? AND queue_number>?)",
    ]


async def test_the_people_of_some_agencies_are_found_in_order_behind_a_number(
    database: Database,
) -> None:
    scene = Agencies(database)
    await scene.begin("Police", "Health", "Police", "Council", "Health", "Police", capacity=0)
    for person in range(6):
        await scene.book(person)
    await scene.automate(4)
    police, health = scene.agencies["Police"], scene.agencies["Health"]

    async with database.reading() as db:
        found = [
            await waiting_of_agencies(
                db, scene.session_id, agencies=of, after=after, limit=limit, automatic=automatic
            )
            for of, after, limit, automatic in (
                (None, 0, 2, False),
                ({police}, 0, 9, False),
                ({police, health}, 2, 2, False),
                ({police, health}, 0, 9, True),
                ({scene.session_id}, 0, 9, False),
            )
        ]

    numbers = [[(one.queue_number, agency) for one, agency in rows] for rows in found]
    assert numbers == [
        [(1, police), (2, health)],
        [(1, police), (3, police), (6, police)],
        [(3, police), (5, health)],
        [(5, health)],
        [],
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_few_of_an_agency_are_found_without_looking_at_everybody_who_waits(
    database: Database,
) -> None:
    scene = Agencies(database)
    await scene.begin("Health", capacity=2)
    await scene.reserve("Health", 1)
    session = await scene.read_session()
    async with database.reading() as db:
        with statements_counted(db) as sent:
            await waiting_of_agencies(
                db, scene.session_id, agencies={scene.agencies["Health"]}, limit=1
            )
            await reservations_of(db, session, now=NOW)
        connection = await db.connection()
        plans = [
            await connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?")
            )
            for statement in sent
            if statement.startswith("SELECT")
        ]
        steps = [row.detail for plan in plans for row in plan if "booking" in row.detail]

    assert [re.sub(r"autoindex_booking_\d", "autoindex", step) for step in steps] == [
        "SEARCH booking USING INDEX sqlite_autoindex (session_id=? AND practitioner_id=?)",
        "SEARCH booking USING INDEX sqlite_autoindex (session_id=? AND queue_number=?)",
        "SEARCH booking USING INDEX ix_booking_open_offers (session_id=?)",
    ]
