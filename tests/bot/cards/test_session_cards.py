import json
from dataclasses import replace
from uuid import UUID

import pytest

from bot.cards import session_lists, session_previews, session_questions, sessions
from bot.cards.session_questions import what_places_do
from bot.session_payloads import AddedSession, SessionEnd, SessionMove, TrainersAsked
from bot.turns import Reply
from tests.bot.cards import gallery, session_gallery
from tests.bot.cards.gallery import LONDON
from tests.bot.cards.session_gallery import at_hand, new_session, outlook, trainers
from tests.chat import buttons, elements, texts
from tests.moments import NOW
from trainingbot.bookings.rules import Phase
from trainingbot.bookings.views import AgencyShare
from trainingbot.models import Course, CourseSession
from trainingbot.scheduling.views import Affected, ClashesPage, ClashingPair, SessionOfCourse

BUDGET = 25 * 1024
LONGEST = "日" * 200
MARKS = "*_[]<>#|~`" * 20


def size(reply: Reply) -> int:
    return len(json.dumps(reply.card, ensure_ascii=False).encode())


def course(words: str) -> Course:
    made = gallery.course(words)
    made.theme = words
    return made


def session(words: str) -> CourseSession:
    made = gallery.session()
    made.venue, made.cancel_reason = words, words
    return made


def everything_long(words: str) -> list[Reply]:
    people = trainers(300)
    for one in people:
        one.name = words
    busy = outlook(clashing=9)
    busy.planned.venue = words
    for clash in busy.clashes.trainers:
        clash.trainer.name = words
    typed = new_session(20).model_copy(
        update={"venue": words, "join_url": "https://" + "x" * 900, "trainers": _ids(20)}
    )
    added = AddedSession(**typed.model_dump(), session_id=UUID(int=2))
    move = SessionMove(
        session_id=UUID(int=1), day=words, venue=words, join_url="x" * 1000, reason=words, seen=1
    )
    share = AgencyShare(gallery.agency(words), taken=1, waiting=1, reserved=5, opens_at=None)
    long = sessions.SessionAtHand(
        course=course(words),
        session=session(words),
        offered="places",
        trainers=people[:4],
        affected=session_gallery.AFFECTED,
        mix=[share] * 12,
    )
    pair = ClashingPair(
        SessionOfCourse(session(words), course(words)),
        SessionOfCourse(session(words), course(words)),
        trainers=people[:2],
        same_venue=True,
        bookings=2,
    )
    return [
        sessions.session_hub(long, words, zone=LONDON),
        session_previews.add_card(course(words), typed, people, interested=5),
        session_previews.add_preview(course(words), added, busy, people, interested=5, zone=LONDON),
        session_previews.move_card(long, move, zone=LONDON),
        session_previews.move_preview(long, move, busy, free_to_leave=True, zone=LONDON),
        session_questions.cancel_question(
            long, SessionEnd(session_id=UUID(int=1), reason=words, seen=1), [], zone=LONDON
        ),
        session_questions.trainers_card(
            long, TrainersAsked(session_id=UUID(int=1), trainers=_ids(20)), people, zone=LONDON
        ),
        session_lists.clashes(ClashesPage([pair] * 5, 500), zone=LONDON),
    ]


def _ids(number: int) -> str:
    return ",".join(str(one.id) for one in trainers(number))


@pytest.mark.parametrize("words", [LONGEST, MARKS], ids=["letters", "marks"])
def test_the_longest_names_fit_into_every_card_of_a_session(words: str) -> None:
    cards = everything_long(words)

    assert [size(card) for card in cards if size(card) > BUDGET] == []


@pytest.mark.parametrize(("number", "style"), [(3, "compact"), (50, "compact"), (51, "filtered")])
def test_a_long_list_of_trainers_is_one_to_search(number: int, style: str) -> None:
    card = session_previews.add_card(
        gallery.course(), new_session(0), trainers(number), interested=0
    )

    listed = next(one for one in elements(card.card) if one.get("id") == "trainers")
    assert (listed["style"], listed["isMultiSelect"]) == (style, True)
    assert len(listed["choices"]) == number


def test_trainers_who_are_chosen_stand_first_and_stay_chosen() -> None:
    people = trainers(3)

    card = session_previews.add_card(
        gallery.course(),
        new_session(0).model_copy(update={"trainers": str(people[2].id)}),
        people,
        interested=0,
    )

    listed = next(one for one in elements(card.card) if one.get("id") == "trainers")
    assert listed["value"] == str(people[2].id)
    assert [one["value"] for one in listed["choices"]] == [
        str(one.id) for one in (people[2], people[0], people[1])
    ]


def test_the_button_that_adds_carries_everything_that_was_shown() -> None:
    added = AddedSession(**new_session(2).model_dump(), session_id=UUID(int=2))

    card = session_previews.add_preview(
        gallery.course(), added, outlook(clashing=0), trainers(2), interested=3, zone=LONDON
    )

    assert AddedSession.model_validate(buttons(card.card)["Add it"]["data"]) == added


def test_the_form_inside_a_preview_keeps_what_was_typed() -> None:
    typed = new_session(2)
    added = AddedSession(**typed.model_dump(), session_id=UUID(int=2))

    card = session_previews.add_preview(
        gallery.course(), added, outlook(clashing=0), trainers(2), interested=3, zone=LONDON
    )

    inputs = {
        one["id"]: one.get("value", "")
        for one in elements(card.card)
        if one["type"].startswith("Input.")
    }
    again = buttons(card.card)["See what happens"]["data"]
    assert type(typed).model_validate({**again, **inputs}) == typed


@pytest.mark.parametrize(
    ("affected", "places", "phase", "said"),
    [
        ((5, 0, 0), 10, Phase.OFFERS, "It has so many places already: nothing changes."),
        ((5, 5, 3), 7, Phase.OFFERS, "3 offers are taken back."),
        ((5, 5, 3), 9, Phase.OFFERS, "1 offer is taken back."),
        ((5, 0, 0), 8, Phase.OFFERS, "Nobody is told. Those who have a place keep it."),
        ((10, 0, 0), 12, Phase.OFFERS, "Nobody is told. Those who have a place keep it."),
        ((10, 0, 3), 12, Phase.OFFERS, "Up to 2 people who wait get an offer."),
        ((10, 0, 1), 12, Phase.OFFERS, "1 person who waits gets an offer."),
        (
            (10, 0, 3),
            12,
            Phase.BROADCAST,
            "3 people who wait are told, and the first to ask gets a place.",
        ),
        (
            (10, 0, 3),
            12,
            Phase.OVER,
            "It is too near to tell those who wait. Whoever asks first gets a place.",
        ),
    ],
)
def test_what_more_or_fewer_places_do_is_said_before(
    affected: tuple[int, int, int], places: int, phase: Phase, said: str
) -> None:
    touched = Affected(*affected, trainers=0)

    sentence = what_places_do(touched, before=10, places=places, phase=phase)[0]

    assert sentence.removesuffix(" Those people are told, and wait where they waited.") == said


def test_a_place_that_is_near_says_that_giving_back_is_always_late() -> None:
    near = replace(outlook(clashing=0), free_until=NOW)

    card = session_previews.move_preview(
        at_hand(),
        SessionMove(session_id=UUID(int=1), seen=0),
        near,
        free_to_leave=True,
        zone=LONDON,
    )

    assert (
        "- It is so near that a place given back always counts as late."
        in "\n".join(texts(card.card)).splitlines()
    )


def test_a_cancelled_session_says_how_many_places_were_lost_and_offers_no_change() -> None:
    card = session_gallery.cards()["manage cancelled session"]

    assert texts(card.card)[6:8] == [
        "Session cancelled",
        "29 places lost. " + session_gallery.REASON.strip(),
    ]
    assert list(buttons(card.card)) == ["Roster", "History", "The course"]
