"""Faults of places that passed on: ends that do not fit, and people nobody told."""

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, select

from tests.factories import make_course
from tests.trainingbot.audit.scene import Round, setting, setting_change
from tests.trainingbot.bookings.dates import FIRST, SECOND, Dates
from trainingbot.enums import Change, NoticeKind
from trainingbot.models import Booking, BookingChange, CourseSession, Notice


@pytest.fixture
async def dates(round_: Round) -> Dates:
    """Ann hands her place on to Ben, and Cas changes hers; names of bookings are added."""
    dates = Dates(round_.database)
    dates.people["Morgan"] = round_.ids["Morgan"]
    await dates.prepare("Abi", "Bob", "Cat")
    await dates.book("Abi")
    await dates.book("Cat")
    await dates.send("Abi", to="Bob")
    await dates.change("Cat")
    people = {person: name for name, person in dates.people.items()}
    sessions = {session: code for code, session in dates.sessions.items()}
    async with round_.database.reading() as db:
        for one in await db.exec(select(Booking)):
            if one.session_id in sessions:
                name = f"{people[one.practitioner_id]} on {sessions[one.session_id]}"
                round_.ids[name] = one.id
    return dates


def ends(findings: list[tuple[str, str, str]]) -> list[str]:
    """Return what was found of other ends; nothing else was."""
    assert {check for check, _, _ in findings} <= {"other_end_missing"}
    return [about for _, about, _ in findings]


async def test_places_that_passed_on_as_they_should_are_no_finding(
    round_: Round, dates: Dates
) -> None:
    await dates.send("Bob", to="Abi", by="Morgan", reason="asked us to")

    assert await round_.findings() == []


@pytest.mark.usefixtures("dates")
async def test_an_end_that_points_nowhere_is_found_from_both_sides(round_: Round) -> None:
    abi = round_.ids[f"Abi on {FIRST}"]

    await round_.damage(setting_change(abi, 2, other_booking_id=None))

    assert await round_.findings() == [
        (
            "other_end_missing",
            f"Abi on {FIRST}",
            (
                f"Booking Abi on {FIRST} on session {FIRST} has the change substituted, number 2 "
                "of its history; the booking at the other end does not tell the same."
            ),
        ),
        (
            "other_end_missing",
            f"Bob on {FIRST}",
            (
                f"Booking Bob on {FIRST} on session {FIRST} has the change stepped_in, number 1 "
                "of its history; the booking at the other end does not tell the same."
            ),
        ),
    ]


@pytest.mark.usefixtures("dates")
async def test_an_end_that_points_at_somebody_elses_booking_is_found(round_: Round) -> None:
    bob, cat = round_.ids[f"Bob on {FIRST}"], round_.ids[f"Cat on {FIRST}"]

    await round_.damage(setting_change(bob, 1, other_booking_id=cat))

    assert ends(await round_.findings()) == [f"Abi on {FIRST}", f"Bob on {FIRST}"]


async def test_a_transfer_to_another_course_is_found(round_: Round, dates: Dates) -> None:
    async with round_.database.writing() as db:
        other = await make_course(db)

    await round_.damage(setting(CourseSession, dates.sessions[SECOND], course_id=other.id))

    assert ends(await round_.findings()) == [f"Cat on {FIRST}", f"Cat on {SECOND}"]


@pytest.mark.usefixtures("dates")
async def test_another_change_that_points_at_a_booking_is_found(round_: Round) -> None:
    abi, cat = round_.ids[f"Abi on {FIRST}"], round_.ids[f"Cat on {FIRST}"]

    await round_.damage(setting_change(abi, 1, other_booking_id=cat))

    assert ends(await round_.findings()) == [f"Abi on {FIRST}"]


@pytest.mark.usefixtures("dates")
async def test_a_substitute_whom_nobody_told_is_found(round_: Round) -> None:
    await round_.damage(delete(Notice).where(col(Notice.kind) == NoticeKind.STEPPED_IN))

    assert [(check, about) for check, about, _ in await round_.findings()] == [
        ("change_nobody_was_told_of", f"Bob on {FIRST}")
    ]


@pytest.mark.parametrize("change", [Change.BOOKED, Change.WAITLISTED, Change.CANCELLED])
async def test_what_somebody_else_did_and_nobody_told_is_found(
    round_: Round, change: Change
) -> None:
    """The same change is no finding where the person made it, or the import did."""
    await round_.damage(
        update(BookingChange)
        .where(col(BookingChange.change) == change)
        .values(actor_id=round_.ids["Morgan"])
    )

    found = await round_.findings()

    assert {check for check, _, _ in found} == {"change_nobody_was_told_of"}
    assert all(f"was {change} in change" in sentence for _, _, sentence in found)


async def test_news_of_what_the_person_did_themselves_are_found(
    round_: Round, dates: Dates
) -> None:
    await dates.send("Bob", to="Abi", by="Morgan", reason="asked us to")
    bob = round_.ids[f"Bob on {FIRST}"]

    await round_.damage(setting_change(bob, 2, actor_id=dates.people["Bob"]))

    assert [check for check, _, _ in await round_.findings()] == ["change_that_never_was"]
