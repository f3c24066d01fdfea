"""What an audit costs once its rows lie there: sealing, keeping copies, walking along a chain, and searching a million rows.

`python -m tests.load.auditing`, on a PostgreSQL of its own; also a part of `make bench`.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from sqlalchemy import Engine, text

from chassis import auditing, database
from chassis.actors import Actor, Grant, Reach
from chassis.auditing import Trail
from deploy.local import postgres
from protos.audit.v1 import audit_pb2 as pb
from services.identity import listener, use_cases
from services.identity.domain.auditing import Wanted

TRAIL = Trail("recording")
SUPPORT = Actor("bench", "person", "", (Grant("", Reach.NATIONAL, frozenset({"identity:read-audit"})),))
SIZES = {"full": (100_000, 1_000_000, 60), "small": (10_000, 50_000, 10)}  # sealed, searched, rounds
WALK = "0198c0de-0000-7000-8000-000000000001"
_APPEND = """
insert into audit (actor, organisation, action, about, trace, revision)
select 'actor-' || n % 500, 'RZ1', 'read', gen_random_uuid(), md5(cast(n as text)), 1 from generate_series(1, :count) as n
"""
_COPIES = """
insert into audit_copies (service, no, seq, at, actor, organisation, action, about, revision, purpose, trace, detail, hash,
  subjects)
select (array['recording', 'access', 'notifications', 'identity'])[1 + n % 4], 10000000 + n, n,
  timestamptz '2024-01-01' + n * interval '30 seconds', 'actor-' || n % 5000, 'O' || n % 200,
  (array['read', 'search', 'list', 'submit', 'read-follow-up'])[1 + n % 5], 'event-' || n % 100000, 1, '',
  md5(cast(n as text)), '{}', sha256(cast(cast(n as text) as bytea)), array['event-' || n % 100000]
from generate_series(1, :count) as n
"""
SEARCHES: dict[str, dict[str, Any]] = {
    "newest": {},
    "of a person": {"actor": "actor-77"},
    "of a record": {"about": "event-77"},
    "of an action": {"action": "submit"},
    "of a service": {"service": "notifications"},
    "of a person's action": {"actor": "actor-4321", "action": "search"},
    "of nobody": {"actor": "nobody", "action": "submit"},
}


def measure(name: str) -> dict[str, Any]:
    """Every figure, at a size of SIZES."""
    rows, held, rounds = SIZES[name]
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.temporary(Path(folder)) as url,
        _engines(url) as parties,
    ):
        recording, identity = parties
        found = _chains(recording, identity, rows)
        return found | _searches(identity, held, rounds)


@contextmanager
def _engines(url: str) -> Iterator[tuple[Engine, Engine]]:
    made = []
    for service in ("recording", "identity"):
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"create database {service}")  # type: ignore[arg-type]
        own = f"{url.rpartition('/')[0]}/{service}"
        database.migrate(service, own)
        made.append(database.engine(own))
    yield made[0], made[1]
    for one in made:
        one.dispose()


def _chains(recording: Engine, identity: Engine, rows: int) -> dict[str, Any]:
    with recording.begin() as tx:
        tx.execute(text("set local statement_timeout = 0"))
        tx.execute(text(_APPEND), {"count": rows})
    sealing = _rate(rows, lambda: _until_done(recording, lambda tx: auditing.seal(tx, TRAIL)))
    with recording.begin() as tx:
        bodies = list(tx.execute(text("select body from outbox order by seq")).scalars())
    keeping = _rate(rows, lambda: _keep(identity, bodies))
    with recording.begin() as tx:
        auditing.ask(tx, WALK, 0, b"")
    walking = _rate(rows, lambda: _until_done(recording, lambda tx: _walk(tx)))
    use_cases.verify_audit(identity, SUPPORT, _now(identity))
    copies = _rate(rows, lambda: _until_done(identity, use_cases.verify_copies))
    return {
        "audit_rows": rows,
        "audit_sealed_per_second": sealing,
        "audit_copied_per_second": keeping,
        "audit_walked_per_second": walking,
        "audit_copies_walked_per_second": copies,
    }


def _searches(identity: Engine, held: int, rounds: int) -> dict[str, Any]:
    with identity.begin() as tx:
        tx.execute(text("set local statement_timeout = 0"))
        tx.execute(text(_COPIES), {"count": held})
    with identity.connect().execution_options(isolation_level="AUTOCOMMIT") as one:
        one.execute(text("set statement_timeout = 0"))
        one.execute(text("vacuum analyze audit_copies"))
        one.execute(text("set statement_timeout = '5s'"))
    times: dict[str, list[float]] = {name: [] for name in SEARCHES}
    for _ in range(rounds):
        for name, asked in SEARCHES.items():
            started = time.perf_counter()
            use_cases.search_audit(identity, SUPPORT, Wanted(**asked))
            times[name].append(time.perf_counter() - started)
    every = sorted(one for several in times.values() for one in several)
    return {
        "audit_searched_rows": held,
        "audit_search_p50_ms": {name: 1000 * statistics.median(several) for name, several in times.items()},
        "audit_search_p99_ms": 1000 * every[int(len(every) * 0.99)],
    }


def _rate(rows: int, work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return rows / (time.perf_counter() - started)


def _until_done(db: Engine, step: Callable[[Any], bool]) -> None:
    more = True
    while more:
        with db.begin() as tx:
            more = step(tx)


def _walk(tx: Any) -> bool:
    """One page; whether the walk goes on."""
    auditing.verify(tx, TRAIL)
    return bool(tx.execute(text("select 1 from audit_walks where finished_at is null")).first())


def _keep(identity: Engine, bodies: list[bytes]) -> None:
    for body in bodies:
        with identity.begin() as tx:
            listener.keep_the_rows(tx, pb.AuditSealed.FromString(bytes(body)))


def _now(db: Engine) -> Any:
    with db.begin() as tx:
        return tx.execute(text("select now()")).scalar_one()


if __name__ == "__main__":
    Console().print_json(data=measure(os.environ.get("LFPSE_BENCH_SIZE", "full")))
