"""The cards of people on a session, with names as long as they come."""

from uuid import UUID

from bot.cards import booking_for_others, changing_for_others, for_others, person, roster
from bot.cards.bookings import booking_card
from bot.cards.mix import mix_part
from bot.cards.people import help_card
from bot.payloads import (
    BookingForPerson,
    CancellingForPerson,
    RosterChoice,
    SessionsPage,
    SubstitutingForPerson,
)
from bot.turns import Reply
from tests.bot.cards import gallery
from tests.moments import NOW
from trainingbot.bookings.views import AgencyShare, Colleague, Colleagues, TrainingRow
from trainingbot.enums import BookingStatus, Change, Channel, LateReason, SessionStatus
from trainingbot.models import (
    Agency,
    Booking,
    BookingChange,
    Course,
    CourseSession,
    Practitioner,
)
from trainingbot.scheduling.roster_views import (
    BookingOutcome,
    BookingStep,
    PersonOnSession,
    PlaceGoesTo,
    RosterPage,
    RosterRow,
    TaughtSession,
    TaughtSessions,
)

REASON = "The team manager rang us: a court hearing has been brought forward to that morning. " * 3
LONGEST_LINK = f"https://teams.example/{'m' * 978}"
WARNING = "This clashes with another booking: Neglect Level 2, Tue 14 Jan 2025, 10:00 to 12:30."


class Names:
    """What cards are drawn with: real long names, or the same words everywhere."""

    def __init__(self, words: str | None = None) -> None:
        self.words = words

    def practitioner(self, *, confirmed: bool = True) -> Practitioner:
        made = gallery.practitioner(confirmed=confirmed)
        if self.words:
            made.name = (self.words * 2)[:256]
            made.job_title = self.words
        return made

    def agency(self) -> Agency:
        return gallery.agency(self.words) if self.words else gallery.agency()

    def course(self) -> Course:
        return gallery.course(self.words) if self.words else gallery.course()

    def session(self, taken: int = 35) -> CourseSession:
        made = gallery.session(taken)
        made.venue = self.words or made.venue
        return made

    def booking(self, status: BookingStatus) -> Booking:
        made = gallery.training(status, queue_place=3 if status in _IN_LINE else None).booking
        made.coming_at = NOW if status == BookingStatus.CONFIRMED else None
        return made

    def person(
        self, status: BookingStatus | None, *, steps: int = 0, confirmed: bool = True
    ) -> PersonOnSession:
        return PersonOnSession(
            session=self.session(),
            course=self.course(),
            practitioner=self.practitioner(confirmed=confirmed),
            agency=self.agency(),
            booking=self.booking(status) if status else None,
            queue_place=3 if status == BookingStatus.WAITLISTED else None,
            steps=[self.step() for _ in range(steps)],
            earlier_steps=4 if steps else 0,
        )

    def step(self) -> BookingStep:
        return BookingStep(
            BookingChange(
                booking_id=UUID(int=1),
                position=1,
                change=Change.SUBSTITUTED,
                at=NOW,
                reason=self.words or REASON,
                late_reason=LateReason.URGENT_WORK,
            ),
            actor=self.practitioner(),
            other_person=self.practitioner(),
            other_session=None,
        )

    def colleagues(self) -> Colleagues:
        one = Colleague(self.practitioner(), waits=True, knows_theme=True, in_teams=False)
        return Colleagues([one] * 5, 412)


_IN_LINE = (BookingStatus.WAITLISTED, BookingStatus.OFFERED)


def cards(words: str | None = None) -> dict[str, Reply]:
    """Return every card by a name for it, with these words for every name where there are any."""
    names = Names(words)
    return {
        **_rosters(names),
        **_managed(names),
        **_booking(names),
        **_changing(names),
        **_news(names),
        "help of a trainer": help_card(ask=(), requests=None, teaches=True),
    }


def roster_page(
    names: Names,
    *statuses: BookingStatus,
    total: int = 45,
    given_back: int = 7,
    for_coordinators: bool = True,
) -> RosterPage:
    """Return a page of a roster with somebody in each of these states."""
    return RosterPage(
        session=names.session(),
        course=names.course(),
        trainers=[names.practitioner()] * 2,
        rows=[
            RosterRow(
                names.practitioner(),
                names.agency(),
                names.booking(status),
                3 if status == BookingStatus.WAITLISTED else None,
            )
            for status in statuses
        ],
        total=total,
        confirmed=33,
        said_coming=12,
        offered=2,
        waiting=10,
        given_back=given_back,
        cancelled_late=given_back // 3,
        for_coordinators=for_coordinators,
    )


def _rosters(names: Names) -> dict[str, Reply]:
    mixed = [BookingStatus.CONFIRMED] * 7 + [BookingStatus.OFFERED] + [BookingStatus.WAITLISTED] * 2
    choice = RosterChoice(session_id=UUID(int=3))
    mix = mix_part(
        [AgencyShare(names.agency(), taken=3, waiting=1, reserved=5, opens_at=NOW)] * 12,
        zone=gallery.LONDON,
    )
    cancelled = roster_page(names, *[BookingStatus.SESSION_CANCELLED] * 10)
    cancelled.session.status = SessionStatus.CANCELLED
    taught = TaughtSession(names.session(), names.course(), waiting=10)
    gone = TaughtSession(cancelled.session, names.course(), waiting=0)

    def drawn(page: RosterPage, of: RosterChoice, *, to_come: bool = True) -> Reply:
        shown = mix if of.page == 1 else ()
        joins = None if page.for_coordinators else LONGEST_LINK
        return roster.roster(
            page, of, mix=shown, to_come=to_come, join_url=joins, zone=gallery.LONDON
        )

    return {
        "roster": drawn(roster_page(names, *mixed), choice),
        "later page of a roster": drawn(
            roster_page(names, *mixed), choice.model_copy(update={"page": 2})
        ),
        "who gave back": drawn(
            roster_page(names, *[BookingStatus.CANCELLED] * 7, total=7),
            choice.model_copy(update={"given_back": True}),
        ),
        "roster of a trainer": drawn(roster_page(names, *mixed, for_coordinators=False), choice),
        "empty roster": drawn(roster_page(names, total=0, given_back=0), choice),
        "roster of a cancelled session": drawn(cancelled, choice, to_come=False),
        "my sessions": roster.my_sessions(
            TaughtSessions([taught, gone, taught, taught, taught], 12),
            SessionsPage(page=2),
            links={taught.session.id: LONGEST_LINK},
            zone=gallery.LONDON,
        ),
        "no sessions of mine": roster.my_sessions(
            TaughtSessions((), 0), SessionsPage(), zone=gallery.LONDON
        ),
    }


def _managed(names: Names) -> dict[str, Reply]:
    def drawn(status: BookingStatus | None, *said: str, to_come: bool = True) -> Reply:
        return person.managed_booking(
            names.person(status, steps=5 if status else 0),
            *said,
            to_come=to_come,
            substitutes=True,
            zone=gallery.LONDON,
        )

    told = person.told_sentence(names.practitioner(), by=None)
    waits = names.person(BookingStatus.WAITLISTED)
    return {
        "somebody's booking": drawn(
            BookingStatus.CONFIRMED,
            *for_others.booked_for_sentences(names.person(BookingStatus.CONFIRMED), told=told),
        ),
        "somebody's wait": drawn(
            BookingStatus.WAITLISTED, *for_others.booked_for_sentences(waits, told=told)
        ),
        "somebody's offer": drawn(BookingStatus.OFFERED),
        "somebody's cancelled booking": drawn(
            BookingStatus.CANCELLED,
            *for_others.cancelled_for_sentences(waits, had_place=True, passed_on=True, told=told),
        ),
        "somebody's booking handed on": drawn(
            BookingStatus.CANCELLED,
            *for_others.substituted_for_sentences(
                names.practitioner(), unreached=[names.practitioner()] * 2
            ),
        ),
        "somebody without a booking": drawn(None),
        "somebody's booking after the start": drawn(BookingStatus.CONFIRMED, to_come=False),
    }


def _booking(names: Names) -> dict[str, Reply]:
    found = [(names.practitioner(), names.agency())] * 10
    form = BookingForPerson(
        session_id=UUID(int=3), practitioner_id=UUID(int=4), reason=REASON, despite_doubts=True
    )
    unconfirmed = names.person(None, confirmed=False)
    course, session = names.course(), names.session()
    held = {found[0][0].id: names.booking(BookingStatus.OFFERED)}
    return {
        "who is to come": booking_for_others.who_to_book(course, session, zone=gallery.LONDON),
        "who is to come, again": booking_for_others.who_to_book(
            course,
            session,
            problem="Type a part of the name or the e-mail address.",
            zone=gallery.LONDON,
        ),
        "people found": booking_for_others.people_found(
            course, session, found, total=24, name="bartholomew", bookings=held, zone=gallery.LONDON
        ),
        "nobody found": booking_for_others.people_found(
            course, session, (), total=0, name="x" * 200, bookings={}, zone=gallery.LONDON
        ),
        "book somebody": booking_for_others.booking_question(
            names.person(None),
            BookingOutcome(BookingStatus.CONFIRMED, None, changes_nothing=False),
            BookingForPerson(session_id=form.session_id, practitioner_id=form.practitioner_id),
            own=False,
            by=Channel.TEAMS,
            zone=gallery.LONDON,
        ),
        "book somebody anyway": booking_for_others.booking_question(
            names.person(None),
            BookingOutcome(BookingStatus.WAITLISTED, 4, changes_nothing=False),
            form,
            own=False,
            by=None,
            problem="Say why in a short sentence.",
            warnings=(WARNING, names.words or WARNING),
            zone=gallery.LONDON,
        ),
        "book oneself": booking_for_others.booking_question(
            names.person(BookingStatus.OFFERED),
            BookingOutcome(BookingStatus.CONFIRMED, None, changes_nothing=False),
            form,
            own=True,
            by=Channel.TEAMS,
            zone=gallery.LONDON,
        ),
        "cannot be booked": booking_for_others.cannot_be_booked(
            unconfirmed,
            f"{unconfirmed.practitioner.name} can be booked later.",
            zone=gallery.LONDON,
        ),
    }


def _changing(names: Names) -> dict[str, Reply]:
    choice = {"session_id": UUID(int=3), "practitioner_id": UUID(int=4)}
    booked = names.person(BookingStatus.CONFIRMED)
    handing = SubstitutingForPerson(**choice, substitute_id=UUID(int=5), reason=REASON)
    return {
        "cancel for somebody": changing_for_others.cancelling_question(
            booked,
            PlaceGoesTo(held_place=True, late=False, next_in_line=names.practitioner()),
            CancellingForPerson(**choice),
            by=Channel.TEAMS,
            zone=gallery.LONDON,
        ),
        "cancel for somebody late": changing_for_others.cancelling_question(
            booked,
            PlaceGoesTo(held_place=True, late=True, told=12),
            CancellingForPerson(**choice, reason=REASON, late_reason=LateReason.CARING),
            by=None,
            asked="The terms ask £25 for a late cancellation; illness is exempt.",
            problem="The reason has 301 characters. Say it in 300 at most.",
            zone=gallery.LONDON,
        ),
        "end somebody's wait": changing_for_others.cancelling_question(
            names.person(BookingStatus.WAITLISTED),
            PlaceGoesTo(held_place=False, late=False),
            CancellingForPerson(**choice),
            by=Channel.TEAMS,
            zone=gallery.LONDON,
        ),
        "who goes instead": changing_for_others.who_goes_instead(
            booked, names.colleagues(), name="x" * 200, problem="x" * 200, zone=gallery.LONDON
        ),
        "nobody goes instead": changing_for_others.who_goes_instead(
            booked, Colleagues((), 0), name="x" * 200, zone=gallery.LONDON
        ),
        "send somebody instead": changing_for_others.substituting_question(
            booked, names.practitioner(), handing, problem="Say why.", zone=gallery.LONDON
        ),
    }


def _news(names: Names) -> dict[str, Reply]:
    def drawn(status: BookingStatus, *said: str) -> Reply:
        training = gallery.training(status, queue_place=3 if status in _IN_LINE else None)
        training.course.title = names.course().title
        return booking_card(training, *said, begun=False, calendar_url=None, zone=gallery.LONDON)

    actor = names.practitioner()
    return {
        "booked for you": drawn(
            BookingStatus.CONFIRMED,
            *for_others.booked_for_you_sentences(actor, waits=False, reason=REASON),
        ),
        "put on the waitlist for you": drawn(
            BookingStatus.WAITLISTED,
            *for_others.booked_for_you_sentences(actor, waits=True, reason=REASON),
        ),
        "cancelled for you": for_others.cancelled_for_you(
            TrainingRow(
                names.booking(BookingStatus.CANCELLED), names.session(), names.course(), None
            ),
            *for_others.cancelled_for_you_sentences(actor, had_place=True, reason=REASON),
            calendar_url="https://training.partnership.example/calendar/" + "x" * 220 + ".ics",
            zone=gallery.LONDON,
        ),
    }
