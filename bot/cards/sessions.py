"""A session as coordinators run it: the card from which everything about it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import Container, ToggleVisibilityAction

from bot import phrases
from bot.cards.mix import mix_part
from bot.cards.pieces import Button, Element, button, buttons, card, heading, line, message, subtle
from bot.cards.pieces import state as state_line
from bot.payloads import CourseChoice, Payload, SessionChoice
from bot.turns import Reply
from trainingbot.bookings.views import AgencyShare
from trainingbot.courses.rules import Offering
from trainingbot.enums import Delivery
from trainingbot.models import Course, CourseSession, Practitioner
from trainingbot.scheduling.views import Affected

MORE = "more"


@dataclass(frozen=True, slots=True)
class SessionAtHand:
    """A session with everything that a coordinator looks at before doing something about it."""

    course: Course
    session: CourseSession
    offered: Offering
    """Whether it is still to come, has begun, or is cancelled."""
    trainers: Sequence[Practitioner]
    affected: Affected
    places_lost: int = 0
    """How many had a place when it was cancelled."""
    mix: Sequence[AgencyShare] = ()
    """Which agencies its people come from, and what is reserved for which."""


def session_hub(at_hand: SessionAtHand, *said: str, zone: ZoneInfo) -> Reply:
    """Show a coordinator a session and what can be done about it; `said` has just happened."""
    session, title = at_hand.session, phrases.plain(at_hand.course.title)
    gone = at_hand.offered in {"begun", "cancelled"}
    return card(
        heading(title),
        line(phrases.when(session, zone)),
        subtle(phrases.where(session) if gone else phrases.where_and_places(session)),
        subtle(f"Session {phrases.plain(session.code)}. {_taught_by(at_hand.trainers)}"),
        *([message(*said)] if said else []),
        *_standing(at_hand, zone),
        *(mix_part(at_hand.mix, zone=zone) if at_hand.mix else []),
        buttons(*_people_buttons(at_hand)),
        *_more(at_hand),
        actions=_actions(at_hand),
        summary=f"{title}, {phrases.day_and_time(session.starts_at, zone)}: "
        + (said[0] if said else people_on_it(at_hand.affected)),
    )


def _taught_by(trainers: Sequence[Practitioner]) -> str:
    if not trainers:
        return "No trainer is named yet."
    names = phrases.listed([phrases.plain(one.name) for one in trainers])
    return f"{'Trainer' if len(trainers) == 1 else 'Trainers'}: {names}."


def _standing(at_hand: SessionAtHand, zone: ZoneInfo) -> list[Element]:
    session = at_hand.session
    if at_hand.offered == "cancelled":
        reason = f" {phrases.plain(session.cancel_reason)}" if session.cancel_reason else ""
        return [
            state_line("Session cancelled", active=False),
            line(f"{phrases.counted(at_hand.places_lost, 'place')} lost.{reason}"),
        ]
    if at_hand.offered == "begun":
        return [state_line("Begun", active=False), line(people_on_it(at_hand.affected))]
    body: list[Element] = []
    if session.tentative and session.decide_at is not None:
        until = phrases.day_and_time(session.decide_at, zone)
        needed = phrases.people(session.minimum_places or 0)
        body += [
            state_line("Tentative"),
            line(f"It takes place if {needed} have a place by {until}."),
        ]
    body.append(line(people_on_it(at_hand.affected)))
    if session.delivery == Delivery.TEAMS and session.join_url is None:
        body.append(subtle("There is no link to join yet."))
    if session.delivery == Delivery.IN_PERSON and session.venue is None:
        body.append(subtle("There is no venue yet."))
    return body


def people_on_it(affected: Affected) -> str:
    """Return `20 people have a place, 4 are offered one and 3 wait.`, without what is nought."""
    parts = [
        phrases.counted(number, one, several)
        for number, one, several in (
            (affected.confirmed, "person has a place", "people have a place"),
            (affected.offered, "place is offered", "places are offered"),
            (affected.waiting, "person waits", "people wait"),
        )
        if number
    ]
    return f"{phrases.listed(parts)}." if parts else "Nobody has a place or waits yet."


def _people_buttons(at_hand: SessionAtHand) -> list[Button]:
    choice = SessionChoice(session_id=at_hand.session.id)
    roster = button("Roster", "session_roster", choice)
    if at_hand.offered in {"begun", "cancelled"}:
        return [roster]
    return [roster, button("Waitlist", "session_waitlist", choice)]


def _actions(at_hand: SessionAtHand) -> list[Button]:
    choice = SessionChoice(session_id=at_hand.session.id)
    history = button("History", "session_history", choice)
    if at_hand.offered in {"begun", "cancelled"}:
        return [history, _course_button(at_hand)]
    return [
        button("Move", "ask_to_move_session", choice),
        button("Places", "ask_to_change_places", choice),
        ToggleVisibilityAction(title="More", target_elements=[MORE]),
    ]


def _course_button(at_hand: SessionAtHand) -> Button:
    return button("The course", "show_course", CourseChoice(course_id=at_hand.course.id))


def _more(at_hand: SessionAtHand) -> list[Element]:
    if at_hand.offered in {"begun", "cancelled"}:
        return []
    choice = SessionChoice(session_id=at_hand.session.id)
    confirm = (
        [
            line(_what_confirming_does(at_hand.affected)),
            buttons(button("Confirm it takes place", "confirm_session", choice)),
        ]
        if at_hand.session.tentative
        else []
    )
    return [
        Container(
            id=MORE,
            is_visible=False,
            separator=True,
            spacing="Medium",
            items=[
                *confirm,
                buttons(
                    button("Trainers", "ask_to_change_trainers", choice),
                    button("Reserve places", "ask_to_reserve", choice),
                ),
                buttons(
                    button("History", "session_history", choice),
                    button("Cancel session", "ask_to_cancel_session", choice),
                ),
            ],
        )
    ]


def _what_confirming_does(affected: Affected) -> str:
    if affected.confirmed == 0:
        return "Confirming says on every card that it takes place. Nobody has a place yet."
    return f"When you confirm it, {phrases.people(affected.confirmed)} will be told."


def confirmed_sentences(affected: Affected) -> tuple[str, ...]:
    """Say that a session takes place, and who hears of it."""
    if affected.confirmed == 0:
        return ("The session takes place.", "Nobody has a place yet, so nobody is told.")
    return ("The session takes place.", f"{phrases.people(affected.confirmed)} will be told.")


def moved_sentences(affected: Affected) -> tuple[str, ...]:
    """Say that a session has moved, and who hears of it."""
    return ("The session is moved.", _who_is_told(affected.bookings))


def _who_is_told(number: int) -> str:
    return f"{phrases.people(number)} will be told." if number else "There was nobody to tell."


CANCELLED = (
    "The session is cancelled.",
    "Everybody who was on it is told, and offered other dates where there are any.",
)


def back_to(session: CourseSession, title: str = "Leave it as it is") -> Button:
    """Return the button that leads back from a question to the session."""
    payload: Payload = SessionChoice(session_id=session.id)
    return button(title, "manage_session", payload)
