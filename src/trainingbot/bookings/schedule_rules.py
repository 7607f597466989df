"""What somebody with a place hears as their session comes near, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trainingbot.enums import NoticeKind, SessionStatus
from trainingbot.models import CourseSession
from trainingbot.terms import Terms

REMINDERS = (
    NoticeKind.EARLY_REMINDER,
    NoticeKind.JOINING_INSTRUCTIONS,
    NoticeKind.LATE_REMINDER,
    NoticeKind.STARTING_SOON,
)
"""What is sent before a session, and never once it has begun."""
SCHEDULED = (*REMINDERS, NoticeKind.EVALUATION_INVITATION)
"""What is owed to everybody with a confirmed place on a coming session, about their booking."""
REPLACED_BY = {
    NoticeKind.EARLY_REMINDER: (NoticeKind.LATE_REMINDER, NoticeKind.STARTING_SOON),
    NoticeKind.LATE_REMINDER: (NoticeKind.STARTING_SOON,),
}
"""What comes instead of a reminder that has not been sent by then."""
INVITED_FOR = timedelta(days=14)
"""For how long after a session it is still of use to ask how it was."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One notice of a schedule."""

    kind: NoticeKind
    due_at: datetime
    expires_at: datetime
    """From then on it is too late to be useful."""


def schedule_of(session: CourseSession, *, terms: Terms, now: datetime) -> Sequence[Planned]:
    """Return what is owed, from `now` on, to somebody with a confirmed place on a session.

    Nothing on a session that has begun or does not take place. A reminder whose moment has come
    already is not owed: whoever books two days before hears the day before, and no earlier.
    """
    if session.status != SessionStatus.SCHEDULED or session.starts_at <= now:
        return ()
    due = {kind: due_at(kind, session, terms=terms) for kind in SCHEDULED}
    reminders = (
        Planned(kind, due[kind], _useful_until(kind, due, session))
        for kind in REMINDERS
        if due[kind] > now
    )
    return (*reminders, invitation(session, terms=terms))


def invitation(session: CourseSession, *, terms: Terms) -> Planned:
    """Return when those who were there are asked how a session was."""
    kind = NoticeKind.EVALUATION_INVITATION
    due = due_at(kind, session, terms=terms)
    return Planned(kind, due, due + INVITED_FOR)


def digest_of(session: CourseSession, *, terms: Terms, now: datetime) -> Planned | None:
    """Return when a trainer is told who is coming; at once, where that time is over.

    None for a session that has begun or does not take place.
    """
    if session.status != SessionStatus.SCHEDULED or session.starts_at <= now:
        return None
    due = due_at(NoticeKind.TRAINERS_DIGEST, session, terms=terms)
    return Planned(NoticeKind.TRAINERS_DIGEST, max(due, now), session.starts_at)


def due_at(kind: NoticeKind, session: CourseSession, *, terms: Terms) -> datetime:
    """Return the moment at which a kind of notice about a session is due, however long past."""
    return terms.times[kind].due_at(
        starts_at=session.starts_at, ends_at=session.ends_at, calendar=terms.calendar
    )


def _useful_until(
    kind: NoticeKind, due: dict[NoticeKind, datetime], session: CourseSession
) -> datetime:
    """Return when the next one comes; a partnership's own times may put them in another order."""
    next_ones = (due[after] for after in REPLACED_BY.get(kind, ()))
    return next((moment for moment in next_ones if moment > due[kind]), session.starts_at)
