"""Whether a session can be as a coordinator wants it, and what follows from a change."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from trainingbot.bookings.rules import is_a_link
from trainingbot.enums import Delivery, SessionStatus
from trainingbot.errors import (
    DatesImpossible,
    LinkNotUsable,
    PlacesImpossible,
    SessionCancelled,
    SessionStarted,
    TrainingBotError,
)
from trainingbot.models import CourseSession
from trainingbot.scheduling.views import SessionPlan

MOST_PLACES = 1_000


def refusal_of_plan(plan: SessionPlan, *, now: datetime) -> TrainingBotError | None:
    """Return the first thing that makes a plan impossible, naming its field, or None."""
    return (
        refusal_of_times(plan.starts_at, plan.ends_at, now=now)
        or refusal_of_places(plan.capacity)
        or refusal_of_link(plan.join_url)
        or _refusal_of_minimum(plan, now=now)
    )


def refusal_of_times(
    starts_at: datetime, ends_at: datetime, *, now: datetime
) -> DatesImpossible | None:
    """Return why a session cannot begin and end at these times, or None."""
    if starts_at <= now:
        return DatesImpossible("The start lies in the past. Choose a day and a time to come.")
    if ends_at <= starts_at:
        return DatesImpossible("The end must be later than the start.")
    return None


def refusal_of_places(capacity: int) -> PlacesImpossible | None:
    """Return why a session cannot have so many places, or None."""
    if 1 <= capacity <= MOST_PLACES:
        return None
    return PlacesImpossible(f"The number of places must be from 1 to {MOST_PLACES:,}.")


def refusal_of_fewer_places(session: CourseSession, capacity: int) -> PlacesImpossible | None:
    """Return why a tentative session cannot have fewer places than it needs, or None."""
    if not session.tentative or capacity >= (session.minimum_places or 0):
        return None
    return PlacesImpossible(
        f"{session.code} is tentative and needs {session.minimum_places} people to take place, "
        "so it cannot have fewer places. Confirm it first."
    )


def refusal_of_link(join_url: str | None) -> LinkNotUsable | None:
    """Return why a link cannot be put on people's cards, or None."""
    if join_url is None or is_a_link(join_url):
        return None
    return LinkNotUsable("The link must begin with https:// and have no spaces.")


def link_for_trainers(session: CourseSession, *, now: datetime) -> str | None:
    """Return the link by which a session's own trainers join it, or None where there is none.

    They have it before the session is sure to take place, to prepare it, and until it ends.
    """
    if session.status == SessionStatus.CANCELLED or session.ends_at <= now:
        return None
    if session.join_url is None or not is_a_link(session.join_url):
        return None
    return session.join_url


def refusal_to_change(session: CourseSession, *, now: datetime) -> TrainingBotError | None:
    """Return why a session stays as it is, or None."""
    if session.status == SessionStatus.CANCELLED:
        return SessionCancelled(f"{session.code} has been cancelled, so it stays as it is.")
    if session.starts_at <= now or session.status == SessionStatus.DELIVERED:
        return SessionStarted(f"{session.code} has already begun, so it stays as it is.")
    return None


def _refusal_of_minimum(plan: SessionPlan, *, now: datetime) -> TrainingBotError | None:
    if plan.minimum_places is None:
        return None
    if not 1 <= plan.minimum_places <= plan.capacity:
        return PlacesImpossible(
            "The minimum must be at least 1, and no more than the number of places."
        )
    if plan.decide_at is None:
        return DatesImpossible("The day to decide is missing. Choose one before the start.")
    if not now < plan.decide_at < plan.starts_at:
        return DatesImpossible("The day to decide must lie between now and the start.")
    return None


def next_code(taken: Iterable[str], *, starts_at: datetime, zone: ZoneInfo) -> str:
    """Return the code after the highest of the year in which a session starts, as `S25-014`.

    Codes of another form, which a programme may have, are passed over.
    """
    prefix = code_prefix(starts_at, zone=zone)
    numbers = (code.removeprefix(prefix) for code in taken if code.startswith(prefix))
    highest = max((int(number) for number in numbers if _is_number(number)), default=0)
    return f"{prefix}{highest + 1:03}"


def code_prefix(starts_at: datetime, *, zone: ZoneInfo) -> str:
    """Return what the codes of all sessions of a year begin with, as `S25-`."""
    return f"S{starts_at.astimezone(zone):%y}-"


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit()


def is_another_bargain(
    session: CourseSession, *, starts_at: datetime, ends_at: datetime, delivery: Delivery
) -> bool:
    """Tell whether a move changes what people agreed to: when, or whether they have to travel."""
    return (starts_at, ends_at, delivery) != (session.starts_at, session.ends_at, session.delivery)


def is_undecided(session: CourseSession, *, now: datetime) -> bool:
    """Tell whether the day has come to decide on a tentative session that is still to come."""
    return (
        session.tentative
        and session.status == SessionStatus.SCHEDULED
        and session.decide_at is not None
        and session.decide_at <= now < session.starts_at
    )
