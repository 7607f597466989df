from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.moments import TERMS
from trainingbot.bookings.schedule_rules import SCHEDULED, digest_of, schedule_of
from trainingbot.enums import Delivery, Nation, NoticeKind, SessionStatus
from trainingbot.models import CourseSession
from trainingbot.terms import Terms
from trainingbot.timings import TIMES, Timing
from trainingbot.working_days import WorkingCalendar

LONDON = ZoneInfo("Europe/London")
EARLY, JOINING = NoticeKind.EARLY_REMINDER, NoticeKind.JOINING_INSTRUCTIONS
LATE, SOON = NoticeKind.LATE_REMINDER, NoticeKind.STARTING_SOON
INVITATION, DIGEST = NoticeKind.EVALUATION_INVITATION, NoticeKind.TRAINERS_DIGEST
LONG_AGO = datetime(2024, 6, 3, 9, 0, tzinfo=UTC)
THURSDAY = "2025-01-16 14:00"
A_MINUTE = timedelta(minutes=1)


def moment(shown: str) -> datetime:
    """Return when clocks in London show a time."""
    return datetime.fromisoformat(shown).replace(tzinfo=LONDON).astimezone(UTC)


def session_at(
    starts: str, ends: str | None = None, status: SessionStatus = SessionStatus.SCHEDULED
) -> CourseSession:
    starts_at = moment(starts)
    return CourseSession(
        code="S1",
        starts_at=starts_at,
        ends_at=moment(ends) if ends else starts_at + timedelta(minutes=150),
        delivery=Delivery.TEAMS,
        status=status,
        capacity=20,
    )


def times_of(session: CourseSession, *, terms: Terms = TERMS) -> dict[NoticeKind, list[str]]:
    """Return when each kind is due and no longer of use, as clocks in London show it."""
    return {
        one.kind: [f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}" for at in (one.due_at, one.expires_at)]
        for one in schedule_of(session, terms=terms, now=LONG_AGO)
    }


def kinds_at(session: CourseSession, now: datetime) -> list[NoticeKind]:
    return [one.kind for one in schedule_of(session, terms=TERMS, now=now)]


@pytest.mark.parametrize(
    ("starts", "early", "joining", "late", "soon"),
    [
        pytest.param(
            THURSDAY,
            "2025-01-09 14:00",
            "2025-01-13 14:00",
            "2025-01-15 14:00",
            "2025-01-16 13:00",
            id="within two weeks",
        ),
        pytest.param(
            "2025-01-20 09:30",
            "2025-01-13 09:30",
            "2025-01-15 09:30",
            "2025-01-17 09:30",
            "2025-01-20 08:30",
            id="on a Monday",
        ),
        pytest.param(
            "2025-01-25 09:00",
            "2025-01-20 09:00",
            "2025-01-22 09:00",
            "2025-01-24 09:00",
            "2025-01-25 08:00",
            id="on a Saturday",
        ),
        pytest.param(
            "2025-04-22 09:30",
            "2025-04-11 09:30",
            "2025-04-15 09:30",
            "2025-04-17 09:30",
            "2025-04-22 08:30",
            id="after Easter",
        ),
        pytest.param(
            "2025-12-29 10:00",
            "2025-12-18 10:00",
            "2025-12-22 10:00",
            "2025-12-24 10:00",
            "2025-12-29 09:00",
            id="after Christmas",
        ),
        pytest.param(
            "2026-01-02 10:00",
            "2025-12-23 10:00",
            "2025-12-29 10:00",
            "2025-12-31 10:00",
            "2026-01-02 09:00",
            id="after New Year",
        ),
        pytest.param(
            "2025-05-06 10:00",
            "2025-04-28 10:00",
            "2025-04-30 10:00",
            "2025-05-02 10:00",
            "2025-05-06 09:00",
            id="after a bank holiday",
        ),
        pytest.param(
            "2025-03-31 09:30",
            "2025-03-24 09:30",
            "2025-03-26 09:30",
            "2025-03-28 09:30",
            "2025-03-31 08:30",
            id="after the clocks go forward",
        ),
        pytest.param(
            "2025-10-27 09:30",
            "2025-10-20 09:30",
            "2025-10-22 09:30",
            "2025-10-24 09:30",
            "2025-10-27 08:30",
            id="after the clocks go back",
        ),
        pytest.param(
            "2025-03-30 02:30",
            "2025-03-24 02:30",
            "2025-03-26 02:30",
            "2025-03-28 02:30",
            "2025-03-30 00:30",
            id="in the hour after the clocks go forward",
        ),
    ],
)
def test_reminders_come_at_the_time_of_day_of_the_session_on_working_days(
    starts: str, early: str, joining: str, late: str, soon: str
) -> None:
    session = session_at(starts)

    found = times_of(session)

    assert {kind: due for kind, (due, _) in found.items() if kind != INVITATION} == {
        EARLY: early,
        JOINING: joining,
        LATE: late,
        SOON: soon,
    }


def test_scotland_has_other_holidays() -> None:
    scotland = replace(TERMS, calendar=WorkingCalendar(Nation.SCOTLAND, LONDON))

    found = times_of(session_at("2025-04-22 09:30"), terms=scotland)

    # Easter Monday is worked in Scotland, Good Friday is not.
    assert found[LATE][0] == "2025-04-21 09:30"
    assert found[JOINING][0] == "2025-04-16 09:30"


def test_a_reminder_is_of_use_until_the_next_one_comes() -> None:
    found = times_of(session_at(THURSDAY))

    assert {kind: until for kind, (_, until) in found.items()} == {
        EARLY: "2025-01-15 14:00",
        JOINING: THURSDAY,
        LATE: "2025-01-16 13:00",
        SOON: THURSDAY,
        INVITATION: "2025-01-30 16:30",
    }


def test_people_are_asked_how_it_was_when_the_last_day_ends() -> None:
    found = times_of(session_at("2025-01-14 09:30", "2025-01-16 16:00"))

    assert found[INVITATION] == ["2025-01-16 16:00", "2025-01-30 16:00"]
    assert found[LATE] == ["2025-01-13 09:30", "2025-01-14 08:30"]


@pytest.mark.parametrize(
    ("booked", "kinds"),
    [
        ("2025-01-09 13:59", [EARLY, JOINING, LATE, SOON, INVITATION]),
        ("2025-01-09 14:00", [JOINING, LATE, SOON, INVITATION]),
        ("2025-01-13 13:59", [JOINING, LATE, SOON, INVITATION]),
        ("2025-01-13 14:00", [LATE, SOON, INVITATION]),
        ("2025-01-14 14:00", [LATE, SOON, INVITATION]),
        ("2025-01-15 14:00", [SOON, INVITATION]),
        ("2025-01-16 13:00", [INVITATION]),
        ("2025-01-16 13:59", [INVITATION]),
        ("2025-01-16 14:00", []),
        ("2025-01-17 14:00", []),
    ],
)
def test_whoever_books_late_gets_what_is_still_to_come(
    booked: str, kinds: list[NoticeKind]
) -> None:
    assert kinds_at(session_at(THURSDAY), moment(booked)) == kinds


@pytest.mark.parametrize("status", [SessionStatus.CANCELLED, SessionStatus.DELIVERED])
def test_nothing_is_owed_about_a_session_that_does_not_take_place(status: SessionStatus) -> None:
    session = session_at(THURSDAY, status=status)

    assert kinds_at(session, LONG_AGO) == []
    assert digest_of(session, terms=TERMS, now=LONG_AGO) is None


def with_times(**times: Timing) -> Terms:
    own = {NoticeKind(name): timing for name, timing in times.items()}
    return replace(TERMS, times={**TIMES, **own})


def test_a_partnership_has_times_of_its_own() -> None:
    own = with_times(
        early_reminder=Timing(working_days=10),
        late_reminder=Timing(hours=20),
        starting_soon=Timing(hours=2),
    )

    found = times_of(session_at(THURSDAY), terms=own)

    assert found == {
        EARLY: ["2025-01-02 14:00", "2025-01-15 18:00"],
        JOINING: ["2025-01-13 14:00", THURSDAY],
        LATE: ["2025-01-15 18:00", "2025-01-16 12:00"],
        SOON: ["2025-01-16 12:00", THURSDAY],
        INVITATION: ["2025-01-16 16:30", "2025-01-30 16:30"],
    }


@pytest.mark.parametrize(
    ("own", "kind", "until"),
    [
        ({"late_reminder": Timing(working_days=6)}, EARLY, "2025-01-16 13:00"),
        ({"late_reminder": Timing(working_days=5)}, EARLY, "2025-01-16 13:00"),
        ({"starting_soon": Timing(hours=48)}, LATE, THURSDAY),
        (
            {"late_reminder": Timing(working_days=9), "starting_soon": Timing(hours=240)},
            EARLY,
            THURSDAY,
        ),
    ],
)
def test_times_in_another_order_leave_every_reminder_of_use_for_a_while(
    own: dict[str, Timing], kind: NoticeKind, until: str
) -> None:
    found = times_of(session_at(THURSDAY), terms=with_times(**own))

    assert found[kind][1] == until
    assert all(due < end for due, end in found.values())


def test_everything_that_comes_with_a_place_has_a_time() -> None:
    assert {*SCHEDULED, DIGEST} == set(TIMES)


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        (THURSDAY, "2025-01-15 14:00"),
        ("2025-01-20 09:30", "2025-01-17 14:00"),
        ("2025-04-22 09:30", "2025-04-17 14:00"),
        ("2025-03-31 09:30", "2025-03-28 14:00"),
    ],
)
def test_trainers_hear_who_is_coming_on_the_afternoon_of_the_working_day_before(
    starts: str, due: str
) -> None:
    session = session_at(starts)

    digest = digest_of(session, terms=TERMS, now=LONG_AGO)

    assert digest is not None
    assert (digest.kind, digest.due_at, digest.expires_at) == (
        DIGEST,
        moment(due),
        session.starts_at,
    )


def test_a_trainer_who_is_named_later_than_that_hears_at_once() -> None:
    session, now = session_at(THURSDAY), moment("2025-01-15 16:00")

    digest = digest_of(session, terms=TERMS, now=now)

    assert digest is not None
    assert digest.due_at == now
    assert digest_of(session, terms=TERMS, now=session.starts_at) is None
    last = digest_of(session, terms=TERMS, now=session.starts_at - A_MINUTE)
    assert last is not None
    assert last.due_at == session.starts_at - A_MINUTE


def test_trainers_hear_at_the_same_time_of_day_whatever_the_day() -> None:
    own = with_times(trainers_digest=Timing(working_days=3, at=time(14)))

    digest = digest_of(session_at("2025-03-31 09:30"), terms=own, now=LONG_AGO)

    assert digest is not None
    assert digest.due_at == moment("2025-03-26 14:00")
