"""Every table on one page. A row is data: rules read it, operations change it.

SQLModel table classes validate nothing, so everything from outside is parsed by a pydantic
model first, and what must never be false stands here as a constraint of the database.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, Relationship, SQLModel

from trainingbot.columns import PARENT, UtcDateTime, primary_key, reference, text_enum
from trainingbot.enums import (
    Attendance,
    BookingStatus,
    Change,
    CourseKind,
    Delivery,
    EvaluationMoment,
    NoticeKind,
    NoticeState,
    QuestionKind,
    Role,
    SessionStatus,
)


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

    Lifecycle: met → `greeted_at` set once → `installed` falls when the app is removed.
    """

    __tablename__ = "teams_account"
    __table_args__ = (UniqueConstraint("tenant_id", "object_id"),)

    id: UUID = primary_key()
    tenant_id: str
    object_id: str
    practitioner_id: UUID = reference("practitioner.id")
    service_url: str
    conversation_id: str
    teams_user_id: str
    bot_id: str
    installed: bool = True
    greeted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    practitioner: Practitioner | None = Relationship(sa_relationship_kwargs=PARENT)


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


class Booking(SQLModel, table=True):
    """One practitioner's claim on one session: one row per pair, revived and never deleted.

    Lifecycle: confirmed, or waitlisted → offered → confirmed; any of them → cancelled → booked
    again. `attendance` is filled after the day by a person.
    """

    __table_args__ = (
        UniqueConstraint("session_id", "practitioner_id"),
        UniqueConstraint("session_id", "queue_number"),
        CheckConstraint(
            "(status IN ('waitlisted', 'offered')) = (queue_number IS NOT NULL)", "queue_number"
        ),
        CheckConstraint(
            "(status = 'offered') = (offer_expires_at IS NOT NULL)", "offer_expires_at"
        ),
        Index(
            "ix_booking_open_offers",
            "session_id",
            "offer_expires_at",
            sqlite_where=text("status = 'offered'"),
            postgresql_where=text("status = 'offered'"),
        ),
        CheckConstraint("attendance IS NULL OR status = 'confirmed'", "attendance_of_confirmed"),
        CheckConstraint("(cancelled_at IS NULL) = (status <> 'cancelled')", "cancelled_at"),
    )

    id: UUID = primary_key()
    session_id: UUID = reference("course_session.id", index=False)
    practitioner_id: UUID = reference("practitioner.id")
    status: BookingStatus = Field(sa_type=text_enum(BookingStatus))
    queue_number: int | None = None
    """Order on the waitlist, issued while the session's row is locked; kept during an offer."""
    offer_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Until when the offered place is held."""
    books_automatically: bool = False
    """Whether the person wants a free place without being asked."""
    booked_at: datetime = Field(sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attendance: Attendance | None = Field(default=None, sa_type=text_enum(Attendance))
    evaluated_on: date | None = None
    """The day on which the person answered; what they answered is not linked to it."""
    change_count: int = 0
    """How many rows of history the booking has."""

    session: CourseSession | None = Relationship(sa_relationship_kwargs=PARENT)
    practitioner: Practitioner | None = Relationship(sa_relationship_kwargs=PARENT)


class BookingChange(SQLModel, table=True):
    """The history of a booking: append-only, in the order of `position`."""

    __tablename__ = "booking_change"
    __table_args__ = (UniqueConstraint("booking_id", "position"),)

    id: UUID = primary_key()
    booking_id: UUID = reference("booking.id", index=False)
    position: int
    change: Change = Field(sa_type=text_enum(Change))
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: UUID | None = Field(default=None, foreign_key="practitioner.id", index=True)
    """Who did it; None when the programme's import or the service itself did."""
    reason: str | None = None

    booking: Booking | None = Relationship(sa_relationship_kwargs=PARENT)


class Notice(SQLModel, table=True):
    """A message owed to one person about one thing, once per kind and occurrence.

    Lifecycle: owed → sent, expired, withdrawn or undeliverable. Written in the transaction of
    the change it tells of, delivered after it.
    """

    __table_args__ = (
        UniqueConstraint("kind", "practitioner_id", "about_id", "occurrence"),
        Index("ix_notice_owed", "due_at", sqlite_where=text("state = 'owed'"),
              postgresql_where=text("state = 'owed'")),
    )  # fmt: skip

    id: UUID = primary_key()
    kind: NoticeKind = Field(sa_type=text_enum(NoticeKind))
    practitioner_id: UUID = reference("practitioner.id")
    about_id: UUID
    """The booking or the practitioner that the notice is about."""
    occurrence: int = 0
    """Tells apart the times at which the same thing happened again."""
    due_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    """From then on it is too late to be useful."""
    state: NoticeState = Field(default=NoticeState.OWED, sa_type=text_enum(NoticeState))
    attempts: int = 0
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = None
    """Why it could not be delivered, without names."""

    practitioner: Practitioner | None = Relationship(sa_relationship_kwargs=PARENT)


class BriefingViews(SQLModel, table=True):
    """How often a self-paced virtual briefing was viewed in a year."""

    __tablename__ = "briefing_views"
    __table_args__ = (CheckConstraint("views >= 0", "views"),)

    title: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    views: int


class Evaluation(SQLModel, table=True):
    """A sheet of questions. A changed sheet is a new version; old responses keep theirs."""

    __table_args__ = (UniqueConstraint("moment", "version"),)

    id: UUID = primary_key()
    moment: EvaluationMoment = Field(sa_type=text_enum(EvaluationMoment))
    version: int


class Question(SQLModel, table=True):
    """A line of a sheet, known to the code by its key."""

    __table_args__ = (
        UniqueConstraint("evaluation_id", "key"),
        UniqueConstraint("evaluation_id", "position"),
    )

    id: UUID = primary_key()
    evaluation_id: UUID = reference("evaluation.id", index=False)
    position: int
    key: str
    kind: QuestionKind = Field(sa_type=text_enum(QuestionKind))
    wording: str

    evaluation: Evaluation | None = Relationship(sa_relationship_kwargs=PARENT)


class EvaluationResponse(SQLModel, table=True):
    """One returned sheet, under a keyed hash of the person and without a time.

    The table has no row number of its own, so that the order of arrival is not kept either.
    """

    __tablename__ = "evaluation_response"
    __table_args__ = (
        UniqueConstraint("session_id", "evaluation_id", "respondent_hash"),
        {"sqlite_with_rowid": False},
    )

    id: UUID = primary_key()
    session_id: UUID = reference("course_session.id", index=False)
    evaluation_id: UUID = reference("evaluation.id")
    respondent_hash: str

    session: CourseSession | None = Relationship(sa_relationship_kwargs=PARENT)
    evaluation: Evaluation | None = Relationship(sa_relationship_kwargs=PARENT)


class Answer(SQLModel, table=True):
    """One answer: a number for a rating or an agreement, words for a comment."""

    __table_args__ = (
        CheckConstraint("(rating IS NULL) <> (words IS NULL)", "rating_or_words"),
        CheckConstraint("rating BETWEEN 1 AND 5", "rating"),
        {"sqlite_with_rowid": False},
    )

    response_id: UUID = reference("evaluation_response.id", primary_key=True)
    question_id: UUID = Field(foreign_key="question.id", primary_key=True, index=True)
    rating: int | None = None
    words: str | None = None

    response: EvaluationResponse | None = Relationship(sa_relationship_kwargs=PARENT)
    question: Question | None = Relationship(sa_relationship_kwargs=PARENT)
