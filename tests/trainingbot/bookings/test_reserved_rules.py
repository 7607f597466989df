"""Which places are open to whom, in tables."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.moments import NOW, TERMS
from trainingbot.bookings.reserved_rules import (
    OpenPlaces,
    Reservation,
    agencies_with_places,
    all_kept,
    latest_opening,
    open_places,
    places_open_to,
    refusal_of_number,
    refusal_of_opening,
    refusal_to_reserve,
    usual_opening,
    with_one_more_taken,
)
from trainingbot.enums import Delivery, SessionStatus
from trainingbot.errors import DatesImpossible, SessionCancelled, SessionStarted, TooManyReserved
from trainingbot.models import CourseSession

POLICE, HEALTH, COUNCIL = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = {POLICE: "Police", HEALTH: "Health", COUNCIL: "Council"}
STARTS = datetime(2025, 1, 28, 10, 0, tzinfo=UTC)
"""A Tuesday; offers end on the Thursday before, at 08:00."""


def session_of(
    *,
    capacity: int = 20,
    taken: int = 0,
    starts_at: datetime = STARTS,
    status: SessionStatus = SessionStatus.SCHEDULED,
) -> CourseSession:
    return CourseSession(
        code="S25-014",
        course_id=UUID(int=9),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        delivery=Delivery.TEAMS,
        capacity=capacity,
        places_taken=taken,
        status=status,
    )


def kept(agency_id: UUID, places: int, *, taken: int = 0) -> Reservation:
    return Reservation(agency_id, NAMES[agency_id], places, taken, NOW + timedelta(days=3))


@pytest.mark.parametrize(
    ("free", "reserved", "open_to"),
    [
        (5, [], [5, 5, 5, 5]),
        (0, [], [0, 0, 0, 0]),
        (5, [kept(POLICE, 2)], [5, 3, 3, 3]),
        (2, [kept(POLICE, 2)], [2, 0, 0, 0]),
        (5, [kept(POLICE, 2), kept(HEALTH, 3)], [2, 3, 0, 0]),
        (6, [kept(POLICE, 2), kept(HEALTH, 3)], [3, 4, 1, 1]),
        (5, [kept(POLICE, 2, taken=2)], [5, 5, 5, 5]),
        (5, [kept(POLICE, 2, taken=9)], [5, 5, 5, 5]),
        (5, [kept(POLICE, 4, taken=1)], [5, 2, 2, 2]),
        # More is kept than is free, as when somebody has changed their agency.
        (1, [kept(POLICE, 2), kept(HEALTH, 3)], [1, 1, 0, 0]),
        (3, [kept(POLICE, 2), kept(HEALTH, 3)], [2, 3, 0, 0]),
        (0, [kept(POLICE, 2), kept(HEALTH, 3)], [0, 0, 0, 0]),
        (-1, [kept(POLICE, 2)], [0, 0, 0, 0]),
    ],
)
def test_places_that_are_open_to_the_people_of_an_agency(
    free: int, reserved: list[Reservation], open_to: list[int]
) -> None:
    """The police, health, the council, and somebody without an agency."""
    session = session_of(capacity=20, taken=20 - free)

    found = [
        places_open_to(agency, session=session, reserved=reserved)
        for agency in (POLICE, HEALTH, COUNCIL, None)
    ]

    assert found == open_to


@pytest.mark.parametrize(
    ("free", "reserved", "agencies"),
    [
        (0, [], set()),
        (1, [], None),
        (0, [kept(POLICE, 2)], set()),
        (2, [kept(POLICE, 2)], {POLICE}),
        (3, [kept(POLICE, 2)], None),
        (2, [kept(POLICE, 2), kept(HEALTH, 1, taken=1)], {POLICE}),
        (1, [kept(POLICE, 2), kept(HEALTH, 1)], {POLICE, HEALTH}),
        (-1, [kept(POLICE, 2)], set()),
    ],
)
def test_the_agencies_whose_people_can_have_a_place(
    free: int, reserved: list[Reservation], agencies: set[UUID] | None
) -> None:
    session = session_of(capacity=20, taken=20 - free)

    assert agencies_with_places(session, reserved=reserved) == agencies


reservations = st.lists(
    st.builds(kept, st.sampled_from([POLICE, HEALTH]), st.integers(1, 6), taken=st.integers(0, 6)),
    unique_by=lambda one: one.agency_id,
    max_size=2,
)


@given(free=st.integers(-2, 9), reserved=reservations)
def test_the_agencies_whose_people_can_have_a_place_are_those_to_whom_one_is_open(
    free: int, reserved: list[Reservation]
) -> None:
    session = session_of(capacity=20, taken=20 - free)
    agencies = agencies_with_places(session, reserved=reserved)

    for agency in (POLICE, HEALTH, COUNCIL):
        is_open = places_open_to(agency, session=session, reserved=reserved) > 0
        assert is_open == (agencies is None or agency in agencies)


@given(
    capacity=st.integers(0, 9),
    reserved=reservations,
    people=st.lists(st.sampled_from([POLICE, HEALTH, COUNCIL, None]), max_size=20),
)
def test_whoever_comes_in_whatever_order_each_agency_gets_what_is_kept_for_it(
    capacity: int, reserved: list[Reservation], people: list[UUID | None]
) -> None:
    """As long as no more was kept than was free when they began to come."""
    session = session_of(capacity=capacity)
    if all_kept(reserved) > capacity:
        reserved = []
    wanted = {one.agency_id: one.kept for one in reserved}
    got: dict[UUID | None, int] = {}

    for agency in people:
        if places_open_to(agency, session=session, reserved=reserved) > 0:
            session.places_taken += 1
            reserved = with_one_more_taken(reserved, agency)
            got[agency] = got.get(agency, 0) + 1

    assert session.places_taken <= capacity
    assert all_kept(reserved) <= capacity - session.places_taken
    for agency, number in wanted.items():
        assert got.get(agency, 0) >= min(number, people.count(agency))


@pytest.mark.parametrize(
    ("agency", "open_", "own", "others"),
    [(COUNCIL, 1, 0, [POLICE, HEALTH]), (POLICE, 3, 2, [HEALTH]), (None, 1, 0, [POLICE, HEALTH])],
)
def test_what_somebody_of_an_agency_sees(
    agency: UUID | None, open_: int, own: int, others: list[UUID]
) -> None:
    reserved = [kept(POLICE, 2), kept(HEALTH, 3)]

    seen = open_places(session_of(taken=14), agency_id=agency, reserved=reserved)

    assert seen == OpenPlaces(open_, own, [one for one in reserved if one.agency_id in others])


def test_what_is_taken_already_is_kept_for_nobody() -> None:
    seen = open_places(session_of(), agency_id=COUNCIL, reserved=[kept(POLICE, 2, taken=2)])

    assert seen == OpenPlaces(20, 0, [])


@pytest.mark.parametrize(
    ("starts_at", "opens_at"),
    [
        # Ten working days before a Tuesday.
        (STARTS, datetime(2025, 1, 14, 10, 0, tzinfo=UTC)),
        # Over already: as late as possible, two hours before the broadcast of Monday.
        (datetime(2025, 1, 16, 14, 0, tzinfo=UTC), datetime(2025, 1, 13, 12, 0, tzinfo=UTC)),
        # Over the clock change of March, at the same time of day in London.
        (datetime(2025, 4, 8, 9, 0, tzinfo=UTC), datetime(2025, 3, 25, 10, 0, tzinfo=UTC)),
        # Over Easter: Good Friday and Easter Monday are no working days.
        (datetime(2025, 4, 28, 9, 0, tzinfo=UTC), datetime(2025, 4, 10, 9, 0, tzinfo=UTC)),
    ],
)
def test_when_reserved_places_open_as_usual(starts_at: datetime, opens_at: datetime) -> None:
    assert usual_opening(session_of(starts_at=starts_at), terms=TERMS, now=NOW) == opens_at


def test_reserved_places_open_at_the_latest_when_offers_end() -> None:
    assert latest_opening(session_of(), terms=TERMS) == datetime(2025, 1, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts_at", "opens_at", "refusal"),
    [
        (STARTS, NOW + timedelta(seconds=1), None),
        (STARTS, NOW, "Reserved places open to all on a day that is still to come."),
        (STARTS, NOW - timedelta(days=1), "Reserved places open to all on a day that is still"),
        (NOW + timedelta(days=1), NOW + timedelta(hours=1), "It is too near the day to reserve"),
    ],
)
def test_when_places_cannot_be_reserved(
    starts_at: datetime, opens_at: datetime, refusal: str | None
) -> None:
    found = refusal_of_opening(session_of(starts_at=starts_at), opens_at, terms=TERMS, now=NOW)

    assert isinstance(found, DatesImpossible) == (refusal is not None)
    assert (found.sentence if found else "").startswith(refusal or "")


@pytest.mark.parametrize(
    ("session", "refusal"),
    [
        (session_of(), type(None)),
        (session_of(status=SessionStatus.CANCELLED), SessionCancelled),
        (session_of(status=SessionStatus.DELIVERED), SessionStarted),
        (session_of(starts_at=NOW), SessionStarted),
        (session_of(starts_at=NOW + timedelta(seconds=1)), type(None)),
    ],
)
def test_the_sessions_on_which_places_are_reserved(
    session: CourseSession, refusal: type[object]
) -> None:
    assert type(refusal_to_reserve(session, now=NOW)) is refusal


@pytest.mark.parametrize(
    ("places", "taken", "reserved", "sentence"),
    [
        (5, 0, [], None),
        (6, 0, [], "At most 5 places of S25-014 can be reserved for Police. Reserve 5 or fewer."),
        (8, 3, [], None),
        (
            9,
            3,
            [],
            (
                "At most 8 places of S25-014 can be reserved for Police, 3 of which its people "
                "have already. Reserve 8 or fewer."
            ),
        ),
        (3, 0, [kept(HEALTH, 2)], None),
        (
            4,
            0,
            [kept(HEALTH, 2)],
            "At most 3 places of S25-014 can be reserved for Police. Reserve 3 or fewer.",
        ),
        (5, 0, [kept(POLICE, 4)], None),
        (
            1,
            0,
            [kept(HEALTH, 5)],
            (
                "No place of S25-014 can be reserved for Police: none is free that is not reserved "
                "already."
            ),
        ),
        (2, 2, [kept(HEALTH, 5)], None),
    ],
)
def test_how_many_places_can_be_reserved(
    places: int, taken: int, reserved: list[Reservation], sentence: str | None
) -> None:
    refusal = refusal_of_number(
        session_of(taken=15),
        agency_id=POLICE,
        agency_name="Police",
        places=places,
        taken=taken,
        reserved=reserved,
    )

    assert isinstance(refusal, TooManyReserved) == (sentence is not None)
    assert (refusal.sentence if refusal else None) == sentence
