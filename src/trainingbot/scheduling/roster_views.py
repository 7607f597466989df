"""What the queries about people on a session hand out."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainingbot.enums import BookingStatus
from trainingbot.models import (
    Agency,
    Booking,
    BookingChange,
    Course,
    CourseSession,
    Practitioner,
)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """Somebody on the roster of a session."""

    practitioner: Practitioner
    agency: Agency | None
    booking: Booking
    queue_place: int | None
    """The place on the waitlist, from 1; None when not waiting."""


@dataclass(frozen=True, slots=True)
class RosterPage:
    """A page of the roster of a session, and how many there are of each kind in all."""

    session: CourseSession
    course: Course
    trainers: Sequence[Practitioner]
    """Who teaches it, in the order of the alphabet."""
    rows: Sequence[RosterRow]
    total: int
    """How many rows all the pages have together."""
    confirmed: int
    said_coming: int
    """How many of these have said that they are coming."""
    offered: int
    waiting: int
    given_back: int
    """How many had a place, an offer or a wait, and gave it back or lost it to time."""
    cancelled_late: int
    """How many of these gave a place back too late."""
    for_coordinators: bool
    """Whether a coordinator reads it, who may do something about each person."""


@dataclass(frozen=True, slots=True)
class TaughtSession:
    """A session that a trainer teaches, with how many people wait for it."""

    session: CourseSession
    course: Course
    waiting: int


@dataclass(frozen=True, slots=True)
class TaughtSessions:
    """A page of the sessions that a trainer teaches, and how many there are in all."""

    rows: Sequence[TaughtSession]
    total: int


@dataclass(frozen=True, slots=True)
class BookingStep:
    """A row of a booking's history, with the people and the session that it names."""

    change: BookingChange
    actor: Practitioner | None
    """Who did it; None for the programme's import and the service itself."""
    other_person: Practitioner | None
    """Whose booking is at the other end of a substitution."""
    other_session: CourseSession | None
    """The session at the other end of a transfer or a substitution."""


@dataclass(frozen=True, slots=True)
class PersonOnSession:
    """Somebody and their booking on a session, if they ever had one, as coordinators see it."""

    session: CourseSession
    course: Course
    practitioner: Practitioner
    agency: Agency | None
    booking: Booking | None
    queue_place: int | None
    steps: Sequence[BookingStep]
    """What happened to the booking, the newest first."""
    earlier_steps: int
    """How many steps there were before these."""


@dataclass(frozen=True, slots=True)
class BookingOutcome:
    """What booking somebody would come to at the moment."""

    status: BookingStatus
    """Confirmed, or waitlisted."""
    queue_place: int | None
    """The place they would have on the waitlist, from 1; None with a place on the session."""
    changes_nothing: bool
    """Whether they have that already."""


@dataclass(frozen=True, slots=True)
class PlaceGoesTo:
    """What would become of somebody's place if it were given back at the moment."""

    held_place: bool
    """Whether there is a place to give back, and not a wait to end."""
    late: bool
    """Whether the terms count it as late."""
    next_in_line: Practitioner | None = None
    """Who is offered it, or gets it."""
    at_once: bool = False
    """Whether they get it without being asked."""
    told: int = 0
    """How many who wait are told that the first to ask gets it."""
