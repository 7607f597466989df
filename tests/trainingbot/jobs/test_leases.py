"""Leases: who lives, who is dead, and that each dead one has one heir."""

import asyncio
from datetime import timedelta

from sqlmodel import col, select

from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.jobs.leases import Leases
from trainingbot.models import Replica

LATER = NOW + timedelta(hours=1)


async def heartbeats(database: Database) -> dict[str, object]:
    async with database.reading() as db:
        rows = await db.exec(select(Replica).order_by(col(Replica.id)))
        return {row.id: row.heartbeat_at for row in rows}


async def looking_at_one_who_stopped(database: Database, name: str) -> Leases:
    """Return the leases of a process that saw the same heartbeat a while ago."""
    leases = Leases(database, name)
    await leases.take_over(now=LATER - timedelta(seconds=10))
    return leases


async def test_a_heartbeat_is_written_once_and_then_moved(database: Database) -> None:
    leases = Leases(database, "here")

    await leases.beat(now=NOW)
    await leases.beat(now=LATER)

    assert await heartbeats(database) == {"here": LATER}


async def test_who_was_taken_for_dead_says_so_again(database: Database) -> None:
    leases = Leases(database, "here")
    await leases.beat(now=NOW)
    await Leases(database, "there").release("here")

    await leases.beat(now=LATER)

    assert await heartbeats(database) == {"here": LATER}


async def test_a_process_whose_heartbeat_stopped_is_taken_over(database: Database) -> None:
    await Leases(database, "dead").beat(now=NOW)
    leases = await looking_at_one_who_stopped(database, "here")

    taken = await leases.take_over(now=LATER)

    assert taken == ["dead"]
    assert await heartbeats(database) == {"dead": LATER}


async def test_nobody_is_taken_over_at_first_sight(database: Database) -> None:
    await Leases(database, "slow clock").beat(now=NOW)

    taken = await Leases(database, "here").take_over(now=LATER)

    assert taken == []


async def test_a_process_whose_clock_is_behind_is_not_dead(database: Database) -> None:
    behind = Leases(database, "slow clock")
    await behind.beat(now=NOW)
    leases = await looking_at_one_who_stopped(database, "here")
    await behind.beat(now=NOW + timedelta(seconds=10))

    taken = await leases.take_over(now=LATER)

    assert taken == []


async def test_a_process_within_its_lease_is_not_dead(database: Database) -> None:
    await Leases(database, "alive").beat(now=LATER - timedelta(seconds=19))
    leases = await looking_at_one_who_stopped(database, "here")

    taken = await leases.take_over(now=LATER)

    assert (taken, leases.alive) == ([], 2)


async def test_of_two_takers_one_gets_each(database: Database) -> None:
    await Leases(database, "dead").beat(now=NOW)
    takers = [await looking_at_one_who_stopped(database, name) for name in ("one", "two", "three")]

    taken = await asyncio.gather(*(taker.take_over(now=LATER) for taker in takers))

    assert sorted(taken) == [[], [], ["dead"]]


async def test_who_dies_while_taking_over_is_followed_by_another(database: Database) -> None:
    await Leases(database, "dead").beat(now=NOW)
    taker = await looking_at_one_who_stopped(database, "dies too")
    await taker.take_over(now=LATER)
    leases = Leases(database, "here")
    await leases.take_over(now=LATER + timedelta(seconds=1))

    soon = await leases.take_over(now=LATER + timedelta(seconds=19))
    later = await leases.take_over(now=LATER + timedelta(seconds=21))

    assert (soon, later) == ([], ["dead"])


async def test_who_has_jobs_and_no_lease_gets_one(database: Database) -> None:
    leases = Leases(database, "here")
    await leases.beat(now=NOW)

    await leases.note(["here", "lost"], now=LATER)

    assert await heartbeats(database) == {"here": NOW, "lost": LATER}


async def test_who_has_a_lease_keeps_it_as_it_is(database: Database) -> None:
    await Leases(database, "there").beat(now=NOW)

    await Leases(database, "here").note(["there"], now=LATER)

    assert await heartbeats(database) == {"there": NOW}


async def test_a_lease_that_is_released_is_gone(database: Database) -> None:
    leases = Leases(database, "here")
    await leases.beat(now=NOW)

    await leases.release("here")

    assert await heartbeats(database) == {}
