"""`trainingbot …`: every command, of the face and of the service."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from trainingbot.cli import app as service
from trainingbot.comments_cli import app as comments
from trainingbot.errors import TrainingBotError
from trainingbot.notices_cli import app as notices
from trainingbot.settings import load_settings
from trainingbot.summary_cli import app as summary

app = typer.Typer(
    help="Book and evaluate the training of a safeguarding partnership, in Microsoft Teams.",
    no_args_is_help=True,
    add_completion=False,
    # Locals in a traceback would show secrets and people.
    pretty_exceptions_show_locals=False,
)
app.add_typer(service)
app.add_typer(summary)
app.add_typer(notices, name="notices")
app.add_typer(comments, name="comments")


@app.command()
def serve(
    *,
    local: Annotated[
        bool,
        typer.Option("--local", help="Try it out on this machine: no credentials, all believed."),
    ] = False,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    jobs: Annotated[
        bool,
        typer.Option(
            "--jobs/--no-jobs", help="Deliver what is owed, too; without, workers have to."
        ),
    ] = True,
) -> None:
    """Run the bot until ctrl-C."""
    from bot.serve import serve as run  # noqa: PLC0415 - other commands start without the web server

    given: dict[str, Any] = {"local": local or None, "host": host, "port": port}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    run(settings, say=typer.echo, jobs=jobs)


@app.command()
def worker(
    *,
    local: Annotated[
        bool,
        typer.Option("--local", help="Try it out on this machine: no credentials."),
    ] = False,
) -> None:
    """Deliver what is owed until ctrl-C; any number of them beside `serve --no-jobs`."""
    from bot.serve import deliver  # noqa: PLC0415 - as above

    deliver(load_settings(**({"local": True} if local else {})), say=typer.echo)


@app.command()
def demo(
    *,
    port: Annotated[int, typer.Option(help="The port of the bot.")] = 3978,
    playground_port: Annotated[
        int, typer.Option(help="The port of the first Playground; the others follow it.")
    ] = 56150,
) -> None:
    """Try the bot in Microsoft's Agents Playground, with a real year's programme."""
    from bot.demo.chats import prepare_demo_database  # noqa: PLC0415 - as above
    from bot.demo.run import run_demo  # noqa: PLC0415 - as above
    from trainingbot.clock import utc_now  # noqa: PLC0415 - as above

    run_demo(
        prepare_demo_database,
        say=typer.echo,
        port=port,
        playground_port=playground_port,
        now=utc_now(),
    )


@app.command()
def manifest(
    *,
    out: Annotated[Path, typer.Option(help="The package to write.")] = Path("trainingbot.zip"),
) -> None:
    """Write the Teams app package, checked against Microsoft's schema."""
    from bot.manifest import build_package  # noqa: PLC0415 - as above

    written = build_package(load_settings(), out)
    typer.echo(f"{written} is ready to be uploaded in the Teams admin centre.")


@app.command()
def mail(
    *,
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="Whose mailbox to try it with.")],
) -> None:
    """Send one test letter as the settings of e-mail say, and say what became of it."""
    import structlog  # noqa: PLC0415 - as above

    from bot.mail.trying import send_test_letter  # noqa: PLC0415 - as above
    from trainingbot.clock import utc_now  # noqa: PLC0415 - as above

    # The sentence at the end says it all; the log lines of a service would only repeat it.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    typer.echo(asyncio.run(send_test_letter(load_settings(), to=to, now=utc_now())))


def main() -> None:
    """Run a command; a refusal is one sentence on standard error and exit code 1."""
    try:
        app()
    except TrainingBotError as refusal:
        typer.echo(refusal.sentence, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
