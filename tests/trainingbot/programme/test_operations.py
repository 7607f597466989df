import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import SQLModel, col, func, select

from tests.moments import NOW, TERMS
from tests.news import IS_NEWS
from tests.trainingbot.programme.folders import (
    AGENCIES,
    BOOKINGS,
    BRIEFINGS,
    COURSES,
    EVALUATIONS,
    PRACTITIONERS,
    SESSIONS,
    TRAINERS,
    read,
)
from tests.trainingbot.programme.imports import (
    SECRET,
    booking_of,
    course_of,
    history_of,
    practitioner_of,
    session_of,
    take_in,
    tally_of,
)
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.db import Database
from trainingbot.enums import (
    HOLDS_A_PLACE,
    Attendance,
    BookingStatus,
    Change,
    NoticeKind,
    Role,
    SessionStatus,
)
from trainingbot.errors import ImportRefused
from trainingbot.models import (
    Agency,
    Booking,
    BriefingViews,
    CourseSession,
    EvaluationResponse,
    Notice,
    Practitioner,
    PractitionerRole,
    SessionTrainer,
)
from trainingbot.programme.operations import import_programme


async def everything_in(database: Database) -> dict[str, list[tuple[object, ...]]]:
    async with database.reading() as db:
        connection = await db.connection()
        return {
            table.name: sorted(
                (tuple(row) for row in (await connection.execute(table.select())).all()), key=repr
            )
            for table in SQLModel.metadata.sorted_tables
        }


async def count_of(database: Database, table: type[SQLModel]) -> int:
    async with database.reading() as db:
        return (await db.exec(select(func.count()).select_from(table))).one()


async def test_a_programme_is_taken_in_and_counted(database: Database, tmp_path: Path) -> None:
    imported = await take_in(database, tmp_path)

    assert str(imported).splitlines() == [
        "The programme is imported.",
        "  2 agencies added",
        "  4 practitioners added",
        "  1 trainer added",
        "  2 courses added",
        "  3 sessions added",
        "  7 bookings added",
        "  1 figure of briefing views added",
        "  1 evaluation added",
    ]


async def test_a_second_import_changes_nothing_and_says_so(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    before = await everything_in(database)

    imported = await take_in(database, tmp_path, now=datetime(2025, 1, 8, tzinfo=UTC))

    assert await everything_in(database) == before
    assert str(imported).splitlines()[:2] == [
        "Nothing changed: the service already has this programme.",
        "  2 agencies as before",
    ]


async def test_a_session_keeps_its_id_as_its_code_and_its_times_as_moments(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    called_off = await session_of(database, "S24-002")
    assert called_off.starts_at == datetime(2024, 7, 22, 8, 0, tzinfo=UTC)
    assert called_off.ends_at == datetime(2024, 7, 22, 10, 0, tzinfo=UTC)
    assert (called_off.status, called_off.cancel_reason) == (
        SessionStatus.CANCELLED,
        "trainer ill",
    )


async def test_practitioners_of_the_programme_belong_to_their_agency_without_asking(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path, practitioners=PRACTITIONERS.replace("ann@", "Ann@"))

    ann = await practitioner_of(database, "ann@county.example")
    assert ann.agency_confirmed_at == NOW
    assert (ann.job_title, ann.line_manager_email) == ("Social Worker", "tess@county.example")


async def test_a_trainer_who_is_no_practitioner_yet_becomes_one(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    tess = await practitioner_of(database, "tess@county.example")
    async with database.reading() as db:
        roles = (
            await db.exec(select(PractitionerRole.practitioner_id, PractitionerRole.role))
        ).all()
    assert [tuple(role) for role in roles] == [(tess.id, Role.TRAINER)]
    assert (tess.name, tess.agency_confirmed_at) == ("Tess Wood", NOW)


async def test_whom_a_session_names_as_trainer_is_one(database: Database, tmp_path: Path) -> None:
    sessions = SESSIONS.replace("tess@county.example", "ann@county.example")

    await take_in(database, tmp_path, trainers=None, sessions=sessions)

    ann = await practitioner_of(database, "ann@county.example")
    async with database.reading() as db:
        role = await db.get(PractitionerRole, (ann.id, Role.TRAINER))
    assert role is not None


async def test_places_and_queue_agree_with_the_bookings(database: Database, tmp_path: Path) -> None:
    await take_in(database, tmp_path)

    full = await session_of(database, "S25-001")
    queue = [
        (await booking_of(database, "S25-001", email)).queue_number
        for email in ("ann@county.example", "ben@gp.example", "cara@gp.example")
    ]
    assert (full.places_taken, full.next_queue_number) == (1, 3)
    assert queue == [None, 1, 2]


@pytest.mark.parametrize(
    ("code", "email", "history"),
    [
        (
            "S24-001",
            "ann@county.example",
            [
                (1, Change.BOOKED, datetime(2023, 11, 16, 0, 26, tzinfo=UTC)),
                (2, Change.ATTENDANCE_MARKED, datetime(2024, 1, 12, 11, 30, tzinfo=UTC)),
            ],
        ),
        (
            "S24-001",
            "cara@gp.example",
            [
                (1, Change.BOOKED, datetime(2023, 11, 18, 10, 0, tzinfo=UTC)),
                (2, Change.CANCELLED, datetime(2024, 1, 2, 8, 0, tzinfo=UTC)),
            ],
        ),
        (
            "S24-002",
            "ann@county.example",
            [
                (1, Change.BOOKED, datetime(2024, 6, 1, 9, 0, tzinfo=UTC)),
                (2, Change.SESSION_CANCELLED, datetime(2024, 7, 22, 8, 0, tzinfo=UTC)),
            ],
        ),
        (
            "S25-001",
            "ben@gp.example",
            [(1, Change.WAITLISTED, datetime(2024, 12, 2, 10, 0, tzinfo=UTC))],
        ),
    ],
    ids=["attended", "cancelled", "session cancelled", "waiting"],
)
async def test_what_became_of_a_booking_is_its_history(
    database: Database,
    tmp_path: Path,
    code: str,
    email: str,
    history: list[tuple[int, Change, datetime]],
) -> None:
    await take_in(database, tmp_path)

    booking = await booking_of(database, code, email)
    changes = await history_of(database, booking)
    assert [(change.position, change.change, change.at) for change in changes] == history
    assert {(change.actor_id, change.reason) for change in changes} == {(None, "imported")}
    assert booking.change_count == len(history)


async def test_a_programme_with_one_bad_line_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    before = await everything_in(database)

    with pytest.raises(ImportRefused) as refused:
        await take_in(
            database,
            tmp_path,
            courses=COURSES.replace(",150,", ",long,"),
            bookings=BOOKINGS.replace("2023-11-16T00:26", "2026-11-16T00:26"),
        )

    assert await everything_in(database) == before
    assert refused.value.sentence.splitlines() == [
        (
            "bookings.csv, line 2, column booked_at: 2026-11-16T00:26 is still to come; "
            "expected a past time"
        ),
        (
            "courses.csv, line 2, column minutes: found “long”; "
            "expected a length in minutes, from 1 to 10,080 (a week)"
        ),
        "Nothing was imported: 2 problems to mend.",
    ]


async def test_what_differs_in_the_files_is_changed(database: Database, tmp_path: Path) -> None:
    await take_in(database, tmp_path)

    imported = await take_in(
        database,
        tmp_path,
        agencies=AGENCIES.replace("General Practice", "GP surgeries"),
        practitioners=PRACTITIONERS.replace("Ben Hunt", "Ben Hunter"),
        courses=COURSES.replace("Neglect Level 1", "Neglect"),
        briefings=BRIEFINGS.replace("91", "92"),
    )

    assert str(imported).splitlines() == [
        "The programme is imported.",
        "  2 agencies: 1 changed, 1 as before",
        "  4 practitioners: 1 changed, 3 as before",
        "  1 trainer as before",
        "  2 courses: 1 changed, 1 as before",
        "  3 sessions as before",
        "  7 bookings as before",
        "  1 figure of briefing views changed",
        "  1 evaluation as before",
    ]
    assert (await course_of(database, "C01")).title == "Neglect"
    assert (await practitioner_of(database, "ben@gp.example")).name == "Ben Hunter"
    async with database.reading() as db:
        assert (await db.get_one(BriefingViews, ("Online Abuse", 2024))).views == 92


async def test_somebody_who_changed_agency_belongs_to_the_new_one(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    later = datetime(2025, 1, 9, tzinfo=UTC)

    practitioners = PRACTITIONERS.replace("Ben Hunt,GP", "Ben Hunt,CCC")
    await take_in(database, tmp_path, practitioners=practitioners, now=later)

    ben = await practitioner_of(database, "ben@gp.example")
    ann = await practitioner_of(database, "ann@county.example")
    assert ben.agency_id == ann.agency_id
    assert (ben.agency_confirmed_at, ann.agency_confirmed_at) == (later, NOW)


async def test_two_agencies_may_swap_their_domains(database: Database, tmp_path: Path) -> None:
    await take_in(database, tmp_path)
    swapped = AGENCIES.replace("county.example", "x").replace("gp.example", "county.example")

    await take_in(database, tmp_path, agencies=swapped.replace(",x", ",gp.example"))

    async with database.reading() as db:
        domains = dict((await db.exec(select(Agency.code, Agency.email_domain))).all())
    assert domains == {"CCC": "gp.example", "GP": "county.example"}


@pytest.mark.parametrize(
    ("right", "wrong", "change_count"),
    [
        ("2025-01-14T12:00", "2025-01-14T12:30", 1),
        ("teams,,1", "in_person,Library,1", 1),
        ("teams,,1", "teams,,5", 0),
    ],
    ids=["another time", "another place", "more places"],
)
async def test_calendars_hear_of_a_change_of_date_or_place(
    database: Database, tmp_path: Path, right: str, wrong: str, change_count: int
) -> None:
    await take_in(database, tmp_path)

    imported = await take_in(database, tmp_path, sessions=SESSIONS.replace(right, wrong))

    assert tally_of(imported, "session").changed == 1
    assert (await session_of(database, "S25-001")).change_count == change_count


async def test_trainers_of_a_session_are_those_of_the_file(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    sessions = SESSIONS.replace("tess@county.example,sch", "ann@county.example,sch")

    imported = await take_in(database, tmp_path, sessions=sessions)

    session = await session_of(database, "S25-001")
    ann = await practitioner_of(database, "ann@county.example")
    async with database.reading() as db:
        trainers = await db.exec(
            select(SessionTrainer.practitioner_id).where(SessionTrainer.session_id == session.id)
        )
        assert trainers.all() == [ann.id]
    assert (tally_of(imported, "session").changed, session.change_count) == (1, 0)


async def test_more_places_go_to_those_who_wait_and_they_are_told(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    await take_in(database, tmp_path, sessions=SESSIONS.replace("teams,,1,", "teams,,2,"))

    ben = await booking_of(database, "S25-001", "ben@gp.example")
    async with database.reading() as db:
        notices = (await db.exec(select(Notice.kind, Notice.practitioner_id).where(IS_NEWS))).all()
    assert ben.status == BookingStatus.OFFERED
    assert [tuple(notice) for notice in notices] == [(NoticeKind.OFFER, ben.practitioner_id)]
    assert (await session_of(database, "S25-001")).places_taken == 2


async def test_places_added_near_the_day_are_told_to_those_who_wait_once(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    session = await session_of(database, "S25-001")
    eve = session.starts_at - timedelta(days=1)

    for _ in range(2):
        await take_in(
            database, tmp_path, sessions=SESSIONS.replace("teams,,1,", "teams,,2,"), now=eve
        )

    async with database.reading() as db:
        kinds = (await db.exec(select(Notice.kind).where(IS_NEWS))).all()
    assert set(kinds) == {NoticeKind.BROADCAST}
    after = await session_of(database, "S25-001")
    assert (after.places_taken, after.broadcast_count) == (1, 1)


async def test_bookings_stay_as_people_left_them_in_the_service(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    session = await session_of(database, "S25-001")
    ann = await practitioner_of(database, "ann@county.example")
    async with database.writing() as db:
        await cancel_booking(
            db, session_id=session.id, practitioner_id=ann.id, terms=TERMS, now=NOW
        )

    imported = await take_in(database, tmp_path)

    booking = await booking_of(database, "S25-001", "ann@county.example")
    assert booking.status == BookingStatus.CANCELLED
    # Ann gave her place back, and it is held for Ben, who waited: both differ from the file.
    assert str(tally_of(imported, "booking")) == (
        "7 bookings: 5 as before, 2 kept as they are in the service"
    )
    assert imported.changed_nothing


async def test_new_lines_are_added_to_bookings_that_are_there(
    database: Database, tmp_path: Path
) -> None:
    early, late = BOOKINGS.rsplit("\n", 2)[0] + "\n", BOOKINGS
    await take_in(database, tmp_path, bookings=early)

    imported = await take_in(database, tmp_path, bookings=late)

    ben = await booking_of(database, "S25-001", "ben@gp.example")
    assert str(tally_of(imported, "booking")) == "7 bookings: 1 added, 6 as before"
    # Cara was first in the service, though Ben had booked before her: numbers are not taken back.
    assert ben.queue_number == 2
    assert (await session_of(database, "S25-001")).next_queue_number == 3


async def test_places_that_people_took_meanwhile_are_not_given_twice(
    database: Database, tmp_path: Path
) -> None:
    without = "\n".join(line for line in BOOKINGS.splitlines() if "S25" not in line)
    await take_in(database, tmp_path, bookings=without)
    session = await session_of(database, "S25-001")
    cara = await practitioner_of(database, "cara@gp.example")
    async with database.writing() as db:
        await book_place(db, session_id=session.id, practitioner_id=cara.id, terms=TERMS, now=NOW)

    with pytest.raises(ImportRefused) as refused:
        await take_in(database, tmp_path)

    assert refused.value.sentence.splitlines()[0] == (
        "bookings.csv, line 7, column status: S25-001 has 1 place, and this would be confirmed "
        "booking 2; expected waitlisted, or more places in sessions.csv, line 4"
    )


async def test_a_session_that_the_programme_cancels_ends_its_bookings(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    bookings = "\n".join(
        line.replace("waitlisted", "session_cancelled").replace("confirmed", "session_cancelled")
        if "S25" in line
        else line
        for line in BOOKINGS.splitlines()
    )

    imported = await take_in(
        database, tmp_path, bookings=bookings, sessions=SESSIONS.replace("scheduled", "cancelled")
    )

    session = await session_of(database, "S25-001")
    ben = await booking_of(database, "S25-001", "ben@gp.example")
    assert (session.places_taken, session.change_count) == (0, 1)
    assert (ben.status, ben.queue_number) == (BookingStatus.SESSION_CANCELLED, None)
    assert [change.change for change in await history_of(database, ben)] == [
        Change.WAITLISTED,
        Change.SESSION_CANCELLED,
    ]
    assert str(tally_of(imported, "booking")) == "7 bookings: 3 changed, 4 as before"


async def test_who_answered_is_a_date_on_the_booking(database: Database, tmp_path: Path) -> None:
    await take_in(database, tmp_path)

    ann = await booking_of(database, "S24-001", "ann@county.example")
    ben = await booking_of(database, "S24-001", "ben@gp.example")
    assert (ann.evaluated_on, ben.evaluated_on) == (date(2024, 1, 12), None)
    assert (ann.attendance, ben.attendance) == (Attendance.ATTENDED, Attendance.NO_SHOW)


async def test_evaluations_may_come_with_a_later_import(database: Database, tmp_path: Path) -> None:
    await take_in(database, tmp_path / "early", evaluations=None)

    imported = await take_in(database, tmp_path / "late")

    ann = await booking_of(database, "S24-001", "ann@county.example")
    assert str(tally_of(imported, "evaluation")) == "1 evaluation added"
    assert (ann.evaluated_on, ann.attendance) == (date(2024, 1, 12), Attendance.ATTENDED)
    assert await count_of(database, EvaluationResponse) == 2


async def test_a_lost_secret_does_not_double_the_answers(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    async with database.writing() as db:
        imported = await import_programme(
            db, read(tmp_path), secret="another secret, for the first is lost", terms=TERMS, now=NOW
        )

    assert str(tally_of(imported, "evaluation")) == "1 evaluation as before"
    assert await count_of(database, EvaluationResponse) == 2


async def test_a_blank_is_no_answer(database: Database, tmp_path: Path) -> None:
    blank = EVALUATIONS.replace('2,4,strongly_agree,agree,"Clear, and kind"', ",,,,")

    await take_in(database, tmp_path, evaluations=blank)

    assert await count_of(database, EvaluationResponse) == 1
    tables = await everything_in(database)
    assert tables["answer"] == []


async def test_two_imports_at_the_same_time_take_it_in_once(
    database: Database, tmp_path: Path
) -> None:
    first, second = await asyncio.gather(
        take_in(database, tmp_path / "one"), take_in(database, tmp_path / "two")
    )

    assert sorted([first.changed_nothing, second.changed_nothing]) == [False, True]
    assert await count_of(database, Booking) == 7


async def test_people_book_while_an_import_runs(database: Database, tmp_path: Path) -> None:
    await take_in(database, tmp_path, bookings=BOOKINGS.split("S25")[0])
    session = await session_of(database, "S25-001")
    async with database.reading() as db:
        people = (await db.exec(select(Practitioner.id).order_by(col(Practitioner.email)))).all()

    async def book(practitioner_id: UUID) -> None:
        async with database.writing() as db:
            await book_place(
                db, session_id=session.id, practitioner_id=practitioner_id, terms=TERMS, now=NOW
            )

    larger = SESSIONS.replace("teams,,1,", "teams,,2,").replace("12:00", "12:15")
    await asyncio.gather(
        take_in(database, tmp_path, sessions=larger, bookings=BOOKINGS.split("S25")[0]),
        *(book(person) for person in people),
    )

    after = await session_of(database, "S25-001")
    async with database.reading() as db:
        held = await db.exec(
            select(func.count()).where(
                Booking.session_id == session.id, col(Booking.status).in_(HOLDS_A_PLACE)
            )
        )
        assert held.one() == after.places_taken == 2


async def test_progress_is_told_table_by_table(database: Database, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []

    async with database.writing() as db:
        await import_programme(
            db,
            read(tmp_path),
            secret=SECRET,
            terms=TERMS,
            now=NOW,
            told=lambda step, done, total: steps.append((step, done, total)),
        )

    assert [step for step in steps if step[1] == step[2]] == [
        ("Writing agencies", 2, 2),
        ("Writing practitioners", 4, 4),
        ("Writing trainers", 1, 1),
        ("Writing courses", 2, 2),
        ("Writing sessions", 3, 3),
        ("Writing the history of sessions", 3, 3),
        ("Writing trainers of sessions", 2, 2),
        ("Writing views of briefings", 1, 1),
        ("Writing bookings", 7, 7),
        ("Writing the history of bookings", 11, 11),
        ("Writing evaluations", 2, 2),
        ("Writing answers", 5, 5),
    ]


async def test_a_table_that_is_no_part_of_a_programme_is_named_in_the_summary(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "booking.csv").write_text("session,email\n")

    imported = await take_in(database, tmp_path, trainers=TRAINERS)

    assert imported.notes == ("Not read, for it is no file of a programme: booking.csv",)


async def test_sessions_of_other_programmes_are_left_alone(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path / "first")
    header, *_ = SESSIONS.splitlines()
    other = f"{header}\nS26-001,C01,2026-01-12T09:00,2026-01-12T11:30,teams,,2,,scheduled,\n"

    await take_in(database, tmp_path / "second", sessions=other, bookings=None, evaluations=None)

    assert await count_of(database, CourseSession) == 4
    assert (await session_of(database, "S25-001")).places_taken == 1
