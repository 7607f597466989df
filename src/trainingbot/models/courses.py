"""Courses and their sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from trainingbot.columns import PARENT, UtcDateTime, primary_key, reference, text_enum
from trainingbot.enums import (
    CourseKind,
    Delivery,
    NoticeKind,
    SessionStatus,
    SessionStep,
    Strictness,
)
from trainingbot.models.people import Agency, Practitioner


class Course(SQLModel, table=True):
    """What is taught; it has no date."""

    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", "level"),
        CheckConstraint("minutes > 0", "minutes"),
        CheckConstraint("capacity >= 0", "capacity"),
        CheckConstraint("repeat_months BETWEEN 1 AND 60", "repeat_months"),
        CheckConstraint("prerequisite_level BETWEEN 1 AND 3", "prerequisite_level"),
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
    on_clash: Strictness = Field(
        default=Strictness.WARN, sa_type=text_enum(Strictness, name="on_clash")
    )
    """What becomes of a booking at the time of another one."""
    on_repeat: Strictness = Field(
        default=Strictness.WARN, sa_type=text_enum(Strictness, name="on_repeat")
    )
    """What becomes of a booking of the same course within `repeat_months`."""
    repeat_months: int = 12
    on_missing_level: Strictness = Field(
        default=Strictness.WARN, sa_type=text_enum(Strictness, name="on_missing_level")
    )
    """What becomes of a booking by somebody without a course of `prerequisite_level`."""
    prerequisite_level: int | None = None
    """The level of which a course, of any theme, comes before this one."""
    joining_instructions: str | None = None
    """What people need to know before they come, in the training team's words."""


class CourseWithoutNotice(SQLModel, table=True):
    """A kind of notice that the people of one course do not get."""

    __tablename__ = "course_without_notice"

    course_id: UUID = reference("course.id", primary_key=True)
    kind: NoticeKind = Field(sa_type=text_enum(NoticeKind), primary_key=True)

    course: Course | None = Relationship(sa_relationship_kwargs=PARENT)


class CourseSession(SQLModel, table=True):
    """One dated delivery of a course.

    Lifecycle: scheduled → delivered, or scheduled → cancelled; a tentative one is confirmed, or
    cancelled, first. `places_taken` (confirmed and offered) and `next_queue_number` are changed
    only while the row is locked.
    """

    __tablename__ = "course_session"
    __table_args__ = (
        CheckConstraint("places_taken BETWEEN 0 AND capacity", "places_taken"),
        CheckConstraint("capacity >= 0", "capacity"),
        CheckConstraint("ends_at > starts_at", "ends_after_start"),
        CheckConstraint("next_queue_number >= 1", "next_queue_number"),
        CheckConstraint(
            "NOT tentative OR (minimum_places IS NOT NULL AND decide_at IS NOT NULL)", "tentative"
        ),
        CheckConstraint("minimum_places >= 1", "minimum_places"),
    )

    id: UUID = primary_key()
    code: str = Field(unique=True)
    """The name by which people and commands call the session."""
    course_id: UUID = reference("course.id")
    starts_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    delivery: Delivery = Field(sa_type=text_enum(Delivery))
    venue: str | None = None
    join_url: str | None = None
    """Where a session online is joined."""
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
    tentative: bool = False
    """Whether it still depends on `minimum_places` being confirmed by `decide_at`."""
    minimum_places: int | None = None
    decide_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    register_closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its trainer closed the register, and so fixed who did not attend."""
    reserved_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the next reserved places open to all; None where none are reserved any more."""

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


class SessionChange(SQLModel, table=True):
    """The history of a session since it came into the service: append-only."""

    __tablename__ = "session_change"
    __table_args__ = (UniqueConstraint("session_id", "position"),)

    id: UUID = primary_key()
    session_id: UUID = reference("course_session.id", index=False)
    position: int
    step: SessionStep = Field(sa_type=text_enum(SessionStep))
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: UUID | None = Field(default=None, foreign_key="practitioner.id", index=True)
    """Who did it; None when the programme's import or the service itself did."""
    details: str = ""
    """What was before and what is now, in words and without names of people."""
    reason: str | None = None

    session: CourseSession | None = Relationship(sa_relationship_kwargs=PARENT)


class ReservedPlaces(SQLModel, table=True):
    """Places of a session that only one agency's people get, until they open to all.

    Lifecycle: reserved → `opened` when `opens_at` has come; a later decision reserves anew.
    """

    __tablename__ = "reserved_places"
    __table_args__ = (CheckConstraint("places >= 1", "places"),)

    session_id: UUID = reference("course_session.id", primary_key=True)
    agency_id: UUID = reference("agency.id", primary_key=True)
    places: int
    opens_at: datetime = Field(sa_type=UtcDateTime, index=True)
    opened: bool = False

    session: CourseSession | None = Relationship(sa_relationship_kwargs=PARENT)
    agency: Agency | None = Relationship(sa_relationship_kwargs=PARENT)


class Interest(SQLModel, table=True):
    """A practitioner's wish to be offered the next date of a course, in the order of `since`."""

    course_id: UUID = reference("course.id", primary_key=True)
    practitioner_id: UUID = reference("practitioner.id", primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime)

    course: Course | None = Relationship(sa_relationship_kwargs=PARENT)
    practitioner: Practitioner | None = Relationship(sa_relationship_kwargs=PARENT)
