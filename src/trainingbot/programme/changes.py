"""What an import has to write: decided here from rows and what is stored, written elsewhere."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import SQLModel

from trainingbot.enums import Role
from trainingbot.models import (
    Agency,
    BriefingViews,
    Course,
    Practitioner,
    PractitionerRole,
)
from trainingbot.programme.problems import Problem
from trainingbot.programme.rows import (
    CourseRow,
    PractitionerRow,
    Programme,
    TrainerRow,
)
from trainingbot.programme.stored import Pair, Stored, Tally

Values = dict[str, Any]
KEPT = (
    "on_clash", "on_repeat", "repeat_months", "on_missing_level", "prerequisite_level",
    "joining_instructions",
)  # fmt: skip
"""The columns of a course that a programme may leave to the service."""


@dataclass(slots=True)
class Names:
    """The ids of everything a programme names, stored already or about to be."""

    agencies: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    courses: dict[str, UUID] = field(default_factory=dict)
    sessions: dict[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """What the files change about a session that is still to come."""

    session_id: UUID
    values: Values
    """All that the files say of the session, column by column."""
    trainer_ids: tuple[UUID, ...]
    places_before: int


@dataclass(slots=True)
class Changes:
    """Rows to add and to change, table by table, and how many there were of each kind."""

    added: dict[type[SQLModel], list[Values]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[type[SQLModel], list[Values]] = field(default_factory=lambda: defaultdict(list))
    moved_domains: list[UUID] = field(default_factory=list)
    """Agencies whose e-mail domain or tenant changes, perhaps swapped with each other."""
    dismissed: list[Pair] = field(default_factory=list)
    """Trainers who no longer train a session."""
    grown: list[UUID] = field(default_factory=list)
    """Sessions with a queue that have more places now."""
    redated: list[UUID] = field(default_factory=list)
    """Sessions of whose other times nobody is told: they had begun, or have by the new times."""
    rescheduled: list[Rescheduled] = field(default_factory=list)
    """Sessions still to come of whose change people are told."""
    notes: list[Problem] = field(default_factory=list)
    """What the service keeps although the files say otherwise."""
    tallies: dict[str, Tally] = field(default_factory=dict)

    def tally(self, noun: str, plural: str = "") -> Tally:
        """Return the count of one kind of row."""
        return self.tallies.setdefault(noun, Tally(noun, plural))

    def settle(
        self, table: type[SQLModel], tally: Tally, known: SQLModel | None, values: Values
    ) -> UUID:
        """Add a row, or change the known one where it differs; return its id."""
        if known is None:
            row_id = uuid4()
            tally.added += 1
            self.added[table].append({"id": row_id, **values})
            return row_id
        stored_id: UUID = known.id  # type: ignore[attr-defined]  # tables with an id come here
        if any(getattr(known, column) != value for column, value in values.items()):
            tally.changed += 1
            self.changed[table].append({"id": stored_id, **values})
        else:
            tally.unchanged += 1
        return stored_id


def settle_agencies(programme: Programme, stored: Stored, names: Names, changes: Changes) -> None:
    """Decide on every line of agencies.csv."""
    tally = changes.tally("agency", "agencies")
    for row in programme.agencies:
        known = stored.agencies.get(row.code)
        if known and (
            known.email_domain not in {None, row.email_domain}
            or known.tenant_id not in {None, row.tenant_id}
        ):
            changes.moved_domains.append(known.id)
        values = row.model_dump(exclude={"line"})
        names.agencies[row.code] = changes.settle(Agency, tally, known, values)


def settle_people(
    programme: Programme, stored: Stored, names: Names, changes: Changes, *, now: datetime
) -> None:
    """Decide on every practitioner and trainer; the programme confirms their agency."""
    tally = changes.tally("practitioner")
    for row in programme.people():
        known = stored.people.get(row.email)
        agency_id = names.agencies[row.agency]
        confirmed_at = now
        if known and known.agency_id == agency_id and known.agency_confirmed_at:
            confirmed_at = known.agency_confirmed_at
        values = {
            "email": row.email,
            "name": row.name,
            "agency_id": agency_id,
            "agency_confirmed_at": confirmed_at,
            **_particulars(row, known),
        }
        names.people[row.email] = changes.settle(Practitioner, tally, known, values)


def _particulars(row: PractitionerRow | TrainerRow, known: Practitioner | None) -> Values:
    source = row if isinstance(row, PractitionerRow) else known
    return {
        "job_title": source.job_title if source else None,
        "line_manager_email": source.line_manager_email if source else None,
    }


def settle_trainers(programme: Programme, stored: Stored, names: Names, changes: Changes) -> None:
    """Give the role of a trainer to all in trainers.csv and to all whom a session names."""
    tally = changes.tally("trainer")
    listed = [row.email for row in programme.trainers]
    named = [email for row in programme.sessions for email in row.trainers]
    for email in dict.fromkeys([*listed, *named]):
        practitioner_id = names.people[email]
        if (practitioner_id, Role.TRAINER) in stored.roles:
            tally.unchanged += 1
        else:
            tally.added += 1
            changes.added[PractitionerRole].append(
                {"practitioner_id": practitioner_id, "role": Role.TRAINER}
            )


def settle_courses(programme: Programme, stored: Stored, names: Names, changes: Changes) -> None:
    """Decide on every line of courses.csv."""
    tally = changes.tally("course")
    for row in programme.courses:
        known = stored.courses.get(row.code)
        values = row.model_dump(exclude={"line", *KEPT}) | _kept(row, known)
        names.courses[row.code] = changes.settle(Course, tally, known, values)


def _kept(row: CourseRow, known: Course | None) -> Values:
    """Return what coordinators may settle about a course: what the file leaves out stays."""
    values = {
        column: getattr(known, column) if known else Course.model_fields[column].default
        for column in KEPT
    }
    given = {column: getattr(row, column) for column in KEPT}
    values |= {column: value for column, value in given.items() if value is not None}
    if values["prerequisite_level"] == "none":
        values["prerequisite_level"] = None
    return values


def name_sessions(programme: Programme, stored: Stored, names: Names, changes: Changes) -> None:
    """Give every session of the programme its id."""
    changes.tally("session")
    for row in programme.sessions:
        known = stored.sessions.get(row.id)
        names.sessions[row.id] = known.id if known else uuid4()


def settle_briefings(programme: Programme, stored: Stored, changes: Changes) -> None:
    """Decide on every line of briefings.csv."""
    tally = changes.tally("figure of briefing views", "figures of briefing views")
    for row in programme.briefings:
        views = stored.briefings.get((row.title, row.year))
        values = row.model_dump(exclude={"line"})
        if views is None:
            tally.added += 1
            changes.added[BriefingViews].append(values)
        elif views != row.views:
            tally.changed += 1
            changes.changed[BriefingViews].append(values)
        else:
            tally.unchanged += 1
