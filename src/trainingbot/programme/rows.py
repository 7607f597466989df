"""One line of each file of a programme, and what every column expects in plain words."""

from enum import StrEnum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from trainingbot.courses.rules import LONGEST_INSTRUCTIONS
from trainingbot.enums import (
    Attendance,
    BookingStatus,
    CourseKind,
    Delivery,
    SessionStatus,
    Strictness,
)
from trainingbot.programme.cells import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    LONGEST_COMMENT,
    NOT_IMPORTED,
    AppointedTime,
    Code,
    Domain,
    Email,
    Emails,
    Places,
    Rating,
    RecordedTime,
    TenantId,
    Words,
    digits_only,
    of_a_file,
    yes_or_no,
)
from trainingbot.programme.problems import one_of

OR_AS_IT_IS = "or nothing to leave it as it is"
KEPT_STRICTNESS = f"{', '.join(Strictness)}, {OR_AS_IT_IS}"


class Agreement(StrEnum):
    """How far a person agrees with a statement."""

    STRONGLY_AGREE = "strongly_agree"
    AGREE = "agree"
    NEUTRAL = "neutral"
    DISAGREE = "disagree"
    STRONGLY_DISAGREE = "strongly_disagree"


class Row(BaseModel):
    """A line that was understood; a blank cell is the column's default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int = Field(default=0, repr=False)
    """Where it stands in its file."""

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the names of the columns, in the order in which the files have them."""
        return tuple(name for name in cls.model_fields if name != "line")

    @classmethod
    def needed_columns(cls) -> tuple[str, ...]:
        """Return the columns that a file cannot leave out."""
        return tuple(name for name in cls.columns() if cls.model_fields[name].is_required())

    @classmethod
    def expects(cls, column: str) -> str:
        """Return what a column expects, as the end of a sentence."""
        return cls.model_fields[column].description or "something else"


class AgencyRow(Row):
    """A line of agencies.csv."""

    code: Code
    name: Words
    sector: Words
    contributing: Annotated[bool, BeforeValidator(yes_or_no)] = Field(description="yes or no")
    email_domain: Domain | None = Field(
        default=None,
        description="the part of an e-mail address after the @, such as county.example, or nothing",
    )
    tenant_id: TenantId | None = Field(
        default=None,
        description="the id of the Microsoft 365 tenant that is this agency's alone, or nothing",
    )


class PractitionerRow(Row):
    """A line of practitioners.csv."""

    email: Email
    name: Words
    agency: Code
    job_title: Words | None = Field(default=None, description="words, or nothing")
    line_manager_email: Email | None = Field(
        default=None, description="an e-mail address, or nothing"
    )


class TrainerRow(Row):
    """A line of trainers.csv."""

    email: Email
    name: Words
    agency: Code


class CourseRow(Row):
    """A line of courses.csv."""

    code: Code
    title: Words
    kind: CourseKind = Field(description=one_of(CourseKind))
    level: Annotated[int, BeforeValidator(digits_only)] = Field(
        ge=1, le=3, description="a level from 1 to 3"
    )
    theme: Words
    minutes: Annotated[int, BeforeValidator(digits_only)] = Field(
        ge=1, le=10_080, description="a length in minutes, from 1 to 10,080 (a week)"
    )
    capacity: Places
    on_clash: Strictness | None = Field(default=None, description=KEPT_STRICTNESS)
    on_repeat: Strictness | None = Field(default=None, description=KEPT_STRICTNESS)
    repeat_months: Annotated[int, BeforeValidator(digits_only)] | None = Field(
        default=None, ge=1, le=60, description=f"a number of months from 1 to 60, {OR_AS_IT_IS}"
    )
    on_missing_level: Strictness | None = Field(default=None, description=KEPT_STRICTNESS)
    prerequisite_level: (
        Annotated[int, BeforeValidator(digits_only), Field(ge=1, le=3)] | Literal["none"] | None
    ) = Field(default=None, description=f"a level from 1 to 3, none, {OR_AS_IT_IS}")
    joining_instructions: str | None = Field(
        default=None,
        max_length=LONGEST_INSTRUCTIONS,
        description=f"words, at most {LONGEST_INSTRUCTIONS:,} characters, {OR_AS_IT_IS}",
    )


class SessionRow(Row):
    """A line of sessions.csv."""

    id: Code
    course: Code
    starts_at: AppointedTime
    ends_at: AppointedTime
    delivery: Delivery = Field(description=one_of(Delivery))
    venue: Words | None = Field(default=None, description="words, or nothing")
    capacity: Places
    trainers: Emails = ()
    status: SessionStatus = Field(description=one_of(SessionStatus))
    cancel_reason: Words | None = Field(default=None, description="words, or nothing")


class BookingRow(Row):
    """A line of bookings.csv."""

    session: Code
    email: Email
    booked_at: RecordedTime
    status: Annotated[BookingStatus, AfterValidator(of_a_file)] = Field(
        description=one_of(status for status in BookingStatus if status not in NOT_IMPORTED)
    )
    cancelled_at: RecordedTime | None = Field(
        default=None, description="a local time such as 2025-01-14T09:30, or nothing"
    )
    attendance: Attendance | None = Field(
        default=None, description=f"{one_of(Attendance)}, or nothing"
    )


class EvaluationRow(Row):
    """A line of evaluations.csv."""

    session: Code
    email: Email
    submitted_at: RecordedTime
    knowledge_before: Rating | None = Field(default=None, description="1 to 5, or nothing")
    knowledge_after: Rating | None = Field(default=None, description="1 to 5, or nothing")
    engaging: Agreement | None = Field(default=None, description=f"{one_of(Agreement)}, or nothing")
    improved_knowledge: Agreement | None = Field(
        default=None, description=f"{one_of(Agreement)}, or nothing"
    )
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT)] | None = Field(
        default=None, description=f"words, at most {LONGEST_COMMENT:,} characters"
    )


class BriefingRow(Row):
    """A line of briefings.csv."""

    title: Words
    year: Annotated[int, BeforeValidator(digits_only)] = Field(
        ge=EARLIEST_YEAR,
        le=LATEST_YEAR,
        description=f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}",
    )
    views: Annotated[int, BeforeValidator(digits_only)] = Field(
        ge=0, le=2_000_000_000, description="a number of views from 0 to 2,000,000,000"
    )


class Programme(BaseModel):
    """A programme folder as far as its lines were understood."""

    model_config = ConfigDict(frozen=True)

    agencies: tuple[AgencyRow, ...] = ()
    practitioners: tuple[PractitionerRow, ...] = ()
    trainers: tuple[TrainerRow, ...] = ()
    courses: tuple[CourseRow, ...] = ()
    sessions: tuple[SessionRow, ...] = ()
    bookings: tuple[BookingRow, ...] = ()
    evaluations: tuple[EvaluationRow, ...] = ()
    briefings: tuple[BriefingRow, ...] = ()

    def people(self) -> list[PractitionerRow | TrainerRow]:
        """Return everybody once; a trainer who is also a practitioner is listed as that."""
        listed = {row.email for row in self.practitioners}
        others = [row for row in self.trainers if row.email not in listed]
        return [*self.practitioners, *others]


ROWS: dict[str, type[Row]] = {
    "agencies.csv": AgencyRow,
    "practitioners.csv": PractitionerRow,
    "trainers.csv": TrainerRow,
    "courses.csv": CourseRow,
    "sessions.csv": SessionRow,
    "bookings.csv": BookingRow,
    "evaluations.csv": EvaluationRow,
    "briefings.csv": BriefingRow,
}
"""The files of a programme, in the order in which they build on each other."""
NEEDED_FILES = ("agencies.csv", "practitioners.csv", "courses.csv", "sessions.csv")


def parsed(row: type[Row], cells: dict[str, str], *, line: int, zone: ZoneInfo) -> Any:  # noqa: ANN401 - the row that was asked for
    """Return one line as its model; raises pydantic's `ValidationError`."""
    return row.model_validate({"line": line, **cells}, context={"zone": zone})
