from datetime import UTC, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from bot.flows.session_forms import (
    chosen_ids,
    form_of,
    read_move,
    read_new_session,
    read_places,
    shown_twice,
)
from bot.session_payloads import NewSession, SessionMove
from tests.bot.cards.gallery import session
from tests.moments import NOW
from trainingbot.enums import Delivery
from trainingbot.scheduling.moving import NewDate
from trainingbot.scheduling.views import SessionPlan

LONDON = ZoneInfo("Europe/London")
COURSE, TRAINER = UUID(int=1), UUID(int=2)
TYPED = {
    "day": "2025-06-10",
    "begins": "09:30",
    "ends": "12:00",
    "places": "25",
    "delivery": "teams",
    "join_url": "https://teams.example/meet/1",
}


def read(**typed: object) -> tuple[SessionPlan | None, dict[str, str]]:
    form = NewSession.model_validate({"course_id": COURSE, **TYPED, **typed})
    return read_new_session(form, minutes=150, trainers={TRAINER}, zone=LONDON, now=NOW)


def move(**typed: object) -> tuple[NewDate | None, dict[str, str]]:
    form = SessionMove.model_validate(
        {"session_id": COURSE, "seen": 0, "reason": "The trainer is ill.", **TYPED, **typed}
    )
    return read_move(form, session(), zone=LONDON, now=NOW)


def test_times_are_those_of_clocks_in_the_partnerships_zone() -> None:
    plan, problems = read(trainers=str(TRAINER))

    assert problems == {}
    assert plan == SessionPlan(
        starts_at=datetime(2025, 6, 10, 8, 30, tzinfo=UTC),
        ends_at=datetime(2025, 6, 10, 11, 0, tzinfo=UTC),
        capacity=25,
        delivery=Delivery.TEAMS,
        join_url="https://teams.example/meet/1",
        trainer_ids=(TRAINER,),
    )


def test_without_an_end_it_takes_as_long_as_the_course() -> None:
    plan, _ = read(ends="")

    assert plan is not None
    assert plan.ends_at == datetime(2025, 6, 10, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("delivery", "where"),
    [
        ("teams", (None, "https://teams.example/meet/1")),
        ("in_person", ("Town Hall", None)),
    ],
)
def test_a_venue_belongs_to_one_way_of_meeting_and_a_link_to_the_other(
    delivery: str, where: tuple[str | None, str | None]
) -> None:
    plan, _ = read(delivery=delivery, venue="Town Hall")

    assert plan is not None
    assert (plan.venue, plan.join_url) == where


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"day": ""}, "day", "Choose a day."),
        ({"day": "10/06/2025"}, "day", "Choose a day."),
        ({"day": "2025-01-06"}, "day", "That is over already. Choose a later day."),
        ({"day": "2205-06-10"}, "day", "That is too far away. Is the year right?"),
        ({"day": "0001-01-01"}, "day", "That is too far away. Is the year right?"),
        ({"day": "9999-12-31"}, "day", "That is too far away. Is the year right?"),
        ({"begins": ""}, "begins", "Choose a time, such as 09:30."),
        ({"begins": "25:00"}, "begins", "Choose a time, such as 09:30."),
        ({"begins": "٠٩:٣٠"}, "begins", "Choose a time, such as 09:30."),
        ({"ends": "09:30"}, "ends", "It has to end after it begins."),
        ({"ends": "noon"}, "ends", "Choose a time, such as 09:30."),
        ({"last_day": "2025-06-09"}, "ends", "It has to end after it begins."),
        ({"places": "0"}, "places", "Type a number from 1 to 1,000."),
        ({"places": "1001"}, "places", "Type a number from 1 to 1,000."),
        ({"places": "-3"}, "places", "Type a number from 1 to 1,000."),
        ({"places": "many"}, "places", "Type a number from 1 to 1,000."),
        ({"delivery": ""}, "delivery", "Choose whether it is online or in person."),
        (
            {"join_url": "http://teams.example"},
            "join_url",
            "A link begins with https:// and has no spaces.",
        ),
        ({"join_url": "https://"}, "join_url", "A link begins with https:// and has no spaces."),
        ({"join_url": "https://["}, "join_url", "A link begins with https:// and has no spaces."),
        (
            {"trainers": str(uuid4())},
            "trainers",
            "Somebody chosen here is no trainer any more. Choose the trainers again.",
        ),
        (
            {"trainers": "somebody"},
            "trainers",
            "Somebody chosen here is no trainer any more. Choose the trainers again.",
        ),
        (
            {"tentative": True, "decide_on": "2025-06-02"},
            "minimum",
            "Say how many people it needs, at least 1.",
        ),
        (
            {"tentative": True, "minimum": "26", "decide_on": "2025-06-02"},
            "minimum",
            "It can't need more people than the 25 places it has.",
        ),
        ({"tentative": True, "minimum": "8"}, "decide_on", "Choose a day."),
        (
            {"tentative": True, "minimum": "8", "decide_on": "2025-06-10"},
            "decide_on",
            "Choose a day before the session.",
        ),
        (
            {"tentative": True, "minimum": "8", "decide_on": "2025-01-06"},
            "decide_on",
            "That is over already. Choose a later day.",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    typed: dict[str, object], field: str, sentence: str
) -> None:
    assert read(**typed) == (None, {field: sentence})


def test_everything_that_is_wrong_is_said_at_once() -> None:
    plan, problems = read(day="", begins="", places="", delivery="")

    assert plan is None
    assert sorted(problems) == ["begins", "day", "delivery", "places"]


def test_a_tentative_session_is_decided_on_at_the_end_of_the_day_that_was_named() -> None:
    plan, _ = read(tentative=True, minimum="8", decide_on="2025-06-02")

    assert plan is not None
    assert (plan.minimum_places, plan.decide_at) == (8, datetime(2025, 6, 2, 16, 0, tzinfo=UTC))


def test_a_minimum_without_the_tick_is_not_used() -> None:
    plan, _ = read(minimum="8", decide_on="2025-06-02")

    assert plan is not None
    assert (plan.minimum_places, plan.decide_at) == (None, None)


@pytest.mark.parametrize("clock", ["01:00", "01:30", "01:59"])
def test_a_time_that_clocks_skip_in_spring_is_not_taken(clock: str) -> None:
    said = f"Clocks go forward on that day and never show {clock}. Choose another time."

    assert read(day="2025-03-30", begins=clock) == (None, {"begins": said})


@pytest.mark.parametrize(
    ("clock", "starts_at", "twice"),
    [
        ("00:30", datetime(2025, 10, 25, 23, 30, tzinfo=UTC), False),
        ("01:00", datetime(2025, 10, 26, 0, 0, tzinfo=UTC), True),
        ("01:30", datetime(2025, 10, 26, 0, 30, tzinfo=UTC), True),
        ("02:00", datetime(2025, 10, 26, 2, 0, tzinfo=UTC), False),
    ],
)
def test_of_a_time_that_clocks_show_twice_in_autumn_the_first_is_meant(
    clock: str, starts_at: datetime, *, twice: bool
) -> None:
    plan, _ = read(day="2025-10-26", begins=clock)

    assert plan is not None
    assert plan.starts_at == starts_at
    assert shown_twice(plan.starts_at, zone=LONDON) == twice


@pytest.mark.parametrize("moment", [datetime(2025, 3, 30, 1, 30, tzinfo=UTC), NOW])
def test_no_time_in_spring_is_shown_twice(moment: datetime) -> None:
    assert not shown_twice(moment, zone=LONDON)


def test_a_move_needs_a_reason() -> None:
    assert move(reason="") == (None, {"reason": "Say why, in a few words."})


def test_the_form_of_a_move_is_filled_with_what_the_session_is_now() -> None:
    held = session()
    held.id, held.change_count = COURSE, 3

    form = form_of(held, zone=LONDON)
    typed = form.model_copy(update={"reason": "New room"})
    planned, _ = read_move(typed, held, zone=LONDON, now=NOW)

    assert form.seen == 3
    assert planned == NewDate(
        held.starts_at, held.ends_at, held.delivery, held.venue, held.join_url
    )


def test_a_session_of_two_days_keeps_its_last_day_in_the_form() -> None:
    held = session()
    held.ends_at = datetime(2025, 1, 15, 16, 0, tzinfo=UTC)

    form = form_of(held, zone=LONDON)

    assert (form.day, form.last_day, form.ends) == ("2025-01-14", "2025-01-15", "16:00")


@pytest.mark.parametrize(
    ("sent", "ids"),
    [
        ("", ()),
        (f"{TRAINER}", (TRAINER,)),
        (f"{TRAINER}, {COURSE},{TRAINER}", (TRAINER, COURSE)),
        ("x", None),
    ],
)
def test_what_is_chosen_from_a_list_comes_with_commas(
    sent: str, ids: tuple[UUID, ...] | None
) -> None:
    assert chosen_ids(sent) == ids


@pytest.mark.parametrize("typed", ["", "0", "1001", "2.5", "²"])
def test_a_number_of_places_that_is_none_is_not_taken(typed: str) -> None:
    assert read_places(typed) == (None, {"places": "Type a number from 1 to 1,000."})


@pytest.mark.parametrize("delivery", list(Delivery))
def test_an_unchanged_form_is_no_move_where_a_session_has_a_venue_and_a_link(
    delivery: Delivery,
) -> None:
    held = session()
    held.delivery, held.venue = delivery, "Guildhall"
    held.join_url = "https://teams.example/meet/1"

    form = form_of(held, zone=LONDON).model_copy(update={"reason": "New room"})
    planned, _ = read_move(form, held, zone=LONDON, now=NOW)

    assert planned is not None
    assert planned.is_that_of(held)
