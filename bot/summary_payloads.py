"""What cards of summaries send back: parsed here, and never trusted."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from bot.payloads import Payload

Year = Annotated[int, Field(ge=2000, le=2099)]


class SummaryOfSession(Payload):
    """A session, by its id or by the code that people type."""

    session_id: UUID | None = None
    session_code: Annotated[str, Field(max_length=40)] = ""


class SummaryOfCourse(Payload):
    """A course in a calendar year; without one, the last year in which it was evaluated."""

    course_id: UUID
    year: Year | None = None


class SummaryOfPeriod(Payload):
    """A calendar year."""

    year: Year


class SummaryComments(Payload):
    """A page of the comments of a summary: on a theme, suggestions, or those on no theme."""

    year: Year
    course_id: UUID | None = None
    session_id: UUID | None = None
    group: Annotated[str, Field(pattern="^(|[a-z]{1,20})$")] = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1
