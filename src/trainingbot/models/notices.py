"""Messages owed to people."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, Relationship, SQLModel

from trainingbot.columns import PARENT, UtcDateTime, primary_key, reference, text_enum
from trainingbot.enums import Channel, NoticeKind, NoticeState
from trainingbot.models.people import Practitioner


class Notice(SQLModel, table=True):
    """A message owed to one person about one thing, once per kind and occurrence.

    Lifecycle: owed → sent, expired, withdrawn or undeliverable. Written in the transaction of
    the change it tells of, delivered when it is due. This row is the truth; a job that delivers
    it carries its id and nothing else.
    """

    __table_args__ = (
        UniqueConstraint("kind", "practitioner_id", "about_id", "occurrence"),
        Index("ix_notice_owed", "due_at", sqlite_where=text("state = 'owed'"),
              postgresql_where=text("state = 'owed'")),
    )  # fmt: skip

    id: UUID = primary_key()
    kind: NoticeKind = Field(sa_type=text_enum(NoticeKind))
    practitioner_id: UUID = reference("practitioner.id")
    about_id: UUID = Field(index=True)
    """The booking, the session or the practitioner that the notice is about."""
    occurrence: int = 0
    """Tells apart the times at which the same thing happened again."""
    due_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    """From then on it is too late to be useful."""
    state: NoticeState = Field(default=NoticeState.OWED, sa_type=text_enum(NoticeState))
    attempts: int = 0
    queued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when a job has it in hand; None where it waits, or has ended."""
    channel: Channel | None = Field(default=None, sa_type=text_enum(Channel))
    """How it was sent."""
    browser: str | None = None
    """A hash of the browser in which its link was first used; the link works in no other one."""
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = None
    """Why it could not be delivered, without names."""

    practitioner: Practitioner | None = Relationship(sa_relationship_kwargs=PARENT)


class Replica(SQLModel, table=True):
    """A process that delivers notices, for as long as it says so.

    Whoever finds a heartbeat that has stopped takes over what that process was doing.
    """

    id: str = Field(primary_key=True)
    heartbeat_at: datetime = Field(sa_type=UtcDateTime)
