"""What must stand owed as sessions come near: all that the rule plans, and no more."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tests.news import IN_TIME
from trainingbot.bookings.schedule_rules import Planned, digest_of, schedule_of
from trainingbot.enums import BookingStatus, NoticeKind, NoticeState, SessionStatus
from trainingbot.models import Booking, CourseSession, Notice, SessionTrainer
from trainingbot.terms import Terms

Owed = tuple[UUID, UUID]
"""What a notice is about, and to whom it is owed."""
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Place:
    """What is planned for somebody with a place on a session, or for its trainer."""

    session: CourseSession
    planned: dict[NoticeKind, Planned]


def of_schedules(
    sessions: Sequence[CourseSession],
    bookings: Sequence[Booking],
    trainers: Sequence[SessionTrainer],
    notices: Sequence[Notice],
    *,
    terms: Terms,
    now: datetime,
) -> Iterator[str]:
    """Yield a sentence for each notice in time that stands owed and should not, or should."""
    places = _places(sessions, bookings, trainers, terms=terms)
    owed: dict[Owed, list[Notice]] = defaultdict(list)
    for notice in notices:
        if notice.kind in IN_TIME and notice.state == NoticeState.OWED:
            owed[notice.about_id, notice.practitioner_id].append(notice)
    for key, found in owed.items():
        if key in places:
            yield from _of_times(places[key], found)
        else:
            kinds = sorted(one.kind for one in found)
            yield f"{key[0]}: {kinds} owed to {key[1]} without a place"
    for key, place in places.items():
        yield from _of_kinds(key, place, owed[key], now=now)


def _places(
    sessions: Sequence[CourseSession],
    bookings: Sequence[Booking],
    trainers: Sequence[SessionTrainer],
    *,
    terms: Terms,
) -> dict[Owed, Place]:
    """Return everybody to whom something may be owed, with all that is ever planned for them."""
    asks = NoticeKind.EVALUATION_INVITATION
    held = {one.id: one for one in sessions if one.status != SessionStatus.CANCELLED}
    planned = {one.id: _planned(one, terms=terms) for one in held.values()}
    places = {
        (one.id, one.practitioner_id): Place(
            held[one.session_id],
            {
                kind: plan
                for kind, plan in planned[one.session_id].items()
                if kind != NoticeKind.TRAINERS_DIGEST
            },
        )
        for one in bookings
        if one.status == BookingStatus.CONFIRMED and one.session_id in held
    } | {
        (one.id, one.practitioner_id): Place(
            held[one.session_id], {asks: planned[one.session_id][asks]}
        )
        for one in bookings
        if one.status == BookingStatus.UNBOOKED and one.session_id in held
    }
    digest = NoticeKind.TRAINERS_DIGEST
    return places | {
        (one.session_id, one.practitioner_id): Place(
            held[one.session_id], {digest: planned[one.session_id][digest]}
        )
        for one in trainers
        if one.session_id in held
    }


def _planned(session: CourseSession, *, terms: Terms) -> dict[NoticeKind, Planned]:
    """Return what is planned for a session, as somebody who booked long ago is owed it."""
    long_ago = session.starts_at - A_YEAR
    as_scheduled = CourseSession(**(session.model_dump() | {"status": SessionStatus.SCHEDULED}))
    digest = digest_of(as_scheduled, terms=terms, now=long_ago)
    plans = [*schedule_of(as_scheduled, terms=terms, now=long_ago), *([digest] if digest else ())]
    return {plan.kind: plan for plan in plans}


def _of_times(place: Place, found: list[Notice]) -> Iterator[str]:
    for one in found:
        plan = place.planned.get(one.kind)
        if plan is None:
            yield f"{one.about_id}: {one.kind} owed to one to whom it never is"
        elif one.expires_at != plan.expires_at:
            yield f"{one.about_id}: {one.kind} until {one.expires_at}, planned {plan.expires_at}"
        elif one.attempts == 0 and one.due_at != plan.due_at and not _is_late_digest(one, plan):
            yield f"{one.about_id}: {one.kind} due at {one.due_at}, planned {plan.due_at}"


def _is_late_digest(notice: Notice, plan: Planned) -> bool:
    """Tell of a trainer who was named when the digest's time was over, and gets it at once."""
    return notice.kind == NoticeKind.TRAINERS_DIGEST and notice.due_at > plan.due_at


def _of_kinds(key: Owed, place: Place, found: list[Notice], *, now: datetime) -> Iterator[str]:
    """What is planned for later stands owed once; what was planned for earlier once at most."""
    times = Counter(one.kind for one in found)
    to_come = place.session.status == SessionStatus.SCHEDULED and place.session.starts_at > now
    for kind, plan in place.planned.items():
        if times[kind] > 1:
            yield f"{key[0]}: {kind} is owed {times[kind]} times"
        if to_come and plan.due_at > now and times[kind] == 0:
            yield f"{key[0]}: {kind} is not owed, and due at {plan.due_at}"
