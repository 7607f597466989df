"""Meet people, and settle which agency they belong to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.db import add_unless_there
from trainingbot.enums import NoticeKind, Role, Unreachable
from trainingbot.errors import NotACoordinator, NotFound
from trainingbot.models import Agency, Notice, Practitioner, PractitionerRole, TeamsAccount
from trainingbot.notices.operations import owe_notice, withdraw_notices
from trainingbot.people.queries import (
    account_of,
    agencies_by_name,
    coordinator_ids,
    is_coordinator,
    practitioner_by_email,
)
from trainingbot.people.rules import believed_email, vouching_agency

REQUEST_LASTS = timedelta(days=30)
"""How long a coordinator is still asked about an agency."""
ANSWER_LASTS = timedelta(days=14)
"""How long the answer to such a request is still worth telling."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as Teams vouches for them, and where to write to them."""

    tenant_id: str
    object_id: str
    name: str
    email: str | None
    """Verified by the tenant; None where it tells none."""
    service_url: str
    conversation_id: str
    teams_user_id: str
    bot_id: str


async def meet(db: AsyncSession, identity: Identity, *, now: datetime) -> Practitioner:
    """Return the practitioner behind a Teams account, whom the service may never have seen.

    A verified e-mail address joins the account to the practitioner of the programme; otherwise
    a new practitioner is written down. The agency is confirmed at once where tenant or e-mail
    domain prove it. Safe to repeat, and from two turns at the same time.
    """
    account = await account_of(db, tenant_id=identity.tenant_id, object_id=identity.object_id)
    if account is not None:
        return await db.get_one(Practitioner, account.practitioner_id)
    agencies = await agencies_by_name(db)
    email = believed_email(agencies, tenant_id=identity.tenant_id, email=identity.email)
    practitioner = await _known_or_new(db, identity, email=email)
    if practitioner.agency_confirmed_at is None:
        agency = vouching_agency(agencies, tenant_id=identity.tenant_id, email=email)
        if agency is not None:
            practitioner.agency_id = agency.id
            practitioner.agency_confirmed_at = now
    await db.flush()
    return await _join(db, practitioner, identity)


async def _known_or_new(db: AsyncSession, identity: Identity, *, email: str | None) -> Practitioner:
    if email is not None:
        # Two turns may meet the same person at once; the unique address lets one of them in.
        await add_unless_there(db, Practitioner(email=email, name=identity.name), unique=["email"])
        known = await practitioner_by_email(db, email)
        assert known is not None  # noqa: S101 - it was there or has just been written
        if known.name == known.email:
            # A coordinator of the settings, whose name nobody has told before.
            known.name = identity.name
        return known
    practitioner = Practitioner(name=identity.name)
    db.add(practitioner)
    return practitioner


async def _join(db: AsyncSession, practitioner: Practitioner, identity: Identity) -> Practitioner:
    account = TeamsAccount(
        tenant_id=identity.tenant_id,
        object_id=identity.object_id,
        practitioner_id=practitioner.id,
        service_url=identity.service_url,
        conversation_id=identity.conversation_id,
        teams_user_id=identity.teams_user_id,
        bot_id=identity.bot_id,
    )
    await add_unless_there(db, account, unique=["tenant_id", "object_id"])
    joined = await account_of(db, tenant_id=identity.tenant_id, object_id=identity.object_id)
    assert joined is not None  # noqa: S101 - it was there or has just been written
    if joined.practitioner_id == practitioner.id:
        return practitioner
    if practitioner.email is None:
        # Another turn met the same guest first: this turn's row was never anybody.
        await db.delete(practitioner)
    return await db.get_one(Practitioner, joined.practitioner_id)


async def keep_address(
    db: AsyncSession,
    *,
    tenant_id: str,
    object_id: str,
    service_url: str,
    conversation_id: str,
    teams_user_id: str,
    bot_id: str,
) -> None:
    """Remember where an account is written to now; it counts as installed again."""
    await db.exec(
        update(TeamsAccount)
        .where(col(TeamsAccount.tenant_id) == tenant_id, col(TeamsAccount.object_id) == object_id)
        .values(
            service_url=service_url,
            conversation_id=conversation_id,
            teams_user_id=teams_user_id,
            bot_id=bot_id,
            installed=True,
            unreachable=None,
        )
    )


async def greet_once(db: AsyncSession, *, tenant_id: str, object_id: str, now: datetime) -> bool:
    """Tell whether to greet this account now: True for the first that asks, ever, and no other.

    Teams announces one installation by two activities, and people type before either arrives.
    """
    greeted = await db.exec(
        update(TeamsAccount)
        .where(
            col(TeamsAccount.tenant_id) == tenant_id,
            col(TeamsAccount.object_id) == object_id,
            col(TeamsAccount.greeted_at).is_(None),
        )
        .values(greeted_at=now)
    )
    return greeted.rowcount == 1


async def forget_installation(
    db: AsyncSession, *, tenant_id: str, object_id: str, why: Unreachable = Unreachable.REMOVED
) -> None:
    """Stop writing to an account, until its person is heard of again."""
    await db.exec(
        update(TeamsAccount)
        .where(col(TeamsAccount.tenant_id) == tenant_id, col(TeamsAccount.object_id) == object_id)
        .values(installed=False, unreachable=why)
    )


async def appoint_coordinators(db: AsyncSession, emails: Iterable[str]) -> None:
    """Make the people at these addresses coordinators; safe to repeat, and by two processes.

    Somebody whom the programme does not know is written down under their address.
    """
    for email in emails:
        new = Practitioner(email=email.casefold(), name=email)
        await add_unless_there(db, new, unique=["email"])
        practitioner = await practitioner_by_email(db, email)
        assert practitioner is not None  # noqa: S101 - it was there or has just been written
        role = PractitionerRole(practitioner_id=practitioner.id, role=Role.COORDINATOR)
        await add_unless_there(db, role, unique=["practitioner_id", "role"])


async def choose_agency(
    db: AsyncSession, *, practitioner_id: UUID, agency_id: UUID, now: datetime
) -> Practitioner:
    """Note the agency that a person says they belong to, and ask the coordinators.

    Choosing the same agency again asks nobody again. A confirmed agency stays as it is: only a
    coordinator changes it.
    """
    practitioner = await _locked(db, practitioner_id)
    if practitioner.agency_confirmed_at is not None or practitioner.agency_id == agency_id:
        return practitioner
    if await db.get(Agency, agency_id) is None:
        raise NotFound("That agency is no longer in the list. Choose again from the newest card.")
    practitioner.agency_id = agency_id
    await withdraw_notices(
        db, about_id=practitioner_id, kinds=(NoticeKind.AGENCY_TO_CONFIRM,), now=now
    )
    occurrence = await _occurrences(db, NoticeKind.AGENCY_TO_CONFIRM, practitioner_id)
    for coordinator_id in await coordinator_ids(db):
        await owe_notice(
            db,
            NoticeKind.AGENCY_TO_CONFIRM,
            practitioner_id=coordinator_id,
            about_id=practitioner_id,
            occurrence=occurrence,
            expires_at=now + REQUEST_LASTS,
            now=now,
        )
    return practitioner


async def confirm_agency(
    db: AsyncSession, *, practitioner_id: UUID, agency_id: UUID, actor_id: UUID, now: datetime
) -> Practitioner:
    """Confirm, as a coordinator, that a practitioner belongs to the agency they chose.

    Raises `NotACoordinator`, or `NotFound` when the request has been declined or the person has
    chosen another agency meanwhile.
    Safe to repeat, and by two coordinators.
    """
    await refuse_unless_coordinator(db, actor_id)
    practitioner = await _locked(db, practitioner_id)
    if practitioner.agency_id is None:
        raise NotFound(
            f"{practitioner.name}’s request has been declined meanwhile. "
            "Type “agencies” to see who is waiting now."
        )
    if practitioner.agency_id != agency_id:
        raise NotFound(
            f"{practitioner.name} has chosen another agency since. "
            "Type “agencies” to see who is waiting now."
        )
    if practitioner.agency_confirmed_at is None:
        practitioner.agency_confirmed_at = now
        await _answer(db, practitioner_id, NoticeKind.AGENCY_CONFIRMED, now=now)
    return practitioner


async def decline_agency(
    db: AsyncSession, *, practitioner_id: UUID, agency_id: UUID, actor_id: UUID, now: datetime
) -> Practitioner:
    """Say, as a coordinator, that a practitioner does not belong to the agency they chose.

    They are told, and may choose again. An agency that is confirmed already stays: the first
    answer counts.
    """
    await refuse_unless_coordinator(db, actor_id)
    practitioner = await _locked(db, practitioner_id)
    if practitioner.agency_id == agency_id and practitioner.agency_confirmed_at is None:
        practitioner.agency_id = None
        await _answer(db, practitioner_id, NoticeKind.AGENCY_DECLINED, now=now)
    return practitioner


async def refuse_unless_coordinator(db: AsyncSession, practitioner_id: UUID) -> None:
    """Raise `NotACoordinator` unless the practitioner is one."""
    if not await is_coordinator(db, practitioner_id):
        raise NotACoordinator(
            "Only the training team's coordinators can do this. Ask one of them to do it for you."
        )


async def _answer(
    db: AsyncSession, practitioner_id: UUID, kind: NoticeKind, *, now: datetime
) -> None:
    await withdraw_notices(
        db, about_id=practitioner_id, kinds=(NoticeKind.AGENCY_TO_CONFIRM,), now=now
    )
    await owe_notice(
        db,
        kind,
        practitioner_id=practitioner_id,
        about_id=practitioner_id,
        occurrence=await _occurrences(db, kind, practitioner_id),
        expires_at=now + ANSWER_LASTS,
        now=now,
    )


async def _locked(db: AsyncSession, practitioner_id: UUID) -> Practitioner:
    # The key stays free for the notices that others owe this person meanwhile: two coordinators
    # who settle their own agency at once would otherwise wait for each other for ever.
    practitioner = await db.get(
        Practitioner, practitioner_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if practitioner is None:
        raise NotFound("This person is no longer in the list.")
    return practitioner


async def _occurrences(db: AsyncSession, kind: NoticeKind, about_id: UUID) -> int:
    newest = await db.exec(
        select(func.max(Notice.occurrence)).where(Notice.kind == kind, Notice.about_id == about_id)
    )
    last = newest.one()
    return 0 if last is None else last + 1
