"""Booking a place, seeing one's own training, giving a place back."""

from dataclasses import replace

from bot.cards import bookings as cards
from bot.cards import training as lists
from bot.cards.courses import session_card
from bot.cards.session_news import called_off_sentences
from bot.flows.cancelling import (
    asked_of,
    charge_of,
    charged_for,
    late_question,
    leaving_of,
    leaving_of_mine,
    leaving_of_new,
)
from bot.flows.checks import doubts_reply
from bot.flows.interest import wishes_below
from bot.payloads import (
    BookingChoice,
    GiveBack,
    MyTraining,
    SessionChoice,
    SessionNamed,
    TrainingView,
)
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings import operations
from trainingbot.bookings.other_dates import place_on_another_date
from trainingbot.bookings.queries import (
    coming_training,
    given_back,
    past_training,
    people_waiting,
    training_after,
    training_on,
    waitlisted_training,
)
from trainingbot.bookings.reservations import open_places_of
from trainingbot.bookings.rules import Phase, is_late, joining_link, phase
from trainingbot.bookings.views import GivenBack, TrainingPage, TrainingRow
from trainingbot.courses.queries import session_and_course, session_by_code
from trainingbot.courses.rules import places_free, what_is_offered
from trainingbot.enums import ACTIVE_BOOKINGS, BookingStatus
from trainingbot.errors import CheckWarns, NoBooking, NotFound, ReasonNeeded
from trainingbot.models import Booking, CourseSession
from trainingbot.people.queries import is_coordinator

NOT_BOOKED = "You have no booking on this session. Type “my training” to see those you have."
LISTS = {
    TrainingView.COMING: coming_training,
    TrainingView.PAST: past_training,
    TrainingView.WAITLIST: waitlisted_training,
}


async def book_place(visit: Visit, choice: BookingChoice) -> Reply:
    """Book a place, or queue, and say which it was; or ask first, where the course warns."""
    try:
        booking = await operations.book_place(
            visit.db,
            session_id=choice.session_id,
            practitioner_id=visit.practitioner.id,
            terms=visit.terms,
            despite_doubts=choice.despite_doubts,
            now=visit.now,
        )
    except CheckWarns as warned:
        return await doubts_reply(visit, choice, warned)
    row = await training_after(visit.db, booking)
    leaving = leaving_of(visit, row)
    asked = await asked_of(visit) if leaving else None
    return booking_reply(visit, row, *cards.booked_sentences(row, leaving=leaving, asked=asked))


async def book_named_session(visit: Visit, named: SessionNamed) -> Reply:
    """Book the session that somebody called by its code."""
    choice = await session_called(visit, named)
    return await book_place(visit, BookingChoice(session_id=choice.session_id))


async def show_named_session(visit: Visit, named: SessionNamed) -> Reply:
    """Show the session that somebody called by its code: their booking, or what there is."""
    choice = await session_called(visit, named)
    if await training_on(visit.db, visit.practitioner.id, session_id=choice.session_id):
        return await show_booking(visit, choice)
    found = await session_and_course(visit.db, choice.session_id)
    if found is None:
        raise NotFound(NOT_BOOKED)
    session, course = found
    openings = await open_places_of(
        visit.db, [session], agency_id=visit.practitioner.agency_id, now=visit.now
    )
    opening = openings.get(session.id)
    return session_card(
        course,
        session,
        offered=what_is_offered(
            session, open_to_them=opening.open if opening else None, now=visit.now
        ),
        opening=opening,
        leaving=leaving_of_new(visit, session),
        manages=await is_coordinator(visit.db, visit.practitioner.id),
        zone=visit.zone,
    )


async def show_booking(visit: Visit, choice: SessionChoice) -> Reply:
    """Show one of a person's own bookings."""
    training = await own_training(visit, choice)
    manages = await is_coordinator(visit.db, visit.practitioner.id)
    said = await charge_of(visit, training)
    if training.booking.status == BookingStatus.OFFERED:
        said = await offered_sentences(visit, training)
    also_on = await place_instead_of_which(visit, training)
    return booking_reply(visit, training, *said, manages=manages, also_on=also_on)


async def place_instead_of_which(visit: Visit, row: TrainingRow) -> CourseSession | None:
    """Return the date on which somebody who waits for this one has a place of the same course."""
    if row.booking.status not in {BookingStatus.OFFERED, BookingStatus.WAITLISTED}:
        return None
    return await place_on_another_date(visit.db, visit.practitioner, row.session, now=visit.now)


async def offered_sentences(visit: Visit, row: TrainingRow) -> tuple[str, ...]:
    """Say of an open offer until when, and what giving the place back would mean later."""
    return cards.offer_sentences(
        row,
        leaving=leaving_of_new(visit, row.session),
        asked=await asked_of(visit),
        zone=visit.zone,
    )


async def ask_to_cancel(visit: Visit, choice: SessionChoice) -> Reply:
    """Ask before a place is given back; where there is none to give, show how it stands."""
    row = await own_training(visit, choice)
    if row.booking.status not in ACTIVE_BOOKINGS or row.session.starts_at <= visit.now:
        return booking_reply(visit, row)
    if is_late(row.session, row.booking, terms=visit.terms, now=visit.now):
        return await late_question(visit, row, GiveBack(session_id=row.session.id))
    waiting = 0
    if phase(row.session, terms=visit.terms, now=visit.now) == Phase.OFFERS:
        waiting = await people_waiting(visit.db, row.session.id)
    return cards.cancel_question(
        row, waiting=waiting, leaving=leaving_of(visit, row), zone=visit.zone
    )


async def ask_to_cancel_named(visit: Visit, named: SessionNamed) -> Reply:
    """Ask before the place on the session that somebody called by its code is given back."""
    return await ask_to_cancel(visit, await session_called(visit, named))


async def cancel_booking(visit: Visit, given: GiveBack) -> Reply:
    """Give a place back, and say what became of it; late, and without a reason, ask for one."""
    try:
        booking = await operations.cancel_booking(
            visit.db,
            session_id=given.session_id,
            practitioner_id=visit.practitioner.id,
            reason=given.words or None,
            late_reason=given.late_reason,
            terms=visit.terms,
            now=visit.now,
        )
    except ReasonNeeded as refused:
        row = await own_training(visit, given)
        missing = refused.sentence if given.late_reason else ""
        return await late_question(visit, row, given, missing=missing)
    await visit.db.flush()
    sentences = cards.cancelled_sentences(await _became_of_place(visit, booking))
    charged = await charged_for(visit, booking)
    return booking_reply(visit, await training_after(visit.db, booking), *sentences, *charged)


async def _became_of_place(visit: Visit, booking: Booking) -> GivenBack:
    """Tell what giving back came to, and whether those who wait have been told of a free place."""
    given = await given_back(visit.db, booking)
    session = await visit.db.get_one(CourseSession, booking.session_id)
    for_the_first = (
        given.had_place
        and not given.passed_on
        and places_free(session) > 0
        and phase(session, terms=visit.terms, now=visit.now) == Phase.BROADCAST
    )
    told = for_the_first and await people_waiting(visit.db, session.id) > 0
    return replace(given, told=told)


async def my_training(visit: Visit, view: MyTraining) -> Reply:
    """Show a page of one of a person's own lists; the last one where there are not so many."""
    page = await _list(visit, view)
    if page.total and not page.rows:
        view = view.model_copy(update={"page": -(-page.total // lists.ROWS)})
        page = await _list(visit, view)
    leaving = leaving_of_mine(visit, page.rows)
    on_waitlist = view.view == TrainingView.WAITLIST and view.page == 1
    below = await wishes_below(visit) if on_waitlist else []
    return lists.training_list(page, view, leaving=leaving, below=below, zone=visit.zone)


async def _list(visit: Visit, view: MyTraining) -> TrainingPage:
    return await LISTS[view.view](
        visit.db,
        visit.practitioner.id,
        limit=lists.ROWS,
        offset=(view.page - 1) * lists.ROWS,
        now=visit.now,
    )


async def session_called(visit: Visit, named: SessionNamed) -> SessionChoice:
    """Return the session that somebody called by its code. Raises `NotFound`."""
    session = await session_by_code(visit.db, named.session_code)
    if session is None:
        raise NotFound(
            f"There is no session {named.session_code.upper()}. "
            "Type “courses” to see what there is."
        )
    return SessionChoice(session_id=session.id)


async def own_training(visit: Visit, choice: SessionChoice) -> TrainingRow:
    """Return a person's own booking on a session, or raise `NoBooking`."""
    row = await training_on(visit.db, visit.practitioner.id, session_id=choice.session_id)
    if row is None:
        raise NoBooking(NOT_BOOKED)
    return row


def booking_reply(
    visit: Visit,
    row: TrainingRow,
    *said: str,
    manages: bool = False,
    old_calendar_url: str | None = None,
    also_on: CourseSession | None = None,
) -> Reply:
    """Show a booking, with what has just happened; an open offer always says until when."""
    if row.booking.status == BookingStatus.OFFERED and not said:
        leaving = leaving_of_new(visit, row.session)
        said = cards.offer_sentences(row, leaving=leaving, zone=visit.zone)
    if row.booking.status == BookingStatus.SESSION_CANCELLED and not said:
        said = called_off_sentences(row.session)
    in_calendar = row.booking.status in {BookingStatus.CONFIRMED, BookingStatus.CANCELLED}
    return cards.booking_card(
        row,
        *said,
        begun=row.session.starts_at <= visit.now,
        calendar_url=visit.calendar_url(row.booking.id) if in_calendar else None,
        leaving=leaving_of(visit, row),
        manages=manages,
        substitutes=visit.terms.policy.substitutes,
        old_calendar_url=old_calendar_url,
        also_on=also_on,
        join_url=joining_link(row.session, row.booking, now=visit.now),
        zone=visit.zone,
    )
