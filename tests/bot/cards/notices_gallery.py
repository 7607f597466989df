"""The cards of what coordinators look after: attention, people not reached, notices of a course."""

from dataclasses import replace
from datetime import timedelta

from bot.cards import attention as attention_cards
from bot.cards import course_notices, digests, unreached
from bot.notice_payloads import CourseNoticesForm, UnreachedChoice
from bot.turns import Reply
from tests.bot.cards import gallery
from tests.bot.cards.people_gallery import Names, roster_page
from tests.moments import NOW, TERMS
from trainingbot.bookings.views import AgencyShare
from trainingbot.enums import BookingStatus, Delivery, NoticeKind, Unreachable
from trainingbot.models import Practitioner
from trainingbot.scheduling.attention_views import (
    NO_SESSIONS,
    Attention,
    Unreached,
    UnreachedPage,
    UnreachedPerson,
)
from trainingbot.scheduling.digest import WhoIsComing
from trainingbot.scheduling.views import SessionOfCourse, SessionsPage

URL = "https://teams.example/l/meetup-join/" + "x" * 220
NAMES = Names(None)
WORDS = "Bring a case of your own, without names. Read chapter 2 before. " * 31


def attention(*, everything: bool = True) -> Attention:
    sessions = [SessionOfCourse(gallery.session(taken), gallery.course()) for taken in (0, 3, 9)]
    page = SessionsPage(sessions, 12) if everything else NO_SESSIONS
    return Attention(
        agencies=3 if everything else 0,
        to_decide=page,
        decide_until=NOW + timedelta(days=2),
        few_people=page,
        without_trainer=page,
        look_ahead_until=NOW + timedelta(days=14),
        clashes=2 if everything else 0,
        unreached=Unreached(12, 9) if everything else Unreached(0, 0),
        undeliverable=4 if everything else 0,
        open_charges=11 if everything else 0,
    )


def not_reached(why: Unreachable | None, *, has_email: bool = True) -> UnreachedPerson:
    known = NAMES.practitioner()
    person = Practitioner(name=known.name, email="name@agency.example" if has_email else None)
    return UnreachedPerson(
        practitioner=person,
        agency=NAMES.agency(),
        why=why,
        next_session=SessionOfCourse(gallery.session(), gallery.course()),
    )


def coming() -> WhoIsComing:
    with_a_place = [BookingStatus.CONFIRMED] * 10
    roster = roster_page(NAMES, *with_a_place, total=45, for_coordinators=False)
    agency = NAMES.agency()
    return WhoIsComing(roster, [AgencyShare(agency, 5, 1, 0, None)] * 12)


def form(**switches: bool) -> CourseNoticesForm:
    return CourseNoticesForm(course_id=gallery.course().id, joining_instructions=WORDS, **switches)


def cards() -> dict[str, Reply]:
    """Return every card of what coordinators look after, by a name for it."""
    return {**_digests(), **_people(), **_notices()}


def _digests() -> dict[str, Reply]:
    nobody = replace(coming().roster, rows=[], confirmed=0, said_coming=0, offered=0, waiting=0)
    nobody.session.delivery = Delivery.TEAMS
    return {
        "trainer's digest": digests.trainers_digest(
            coming(), join_url=URL, contact="training@county.example", zone=gallery.LONDON
        ),
        "trainer's digest of an empty session": digests.trainers_digest(
            WhoIsComing(nobody, []), join_url=None, contact="the training team",
            zone=gallery.LONDON,
        ),
        "attention": attention_cards.attention_card(
            attention(), mails=True, now=NOW, zone=gallery.LONDON
        ),
        "attention to one thing": attention_cards.attention_card(
            replace(attention(everything=False), open_charges=1),
            mails=False, now=NOW, zone=gallery.LONDON,
        ),
        "no attention": attention_cards.attention_card(
            attention(everything=False), mails=True, now=NOW, zone=gallery.LONDON
        ),
    }  # fmt: skip


def _people() -> dict[str, Reply]:
    people = [not_reached(why) for why in Unreachable]
    rows = [*people, not_reached(None), not_reached(None, has_email=False)]
    page = UnreachedPage(rows, Unreached(12, 9))
    return {
        "people not reached": unreached.unreached_list(
            page, UnreachedChoice(page=2), mails=True, zone=gallery.LONDON
        ),
        "people not reached without e-mail": unreached.unreached_list(
            UnreachedPage(rows[:1], Unreached(1, 1)),
            UnreachedChoice(),
            mails=False,
            zone=gallery.LONDON,
        ),
        "everybody reached": unreached.unreached_list(
            UnreachedPage([], Unreached(0, 0)), UnreachedChoice(), mails=True, zone=gallery.LONDON
        ),
    }


def _notices() -> dict[str, Reply]:
    off = {NoticeKind.EARLY_REMINDER, NoticeKind.JOINING_INSTRUCTIONS}
    return {
        "notices of a course": course_notices.course_notices_card(
            gallery.course(),
            form(late_reminder=False, joining_instructions_sent=False),
            *course_notices.saved_sentences(),
            off=(),
            times=TERMS.times,
        ),
        "notices of a course mistaken": course_notices.course_notices_card(
            gallery.course(),
            form(),
            off=off,
            times=TERMS.times,
            problems={"joining_instructions": "The joining instructions have 2,001 characters."},
        ),
    }
