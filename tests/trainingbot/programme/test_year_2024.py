"""The programme of 2024 comes out at the totals that its partnership published."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from tests.moments import TERMS
from tests.trainingbot.programme.folders import LONDON
from tests.trainingbot.programme.imports import SECRET
from trainingbot.db import Database
from trainingbot.enums import Attendance, BookingStatus, CourseKind, EvaluationMoment, SessionStatus
from trainingbot.models import (
    Answer,
    Booking,
    BookingChange,
    BriefingViews,
    Course,
    CourseSession,
    Evaluation,
    EvaluationResponse,
    Question,
)
from trainingbot.programme.demo import FOLDER
from trainingbot.programme.operations import import_programme
from trainingbot.programme.reading import read_programme
from trainingbot.scheduling.queries import places_lost

NEXT_YEAR = datetime(2025, 1, 7, 10, 0, tzinfo=UTC)


@pytest.fixture
async def year(database: Database) -> Database:
    reading = read_programme(FOLDER, zone=LONDON)
    async with database.writing() as db:
        await import_programme(db, reading, secret=SECRET, terms=TERMS, now=NEXT_YEAR)
    return database


async def number(database: Database, statement: SelectOfScalar[int]) -> int:
    async with database.reading() as db:
        return (await db.exec(statement)).one()


def bookings() -> SelectOfScalar[int]:
    return (
        select(func.count())
        .select_from(Booking)
        .join(CourseSession, col(CourseSession.id) == col(Booking.session_id))
        .join(Course, col(Course.id) == col(CourseSession.course_id))
    )


def answers(key: str, rating: int) -> SelectOfScalar[int]:
    return (
        select(func.count())
        .select_from(Answer)
        .join(Question, col(Question.id) == col(Answer.question_id))
        .where(Question.key == key, Answer.rating == rating)
    )


async def test_there_are_20_courses_and_32_of_their_sessions_were_delivered(
    year: Database,
) -> None:
    courses = select(func.count()).select_from(Course).where(Course.kind == CourseKind.COURSE)
    delivered = (
        select(func.count())
        .select_from(CourseSession)
        .join(Course, col(Course.id) == col(CourseSession.course_id))
        .where(Course.kind == CourseKind.COURSE, CourseSession.status == SessionStatus.DELIVERED)
    )

    assert (await number(year, courses), await number(year, delivered)) == (20, 32)


async def test_of_983_confirmed_places_on_courses_741_were_used_and_242_were_not(
    year: Database,
) -> None:
    on_courses = bookings().where(
        Course.kind == CourseKind.COURSE, Booking.status == BookingStatus.CONFIRMED
    )

    assert [
        await number(year, on_courses),
        await number(year, on_courses.where(Booking.attendance == Attendance.ATTENDED)),
        await number(year, on_courses.where(Booking.attendance == Attendance.NO_SHOW)),
    ] == [983, 741, 242]


async def test_213_places_were_lost_when_sessions_were_cancelled(year: Database) -> None:
    lost = bookings().where(Booking.status == BookingStatus.SESSION_CANCELLED)

    assert await number(year, lost) == 213


async def test_the_places_lost_are_counted_from_the_history_too(year: Database) -> None:
    cancelled = select(CourseSession.id).where(CourseSession.status == SessionStatus.CANCELLED)

    async with year.reading() as db:
        lost = [await places_lost(db, session_id) for session_id in await db.exec(cancelled)]

    assert sum(lost) == 213


async def test_there_were_1422_contacts_over_all_kinds(year: Database) -> None:
    attended = bookings().where(Booking.attendance == Attendance.ATTENDED)
    by_kind = [
        await number(year, attended.where(Course.kind == kind))
        for kind in (CourseKind.COURSE, CourseKind.CONFERENCE, CourseKind.WORKSHOP)
    ]

    assert (await number(year, attended), by_kind) == (1422, [741, 187, 494])


async def test_207_found_it_engaging_184_learned_and_nobody_rates_themselves_5(
    year: Database,
) -> None:
    assert [
        await number(year, answers("engaging", 5)),
        await number(year, answers("improved_knowledge", 5)),
        await number(year, answers("knowledge_after", 5)),
    ] == [207, 184, 0]


async def test_341_answered_afterwards_and_322_of_them_had_rated_themselves_before(
    year: Database,
) -> None:
    def responses(moment: EvaluationMoment) -> SelectOfScalar[int]:
        return (
            select(func.count())
            .select_from(EvaluationResponse)
            .join(Evaluation, col(Evaluation.id) == col(EvaluationResponse.evaluation_id))
            .where(Evaluation.moment == moment)
        )

    after = await number(year, responses(EvaluationMoment.AFTER))
    before = await number(year, responses(EvaluationMoment.BEFORE))
    on_bookings = await number(year, bookings().where(col(Booking.evaluated_on).is_not(None)))

    assert (after, before, on_bookings) == (341, 322, 341)


async def test_briefings_were_viewed_45523_and_464130_times(year: Database) -> None:
    async with year.reading() as db:
        views = await db.exec(
            select(BriefingViews.year, BriefingViews.views)
            .where(BriefingViews.title == "All virtual briefings")
            .order_by(col(BriefingViews.year))
        )
        assert [tuple(row) for row in views.all()] == [(2023, 45_523), (2024, 464_130)]


async def test_every_session_counts_the_places_of_its_bookings(year: Database) -> None:
    confirmed = (
        select(func.count())
        .where(Booking.session_id == CourseSession.id, Booking.status == BookingStatus.CONFIRMED)
        .scalar_subquery()
    )
    wrong = (
        select(func.count())
        .select_from(CourseSession)
        .where(
            (col(CourseSession.places_taken) != confirmed)
            | (col(CourseSession.next_queue_number) != 1)
        )
    )

    assert await number(year, wrong) == 0


async def test_every_booking_counts_the_rows_of_its_history(year: Database) -> None:
    rows = select(func.count()).where(BookingChange.booking_id == Booking.id).scalar_subquery()
    wrong = select(func.count()).select_from(Booking).where(col(Booking.change_count) != rows)

    assert await number(year, wrong) == 0
    assert await number(year, select(func.count()).select_from(BookingChange)) == 3_884
