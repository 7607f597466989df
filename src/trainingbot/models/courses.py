"""Courses and their sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, Relationship, SQLModel

from trainingbot.columns import PARENT, UtcDateTime, primary_key, reference, text_enum
from trainingbot.enums import CourseKind, Delivery, SessionStatus
from trainingbot.models.people import Practitioner


class Course(SQLModel, table=True):
    """What is taught; it has no date."""

    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", "level"),
        CheckConstraint("minutes > 0", "minutes"),
        CheckConstraint("capacity >= 0", "capacity"),
    )

    id: UUID = primary_key()
    code: str = Field(unique=True)
    title: str
    kind: CourseKind = Field(sa_type=text_enum(CourseKind))
    level: int
    theme: str
    minutes: int
    capacity: int
    """The usual number of places of a session."""


class CourseSession(SQLModel, table=True):
    """One dated delivery of a course.

    Lifecycle: scheduled → delivered, or scheduled → cancelled. `places_taken` (confirmed and
    offered) and `next_queue_number` are changed only while the row is locked.
    """

    __tablename__ = "course_session"
    __table_args__ = (
        CheckConstraint("places_taken BETWEEN 0 AND capacity", "places_taken"),
        CheckConstraint("capacity >= 0", "capacity"),
        CheckConstraint("ends_at > starts_at", "ends_after_start"),
        CheckConstraint("next_queue_number >= 1", "next_queue_number"),
    )

    id: UUID = primary_key()
    code: str = Field(unique=True)
    """The name by which people and commands call the session."""
    course_id: UUID = reference("course.id")
    starts_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    delivery: Delivery = Field(sa_type=text_enum(Delivery))
    venue: str | None = None
    status: SessionStatus = Field(
        default=SessionStatus.SCHEDULED,
        sa_type=text_enum(SessionStatus),
    )
    cancel_reason: str | None = None
    capacity: int
    places_taken: int = 0
    next_queue_number: int = 1
    change_count: int = 0
    """How often date, place or status changed: calendar entries are ordered by it."""
    broadcast_count: int = 0
    """How often everybody who waits has been told of a free place."""

    course: Course | None = Relationship(sa_relationship_kwargs=PARENT)


class SessionTrainer(SQLModel, table=True):
    """A trainer of a session."""

    __tablename__ = "session_trainer"

    session_id: UUID = reference("course_session.id", primary_key=True)
    practitioner_id: UUID = reference("practitioner.id", primary_key=True)

    session: CourseSession | None = Relationship(sa_relationship_kwargs=PARENT)
    practitioner: Practitioner | None = Relationship(sa_relationship_kwargs=PARENT)


class BriefingViews(SQLModel, table=True):
    """How often a self-paced virtual briefing was viewed in a year."""

    __tablename__ = "briefing_views"
    __table_args__ = (CheckConstraint("views >= 0", "views"),)

    title: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    views: int
