"""Booking for somebody else: look them up, say what it comes to, and do it."""

from bot.cards import booking_for_others as cards
from bot.cards.for_others import booked_for_sentences
from bot.flows.for_others import is_own, managed, person_of, told_of
from bot.flows.reaching import channel_to
from bot.payloads import BookingForPerson, PersonSought, SessionChoice
from bot.payloads import PersonOnSession as PersonChoice
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings import for_others as operations
from trainingbot.bookings.checks import check_booking
from trainingbot.courses.queries import session_and_course
from trainingbot.errors import (
    AgencyNotConfirmed,
    CheckRefuses,
    CheckWarns,
    NotFound,
    ReasonNeeded,
)
from trainingbot.models import Course, CourseSession
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.people.search import people_named
from trainingbot.scheduling.person import booking_outcome, bookings_on
from trainingbot.scheduling.roster import NO_SUCH_SESSION
from trainingbot.scheduling.roster_views import PersonOnSession

NO_NAME = "Type a part of the name or the e-mail address."


async def ask_to_book_for(visit: Visit, choice: SessionChoice) -> Reply:
    """Ask a coordinator who is to come to a session."""
    course, session = await _session(visit, choice)
    return cards.who_to_book(course, session, zone=visit.zone)


async def find_practitioner(visit: Visit, sought: PersonSought) -> Reply:
    """Offer a coordinator the people who may be meant."""
    course, session = await _session(visit, sought)
    if not sought.name:
        return cards.who_to_book(course, session, problem=NO_NAME, zone=visit.zone)
    found, total = await people_named(visit.db, sought.name, limit=cards.ROWS)
    bookings = await bookings_on(visit.db, session.id, [person.id for person, _ in found])
    return cards.people_found(
        course,
        session,
        found,
        total=total,
        name=sought.name,
        bookings=bookings,
        zone=visit.zone,
    )


async def preview_booking_for(visit: Visit, choice: PersonChoice) -> Reply:
    """Say to a coordinator what booking somebody comes to, and ask why."""
    return await _booking_question(visit, BookingForPerson(**choice.model_dump()))


async def book_for(visit: Visit, form: BookingForPerson) -> Reply:
    """Book somebody; where that can't be done as it is, ask again with what was typed."""
    try:
        await operations.book_for(
            visit.db,
            session_id=form.session_id,
            practitioner_id=form.practitioner_id,
            actor_id=visit.practitioner.id,
            reason=form.reason,
            terms=visit.terms,
            despite_doubts=form.despite_doubts,
            now=visit.now,
        )
    except (AgencyNotConfirmed, CheckRefuses, CheckWarns):
        # Each of them is found again by the question, which shows it and keeps the reason.
        return await _booking_question(visit, form)
    except ReasonNeeded as refused:
        return await _booking_question(visit, form, problem=refused.sentence)
    await visit.db.flush()
    person = await person_of(visit, form)
    said = booked_for_sentences(person, told=await told_of(visit, person))
    return managed(visit, person, *said)


async def _booking_question(visit: Visit, form: BookingForPerson, *, problem: str = "") -> Reply:
    person = await person_of(visit, form)
    outcome = await booking_outcome(visit.db, person, terms=visit.terms, now=visit.now)
    if outcome.changes_nothing:
        return managed(visit, person, cards.outcome_sentence(person, outcome))
    refusal = await operations.refusal_to_book_for(
        visit.db, person.session, person.practitioner.id, now=visit.now
    )
    if refusal is not None:
        return cards.cannot_be_booked(person, refusal.sentence, zone=visit.zone)
    try:
        warnings = await _warnings(visit, person)
    except CheckRefuses as refused:
        return cards.cannot_be_booked(person, refused.sentence, zone=visit.zone)
    return cards.booking_question(
        person,
        outcome,
        form,
        own=is_own(visit, person),
        by=await channel_to(visit, person.practitioner),
        problem=problem,
        warnings=warnings,
        zone=visit.zone,
    )


async def _warnings(visit: Visit, person: PersonOnSession) -> tuple[str, ...]:
    """Return what the course warns of. Raises `CheckRefuses`."""
    try:
        await check_booking(
            visit.db,
            person.session,
            practitioner_id=person.practitioner.id,
            despite_doubts=False,
            terms=visit.terms,
        )
    except CheckWarns as warned:
        return warned.sentences
    return ()


async def _session(visit: Visit, choice: SessionChoice) -> tuple[Course, CourseSession]:
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    found = await session_and_course(visit.db, choice.session_id)
    if found is None:
        raise NotFound(NO_SUCH_SESSION)
    session, course = found
    return course, session
