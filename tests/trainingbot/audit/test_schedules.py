from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Executable, delete, insert, update
from sqlmodel import col

from tests.moments import NEXT_WEEK, NOW
from tests.trainingbot.audit.scene import Round, setting
from trainingbot.audit.schedules import IN_TIME
from trainingbot.bookings.schedule_rules import REMINDERS, SCHEDULED
from trainingbot.enums import BookingStatus, NoticeKind, NoticeState, SessionStatus
from trainingbot.models import Booking, CourseSession, Notice, SessionTrainer

DIGEST, INVITATION = NoticeKind.TRAINERS_DIGEST, NoticeKind.EVALUATION_INVITATION
LATE = NoticeKind.LATE_REMINDER
BENS_REMINDER = f"{LATE} Ben on NEXT"
OWED_LATER = tuple(
    kind for kind in SCHEDULED if kind != NoticeKind.EARLY_REMINDER
)  # NEXT is five working days after NOW, so the early reminder's time is over.


def names(found: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(check, about) for check, about, _ in found]


def naming(round_: Round, trainer: str) -> Executable:
    return insert(SessionTrainer).values(
        session_id=round_.ids["NEXT"], practitioner_id=round_.ids[trainer]
    )


def digest(round_: Round, trainer: str, **more: object) -> Executable:
    notice = Notice(
        kind=DIGEST,
        practitioner_id=round_.ids[trainer],
        about_id=round_.ids["NEXT"],
        due_at=NOW + timedelta(days=6),
        expires_at=NEXT_WEEK,
    )
    return insert(Notice).values(**(notice.model_dump() | more))


async def test_a_place_with_which_nothing_is_owed_is_found(round_: Round) -> None:
    await round_.damage(
        delete(Notice).where(
            col(Notice.kind).in_(SCHEDULED), col(Notice.about_id) == round_.ids["Ben on NEXT"]
        )
    )

    assert await round_.findings() == [
        (
            "schedule_missing",
            "Ben on NEXT",
            (
                "Booking Ben on NEXT on session NEXT is confirmed, and nothing that comes with a "
                "place is owed. A running service owes it within minutes."
            ),
        )
    ]
    assert await round_.findings(now=NEXT_WEEK) == []


@pytest.mark.parametrize("state", [state for state in NoticeState if state != NoticeState.OWED])
async def test_reminders_that_were_sent_or_switched_off_are_not_missed(
    round_: Round, state: NoticeState
) -> None:
    await round_.damage(
        update(Notice)
        .where(col(Notice.kind).in_(REMINDERS))
        .values(state=state, failure="switched off", finished_at=NOW)
    )

    assert await round_.findings() == []


async def test_a_trainer_to_whom_no_digest_was_owed_is_found(round_: Round) -> None:
    await round_.damage(naming(round_, "Ann"))

    assert await round_.findings() == [
        (
            "digest_missing",
            "NEXT",
            (
                "Session NEXT has trainer Ann, who was never owed the news of who is coming. "
                "A running service owes it within minutes."
            ),
        )
    ]


async def test_a_digest_that_was_switched_off_is_not_missed(round_: Round) -> None:
    withdrawn = {"state": NoticeState.WITHDRAWN, "finished_at": NOW}
    await round_.damage(naming(round_, "Ann"), digest(round_, "Ann", **withdrawn))
    without_reason = names(await round_.findings())

    await round_.damage(update(Notice).where(col(Notice.kind) == DIGEST).values(failure="off"))

    assert without_reason == [("digest_missing", "NEXT")]
    assert await round_.findings() == []


@pytest.mark.parametrize("kind", OWED_LATER)
@pytest.mark.parametrize("status", [BookingStatus.WAITLISTED, BookingStatus.CANCELLED])
async def test_what_comes_with_a_place_is_found_without_one(
    round_: Round, kind: NoticeKind, status: BookingStatus
) -> None:
    ben = round_.ids["Ben on NEXT"]
    await round_.damage(
        setting(Booking, ben, status=status),
        delete(Notice).where(
            col(Notice.about_id) == ben,
            col(Notice.kind).in_(SCHEDULED),
            col(Notice.kind) != kind,
        ),
    )

    found = [one for one in await round_.findings() if one[0] == "schedule_without_a_place"]
    assert found == [
        (
            "schedule_without_a_place",
            f"{kind} Ben on NEXT",
            (
                f"Notice {kind} Ben on NEXT, {kind}, is owed about Ben on NEXT, where its "
                "recipient has no confirmed place and is no trainer."
            ),
        )
    ]


@pytest.mark.parametrize("column", ["about_id", "practitioner_id"])
async def test_a_reminder_of_somebody_elses_place_is_found(round_: Round, column: str) -> None:
    elsewhere = {"about_id": UUID(int=0), "practitioner_id": round_.ids["Dan"]}
    await round_.damage(setting(Notice, round_.ids[BENS_REMINDER], **{column: elsewhere[column]}))

    assert names(await round_.findings()) == [("schedule_without_a_place", BENS_REMINDER)]


async def test_what_is_owed_about_a_cancelled_session_is_found(round_: Round) -> None:
    await round_.damage(
        setting(CourseSession, round_.ids["NEXT"], status=SessionStatus.CANCELLED),
        naming(round_, "Ann"),
        digest(round_, "Ann"),
    )

    found = [one for one in await round_.findings() if one[0] == "schedule_without_a_place"]
    assert len(found) == 2 * len(OWED_LATER) + 1


async def test_a_digest_of_somebody_who_is_no_trainer_is_found(round_: Round) -> None:
    await round_.damage(digest(round_, "Ann"))

    assert [check for check, _ in names(await round_.findings())] == ["schedule_without_a_place"]


async def test_the_question_how_it_was_may_be_owed_after_the_session(round_: Round) -> None:
    await round_.damage(
        setting(CourseSession, round_.ids["NEXT"], status=SessionStatus.DELIVERED),
        update(Notice).where(col(Notice.kind) != INVITATION).values(state=NoticeState.SENT),
        setting(Booking, round_.ids["Dan on NEXT"], status=BookingStatus.CANCELLED),
    )

    found = names(await round_.findings(now=NEXT_WEEK + timedelta(days=1)))

    assert [check for check, _ in found if check.startswith(("schedule", "notice", "owed"))] == []


@pytest.mark.parametrize("kind", OWED_LATER)
async def test_a_schedule_at_times_of_another_date_is_found(
    round_: Round, kind: NoticeKind
) -> None:
    a_week = timedelta(days=7)
    notice = round_.ids[f"{kind} Ben on NEXT"]
    await round_.damage(
        setting(
            Notice,
            notice,
            due_at=NEXT_WEEK + a_week,
            expires_at=NEXT_WEEK + 2 * a_week,
        )
    )

    assert await round_.findings() == [
        (
            "schedule_at_other_times",
            f"{kind} Ben on NEXT",
            (
                f"Notice {kind} Ben on NEXT, {kind}, is owed at times that are not those of "
                "session NEXT."
            ),
        )
    ]


async def test_a_session_that_moved_alone_leaves_everything_owed_at_other_times(
    round_: Round,
) -> None:
    await round_.damage(
        naming(round_, "Ann"),
        digest(round_, "Ann"),
        setting(
            CourseSession,
            round_.ids["NEXT"],
            starts_at=NEXT_WEEK - timedelta(days=3),
            ends_at=NEXT_WEEK - timedelta(days=3, hours=-2),
        ),
    )

    found = await round_.findings()

    assert {check for check, _ in names(found)} == {"schedule_at_other_times"}
    assert len(found) == 2 * len(OWED_LATER) + 1


async def test_a_reminder_that_is_tried_again_may_be_due_later(round_: Round) -> None:
    await round_.damage(
        setting(
            Notice,
            round_.ids[f"{INVITATION} Ben on NEXT"],
            attempts=3,
            due_at=NEXT_WEEK + timedelta(hours=5),
        )
    )

    assert await round_.findings() == []


async def test_a_reminder_that_is_owed_twice_is_found(round_: Round) -> None:
    late = await twin_of(round_, BENS_REMINDER)

    found = await round_.findings()

    assert found == [
        (
            "owed_twice",
            BENS_REMINDER,
            (
                f"Notice {BENS_REMINDER}, late_reminder, is owed about Ben on NEXT although a "
                "later one is owed too."
            ),
        )
    ]
    await round_.damage(setting(Notice, late, state=NoticeState.WITHDRAWN, finished_at=NOW))
    assert await round_.findings() == []


async def twin_of(round_: Round, name: str) -> UUID:
    async with round_.database.reading() as db:
        notice = await db.get_one(Notice, round_.ids[name])
    twin = Notice(**notice.model_dump(exclude={"id", "occurrence"}), occurrence=99)
    await round_.damage(insert(Notice).values(**twin.model_dump()))
    return twin.id


def test_all_that_comes_in_time_is_looked_at() -> None:
    assert set(IN_TIME) == {*SCHEDULED, DIGEST}
