"""What the service needs, and whether it is there."""

import os
import platform
import sqlite3
from collections.abc import Sequence

from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from trainingbot.db import WAL_IS_SOUND_FROM, Database, journal_mode
from trainingbot.errors import TrainingBotError
from trainingbot.findings import Finding
from trainingbot.mailing_checks import mail_findings
from trainingbot.migrations import newest_revision
from trainingbot.people.queries import agencies_by_name
from trainingbot.settings import Settings
from trainingbot.unreachable import open_once, shown, trouble_of


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything the service needs and change nothing."""
    return [
        Finding(is_well=True, subject="Python", sentence=platform.python_version()),
        *await _database(settings),
        _serving(settings),
        _coordinators(settings),
        *await mail_findings(settings),
    ]


async def _database(settings: Settings) -> list[Finding]:
    try:
        database = Database(settings.database_url)
    except TrainingBotError as error:
        return [Finding(is_well=False, subject="Database", sentence=error.sentence)]
    where = shown(settings.database_url)
    file = settings.sqlite_file
    try:
        if file is not None and not file.exists():
            return [_database_to_make(settings, where), _sqlite(journal_mode())]
        if file is not None:
            open_once(file)
        return await _reached(database, where, settings.exempt_agencies)
    except (DBAPIError, NoFreeConnection, sqlite3.Error) as error:
        sentence = f"{where} cannot be reached: {trouble_of(error) or type(error).__name__}."
        return [Finding(is_well=False, subject="Database", sentence=sentence)]
    finally:
        await database.close()


def _database_to_make(settings: Settings, where: str) -> Finding:
    folder = settings.sqlite_file.absolute().parent if settings.sqlite_file else None
    if folder is None or not folder.is_dir():
        sentence = f"{where} cannot be made, for there is no folder {folder}. Make the folder."
        return Finding(is_well=False, subject="Database", sentence=sentence)
    if not os.access(folder, os.W_OK):
        sentence = f"{where} cannot be made, for {folder} cannot be written."
        return Finding(is_well=False, subject="Database", sentence=sentence)
    sentence = f"{where} is not there yet; the first command makes it."
    return Finding(is_well=True, subject="Database", sentence=sentence)


async def _reached(database: Database, where: str, exempt_agencies: Sequence[str]) -> list[Finding]:
    question = "PRAGMA journal_mode" if database.is_sqlite else "SHOW server_version"
    async with database.reading() as db:
        connection = await db.connection()
        revision = await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )
        answer = (await connection.execute(text(question))).scalar_one()
        up_to_date = revision == newest_revision()
        agencies = await agencies_by_name(db) if up_to_date and exempt_agencies else []
    findings = [
        Finding(is_well=True, subject="Database", sentence=f"{where} can be reached."),
        _revision(revision),
        *_exempt(exempt_agencies, [agency.code for agency in agencies] if up_to_date else None),
    ]
    if database.is_sqlite:
        return [*findings, _sqlite(str(answer))]
    return [*findings, Finding(is_well=True, subject="PostgreSQL", sentence=str(answer))]


def _revision(revision: str | None) -> Finding:
    newest = newest_revision()
    if revision == newest:
        sentence = f"the database is at version {revision}, the newest."
    else:
        sentence = (
            f"the database is at version {revision or 'none'}, and this service needs {newest}. "
            f"Run: trainingbot migrate"
        )
    return Finding(is_well=revision == newest, subject="Version", sentence=sentence)


def _exempt(named: Sequence[str], known: Sequence[str] | None) -> list[Finding]:
    """Look at the agencies that are never charged, where the database can tell who they are."""
    if not named or known is None:
        return []
    there = {code.casefold() for code in known}
    missing = [code for code in named if code.casefold() not in there]
    sentence = (
        f"TRAININGBOT_EXEMPT_AGENCIES names what is no agency's code: {', '.join(missing)}. "
        f"The codes stand in agencies.csv."
        if missing
        else f"TRAININGBOT_EXEMPT_AGENCIES names {len(named)}."
    )
    return [Finding(is_well=not missing, subject="Charges", sentence=sentence)]


def _sqlite(mode: str) -> Finding:
    sound_from = ".".join(str(number) for number in WAL_IS_SOUND_FROM)
    if sqlite3.sqlite_version_info >= WAL_IS_SOUND_FROM:
        reason = "readers and the writer do not wait for each other"
    else:
        reason = (
            f"the quicker WAL can, rarely, damage a database in releases before {sound_from}, "
            f"see docs/decisions/"
        )
    sentence = f"{sqlite3.sqlite_version} with journal mode {mode.upper()}: {reason}."
    return Finding(is_well=mode.upper() == journal_mode(), subject="SQLite", sentence=sentence)


def _serving(settings: Settings) -> Finding:
    try:
        settings.refuse_unsafe_serving()
    except TrainingBotError as error:
        return Finding(is_well=False, subject="Settings", sentence=error.sentence)
    return Finding(is_well=True, subject="Settings", sentence="the service can be started.")


def _coordinators(settings: Settings) -> Finding:
    number = len(settings.coordinators)
    sentence = (
        f"TRAININGBOT_COORDINATORS names {number}."
        if number
        else "TRAININGBOT_COORDINATORS names none, so nobody is asked about a newcomer's agency."
    )
    return Finding(is_well=True, subject="Coordinators", sentence=sentence)
