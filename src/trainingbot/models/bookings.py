"""Claims on places, and their history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, Relationship, SQLModel

from trainingbot.columns import PARENT, UtcDateTime, primary_key, reference, text_enum
from trainingbot.enums import Attendance, BookingStatus, Change, ChargeKind, ChargeState, LateReason
from trainingbot.models.courses import CourseSession
from trainingbot.models.people import Practitioner


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
        CheckConstraint(
            "attendance IS NULL OR status IN ('confirmed', 'unbooked')", "attendance_of_confirmed"
        ),
        CheckConstraint("coming_at IS NULL OR status = 'confirmed'", "coming_of_confirmed"),
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
    may_leave_freely: bool = False
    """Whether giving back is never late: the session was moved, and the place not yet kept."""
    coming_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the person said that they are coming; None while they have not, or not since a move."""
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
    late_reason: LateReason | None = Field(default=None, sa_type=text_enum(LateReason))
    """Why a place was given back too late; None when it was in time, or no giving back."""
    attendance: Attendance | None = Field(default=None, sa_type=text_enum(Attendance))
    """What was marked on the register; None for a mark that was taken back, and for every other
    change."""
    other_booking_id: UUID | None = Field(default=None, foreign_key="booking.id")
    """The booking at the other end of a substitution or a transfer."""

    booking: Booking | None = Relationship(
        sa_relationship_kwargs={**PARENT, "foreign_keys": "BookingChange.booking_id"}
    )


class Charge(SQLModel, table=True):
    """What the terms ask for a place that nobody used: a record, never a payment.

    Lifecycle: raised → waived with a reason, or settled.
    """

    __table_args__ = (
        UniqueConstraint("booking_id", "position"),
        CheckConstraint("pence > 0", "pence"),
        CheckConstraint("(state = 'raised') = (finished_at IS NULL)", "finished_at"),
        CheckConstraint("state <> 'waived' OR reason IS NOT NULL", "reason_to_waive"),
    )

    id: UUID = primary_key()
    booking_id: UUID = reference("booking.id", index=False)
    position: int
    """The position in the booking's history of the change that it is raised for."""
    kind: ChargeKind = Field(sa_type=text_enum(ChargeKind))
    pence: int
    state: ChargeState = Field(default=ChargeState.RAISED, sa_type=text_enum(ChargeState))
    raised_at: datetime = Field(sa_type=UtcDateTime, index=True)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    actor_id: UUID | None = Field(default=None, foreign_key="practitioner.id", index=True)
    """Who waived or settled it."""
    reason: str | None = None

    booking: Booking | None = Relationship(sa_relationship_kwargs=PARENT)
