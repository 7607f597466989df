"""`trainingbot notices …`: what is owed, sent and stuck, and trying again what is stuck.

What a command needs is imported in it, so that `trainingbot --help` answers at once.
"""

# ruff: noqa: PLC0415 - the tables and the database take most of a second to import

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from trainingbot.cli import refusals_said, run_with_database
from trainingbot.enums import NoticeKind
from trainingbot.notices.views import Listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trainingbot.db import Database
    from trainingbot.notices.overview import Counts
    from trainingbot.notices.views import NoticeLine
    from trainingbot.settings import Settings

app = typer.Typer(
    help="List what is owed, sent and stuck, and try again what is stuck.",
    invoke_without_command=True,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def notices(
    context: typer.Context,
    *,
    state: Annotated[
        Listed | None,
        typer.Option(
            help="List those in this state only; without, what is owed and what was given up."
        ),
    ] = None,
    kind: Annotated[
        NoticeKind | None, typer.Option(metavar="KIND", help="List this kind only.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many rows to list.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say how many notices of each kind are in each state, and list the longest due of them.

    Notices and people are named by their ids alone.
    """
    if context.invoked_subcommand is not None:
        return
    import json

    from trainingbot.clock import utc_now
    from trainingbot.notices.overview import count_notices, list_notices
    from trainingbot.notices.rules import quiet_until
    from trainingbot.settings import load_settings

    async def work(database: "Database") -> "tuple[Counts, Sequence[NoticeLine]]":
        now = utc_now()
        async with database.reading() as db:
            counts = await count_notices(db, now=now)
            lines = await list_notices(
                db,
                listed=state,
                kind=kind,
                limit=limit,
                by_mail=settings.sends_mail,
                quiet_until=quiet_until(settings, now=now),
                now=now,
            )
        return counts, lines

    with refusals_said():
        settings = load_settings()
        counts, lines = run_with_database(settings, work)
    if as_json:
        typer.echo(json.dumps(_as_json(counts, lines)))
        return
    for line in (*_table(counts), "", *(_sentence(one, settings) for one in lines)):
        typer.echo(line)


@app.command()
def retry(
    ids: Annotated[
        list[UUID] | None, typer.Argument(metavar="ID", help="The notices to try again.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Try again everything that is stuck.")
    ] = False,
) -> None:
    """Try again now what was given up or has failed, unless it is too late for it.

    Running it again does no harm: what is on its way is left alone.
    """
    from trainingbot.clock import utc_now
    from trainingbot.notices.stuck import retry_notices
    from trainingbot.settings import load_settings

    async def work(database: "Database") -> int:
        async with database.writing() as db:
            chosen = None if everything else ids
            return len(await retry_notices(db, chosen, now=utc_now()))

    if everything == bool(ids):
        raise typer.BadParameter(
            "Say which notices to try again: their ids, or --all for everything that is stuck. "
            "trainingbot notices --state stuck lists them."
        )
    with refusals_said():
        count = run_with_database(load_settings(), work)
    typer.echo(f"{count} put back, to be tried now.")
    if ids and count < len(set(ids)):
        typer.echo(f"{len(set(ids)) - count} left alone: not stuck, too late, or not there.")


def _as_json(counts: "Counts", lines: "Sequence[NoticeLine]") -> dict[str, Any]:
    return {
        "counts": {kind.value: dict(of_kind) for kind, of_kind in counts.items()},
        "notices": [line.as_json() for line in lines],
    }


def _table(counts: "Counts") -> list[str]:
    """Return the counts as lines of one width, a kind a line."""
    if not counts:
        return ["Nobody has been owed a message yet."]
    width = max(len(kind) for kind in counts)
    columns = {state: max(len(state), 6) for state in Listed}
    heads = [f"{state:>{wide}}" for state, wide in columns.items()]
    rows = [
        [f"{kind:<{width}}", *(f"{of_kind[state]:>{wide}}" for state, wide in columns.items())]
        for kind, of_kind in counts.items()
    ]
    return ["  ".join(cells) for cells in ([" " * width, *heads], *rows)]


def _sentence(line: "NoticeLine", settings: "Settings") -> str:
    def at(moment: datetime) -> str:
        return f"{moment.astimezone(settings.zone):%Y-%m-%d %H:%M}"

    parts = [
        f"{line.id}  {line.kind}  {line.state}",
        f"due {at(line.due_at)}",
        f"until {at(line.expires_at)}",
        f"{line.attempts} tried",
    ]
    if line.finished_at is not None:
        parts.append(f"ended {at(line.finished_at)}")
    if line.channel is not None:
        parts.append(f"by {line.channel}")
    if line.failure is not None:
        parts.append(f"because of {line.failure}")
    if line.waits_for is not None:
        parts.append(f"waits for {line.waits_for}")
    return ", ".join(parts)
