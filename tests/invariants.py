"""What must be true of bookings after every transaction, whatever happened meanwhile."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.moments import TERMS
from tests.schedule_invariants import of_schedules
from trainingbot.attendance.rules import CAME
from trainingbot.bookings.rules import Phase, broadcast_begins, phase
from trainingbot.enums import (
    HOLDS_A_PLACE,
    MAY_HAVE_COME,
    BookingStatus,
    Change,
    NoticeKind,
    SessionStatus,
)
from trainingbot.models import (
    Booking,
    BookingChange,
    CourseSession,
    Notice,
    Practitioner,
    ReservedPlaces,
    SessionTrainer,
)
from trainingbot.programme.claims import IMPORTED
from trainingbot.terms import Terms

STATUS_AFTER = {
    Change.BOOKED: BookingStatus.CONFIRMED,
    Change.WAITLISTED: BookingStatus.WAITLISTED,
    Change.PROMOTED: BookingStatus.CONFIRMED,
    Change.OFFERED: BookingStatus.OFFERED,
    Change.OFFER_ACCEPTED: BookingStatus.CONFIRMED,
    Change.OFFER_DECLINED: BookingStatus.CANCELLED,
    Change.OFFER_EXPIRED: BookingStatus.CANCELLED,
    Change.OFFER_WITHDRAWN: BookingStatus.WAITLISTED,
    Change.CANCELLED: BookingStatus.CANCELLED,
    Change.SUBSTITUTED: BookingStatus.CANCELLED,
    Change.STEPPED_IN: BookingStatus.CONFIRMED,
    Change.TRANSFERRED_AWAY: BookingStatus.CANCELLED,
    Change.TRANSFERRED_HERE: BookingStatus.CONFIRMED,
    Change.KEPT: BookingStatus.CONFIRMED,
    Change.SAID_COMING: BookingStatus.CONFIRMED,
    Change.SESSION_CANCELLED: BookingStatus.SESSION_CANCELLED,
    Change.CAME_UNBOOKED: BookingStatus.UNBOOKED,
}
STATUS_BEFORE = {
    Change.PROMOTED: BookingStatus.WAITLISTED,
    Change.OFFERED: BookingStatus.WAITLISTED,
    Change.OFFER_ACCEPTED: BookingStatus.OFFERED,
    Change.OFFER_DECLINED: BookingStatus.OFFERED,
    Change.OFFER_EXPIRED: BookingStatus.OFFERED,
    Change.OFFER_WITHDRAWN: BookingStatus.OFFERED,
    Change.SUBSTITUTED: BookingStatus.CONFIRMED,
    Change.TRANSFERRED_AWAY: BookingStatus.CONFIRMED,
    Change.KEPT: BookingStatus.CONFIRMED,
    Change.SAID_COMING: BookingStatus.CONFIRMED,
}
"""What a booking was before a change that only one status can come before."""
BEGINNINGS = {
    Change.BOOKED,
    Change.WAITLISTED,
    Change.STEPPED_IN,
    Change.TRANSFERRED_HERE,
    Change.CAME_UNBOOKED,
}
TOLD_OF = {
    Change.PROMOTED: NoticeKind.PROMOTED,
    Change.OFFERED: NoticeKind.OFFER,
    Change.OFFER_EXPIRED: NoticeKind.OFFER_ENDED,
    Change.OFFER_WITHDRAWN: NoticeKind.OFFER_ENDED,
    Change.STEPPED_IN: NoticeKind.STEPPED_IN,
    Change.SESSION_CANCELLED: NoticeKind.SESSION_CANCELLED,
}
"""The notice that each change of which a person does not know owes them."""
TOLD_OF_BY_OTHERS = {
    Change.BOOKED: NoticeKind.BOOKED_FOR_YOU,
    Change.WAITLISTED: NoticeKind.BOOKED_FOR_YOU,
    Change.OFFER_ACCEPTED: NoticeKind.BOOKED_FOR_YOU,
    Change.CANCELLED: NoticeKind.CANCELLED_FOR_YOU,
    Change.OFFER_DECLINED: NoticeKind.CANCELLED_FOR_YOU,
    Change.SUBSTITUTED: NoticeKind.SUBSTITUTED,
}
"""The notice that each change owes a person where somebody else did it."""
OTHER_ENDS = {
    Change.SUBSTITUTED: Change.STEPPED_IN,
    Change.STEPPED_IN: Change.SUBSTITUTED,
    Change.TRANSFERRED_AWAY: Change.TRANSFERRED_HERE,
    Change.TRANSFERRED_HERE: Change.TRANSFERRED_AWAY,
}
"""The change at the other end of a substitution or a transfer."""

Cause = tuple[NoticeKind, UUID, UUID, int]
"""The kind of a notice, its booking and practitioner, and the position in the history."""
Agencies = dict[UUID, UUID | None]
"""The agency of each practitioner."""


@dataclass(frozen=True)
class Rows:
    """Everything that the invariants speak of, as it was read in one transaction."""

    sessions: Sequence[CourseSession]
    bookings: Sequence[Booking]
    changes: Sequence[BookingChange]
    """In the order of their positions."""
    notices: Sequence[Notice]
    reserved: Sequence[ReservedPlaces]
    trainers: Sequence[SessionTrainer]
    agencies: Agencies


async def read_rows(db: AsyncSession) -> Rows:
    """Read the whole database, in seven statements."""
    people = await db.exec(select(Practitioner.id, Practitioner.agency_id))
    return Rows(
        sessions=(await db.exec(select(CourseSession))).all(),
        bookings=(await db.exec(select(Booking))).all(),
        changes=(await db.exec(select(BookingChange).order_by(col(BookingChange.position)))).all(),
        notices=(await db.exec(select(Notice))).all(),
        reserved=(await db.exec(select(ReservedPlaces))).all(),
        trainers=(await db.exec(select(SessionTrainer))).all(),
        agencies=dict(people.all()),
    )


async def broken_invariants(db: AsyncSession, *, now: datetime, terms: Terms = TERMS) -> list[str]:
    """Return a sentence for each thing that is not as it must be; none when all is well.

    While places are offered, somebody may wait beside a free place only as long as an offer
    whose time is over has not been ended.
    """
    return broken_in(await read_rows(db), now=now, terms=terms)


def broken_in(rows: Rows, *, now: datetime, terms: Terms = TERMS) -> list[str]:
    """Return the same of rows that have been read."""
    kinds = {*TOLD_OF.values(), *TOLD_OF_BY_OTHERS.values(), NoticeKind.BROADCAST}
    notices = [notice for notice in rows.notices if notice.kind in kinds]
    reserved: dict[UUID, list[ReservedPlaces]] = defaultdict(list)
    for row in rows.reserved:
        reserved[row.session_id].append(row)
    of_session: dict[UUID, list[Booking]] = defaultdict(list)
    for booking in rows.bookings:
        of_session[booking.session_id].append(booking)
    of_booking: dict[UUID, list[BookingChange]] = defaultdict(list)
    for change in rows.changes:
        of_booking[change.booking_id].append(change)
    return [
        *(
            fault
            for one in rows.sessions
            for fault in _of_session(
                one, of_session[one.id], reserved[one.id], rows.agencies, terms=terms, now=now
            )
        ),
        *(fault for one in rows.bookings for fault in _of_history(one, of_booking[one.id])),
        *_of_notices(rows.bookings, of_booking, notices),
        *_of_other_ends(rows.bookings, rows.changes),
        *_of_broadcasts(rows.sessions, rows.bookings, notices),
        *of_schedules(
            rows.sessions, rows.bookings, rows.trainers, rows.notices, terms=terms, now=now
        ),
    ]


def _of_session(
    session: CourseSession,
    bookings: list[Booking],
    reserved: list[ReservedPlaces],
    agencies: Agencies,
    *,
    terms: Terms,
    now: datetime,
) -> Iterator[str]:
    yield from _of_places(session, bookings)
    yield from _of_register(session, bookings)
    yield from _of_waiting(session, bookings, reserved, agencies, terms=terms, now=now)
    yield from _of_reserved(session, bookings, reserved, agencies)
    yield from _of_queue(session, bookings)
    yield from _of_offers(session, bookings, terms=terms)


def _of_places(session: CourseSession, bookings: list[Booking]) -> Iterator[str]:
    held = sum(booking.status in HOLDS_A_PLACE for booking in bookings)
    if session.places_taken != held:
        yield f"{session.code}: {session.places_taken} places taken, {held} held"
    if held > session.capacity:
        yield f"{session.code}: {held} held of {session.capacity} places"


def _of_register(session: CourseSession, bookings: list[Booking]) -> Iterator[str]:
    if session.register_closed_at is None:
        return
    if session.status != SessionStatus.DELIVERED:
        yield f"{session.code}: its register is closed, and it is {session.status}"
    places = [one for one in bookings if one.status == BookingStatus.CONFIRMED]
    unmarked = sum(one.attendance is None for one in places)
    if unmarked:
        yield f"{session.code}: its register is closed, and {unmarked} are not marked"


def _of_reserved(
    session: CourseSession,
    bookings: list[Booking],
    reserved: list[ReservedPlaces],
    agencies: Agencies,
) -> Iterator[str]:
    closed = [row for row in reserved if not row.opened]
    first = min((row.opens_at for row in closed), default=None)
    if session.reserved_until != first:
        yield f"{session.code}: says {session.reserved_until}, reserved until {first}"
    held = sum(booking.status in HOLDS_A_PLACE for booking in bookings)
    kept = sum(_kept(row, bookings, agencies) for row in closed)
    # On a session that was cancelled nothing opens any more, and nobody wants a place.
    if kept > session.capacity - held and session.status != SessionStatus.CANCELLED:
        yield f"{session.code}: {kept} kept, and {session.capacity - held} free"


def _kept(row: ReservedPlaces, bookings: list[Booking], agencies: Agencies) -> int:
    taken = [
        one
        for one in bookings
        if one.status in HOLDS_A_PLACE and agencies[one.practitioner_id] == row.agency_id
    ]
    return max(0, row.places - len(taken))


def _is_open_to(
    waiting: Booking,
    session: CourseSession,
    bookings: list[Booking],
    reserved: list[ReservedPlaces],
    agencies: Agencies,
) -> bool:
    """Tell whether a place is free that is kept for nobody, or for this person's agency."""
    free = session.capacity - sum(one.status in HOLDS_A_PLACE for one in bookings)
    kept: dict[UUID | None, int] = {
        row.agency_id: _kept(row, bookings, agencies) for row in reserved if not row.opened
    }
    own = kept.get(agencies[waiting.practitioner_id], 0)
    return free > 0 and (own > 0 or free > sum(kept.values()))


def _of_waiting(
    session: CourseSession,
    bookings: list[Booking],
    reserved: list[ReservedPlaces],
    agencies: Agencies,
    *,
    terms: Terms,
    now: datetime,
) -> Iterator[str]:
    waiting = [one for one in bookings if one.status == BookingStatus.WAITLISTED]
    overdue = any(
        one.offer_expires_at is not None and one.offer_expires_at <= now for one in bookings
    )
    # Reserved places whose day has come are as good as offers whose time is over.
    overdue = overdue or any(not row.opened and row.opens_at <= now for row in reserved)
    if overdue:
        return
    waiting = [one for one in waiting if _is_open_to(one, session, bookings, reserved, agencies)]
    automatic = [one for one in waiting if one.books_automatically]
    match phase(session, terms=terms, now=now):
        case Phase.OFFERS if waiting:
            yield f"{session.code}: {len(waiting)} wait although a place is free"
        case Phase.BROADCAST if automatic:
            yield f"{session.code}: {len(automatic)} wait although they are booked automatically"


def _of_queue(session: CourseSession, bookings: list[Booking]) -> Iterator[str]:
    numbers = [one.queue_number for one in bookings if one.queue_number is not None]
    in_line = {BookingStatus.WAITLISTED, BookingStatus.OFFERED}
    waiting = [one for one in bookings if one.status in in_line]
    pairs = Counter(booking.practitioner_id for booking in bookings)
    if len(set(numbers)) != len(numbers):
        yield f"{session.code}: a queue number was given twice"
    if {one.id for one in waiting} != {one.id for one in bookings if one.queue_number is not None}:
        yield f"{session.code}: {len(waiting)} wait or are offered, {len(numbers)} have a number"
    if any(not 1 <= number < session.next_queue_number for number in numbers):
        yield f"{session.code}: a queue number was not issued by the session"
    if any(count > 1 for count in pairs.values()):
        yield f"{session.code}: a person has two bookings"


def _of_offers(session: CourseSession, bookings: list[Booking], *, terms: Terms) -> Iterator[str]:
    begins = broadcast_begins(session, terms=terms)
    for one in bookings:
        if (one.status == BookingStatus.OFFERED) != (one.offer_expires_at is not None):
            yield f"booking {one.id}: {one.status}, and the offer ends {one.offer_expires_at}"
        if one.offer_expires_at is not None and one.offer_expires_at > begins:
            yield f"booking {one.id}: the offer ends {one.offer_expires_at}, in the broadcast"


def _of_history(booking: Booking, history: list[BookingChange]) -> Iterator[str]:
    positions = [change.position for change in history]
    if positions != list(range(1, booking.change_count + 1)) or not positions:
        yield f"booking {booking.id}: {booking.change_count} changes counted, history {positions}"
        return
    if history[0].change not in BEGINNINGS:
        yield f"booking {booking.id}: its history begins with {history[0].change}"
    was, marked = STATUS_AFTER[history[0].change], None
    for before, after in pairwise(history):
        if STATUS_BEFORE.get(after.change, was) != was:
            yield f"booking {booking.id}: {after.change} after {before.change}"
        if after.change != Change.ATTENDANCE_MARKED:
            marked = marked if STATUS_AFTER[after.change] == was else None
            was = STATUS_AFTER[after.change]
            continue
        if was not in MAY_HAVE_COME:
            yield f"booking {booking.id}: {after.change} while {was}"
        marked = after.attendance
    if was != booking.status:
        yield f"booking {booking.id}: {booking.status} after {history[-1].change}"
    if marked != booking.attendance:
        yield f"booking {booking.id}: {booking.attendance}, and marked {marked}"
    if booking.status == BookingStatus.UNBOOKED and marked not in CAME:
        yield f"booking {booking.id}: came without a booking, and is marked {marked}"


def _of_notices(
    bookings: Sequence[Booking],
    of_booking: dict[UUID, list[BookingChange]],
    notices: Sequence[Notice],
) -> Iterator[str]:
    owed: Counter[Cause] = Counter(
        (notice.kind, notice.about_id, notice.practitioner_id, notice.occurrence)
        for notice in notices
        if notice.kind != NoticeKind.BROADCAST
    )
    happened: Counter[Cause] = Counter(
        (kind, booking.id, booking.practitioner_id, change.position)
        for booking in bookings
        for change in of_booking[booking.id]
        if (kind := _told_of(change, booking)) is not None
        and not _is_taken_off(change, of_booking[booking.id])
    )
    for kind, about, _, position in (happened - owed).elements():
        yield f"booking {about}: nobody was told of the {kind} at position {position}"
    for kind, about, _, position in (owed - happened).elements():
        yield f"booking {about}: told of the {kind} at position {position}, which never was"


def _is_taken_off(change: BookingChange, history: list[BookingChange]) -> bool:
    """Tell of a change that it takes somebody off a register who had been added by mistake."""
    steps = [
        one.change
        for one in history
        if one.position < change.position and one.change != Change.ATTENDANCE_MARKED
    ]
    return change.change == Change.CANCELLED and steps[-1:] == [Change.CAME_UNBOOKED]


def _told_of(change: BookingChange, booking: Booking) -> NoticeKind | None:
    """Return the notice that a change owes whose booking it is, if any."""
    if change.actor_id is None and change.reason == IMPORTED:
        return None
    by_somebody_else = change.actor_id not in {None, booking.practitioner_id}
    if by_somebody_else and change.change in TOLD_OF_BY_OTHERS:
        return TOLD_OF_BY_OTHERS[change.change]
    return TOLD_OF.get(change.change)


def _of_other_ends(bookings: Sequence[Booking], changes: Sequence[BookingChange]) -> Iterator[str]:
    by_id = {booking.id: booking for booking in bookings}
    ends = {(one.booking_id, one.change, one.other_booking_id, one.at) for one in changes}
    for one in changes:
        other = OTHER_ENDS.get(one.change)
        if other is None and one.other_booking_id is None:
            continue
        named = f"booking {one.booking_id}: {one.change} at position {one.position}"
        if (one.other_booking_id, other, one.booking_id, one.at) not in ends:
            yield f"{named} has no other end"
            continue
        here, there = by_id[one.booking_id], by_id[one.other_booking_id or one.booking_id]
        same_session = here.session_id == there.session_id
        same_person = here.practitioner_id == there.practitioner_id
        substitution = one.change in {Change.SUBSTITUTED, Change.STEPPED_IN}
        if (same_session, same_person) != (substitution, not substitution):
            yield f"{named} has another end than it can have"


def _of_broadcasts(
    sessions: Sequence[CourseSession], bookings: Sequence[Booking], notices: Sequence[Notice]
) -> Iterator[str]:
    counts = {session.id: session.broadcast_count for session in sessions}
    heard = {(one.id, one.practitioner_id): counts[one.session_id] for one in bookings}
    for notice in notices:
        if notice.kind != NoticeKind.BROADCAST:
            continue
        times = heard.get((notice.about_id, notice.practitioner_id), 0)
        if not 1 <= notice.occurrence <= times:
            yield f"booking {notice.about_id}: told of broadcast {notice.occurrence} of {times}"
