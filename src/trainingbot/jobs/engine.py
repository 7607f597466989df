"""The job engine, DBOS Transact: the only module that imports it.

See docs/decisions/0009-job-engine.md for why, and for the rules that keep it in its place.
"""

import logging
import sqlite3
import threading
from asyncio import CancelledError
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from uuid import UUID

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
)
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError, SQLAlchemyError

from trainingbot.db import Database
from trainingbot.enums import Channel
from trainingbot.jobs.attempts import Attempts
from trainingbot.jobs.queues import Limit, queue_of
from trainingbot.jobs.running import EngineJobs
from trainingbot.jobs.store import DatabaseAway, open_store, put_broken_file_aside
from trainingbot.jobs.upkeep import AT_REST, BegunJob
from trainingbot.jobs.voice import SparingLog, speak_through
from trainingbot.notices.views import DueNotice

APPLICATION = "trainingbot"
VERSION = "1"
"""By default this is a hash of the source, and a new release would strand what older ones queued.
The workflow never changes: it hands a key on."""
WORKFLOW = "deliver"
CONCURRENCY = 25
"""How many attempts of one queue run at once in one process, and so are repeated if it is killed.
A connector that answers within half a second keeps up with the highest send rate."""
THREADS = 4
"""Threads of the engine for its own book-keeping; without a bound it makes one per job."""
PURGED_AT_ONCE = 100
WRITTEN_S = 2.0
"""How long the engine has to write down what ended before it is closed."""
KEEP = timedelta(hours=6)
KEEP_BROKEN = timedelta(minutes=1)
"""How long finished jobs are kept: while one is there, its key is not run again. A job that broke
off did not do what was asked, so its key is free again soon."""
JOIN_S = 10.0
"""How long a thread of the engine has to end; it waits for the database at most so long."""


class _Process:
    """What runs in this process; DBOS is one per process too."""

    attempts: Attempts | None = None


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
async def deliver(notice_id: str, attempts: int, channel: str) -> None:
    """Hand one attempt over to the service; this runs on a loop of DBOS, in a thread of its own."""
    if _Process.attempts is None:
        raise CancelledError
    due = DueNotice(UUID(notice_id), attempts, Channel(channel))
    await _Process.attempts.hand_over(due)


class DbosBacklog:
    """The jobs in the engine's tables, reached through DBOS's public client."""

    def __init__(self, store: Engine) -> None:
        self._store = store
        self._client = DBOSClient(
            system_database_engine=store,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            retry_connection_errors=False,
        )

    def open_queue(self, name: str, limit: Limit) -> None:
        """Set a queue up as this release wants it."""
        self._client.register_queue(
            name,
            worker_concurrency=CONCURRENCY,
            limiter={"limit": limit.jobs, "period": limit.seconds},
            polling_interval_sec=AT_REST,
        )

    def add(self, batch: Iterable[DueNotice]) -> None:
        """Add jobs, all or none; a key that is there already is left as it is."""
        with self._store.begin() as connection:
            for due in batch:
                options = EnqueueOptions(
                    workflow_name=WORKFLOW,
                    workflow_id=due.key,
                    queue_name=queue_of(due),
                    app_version=VERSION,
                )
                self._client.enqueue_in_transaction(
                    connection, options, str(due.id), due.attempts, due.channel.value
                )

    def waiting(self, queue: str, *, at_most: int) -> int:
        """Count the jobs that wait in a queue, up to `at_most`."""
        found = self._client.list_workflows(
            status="ENQUEUED",
            queue_name=queue,
            limit=at_most,
            load_input=False,
            load_output=False,
        )
        return len(found)

    def pace(self, queue: str) -> float | None:
        """Return every how many seconds a queue is looked into; nothing of an unknown one."""
        known = self._client.retrieve_queue(queue)
        return known.polling_interval_sec if known else None

    def hurry(self, queue: str, *, seconds: float) -> None:
        """Have every process look into a queue every so many seconds."""
        known = self._client.retrieve_queue(queue)
        if known is not None and known.polling_interval_sec != seconds:
            known.set_polling_interval_sec(seconds)

    def begun(self, replica: str | None = None) -> list[BegunJob]:
        """Return the jobs that a process has begun and not finished, or all processes."""
        found = self._client.list_workflows(
            status="PENDING", executor_id=replica, load_input=False, load_output=False
        )
        return [BegunJob(job.workflow_id, job.queue_name, job.executor_id) for job in found]

    def resume(self, jobs: Iterable[BegunJob]) -> None:
        """Put jobs back into their queues."""
        by_queue: dict[str | None, list[str]] = {}
        for job in jobs:
            by_queue.setdefault(job.queue, []).append(job.key)
        for queue, keys in by_queue.items():
            self._client.resume_workflows(keys, queue_name=queue)

    def purge(self, *, now: datetime) -> int:
        """Delete a batch of jobs that have been finished for long enough; return how many."""
        finished = {
            ("SUCCESS", "CANCELLED"): now - KEEP,
            ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"): now - KEEP_BROKEN,
        }
        keys = [
            job.workflow_id
            for states, before in finished.items()
            for job in self._client.list_workflows(
                status=list(states),
                completed_before=before.astimezone(UTC).isoformat(),
                limit=PURGED_AT_ONCE,
                load_input=False,
                load_output=False,
            )
        ]
        if keys:
            self._client.delete_workflows(keys)
        return len(keys)

    def close(self) -> None:
        """Let go of the client; the store is its maker's."""
        self._client.destroy()


class DbosEngine:
    """DBOS in this process, for one run under the name `replica`.

    Raises `RuntimeError` when it runs already: there is one in each process.
    """

    def __init__(
        self,
        database: Database,
        *,
        replica: str,
        limits: Mapping[str, Limit],
        attempts: Attempts,
        log: SparingLog,
    ) -> None:
        if _Process.attempts is not None:
            raise RuntimeError("A job engine runs in this process already; stop that one first.")
        _Process.attempts = attempts
        self._database = database
        self._replica = replica
        self._limits = limits
        self._log = log
        self._store: Engine | None = None
        self._backlog: DbosBacklog | None = None
        self._stop_events: list[threading.Event] = []

    @property
    def backlog(self) -> DbosBacklog:
        """The jobs, once it was launched."""
        if self._backlog is None:
            raise RuntimeError("The job engine does not run.")
        return self._backlog

    def launch(self) -> None:
        """Begin to take jobs out of their queues.

        On SQLite a damaged file of its tables is put aside, and a new one made.
        """
        speak_through(logging.getLogger("dbos"), self._log)
        self._store = open_store(self._database)
        try:
            self._launch_on(self._store)
        except DatabaseError as fault:
            # SQLite says exactly this of a damaged file, and of nothing else.
            if type(fault.orig) is not sqlite3.DatabaseError:
                raise
            DBOS.destroy()
            self._backlog = None
            put_broken_file_aside(self._store)
            self._log.warning("job_file_put_aside")
            self._store = open_store(self._database)
            self._launch_on(self._store)

    def _launch_on(self, store: Engine) -> None:
        dbos = DBOS(
            config=DBOSConfig(
                name=APPLICATION,
                system_database_engine=store,
                application_version=VERSION,
                executor_id=self._replica,
                serializer=DBOSPortableJSONSerializer(),
                max_executor_threads=THREADS,
                use_listen_notify=False,
                notification_listener_polling_interval_sec=0.2,
                log_level="WARNING",
            )
        )
        self._stop_events = dbos.background_thread_stop_events
        backlog = self._backlog = DbosBacklog(store)
        try:
            # Before the launch, which begins to take jobs out by the limits that it finds.
            self._open_queues(backlog)
        except (OperationalError, ProgrammingError):
            # The tables of this release are made by its first launch, and empty.
            DBOS.launch()
            self._open_queues(backlog)
        else:
            DBOS.launch()

    def _open_queues(self, backlog: DbosBacklog) -> None:
        for name, limit in self._limits.items():
            backlog.open_queue(name, limit)

    def take_no_more(self) -> None:
        """Take no job out any more, and leave those that run.

        DBOS itself closes its event loop under the threads that take jobs out, and one that has
        just taken one waits for that loop for ever.
        """
        for event in self._stop_events:
            event.set()
        _join_threads("queue-worker-")

    def wait_until_written(self, unfinished: frozenset[str]) -> None:
        """Wait, not for long, until it is written down what ended besides `unfinished`."""
        deadline = monotonic() + WRITTEN_S
        with suppress(DatabaseAway, SQLAlchemyError):
            while monotonic() < deadline:
                if {job.key for job in self.backlog.begun(self._replica)} <= unfinished:
                    return
                sleep(0.02)

    def close(self) -> bool:
        """End every thread and connection; tell whether nothing is left to clear up after."""
        self.take_no_more()
        DBOS.destroy()
        _join_threads("dbos-executor-")
        is_clear = self._hand_back()
        if self._store is not None:
            self._store.dispose()
        logging.getLogger("dbos").handlers.clear()
        _Process.attempts = None
        return is_clear

    def _hand_back(self) -> bool:
        if self._backlog is None:
            return True
        try:
            self._backlog.resume(self._backlog.begun(self._replica))
        except (DatabaseAway, SQLAlchemyError):
            return False
        finally:
            self._backlog.close()
            self._backlog = None
        return True


def _join_threads(names: str) -> None:
    """Wait for threads by looking: one that is just being started cannot be joined yet."""
    deadline = monotonic() + JOIN_S
    while monotonic() < deadline:
        if not any(thread.name.startswith(names) for thread in threading.enumerate()):
            return
        sleep(0.005)


class DbosJobs(EngineJobs):
    """Runs attempts to send notices through DBOS.

    The engine's tables may be lost at any time, a file deleted or the schema dropped while
    nothing runs, without losing a notice: what is owed stands in the notices, and `enqueue` is
    asked for it again.
    """

    def _make_engine(self, replica: str, attempts: Attempts) -> DbosEngine:
        return DbosEngine(
            self._database,
            replica=replica,
            limits=self._limits,
            attempts=attempts,
            log=self._log,
        )
