"""Questions about one session: cancel it, give it other places or other trainers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import ToggleInput

from bot import phrases
from bot.cards.pieces import button, card, heading, line, message, subheading, subtle
from bot.cards.session_forms import (
    LESS_TRAINER_BYTES,
    NOTHING_WRONG,
    change_it,
    hidden_form,
    named,
    places_form,
    reason_input,
    trainers_form,
)
from bot.cards.session_previews import CHANGED, CHANGED_MORE, NOT_YET, bulleted, trainers_busy
from bot.cards.sessions import SessionAtHand, back_to
from bot.session_payloads import (
    PlacesAsked,
    PlacesChange,
    SessionEnd,
    TrainersAsked,
    TrainersChange,
)
from bot.turns import Reply
from trainingbot.bookings.rules import Phase
from trainingbot.models import Practitioner
from trainingbot.scheduling.views import Affected, Clashes, OtherDate


def cancel_question(
    at_hand: SessionAtHand,
    form: SessionEnd,
    others: Sequence[OtherDate],
    *,
    problems: Mapping[str, str] = NOTHING_WRONG,
    has_changed: bool = False,
    zone: ZoneInfo,
) -> Reply:
    """Ask before a session is cancelled: who loses what, and what they are offered instead."""
    title, session = phrases.plain(at_hand.course.title), at_hand.session
    said = (CHANGED, CHANGED_MORE) if has_changed else ("Cancel this session?",)
    return card(
        heading(title),
        line(phrases.when(session, zone)),
        subtle(phrases.where_and_places(session)),
        message(*(said if not problems else (NOT_YET, "Say why below, and press again."))),
        line(bulleted(_what_cancelling_does(at_hand.affected, others, zone))),
        *reason_input(form.reason, problems),
        ToggleInput(
            id="keep_interest",
            label="Interest list",
            title="Put them on it, so that they are offered the next date",
            value=str(form.keep_interest).lower(),
        ),
        actions=[
            back_to(session),
            button(
                "Cancel session",
                "cancel_session",
                SessionEnd(session_id=session.id, seen=form.seen),
                style="destructive",
                with_inputs=True,
            ),
        ],
        summary=f"{said[0]} {title}",
    )


def _what_cancelling_does(
    affected: Affected, others: Sequence[OtherDate], zone: ZoneInfo
) -> list[str]:
    if not affected.bookings:
        return [*_trainers_told(affected), "Nobody has a place or waits. It can’t be undone."]
    having = phrases.counted(affected.confirmed, "person has a place", "people have a place")
    waiting = affected.offered + affected.waiting
    wait = phrases.counted(waiting, "waits", "wait")
    told = f"{having} and {wait}." if waiting else f"{having}."
    dates = [phrases.day_and_time(one.session.starts_at, zone) for one in others]
    offered = (
        f"All will be told and offered other dates: {phrases.listed(dates)}."
        if dates
        else "All will be told. There is no other date of the course to offer them yet."
    )
    return [told, offered, *_trainers_told(affected), "It can’t be undone."]


def _trainers_told(affected: Affected) -> list[str]:
    if not affected.trainers:
        return []
    return [f"{phrases.counted(affected.trainers, 'trainer is', 'trainers are')} told."]


def places_card(
    at_hand: SessionAtHand,
    form: PlacesAsked,
    *,
    problems: Mapping[str, str] = NOTHING_WRONG,
    zone: ZoneInfo,
) -> Reply:
    """Ask how many places a session is to have."""
    title, session = phrases.plain(at_hand.course.title), at_hand.session
    return card(
        heading(f"Places: {title}"),
        line(phrases.when(session, zone)),
        subtle(phrases.where_and_places(session)),
        *([message(NOT_YET)] if problems else []),
        *places_form(form, problems),
        actions=[back_to(session)],
        summary=f"Places: {title}",
    )


def places_preview(
    at_hand: SessionAtHand,
    places: int,
    *,
    phase: Phase,
    has_changed: bool = False,
    zone: ZoneInfo,
) -> Reply:
    """Show what more or fewer places come to; `phase` is that of the session's waitlist."""
    title, session = phrases.plain(at_hand.course.title), at_hand.session
    asked = f"{phrases.counted(places, 'place')} instead of {session.capacity}?"
    return card(
        heading(title),
        line(phrases.when(session, zone)),
        subtle(phrases.where_and_places(session)),
        message(*((CHANGED, CHANGED_MORE, asked) if has_changed else (asked,))),
        line(bulleted(what_places_do(at_hand.affected, session.capacity, places, phase))),
        hidden_form(places_form(PlacesAsked(session_id=session.id, places=str(places)))),
        actions=[
            button(
                "Change places",
                "change_places",
                PlacesChange(session_id=session.id, places=str(places), seen=session.capacity),
                style="positive",
            ),
            change_it(),
            back_to(session),
        ],
        summary=f"{title}: {asked}",
    )


def what_places_do(affected: Affected, before: int, places: int, phase: Phase) -> list[str]:
    """Say what becomes of offers and of those who wait when a session has so many places."""
    free = places - affected.confirmed - affected.offered
    if places == before:
        return ["It has so many places already: nothing changes."]
    if free < 0:
        withdrawn = phrases.counted(-free, "offer is", "offers are")
        return [f"{withdrawn} taken back. Those people are told, and wait where they waited."]
    if places < before or not affected.waiting or not free:
        return ["Nobody is told. Those who have a place keep it."]
    if phase == Phase.OFFERS:
        offers = min(free, affected.waiting)
        get = phrases.counted(offers, "person who waits gets", "people who wait get")
        return [f"Up to {get} an offer." if offers > 1 else f"{get} an offer."]
    if phase == Phase.BROADCAST:
        wait = phrases.counted(affected.waiting, "person who waits is", "people who wait are")
        return [f"{wait} told, and the first to ask gets a place."]
    return ["It is too near to tell those who wait. Whoever asks first gets a place."]


def too_few_places(affected: Affected, kept: int) -> str:
    """Say why a session can't have so few places; `kept` are reserved and not yet taken."""
    have = phrases.counted(affected.confirmed, "person has a place", "people have a place")
    reserved = f" and {phrases.counted(kept, 'place is', 'places are')} reserved" if kept else ""
    return f"{have}{reserved}, so there can’t be fewer than {affected.confirmed + kept}."


def trainers_card(
    at_hand: SessionAtHand,
    form: TrainersAsked,
    trainers: Sequence[Practitioner],
    *,
    problems: Mapping[str, str] = NOTHING_WRONG,
    zone: ZoneInfo,
) -> Reply:
    """Ask who are to be the trainers of a session."""
    title, session = phrases.plain(at_hand.course.title), at_hand.session
    return card(
        heading(f"Trainers: {title}"),
        line(phrases.when(session, zone)),
        *([message(NOT_YET)] if problems else []),
        *trainers_form(form, trainers, problems),
        actions=[back_to(session)],
        summary=f"Trainers: {title}",
    )


@dataclass(frozen=True, slots=True)
class TrainersPlanned:
    """Who would be the trainers of a session, and what speaks against it."""

    chosen: TrainersChange
    ids: frozenset[UUID]
    clashes: Clashes


def trainers_preview(
    at_hand: SessionAtHand,
    planned: TrainersPlanned,
    trainers: Sequence[Practitioner],
    *,
    has_changed: bool = False,
    zone: ZoneInfo,
) -> Reply:
    """Show what other trainers come to: who is told, and who is busy then."""
    title, session = phrases.plain(at_hand.course.title), at_hand.session
    busy = trainers_busy(planned.clashes, zone=zone)
    look = [subheading("Look at this first"), line(bulleted(busy))] if busy else []
    asked = TrainersAsked(session_id=session.id, trainers=planned.chosen.trainers)
    said = (CHANGED, CHANGED_MORE) if has_changed else ("Change the trainers?",)
    return card(
        heading(title),
        line(phrases.when(session, zone)),
        message(*said),
        line(bulleted(_who_changes(at_hand.trainers, planned.ids, trainers))),
        *look,
        hidden_form(trainers_form(asked, trainers, most_bytes=LESS_TRAINER_BYTES)),
        actions=[
            button("Change trainers", "set_trainers", planned.chosen, style="positive"),
            change_it(),
            back_to(session),
        ],
        summary=f"{said[0]} {title}",
    )


def _who_changes(
    before: Sequence[Practitioner], after: frozenset[UUID], everybody: Sequence[Practitioner]
) -> list[str]:
    had = {one.id for one in before}
    named_now, released = named(everybody, after - had), named(before, had - after)
    said = []
    if named_now:
        said.append(f"Named, and told: {named_now}.")
    if released:
        said.append(f"Released, and told: {released}.")
    if had & after:
        said.append(f"As before: {named(before, had & after)}.")
    if not after:
        said.append("The session has no trainer then.")
    return said
