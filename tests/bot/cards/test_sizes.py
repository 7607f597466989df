"""Cards under the longest names and the largest programme: they stay within what Teams takes."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.cards import agencies, bookings, courses, people, refusals
from bot.cards import training as lists
from bot.payloads import CourseSearch, MyTraining, Unclear
from bot.turns import Reply
from tests.bot.cards import gallery
from tests.bot.cards.gallery import LONDON
from tests.chat import elements, texts
from tests.moments import NOW
from trainingbot.bookings.views import TrainingPage, TrainingRow
from trainingbot.courses.views import CourseFound, CoursePage
from trainingbot.enums import BookingStatus
from trainingbot.models import Agency, Course, CourseSession
from trainingbot.people.views import AgencyRequest

BUDGET = 25 * 1024
LONGEST = "日" * 200
"""As long as a name of the programme may be, in letters of three bytes each."""
MARKS = "*_[]<>#|~`" * 20
"""The same in marks, each of which is written with one more."""


def size(reply: Reply) -> int:
    return len(json.dumps(reply.card, ensure_ascii=False).encode())


def course(words: str) -> Course:
    made = gallery.course(words)
    made.theme = words
    return made


def session(words: str, days: int = 7) -> CourseSession:
    made = gallery.session(days=days)
    made.venue = words
    return made


def training(words: str) -> TrainingRow:
    row = gallery.training(BookingStatus.CONFIRMED)
    return TrainingRow(row.booking, session(words), course(words), None)


def many_agencies(
    count: int, name: str = "Agency of the Partnership in Town number"
) -> list[Agency]:
    return [gallery.agency(f"{name} {number}") for number in range(count)]


def largest_list(words: str, *, themes: Sequence[str]) -> Reply:
    found = [CourseFound(course(words), session(words), 9) for _ in range(courses.ROWS)]
    wanted = CourseSearch(words=words, theme=words, month="2027-01", page=500)
    months = [f"20{number // 12}-{number % 12 + 1:02}" for number in range(25 * 12, 27 * 12 + 1)]
    return courses.course_list(
        CoursePage(found, 5000), wanted, themes=themes, months=months, zone=LONDON
    )


@pytest.mark.parametrize("words", [LONGEST, MARKS], ids=["letters", "marks"])
def test_the_longest_names_fit_into_every_card(words: str) -> None:
    ask = agencies.agency_question(many_agencies(100))
    named = gallery.agency(words)
    person = gallery.practitioner()
    person.name = (words * 2)[:256]
    request = AgencyRequest(person, named)
    rows = TrainingPage([training(words)] * 5, 999)
    cards = [
        largest_list(words, themes=[f"{number}{words}" for number in range(1000)]),
        largest_list(words, themes=[f"{number} neglect" for number in range(60)]),
        courses.course_card(
            course(words),
            [session(words, days) for days in range(1, 6)],
            total=99,
            bookings={},
            zone=LONDON,
        ),
        lists.training_list(rows, MyTraining(page=2), zone=LONDON),
        lists.which_to_cancel(rows, zone=LONDON),
        people.greeting(person, agency=None, partnership=words, ask=ask),
        people.my_agency(person, agency=named, ask=ask, coordinators=1),
        people.request_list([request] * 5, total=99),
        people.request_card(request),
        people.decided(person, named, confirmed=False),
        agencies.agencies_found([named] * 99, words=words),
        refusals.unclear(Unclear(words=words), [course(words)] * 5),
        refusals.refusal(words * 3),
    ]

    assert [size(card) for card in cards if size(card) > BUDGET] == []


@pytest.mark.parametrize(("count", "input_type"), [(100, "ChoiceSet"), (250, "Text")])
def test_agencies_are_chosen_from_a_list_or_looked_for_where_there_are_too_many(
    count: int, input_type: str
) -> None:
    ask = agencies.agency_question(many_agencies(count))
    card = people.greeting(gallery.practitioner(), agency=None, partnership="P", ask=ask)

    inputs = [one for one in elements(card.card) if one["type"].startswith("Input.")]

    assert [(one["type"], one["label"]) for one in inputs] == [
        (f"Input.{input_type}", "Which agency do you work for?")
    ]
    assert size(card) <= BUDGET


def test_agencies_that_were_found_are_offered_five_at_a_time() -> None:
    card = agencies.agencies_found(many_agencies(12, name="Fire"), words="fire")

    assert texts(card.card) == [
        "Is it one of these?",
        "You typed “fire”. What you choose is sent to the training team.",
        *(f"Fire {number}" for number in range(5)),
        "And 7 more. Type more of the name.",
    ]


def test_more_themes_than_a_card_can_hold_are_left_to_the_search_for_words() -> None:
    few, many = (
        largest_list("neglect", themes=[f"theme {number}" for number in range(count)])
        for count in (20, 1000)
    )

    labels = [
        [one["label"] for one in elements(card.card) if one["type"].startswith("Input.")]
        for card in (few, many)
    ]

    assert labels[0] == ["Words", "Theme", "Level", "Format", "Where", "Month", "Places"]
    assert labels[1] == ["Words", "Level", "Format", "Where", "Month", "Places"]


def test_a_session_is_dated_in_every_card_alike() -> None:
    row = gallery.training(BookingStatus.CONFIRMED)
    row.session.starts_at = NOW + timedelta(days=90)
    row.session.ends_at = row.session.starts_at + timedelta(hours=2)

    said = " ".join(
        text
        for card in (
            bookings.booking_card(row, begun=False, calendar_url=None, zone=LONDON),
            bookings.cancel_question(row, waiting=0, zone=LONDON),
            lists.training_list(TrainingPage([row], 1), MyTraining(), zone=LONDON),
            courses.session_card(row.course, row.session, offered="places", zone=LONDON),
        )
        for text in texts(card.card)
    )

    assert said.replace("*", "").count("Mon 7 Apr 2025, 11:00") == 4
