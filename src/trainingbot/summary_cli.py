"""`trainingbot summary`: what people answered in a year, as the chat shows it.

What the command needs is imported in it, so that `trainingbot --help` answers at once.
"""

# ruff: noqa: PLC0415 - the tables and the database take most of a second to import

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from trainingbot.cli import refusals_said, run_with_database
from trainingbot.errors import NotFound

if TYPE_CHECKING:
    from trainingbot.db import Database
    from trainingbot.evaluations.summary_views import (
        EvaluationSummary,
        RatingSummary,
        StatementSummary,
    )

app = typer.Typer(pretty_exceptions_show_locals=False)
DAY = ["%Y-%m-%d"]
WHOLE_YEARS = (
    "A summary is of one calendar year, from 1 January to 31 December: of two periods that differ "
    "by a few people it could be told what these few answered."
)


@app.command()
def summary(
    begins: Annotated[
        datetime, typer.Option("--from", formats=DAY, help="The first day, a 1 January.")
    ],
    ends: Annotated[
        datetime, typer.Option("--to", formats=DAY, help="The last day, 31 December of that year.")
    ],
    *,
    course: Annotated[
        str, typer.Option("--course", metavar="CODE", help="Only this course, such as C02.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Sum up the evaluations of a calendar year, or of a course in it.

    What fewer people answered than TRAININGBOT_SMALL_NUMBER is not shown, nor what would tell it.
    """
    import json

    from trainingbot.clock import utc_now
    from trainingbot.courses.queries import every_course
    from trainingbot.evaluations.summary import evaluation_summary
    from trainingbot.evaluations.summary_views import Scope
    from trainingbot.settings import load_settings

    if (begins.month, begins.day, ends.month, ends.day) != (1, 1, 12, 31) or (
        begins.year != ends.year
    ):
        raise typer.BadParameter(WHOLE_YEARS)

    async def work(database: "Database") -> "EvaluationSummary":
        async with database.reading() as db:
            named = [one for one in await every_course(db) if _is(one.code, course)]
            if course and not named:
                raise NotFound(f"There is no course {course}.")
            return await evaluation_summary(
                db,
                Scope(begins.year, named[0].id if course else None),
                zone=settings.zone,
                now=utc_now(),
                threshold=settings.small_number,
            )

    with refusals_said():
        settings = load_settings()
        found = run_with_database(settings, work)
    typer.echo(json.dumps(found.as_json()) if as_json else "\n".join(lines_of(found)))


def _is(code: str, named: str) -> bool:
    return code.casefold() == named.strip().casefold()


def lines_of(summary: "EvaluationSummary") -> Iterator[str]:
    """Yield a summary as lines of text, words and figures."""
    from trainingbot.evaluations.summary_views import ATTENDED_ARE, RESPONSES_ARE

    yield summary.title
    if summary.withheld:
        yield summary.withheld
        return
    yield f"{summary.responses} answered ({RESPONSES_ARE})"
    yield f"{summary.attended} came ({ATTENDED_ARE})"
    for rating in summary.ratings:
        yield from ("", *_rating_lines(rating))
    for statement in summary.statements:
        yield from ("", *_statement_lines(statement))
    counts = summary.comments
    yield ""
    yield (
        f"Comments: {counts.shown} to show, {counts.suggestions} of them suggestions; "
        f"{counts.held} held, {counts.unread} not read yet"
    )
    for one in counts.themes:
        told = ", ".join(f"{count} {label}" for label, count in one.sentiments.items())
        yield f"  {one.theme or 'no theme'}: {told}"
    yield f"Fewer than {summary.threshold} answers are not shown, nor what would tell them."


def _rating_lines(rating: "RatingSummary") -> Iterator[str]:
    from trainingbot.evaluations import gain as statistics

    gain = rating.gain
    once = "few" if rating.once is None else rating.once
    yield f"{rating.key.capitalize()}: {gain.n} pairs; {once} answered only afterwards"
    yield from (f"  {note}" for note in gain.notes)
    if gain.change is None:
        return
    if not rating.exact:
        yield f"  mean about {gain.before:.1f} before, {gain.after:.1f} after"
        return
    yield f"  {gain.rose} rose, {gain.same} stayed the same, {gain.fell} fell"
    yield f"  mean {gain.before:.2f} before, {gain.after:.2f} after, change {gain.change:+.2f}"
    if gain.interval:
        yield f"  {gain.interval[0]:.2f} to {gain.interval[1]:.2f} ({statistics.INTERVAL})"
    if gain.test:
        yield f"  z = {gain.test.z:.3f}, p = {gain.test.p:.3g} ({statistics.TEST})"
        yield f"  effect {gain.test.effect:+.2f} ({statistics.EFFECT})"
    if gain.ceiling:
        yield "  over a third were at 4 or 5 before, so there was little room to rise"
    points = (f"{at}: {_said(people)}" for at, people in enumerate(rating.after, start=1))
    yield f"  afterwards {', '.join(points)}"


def _statement_lines(statement: "StatementSummary") -> Iterator[str]:
    from trainingbot.evaluations.summary_views import AGREEMENTS

    yield f"{statement.wording} ({statement.answered} answered)"
    for name, people in zip(AGREEMENTS, statement.shown, strict=True):
        yield f"  {name}: {_said(people)}"


def _said(people: int | None) -> str:
    return "not shown" if people is None else str(people)
