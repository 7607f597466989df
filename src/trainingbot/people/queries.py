"""Look people and agencies up."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import Role
from trainingbot.models import Agency, Practitioner, PractitionerRole, TeamsAccount
from trainingbot.people.views import AgencyRequest

_ACCOUNT = (
    select(TeamsAccount, Practitioner)
    .join(Practitioner, col(TeamsAccount.practitioner_id) == Practitioner.id)
    .where(
        col(TeamsAccount.tenant_id) == bindparam("tenant_id"),
        col(TeamsAccount.object_id) == bindparam("object_id"),
    )
)
"""Made once: every turn asks it, and building a statement costs more than running it."""


async def account_and_practitioner(
    db: AsyncSession, *, tenant_id: str, object_id: str
) -> tuple[TeamsAccount, Practitioner] | None:
    """Return the Teams account with this tenant and object id and whose it is, or None."""
    found = await db.exec(_ACCOUNT, params={"tenant_id": tenant_id, "object_id": object_id})
    row = found.first()
    return None if row is None else (row[0], row[1])


async def account_of(db: AsyncSession, *, tenant_id: str, object_id: str) -> TeamsAccount | None:
    """Return the Teams account with this tenant and object id, or None before they have met."""
    known = await account_and_practitioner(db, tenant_id=tenant_id, object_id=object_id)
    return None if known is None else known[0]


async def practitioner_by_email(db: AsyncSession, email: str) -> Practitioner | None:
    """Return the practitioner with this e-mail address, in any mixture of cases."""
    found = await db.exec(select(Practitioner).where(Practitioner.email == email.casefold()))
    return found.first()


async def agencies_by_name(db: AsyncSession) -> Sequence[Agency]:
    """Return every agency in the order of the alphabet."""
    return (await db.exec(select(Agency).order_by(col(Agency.name)))).all()


async def is_coordinator(db: AsyncSession, practitioner_id: UUID) -> bool:
    """Tell whether the practitioner is a coordinator."""
    found = await db.exec(
        select(PractitionerRole).where(
            PractitionerRole.practitioner_id == practitioner_id,
            PractitionerRole.role == Role.COORDINATOR,
        )
    )
    return found.first() is not None


async def coordinator_ids(db: AsyncSession) -> Sequence[UUID]:
    """Return the practitioner ids of every coordinator."""
    found = await db.exec(
        select(PractitionerRole.practitioner_id).where(PractitionerRole.role == Role.COORDINATOR)
    )
    return found.all()


async def agency_requests(
    db: AsyncSession, *, limit: int, offset: int = 0
) -> tuple[list[AgencyRequest], int]:
    """Return a page of the people whose agency waits for confirmation, and how many there are."""
    waiting = (
        col(Practitioner.agency_id).is_not(None),
        col(Practitioner.agency_confirmed_at).is_(None),
    )
    rows = await db.exec(
        select(Practitioner, Agency)
        .join(Agency, col(Practitioner.agency_id) == Agency.id)
        .where(*waiting)
        .order_by(col(Practitioner.name), col(Practitioner.id))
        .limit(limit)
        .offset(offset)
    )
    total = await db.exec(select(func.count()).select_from(Practitioner).where(*waiting))
    return [AgencyRequest(practitioner, agency) for practitioner, agency in rows], total.one()


async def reachable_account(db: AsyncSession, practitioner_id: UUID) -> TeamsAccount | None:
    """Return the account over which Teams reaches a practitioner now, or None."""
    found = await db.exec(
        select(TeamsAccount)
        .where(
            TeamsAccount.practitioner_id == practitioner_id,
            col(TeamsAccount.installed).is_(True),
        )
        .order_by(col(TeamsAccount.greeted_at).desc().nulls_last(), col(TeamsAccount.id))
        .limit(1)
    )
    return found.first()
