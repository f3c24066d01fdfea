"""Jobs and schedules in PostgreSQL: what is slow or timed, done by `work` processes (SKIP LOCKED, woken by NOTIFY).

A job is put in the transaction that makes it needed and deleted in the transaction that did it. One that keeps
failing is set aside as failed, with its error's class, for an operator to see and try again. A schedule is done every so
often by one worker of however many: its row is held while it is done, and says afterwards when it is due again.

What asks somebody outside (`Outside`) does so with no transaction open, because relays wait for every open one: it is
taken for PATIENCE seconds, asks, and is settled in a second transaction. Who dies in between leaves it to be done again.
"""

from __future__ import annotations

import json
import logging
import select
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Concatenate, Generic, NoReturn, ParamSpec, TypeVar

import psycopg
from opentelemetry.trace import Span, SpanKind
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import PendingRollbackError, SQLAlchemyError

from chassis import database, telemetry
from chassis.outbox import BULK, LIVE, current_lane, in_lane
from chassis.rewrapping import Rewrapping

ATTEMPTS = 150  # with the pauses between them, about a day: a mail server may be away that long
PATIENCE = (
    120  # seconds a job may take; after that the database ends its transaction, or another worker may take it
)
LONGEST_PAUSE = 600.0  # seconds until a job that failed is done again, at most
AGAIN = 60.0  # seconds until a schedule that failed is done again, at most
LOOK_EVERY = 1.0
WAKE = "jobs"
Asked = ParamSpec("Asked")
Result = TypeVar("Result")
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


@dataclass(frozen=True)
class Outside(Generic[Asked, Result]):
    """What asks somebody outside. `ask` ends its transactions before it does; what it returns is done in the one that settles.

    At least once: a worker that dies before it has settled leaves it to be asked again.
    """

    ask: Callable[Concatenate[Engine, Asked], Callable[[Connection], Result]]


JobHandler = Callable[[Connection, Job], None] | Outside[[Job], None]


@dataclass(frozen=True)
class Schedule:
    """Something done every `seconds`, in one transaction; `do` says whether more of it waits, to be done at once."""

    name: str
    seconds: float
    do: Callable[[Connection], bool] | Outside[[], bool]


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
            " count(*) filter (where failed_at is null and attempts > 0 and last_error is not null),"
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
            handler = self.handlers[job.kind]
            if isinstance(handler, Outside):
                _count(tx, job, PATIENCE)
            else:
                with self._span(job, row.trace), in_lane(lane):
                    self._attempt(tx, job, lambda held: handler(held, job))
        if isinstance(handler, Outside):
            with self._span(job, row.trace), in_lane(lane):
                settle = _asked(partial(handler.ask, self.db, job))
                with self.db.begin() as tx:
                    self._attempt(tx, job, settle)
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
            schedule = by_name[name]
            do = schedule.do
            if isinstance(do, Outside):
                tx.execute(text(_TAKE_SCHEDULE), {"name": name, "seconds": PATIENCE})
            else:
                with self._span_of(schedule), in_lane(BULK):
                    self._scheduled(tx, schedule, do)
        if isinstance(do, Outside):
            with self._span_of(schedule), in_lane(BULK):
                settle = _asked(partial(do.ask, self.db))
                with self.db.begin() as tx:
                    self._scheduled(tx, schedule, settle)
        return True

    def _scheduled(self, tx: Connection, schedule: Schedule, do: Callable[[Connection], bool]) -> None:
        """Run it in a savepoint; say when it is due again, and of what class went wrong."""
        pause, error = schedule.seconds, None
        try:
            with tx.begin_nested():
                pause = 0.0 if do(tx) else schedule.seconds
        except Exception as failure:
            if database.is_away(failure) or isinstance(failure, PendingRollbackError):
                raise
            _log.warning("schedule %s failed: %s", schedule.name, type(failure).__name__)
            pause, error = min(schedule.seconds, AGAIN), type(failure).__name__
        tx.execute(text(_DUE_AGAIN), {"name": schedule.name, "seconds": pause, "error": error})

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

    def _span_of(self, schedule: Schedule) -> AbstractContextManager[Span]:
        return telemetry.span(f"{self.service} does {schedule.name}", SpanKind.CONSUMER)

    def _attempt(self, tx: Connection, job: Job, do: Callable[[Connection], None]) -> None:
        """Run it in a savepoint, so that its failure can be written down in the same transaction."""
        try:
            with tx.begin_nested():
                do(tx)
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


def _asked(ask: Callable[[], Callable[[Connection], Result]]) -> Callable[[Connection], Result]:
    """What there is to settle; where asking failed, its failure."""
    try:
        return ask()
    except Exception as failure:
        return partial(_fail, failure)


def _fail(failure: Exception, _: Connection) -> NoReturn:
    raise failure


def _note_failure(tx: Connection, job: Job, error: str) -> None:
    _count(tx, job, min(2**job.attempts, LONGEST_PAUSE), error)


def _count(tx: Connection, job: Job, pause: float, error: str | None = None) -> None:
    """Count an attempt: the job is due again after `pause`, or set aside where this was the last; not where another has it now."""
    values = {"id": job.id, "attempts": job.attempts + 1, "pause": pause, "error": error, "most": ATTEMPTS}
    tx.execute(text(_COUNT), values)


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
_TAKE_SCHEDULE = (
    "update schedules set due_at = clock_timestamp() + make_interval(secs => :seconds) where name = :name"
)
_COUNT = """
update jobs set attempts = :attempts, last_error = coalesce(:error, last_error),
  run_at = clock_timestamp() + make_interval(secs => :pause),
  failed_at = case when :attempts >= :most then clock_timestamp() end
where id = :id and attempts <= :attempts
"""


def _trace() -> str:
    return json.dumps(telemetry.outgoing())
