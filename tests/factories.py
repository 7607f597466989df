"""Rows for tests: dull keyword functions. A test names only what it is about."""

from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from tests.moments import NEXT_WEEK, NOW
from trainingbot.enums import (
    Attendance,
    BookingStatus,
    Change,
    CourseKind,
    Delivery,
    NoticeKind,
    NoticeState,
    Role,
    SessionStatus,
    Strictness,
)
from trainingbot.models import (
    Agency,
    Booking,
    BookingChange,
    Course,
    CourseSession,
    Notice,
    Practitioner,
    PractitionerRole,
    TeamsAccount,
)

_numbers = count(1)


async def make_agency(
    db: AsyncSession,
    *,
    code: str | None = None,
    name: str | None = None,
    email_domain: str | None = None,
    tenant_id: str | None = None,
) -> Agency:
    number = next(_numbers)
    agency = Agency(
        code=code or f"A{number}",
        name=name or f"Agency {number}",
        sector="health",
        contributing=True,
        email_domain=email_domain,
        tenant_id=tenant_id,
    )
    db.add(agency)
    await db.flush()
    return agency


async def make_practitioner(
    db: AsyncSession,
    *,
    name: str | None = None,
    email: str | None = None,
    agency: Agency | None = None,
    confirmed_at: datetime | None = NOW,
) -> Practitioner:
    number = next(_numbers)
    agency = agency or await make_agency(db)
    practitioner = Practitioner(
        name=name or f"Person {number}",
        email=email or f"person{number}@agency.example",
        agency_id=agency.id,
        agency_confirmed_at=confirmed_at,
    )
    db.add(practitioner)
    await db.flush()
    return practitioner


async def make_coordinator(db: AsyncSession, *, name: str = "Morgan Reid") -> Practitioner:
    coordinator = await make_practitioner(db, name=name)
    db.add(PractitionerRole(practitioner_id=coordinator.id, role=Role.COORDINATOR))
    await db.flush()
    return coordinator


async def make_account(
    db: AsyncSession,
    practitioner: Practitioner,
    *,
    tenant_id: str = "tenant-1",
    object_id: str | None = None,
) -> TeamsAccount:
    number = next(_numbers)
    account = TeamsAccount(
        tenant_id=tenant_id,
        object_id=object_id or f"object-{number}",
        practitioner_id=practitioner.id,
        service_url="http://127.0.0.1:9/",
        conversation_id=f"conversation-{number}",
        teams_user_id=f"29:person-{number}",
        bot_id="28:bot",
    )
    db.add(account)
    await db.flush()
    return account


async def make_course(
    db: AsyncSession,
    *,
    title: str = "Neglect Level 2",
    code: str | None = None,
    level: int = 2,
    theme: str = "neglect",
    kind: CourseKind = CourseKind.COURSE,
    on_clash: Strictness = Strictness.ALLOW,
    on_repeat: Strictness = Strictness.ALLOW,
    repeat_months: int = 12,
    on_missing_level: Strictness = Strictness.ALLOW,
    prerequisite_level: int | None = None,
) -> Course:
    """Write a course that checks nothing unless the test says so."""
    course = Course(
        code=code or f"C{next(_numbers)}",
        title=title,
        kind=kind,
        level=level,
        theme=theme,
        minutes=150,
        capacity=35,
        on_clash=on_clash,
        on_repeat=on_repeat,
        repeat_months=repeat_months,
        on_missing_level=on_missing_level,
        prerequisite_level=prerequisite_level,
    )
    db.add(course)
    await db.flush()
    return course


async def make_session(
    db: AsyncSession,
    *,
    course: Course | None = None,
    code: str | None = None,
    starts_at: datetime = NEXT_WEEK,
    ends_at: datetime | None = None,
    capacity: int = 20,
    delivery: Delivery = Delivery.TEAMS,
    venue: str | None = None,
    status: SessionStatus = SessionStatus.SCHEDULED,
) -> CourseSession:
    course = course or await make_course(db)
    session = CourseSession(
        code=code or f"S{next(_numbers)}",
        course_id=course.id,
        starts_at=starts_at,
        ends_at=ends_at or starts_at + timedelta(minutes=150),
        delivery=delivery,
        venue=venue,
        status=status,
        capacity=capacity,
    )
    db.add(session)
    await db.flush()
    return session


async def make_booking(
    db: AsyncSession,
    *,
    session_id: UUID | None = None,
    practitioner_id: UUID | None = None,
    status: BookingStatus = BookingStatus.CONFIRMED,
    queue_number: int | None = None,
    booked_at: datetime = NOW,
    cancelled_at: datetime | None = None,
    attendance: Attendance | None = None,
) -> Booking:
    """Write a booking with the first row of its history; the session counts nothing of it."""
    booking = Booking(
        session_id=session_id or (await make_session(db)).id,
        practitioner_id=practitioner_id or (await make_practitioner(db)).id,
        status=status,
        queue_number=queue_number,
        booked_at=booked_at,
        cancelled_at=cancelled_at,
        attendance=attendance,
        change_count=1,
    )
    change = Change.WAITLISTED if status == BookingStatus.WAITLISTED else Change.BOOKED
    db.add(
        BookingChange(
            booking_id=booking.id,
            position=1,
            change=change,
            at=booked_at,
            actor_id=booking.practitioner_id,
            booking=booking,
        )
    )
    await db.flush()
    return booking


async def make_notice(
    db: AsyncSession,
    practitioner: Practitioner,
    *,
    kind: NoticeKind = NoticeKind.PROMOTED,
    about_id: UUID | None = None,
    state: NoticeState = NoticeState.OWED,
    due_at: datetime = NOW,
    expires_at: datetime = NEXT_WEEK,
) -> Notice:
    notice = Notice(
        kind=kind,
        practitioner_id=practitioner.id,
        about_id=about_id or practitioner.id,
        occurrence=next(_numbers),
        due_at=due_at,
        expires_at=expires_at,
        state=state,
        finished_at=None if state == NoticeState.OWED else due_at,
    )
    db.add(notice)
    await db.flush()
    return notice
