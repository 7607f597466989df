"""Looking people and agencies up."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import make_account, make_agency, make_coordinator, make_practitioner
from tests.moments import NOW, YESTERDAY
from tests.statements import statements_counted
from trainingbot.db import Database
from trainingbot.enums import Unreachable
from trainingbot.people.queries import (
    account_of,
    agencies_by_name,
    agency_requests,
    coordinator_ids,
    is_coordinator,
    practitioner_by_email,
    reachable_account,
)


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.reading() as db:
        yield db


async def test_an_account_is_known_by_tenant_and_object_id_together(db: AsyncSession) -> None:
    account = await make_account(
        db, await make_practitioner(db), tenant_id="tenant-1", object_id="object-1"
    )

    known = await account_of(db, tenant_id="tenant-1", object_id="object-1")
    elsewhere = await account_of(db, tenant_id="tenant-2", object_id="object-1")

    assert known is not None
    assert (known.id, elsewhere) == (account.id, None)


async def test_an_address_is_found_in_any_mixture_of_cases(db: AsyncSession) -> None:
    person = await make_practitioner(db, email="sam@county.example")

    found = await practitioner_by_email(db, "Sam@County.EXAMPLE")

    assert found is not None
    assert found.id == person.id
    assert await practitioner_by_email(db, "sam@county") is None


async def test_agencies_come_in_the_order_of_the_alphabet(db: AsyncSession) -> None:
    for name in ("Schools", "Council", "Police"):
        await make_agency(db, name=name)

    assert [one.name for one in await agencies_by_name(db)] == ["Council", "Police", "Schools"]


async def test_coordinators_are_told_from_others(db: AsyncSession) -> None:
    coordinator, other = await make_coordinator(db), await make_practitioner(db)

    assert await is_coordinator(db, coordinator.id)
    assert not await is_coordinator(db, other.id)
    assert await coordinator_ids(db) == [coordinator.id]


async def test_requests_are_those_of_people_whose_agency_is_chosen_and_not_confirmed(
    db: AsyncSession,
) -> None:
    agency = await make_agency(db, name="Police")
    waiting = [
        await make_practitioner(db, name=name, agency=agency, confirmed_at=None)
        for name in ("Cas", "Ann", "Ben")
    ]
    await make_practitioner(db, agency=agency, confirmed_at=NOW)
    undecided = await make_practitioner(db, agency=agency, confirmed_at=None)
    undecided.agency_id = None

    first, total = await agency_requests(db, limit=2)
    second, _ = await agency_requests(db, limit=2, offset=2)

    assert [(one.practitioner.name, one.agency.name) for one in [*first, *second]] == [
        ("Ann", "Police"),
        ("Ben", "Police"),
        ("Cas", "Police"),
    ]
    assert total == len(waiting)


async def test_requests_send_as_many_statements_for_five_people_as_for_one(
    db: AsyncSession,
) -> None:
    await make_practitioner(db, confirmed_at=None)
    with statements_counted(db) as for_one:
        await agency_requests(db, limit=10)
    for _ in range(4):
        await make_practitioner(db, confirmed_at=None)
    with statements_counted(db) as for_five:
        await agency_requests(db, limit=10)

    assert len(for_one) == len(for_five) == 2


async def test_nobody_is_reached_who_has_not_met_the_bot_or_removed_it(db: AsyncSession) -> None:
    never_met, removed = await make_practitioner(db), await make_practitioner(db)
    account = await make_account(db, removed)
    account.installed, account.unreachable = False, Unreachable.REMOVED
    await db.flush()

    assert await reachable_account(db, never_met.id) is None
    assert await reachable_account(db, removed.id) is None


@pytest.mark.parametrize("greeted_first", [True, False])
async def test_of_two_accounts_the_one_greeted_last_is_written_to(
    db: AsyncSession,
    greeted_first: bool,  # noqa: FBT001 - both orders of the same case
) -> None:
    person = await make_practitioner(db)
    moments = [YESTERDAY, NOW, None] if greeted_first else [None, NOW, YESTERDAY]
    for number, greeted_at in enumerate(moments):
        account = await make_account(db, person, tenant_id=f"tenant-{number}")
        account.greeted_at = greeted_at
        await db.flush()

    found = await reachable_account(db, person.id)

    assert found is not None
    assert found.greeted_at == NOW
