import json
from collections.abc import Sequence
from uuid import UUID

import pytest

from bot.cards import person, roster
from bot.payloads import RosterChoice
from bot.turns import Reply
from tests.bot.cards import people_gallery
from tests.bot.cards.gallery import LONDON
from tests.bot.cards.people_gallery import Names, roster_page
from tests.chat import buttons, texts
from trainingbot.enums import BookingStatus, Change, SessionStatus
from trainingbot.scheduling.roster_views import PlaceGoesTo

BUDGET = 25 * 1024
LONGEST = "日" * 200
MARKS = "*_[]<>#|~`" * 20
CHOICE = RosterChoice(session_id=UUID(int=3))


def size(reply: Reply) -> int:
    return len(json.dumps(reply.card, ensure_ascii=False).encode())


@pytest.mark.parametrize("words", [LONGEST, MARKS], ids=["letters", "marks"])
def test_the_longest_names_fit_into_every_card_of_people_on_a_session(words: str) -> None:
    drawn = people_gallery.cards(words)

    assert {name: size(card) for name, card in drawn.items() if size(card) > BUDGET} == {}


@pytest.mark.parametrize(
    ("page", "total", "turns"),
    [
        (1, 8, []),
        (1, 11, ["More"]),
        (2, 11, ["Back"]),
        (2, 1000, ["More", "Back"]),
        (100, 1000, ["Back"]),
    ],
)
def test_a_roster_is_turned_to_the_pages_there_are(
    page: int, total: int, turns: Sequence[str]
) -> None:
    drawn = roster.roster(
        roster_page(Names(), total=total, given_back=0),
        CHOICE.model_copy(update={"page": page}),
        mix=(),
        to_come=True,
        zone=LONDON,
    )

    assert list(buttons(drawn.card)) == [*turns, "Book somebody", "The session"]


def test_a_roster_says_how_many_places_are_taken_offered_and_waited_for() -> None:
    page = roster_page(Names())
    empty = roster_page(Names(), total=0)
    gone = roster_page(Names(), total=12)
    gone.session.status = SessionStatus.CANCELLED

    assert roster.roster_sentence(page) == "35 of 35 places taken, 2 of them offered, 10 waiting."
    assert roster.roster_sentence(gone) == "The session was cancelled. 12 people stood on it."
    assert "Nobody is booked yet." in texts(
        roster.roster(empty, CHOICE, mix=(), to_come=True, zone=LONDON).card
    )


def test_a_trainers_roster_holds_no_address_no_id_and_nothing_about_who_gave_back() -> None:
    everything = [
        BookingStatus.CONFIRMED,
        BookingStatus.OFFERED,
        BookingStatus.WAITLISTED,
        BookingStatus.SESSION_CANCELLED,
    ]
    page = roster_page(Names(), *everything, given_back=7, for_coordinators=False)
    for row in page.rows:
        row.practitioner.line_manager_email = "manager@voluntary.example"

    drawn = roster.roster(page, CHOICE, mix=(), to_come=True, zone=LONDON)

    said = json.dumps(drawn.card) + drawn.summary
    leaks = ["@", "gave back", "late", *(str(row.practitioner.id) for row in page.rows)]
    assert [leak for leak in leaks if leak in said] == []
    assert page.rows[0].practitioner.name in said
    assert page.rows[0].practitioner.email is not None


@pytest.mark.parametrize(
    ("status", "substitutes", "wishes"),
    [
        (BookingStatus.CONFIRMED, True, ["Cancel for them", "Send a colleague instead"]),
        (BookingStatus.CONFIRMED, False, ["Cancel for them"]),
        (BookingStatus.OFFERED, True, ["Book", "Cancel for them"]),
        (BookingStatus.WAITLISTED, True, ["Book", "Cancel for them"]),
        (BookingStatus.CANCELLED, True, ["Book"]),
        (None, True, ["Book"]),
    ],
)
def test_what_can_be_done_for_somebody_is_what_fits_their_booking(
    status: BookingStatus | None, *, substitutes: bool, wishes: list[str]
) -> None:
    before, after = [
        person.managed_booking(
            Names().person(status), to_come=to_come, substitutes=substitutes, zone=LONDON
        )
        for to_come in (True, False)
    ]

    assert list(buttons(before.card)) == [*wishes, "Roster"]
    assert list(buttons(after.card)) == ["Roster"]


def test_every_change_of_a_booking_has_a_name() -> None:
    assert set(person.CHANGES) == set(Change)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (
            PlaceGoesTo(held_place=True, late=False),
            "The place becomes free for somebody else.",
        ),
        (
            PlaceGoesTo(held_place=True, late=False, told=1),
            "1 person who waits is told, and the first to ask gets the place.",
        ),
        (
            PlaceGoesTo(held_place=True, late=False, told=5),
            "5 people who wait are told, and the first to ask gets the place.",
        ),
        (
            PlaceGoesTo(held_place=True, late=False, next_in_line=Names().practitioner()),
            "The place is offered to Bartholomew Featherstonehaugh-Cholmondeley, next in line.",
        ),
        (
            PlaceGoesTo(
                held_place=True, late=False, next_in_line=Names().practitioner(), at_once=True
            ),
            "Bartholomew Featherstonehaugh-Cholmondeley, next in line, gets the place at once.",
        ),
    ],
)
def test_who_gets_a_place_is_said_in_one_sentence(place: PlaceGoesTo, sentence: str) -> None:
    assert person.where_it_goes(place) == sentence
