"""What people answered: trainers see their own sessions, coordinators everything."""

from bot.cards import summaries as cards
from bot.flows.bookings import session_called
from bot.payloads import Nothing, SessionNamed
from bot.summary_payloads import (
    SummaryComments,
    SummaryOfCourse,
    SummaryOfPeriod,
    SummaryOfSession,
)
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.errors import NotFound
from trainingbot.evaluations import comment_queries
from trainingbot.evaluations.summary import evaluation_summary, scope_of_session, sessions_in
from trainingbot.evaluations.summary_queries import (
    last_session_taught,
    newest_year,
    refuse_strangers,
)
from trainingbot.evaluations.summary_views import EvaluationSummary, Scope
from trainingbot.people.queries import is_coordinator


async def summary(visit: Visit, nothing: Nothing) -> Reply:
    """Ask what is to be summed up."""
    del nothing
    coordinator = await is_coordinator(visit.db, visit.practitioner.id)
    year = visit.now.astimezone(visit.zone).year
    return cards.which_summary(years=[year, year - 1] if coordinator else [])


async def summary_of_session(visit: Visit, asked: SummaryOfSession) -> Reply:
    """Sum up a session, for its trainers and for coordinators."""
    session_id = asked.session_id
    if session_id is None:
        named = SessionNamed(session_code=asked.session_code or "-")
        session_id = (await session_called(visit, named)).session_id
    return await _summed_up(visit, await scope_of_session(visit.db, session_id, zone=visit.zone))


async def summary_of_last_session(visit: Visit, nothing: Nothing) -> Reply:
    """Sum up the last session that the person taught and that is over."""
    del nothing
    last = await last_session_taught(visit.db, visit.practitioner.id, now=visit.now)
    if last is None:
        raise NotFound(
            "You have taught no session that is over. Name one, such as “summary of S26-014”."
        )
    return await summary_of_session(visit, SummaryOfSession(session_id=last))


async def summary_of_course(visit: Visit, asked: SummaryOfCourse) -> Reply:
    """Sum up a course in a year, for coordinators."""
    year = asked.year or await newest_year(visit.db, course_id=asked.course_id, zone=visit.zone)
    year = year or visit.now.astimezone(visit.zone).year
    return await _summed_up(visit, Scope(year, asked.course_id))


async def summary_of_period(visit: Visit, asked: SummaryOfPeriod) -> Reply:
    """Sum up a year, for coordinators."""
    return await _summed_up(visit, Scope(asked.year))


async def summary_comments(visit: Visit, asked: SummaryComments) -> Reply:
    """List the comments of a summary, a group and a page at a time."""
    scope = Scope(asked.year, asked.course_id, asked.session_id)
    if asked.session_id is not None:
        scope = await scope_of_session(visit.db, asked.session_id, zone=visit.zone)
    summed_up = await _summary(visit, scope)
    groups = comment_queries.groups_of(summed_up.comments)
    group = asked.group if asked.group in groups else next(iter(groups), "")
    lines = (
        await comment_queries.list_comments(
            visit.db,
            *sessions_in(scope, visit.zone),
            group=group,
            limit=cards.COMMENTS,
            offset=(asked.page - 1) * cards.COMMENTS,
        )
        if group
        else []
    )
    return cards.comments_card(summed_up, lines, groups, group=group, page=asked.page)


async def _summed_up(visit: Visit, scope: Scope) -> Reply:
    return cards.summary_card(await _summary(visit, scope))


async def _summary(visit: Visit, scope: Scope) -> EvaluationSummary:
    await refuse_strangers(visit.db, scope.session_id, actor_id=visit.practitioner.id)
    return await evaluation_summary(
        visit.db,
        scope,
        zone=visit.zone,
        now=visit.now,
        threshold=visit.settings.small_number,
    )
