"""What the database itself refuses, whoever asks; and that times come back as they went in."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import SQLModel, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import (
    make_account,
    make_agency,
    make_booking,
    make_course,
    make_practitioner,
    make_session,
)
from tests.moments import NEXT_WEEK, NOW
from trainingbot.db import Database
from trainingbot.enums import (
    Attendance,
    BookingStatus,
    Change,
    EvaluationMoment,
    NoticeKind,
    QuestionKind,
)
from trainingbot.models import (
    Answer,
    BookingChange,
    BriefingViews,
    CourseSession,
    Evaluation,
    EvaluationResponse,
    Notice,
    Practitioner,
    Question,
)


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.reading() as db:
        yield db


async def refused(db: AsyncSession, *rows: SQLModel) -> str:
    """Return the name of the constraint, or its columns, that refused to store the rows."""
    db.add_all(rows)
    with pytest.raises(IntegrityError) as refusal:
        await db.flush()
    await db.rollback()
    return str(refusal.value.orig)


async def test_more_places_taken_than_there_are_is_refused(db: AsyncSession) -> None:
    session = await make_session(db, capacity=20)

    session.places_taken = 21

    assert "ck_course_session_places_taken" in await refused(db, session)


async def test_fewer_places_taken_than_none_is_refused(db: AsyncSession) -> None:
    session = await make_session(db, capacity=20)

    session.places_taken = -1

    assert "ck_course_session_places_taken" in await refused(db, session)


async def test_a_capacity_below_the_places_taken_is_refused(db: AsyncSession) -> None:
    session = await make_session(db, capacity=20)
    session.places_taken = 20
    await db.flush()

    session.capacity = 19

    assert "ck_course_session_places_taken" in await refused(db, session)


@pytest.mark.parametrize("minutes", [0, -1])
async def test_a_session_that_ends_before_it_has_begun_is_refused(
    db: AsyncSession, minutes: int
) -> None:
    session = await make_session(db)

    session.ends_at = session.starts_at + timedelta(minutes=minutes)

    assert "ck_course_session_ends_after_start" in await refused(db, session)


async def test_a_queue_begins_at_one(db: AsyncSession) -> None:
    session = await make_session(db)

    session.next_queue_number = 0

    assert "ck_course_session_next_queue_number" in await refused(db, session)


async def test_two_bookings_of_one_person_on_one_session_are_refused(db: AsyncSession) -> None:
    booking = await make_booking(db)

    with pytest.raises(IntegrityError) as refusal:
        await make_booking(
            db, session_id=booking.session_id, practitioner_id=booking.practitioner_id
        )

    assert "booking" in str(refusal.value.orig)


async def test_one_queue_number_for_two_people_is_refused(db: AsyncSession) -> None:
    first = await make_booking(db, status=BookingStatus.WAITLISTED, queue_number=1)

    with pytest.raises(IntegrityError) as refusal:
        await make_booking(
            db, session_id=first.session_id, status=BookingStatus.WAITLISTED, queue_number=1
        )

    assert "queue_number" in str(refusal.value.orig)


async def test_one_queue_number_on_two_sessions_is_stored(db: AsyncSession) -> None:
    first = await make_booking(db, status=BookingStatus.WAITLISTED, queue_number=1)
    second = await make_booking(db, status=BookingStatus.WAITLISTED, queue_number=1)

    assert first.session_id != second.session_id


@pytest.mark.parametrize(
    ("status", "queue_number", "cancelled_at", "attendance", "constraint"),
    [
        (BookingStatus.WAITLISTED, None, None, None, "ck_booking_queue_number"),
        (BookingStatus.CONFIRMED, 1, None, None, "ck_booking_queue_number"),
        (BookingStatus.CANCELLED, 1, NOW, None, "ck_booking_queue_number"),
        (BookingStatus.CANCELLED, None, None, None, "ck_booking_cancelled_at"),
        (BookingStatus.CONFIRMED, None, NOW, None, "ck_booking_cancelled_at"),
        (
            BookingStatus.CANCELLED, None, NOW, Attendance.NO_SHOW,
            "ck_booking_attendance_of_confirmed",
        ),
        (
            BookingStatus.WAITLISTED, 1, None, Attendance.ATTENDED,
            "ck_booking_attendance_of_confirmed",
        ),
    ],
)  # fmt: skip
async def test_a_booking_that_contradicts_itself_is_refused(  # noqa: PLR0917 - the columns of the table above
    db: AsyncSession,
    status: BookingStatus,
    queue_number: int | None,
    cancelled_at: datetime | None,
    attendance: Attendance | None,
    constraint: str,
) -> None:
    with pytest.raises(IntegrityError) as refusal:
        await make_booking(
            db,
            status=status,
            queue_number=queue_number,
            cancelled_at=cancelled_at,
            attendance=attendance,
        )

    assert constraint in str(refusal.value.orig)


async def test_two_changes_at_one_position_of_a_history_are_refused(db: AsyncSession) -> None:
    booking = await make_booking(db)
    again = BookingChange(booking_id=booking.id, position=1, change=Change.BOOKED, at=NOW)

    assert "position" in await refused(db, again)


async def test_a_booking_with_a_history_cannot_be_deleted(db: AsyncSession) -> None:
    booking = await make_booking(db)

    await db.delete(booking)

    with pytest.raises(IntegrityError):
        await db.flush()


async def test_one_notice_owed_twice_is_refused(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    first, second = (
        Notice(
            kind=NoticeKind.PROMOTED,
            practitioner_id=person.id,
            about_id=person.id,
            occurrence=3,
            due_at=NOW,
            expires_at=NEXT_WEEK,
        )
        for _ in range(2)
    )

    assert "notice" in await refused(db, first, second)


async def test_an_agency_confirmed_for_nobody_is_refused(db: AsyncSession) -> None:
    person = Practitioner(name="Sam", agency_id=None, agency_confirmed_at=NOW)

    assert "ck_practitioner_confirmed_agency" in await refused(db, person)


async def test_two_people_with_one_address_are_refused(db: AsyncSession) -> None:
    await make_practitioner(db, email="sam@county.example")

    assert "email" in await refused(db, Practitioner(name="Sam", email="sam@county.example"))


async def test_two_guests_without_an_address_are_stored(db: AsyncSession) -> None:
    db.add_all([Practitioner(name="Sam"), Practitioner(name="Sam")])
    await db.flush()

    people = await db.exec(select(Practitioner).where(col(Practitioner.email).is_(None)))

    assert [person.name for person in people] == ["Sam", "Sam"]


async def test_one_teams_account_joined_twice_is_refused(db: AsyncSession) -> None:
    account = await make_account(db, await make_practitioner(db))

    with pytest.raises(IntegrityError):
        await make_account(
            db,
            await make_practitioner(db),
            tenant_id=account.tenant_id,
            object_id=account.object_id,
        )


async def test_two_agencies_with_one_domain_are_refused(db: AsyncSession) -> None:
    await make_agency(db, email_domain="county.example")

    with pytest.raises(IntegrityError):
        await make_agency(db, email_domain="county.example")


@pytest.mark.parametrize("level", [0, 4])
async def test_a_level_outside_one_to_three_is_refused(db: AsyncSession, level: int) -> None:
    with pytest.raises(IntegrityError) as refusal:
        await make_course(db, level=level)

    assert "ck_course_level" in str(refusal.value.orig)


@pytest.mark.parametrize("rating", [0, 6])
async def test_a_rating_outside_one_to_five_is_refused(db: AsyncSession, rating: int) -> None:
    response, question = await make_response_and_question(db)
    answer = Answer(response_id=response.id, question_id=question.id, rating=rating)

    assert "ck_answer_rating" in await refused(db, answer)


@pytest.mark.parametrize(("rating", "words"), [(None, None), (5, "Good")])
async def test_an_answer_is_either_a_number_or_words(
    db: AsyncSession, rating: int | None, words: str | None
) -> None:
    response, question = await make_response_and_question(db)
    answer = Answer(response_id=response.id, question_id=question.id, rating=rating, words=words)

    assert "ck_answer_rating_or_words" in await refused(db, answer)


async def make_response_and_question(db: AsyncSession) -> tuple[EvaluationResponse, Question]:
    session = await make_session(db)
    sheet = Evaluation(moment=EvaluationMoment.AFTER, version=1)
    question = Question(
        evaluation_id=sheet.id, position=1, key="after", kind=QuestionKind.RATING, wording="How …?",
        evaluation=sheet,
    )  # fmt: skip
    response = EvaluationResponse(
        session_id=session.id, evaluation_id=sheet.id, respondent_hash="hash", evaluation=sheet
    )
    db.add_all([question, response])
    await db.flush()
    return response, question


async def test_a_negative_count_of_views_is_refused(db: AsyncSession) -> None:
    views = BriefingViews(title="Neglect", year=2024, views=-1)

    assert "ck_briefing_views_views" in await refused(db, views)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("booking", "status"),
        ("booking_change", "change"),
        ("course", "kind"),
        ("course_session", "delivery"),
        ("course_session", "status"),
    ],
)
async def test_a_word_outside_the_closed_list_is_refused(
    db: AsyncSession, table: str, column: str
) -> None:
    await make_booking(db)
    connection = await db.connection()

    with pytest.raises(DBAPIError):
        await connection.execute(text(f"UPDATE {table} SET {column} = 'nonsense'"))  # noqa: S608 - the names stand above


async def test_a_row_that_points_at_nothing_is_refused(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    session = await make_session(db)
    connection = await db.connection()

    with pytest.raises(IntegrityError):
        await connection.execute(
            update(CourseSession)
            .where(col(CourseSession.id) == session.id)
            .values(course_id=person.id)
        )


async def test_a_moment_without_a_zone_is_refused(db: AsyncSession) -> None:
    with pytest.raises(StatementError, match="has no time zone; only aware datetimes are stored"):
        await make_practitioner(db, confirmed_at=datetime(2025, 1, 7, 10, 0))  # noqa: DTZ001 - that it is naive is the case


@pytest.mark.parametrize(
    "local",
    [
        datetime(2025, 1, 14, 9, 30, tzinfo=ZoneInfo("Europe/London")),
        datetime(2025, 7, 14, 9, 30, tzinfo=ZoneInfo("Europe/London")),
        datetime(2025, 10, 26, 1, 30, fold=0, tzinfo=ZoneInfo("Europe/London")),
        datetime(2025, 10, 26, 1, 30, fold=1, tzinfo=ZoneInfo("Europe/London")),
        datetime(2025, 3, 30, 23, 59, 59, 999_999, tzinfo=ZoneInfo("America/New_York")),
    ],
)
async def test_a_moment_comes_back_in_utc_and_is_the_same_moment(
    database: Database, local: datetime
) -> None:
    async with database.writing() as db:
        await make_session(db, code="S1", starts_at=local)

    async with database.reading() as db:
        starts_at = (await db.exec(select(CourseSession.starts_at))).one()

    assert starts_at == local.astimezone(UTC)
    assert starts_at.tzinfo is UTC


async def test_moments_are_compared_as_moments_by_the_database(db: AsyncSession) -> None:
    await make_session(db, starts_at=datetime(2025, 7, 14, 9, 30, tzinfo=ZoneInfo("Europe/London")))

    later = await db.exec(
        select(CourseSession).where(
            CourseSession.starts_at > datetime(2025, 7, 14, 8, 30, tzinfo=UTC)
        )
    )

    assert later.all() == []


async def test_rows_made_together_are_stored_parents_first(database: Database) -> None:
    for _ in range(20):
        async with database.writing() as db:
            session = await make_session(db)
            person = await make_practitioner(db)
            await make_booking(db, session_id=session.id, practitioner_id=person.id)

    async with database.reading() as db:
        history = (await db.exec(select(BookingChange))).all()

    assert len(history) == 20
