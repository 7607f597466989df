"""The whole service, booking places as in `serve_booking`, while it owes everybody two notices.

`python -m tests.benchmarks.serve_notices SCENE_FILE`; with `UNTOLD=no` in the environment the
notices have been sent long ago. What it logs is written, and thrown away.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

import structlog
from sqlmodel import select

from bot.logs import configure_logs
from tests.benchmarks.scene import Scene
from tests.benchmarks.serve_booking import PEOPLE, fill, serve
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, Change, Delivery, NoticeKind, NoticeState
from trainingbot.models import (
    Booking,
    BookingChange,
    Course,
    CourseSession,
    Notice,
    Practitioner,
)

NOTICES_EACH = 2
STEPS = (Change.WAITLISTED, Change.PROMOTED)


async def fill_and_owe(database: Database, scene: Scene) -> None:
    """Write down what is booked, and places that each person was promoted to, told or not."""
    await fill(database, scene)
    now = utc_now()
    untold = os.environ.get("UNTOLD") != "no"
    async with database.writing() as db:
        course = (await db.exec(select(Course))).one()
        people = (await db.exec(select(Practitioner))).all()
        for number in range(NOTICES_EACH):
            starts_at = now + timedelta(days=60 + number)
            session = CourseSession(
                code=f"P-{number}",
                course_id=course.id,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=150),
                delivery=Delivery.TEAMS,
                capacity=PEOPLE,
                places_taken=PEOPLE,
                next_queue_number=PEOPLE + 1,
            )
            for person in people:
                booking = Booking(
                    session_id=session.id,
                    session=session,
                    practitioner_id=person.id,
                    status=BookingStatus.CONFIRMED,
                    booked_at=now,
                    change_count=len(STEPS),
                )
                steps = [
                    BookingChange(
                        booking_id=booking.id, booking=booking, position=at, change=step, at=now
                    )
                    for at, step in enumerate(STEPS, start=1)
                ]
                notice = Notice(
                    kind=NoticeKind.PROMOTED,
                    practitioner_id=person.id,
                    about_id=booking.id,
                    occurrence=len(STEPS),
                    due_at=now,
                    expires_at=starts_at,
                    state=NoticeState.OWED if untold else NoticeState.SENT,
                    finished_at=None if untold else now,
                )
                db.add_all([*steps, notice])


if __name__ == "__main__":
    configure_logs()
    with Path(os.devnull).open("w") as nowhere:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(nowhere))
        serve(Scene.read(sys.argv[1]), fill=fill_and_owe)
