"""What a coordinator typed about a session: read into a plan, or into what is wrong with it.

Times are typed as clocks in the partnership's zone show them.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.session_payloads import NewSession, SessionMove, WhenAndWhere
from trainingbot.bookings.rules import is_a_link
from trainingbot.enums import Delivery
from trainingbot.models import CourseSession
from trainingbot.programme.times import is_shown_by_clocks, local_time, moment_of
from trainingbot.scheduling.moving import NewDate
from trainingbot.scheduling.rules import MOST_PLACES
from trainingbot.scheduling.views import SessionPlan

Problems = dict[str, str]
"""What is wrong with a form: by the name of a field, the sentence to stand beside it."""

FURTHEST = timedelta(days=3 * 366)
"""How far ahead a session may be planned; a later year is a slip of the finger."""
DECIDES_AT = time(17, 0)
"""“By Friday” means by the end of that working day."""
HOURS, MINUTES = 24, 60
MOST_OF_A_REASON = 200
WHY = "Say why, in a few words."
_RANGE = f"from 1 to {MOST_PLACES:,}"
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::00)?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)


@dataclass(slots=True)
class _Reader:
    """Reads fields one after the other, and keeps what is wrong with each."""

    zone: ZoneInfo
    now: datetime
    problems: Problems = field(default_factory=dict)

    def day(self, name: str, typed: str) -> date | None:
        try:
            return date.fromisoformat(typed)
        except ValueError:
            self.problems[name] = "Choose a day."
            return None

    def clock(self, name: str, typed: str) -> time | None:
        found = _CLOCK.fullmatch(typed)
        if found is not None and int(found[1]) < HOURS and int(found[2]) < MINUTES:
            return time(int(found[1]), int(found[2]))
        self.problems[name] = "Choose a time, such as 09:30."
        return None

    def moment(self, name: str, day: date | None, clock: time | None) -> datetime | None:
        if day is None or clock is None:
            return None
        local = datetime.combine(day, clock)
        if not date(2000, 1, 1) <= day <= (self.now + FURTHEST).date():
            self.problems.setdefault("day", "That is too far away. Is the year right?")
            return None
        if not is_shown_by_clocks(local, zone=self.zone):
            self.problems[name] = (
                f"Clocks go forward on that day and never show {clock:%H:%M}. Choose another time."
            )
            return None
        return moment_of(local, zone=self.zone)

    def number(self, name: str, typed: str, *, sentence: str) -> int | None:
        if not _NUMBER.fullmatch(typed) or not 1 <= int(typed) <= MOST_PLACES:
            self.problems[name] = sentence
            return None
        return int(typed)

    def delivery(self, typed: str) -> Delivery | None:
        try:
            return Delivery(typed)
        except ValueError:
            self.problems["delivery"] = "Choose whether it is online or in person."
            return None

    def join_url(self, typed: str) -> str | None:
        if not typed:
            return None
        if not is_a_link(typed):
            self.problems["join_url"] = "A link begins with https:// and has no spaces."
        return typed

    def trainers(self, typed: str, known: Collection[UUID]) -> tuple[UUID, ...]:
        chosen = chosen_ids(typed)
        if chosen is None or any(one not in known for one in chosen):
            self.problems["trainers"] = (
                "Somebody chosen here is no trainer any more. Choose the trainers again."
            )
            return ()
        return chosen


def chosen_ids(typed: str) -> tuple[UUID, ...] | None:
    """Return the ids that were chosen from a list, each once, or None where one is none."""
    try:
        ids = [UUID(one.strip()) for one in typed.split(",") if one.strip()]
    except ValueError:
        return None
    return tuple(dict.fromkeys(ids))


def read_new_session(
    form: NewSession,
    *,
    minutes: int,
    trainers: Collection[UUID],
    zone: ZoneInfo,
    now: datetime,
) -> tuple[SessionPlan | None, Problems]:
    """Return the plan that a form asks for, or None and what is wrong with it.

    `minutes` are how long the course usually is, where no end was typed; `trainers` the ids of
    everybody who may be chosen as one.
    """
    reader = _Reader(zone, now)
    move = _when_and_where(reader, form, minutes=minutes)
    places = reader.number("places", form.places, sentence=f"Type a number {_RANGE}.")
    chosen = reader.trainers(form.trainers, trainers)
    minimum, decide_at = _tentative(reader, form, move, places) if form.tentative else (None, None)
    if reader.problems or move is None or places is None:
        return None, reader.problems
    return (
        SessionPlan(
            starts_at=move.starts_at,
            ends_at=move.ends_at,
            capacity=places,
            delivery=move.delivery,
            venue=move.venue,
            join_url=move.join_url,
            trainer_ids=chosen,
            minimum_places=minimum,
            decide_at=decide_at,
        ),
        reader.problems,
    )


def read_move(
    form: SessionMove, session: CourseSession, *, zone: ZoneInfo, now: datetime
) -> tuple[NewDate | None, Problems]:
    """Return when and where a form puts a session, or None and what is wrong with it.

    Online it keeps the venue it had, and in person its link: an unchanged form is no move.
    """
    reader = _Reader(zone, now)
    move = _when_and_where(reader, form)
    if move is not None and move.delivery == session.delivery:
        online = move.delivery == Delivery.TEAMS
        move = replace(
            move,
            venue=session.venue if online else move.venue,
            join_url=move.join_url if online else session.join_url,
        )
    reader.problems |= problem_of_reason(form.reason)
    return (None if reader.problems else move), reader.problems


def problem_of_reason(typed: str) -> Problems:
    """Return what is wrong with why a session is moved or cancelled; nothing where it will do."""
    if not typed:
        return {"reason": WHY}
    if len(typed) > MOST_OF_A_REASON:
        return {"reason": f"It has {len(typed)} characters. Say it in {MOST_OF_A_REASON} at most."}
    return {}


def read_places(typed: str) -> tuple[int | None, Problems]:
    """Return how many places a session is to have, or None and what is wrong."""
    if not _NUMBER.fullmatch(typed) or not 1 <= int(typed) <= MOST_PLACES:
        return None, {"places": f"Type a number {_RANGE}."}
    return int(typed), {}


def _when_and_where(
    reader: _Reader, form: WhenAndWhere, *, minutes: int | None = None
) -> NewDate | None:
    day = reader.day("day", form.day)
    last_day = reader.day("last_day", form.last_day) if form.last_day else day
    starts_at = reader.moment("begins", day, reader.clock("begins", form.begins))
    if minutes is not None and not form.ends:
        ends_at = starts_at and starts_at + timedelta(minutes=minutes)
    else:
        ends_at = reader.moment("ends", last_day, reader.clock("ends", form.ends))
    if starts_at is not None and starts_at <= reader.now:
        reader.problems["day"] = "That is over already. Choose a later day."
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        reader.problems["ends"] = "It has to end after it begins."
    delivery = reader.delivery(form.delivery)
    online = delivery == Delivery.TEAMS
    # A link or a venue that belongs to the other choice stays in the form, and is not used.
    join_url = reader.join_url(form.join_url) if online else None
    venue = None if online else form.venue or None
    if starts_at is None or ends_at is None or delivery is None:
        return None
    return NewDate(starts_at, ends_at, delivery, venue, join_url)


def _tentative(
    reader: _Reader, form: NewSession, move: NewDate | None, places: int | None
) -> tuple[int | None, datetime | None]:
    minimum = reader.number(
        "minimum", form.minimum, sentence="Say how many people it needs, at least 1."
    )
    if minimum is not None and places is not None and minimum > places:
        reader.problems["minimum"] = f"It can't need more people than the {places} places it has."
    day = reader.day("decide_on", form.decide_on)
    decide_at = None if day is None else moment_of_decision(day, zone=reader.zone)
    if decide_at is not None and decide_at <= reader.now:
        reader.problems["decide_on"] = "That is over already. Choose a later day."
    elif decide_at is not None and move is not None and decide_at >= move.starts_at:
        reader.problems["decide_on"] = "Choose a day before the session."
    return minimum, decide_at


def moment_of_decision(day: date, *, zone: ZoneInfo) -> datetime:
    """Return the moment by which a tentative session is decided on, on this day."""
    return moment_of(datetime.combine(day, DECIDES_AT), zone=zone)


def shown_twice(moment: datetime, *, zone: ZoneInfo) -> bool:
    """Tell whether clocks in the zone show the local time of this moment twice."""
    local = local_time(moment, zone=zone).replace(tzinfo=zone)
    return local.utcoffset() != local.replace(fold=1).utcoffset() and is_shown_by_clocks(
        local.replace(tzinfo=None), zone=zone
    )


def form_of(session: CourseSession, *, zone: ZoneInfo) -> SessionMove:
    """Return the form of a move, filled with when and where the session is now."""
    starts, ends = (local_time(one, zone=zone) for one in (session.starts_at, session.ends_at))
    return SessionMove(
        session_id=session.id,
        day=starts.date().isoformat(),
        begins=f"{starts:%H:%M}",
        ends=f"{ends:%H:%M}",
        last_day=ends.date().isoformat() if ends.date() != starts.date() else "",
        delivery=session.delivery,
        venue=session.venue or "",
        join_url=session.join_url or "",
        seen=session.change_count,
    )
