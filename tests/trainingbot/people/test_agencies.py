"""Choosing an agency, and the coordinators' answers to it."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from tests.factories import make_agency, make_coordinator, make_practitioner
from tests.moments import NEXT_WEEK, NOW
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.errors import NotACoordinator, NotFound
from trainingbot.models import Notice, Practitioner
from trainingbot.people.operations import (
    ANSWER_LASTS,
    REQUEST_LASTS,
    choose_agency,
    confirm_agency,
    decline_agency,
)

ASKED = NoticeKind.AGENCY_TO_CONFIRM
YES, NO = NoticeKind.AGENCY_CONFIRMED, NoticeKind.AGENCY_DECLINED
Told = tuple[UUID, int, NoticeState]
OWED, WITHDRAWN = NoticeState.OWED, NoticeState.WITHDRAWN


class Scene:
    """A newcomer without an agency, two agencies, two coordinators."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def prepare(self) -> None:
        async with self.database.writing() as db:
            self.police = (await make_agency(db, name="Police")).id
            self.schools = (await make_agency(db, name="Schools")).id
            self.morgan = (await make_coordinator(db, name="Morgan")).id
            self.jo = (await make_coordinator(db, name="Jo")).id
            sam = await make_practitioner(db, name="Sam", confirmed_at=None)
            sam.agency_id = None
            self.sam = sam.id

    async def choose(self, agency_id: UUID) -> Practitioner:
        async with self.database.writing() as db:
            return await choose_agency(db, practitioner_id=self.sam, agency_id=agency_id, now=NOW)

    async def confirm(self, agency_id: UUID, *, by: UUID) -> Practitioner:
        async with self.database.writing() as db:
            return await confirm_agency(
                db, practitioner_id=self.sam, agency_id=agency_id, actor_id=by, now=NOW
            )

    async def decline(self, agency_id: UUID, *, by: UUID) -> Practitioner:
        async with self.database.writing() as db:
            return await decline_agency(
                db, practitioner_id=self.sam, agency_id=agency_id, actor_id=by, now=NOW
            )

    async def read_sam(self) -> Practitioner:
        async with self.database.reading() as db:
            return await db.get_one(Practitioner, self.sam)

    async def notices(self, kind: NoticeKind) -> list[Told]:
        """Return to whom, for the how manieth time, and how it stands, in order."""
        async with self.database.reading() as db:
            rows = await db.exec(
                select(Notice)
                .where(Notice.kind == kind, Notice.about_id == self.sam)
                .order_by(col(Notice.occurrence), col(Notice.practitioner_id))
            )
            return [(row.practitioner_id, row.occurrence, row.state) for row in rows]

    def coordinators(self, occurrence: int, state: NoticeState) -> list[Told]:
        return [(one, occurrence, state) for one in sorted((self.morgan, self.jo), key=str)]


@pytest.fixture
async def scene(database: Database) -> Scene:
    scene = Scene(database)
    await scene.prepare()
    return scene


async def test_choosing_an_agency_asks_each_coordinator(scene: Scene) -> None:
    sam = await scene.choose(scene.police)

    assert (sam.agency_id, sam.agency_confirmed_at) == (scene.police, None)
    assert await scene.notices(ASKED) == scene.coordinators(0, OWED)


async def test_a_request_is_not_asked_for_ever(scene: Scene) -> None:
    await scene.choose(scene.police)

    async with scene.database.reading() as db:
        ends = (await db.exec(select(Notice.expires_at).distinct())).all()
    assert ends == [NOW + REQUEST_LASTS]


async def test_choosing_the_same_agency_again_asks_nobody_again(scene: Scene) -> None:
    await scene.choose(scene.police)
    await scene.choose(scene.police)

    assert await scene.notices(ASKED) == scene.coordinators(0, OWED)


async def test_choosing_twice_at_once_asks_each_coordinator_once(scene: Scene) -> None:
    await asyncio.gather(*(scene.choose(scene.police) for _ in range(5)))

    assert await scene.notices(ASKED) == scene.coordinators(0, OWED)


async def test_choosing_another_agency_takes_the_first_question_back(scene: Scene) -> None:
    await scene.choose(scene.police)
    sam = await scene.choose(scene.schools)

    assert sam.agency_id == scene.schools
    assert await scene.notices(ASKED) == [
        *scene.coordinators(0, WITHDRAWN),
        *scene.coordinators(1, OWED),
    ]


async def test_an_agency_that_is_not_in_the_list_is_refused(scene: Scene) -> None:
    with pytest.raises(NotFound) as refusal:
        await scene.choose(uuid4())

    assert refusal.value.sentence == (
        "That agency is no longer in the list. Choose again from the newest card."
    )
    assert (await scene.read_sam()).agency_id is None


async def test_a_person_who_is_not_in_the_list_is_refused(database: Database) -> None:
    async with database.writing() as db:
        agency = await make_agency(db)

    async with database.writing() as db:
        with pytest.raises(NotFound):
            await choose_agency(db, practitioner_id=uuid4(), agency_id=agency.id, now=NOW)


async def test_a_confirmed_agency_is_not_changed_by_choosing(scene: Scene) -> None:
    await scene.choose(scene.police)
    await scene.confirm(scene.police, by=scene.morgan)

    sam = await scene.choose(scene.schools)

    assert (sam.agency_id, sam.agency_confirmed_at) == (scene.police, NOW)
    assert await scene.notices(ASKED) == scene.coordinators(0, WITHDRAWN)


async def test_confirming_tells_the_person_and_asks_the_others_no_more(scene: Scene) -> None:
    await scene.choose(scene.police)

    sam = await scene.confirm(scene.police, by=scene.morgan)

    assert (sam.agency_id, sam.agency_confirmed_at) == (scene.police, NOW)
    assert await scene.notices(ASKED) == scene.coordinators(0, WITHDRAWN)
    assert await scene.notices(YES) == [(scene.sam, 0, OWED)]


async def test_an_answer_is_told_for_two_weeks(scene: Scene) -> None:
    await scene.choose(scene.police)
    await scene.confirm(scene.police, by=scene.morgan)

    async with scene.database.reading() as db:
        ends = await db.exec(select(Notice.expires_at).where(Notice.kind == YES))
        assert ends.all() == [NOW + ANSWER_LASTS]


async def test_two_coordinators_who_confirm_tell_the_person_once(scene: Scene) -> None:
    await scene.choose(scene.police)

    await asyncio.gather(
        *(scene.confirm(scene.police, by=by) for by in (scene.morgan, scene.jo, scene.morgan))
    )

    assert await scene.notices(YES) == [(scene.sam, 0, OWED)]


async def test_declining_tells_the_person_and_lets_them_choose_again(scene: Scene) -> None:
    await scene.choose(scene.police)
    sam = await scene.decline(scene.police, by=scene.morgan)
    again = await scene.choose(scene.police)

    assert (sam.agency_id, sam.agency_confirmed_at) == (None, None)
    assert again.agency_id == scene.police
    assert await scene.notices(NO) == [(scene.sam, 0, OWED)]
    assert await scene.notices(ASKED) == [
        *scene.coordinators(0, WITHDRAWN),
        *scene.coordinators(1, OWED),
    ]


async def test_two_coordinators_who_decline_tell_the_person_once(scene: Scene) -> None:
    await scene.choose(scene.police)

    await asyncio.gather(*(scene.decline(scene.police, by=by) for by in (scene.morgan, scene.jo)))

    assert await scene.notices(NO) == [(scene.sam, 0, OWED)]


async def test_somebody_who_is_declined_twice_is_told_twice(scene: Scene) -> None:
    for agency_id in (scene.police, scene.schools):
        await scene.choose(agency_id)
        await scene.decline(agency_id, by=scene.jo)

    assert await scene.notices(NO) == [(scene.sam, 0, OWED), (scene.sam, 1, OWED)]


async def test_of_two_different_answers_the_first_counts(scene: Scene) -> None:
    await scene.choose(scene.police)
    await scene.confirm(scene.police, by=scene.morgan)

    sam = await scene.decline(scene.police, by=scene.jo)

    assert (sam.agency_id, sam.agency_confirmed_at) == (scene.police, NOW)
    assert await scene.notices(NO) == []


async def test_confirming_after_a_colleague_declined_says_what_happened(scene: Scene) -> None:
    await scene.choose(scene.police)
    await scene.decline(scene.police, by=scene.morgan)

    with pytest.raises(NotFound) as refusal:
        await scene.confirm(scene.police, by=scene.jo)

    assert refusal.value.sentence == (
        "Sam’s request has been declined meanwhile. Type “agencies” to see who is waiting now."
    )


async def test_an_answer_never_confirms_an_agency_chosen_meanwhile(scene: Scene) -> None:
    await scene.choose(scene.police)
    await scene.choose(scene.schools)

    with pytest.raises(NotFound) as refusal:
        await scene.confirm(scene.police, by=scene.morgan)
    declined = await scene.decline(scene.police, by=scene.morgan)

    assert refusal.value.sentence == (
        "Sam has chosen another agency since. Type “agencies” to see who is waiting now."
    )
    assert (declined.agency_id, declined.agency_confirmed_at) == (scene.schools, None)


async def test_confirming_again_later_changes_nothing(scene: Scene) -> None:
    await scene.choose(scene.police)
    await scene.confirm(scene.police, by=scene.morgan)

    async with scene.database.writing() as db:
        await confirm_agency(
            db,
            practitioner_id=scene.sam,
            agency_id=scene.police,
            actor_id=scene.jo,
            now=NEXT_WEEK,
        )

    assert (await scene.read_sam()).agency_confirmed_at == NOW


async def test_nobody_but_a_coordinator_answers(scene: Scene) -> None:
    await scene.choose(scene.police)

    with pytest.raises(NotACoordinator):
        await scene.confirm(scene.police, by=scene.sam)
    with pytest.raises(NotACoordinator) as refusal:
        await scene.decline(scene.police, by=scene.sam)

    assert refusal.value.sentence == (
        "Only the training team's coordinators can do this. Ask one of them to do it for you."
    )
    assert (await scene.read_sam()).agency_confirmed_at is None
    assert await scene.notices(ASKED) == scene.coordinators(0, OWED)


async def test_who_asks_is_looked_at_before_what_is_asked(scene: Scene) -> None:
    """Somebody who may not do it learns nothing about anybody."""
    with pytest.raises(NotACoordinator):
        await scene.confirm(uuid4(), by=scene.sam)
