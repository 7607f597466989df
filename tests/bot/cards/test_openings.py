"""What cards say of places that are reserved."""

from datetime import timedelta
from uuid import UUID

import pytest

from bot.cards.mix import mix_part
from bot.cards.openings import free_for_reader, reserved_for_others, where_and_places
from tests.bot.cards.gallery import LONDON, session
from tests.moments import NOW
from trainingbot.bookings.reserved_rules import OpenPlaces, Reservation
from trainingbot.bookings.views import AgencyShare
from trainingbot.models import Agency, CourseSession

VENUE = "Fenland Community Conference Centre, Room 2, Wisbech"


def kept(name: str, places: int, *, days: int = 7) -> Reservation:
    return Reservation(UUID(int=len(name)), name, places, 0, NOW + timedelta(days=days))


def at(free: int) -> CourseSession:
    return session(35 - free)


@pytest.mark.parametrize(
    ("free", "opening", "said"),
    [
        (6, None, "6 of 35 places free"),
        (6, OpenPlaces(6, 0, []), "6 of 35 places free"),
        (
            5,
            OpenPlaces(3, 0, [kept("Police", 2)]),
            "3 of 35 places free, 2 more reserved for Police until Tue 14 Jan",
        ),
        (
            6,
            OpenPlaces(3, 0, [kept("Police", 2), kept("Health", 1)]),
            "3 of 35 places free, 3 more reserved for Police and Health until Tue 14 Jan",
        ),
        (
            6,
            OpenPlaces(3, 0, [kept("Police", 2), kept("Health", 1, days=6)]),
            (
                "3 of 35 places free, 3 more reserved for Police and Health, the first until "
                "Mon 13 Jan"
            ),
        ),
        (
            3,
            OpenPlaces(0, 0, [kept("Police", 1), kept("Health", 1), kept("Fire_", 1)]),
            "3 of 35 places free, reserved for 3 agencies until Tue 14 Jan",
        ),
        (5, OpenPlaces(5, 2, []), "5 of 35 places free, 2 of them reserved for your agency"),
        (
            5,
            OpenPlaces(4, 2, [kept("Police*", 1)]),
            (
                "4 of 35 places free, 2 of them reserved for your agency, 1 more reserved for "
                "Police\\* until Tue 14 Jan"
            ),
        ),
        (0, OpenPlaces(0, 0, [kept("Police", 2)]), "full, all 35 places taken"),
    ],
)
def test_what_is_free_for_the_reader(free: int, opening: OpenPlaces | None, said: str) -> None:
    assert where_and_places(at(free), opening, zone=LONDON) == f"{VENUE}, {said}"


def test_without_reserved_places_every_free_one_is_for_the_reader() -> None:
    assert free_for_reader(at(6), None) == 6
    assert free_for_reader(at(6), OpenPlaces(2, 0, [kept("Police", 4)])) == 2


@pytest.mark.parametrize(
    ("free", "opening", "said"),
    [
        (2, None, []),
        (2, OpenPlaces(2, 0, []), []),
        (0, OpenPlaces(0, 0, [kept("Police", 2)]), []),
        (
            3,
            OpenPlaces(0, 0, [kept("Police", 2), kept("Health", 1, days=8)]),
            [
                (
                    "2 free places are reserved for Police until Tue 14 Jan 2025, 10:00, and then "
                    "open to all."
                ),
                (
                    "1 free place is reserved for Health until Wed 15 Jan 2025, 10:00, and then "
                    "open to all."
                ),
            ],
        ),
        (
            5,
            OpenPlaces(0, 0, [kept("A" * number, 1, days=number) for number in range(1, 6)]),
            [
                (
                    "5 free places are reserved for 5 agencies. The first open to all on "
                    "Wed 8 Jan 2025, 10:00."
                )
            ],
        ),
    ],
)
def test_why_free_places_are_not_for_somebody_who_waits(
    free: int, opening: OpenPlaces | None, said: list[str]
) -> None:
    assert reserved_for_others(at(free), opening, zone=LONDON) == said


def share(name: str | None, *, taken: int, waiting: int = 0, reserved: int = 0) -> AgencyShare:
    agency = Agency(code="A", name=name, sector="health", contributing=True) if name else None
    opens_at = NOW + timedelta(days=7) if reserved else None
    return AgencyShare(agency, taken, waiting, reserved, opens_at)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([], ["Agencies", "Nobody is booked yet."]),
        (
            [
                share("County Council", taken=8),
                share("Police", taken=3, waiting=1, reserved=5),
                share("Health", taken=0, reserved=2),
                share("Early Years", taken=2, reserved=2),
                share(None, taken=1),
            ],
            [
                "3 agencies on the session, 1 person waiting",
                "County Council: 8",
                "Police: 3, 2 more reserved until Tue 14 Jan 2025, 10:00, 1 waiting",
                "Health: 0, 2 reserved until Tue 14 Jan 2025, 10:00",
                "Early Years: 2",
                "Agency not known: 1",
            ],
        ),
        (
            [share("Health", taken=0, reserved=1)],
            ["No agency yet on the session", "Health: 0, 1 reserved until Tue 14 Jan 2025, 10:00"],
        ),
        (
            [share(f"Agency {number}", taken=1) for number in range(9)],
            [
                "9 agencies on the session",
                *(f"Agency {number}: 1" for number in range(8)),
                "And 1 more agency.",
            ],
        ),
    ],
)
def test_the_mix_of_agencies_in_words_and_figures(
    shares: list[AgencyShare], said: list[str]
) -> None:
    assert [one.text for one in mix_part(shares, zone=LONDON)] == said
