"""Every card the bot can draw, with names as long as people have them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from bot.cards import (
    agencies,
    bookings,
    cancelling,
    charges,
    checks,
    courses,
    people,
    personal,
    refusals,
    waitlist,
)
from bot.cards import training as training_cards
from bot.payloads import (
    ChargesPage,
    CourseChecks,
    CourseSearch,
    GiveBack,
    MyTraining,
    TrainingView,
    Unclear,
)
from bot.turns import Reply
from tests.bot.cards import (
    comments_gallery,
    evaluation_gallery,
    handover_gallery,
    news_gallery,
    notices_gallery,
    people_gallery,
    register_gallery,
    reminders_gallery,
    reserved_gallery,
    session_gallery,
    summary_gallery,
)
from tests.moments import NOW, TERMS
from trainingbot.bookings.views import (
    ChargePage,
    ChargeRow,
    GivenBack,
    TrainingPage,
    TrainingRow,
    Waiting,
    WaitStory,
)
from trainingbot.courses.views import CourseFound, CoursePage
from trainingbot.enums import (
    BookingStatus,
    Change,
    ChargeKind,
    ChargeState,
    CourseKind,
    Delivery,
    LateReason,
    PolicyPreset,
    SessionStatus,
)
from trainingbot.models import (
    Agency,
    Booking,
    BookingChange,
    Charge,
    Course,
    CourseSession,
    Practitioner,
)
from trainingbot.people.views import AgencyRequest
from trainingbot.policies import PRESETS, Policy

LONDON = ZoneInfo("Europe/London")
LONG = "Safeguarding Children and Young People with Disabilities and Complex Health Needs Level 3"
DOUBTS = (
    f"This clashes with another booking: {LONG}, Tue 14 Jan 2025, 10:00 to 12:30, and with 2 more.",
    f"The same course was attended, less than 12 months earlier: {LONG}, Tue 12 Mar 2024, 09:30.",
    (
        "This course builds on one of level 2 or higher, "
        "and none has been attended or is booked before it."
    ),
)
THEMES = [f"theme number {number}, parental vulnerability" for number in range(25)]
MONTHS = [f"2025-{number:02}" for number in range(1, 13)]


def course(title: str = LONG) -> Course:
    return Course(
        code="C13",
        title=title,
        kind=CourseKind.COURSE,
        level=3,
        theme="parental vulnerability",
        minutes=150,
        capacity=35,
    )


def session(taken: int = 29, *, of: Course | None = None, days: int = 7) -> CourseSession:
    return CourseSession(
        code="S25-013",
        course_id=(of or course()).id,
        starts_at=NOW + timedelta(days=days),
        ends_at=NOW + timedelta(days=days, minutes=150),
        delivery=Delivery.IN_PERSON,
        venue="Fenland Community Conference Centre, Room 2, Wisbech",
        capacity=35,
        places_taken=taken,
    )


def training(status: BookingStatus, *, queue_place: int | None = None) -> TrainingRow:
    booking = Booking(
        session_id=uuid4(),
        practitioner_id=uuid4(),
        status=status,
        queue_number=queue_place,
        offer_expires_at=NOW + timedelta(days=1) if status == BookingStatus.OFFERED else None,
        booked_at=NOW,
        cancelled_at=NOW if status == BookingStatus.CANCELLED else None,
    )
    held = session()
    if status == BookingStatus.SESSION_CANCELLED:
        held.status = SessionStatus.CANCELLED
    return TrainingRow(booking, held, course(), queue_place)


def agency(
    name: str = "Cambridgeshire and Peterborough Mental Health NHS Foundation Trust",
) -> Agency:
    return Agency(id=UUID(int=7), code="CPFT", name=name, sector="health", contributing=True)


def practitioner(*, confirmed: bool = False) -> Practitioner:
    return Practitioner(
        email="bartholomew.featherstonehaugh@voluntary.example",
        name="Bartholomew Featherstonehaugh-Cholmondeley",
        agency_id=agency().id,
        agency_confirmed_at=NOW if confirmed else None,
    )


def charge(*, waived: bool = False) -> ChargeRow:
    given = training(BookingStatus.CANCELLED)
    return ChargeRow(
        Charge(
            booking_id=given.booking.id,
            position=2,
            kind=ChargeKind.LATE_CANCELLATION,
            pence=9000,
            state=ChargeState.WAIVED if waived else ChargeState.RAISED,
            raised_at=NOW,
            reason="y" * 300 if waived else None,
        ),
        BookingChange(
            booking_id=given.booking.id,
            position=2,
            change=Change.CANCELLED,
            at=NOW,
            late_reason=LateReason.OTHER,
            reason="x" * 300,
        ),
        given.session,
        given.course,
        practitioner(),
        agency(),
    )


def found(number: int) -> CoursePage:
    one = course()
    rows = [CourseFound(one, session(of=one), session_count=3) for _ in range(number - 1)]
    return CoursePage([*rows, CourseFound(course("Early Help"), None, 0)], total=24)


def cards() -> dict[str, Reply]:
    """Return every card by a name for it."""
    partners = [
        agency(f"Agency of the Partnership in Town number {number}") for number in range(100)
    ]
    ask = agencies.agency_question(partners)
    request = AgencyRequest(practitioner(), agency())
    waiting = training(BookingStatus.WAITLISTED, queue_place=3)
    booked = training(BookingStatus.CONFIRMED)
    given = training(BookingStatus.CANCELLED)
    url = "https://training.partnership.example/calendar/" + "x" * 220 + ".ics"
    everything = CourseSearch(words="disabilities", page=2)
    return {
        "greeting": people.greeting(
            practitioner(), agency=None, partnership="Fenland Safeguarding Partnership", ask=ask
        ),
        "help": people.help_card(ask=(), requests=12, charges=True, teaches=True),
        "course list": courses.course_list(
            found(5), everything, themes=THEMES, months=MONTHS, zone=LONDON
        ),
        "nothing found": courses.course_list(
            CoursePage((), 0), everything, themes=THEMES, months=MONTHS, zone=LONDON
        ),
        "course": courses.course_card(
            course(),
            [session(days=7 * week) for week in range(1, 6)],
            total=9,
            bookings={},
            note="Which date would you like?",
            zone=LONDON,
        ),
        "session": courses.session_card(course(), session(), offered="places", zone=LONDON),
        "full session": courses.session_card(
            course(), session(35), offered="waitlist", zone=LONDON
        ),
        "begun session": courses.session_card(course(), session(), offered="begun", zone=LONDON),
        "concern": people.concern("Children: 0345 045 5203 at any time. Adults: 0345 045 5202."),
        "course without dates": courses.course_card(
            course(), [], total=0, bookings={}, zone=LONDON
        ),
        "booked": _booking(booked, *bookings.booked_sentences(booked), url=url),
        "waitlisted": _booking(waiting, *bookings.booked_sentences(waiting), url=None),
        "given back": _booking(
            given,
            *bookings.cancelled_sentences(GivenBack(had_place=True, passed_on=True)),
            url=url,
        ),
        "offered": _booking(
            training(BookingStatus.OFFERED, queue_place=1),
            *bookings.offer_sentences(training(BookingStatus.OFFERED), zone=LONDON),
            url=None,
        ),
        "broadcast": _booking(waiting, *bookings.broadcast_sentences(), url=None),
        "why waiting": waitlist.why_waiting(
            waiting,
            WaitStory(since=NOW, taken=2, let_go=1, open_offers=1, first_offer_ends_at=NOW),
            broadcast_begins=NOW,
            zone=LONDON,
        ),
        "session waitlist": waitlist.session_waitlist(
            course(),
            session(35),
            [Waiting(waiting.booking, practitioner(), agency())] * 10,
            total=412,
            zone=LONDON,
        ),
        "session cancelled": _booking(training(BookingStatus.SESSION_CANCELLED), url=None),
        "give back": bookings.cancel_question(
            booked, waiting=3, leaving="Free to cancel until Fri 10 Jan 2025, 10:00", zone=LONDON
        ),
        "give back late": cancelling.late_question(
            booked,
            GiveBack(session_id=booked.session.id, late_reason=LateReason.OTHER, words="x" * 300),
            terms=replace(TERMS, policy=PRESETS[PolicyPreset.TWO_WEEKS]),
            pence=9000,
            missing="Say in a few words which other reason it is.",
        ),
        "charges": charges.charge_list(
            ChargePage([charge()] * 5, 12), ChargesPage(page=2), policy=Policy(), zone=LONDON
        ),
        "no charges": charges.charge_list(
            ChargePage((), 0), ChargesPage(), policy=Policy(), zone=LONDON
        ),
        "waive a charge": charges.waive_question(
            charge(), "", missing="Say why the charge is waived.", zone=LONDON
        ),
        "charge waived": charges.charge_finished(charge(waived=True), zone=LONDON),
        "doubts": checks.doubts_card(course(), session(), None, DOUBTS, zone=LONDON),
        "doubts about an offer": checks.doubts_card(
            course(), session(35), training(BookingStatus.OFFERED).booking, DOUBTS, zone=LONDON
        ),
        "doubts before waiting": checks.doubts_card(
            course(), session(35), None, DOUBTS[:1], zone=LONDON
        ),
        "course checks": checks.course_checks_card(
            course(),
            CourseChecks(
                course_id=course().id,
                on_clash="warn",
                on_repeat="refuse",
                repeat_months="12",
                on_missing_level="allow",
                prerequisite_level="2",
            ),
            "Saved.",
        ),
        "course checks mistaken": checks.course_checks_card(
            course(),
            CourseChecks(course_id=course().id, repeat_months="no"),
            problems={
                "on_clash": "Choose what happens.",
                "repeat_months": "Type a number of months from 1 to 60.",
            },
        ),
        "leave the waitlist": bookings.cancel_question(waiting, waiting=3, zone=LONDON),
        "my training": training_cards.training_list(
            TrainingPage([booked] * 5, 12), MyTraining(page=2), zone=LONDON
        ),
        "my empty training": training_cards.training_list(
            TrainingPage((), 0), MyTraining(view=TrainingView.WAITLIST), zone=LONDON
        ),
        "which to cancel": training_cards.which_to_cancel(
            TrainingPage([booked] * 3, 3), zone=LONDON
        ),
        "my agency": people.my_agency(practitioner(), agency=agency(), ask=ask, coordinators=1),
        "my confirmed agency": people.my_agency(
            practitioner(confirmed=True), agency=agency(), ask=(), coordinators=1
        ),
        "request": people.request_card(request),
        "request list": people.request_list([request] * 5, total=9),
        "empty request list": people.request_list([], total=0),
        "agency confirmed": people.agency_confirmed(agency()),
        "agencies found": agencies.agencies_found(partners, words="partnership in town"),
        "no agency found": agencies.agencies_found([], words="x" * 200),
        "agency declined": people.agency_declined(ask=ask),
        "decided": people.decided(practitioner(), agency(), confirmed=True),
        "refusal": refusals.refusal("This session has already begun."),
        "outdated": refusals.outdated_card(),
        "fault": refusals.fault("1a2b3c4d"),
        "unclear": refusals.unclear(Unclear(words="x" * 200), [course()] * 3),
        "thanks": refusals.thanks(),
        "only in private": refusals.only_in_private(),
        "your page": personal.your_page(),
        **session_gallery.cards(),
        **reserved_gallery.cards(),
        **handover_gallery.cards(),
        **news_gallery.cards(),
        **people_gallery.cards(),
        **reminders_gallery.cards(),
        **notices_gallery.cards(),
        **evaluation_gallery.cards(),
        **summary_gallery.cards(),
        **comments_gallery.cards(),
        **register_gallery.cards(),
    }


def _booking(row: TrainingRow, *said: str, url: str | None) -> Reply:
    return bookings.booking_card(row, *said, begun=False, calendar_url=url, zone=LONDON)
