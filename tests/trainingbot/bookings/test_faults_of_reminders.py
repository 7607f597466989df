"""Faults of reminders seen in systems like this one; each must not be here."""

from datetime import timedelta

from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.trainingbot.bookings.dates import FIRST, SECOND, Dates
from tests.trainingbot.bookings.scene import Scene
from tests.trainingbot.bookings.schedules import (
    EARLY,
    INVITATION,
    JOINING,
    LATE,
    SOON,
    owed_in_time,
    send_due,
)
from trainingbot.db import Database
from trainingbot.enums import Delivery, NoticeState
from trainingbot.scheduling.missing import owe_missing
from trainingbot.scheduling.moving import move_session

A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
A_MINUTE = timedelta(minutes=1)


async def test_fault_only_the_people_on_the_first_event_are_reminded(database: Database) -> None:
    """A job that looks up the people of one event leaves those on the second without a word."""
    dates = Dates(database)
    await dates.prepare("Ann", "Ben", "Cas")
    await dates.book("Ann", on=FIRST)
    await dates.book("Ben", on=SECOND)
    await dates.book("Cas", on=FIRST)
    await dates.book("Cas", on=SECOND)
    ann, ben, cas = (dates.people[name] for name in ("Ann", "Ben", "Cas"))

    before_first = await send_due(database, now=NEXT_WEEK - A_DAY)
    before_second = await send_due(database, now=NEXT_WEEK + A_WEEK - A_DAY)

    late_on_first = [who for who, kind in before_first if kind == LATE]
    late_on_second = [who for who, kind in before_second if kind == LATE]
    assert late_on_first == sorted([ann, cas])
    assert late_on_second == sorted([ben, cas])


async def test_fault_whoever_books_after_the_reminders_went_out_gets_none(scene: Scene) -> None:
    """One flag per event says that it has been done, also to those who were not there yet."""
    await scene.prepare(people=2, capacity=2)
    await scene.book(0)
    first, second = scene.people
    went_out = await send_due(scene.database, now=NOW + timedelta(days=2))

    await scene.book(1, now=NOW + timedelta(days=2, hours=1))

    later = await send_due(scene.database, now=NEXT_WEEK - A_DAY)
    assert went_out == [(first, JOINING)]
    assert later == sorted([(first, LATE), (second, LATE)])


async def test_fault_a_restart_sends_everything_again(scene: Scene) -> None:
    """Without a record of what was sent, a service that starts knows of nothing."""
    await scene.prepare(people=1, capacity=1)
    await scene.book(0, now=NOW - A_DAY)
    person = scene.people[0]
    sent = [await send_due(scene.database, now=NOW + number * A_DAY) for number in range(9)]
    # What starts with the service owes what is missing, here once a day.
    mended = []
    for number in range(9):
        async with scene.database.writing() as db:
            mended.append(await owe_missing(db, terms=TERMS, now=NOW + number * A_DAY))

    again = await send_due(scene.database, now=NEXT_WEEK + A_DAY)

    assert [one for day in sent for one in day] == [
        (person, EARLY),
        (person, JOINING),
        (person, LATE),
        (person, INVITATION),
    ]
    assert (mended[-1], again) == (0, [])


async def test_fault_the_reminders_of_a_rescheduled_session_do_not_move(scene: Scene) -> None:
    """People are reminded of the old date, or of none."""
    await scene.fill(people=1, capacity=1)
    later = NEXT_WEEK + A_WEEK

    async with scene.database.writing() as db:
        await move_session(
            db,
            session_id=scene.session_id,
            starts_at=later,
            ends_at=later + timedelta(hours=2),
            delivery=Delivery.TEAMS,
            venue=None,
            join_url=None,
            actor_id=None,
            reason=None,
            terms=TERMS,
            now=NOW,
        )

    assert await owed_in_time(scene.database, scene.session_id, scene.people[0]) == [
        (EARLY, NOW + A_WEEK),
        (JOINING, NOW + A_WEEK + 2 * A_DAY),
        (LATE, later - A_DAY),
        (SOON, later - timedelta(hours=1)),
        (INVITATION, later + timedelta(hours=2)),
    ]
    withdrawn = NoticeState.WITHDRAWN
    assert await owed_in_time(
        scene.database, scene.session_id, scene.people[0], state=withdrawn
    ) == [
        (JOINING, NOW + 2 * A_DAY),
        (LATE, NEXT_WEEK - A_DAY),
        (SOON, NEXT_WEEK - timedelta(hours=1)),
        (INVITATION, NEXT_WEEK + timedelta(minutes=150)),
    ]
    assert await send_due(scene.database, now=NEXT_WEEK - A_MINUTE) == []
    assert await send_due(scene.database, now=NEXT_WEEK) == [(scene.people[0], EARLY)]


async def test_fault_whoever_books_or_cancels_sets_off_messages_to_everybody(scene: Scene) -> None:
    """A change of one booking invites all the others anew."""
    await scene.prepare(people=3, capacity=3)
    await scene.book(0)
    await scene.book(1)
    before = [
        await owed_in_time(scene.database, scene.session_id, person) for person in scene.people[:2]
    ]

    await scene.book(2, now=NOW + A_DAY)
    await scene.cancel(2, now=NOW + A_DAY)

    assert [
        await owed_in_time(scene.database, scene.session_id, person) for person in scene.people[:2]
    ] == before
    assert await send_due(scene.database, now=NOW + A_DAY) == []
