"""Sending a colleague: the question who goes, the answer, and the news of it."""

from bot.cards import substitution as cards
from bot.flows.bookings import booking_reply, own_training, session_called
from bot.flows.cancelling import leaving_of
from bot.flows.places import place_on_course
from bot.flows.reaching import channel_to
from bot.payloads import (
    ColleagueChosen,
    ColleagueSought,
    CourseChoice,
    SessionChoice,
    SessionNamed,
)
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.checks import check_booking
from trainingbot.bookings.colleagues import colleagues_named, likely_substitutes
from trainingbot.bookings.handovers import other_end
from trainingbot.bookings.queries import training_after, training_of_booking
from trainingbot.bookings.rules import refusal_of_substitutes
from trainingbot.bookings.substitution import substitute_booking
from trainingbot.bookings.views import Colleagues, TrainingRow
from trainingbot.enums import BookingStatus
from trainingbot.errors import AlreadyBooked, CheckRefuses, CheckWarns, NotAColleague
from trainingbot.models import Notice, Practitioner


async def ask_for_substitute(visit: Visit, choice: SessionChoice) -> Reply:
    """Offer the colleagues who could take one's place; without a place, show how it stands."""
    return await find_substitute(visit, ColleagueSought(session_id=choice.session_id))


async def ask_for_substitute_named(visit: Visit, named: SessionNamed) -> Reply:
    """Do it for the session that somebody called by its code."""
    return await ask_for_substitute(visit, await session_called(visit, named))


async def ask_for_substitute_course(visit: Visit, choice: CourseChoice) -> Reply:
    """Do it for the place on a course, or ask which of several places is meant."""
    mine = await place_on_course(visit, choice)
    if len(mine) == 1:
        return await ask_for_substitute(visit, SessionChoice(session_id=mine[0].session.id))
    return cards.which_place(
        mine,
        question="Which date is a colleague to go to?",
        verb="ask_for_substitute",
        zone=visit.zone,
    )


async def find_substitute(visit: Visit, sought: ColleagueSought) -> Reply:
    """Offer the colleagues whose name was typed; without one, those who may well want to go."""
    training = await own_training(visit, sought)
    begun = training.session.starts_at <= visit.now
    if training.booking.status != BookingStatus.CONFIRMED or begun:
        return booking_reply(visit, training)
    refusal = refusal_of_substitutes(terms=visit.terms)
    if refusal is not None:
        raise refusal
    return await _question(visit, training, name=sought.name)


async def send_substitute(visit: Visit, chosen: ColleagueChosen) -> Reply:
    """Hand one's own place on to a colleague; where they cannot go, ask for somebody else."""
    try:
        given, taken = await substitute_booking(
            visit.db,
            session_id=chosen.session_id,
            practitioner_id=visit.practitioner.id,
            substitute_id=chosen.substitute_id,
            terms=visit.terms,
            now=visit.now,
        )
    except (NotAColleague, AlreadyBooked, CheckRefuses) as refused:
        training = await own_training(visit, chosen)
        return await _question(visit, training, missing=refused.sentence)
    substitute = await visit.db.get_one(Practitioner, taken.practitioner_id)
    said = cards.handed_on_sentences(substitute, by=await channel_to(visit, substitute))
    return booking_reply(visit, await training_after(visit.db, given), *said)


async def _question(
    visit: Visit, training: TrainingRow, *, name: str = "", missing: str = ""
) -> Reply:
    return cards.who_takes_the_place(
        training,
        await _colleagues(visit, training, name),
        name=name,
        missing=missing,
        zone=visit.zone,
    )


async def _colleagues(visit: Visit, training: TrainingRow, name: str) -> Colleagues:
    theme = training.course.theme
    if not name.split():
        return await likely_substitutes(
            visit.db,
            training.session,
            visit.practitioner,
            theme=theme,
            limit=cards.ROWS,
            now=visit.now,
        )
    return await colleagues_named(
        visit.db, training.session, visit.practitioner, name=name, theme=theme, limit=cards.ROWS
    )


async def stepped_in_card(visit: Visit, notice: Notice) -> Reply | None:
    """Tell a substitute in whose place they come; None once they have the place no more."""
    row = await training_of_booking(visit.db, notice.about_id)
    end = await other_end(visit.db, notice.about_id, position=notice.occurrence)
    if row is None or end is None or row.session.starts_at <= visit.now:
        return None
    if row.booking.status != BookingStatus.CONFIRMED:
        return None
    said = cards.stepped_in_sentences(
        end.practitioner,
        by_training_team=end.change.actor_id != end.practitioner.id,
        leaving=leaving_of(visit, row),
        doubts=await _doubts(visit, row),
    )
    return booking_reply(visit, row, *said)


async def substituted_card(visit: Visit, notice: Notice) -> Reply | None:
    """Tell somebody that a colleague has their place now; None once they have one again."""
    row = await training_of_booking(visit.db, notice.about_id)
    end = await other_end(visit.db, notice.about_id, position=notice.occurrence)
    if row is None or end is None or row.booking.change_count != notice.occurrence:
        return None
    said = cards.substituted_sentences(end.practitioner, reason=end.change.reason)
    return booking_reply(visit, row, *said)


async def _doubts(visit: Visit, row: TrainingRow) -> tuple[str, ...]:
    """Return what the course warns a substitute of, whom nobody has asked before."""
    try:
        await check_booking(
            visit.db,
            row.session,
            practitioner_id=row.booking.practitioner_id,
            despite_doubts=False,
            terms=visit.terms,
        )
    except CheckWarns as warned:
        return warned.sentences
    except CheckRefuses as refused:
        # The course has become stricter since: the place is theirs all the same.
        return (refused.sentence,)
    return ()
