"""Which notices the people of a course get, for coordinators."""

from collections.abc import Collection, Mapping
from typing import Any

from microsoft_teams.cards.core import TextInput, ToggleInput

from bot import phrases
from bot.cards.notice_words import NAMES, when_sent
from bot.cards.pieces import Element, button, buttons, card, heading, line, message, subtle
from bot.cards.session_forms import NOTHING_WRONG, beside
from bot.notice_payloads import LONGEST_TYPED_INSTRUCTIONS, CourseNoticesForm, switch_name
from bot.payloads import CourseChoice
from bot.turns import Reply
from trainingbot.courses.notices import NOTICES_OF_A_COURSE
from trainingbot.courses.rules import LONGEST_INSTRUCTIONS
from trainingbot.enums import NoticeKind
from trainingbot.models import Course
from trainingbot.timings import Timing

ALWAYS_SENT = "Offers and news of a place or a session are always sent."


def course_notices_card(
    course: Course,
    form: CourseNoticesForm,
    *said: str,
    off: Collection[NoticeKind],
    times: Mapping[NoticeKind, Timing],
    problems: Mapping[str, str] = NOTHING_WRONG,
) -> Reply:
    """Ask a coordinator which notices the people of a course get; `said` is what was settled.

    `form` is what stands in the fields; `off` are the kinds that nobody in the partnership gets,
    and `times` when the others are due; `problems` is what is wrong, by field.
    """
    title = phrases.plain(course.title)
    return card(
        heading(f"Notices: {title}"),
        line("What the people and the trainers of this course get:"),
        *([message(*said)] if said else []),
        *(
            _off_for_all(kind) if kind in off else _switch(kind, form, times)
            for kind in NOTICES_OF_A_COURSE
        ),
        subtle(ALWAYS_SENT),
        *beside("joining_instructions", problems),
        TextInput(
            id="joining_instructions",
            label="What people need to know before they come, "
            f"at most {LONGEST_INSTRUCTIONS:,} characters",
            value=form.joining_instructions,
            is_multiline=True,
            max_length=LONGEST_TYPED_INSTRUCTIONS,
        ),
        *_not_sent(form, off),
        buttons(
            button(
                "Save",
                "set_course_notices",
                CourseNoticesForm(course_id=course.id),
                style="positive",
                with_inputs=True,
            )
        ),
        actions=[button("The course", "show_course", CourseChoice(course_id=course.id))],
        summary=f"Notices: {title}",
    )


def _switch(kind: NoticeKind, form: CourseNoticesForm, times: Mapping[NoticeKind, Timing]) -> Any:  # noqa: ANN401 - an element, whose type the cards library leaves to each kind
    return ToggleInput(
        id=switch_name(kind),
        label=NAMES[kind],
        title=when_sent(kind, times),
        value="false" if form.switch(kind) is False else "true",
        value_on="true",
        value_off="false",
        wrap=True,
    )


def _off_for_all(kind: NoticeKind) -> Element:
    return line(
        f"**{NAMES[kind]}** is switched off for the whole partnership. "
        "Whoever runs the service can switch it on."
    )


def _not_sent(form: CourseNoticesForm, off: Collection[NoticeKind]) -> list[Element]:
    """Say that what is written reaches nobody, where its notice is switched off."""
    kind = NoticeKind.JOINING_INSTRUCTIONS
    if not form.joining_instructions or (kind not in off and form.switch(kind) is not False):
        return []
    return [subtle(f"It is not sent while “{NAMES[kind]}” is switched off.")]


def saved_sentences() -> tuple[str, ...]:
    """Say that the notices of a course are settled, and from when on."""
    return ("Saved.", "It holds for everything that has not been sent yet.")
