"""Who is on a session, for its trainers and for coordinators, and the sessions of a trainer."""

from bot.cards import roster as cards
from bot.cards.mix import mix_part
from bot.flows.bookings import session_called
from bot.payloads import RosterChoice, SessionNamed, SessionsPage
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.attendance.rules import can_be_kept
from trainingbot.bookings.mix import agency_mix
from trainingbot.courses.rules import what_is_offered
from trainingbot.scheduling.roster import session_roster as roster_page
from trainingbot.scheduling.roster import taught_sessions
from trainingbot.scheduling.roster_views import RosterPage, TaughtSessions
from trainingbot.scheduling.rules import link_for_trainers


async def session_roster(visit: Visit, choice: RosterChoice) -> Reply:
    """Show a page of the roster of a session; the last one where there are not so many."""
    page = await _page(visit, choice)
    if page.total and not page.rows:
        choice = choice.model_copy(update={"page": -(-page.total // cards.ROWS)})
        page = await _page(visit, choice)
    shares = await agency_mix(visit.db, choice.session_id) if choice.page == 1 else ()
    teaches = any(one.id == visit.practitioner.id for one in page.trainers)
    return cards.roster(
        page,
        choice,
        mix=mix_part(shares, zone=visit.zone) if shares else (),
        to_come=what_is_offered(page.session, now=visit.now) not in {"begun", "cancelled"},
        join_url=link_for_trainers(page.session, now=visit.now) if teaches else None,
        has_register=can_be_kept(page.session, now=visit.now),
        zone=visit.zone,
    )


async def roster_named(visit: Visit, named: SessionNamed) -> Reply:
    """Show the roster of the session that somebody called by its code."""
    choice = await session_called(visit, named)
    return await session_roster(visit, RosterChoice(session_id=choice.session_id))


async def my_sessions(visit: Visit, view: SessionsPage) -> Reply:
    """Show a page of the sessions that a trainer teaches; the last where there are not so many."""
    page = await _taught(visit, view)
    if page.total and not page.rows:
        view = SessionsPage(page=-(-page.total // cards.SESSION_ROWS))
        page = await _taught(visit, view)
    links = {row.session.id: link_for_trainers(row.session, now=visit.now) for row in page.rows}
    return cards.my_sessions(
        page,
        view,
        links={session_id: url for session_id, url in links.items() if url},
        registers={row.session.id for row in page.rows if can_be_kept(row.session, now=visit.now)},
        zone=visit.zone,
    )


async def _page(visit: Visit, choice: RosterChoice) -> RosterPage:
    return await roster_page(
        visit.db,
        choice.session_id,
        actor_id=visit.practitioner.id,
        given_back=choice.given_back,
        limit=cards.ROWS,
        offset=(choice.page - 1) * cards.ROWS,
    )


async def _taught(visit: Visit, view: SessionsPage) -> TaughtSessions:
    return await taught_sessions(
        visit.db,
        visit.practitioner.id,
        limit=cards.SESSION_ROWS,
        offset=(view.page - 1) * cards.SESSION_ROWS,
        now=visit.now,
    )
