"""No-show figures for coordinators, each with what is counted, out of what, and what that means."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import DateInput

from bot import phrases
from bot.cards.for_others import beside
from bot.cards.pieces import (
    Button,
    Element,
    button,
    buttons,
    card,
    heading,
    line,
    row,
    subheading,
    subtle,
)
from bot.cards.roster import agency_name, short_name
from bot.register_payloads import NoShowsAsked, RepeatedNoShowsAsked
from bot.turns import Reply
from trainingbot.attendance.no_shows import (
    Group,
    Grouping,
    NoShowFigures,
    Period,
    RepeatedNoShow,
    last_twelve_months,
)
from trainingbot.attendance.rates import NO_SHOW_RATE, RATES

ROWS = 10
MOST_OF_A_TITLE = 120
"""Titles say their level at the end, so they are cut off later than names."""
_BY = {Grouping.COURSE: "By course", Grouping.AGENCY: "By agency", Grouping.MONTH: "By month"}


def no_show_card(
    figures: NoShowFigures, period: Period, asked: NoShowsAsked, *, problem: str = ""
) -> Reply:
    """Show the no-shows of a period, in all and in groups; `problem` is wrong with the days."""
    first = (asked.page - 1) * ROWS
    shown = figures.groups[first : first + ROWS]
    share = NO_SHOW_RATE.share(figures.overall)
    formats = "All formats" if asked.every_format else "Courses only"
    others = [one for one in Grouping if one != asked.by]
    return card(
        heading("No-shows"),
        line(_days(period)),
        subtle(f"{formats}. {_BY[asked.by]}."),
        *(line(f"{rate.name}: {rate.share(figures.overall)}") for rate in RATES),
        *_beside(figures),
        buttons(
            *(button(_BY[one], "no_shows", _other(asked, by=one)) for one in others),
            button(
                "Courses only" if asked.every_format else "All formats",
                "no_shows",
                _other(asked, every_format=not asked.every_format),
            ),
        ),
        subheading(f"{_BY[asked.by]}: {NO_SHOW_RATE.numerator} of {NO_SHOW_RATE.denominator}"),
        *(_group(one, asked.by) for one in shown),
        *([] if shown else [line("No session of these days has a closed register.")]),
        *_which_page(len(figures.groups), asked.page),
        line(NO_SHOW_RATE.definition),
        *_days_asked(period, problem),
        actions=_actions(figures, period, asked),
        summary=f"No-shows, {_days(period)}: {share}",
    )


def _days(period: Period) -> str:
    return f"{phrases.date_of(period.begins)} to {phrases.date_of(period.ends)}"


def _beside(figures: NoShowFigures) -> list[Element]:
    """Say what the rates leave out."""
    overall, said = figures.overall, []
    if overall.unbooked:
        said.append(f"Came without a booking, not counted above: {overall.unbooked:,}")
    if overall.not_known:
        sessions = phrases.counted(figures.sessions_open, "session")
        places = phrases.counted(overall.not_known, "place")
        said.append(f"Not known yet, not counted: {places} on {sessions} whose register is open")
    return [subtle(one) for one in said]


def _group(group: Group, by: Grouping) -> Element:
    if by == Grouping.MONTH:
        name = phrases.month_name(group.name)
    else:
        name = phrases.plain(group.name[:MOST_OF_A_TITLE]) if group.name else agency_name(None)
    return row(name, [line(str(NO_SHOW_RATE.share(group.outcomes)))], None)


def _days_asked(period: Period, problem: str) -> list[Element]:
    return [
        *beside(problem),
        DateInput(id="begins", label="From", value=period.begins.isoformat()),
        DateInput(id="ends", label="To", value=period.ends.isoformat()),
    ]


def _other(asked: NoShowsAsked, **values: object) -> NoShowsAsked:
    return asked.model_copy(update={"page": 1, **values})


def _actions(figures: NoShowFigures, period: Period, asked: NoShowsAsked) -> list[Button]:
    show = button(
        "Show these days",
        "no_shows",
        NoShowsAsked(by=asked.by, every_format=asked.every_format),
        with_inputs=True,
    )
    actions: list[Button] = [show]
    if asked.page * ROWS < len(figures.groups):
        following = asked.model_copy(update={"page": asked.page + 1})
        actions.append(button("More", "no_shows", following))
    if asked.page > 1:
        actions.append(
            button("Back", "no_shows", asked.model_copy(update={"page": asked.page - 1}))
        )
    repeated = RepeatedNoShowsAsked(ends=period.ends.isoformat())
    return [*actions, button("Repeated", "repeated_no_shows", repeated)]


def repeated_card(
    found: Sequence[RepeatedNoShow],
    total: int,
    *,
    ends: date,
    asked: RepeatedNoShowsAsked,
    zone: ZoneInfo,
) -> Reply:
    """Show a coordinator who did not come twice or more within twelve months."""
    period = last_twelve_months(ends)
    actions: list[Button] = []
    if asked.page * ROWS < total:
        following = asked.model_copy(update={"page": asked.page + 1})
        actions.append(button("More", "repeated_no_shows", following))
    if asked.page > 1:
        earlier = asked.model_copy(update={"page": asked.page - 1})
        actions.append(button("Back", "repeated_no_shows", earlier))
    said = f"{phrases.people(total)} with two or more no-shows in twelve months"
    return card(
        heading("Repeated no-shows"),
        line(_days(period)),
        line(f"{said}, of all formats."),
        *(_repeated(one, zone) for one in found),
        *_which_page(total, asked.page),
        subtle("Only coordinators see this. Ask what keeps people from coming before you judge."),
        subtle(NO_SHOW_RATE.definition),
        actions=[
            *actions,
            button(
                "No-show figures",
                "no_shows",
                NoShowsAsked(begins=period.begins.isoformat(), ends=period.ends.isoformat()),
            ),
        ],
        summary=said,
    )


def _repeated(one: RepeatedNoShow, zone: ZoneInfo) -> Element:
    times = phrases.counted(one.no_shows, "no-show")
    return row(
        short_name(one.practitioner.name),
        [
            subtle(agency_name(one.agency)),
            line(f"{times}, the last on {phrases.day(one.latest, zone)}"),
        ],
        None,
    )


def _which_page(total: int, page: int) -> list[Element]:
    pages = -(-total // ROWS)
    return [subtle(f"Page {page} of {pages}")] if pages > 1 else []
