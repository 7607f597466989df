"""Agencies, practitioners, their roles, and how Teams knows them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from trainingbot.columns import PARENT, UtcDateTime, primary_key, reference, text_enum
from trainingbot.enums import Role, Unreachable


class Agency(SQLModel, table=True):
    """A member organisation of the partnership. Comes with the programme; is never deleted."""

    id: UUID = primary_key()
    code: str = Field(unique=True)
    name: str
    sector: str
    contributing: bool
    email_domain: str | None = Field(default=None, unique=True)
    tenant_id: str | None = Field(default=None, unique=True)
    """The agency's own Microsoft 365 tenant, where it has one to itself."""


class Practitioner(SQLModel, table=True):
    """A person who may book once it is confirmed to which agency they belong.

    The tenant, the e-mail domain or a coordinator confirms it.
    Lifecycle: known from the programme or met in Teams → `agency_id` chosen →
    `agency_confirmed_at` set.
    """

    __table_args__ = (
        CheckConstraint("agency_confirmed_at IS NULL OR agency_id IS NOT NULL", "confirmed_agency"),
    )

    id: UUID = primary_key()
    email: str | None = Field(default=None, unique=True)
    """In lower case; None for a guest whose tenant tells no address."""
    name: str
    agency_id: UUID | None = Field(default=None, foreign_key="agency.id", index=True)
    agency_confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    job_title: str | None = None
    line_manager_email: str | None = None

    agency: Agency | None = Relationship(sa_relationship_kwargs=PARENT)


class PractitionerRole(SQLModel, table=True):
    """A role of a practitioner. Given by the programme or by the settings."""

    __tablename__ = "practitioner_role"

    practitioner_id: UUID = reference("practitioner.id", primary_key=True)
    role: Role = Field(sa_type=text_enum(Role), primary_key=True)

    practitioner: Practitioner | None = Relationship(sa_relationship_kwargs=PARENT)


class TeamsAccount(SQLModel, table=True):
    """How Teams knows a practitioner, and where to write to them.

    Lifecycle: met → `greeted_at` set once → `installed` falls, with the reason in
    `unreachable`, when Teams takes no more messages for it; a new turn lifts it again.
    """

    __tablename__ = "teams_account"
    __table_args__ = (
        UniqueConstraint("tenant_id", "object_id"),
        CheckConstraint("installed = (unreachable IS NULL)", "why_unreachable"),
    )

    id: UUID = primary_key()
    tenant_id: str
    object_id: str
    practitioner_id: UUID = reference("practitioner.id")
    service_url: str
    conversation_id: str
    teams_user_id: str
    bot_id: str
    installed: bool = True
    unreachable: Unreachable | None = Field(default=None, sa_type=text_enum(Unreachable))
    greeted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    practitioner: Practitioner | None = Relationship(sa_relationship_kwargs=PARENT)
