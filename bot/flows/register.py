"""The register of a session: marked by its trainers and by coordinators, closed, and reopened."""

from bot import phrases
from bot.cards import register as cards
from bot.cards.register_people import ROWS as PEOPLE_FOUND
from bot.cards.register_people import who_came
from bot.flows.bookings import book_named_session, session_called
from bot.payloads import (
    CourseChoice,
    Nothing,
    PersonOnSession,
    PersonSought,
    SessionChoice,
    SessionNamed,
)
from bot.register_payloads import (
    ClosingRegister,
    RegisterChoice,
    RegisterMarks,
    ReopeningRegister,
)
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.attendance import operations, queries
from trainingbot.attendance.rules import (
    refusal_to_close,
    refusal_to_look,
    refusal_to_mark,
)
from trainingbot.attendance.views import Register
from trainingbot.errors import NotFound, NotYourSession, ReasonNeeded, RegisterChanged
from trainingbot.people.search import people_named
from trainingbot.scheduling.person import bookings_on

MOST_LISTED = 5
NO_NAME = "Type a part of the name."
NO_REGISTER = (
    "There is no session of this course whose register you keep, or it has not opened yet. "
    "Type “register” to see what is open."
)


async def registers(visit: Visit, nothing: Nothing) -> Reply:
    """List the registers that the person can keep now; with only one, open it."""
    del nothing
    found = await queries.open_registers(
        visit.db, actor_id=visit.practitioner.id, limit=MOST_LISTED, now=visit.now
    )
    if len(found) == 1:
        return await register(visit, RegisterChoice(session_id=found[0][0].id))
    return cards.open_registers(found, zone=visit.zone)


async def register(visit: Visit, choice: RegisterChoice) -> Reply:
    """Show a page of the register of a session; the last one where there are not so many."""
    return await _shown(visit, choice)


async def register_named(visit: Visit, named: SessionNamed) -> Reply:
    """Show the register of the session with a code."""
    choice = await session_called(visit, named)
    return await _shown(visit, RegisterChoice(session_id=choice.session_id))


async def register_for_named(visit: Visit, named: SessionNamed) -> Reply:
    """Show the register of a session to those who keep it, and book a place for anybody else.

    "Register for S26-014" is typed by trainers, and by those who want to come.
    """
    try:
        return await register_named(visit, named)
    except NotYourSession:
        return await book_named_session(visit, named)


async def register_of_course(visit: Visit, choice: CourseChoice) -> Reply:
    """Show the register of the last session of a course that the person keeps one of."""
    session = await queries.latest_register_of_course(
        visit.db,
        choice.course_id,
        actor_id=visit.practitioner.id,
        day=choice.day,
        zone=visit.zone,
        now=visit.now,
    )
    if session is None:
        raise NotFound(NO_REGISTER)
    return await _shown(visit, RegisterChoice(session_id=session.id))


async def mark_register(visit: Visit, form: RegisterMarks) -> Reply:
    """Keep what was chosen on a page, and show it, or the page that was asked for, as it stands."""
    changed = await _save(visit, form)
    said = [f"Saved: {phrases.counted(changed, 'mark')}."] if changed or not form.then else []
    return await _shown(visit, _page(form), *said)


async def mark_everyone(visit: Visit, form: RegisterMarks) -> Reply:
    """Keep what was chosen on the page, and mark everybody attended who is not marked then."""
    await _save(visit, form)
    marked = await operations.mark_everyone(
        visit.db,
        session_id=form.session_id,
        actor_id=visit.practitioner.id,
        terms=visit.terms,
        now=visit.now,
    )
    await visit.db.flush()
    said = (
        f"{phrases.people(marked)} marked as attended. Change those who were not there, and save."
        if marked
        else "Everybody is marked already."
    )
    return await _shown(visit, _page(form), said)


async def find_for_register(visit: Visit, sought: PersonSought) -> Reply:
    """Ask who came without a booking, and offer the people who may be meant."""
    kept = await _kept(visit, RegisterChoice(session_id=sought.session_id))
    refusal = refusal_to_mark(kept.session, now=visit.now, zone=visit.zone)
    if refusal is not None:
        raise refusal
    if not sought.name:
        return who_came(kept, zone=visit.zone)
    found, total = await people_named(visit.db, sought.name, limit=PEOPLE_FOUND)
    return who_came(
        kept,
        found,
        name=sought.name,
        total=total,
        bookings=await bookings_on(visit.db, kept.session.id, [person.id for person, _ in found]),
        zone=visit.zone,
    )


async def add_to_register(visit: Visit, choice: PersonOnSession) -> Reply:
    """Put somebody onto the register who came without a booking."""
    await operations.add_unbooked(
        visit.db,
        session_id=choice.session_id,
        practitioner_id=choice.practitioner_id,
        actor_id=visit.practitioner.id,
        terms=visit.terms,
        now=visit.now,
    )
    await visit.db.flush()
    # They stand behind all the others, on the last page.
    last = RegisterChoice(session_id=choice.session_id, page=10_000)
    return await _shown(visit, last, "They are on the register.")


async def take_off_register(visit: Visit, choice: PersonOnSession) -> Reply:
    """Take somebody off the register who had been added to it."""
    await operations.take_off(
        visit.db,
        session_id=choice.session_id,
        practitioner_id=choice.practitioner_id,
        actor_id=visit.practitioner.id,
        terms=visit.terms,
        now=visit.now,
    )
    await visit.db.flush()
    last = RegisterChoice(session_id=choice.session_id, page=10_000)
    return await _shown(visit, last, "They are off the register.")


async def ask_to_close_register(visit: Visit, form: RegisterMarks) -> Reply:
    """Keep what was chosen on the page, and give a last look at who becomes a no-show."""
    kept = await _kept(visit, RegisterChoice(session_id=form.session_id))
    if kept.session.register_closed_at is not None:
        return await _shown(visit, RegisterChoice(session_id=form.session_id))
    refusal = refusal_to_close(kept.session, now=visit.now, zone=visit.zone)
    if refusal is not None:
        raise refusal
    await _save(visit, form)
    return await _close_question(visit, form)


async def close_register(visit: Visit, closing: ClosingRegister) -> Reply:
    """Close a register as it was looked at; where it is another list now, show that first."""
    try:
        async with visit.db.begin_nested():
            await operations.close_register(
                visit.db,
                session_id=closing.session_id,
                seen=closing.seen,
                actor_id=visit.practitioner.id,
                terms=visit.terms,
                now=visit.now,
            )
    except RegisterChanged as refused:
        return await _close_question(visit, closing, refused.sentence)
    said = "The register is closed. Whoever was there is asked how it was."
    return await _shown(visit, RegisterChoice(session_id=closing.session_id), said)


async def ask_to_reopen_register(visit: Visit, choice: SessionChoice) -> Reply:
    """Ask a coordinator why a closed register is opened again."""
    return await _reopen_question(visit, ReopeningRegister(session_id=choice.session_id))


async def reopen_register(visit: Visit, form: ReopeningRegister) -> Reply:
    """Open a closed register again, with the reason."""
    try:
        await operations.reopen_register(
            visit.db,
            session_id=form.session_id,
            reason=form.reason,
            actor_id=visit.practitioner.id,
            terms=visit.terms,
            now=visit.now,
        )
    except ReasonNeeded as refused:
        return await _reopen_question(visit, form, problem=refused.sentence)
    await visit.db.flush()
    said = "The register is open again. Correct it, and close it."
    return await _shown(visit, RegisterChoice(session_id=form.session_id), said)


async def _save(visit: Visit, form: RegisterMarks) -> int:
    if not form.changed:
        return 0
    changed = await operations.mark_attendance(
        visit.db,
        session_id=form.session_id,
        marks=form.changed,
        actor_id=visit.practitioner.id,
        terms=visit.terms,
        now=visit.now,
    )
    await visit.db.flush()
    return changed


def _page(form: RegisterMarks) -> RegisterChoice:
    return RegisterChoice(session_id=form.session_id, page=form.then or form.page)


async def _shown(visit: Visit, choice: RegisterChoice, *said: str) -> Reply:
    kept = await _kept(visit, choice)
    page = choice.page
    if kept.numbers.total and not kept.rows:
        page = -(-kept.numbers.total // cards.ROWS)
        kept = await _kept(visit, choice.model_copy(update={"page": page}))
    refusal = refusal_to_look(kept.session, now=visit.now, zone=visit.zone)
    if refusal is not None:
        raise refusal
    if kept.session.register_closed_at is not None:
        return cards.closed_register(kept, page, *said, zone=visit.zone)
    can_be_closed = refusal_to_close(kept.session, now=visit.now, zone=visit.zone) is None
    return cards.register_card(kept, page, *said, can_be_closed=can_be_closed, zone=visit.zone)


async def _kept(visit: Visit, choice: RegisterChoice) -> Register:
    return await queries.register_of(
        visit.db,
        choice.session_id,
        actor_id=visit.practitioner.id,
        limit=cards.ROWS,
        offset=(choice.page - 1) * cards.ROWS,
    )


async def _close_question(visit: Visit, choice: SessionChoice, *said: str) -> Reply:
    return cards.close_question(
        await _kept(visit, RegisterChoice(session_id=choice.session_id)),
        await queries.unmarked_on(visit.db, choice.session_id),
        *said,
        no_show_charge=visit.terms.policy.no_show_charge,
        zone=visit.zone,
    )


async def _reopen_question(visit: Visit, form: ReopeningRegister, *, problem: str = "") -> Reply:
    kept = await _kept(visit, RegisterChoice(session_id=form.session_id))
    if not kept.for_coordinators:
        raise NotYourSession("Only a coordinator reopens a register. Ask the training team.")
    if kept.session.register_closed_at is None:
        return await _shown(visit, RegisterChoice(session_id=form.session_id))
    return cards.reopen_question(kept, form, problem=problem, zone=visit.zone)
