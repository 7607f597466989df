"""The service's commands; those of the bot stand beside them in `bot.cli`.

What a command needs is imported in it, so that `trainingbot --help` answers at once.
"""

# ruff: noqa: PLC0415 - the tables and the database take most of a second to import

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand

from trainingbot.errors import DatabaseUnreachable, TrainingBotError

if TYPE_CHECKING:
    from trainingbot.audit.views import Audit
    from trainingbot.db import Database
    from trainingbot.settings import Settings

T = TypeVar("T")

app = typer.Typer(
    # Without a name its commands stand beside those of the app to which it is added.
    help="Training of a safeguarding partnership: programmes, places and evaluations.",
    no_args_is_help=True,
    add_completion=False,
    # Locals in a traceback would show secrets and people.
    pretty_exceptions_show_locals=False,
)


@app.command("import")
def import_folder(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder with agencies.csv, courses.csv, …")
    ],
) -> None:
    """Take a programme folder into the service: all of it, or nothing and every reason why.

    Running it again brings agencies, practitioners, courses and sessions up to date with the
    files. Bookings and evaluations are only added; what people did in the service since is kept.
    """
    from trainingbot.clock import utc_now
    from trainingbot.programme.operations import import_programme
    from trainingbot.programme.reading import read_programme
    from trainingbot.progress import progress_told
    from trainingbot.settings import load_settings
    from trainingbot.terms import terms_of

    with refusals_said():
        settings = load_settings()
        with progress_told() as told:
            reading = read_programme(folder, zone=settings.zone, told=told)

            async def work(database: "Database") -> str:
                async with database.writing() as db:
                    imported = await import_programme(
                        db,
                        reading,
                        secret=settings.signing_secret,
                        terms=terms_of(settings),
                        now=utc_now(),
                        told=told,
                    )
                return str(imported)

            summary = run_with_database(settings, work)
        typer.echo(summary)


@app.command()
def capacity(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The session, such as S25-014.")],
    places: Annotated[int, typer.Argument(metavar="PLACES", min=1, help="How many it has now.")],
) -> None:
    """Set how many places a session has; new places go to those who wait, in their order."""
    from trainingbot.clock import utc_now
    from trainingbot.courses.queries import session_by_code
    from trainingbot.errors import NotFound
    from trainingbot.scheduling.moving import change_places
    from trainingbot.settings import load_settings
    from trainingbot.terms import terms_of

    async def work(database: "Database") -> str:
        async with database.writing() as db:
            session = await session_by_code(db, code)
            if session is None:
                raise NotFound(f"There is no session {code}.")
            session = await change_places(
                db,
                session_id=session.id,
                capacity=places,
                actor_id=None,
                terms=terms_of(settings),
                now=utc_now(),
            )
            return (
                f"{session.code} has {session.capacity} places now, "
                f"of which {session.places_taken} are taken."
            )

    with refusals_said():
        settings = load_settings()
        typer.echo(run_with_database(settings, work))


@app.command()
def migrate() -> None:
    """Bring the database to the version that this service works with."""
    from trainingbot import migrations
    from trainingbot.settings import load_settings

    async def work(database: "Database") -> None:
        await migrations.migrate(database)

    with refusals_said():
        settings = load_settings()
        run_with_database(settings, work, prepared=False)
        typer.echo(f"The database is at version {migrations.newest_revision()}, the newest.")


@app.command()
def doctor() -> None:
    """Say what the service needs and does not have; exit code 1 where something is missing."""
    from trainingbot.doctor import examine
    from trainingbot.settings import load_settings

    with refusals_said():
        findings = asyncio.run(examine(load_settings()))
    for finding in findings:
        typer.echo(str(finding))
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


class AuditCommand(TyperCommand):
    """A command of which exit code 2 tells something, so that it is no mistyped option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer publishes another type than it takes here
        """Read the arguments; what cannot be read ends with exit code 1."""
        try:
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            error.exit_code = 1
            raise


@app.command(cls=AuditCommand)
def audit(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check the whole database and change nothing: places, queues, histories, notices, responses.

    Exit code 0 where all is well, 2 where something was found, and 1 where it could not look.
    Findings name ids and codes of sessions, never people.
    """
    import json

    from trainingbot.audit.queries import audit_database, reading_only
    from trainingbot.clock import utc_now
    from trainingbot.settings import load_settings
    from trainingbot.terms import terms_of

    async def work(database: "Database") -> "Audit":
        async with reading_only(database) as db:
            return await audit_database(db, terms=terms_of(settings), now=utc_now())

    with refusals_said():
        settings = load_settings()
        if settings.sqlite_file and not settings.sqlite_file.exists():
            raise DatabaseUnreachable(
                f"There is no database {settings.sqlite_file}, so there is nothing to check. "
                f"Name the one to check in TRAININGBOT_DATABASE_URL."
            )
        found = run_with_database(settings, work, prepared=False)
    typer.echo(json.dumps(found.as_json()) if as_json else "\n".join(found.lines()))
    if found.findings:
        raise typer.Exit(2)


@app.command()
def version() -> None:
    """Say which version this is."""
    from importlib import metadata

    typer.echo(f"trainingbot {metadata.version('trainingbot')}")


@contextmanager
def refusals_said() -> Iterator[None]:
    """End a command that is refused with the sentence of the refusal and exit code 1."""
    try:
        yield
    except TrainingBotError as error:
        typer.echo(error.sentence, err=True)
        raise typer.Exit(1) from error


def run_with_database(
    settings: "Settings",
    work: "Callable[[Database], Awaitable[T]]",
    *,
    prepared: bool = True,
) -> T:
    """Run the work of a command on a database that is made ready first and closed afterwards.

    Raises `DatabaseUnreachable` where the database is not there, or fails meanwhile.
    """
    from trainingbot.db import Database
    from trainingbot.migrations import prepare
    from trainingbot.unreachable import database_troubles_told, open_once

    async def run() -> T:
        database = Database(settings.database_url)
        try:
            if prepared:
                await prepare(database)
            return await work(database)
        finally:
            await database.close()

    with database_troubles_told(settings.database_url):
        if settings.sqlite_file:
            open_once(settings.sqlite_file)
        return asyncio.run(run())
