"""People who settle their agencies at the same moment."""

import asyncio
from uuid import UUID

from sqlmodel import func, select

from tests.factories import make_agency, make_practitioner
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.enums import Role
from trainingbot.models import Notice, PractitionerRole
from trainingbot.people.operations import choose_agency


async def test_coordinators_who_choose_their_own_agency_at_once_do_not_lock_each_other_out(
    database: Database,
) -> None:
    async with database.writing() as db:
        agencies = [await make_agency(db) for _ in range(10)]
        people = [await make_practitioner(db, confirmed_at=None) for _ in range(3)]
        for person in people:
            role = PractitionerRole(practitioner_id=person.id, role=Role.COORDINATOR)
            db.add(role)

    async def choose(person_id: UUID, agency_id: UUID) -> None:
        async with database.writing() as db:
            await choose_agency(db, practitioner_id=person_id, agency_id=agency_id, now=NOW)

    for agency in agencies:
        await asyncio.gather(*(choose(person.id, agency.id) for person in people))

    async with database.reading() as db:
        owed = (await db.exec(select(func.count()).select_from(Notice))).one()
    assert owed == len(agencies) * len(people) * len(people)
