"""What a course warns of before it is booked, and for coordinators what it checks."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import Choice, ChoiceSetInput, TextInput

from bot import phrases
from bot.cards.openings import free_for_reader, where_and_places
from bot.cards.pieces import (
    Button,
    Element,
    button,
    buttons,
    card,
    heading,
    line,
    message,
    state,
    subtle,
    tentative_part,
)
from bot.cards.session_forms import NOTHING_WRONG, beside
from bot.payloads import BookingChoice, CourseChecks, CourseChoice, SessionChoice
from bot.turns import Reply
from trainingbot.bookings.reserved_rules import OpenPlaces
from trainingbot.enums import BookingStatus, Strictness
from trainingbot.models import Booking, Course, CourseSession

STRICTNESSES = {
    Strictness.ALLOW: "Nothing is said",
    Strictness.WARN: "They are warned, and decide",
    Strictness.REFUSE: "They can’t book it",
}
LEVELS = (1, 2, 3)


def doubts_card(
    course: Course,
    session: CourseSession,
    booking: Booking | None,
    sentences: Sequence[str],
    *,
    opening: OpenPlaces | None = None,
    zone: ZoneInfo,
) -> Reply:
    """Say what speaks against a booking, and let the person decide.

    `booking` is what they have on the session already: perhaps an offer that is held for them.
    `opening`: what is free for them, where places are reserved.
    """
    title = phrases.plain(course.title)
    held = booking is not None and booking.status == BookingStatus.OFFERED
    stands = [state(phrases.standing(booking, session, None, zone))] if booking and held else []
    return card(
        heading(title),
        line(phrases.when(session, zone)),
        subtle(where_and_places(session, opening, zone=zone)),
        *tentative_part(session, zone),
        *stands,
        message("Look at this before you book.", *(phrases.plain(said) for said in sentences)),
        line("You can book all the same. It is noted with your booking."),
        actions=_decisions(course, session, held=held, free=free_for_reader(session, opening)),
        summary=f"{title}: {sentences[0]}",
    )


def _decisions(course: Course, session: CourseSession, *, held: bool, free: int) -> list[Button]:
    choice = SessionChoice(session_id=session.id)
    anyway = "Book anyway" if free > 0 else "Join anyway"
    return [
        button(
            "Take it anyway" if held else anyway,
            "book_place",
            BookingChoice(session_id=session.id, despite_doubts=True),
        ),
        *([button("No, thank you", "cancel_booking", choice)] if held else []),
        button("Other dates", "show_course", CourseChoice(course_id=course.id)),
        button("My training", "my_training"),
    ]


def course_checks_card(
    course: Course,
    form: CourseChecks,
    *said: str,
    problems: Mapping[str, str] = NOTHING_WRONG,
) -> Reply:
    """Ask a coordinator what a course is to check; `said` is what has just been settled.

    `form` is what stands in the fields, and `problems` what is wrong with it, by field.
    """
    title = phrases.plain(course.title)
    return card(
        heading(f"Booking checks: {title}"),
        line("What happens when somebody books this course:"),
        *([message(*said)] if said else []),
        *_strictness("on_clash", "If they have another booking at that time", form, problems),
        *_strictness("on_repeat", "If they have booked or attended it already", form, problems),
        *beside("repeat_months", problems),
        TextInput(
            id="repeat_months",
            label="Within how many months",
            value=form.repeat_months,
            max_length=3,
        ),
        *_strictness(
            "on_missing_level", "If they have not had the level that comes first", form, problems
        ),
        *beside("prerequisite_level", problems),
        _choice("prerequisite_level", "Which level comes first", form.prerequisite_level, [
            Choice(title="None", value=""),
            *(Choice(title=f"Level {level}", value=str(level)) for level in LEVELS),
        ]),
        buttons(
            button(
                "Save",
                "set_course_checks",
                CourseChecks(course_id=course.id),
                style="positive",
                with_inputs=True,
            )
        ),
        actions=[button("The course", "show_course", CourseChoice(course_id=course.id))],
        summary=f"Booking checks: {title}",
    )  # fmt: skip


def _strictness(
    name: str, label: str, form: CourseChecks, problems: Mapping[str, str]
) -> list[Element]:
    choices = [Choice(title=title, value=value.value) for value, title in STRICTNESSES.items()]
    return [*beside(name, problems), _choice(name, label, getattr(form, name), choices)]


def _choice(name: str, label: str, value: str, choices: list[Choice]) -> ChoiceSetInput:
    return ChoiceSetInput(
        id=name, label=label, value=value, choices=choices, style="compact", wrap=True
    )
