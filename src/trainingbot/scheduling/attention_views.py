"""What the queries about what needs attention hand out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trainingbot.enums import Unreachable
from trainingbot.models import Agency, Practitioner
from trainingbot.scheduling.views import SessionOfCourse, SessionsPage

NO_SESSIONS = SessionsPage((), 0)


@dataclass(frozen=True, slots=True)
class Unreached:
    """How many people with a booking to come Teams does not reach."""

    total: int
    with_email: int
    """How many of them have an address that e-mails go to."""


@dataclass(frozen=True, slots=True)
class UnreachedPerson:
    """Somebody with a booking to come whom Teams does not reach."""

    practitioner: Practitioner
    agency: Agency | None
    why: Unreachable | None
    """Why messages stopped; None for somebody who has never met the bot."""
    next_session: SessionOfCourse
    """The first session to come that they are on, or wait for."""


@dataclass(frozen=True, slots=True)
class UnreachedPage:
    """A page of the people whom Teams does not reach, those with the nearest session first."""

    rows: Sequence[UnreachedPerson]
    numbers: Unreached


@dataclass(frozen=True, slots=True)
class Attention:
    """What needs a coordinator's attention at the moment."""

    agencies: int
    """How many people wait for their agency to be confirmed."""
    to_decide: SessionsPage
    """Tentative sessions on which somebody has to decide by `decide_until`, soonest first."""
    decide_until: datetime
    few_people: SessionsPage
    """Sessions until `look_ahead_until` with few places taken, soonest first."""
    without_trainer: SessionsPage
    """Sessions until `look_ahead_until` that nobody is named to teach, soonest first."""
    look_ahead_until: datetime
    clashes: int
    """How many pairs of coming sessions share a trainer, a venue or people."""
    unreached: Unreached
    undeliverable: int
    """How many notices were given up in the last days."""
    open_charges: int
    """How many charges are neither waived nor settled; nought where the terms ask for none."""

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to look at."""
        return any(
            (
                self.agencies,
                self.to_decide.total,
                self.few_people.total,
                self.without_trainer.total,
                self.clashes,
                self.unreached.total,
                self.undeliverable,
                self.open_charges,
            )
        )
