"""Which notices the people of a course get, for coordinators."""

from collections.abc import Mapping

from bot.cards import course_notices as cards
from bot.cards.session_forms import NOTHING_WRONG
from bot.flows.courses import show_course
from bot.notice_payloads import CourseNoticesForm, switch_name
from bot.payloads import CourseChoice
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.courses import notices
from trainingbot.courses.notices import NOTICES_OF_A_COURSE, CourseNotices
from trainingbot.errors import InstructionsTooLong
from trainingbot.models import Course
from trainingbot.people.queries import is_coordinator


async def course_notices(visit: Visit, choice: CourseChoice) -> Reply:
    """Show a coordinator which notices the people of a course get.

    Whoever else asks for the joining instructions of a course is shown its dates, and there
    their own booking.
    """
    if not await is_coordinator(visit.db, visit.practitioner.id):
        return await show_course(visit, choice)
    settled = await notices.notices_of_course(
        visit.db, choice.course_id, actor_id=visit.practitioner.id
    )
    return _card(visit, settled.course, _form_of(settled))


async def set_course_notices(visit: Visit, form: CourseNoticesForm) -> Reply:
    """Settle the notices of a course; instructions that are too long are shown again."""
    try:
        settled = await notices.set_course_notices(
            visit.db,
            course_id=form.course_id,
            switches=form.switches,
            joining_instructions=form.joining_instructions,
            actor_id=visit.practitioner.id,
        )
    except InstructionsTooLong as refused:
        before = await notices.notices_of_course(
            visit.db, form.course_id, actor_id=visit.practitioner.id
        )
        problems = {"joining_instructions": refused.sentence}
        return _card(visit, before.course, form, problems=problems)
    return _card(visit, settled.course, _form_of(settled), *cards.saved_sentences())


def _form_of(settled: CourseNotices) -> CourseNoticesForm:
    switches = {switch_name(kind): kind not in settled.without for kind in NOTICES_OF_A_COURSE}
    return CourseNoticesForm(
        course_id=settled.course.id,
        joining_instructions=settled.course.joining_instructions or "",
        **switches,
    )


def _card(
    visit: Visit,
    course: Course,
    form: CourseNoticesForm,
    *said: str,
    problems: Mapping[str, str] = NOTHING_WRONG,
) -> Reply:
    return cards.course_notices_card(
        course,
        form,
        *said,
        off=visit.settings.notices_off,
        times=visit.terms.times,
        problems=problems,
    )
