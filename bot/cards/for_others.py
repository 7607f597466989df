"""What is said when something is done for somebody else: to the coordinator and to the person."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import TextBlock, TextInput

from bot import phrases
from bot.cards.pieces import (
    Element,
    button,
    card,
    heading,
    line,
    link,
    message,
    state,
    subtle,
)
from bot.payloads import CourseChoice
from bot.turns import Reply
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import BookingStatus
from trainingbot.models import Practitioner
from trainingbot.scheduling.roster_views import PersonOnSession

MOST_OF_A_REASON = 300


def why(reason: str, problem: str) -> list[Element]:
    """Ask for the reason; `problem` is what the one that was given lacks."""
    return [
        *beside(problem),
        TextInput(
            id="reason",
            label="Why? They read it, and it stands in the history.",
            value=reason,
            max_length=MOST_OF_A_REASON,
            is_required=True,
            error_message="Say why, in a short sentence.",
        ),
    ]


def beside(problem: str) -> list[Element]:
    """Say what is wrong with a field, right above it."""
    if not problem:
        return []
    return [TextBlock(text=phrases.plain(problem), weight="Bolder", wrap=True, color="Attention")]


def booked_for_sentences(person: PersonOnSession, *, told: str | None) -> tuple[str, ...]:
    """Say to a coordinator what somebody has now, and who hears of it from whom."""
    name = phrases.plain(person.practitioner.name)
    if person.booking is not None and person.booking.status == BookingStatus.CONFIRMED:
        has = f"{name} has a place."
    else:
        has = f"{name} is {phrases.ordinal(person.queue_place or 1)} on the waitlist."
    return (has, *([told] if told else []))


def cancelled_for_sentences(
    person: PersonOnSession, *, had_place: bool, passed_on: bool, told: str | None
) -> tuple[str, ...]:
    """Say to a coordinator what became of somebody's place."""
    name = phrases.plain(person.practitioner.name)
    went = "It went to the next in line." if passed_on else "It is free for somebody else now."
    gone = (
        (f"The place of {name} has been given back.", went)
        if had_place
        else (f"{name} does not wait any more.",)
    )
    return (*gone, *([told] if told else []))


def substituted_for_sentences(
    substitute: Practitioner, *, unreached: Sequence[Practitioner]
) -> tuple[str, ...]:
    """Say to a coordinator who has the place now, and whom of both they have to tell themselves."""
    name = phrases.plain(substitute.name)
    if not unreached:
        return (f"{name} has the place now.", "We tell both.")
    names = phrases.listed([phrases.first_name(one.name) for one in unreached])
    are = "is" if len(unreached) == 1 else "are"
    return (
        f"{name} has the place now.",
        f"{names} {are} not in Teams with us yet, so tell them yourself.",
    )


def booked_for_you_sentences(
    actor: Practitioner | None, *, waits: bool, reason: str | None
) -> tuple[str, ...]:
    """Say to somebody that a coordinator has booked for them, why, and what they can do."""
    what = "has put you on the waitlist" if waits else "has booked you a place"
    undo = (
        "You don’t want to wait for it? Leave the waitlist here."
        if waits
        else "You can’t come? Give the place back here, and a colleague gets it."
    )
    return (f"{_of_the_team(actor)} {what}.", *_their_reason(reason), undo)


def date_you_wanted_sentences() -> tuple[str, ...]:
    """Say to somebody on the interest list that there is a date, and that others come first."""
    return (
        "There is a date for the course you wanted.",
        (
            "You are on its waitlist, in the order in which people said so. "
            "When a place is yours, we tell you here."
        ),
    )


def cancelled_for_you_sentences(
    actor: Practitioner | None, *, had_place: bool, reason: str | None
) -> tuple[str, ...]:
    """Say to somebody that a coordinator has given their place back, or ended their wait."""
    what = "has given your place back" if had_place else "has taken you off the waitlist"
    return (f"{_of_the_team(actor)} {what}.", *_their_reason(reason))


def cancelled_for_you(
    training: TrainingRow, *said: str, calendar_url: str | None, zone: ZoneInfo
) -> Reply:
    """Show somebody what they had until a coordinator ended it, and lead to other dates.

    `calendar_url` takes the date out of the calendar, where it may stand in one.
    """
    title = phrases.plain(training.course.title)
    remove = [link("Remove from calendar", calendar_url)] if calendar_url else []
    return card(
        heading(title),
        line(phrases.when(training.session, zone)),
        subtle(phrases.where(training.session)),
        state(phrases.standing(training.booking, training.session, None, zone), active=False),
        message(*said),
        actions=[
            button("Other dates", "show_course", CourseChoice(course_id=training.course.id)),
            *remove,
            button("My training", "my_training"),
        ],
        summary=f"{title}, {phrases.day_and_time(training.session.starts_at, zone)}: {said[0]}",
    )


def _of_the_team(actor: Practitioner | None) -> str:
    if actor is None:
        return "The training team"
    return f"{phrases.plain(actor.name)} of the training team"


def _their_reason(reason: str | None) -> tuple[str, ...]:
    return (f"The reason: {phrases.plain(reason)}",) if reason else ()
