import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, select

from tests.factories import make_practitioner
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.statements import statements_counted
from tests.trainingbot.scheduling.scene import LATER, Programme, plan
from trainingbot.enums import Change, Delivery, NoticeKind, SessionStatus, SessionStep
from trainingbot.errors import (
    DatesImpossible,
    LinkNotUsable,
    NotACoordinator,
    NotATrainer,
    NotFound,
    PlacesImpossible,
)
from trainingbot.models import Booking, CourseSession, Interest, Practitioner
from trainingbot.scheduling.adding import WAS_INTERESTED, add_session

NEW_YEAR = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)


async def test_a_session_is_added_as_it_was_planned(programme: Programme) -> None:
    await programme.prepare_course(trainers=2)

    session = await programme.add(
        plan(
            capacity=12,
            delivery=Delivery.IN_PERSON,
            venue="Town Hall",
            trainer_ids=tuple(programme.trainers),
        )
    )

    programme.session_id = session.id
    stored = await programme.read_session()
    assert (stored.code, stored.course_id, stored.starts_at) == (
        "S25-001",
        programme.course_id,
        NEXT_WEEK,
    )
    assert (stored.capacity, stored.delivery, stored.venue, stored.status) == (
        12,
        Delivery.IN_PERSON,
        "Town Hall",
        SessionStatus.SCHEDULED,
    )
    assert (stored.tentative, stored.places_taken, stored.change_count) == (False, 0, 0)
    assert await programme.trainers_now() == set(programme.trainers)
    assert await programme.steps() == [
        (
            1,
            SessionStep.ADDED,
            "Tue 14 Jan 2025, 10:00 to 12:30, in person, Town Hall; places: 12; 2 trainers.",
        )
    ]
    assert [one.actor_id for one in await programme.session_changes()] == [programme.coordinator]
    assert await programme.owed() == {
        "trainer 0": [NoticeKind.TRAINER_NAMED],
        "trainer 1": [NoticeKind.TRAINER_NAMED],
    }
    assert await programme.audited() == []


async def test_a_tentative_session_says_on_what_it_depends(programme: Programme) -> None:
    await programme.prepare_course()

    session = await programme.add(
        plan(minimum_places=8, decide_at=NEXT_WEEK - timedelta(days=4, hours=-7))
    )

    programme.session_id = session.id
    assert (session.tentative, session.minimum_places) == (True, 8)
    assert [details for _, _, details in await programme.steps()] == [
        (
            "Tue 14 Jan 2025, 10:00 to 12:30, online in Teams; places: 20; no trainer; "
            "tentative, needs 8 by Fri 10 Jan 2025, 17:00."
        )
    ]


@pytest.mark.parametrize(
    ("starts_at", "codes"),
    [(NEXT_WEEK, ["S25-001", "S25-002"]), (NEW_YEAR, ["S26-001", "S26-002"])],
)
async def test_codes_count_through_the_year_in_which_sessions_start(
    programme: Programme, starts_at: datetime, codes: list[str]
) -> None:
    await programme.prepare_course()

    added = [await programme.add(plan(starts_at=starts_at)) for _ in range(2)]

    assert [one.code for one in added] == codes


async def test_a_code_that_a_programme_gave_is_passed_over(programme: Programme) -> None:
    await programme.prepare_course()
    first = await programme.add(plan())
    async with programme.database.writing() as db:
        (await db.get_one(CourseSession, first.id)).code = "S25-041"

    session = await programme.add(plan())

    assert session.code == "S25-042"


async def test_two_coordinators_who_add_at_once_get_two_codes(programme: Programme) -> None:
    await programme.prepare_course()

    added = await asyncio.gather(*(programme.add(plan()) for _ in range(8)))

    assert sorted(one.code for one in added) == [f"S25-{number:03}" for number in range(1, 9)]


async def test_a_button_pressed_twice_adds_one_session(programme: Programme) -> None:
    await programme.prepare_course(people=2, trainers=1)
    await programme.want_a_date(0)
    wanted = plan(trainer_ids=tuple(programme.trainers))
    session_id = uuid4()

    first, second = await asyncio.gather(
        programme.add(wanted, session_id=session_id), programme.add(wanted, session_id=session_id)
    )

    programme.session_id = session_id
    assert (first.id, second.id) == (session_id, session_id)
    assert await programme.standing() == ["offered 1"]
    assert len(await programme.steps()) == 1


@pytest.mark.parametrize(
    ("changed", "refusal", "sentence"),
    [
        ({"starts_at": NOW}, DatesImpossible, "The start lies in the past."),
        ({"ends_at": NEXT_WEEK}, DatesImpossible, "The end must be later"),
        ({"capacity": 0}, PlacesImpossible, "from 1 to 1,000"),
        ({"capacity": 1001}, PlacesImpossible, "from 1 to 1,000"),
        ({"minimum_places": 0, "decide_at": NOW}, PlacesImpossible, "at least 1"),
        ({"minimum_places": 21, "decide_at": NOW}, PlacesImpossible, "no more than"),
        ({"minimum_places": 5}, DatesImpossible, "The day to decide is missing."),
        ({"minimum_places": 5, "decide_at": NOW}, DatesImpossible, "between now and the start"),
        ({"minimum_places": 5, "decide_at": NEXT_WEEK}, DatesImpossible, "between now and"),
        ({"join_url": "javascript:alert(1)"}, LinkNotUsable, "https://"),
        ({"trainer_ids": (uuid4(),)}, NotATrainer, "not in the list of trainers"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused_by_its_field(
    programme: Programme,
    changed: dict[str, object],
    refusal: type[Exception],
    sentence: str,
) -> None:
    await programme.prepare_course()

    with pytest.raises(refusal, match=sentence):
        await programme.add(plan(**changed))

    async with programme.database.reading() as db:
        assert (await db.exec(select(CourseSession))).all() == []


async def test_only_coordinators_add_sessions(programme: Programme) -> None:
    await programme.prepare_course(people=1)
    programme.coordinator = programme.people[0]

    with pytest.raises(NotACoordinator):
        await programme.add(plan())


async def test_a_course_that_is_gone_gets_no_session(programme: Programme) -> None:
    await programme.prepare_course()
    programme.course_id = uuid4()

    with pytest.raises(NotFound):
        await programme.add(plan())


async def test_those_who_wanted_a_date_are_asked_in_their_order(programme: Programme) -> None:
    await programme.prepare_course(people=4)
    for minutes, person in enumerate((2, 0, 3)):
        await programme.want_a_date(person, now=NOW + timedelta(minutes=minutes))

    session = await programme.add(plan(starts_at=LATER, capacity=2), now=NOW + timedelta(hours=1))

    programme.session_id = session.id
    assert await programme.standing() == ["offered 2", "offered 1", "waitlisted 3"]
    assert await programme.history(2) == [Change.WAITLISTED, Change.OFFERED]
    assert await programme.actors(2) == [programme.coordinator, None]
    assert await programme.owed() == {
        "person 0": [NoticeKind.OFFER],
        "person 2": [NoticeKind.OFFER],
        "person 3": [NoticeKind.BOOKED_FOR_YOU],
    }
    assert await programme.interested() == []
    assert await programme.audited(now=NOW + timedelta(hours=1)) == []


async def test_why_somebody_waits_on_a_new_date_stands_in_the_history(
    programme: Programme,
) -> None:
    await programme.prepare_course(people=1)
    await programme.want_a_date(0)

    programme.session_id = (await programme.add(plan())).id

    assert await programme.reasons(0) == [WAS_INTERESTED, None]


async def test_near_the_day_the_interested_hear_the_broadcast(programme: Programme) -> None:
    await programme.prepare_course(people=2)
    await programme.want_a_date(0)
    await programme.want_a_date(1, now=NOW + timedelta(minutes=1))

    programme.session_id = (await programme.add(plan(starts_at=NOW + timedelta(days=2)))).id

    assert await programme.standing() == ["waitlisted 1", "waitlisted 2"]
    assert await programme.owed() == {
        "person 0": [NoticeKind.BOOKED_FOR_YOU, NoticeKind.BROADCAST],
        "person 1": [NoticeKind.BOOKED_FOR_YOU, NoticeKind.BROADCAST],
    }


async def test_the_interested_are_left_alone_where_the_coordinator_says_so(
    programme: Programme,
) -> None:
    await programme.prepare_course(people=1)
    await programme.want_a_date(0)

    programme.session_id = (await programme.add(plan(), invite=False)).id

    assert await programme.standing() == []
    assert await programme.interested() == [0]


async def test_who_has_no_confirmed_agency_stays_interested(programme: Programme) -> None:
    await programme.prepare_course(people=2)
    async with programme.database.writing() as db:
        newcomer = await make_practitioner(db, confirmed_at=None)
        programme.people.append(newcomer.id)
    for person in (2, 0):
        await programme.want_a_date(person, now=NOW + timedelta(minutes=person))

    programme.session_id = (await programme.add(plan())).id

    assert await programme.standing() == ["offered 1"]
    assert await programme.interested() == [2]


async def test_who_has_a_coming_place_by_now_is_not_asked_again(programme: Programme) -> None:
    await programme.prepare_course(people=2)
    programme.session_id = (await programme.add(plan(starts_at=LATER))).id
    await programme.book(0)
    for person in (0, 1):
        await programme.want_a_date(person, now=NOW + timedelta(minutes=person))

    programme.session_id = (await programme.add(plan(starts_at=LATER + timedelta(days=7)))).id

    assert await programme.standing() == ["offered 1"]
    assert await programme.interested() == []
    assert await programme.audited() == []


async def test_a_long_interest_list_takes_few_statements(programme: Programme) -> None:
    await programme.prepare_course(people=600)
    async with programme.database.writing() as db:
        people = (await db.exec(select(Practitioner).where(col(Practitioner.name) > "P"))).all()
        db.add_all(
            Interest(course_id=programme.course_id, practitioner_id=one.id, since=NOW)
            for one in people
            if one.id in programme.people
        )

    async with programme.database.writing() as db:
        with statements_counted(db) as sent:
            session = await add_session(
                db,
                course_id=programme.course_id,
                plan=plan(capacity=1),
                invite_interested=True,
                actor_id=programme.coordinator,
                terms=TERMS,
                now=NOW,
            )

    async with programme.database.reading() as db:
        bookings = await db.exec(select(Booking).where(Booking.session_id == session.id))
        assert len(bookings.all()) == 600
    assert len(sent) < 30
