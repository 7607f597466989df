"""The cards in which coordinators run sessions, with names as long as people have them."""

from datetime import timedelta
from uuid import UUID

from bot.cards import session_lists, session_previews, session_questions, sessions
from bot.cards.session_previews import Outlook
from bot.cards.session_questions import TrainersPlanned
from bot.cards.sessions import CANCELLED, SessionAtHand
from bot.flows.session_forms import form_of
from bot.session_payloads import (
    AddedSession,
    NewSession,
    PlacesAsked,
    SessionEnd,
    SessionMove,
    TrainersAsked,
    TrainersChange,
)
from bot.turns import Reply
from tests.bot.cards import gallery
from tests.moments import NOW
from trainingbot.bookings.rules import Phase
from trainingbot.bookings.views import AgencyShare
from trainingbot.courses.rules import Offering
from trainingbot.enums import Delivery, SessionStatus, SessionStep
from trainingbot.models import CourseSession, Practitioner, SessionChange
from trainingbot.scheduling.views import (
    Affected,
    Clashes,
    ClashesPage,
    ClashingPair,
    OtherDate,
    SessionOfCourse,
    SessionStory,
    TrainerClash,
)

LINK = "https://teams.example/l/meetup-join/" + "x" * 220
AFFECTED = Affected(confirmed=29, offered=4, waiting=23, trainers=3)
NOBODY = Affected(confirmed=0, offered=0, waiting=0, trainers=0)
REASON = "The trainer has left the partnership, and nobody else teaches this course. " * 2


def trainers(number: int) -> list[Practitioner]:
    """Return trainers with long names."""
    return [
        Practitioner(
            id=UUID(int=500 + one),
            name=f"Bartholomew Featherstonehaugh-Cholmondeley {one}",
            email=f"trainer{one}@voluntary.example",
        )
        for one in range(number)
    ]


def tentative() -> CourseSession:
    held = gallery.session()
    held.tentative, held.minimum_places = True, 12
    held.decide_at = NOW + timedelta(days=3)
    return held


def at_hand(
    session: CourseSession | None = None,
    *,
    offered: Offering = "places",
    affected: Affected = AFFECTED,
    shares: int = 12,
) -> SessionAtHand:
    return SessionAtHand(
        course=gallery.course(),
        session=session or gallery.session(),
        offered=offered,
        trainers=trainers(3),
        affected=affected,
        places_lost=29,
        mix=[
            AgencyShare(gallery.agency(), taken=3, waiting=2, reserved=5, opens_at=NOW)
            for _ in range(shares)
        ],
    )


def outlook(*, clashing: int) -> Outlook:
    """Return what follows from a date on which as many sessions stand in the way."""
    planned = gallery.session()
    others = [SessionOfCourse(gallery.session(), gallery.course()) for _ in range(clashing)]
    return Outlook(
        planned=planned,
        free_until=NOW + timedelta(days=5),
        broadcast_begins=NOW + timedelta(days=4),
        works=clashing == 0,
        shown_twice=clashing > 0,
        clashes=Clashes(
            trainers=[TrainerClash(trainers(1)[0], one.session, one.course) for one in others],
            venue=others,
            bookings=clashing,
        ),
        same_day=[one.session for one in others],
        now=NOW,
    )


def new_session(trainers_chosen: int) -> NewSession:
    return NewSession(
        course_id=UUID(int=1),
        day="2025-01-14",
        begins="10:00",
        places="35",
        delivery=Delivery.IN_PERSON,
        venue="Fenland Community Conference Centre, Room 2, Wisbech",
        join_url=LINK,
        trainers=",".join(str(one.id) for one in trainers(trainers_chosen)),
        tentative=True,
        minimum="12",
        decide_on="2025-01-10",
        invite=True,
    )


def cards() -> dict[str, Reply]:
    """Return every card by a name for it."""
    return {**_hubs(), **_forms(), **_previews(), **_lists()}


def _hubs() -> dict[str, Reply]:
    cancelled = gallery.session()
    cancelled.status, cancelled.cancel_reason = SessionStatus.CANCELLED, REASON
    return {
        "manage session": sessions.session_hub(at_hand(), zone=gallery.LONDON),
        "manage tentative session": sessions.session_hub(
            at_hand(tentative()), *sessions.moved_sentences(AFFECTED), zone=gallery.LONDON
        ),
        "manage begun session": sessions.session_hub(at_hand(offered="begun"), zone=gallery.LONDON),
        "manage cancelled session": sessions.session_hub(
            at_hand(cancelled, offered="cancelled", affected=NOBODY, shares=0),
            *CANCELLED,
            zone=gallery.LONDON,
        ),
        "session confirmed by a coordinator": sessions.session_hub(
            at_hand(affected=NOBODY, shares=0),
            *sessions.confirmed_sentences(NOBODY),
            zone=gallery.LONDON,
        ),
    }


def _forms() -> dict[str, Reply]:
    wrong = dict.fromkeys(
        ("day", "begins", "ends", "places", "delivery", "join_url", "trainers", "minimum"),
        "Clocks go forward on that day and never show 01:30. Choose another time.",
    )
    move = form_of(gallery.session(), zone=gallery.LONDON)
    two_days = move.model_copy(update={"last_day": "2025-01-15", "join_url": LINK})
    return {
        "add a session": session_previews.add_card(
            gallery.course(), new_session(0), trainers(8), interested=0
        ),
        "add a session, with mistakes": session_previews.add_card(
            gallery.course(), new_session(3), trainers(90), interested=12, problems=wrong
        ),
        "add a session, without trainers": session_previews.add_card(
            gallery.course(), new_session(0), [], interested=1
        ),
        "move a session": session_previews.move_card(at_hand(), two_days, zone=gallery.LONDON),
        "move a session, with mistakes": session_previews.move_card(
            at_hand(), move, problems={**wrong, "reason": "Say why."}, zone=gallery.LONDON
        ),
        "places of a session": session_questions.places_card(
            at_hand(),
            PlacesAsked(session_id=UUID(int=1), places="few"),
            problems={"places": session_questions.too_few_places(AFFECTED, 3)},
            zone=gallery.LONDON,
        ),
        "trainers of a session": session_questions.trainers_card(
            at_hand(),
            TrainersAsked(session_id=UUID(int=1), trainers=str(UUID(int=503))),
            trainers(60),
            problems={"trainers": "Choose the trainers again."},
            zone=gallery.LONDON,
        ),
    }


def _previews() -> dict[str, Reply]:
    added = AddedSession(**new_session(5).model_dump(), session_id=UUID(int=2))
    move = SessionMove(
        **form_of(gallery.session(), zone=gallery.LONDON).model_dump() | {"reason": REASON}
    )
    chosen = TrainersChange(
        session_id=UUID(int=1), trainers=added.trainers, seen=str(UUID(int=500))
    )
    end = SessionEnd(session_id=UUID(int=1), reason=REASON, seen=2)
    others = [OtherDate(gallery.session(days=days), "places") for days in (14, 21, 28)]
    planned = TrainersPlanned(
        chosen, frozenset(one.id for one in trainers(5)[2:]), outlook(clashing=9).clashes
    )
    return {
        "preview of a session": session_previews.add_preview(
            gallery.course(),
            added,
            outlook(clashing=9),
            trainers(60),
            interested=12,
            zone=gallery.LONDON,
        ),
        "preview of a session that was refused": session_previews.add_preview(
            gallery.course(),
            added,
            outlook(clashing=0),
            trainers(5),
            interested=1,
            refused="The start lies in the past. Choose a day and a time to come.",
            zone=gallery.LONDON,
        ),
        "preview of a move": session_previews.move_preview(
            at_hand(), move, outlook(clashing=6), free_to_leave=True, zone=gallery.LONDON
        ),
        "preview of a move of a changed session": session_previews.move_preview(
            at_hand(affected=NOBODY),
            move,
            outlook(clashing=0),
            free_to_leave=False,
            has_changed=True,
            zone=gallery.LONDON,
        ),
        "cancel a session": session_questions.cancel_question(
            at_hand(), end, others, zone=gallery.LONDON
        ),
        "cancel a session without a reason": session_questions.cancel_question(
            at_hand(affected=NOBODY),
            end,
            [],
            problems={"reason": "Say why, in a few words."},
            zone=gallery.LONDON,
        ),
        "preview of places": session_questions.places_preview(
            at_hand(), 60, phase=Phase.OFFERS, has_changed=True, zone=gallery.LONDON
        ),
        "preview of trainers": session_questions.trainers_preview(
            at_hand(), planned, trainers(60), zone=gallery.LONDON
        ),
    }


def _lists() -> dict[str, Reply]:
    story = SessionStory(
        SessionChange(
            session_id=UUID(int=1),
            position=1,
            step=SessionStep.MOVED,
            at=NOW,
            details="From Tue 14 Jan 2025, 10:00 to 12:30, in person, " + "Town Hall, " * 40,
            reason=REASON,
        ),
        gallery.practitioner(),
    )
    pair = ClashingPair(
        SessionOfCourse(gallery.session(), gallery.course()),
        SessionOfCourse(gallery.session(), gallery.course()),
        trainers=trainers(3),
        same_venue=True,
        bookings=12,
    )
    return {
        "session history": session_lists.session_history(
            gallery.course(),
            gallery.session(),
            [story] * (session_lists.HISTORY_ROWS + 1),
            zone=gallery.LONDON,
        ),
        "empty session history": session_lists.session_history(
            gallery.course(), gallery.session(), [], zone=gallery.LONDON
        ),
        "clashes": session_lists.clashes(ClashesPage([pair] * 5, 12), zone=gallery.LONDON),
        "no clashes": session_lists.clashes(ClashesPage((), 0), zone=gallery.LONDON),
    }
