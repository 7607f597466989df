"""The cards in which people hear that a session changes, and in which they wish for a date."""

from datetime import timedelta

from bot.cards import bookings, courses, interest, session_news
from bot.cards import training as lists
from bot.cards.pieces import Element
from bot.payloads import CourseSearch, MyTraining, TrainingView
from bot.turns import Reply
from tests.bot.cards import gallery
from tests.moments import NOW
from trainingbot.bookings.views import TrainingPage, TrainingRow
from trainingbot.courses.views import CourseFound, CoursePage
from trainingbot.enums import BookingStatus, SessionStatus, SessionStep
from trainingbot.models import CourseSession, SessionChange
from trainingbot.scheduling.views import Affected, InterestPage, InterestRow, SessionOfCourse

URL = "https://training.partnership.example/calendar/" + "x" * 220 + ".ics"
LINK = "https://teams.example/l/meetup-join/" + "x" * 220
REASON = "The trainer has left the partnership, and nobody else teaches this course. " * 2
AFFECTED = Affected(confirmed=7, offered=1, waiting=2, trainers=2)
VENUE = "Fenland Community Conference Centre, Room 2, Wisbech"
LEAVING = "Free to give back, because the session was moved"


def tentative() -> CourseSession:
    held = gallery.session()
    held.tentative, held.minimum_places = True, 12
    held.decide_at = NOW + timedelta(days=3)
    return held


def training(
    status: BookingStatus = BookingStatus.CONFIRMED, *, held: CourseSession | None = None
) -> TrainingRow:
    row = gallery.training(status, queue_place=3 if status == BookingStatus.WAITLISTED else None)
    return TrainingRow(row.booking, held or row.session, row.course, row.queue_place)


def move() -> SessionChange:
    return SessionChange(
        session_id=gallery.session().id,
        position=2,
        step=SessionStep.MOVED,
        at=NOW,
        details=f"From Tue 14 Jan 2025, 10:00 to 12:30, in person, {VENUE}. "
        f"To Tue 21 Jan 2025, 13:00 to 15:30, in person, {VENUE}.",
        reason=REASON,
    )


def dates(number: int) -> list[Element]:
    return [
        courses.date_row(
            gallery.session(35 if week == 1 else 29, days=7 * week),
            None,
            leaving="Free to cancel until Fri 10 Jan 2025, 10:00",
            opening=None,
            zone=gallery.LONDON,
        )
        for week in range(1, number + 1)
    ]


def cards() -> dict[str, Reply]:
    """Return every card of news about sessions, and of the interest list, by a name for it."""
    return {**_cancelled(), **_moved(), **_tentative(), **_trainers(), **_wishes()}


def _cancelled() -> dict[str, Reply]:
    row = training(BookingStatus.SESSION_CANCELLED)
    row.session.cancel_reason = REASON
    return {
        "news of a cancelled session": session_news.cancelled_card(
            row, dates(3), more=4, interested=True, calendar_url=URL, zone=gallery.LONDON
        ),
        "news of a cancelled session without other dates": session_news.cancelled_card(
            row, [], more=0, interested=False, calendar_url=None, zone=gallery.LONDON
        ),
    }


def _moved() -> dict[str, Reply]:
    booked, waits = training(), training(BookingStatus.WAITLISTED)
    booked.booking.may_leave_freely = True
    then = [SessionOfCourse(gallery.session(), gallery.course())] * 2
    said = session_news.moved_sentences(move(), then, zone=gallery.LONDON)
    return {
        "news of a moved session": _booking(booked, *said, leaving=LEAVING),
        "news of a moved session to who waits": _booking(
            waits,
            *session_news.moved_sentences(move(), (), zone=gallery.LONDON),
            session_news.WAITS_AS_BEFORE,
        ),
        "place kept": _booking(
            training(),
            *session_news.kept_sentences("Free to cancel until Fri 17 Jan 2025, 13:00"),
            join_url=LINK,
        ),
    }


def _tentative() -> dict[str, Reply]:
    row = training(held=tentative())
    course = gallery.course()
    found = CoursePage([CourseFound(course, tentative(), session_count=3)] * 5, total=24)
    return {
        "booked on a tentative session": _booking(row, *bookings.booked_sentences(row)),
        "tentative session": courses.session_card(
            course, tentative(), offered="places", zone=gallery.LONDON
        ),
        "course with tentative dates": courses.course_card(
            course, [tentative()] * 5, total=5, bookings={}, zone=gallery.LONDON
        ),
        "course list with tentative dates": courses.course_list(
            found, CourseSearch(), themes=[], months=[], zone=gallery.LONDON
        ),
        "my tentative training": lists.training_list(
            TrainingPage([row] * 5, 5), MyTraining(), zone=gallery.LONDON
        ),
        "give back on a tentative session": bookings.cancel_question(
            row, waiting=0, zone=gallery.LONDON
        ),
        "news that a session takes place": _booking(
            training(), *session_news.confirmed_sentences(), join_url=LINK
        ),
        "undecided session": session_news.undecided_card(
            course, tentative(), AFFECTED, zone=gallery.LONDON
        ),
    }


def _trainers() -> dict[str, Reply]:
    course, cancelled = gallery.course(), gallery.session()
    cancelled.status, cancelled.cancel_reason = SessionStatus.CANCELLED, REASON
    return {
        "trainer named": session_news.trainer_named_card(
            course, tentative(), AFFECTED, None, zone=gallery.LONDON
        ),
        "session of a trainer moved": session_news.trainer_named_card(
            course, gallery.session(), AFFECTED, move(), zone=gallery.LONDON
        ),
        "trainer released": session_news.trainer_released_card(
            course, gallery.session(), zone=gallery.LONDON
        ),
        "session of a trainer cancelled": session_news.trainer_released_card(
            course, cancelled, zone=gallery.LONDON
        ),
    }


def _wishes() -> dict[str, Reply]:
    course = gallery.course()
    wish = InterestRow(course, NOW)
    wishes = interest.dates_wished_for(InterestPage([wish] * 3, 7), zone=gallery.LONDON)
    waits = training(BookingStatus.WAITLISTED)
    view = MyTraining(view=TrainingView.WAITLIST)
    full = [gallery.session(35, days=7 * week) for week in range(1, 6)]
    return {
        "on the interest list": interest.registered_card(wish, zone=gallery.LONDON),
        "off the interest list": interest.withdrawn_card(course),
        "my waitlist with dates wished for": lists.training_list(
            TrainingPage([waits] * 5, 12), view, below=wishes, zone=gallery.LONDON
        ),
        "my empty waitlist with dates wished for": lists.training_list(
            TrainingPage((), 0), view, below=wishes, zone=gallery.LONDON
        ),
        "full course": courses.course_card(
            course,
            full,
            total=5,
            bookings={},
            below=interest.wish_for_a_date(course, None, gallery.LONDON),
            manages=True,
            zone=gallery.LONDON,
        ),
        "full course, on the interest list": courses.course_card(
            course,
            [],
            total=0,
            bookings={},
            below=interest.wish_for_a_date(course, NOW, gallery.LONDON),
            zone=gallery.LONDON,
        ),
    }


def _booking(
    row: TrainingRow, *said: str, leaving: str | None = None, join_url: str | None = None
) -> Reply:
    has_place = row.booking.status == BookingStatus.CONFIRMED
    return bookings.booking_card(
        row,
        *said,
        begun=False,
        calendar_url=URL if has_place else None,
        leaving=leaving,
        join_url=join_url,
        zone=gallery.LONDON,
    )
