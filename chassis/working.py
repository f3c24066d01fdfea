"""Jobs and schedules in PostgreSQL: what is slow or timed, done by `work` processes (SKIP LOCKED, woken by NOTIFY).

A job is put in the transaction that makes it needed and deleted in the transaction that did it. One that keeps
failing is set aside as failed, with its error's class, for an operator to see and try again. A schedule is done every so
often by one worker of however many: its row is held while it is done, and says afterwards when it is due again.
"""

from __future__ import annotations

import json
import logging
import select
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import psycopg
from opentelemetry.trace import Span, SpanKind
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import PendingRollbackError, SQLAlchemyError

from chassis import database, telemetry
from chassis.outbox import BULK, LIVE, current_lane, in_lane
from chassis.rewrapping import Rewrapping

ATTEMPTS = 150  # with the pauses between them, about a day: a mail server may be away that long
PATIENCE = 120  # seconds a job may take; after that the database ends its transaction and it is tried again
AGAIN = 60.0  # seconds until a schedule that failed is done again, at most
LOOK_EVERY = 1.0
WAKE = "jobs"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One piece of work. `payload` may hold sealed text; it is never printed."""

    id: int
    kind: str
    about: str
    attempts: int
    payload: bytes = field(repr=False)
    lane: str = LIVE


JobHandler = Callable[[Connection, Job], None]


@dataclass(frozen=True)
class Schedule:
    """Something done every `seconds`, in one transaction; `do` says whether more of it waits, to be done at once."""

    name: str
    seconds: float
    do: Callable[[Connection], bool]


def put(tx: Connection, kind: str, key: str, about: str, payload: bytes) -> None:
    """Save a job in the current lane; one of the same kind and key that waits already is left as it is."""
    tx.execute(
        text(
            "insert into jobs (kind, key, about, bulk, payload, trace)"
            " values (:kind, :key, :about, :bulk, :payload, cast(:trace as jsonb)) on conflict (kind, key) do nothing"
        ),
        {
            "kind": kind,
            "key": key,
            "about": about,
            "bulk": current_lane() == BULK,
            "payload": payload,
            "trace": _trace(),
        },
    )
    tx.execute(text(f"select pg_notify('{WAKE}', '')"))


def backlog(tx: Connection) -> tuple[int, int, int]:
    """How many jobs wait, how many of them after a failure, and how many were set aside."""
    row = tx.execute(
        text(
            "select count(*) filter (where failed_at is null),"
            " count(*) filter (where failed_at is null and attempts > 0),"
            " count(*) filter (where failed_at is not null) from jobs"
        )
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


def sealed_to(tx: Connection, key_id: str) -> int:
    """How many jobs, those set aside too, hold something sealed to this key."""
    asked = text("select count(*) from jobs where position(cast(:id as bytea) in payload) > 0")
    return int(tx.execute(asked, {"id": key_id.encode()}).scalar_one())


@dataclass
class Worker:
    """Does one service's jobs and schedules until told to stop."""

    service: str
    db: Engine
    database_url: str = field(repr=False)
    handlers: Mapping[str, JobHandler]
    schedules: Sequence[Schedule] = ()
    rewrapping: Rewrapping | None = None
    stopping: bool = False
    connected: bool = False
    doing: Job | None = None

    def run(self) -> None:
        while not self.stopping:
            try:
                self._work_until_broken()
            except (SQLAlchemyError, psycopg.Error) as failure:
                self.connected = False
                _log.warning("the database is away (%s); trying again", type(failure).__name__)
                self.db.dispose()
                time.sleep(1)

    def stop(self) -> None:
        self.stopping = True

    def _work_until_broken(self) -> None:
        with psycopg.connect(self.database_url, autocommit=True, connect_timeout=5) as ear:
            ear.execute(f"listen {WAKE}")
            self._blame()
            self._know_schedules()
            self.connected = True
            while not self.stopping:
                if not any((self.do_scheduled(), self.do_one(), self.do_rewrapping())):
                    select.select([ear.fileno()], [], [], LOOK_EVERY)
                    for _ in ear.notifies(timeout=0):
                        pass
                    ear.execute("select 1")

    def do_one(self) -> bool:
        """Do the next job that is due; whether there was one. Raises when the database goes away meanwhile."""
        with self.db.begin() as tx:
            tx.execute(text(f"set local idle_in_transaction_session_timeout = '{PATIENCE}s'"))
            row = tx.execute(text(_CLAIM), {"kinds": list(self.handlers)}).one_or_none()
            if row is None:
                return False
            lane = BULK if row.bulk else LIVE
            job = self.doing = Job(row.id, row.kind, row.about, row.attempts, bytes(row.payload), lane)
            with self._span(job, row.trace), in_lane(lane):
                self._attempt(tx, job)
        self.doing = None
        return True

    def do_rewrapping(self) -> bool:
        """Bring a batch of what is under an old key under the new one, where that is due; whether there was any."""
        if self.rewrapping is None or not self.rewrapping.due():
            return False
        try:
            with self.db.begin() as tx:
                return self.rewrapping.do(tx)
        except Exception as failure:
            if database.is_away(failure):
                raise
            _log.error("keys are not wrapped anew: %s", type(failure).__name__)
            self.rewrapping.rest(AGAIN)
            return False

    def do_scheduled(self) -> bool:
        """Do the schedule that has been due longest and that nobody is doing; whether there was one."""
        if not self.schedules:
            return False
        by_name = {one.name: one for one in self.schedules}
        with self.db.begin() as tx:
            tx.execute(text(f"set local idle_in_transaction_session_timeout = '{PATIENCE}s'"))
            name = tx.execute(text(_CLAIM_SCHEDULE), {"names": list(by_name)}).scalar_one_or_none()
            if name is None:
                return False
            with telemetry.span(f"{self.service} does {name}", SpanKind.CONSUMER), in_lane(BULK):
                pause, error = self._scheduled(tx, by_name[name])
            tx.execute(text(_DUE_AGAIN), {"name": name, "seconds": pause, "error": error})
        return True

    def _scheduled(self, tx: Connection, schedule: Schedule) -> tuple[float, str | None]:
        """Do a schedule in a savepoint; seconds until it is due again, and the class of what went wrong."""
        try:
            with tx.begin_nested():
                return (0.0 if schedule.do(tx) else schedule.seconds), None
        except Exception as failure:
            if database.is_away(failure) or isinstance(failure, PendingRollbackError):
                raise
            _log.warning("schedule %s failed: %s", schedule.name, type(failure).__name__)
            return min(schedule.seconds, AGAIN), type(failure).__name__

    def _know_schedules(self) -> None:
        """See to it that every schedule has its row; a new one is due at once."""
        known = (
            "insert into schedules (name) select unnest(cast(:names as text[])) on conflict (name) do nothing"
        )
        if self.schedules:
            with self.db.begin() as tx:
                tx.execute(text(known), {"names": [one.name for one in self.schedules]})

    def _span(self, job: Job, trace: Mapping[str, str]) -> AbstractContextManager[Span]:
        parent = telemetry.incoming(trace)
        return telemetry.span(f"{self.service} does {job.kind}", SpanKind.CONSUMER, parent, about=job.about)

    def _attempt(self, tx: Connection, job: Job) -> None:
        """Run the handler in a savepoint, so that its failure can be written down in the same transaction."""
        try:
            with tx.begin_nested():
                self.handlers[job.kind](tx, job)
        except Exception as failure:
            if database.is_away(failure) or isinstance(failure, PendingRollbackError):
                raise
            _log.warning("%s about %s failed: %s", job.kind, job.about, type(failure).__name__)
            _note_failure(tx, job, type(failure).__name__)
        else:
            tx.execute(text("delete from jobs where id = :id"), {"id": job.id})

    def _blame(self) -> None:
        """Count an attempt that ended with a lost connection: the job may have been the cause, by taking too long."""
        if self.doing is None:
            return
        with self.db.begin() as tx:
            _note_failure(tx, self.doing, "ConnectionLost")
        self.doing = None


def _note_failure(tx: Connection, job: Job, error: str) -> None:
    tx.execute(text(_FAILED), {"id": job.id, "error": error, "most": ATTEMPTS})


def retry_failed(tx: Connection) -> int:
    """Put every job that was set aside back to work, from its first attempt; how many."""
    again = "update jobs set failed_at = null, attempts = 0, run_at = now() where failed_at is not null"
    count = tx.execute(text(again)).rowcount
    tx.execute(text(f"select pg_notify('{WAKE}', '')"))
    return count


_CLAIM = """
select id, kind, about, attempts, payload, bulk, trace from jobs
where failed_at is null and run_at <= now() and kind = any(:kinds)
order by bulk, run_at limit 1 for update skip locked
"""
_CLAIM_SCHEDULE = """
select name from schedules where due_at <= clock_timestamp() and name = any(:names)
order by due_at limit 1 for update skip locked
"""
_DUE_AGAIN = """
update schedules set due_at = clock_timestamp() + make_interval(secs => :seconds), last_error = :error,
  done_at = case when cast(:error as text) is null then clock_timestamp() else done_at end
where name = :name
"""
_FAILED = """
update jobs set attempts = attempts + 1, last_error = :error,
  run_at = now() + make_interval(secs => least(power(2, attempts), 600)),
  failed_at = case when attempts + 1 >= :most then now() end
where id = :id
"""


def _trace() -> str:
    return json.dumps(telemetry.outgoing())
