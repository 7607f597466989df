import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tests.factories import make_practitioner
from tests.moments import NOW
from tests.trainingbot.scheduling.scene import LATER, Programme, plan
from trainingbot.errors import NotFound
from trainingbot.scheduling.queries import interested_in, is_interested


async def test_whoever_wants_a_date_is_on_the_list_once(programme: Programme) -> None:
    await programme.prepare_course(people=2)

    await programme.want_a_date(1)
    await programme.want_a_date(0, now=NOW + timedelta(hours=1))
    await programme.want_a_date(1, now=NOW + timedelta(hours=2))

    assert await programme.interested() == [1, 0]
    async with programme.database.reading() as db:
        assert await interested_in(db, programme.course_id, now=NOW) == 2
        assert await is_interested(db, programme.course_id, programme.people[0]) is True


async def test_whoever_changes_their_mind_is_off_the_list(programme: Programme) -> None:
    await programme.prepare_course(people=2)
    await programme.want_a_date(0)

    await programme.want_none(0)
    await programme.want_none(0)
    await programme.want_none(1)

    async with programme.database.reading() as db:
        assert await is_interested(db, programme.course_id, programme.people[0]) is False


async def test_a_button_pressed_many_times_at_once_counts_once(programme: Programme) -> None:
    await programme.prepare_course(people=1)

    await asyncio.gather(*(programme.want_a_date(0) for _ in range(6)))

    assert await programme.interested() == [0]


async def test_nobody_is_interested_in_a_course_that_is_gone(programme: Programme) -> None:
    await programme.prepare_course(people=1)
    programme.course_id = UUID(int=0)

    with pytest.raises(NotFound):
        await programme.want_a_date(0)


async def test_only_those_are_counted_who_are_asked_about_a_new_date(programme: Programme) -> None:
    await programme.prepare_course(people=3)
    async with programme.database.writing() as db:
        newcomer = await make_practitioner(db, confirmed_at=None)
        programme.people.append(newcomer.id)
    programme.session_id = (await programme.add(plan(starts_at=LATER))).id
    await programme.book(0)
    for person in range(4):
        await programme.want_a_date(person)

    async with programme.database.reading() as db:
        asked = await interested_in(db, programme.course_id, now=NOW)
        asked_once_it_is_over = await interested_in(db, programme.course_id, now=LATER)

    assert (asked, asked_once_it_is_over) == (2, 3)
