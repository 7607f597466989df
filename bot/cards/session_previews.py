"""What would happen: shown to a coordinator before a session is added or moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.pieces import Element, button, card, heading, line, message, subheading, subtle
from bot.cards.session_forms import (
    LESS_TRAINER_BYTES,
    NOTHING_WRONG,
    add_form,
    change_it,
    hidden_form,
    move_form,
    named,
    short_name,
)
from bot.cards.sessions import SessionAtHand, back_to
from bot.payloads import CourseChoice
from bot.session_payloads import AddedSession, NewSession, SessionMove
from bot.turns import Reply
from trainingbot.enums import Delivery
from trainingbot.models import Course, CourseSession, Practitioner
from trainingbot.scheduling.views import Affected, Clashes

MOST_OF_A_KIND = 4
NOT_YET = "Nothing has been done yet."
CHANGED = "The session has changed since you looked."
CHANGED_MORE = "Nothing has been done. This is how it stands now."


@dataclass(frozen=True, slots=True)
class Outlook:
    """What follows from the date and the place of a session that is only planned."""

    planned: CourseSession
    """The session as it would be; it is in no database."""
    free_until: datetime
    broadcast_begins: datetime
    works: bool
    """Whether it is on a working day."""
    shown_twice: bool
    """Whether clocks show the time of its start twice, as in the night in which they go back."""
    clashes: Clashes
    same_day: Sequence[CourseSession]
    """Other sessions of the course on that day."""
    now: datetime


def add_card(
    course: Course,
    form: NewSession,
    trainers: Sequence[Practitioner],
    *,
    interested: int,
    problems: Mapping[str, str] = NOTHING_WRONG,
) -> Reply:
    """Ask for a new session of a course; where something is wrong, what was typed is kept."""
    title = phrases.plain(course.title)
    return card(
        heading(f"Add a session: {title}"),
        *_not_yet(problems),
        *add_form(form, trainers, minutes=course.minutes, interested=interested, problems=problems),
        actions=[button("The course", "show_course", CourseChoice(course_id=course.id))],
        summary=f"Add a session: {title}",
    )


def _not_yet(problems: Mapping[str, str]) -> list[Element]:
    if not problems:
        return []
    return [message(NOT_YET, "Change what is marked below, and look again.")]


def add_preview(
    course: Course,
    form: AddedSession,
    outlook: Outlook,
    trainers: Sequence[Practitioner],
    *,
    interested: int,
    refused: str = "",
    zone: ZoneInfo,
) -> Reply:
    """Show what adding a session comes to; `refused` is why it could not be added just now."""
    title, planned = phrases.plain(course.title), outlook.planned
    # The button of the form that stands in this card makes an id of its own.
    retyped = NewSession.model_validate(form.model_dump())
    return card(
        heading(title),
        line(phrases.when(planned, zone)),
        subtle(f"{phrases.where(planned)}, {phrases.counted(planned.capacity, 'place')}"),
        message(*((NOT_YET, phrases.plain(refused)) if refused else ("Add this session?",))),
        *_what_follows(
            [
                *_trainers_told(form, trainers),
                *_cut_offs(outlook, zone),
                *_tentative(planned, zone),
                *_interested(form, interested),
            ]
        ),
        *_look_first(doubts(outlook, zone=zone)),
        hidden_form(
            add_form(
                retyped,
                trainers,
                minutes=course.minutes,
                interested=interested,
                most_bytes=LESS_TRAINER_BYTES,
            )
        ),
        actions=[
            button("Add it", "add_session", form, style="positive"),
            change_it(),
            button("The course", "show_course", CourseChoice(course_id=course.id)),
        ],
        summary=f"Add this session? {title}, {phrases.day_and_time(planned.starts_at, zone)}",
    )


def move_card(
    at_hand: SessionAtHand,
    form: SessionMove,
    *,
    problems: Mapping[str, str] = NOTHING_WRONG,
    zone: ZoneInfo,
) -> Reply:
    """Ask when and where a session is to be; where something is wrong, what was typed is kept."""
    title = phrases.plain(at_hand.course.title)
    return card(
        heading(f"Move: {title}"),
        line(f"Now {phrases.when(at_hand.session, zone)}"),
        subtle(phrases.where(at_hand.session)),
        *_not_yet(problems),
        *move_form(form, problems),
        actions=[back_to(at_hand.session)],
        summary=f"Move: {title}",
    )


def move_preview(
    at_hand: SessionAtHand,
    form: SessionMove,
    outlook: Outlook,
    *,
    free_to_leave: bool,
    has_changed: bool = False,
    zone: ZoneInfo,
) -> Reply:
    """Show what moving a session comes to; `has_changed` since the coordinator looked.

    `free_to_leave`: whether whoever has a place may give it back freely, because the time
    changes or how they get there.
    """
    title, session, planned = (
        phrases.plain(at_hand.course.title),
        at_hand.session,
        outlook.planned,
    )
    said = (CHANGED, CHANGED_MORE) if has_changed else ("Move this session?",)
    return card(
        heading(title),
        subtle(f"From {phrases.when(session, zone)}, {phrases.inside(phrases.where(session))}"),
        line(f"To {phrases.when(planned, zone)}"),
        subtle(phrases.where(planned)),
        message(*said),
        *_what_follows(
            [
                *_moved(at_hand.affected, outlook, free_to_leave=free_to_leave),
                *_cut_offs(outlook, zone),
                *_decided_then(planned, outlook.now, zone),
            ]
        ),
        *_look_first(doubts(outlook, zone=zone)),
        hidden_form(move_form(form)),
        actions=[
            button("Move it", "move_session", form, style="positive"),
            change_it(),
            back_to(session),
        ],
        summary=f"{said[0]} {title}",
    )


def _moved(affected: Affected, outlook: Outlook, *, free_to_leave: bool) -> list[str]:
    said = [
        f"{phrases.people(affected.bookings)} will be told."
        if affected.bookings
        else "Nobody has a place or waits, so no practitioner is told."
    ]
    if affected.confirmed and free_to_leave:
        said.append("Whoever has a place can give it back freely until they say that they keep it.")
    if affected.offered:
        offers = phrases.counted(affected.offered, "offer")
        said.append(
            f"{offers} {'is' if affected.offered == 1 else 'are'} taken back "
            "and made again for the new date."
        )
    if affected.trainers:
        told = phrases.counted(affected.trainers, "trainer is", "trainers are")
        said.append(f"{told} told.")
    if outlook.clashes.bookings:
        busy = phrases.counted(outlook.clashes.bookings, "person has", "people have")
        said.append(f"{busy} another booking at that time.")
    return said


def _decided_then(planned: CourseSession, now: datetime, zone: ZoneInfo) -> list[str]:
    """Say how the day to decide on a tentative session moves along."""
    if planned.decide_at is None:
        return []
    if planned.decide_at <= now:
        return ["The day to decide whether it takes place is over then, and you are asked at once."]
    return [f"The day to decide moves along, to {phrases.day_and_time(planned.decide_at, zone)}."]


def _trainers_told(form: NewSession, trainers: Sequence[Practitioner]) -> list[str]:
    chosen = {one.id for one in trainers if str(one.id) in form.trainers.split(",")}
    if not chosen:
        return ["No trainer is named yet."]
    are = "is" if len(chosen) == 1 else "are"
    return [f"{named(trainers, chosen)} {are} told that they teach it."]


def _cut_offs(outlook: Outlook, zone: ZoneInfo) -> list[str]:
    if outlook.free_until <= outlook.now:
        return ["It is so near that a place given back always counts as late."]
    said = [f"A place is free to give back until {phrases.day_and_time(outlook.free_until, zone)}."]
    if outlook.broadcast_begins > outlook.now:
        until = phrases.day_and_time(outlook.broadcast_begins, zone)
        said.append(f"Free places are offered in turn until {until}.")
    return said


def _tentative(planned: CourseSession, zone: ZoneInfo) -> list[str]:
    if planned.decide_at is None:
        return []
    needed = phrases.counted(planned.minimum_places or 0, "person has", "people have")
    until = phrases.day_and_time(planned.decide_at, zone)
    return [f"It is tentative until {needed} a place. If not by {until}, you are asked."]


def _interested(form: NewSession, interested: int) -> list[str]:
    if not interested:
        return ["There is nobody to ask on the interest list of the course."]
    listed = f"{phrases.people(interested)} on the interest list"
    if not form.invite:
        return [f"The {listed} {'is' if interested == 1 else 'are'} not asked."]
    go = "goes" if interested == 1 else "go"
    return [f"The {listed} {go} onto its waitlist, and free places are offered in their order."]


def doubts(outlook: Outlook, *, zone: ZoneInfo) -> list[str]:
    """Return what speaks against a date or a place, each as a sentence."""
    planned = outlook.planned
    said = []
    if not outlook.works:
        day = planned.starts_at.astimezone(zone)
        weekend = day.weekday() >= 5  # noqa: PLR2004 - Saturday is the fifth day after Monday
        kind = "a weekend" if weekend else "a bank holiday"
        said.append(f"{phrases.day(planned.starts_at, zone)} is {kind}.")
    if outlook.shown_twice:
        begins = phrases.clock_time(planned.starts_at, zone)
        said.append(f"Clocks show {begins} twice in that night; the first time is meant.")
    said += trainers_busy(outlook.clashes, zone=zone)
    said += at_most(
        [f"The venue is taken by {_briefly(one.session, zone)}." for one in outlook.clashes.venue]
    )
    said += at_most(
        [f"The course has {_briefly(one, zone)} on that day too." for one in outlook.same_day]
    )
    if planned.delivery == Delivery.IN_PERSON and planned.venue is None:
        said.append("No venue is named yet.")
    if planned.delivery == Delivery.TEAMS and planned.join_url is None:
        said.append("There is no link to join yet.")
    return said


def trainers_busy(clashes: Clashes, *, zone: ZoneInfo) -> list[str]:
    """Say who of the trainers teaches what at that time."""
    return at_most(
        [
            f"{short_name(one.trainer)} teaches {_briefly(one.session, zone)} then."
            for one in clashes.trainers
        ]
    )


def at_most(said: list[str]) -> list[str]:
    """Return the first few of sentences of one kind, and how many there are besides."""
    left_out = len(said) - MOST_OF_A_KIND
    return [*said[:MOST_OF_A_KIND], *([f"And {left_out} more like that."] if left_out > 0 else [])]


def _briefly(session: CourseSession, zone: ZoneInfo) -> str:
    return f"{phrases.plain(session.code)} ({phrases.from_to(session, zone)})"


def _what_follows(said: Sequence[str]) -> list[Element]:
    return [subheading("What happens"), line(bulleted(said))]


def _look_first(said: Sequence[str]) -> list[Element]:
    return [subheading("Look at this first"), line(bulleted(said))] if said else []


def bulleted(said: Sequence[str]) -> str:
    """Return sentences as the lines of a list."""
    return "\n".join(f"- {one}" for one in said)
