from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.comment_payloads import HeldPlace
from bot.notice_payloads import UnreachedChoice
from bot.payloads import (
    ChargesPage,
    CourseChoice,
    CourseSearch,
    MyTraining,
    Nothing,
    Payload,
    PlaceMeant,
    SessionNamed,
    SessionsPage,
    Unclear,
)
from bot.summary_payloads import SummaryOfCourse, SummaryOfPeriod, SummaryOfSession
from bot.understanding import CourseTitle, Intent, understand
from bot.understanding.heard import listen
from bot.understanding.programme import programme_of
from bot.understanding.rules import RULES, Rule
from bot.verbs import VERBS
from tests.bot.understanding.catalogue import CODES, COURSES, course_title
from tests.bot.understanding.changing_sentences import CHANGES
from tests.bot.understanding.coming_sentences import COMING
from tests.bot.understanding.comment_sentences import COMMENT_SENTENCES
from tests.bot.understanding.fresh_changes import FRESH_CHANGES, FRESH_CHANGES_AGAIN
from tests.bot.understanding.fresh_sentences import FRESH, FRESH_AGAIN, FRESH_ONCE_MORE
from tests.bot.understanding.notice_sentences import NOTICE_SENTENCES
from tests.bot.understanding.sentences import SENTENCES
from tests.bot.understanding.summary_sentences import SUMMARY_SENTENCES

TODAY = date(2025, 1, 7)
PAYLOADS: Mapping[str, type[Payload]] = {
    "help": Nothing,
    "thanks": Nothing,
    "search_courses": CourseSearch,
    "show_course": CourseChoice,
    "book_course": CourseChoice,
    "book_named_session": SessionNamed,
    "register_named": SessionNamed,
    "register_for_named": SessionNamed,
    "show_named_session": SessionNamed,
    "concern": Nothing,
    "summary": Nothing,
    "summary_of_session": SummaryOfSession,
    "summary_of_last_session": Nothing,
    "summary_of_course": SummaryOfCourse,
    "summary_of_period": SummaryOfPeriod,
    "my_training": MyTraining,
    "ask_to_cancel_course": CourseChoice,
    "ask_for_substitute_course": CourseChoice,
    "ask_to_transfer_course": CourseChoice,
    "ask_to_add_session": CourseChoice,
    "register_interest": CourseChoice,
    "withdraw_interest": CourseChoice,
    "course_checks": CourseChoice,
    "course_notices": CourseChoice,
    "attention": Nothing,
    "held_comments": HeldPlace,
    "unreachable_people": UnreachedChoice,
    "ask_for_substitute_named": SessionNamed,
    "ask_to_transfer_named": SessionNamed,
    "ask_to_move_named": SessionNamed,
    "ask_to_cancel_session_named": SessionNamed,
    "manage_named_session": SessionNamed,
    "roster_named": SessionNamed,
    "my_sessions": SessionsPage,
    "say_coming_to": PlaceMeant,
    "clashes": Nothing,
    "charges": ChargesPage,
    "ask_to_cancel_named": SessionNamed,
    "agencies_to_confirm": Nothing,
    "my_agency": Nothing,
    "unclear": Unclear,
}
IDS = {code: course_id for course_id, code in CODES.items()}


def intent(verb: str, meant: Mapping[str, Any], *, typed: str) -> Intent:
    fields = dict(meant)
    if "course" in fields:
        fields["course_id"] = IDS[fields.pop("course")]
    if verb == "unclear":
        fields["words"] = " ".join(typed.split())
        fields["course_ids"] = tuple(IDS[code] for code in fields.pop("near"))
    return Intent(verb, PAYLOADS[verb].model_validate(fields))


@pytest.mark.parametrize(
    ("typed", "verb", "meant"),
    [
        *(SENTENCES + FRESH + FRESH_AGAIN + FRESH_ONCE_MORE),
        *(CHANGES + FRESH_CHANGES + FRESH_CHANGES_AGAIN + COMING),
        *(NOTICE_SENTENCES + COMMENT_SENTENCES + SUMMARY_SENTENCES),
    ],
)
def test_a_typed_sentence_is_understood_as_meant(
    typed: str, verb: str, meant: Mapping[str, Any]
) -> None:
    understood = understand(typed, courses=COURSES, today=TODAY)

    assert understood == intent(verb, meant, typed=typed)


@given(
    text=st.one_of(
        st.text(max_size=400),
        st.lists(
            st.one_of(
                st.sampled_from([typed for typed, _, _ in SENTENCES + CHANGES]),
                st.sampled_from(
                    ["14/3", "31 feb", "level 9", "<b>", "&lt;", "S26-", "1-1", "\x00"]
                ),
                st.text(max_size=8),
            ),
            max_size=8,
        ).map(" ".join),
    ),
    courses=st.sampled_from([COURSES, (), COURSES[:1]]),
    today=st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)),
)
def test_any_text_is_a_valid_intent(
    text: str, courses: tuple[CourseTitle, ...], today: date
) -> None:
    understood = understand(text, courses=courses, today=today)

    assert type(understood.payload) is PAYLOADS[understood.verb]
    assert understood.payload == type(understood.payload).model_validate_json(
        understood.payload.model_dump_json()
    )


@given(title=st.text(max_size=60), theme=st.text(max_size=30), code=st.text(max_size=10))
def test_any_title_may_be_in_the_programme(title: str, theme: str, code: str) -> None:
    odd = course_title(number=1, code=code, title=title, theme=theme)

    understood = understand(f"book {title}", courses=[odd], today=TODAY)

    assert type(understood.payload) is PAYLOADS[understood.verb]


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.code)
def test_every_title_is_understood_as_its_own_course(course: CourseTitle) -> None:
    understood = understand(f"book {course.title}", courses=COURSES, today=TODAY)

    assert understood == Intent("book_course", CourseChoice(course_id=course.id))


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.code)
def test_every_code_is_understood_as_its_own_course(course: CourseTitle) -> None:
    understood = understand(course.code.lower(), courses=COURSES, today=TODAY)

    assert understood == Intent("show_course", CourseChoice(course_id=course.id))


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.code)
def test_two_letters_swapped_in_a_title_are_forgiven(course: CourseTitle) -> None:
    longest = max(course.title.split(), key=len)
    swapped = f"{longest[:2]}{longest[3]}{longest[2]}{longest[4:]}"
    typed = course.title.replace(longest, swapped)

    understood = understand(f"book {typed}", courses=COURSES, today=TODAY)

    assert understood == Intent("book_course", CourseChoice(course_id=course.id))


@pytest.mark.parametrize(
    ("typed", "level"),
    [(f"{verb}neglect {written}", level)
     for verb in ("", "book ", "cancel ")
     for level in (1, 2)
     for written in (f"level {level}", f"lvl {level}", f"L{level}", f"{level}", f"levl{level}")],
)  # fmt: skip
def test_a_level_never_means_the_other_level(typed: str, level: int) -> None:
    understood = understand(typed, courses=COURSES, today=TODAY)

    assert isinstance(understood.payload, CourseChoice)
    assert CODES[understood.payload.course_id] == f"C0{level}"


def test_a_long_text_is_read_at_its_beginning() -> None:
    text = "book neglect level 2 " + "and so on " * 1000

    understood = understand(text, courses=COURSES, today=TODAY)

    assert understood == Intent("book_course", CourseChoice(course_id=IDS["C02"]))


def test_words_that_are_not_understood_come_back_on_one_line_without_markup() -> None:
    text = "<p>qwer\u202e\x00</p>\n &lt;b&gt;zxcv&lt;/b&gt; " + "\ud800" + "q" * 500

    understood = understand(text, courses=COURSES, today=TODAY)

    assert understood == Intent("unclear", Unclear(words=("qwer zxcv " + "q" * 500)[:200]))


def test_initials_of_any_title_are_understood() -> None:
    courses = [course_title(number=1, code="X1", title="Fabricated and Induced Illness")]

    understood = [understand(typed, courses=courses, today=TODAY) for typed in ("fii", "FAII")]

    assert understood == [Intent("show_course", CourseChoice(course_id=courses[0].id))] * 2


def test_initials_that_two_titles_share_leave_the_choice_to_the_person() -> None:
    courses = [
        course_title(number=1, code="X1", title="Fabricated Induced Illness"),
        course_title(number=2, code="X2", title="Family Information Interviews"),
    ]

    understood = understand("book fii", courses=courses, today=TODAY)

    near = tuple(course.id for course in courses)
    assert understood == Intent(
        "unclear", Unclear(words="book fii", course_ids=near, wanted="book")
    )


def test_a_title_that_uses_an_abbreviation_is_found_by_it() -> None:
    courses = [course_title(number=1, code="X1", title="GCP Refresher")]

    understood = understand("gcp", courses=courses, today=TODAY)

    assert understood == Intent("show_course", CourseChoice(course_id=courses[0].id))


def test_an_abbreviation_the_programme_does_not_teach_stays_as_it_was_typed() -> None:
    understood = understand("fgm courses", courses=COURSES[:2], today=TODAY)

    assert understood == Intent("search_courses", CourseSearch(words="fgm"))


def test_a_year_in_a_title_tells_courses_apart() -> None:
    courses = [
        course_title(number=1, code="X1", title="Working Together 2023"),
        course_title(number=2, code="X2", title="Working Together 2026"),
    ]

    understood = understand("book working together 2026", courses=courses, today=TODAY)

    assert understood == Intent("book_course", CourseChoice(course_id=courses[1].id))


def test_without_any_course_words_are_still_a_search() -> None:
    understood = understand("what's on in june", courses=(), today=TODAY)

    assert understood == Intent("search_courses", CourseSearch(month="2025-06"))


@pytest.mark.parametrize(("words", "rule"), RULES, ids=lambda one: getattr(one, "__name__", one))
def test_each_rule_is_the_first_to_know_the_words_beside_it(words: str, rule: Rule) -> None:
    heard = listen(words, programme=programme_of(COURSES), today=TODAY)

    first = next(known for _, known in RULES if known(heard))

    assert first is rule


def test_what_is_understood_is_what_the_bot_can_do() -> None:
    assert {verb: VERBS[verb].payload for verb in PAYLOADS} == PAYLOADS
