"""Meeting people, from one turn or from several at once, and greeting them."""

import asyncio
from dataclasses import replace

import pytest
from sqlmodel import col, select

from tests.factories import make_account, make_agency, make_practitioner
from tests.moments import NEXT_WEEK, NOW
from trainingbot.db import Database
from trainingbot.enums import Role
from trainingbot.models import Practitioner, PractitionerRole, TeamsAccount
from trainingbot.people.operations import (
    Identity,
    appoint_coordinators,
    forget_installation,
    greet_once,
    keep_address,
    meet,
)

SAM = Identity(
    tenant_id="tenant-1",
    object_id="object-1",
    name="Sam Okoro",
    email="Sam@County.example",
    service_url="https://smba.example/uk/",
    conversation_id="conversation-1",
    teams_user_id="29:sam",
    bot_id="28:bot",
)
GUEST = replace(SAM, email=None)


async def meet_now(database: Database, identity: Identity) -> Practitioner:
    async with database.writing() as db:
        return await meet(db, identity, now=NOW)


async def people_and_accounts(database: Database) -> tuple[list[str], list[str]]:
    async with database.reading() as db:
        people = await db.exec(select(Practitioner.name).order_by(Practitioner.name))
        accounts = await db.exec(select(TeamsAccount.object_id).order_by(TeamsAccount.object_id))
        return list(people), list(accounts)


async def test_somebody_unknown_is_written_down_without_an_agency(database: Database) -> None:
    met = await meet_now(database, SAM)

    assert (met.name, met.email, met.agency_id, met.agency_confirmed_at) == (
        "Sam Okoro",
        "sam@county.example",
        None,
        None,
    )


async def test_meeting_twice_is_meeting_once(database: Database) -> None:
    first, second = await meet_now(database, SAM), await meet_now(database, SAM)

    assert first.id == second.id
    assert await people_and_accounts(database) == (["Sam Okoro"], ["object-1"])


async def test_a_guest_without_an_address_is_met_once_too(database: Database) -> None:
    first, second = await meet_now(database, GUEST), await meet_now(database, GUEST)

    assert first.id == second.id
    assert first.email is None
    assert await people_and_accounts(database) == (["Sam Okoro"], ["object-1"])


async def test_two_guests_are_two_people(database: Database) -> None:
    first = await meet_now(database, GUEST)
    second = await meet_now(database, replace(GUEST, object_id="object-2"))

    assert first.id != second.id


async def test_the_address_joins_the_account_to_the_practitioner_of_the_programme(
    database: Database,
) -> None:
    async with database.writing() as db:
        known = await make_practitioner(db, name="Sam (programme)", email="sam@county.example")

    met = await meet_now(database, SAM)

    assert (met.id, met.name) == (known.id, "Sam (programme)")
    assert met.agency_id == known.agency_id


async def test_one_address_in_two_tenants_is_one_person_with_two_accounts(
    database: Database,
) -> None:
    first = await meet_now(database, SAM)
    second = await meet_now(database, replace(SAM, tenant_id="tenant-2", object_id="object-2"))

    assert first.id == second.id
    assert await people_and_accounts(database) == (["Sam Okoro"], ["object-1", "object-2"])


@pytest.mark.parametrize(
    ("tenant_id", "email_domain"), [("tenant-1", None), (None, "county.example")]
)
async def test_an_agency_that_is_proven_is_confirmed_at_once(
    database: Database, tenant_id: str | None, email_domain: str | None
) -> None:
    async with database.writing() as db:
        agency = await make_agency(db, tenant_id=tenant_id, email_domain=email_domain)

    met = await meet_now(database, SAM)

    assert (met.agency_id, met.agency_confirmed_at) == (agency.id, NOW)


async def test_a_confirmed_agency_is_not_changed_by_what_a_tenant_proves(
    database: Database,
) -> None:
    async with database.writing() as db:
        await make_agency(db, tenant_id="tenant-1")
        known = await make_practitioner(db, email="sam@county.example", confirmed_at=NEXT_WEEK)

    met = await meet_now(database, SAM)

    assert (met.agency_id, met.agency_confirmed_at) == (known.agency_id, NEXT_WEEK)


@pytest.mark.parametrize("identity", [SAM, GUEST])
async def test_ten_turns_that_meet_the_same_person_at_once_meet_one_person(
    database: Database, identity: Identity
) -> None:
    met = await asyncio.gather(*(meet_now(database, identity) for _ in range(10)))

    assert len({person.id for person in met}) == 1
    assert await people_and_accounts(database) == (["Sam Okoro"], ["object-1"])


async def test_one_person_met_in_two_tenants_at_once_is_one_person(database: Database) -> None:
    identities = [
        replace(SAM, tenant_id=f"tenant-{number}", object_id=f"object-{number}")
        for number in range(5)
    ]

    met = await asyncio.gather(*(meet_now(database, identity) for identity in identities))

    assert len({person.id for person in met}) == 1


async def test_somebody_is_greeted_once_however_many_turns_ask(database: Database) -> None:
    await meet_now(database, SAM)

    async def greet() -> bool:
        async with database.writing() as db:
            return await greet_once(db, tenant_id="tenant-1", object_id="object-1", now=NOW)

    answers = await asyncio.gather(*(greet() for _ in range(10)))

    assert sorted(answers) == [False] * 9 + [True]
    assert not await greet()


async def test_each_account_is_greeted(database: Database) -> None:
    await meet_now(database, SAM)
    await meet_now(database, replace(SAM, object_id="object-2"))

    async with database.writing() as db:
        greeted = [
            await greet_once(db, tenant_id="tenant-1", object_id=object_id, now=NOW)
            for object_id in ("object-1", "object-2", "object-3")
        ]

    assert greeted == [True, True, False]


async def test_the_newest_address_is_kept_and_counts_as_installed(database: Database) -> None:
    await meet_now(database, SAM)
    async with database.writing() as db:
        await forget_installation(db, tenant_id="tenant-1", object_id="object-1")

    async with database.writing() as db:
        await keep_address(
            db,
            tenant_id="tenant-1",
            object_id="object-1",
            service_url="https://smba.example/emea/",
            conversation_id="conversation-2",
            teams_user_id="29:sam-2",
            bot_id="28:bot-2",
        )

    async with database.reading() as db:
        account = (await db.exec(select(TeamsAccount))).one()
    assert (
        account.service_url,
        account.conversation_id,
        account.teams_user_id,
        account.bot_id,
        account.installed,
    ) == ("https://smba.example/emea/", "conversation-2", "29:sam-2", "28:bot-2", True)


async def test_only_the_account_that_removed_the_app_is_not_written_to(
    database: Database,
) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        for object_id in ("object-1", "object-2"):
            await make_account(db, person, object_id=object_id)

    async with database.writing() as db:
        await forget_installation(db, tenant_id="tenant-1", object_id="object-1")
        await forget_installation(db, tenant_id="tenant-2", object_id="object-2")

    async with database.reading() as db:
        installed = await db.exec(
            select(TeamsAccount.object_id).where(col(TeamsAccount.installed).is_(True))
        )
        assert installed.all() == ["object-2"]


async def coordinators(database: Database) -> list[str | None]:
    async with database.reading() as db:
        found = await db.exec(
            select(Practitioner.email)
            .join(PractitionerRole)
            .where(PractitionerRole.role == Role.COORDINATOR)
            .order_by(Practitioner.email)
        )
        return list(found)


async def test_coordinators_are_appointed_by_address_known_or_not(database: Database) -> None:
    async with database.writing() as db:
        await make_practitioner(db, name="Morgan", email="morgan@county.example")

    for _ in range(2):
        async with database.writing() as db:
            await appoint_coordinators(db, ["Morgan@county.example", "new@county.example"])

    assert await coordinators(database) == ["morgan@county.example", "new@county.example"]
    assert "Morgan" in (await people_and_accounts(database))[0]


async def test_services_that_start_together_appoint_each_coordinator_once(
    database: Database,
) -> None:
    async def start() -> None:
        async with database.writing() as db:
            await appoint_coordinators(db, ["morgan@county.example", "new@county.example"])

    await asyncio.gather(*(start() for _ in range(4)))

    assert await coordinators(database) == ["morgan@county.example", "new@county.example"]
