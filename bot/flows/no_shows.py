"""No-show figures for coordinators: of which days, by what, and who keeps missing sessions."""

from datetime import date

from bot.cards import no_shows as cards
from bot.register_payloads import NoShowsAsked, RepeatedNoShowsAsked
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.attendance import no_shows as figures
from trainingbot.attendance.no_shows import Period, last_twelve_months
from trainingbot.dates import months_later
from trainingbot.enums import CourseKind

YEAR = 12
UNREADABLE = "These days can’t be read. Choose both, the first one first."


async def no_shows(visit: Visit, asked: NoShowsAsked) -> Reply:
    """Show a coordinator what became of the places of a period; of the last year, unless asked."""
    period, problem = _period(visit, asked)
    found = await figures.no_show_figures(
        visit.db,
        period=period,
        by=asked.by,
        kind=None if asked.every_format else CourseKind.COURSE,
        actor_id=visit.practitioner.id,
        zone=visit.zone,
        now=visit.now,
    )
    last = max(1, -(-len(found.groups) // cards.ROWS))
    asked = asked.model_copy(
        update={
            "page": min(asked.page, last),
            "begins": period.begins.isoformat(),
            "ends": period.ends.isoformat(),
        }
    )
    return cards.no_show_card(found, period, asked, problem=problem)


async def repeated_no_shows(visit: Visit, asked: RepeatedNoShowsAsked) -> Reply:
    """Show a coordinator who did not come twice or more in the twelve months up to a day."""
    ends = _day(asked.ends) or _today(visit)
    found, total = await figures.repeated_no_shows(
        visit.db,
        until=ends,
        actor_id=visit.practitioner.id,
        zone=visit.zone,
        limit=cards.ROWS,
        offset=(asked.page - 1) * cards.ROWS,
        now=visit.now,
    )
    return cards.repeated_card(found, total, ends=ends, asked=asked, zone=visit.zone)


def _period(visit: Visit, asked: NoShowsAsked) -> tuple[Period, str]:
    """Return the days that were meant, and what is wrong with what was typed.

    A month without a year is read as the next one to come, and figures are of the last one.
    """
    today = _today(visit)
    if not asked.begins and not asked.ends:
        return last_twelve_months(today), ""
    begins, ends = _day(asked.begins), _day(asked.ends)
    if begins is None or ends is None or begins > ends:
        return last_twelve_months(today), UNREADABLE
    if begins > today:
        begins, ends = months_later(begins, -YEAR), months_later(ends, -YEAR)
    return Period(begins, ends), ""


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _today(visit: Visit) -> date:
    return visit.now.astimezone(visit.zone).date()
