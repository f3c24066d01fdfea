"""Conformance runs and what was asked meanwhile, in the sandbox; and, in the live store, who has passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from services.recording.domain.conformance import LOST, Attempt, Found, Passed, Record, Run, State
from services.recording.domain.safety_events import Change

_COLUMNS = "id, client, product, product_version, question_set, started_at, passed_at, found"
_OPEN = "exists (select from runs where client = :client and passed_at is null)"

_ADD_RUN = text("""
insert into runs (id, client, product, product_version, question_set, started_at)
values (cast(:run_id as uuid), :client, :product, :product_version, :question_set, :started_at)
""")
_ADD_ATTEMPT = text(f"""
insert into attempts (client, interaction, about, outcome, codes, at)
select :client, :interaction, :about, :outcome, :codes, :at where {_OPEN}
""")
_LOSE = text("""
insert into attempts (client, interaction, about, outcome, codes, at)
select client, :interaction, :about, :outcome, '{}', :at from runs
where client = :client and passed_at is null and id = cast(:run_id as uuid) and not exists (
  select from attempts where client = :client and about = :about and outcome = :outcome)
returning id
""")
_RECORDS = text("""
select e.local_reference, e.id, e.reference, e.event_type, array_agg(r.change order by r.revision) as changes,
  array_agg(r.summary->>'worst_physical' order by r.revision) as harms,
  (array_agg(r.question_set order by r.revision desc))[1] as question_set,
  (array_agg(r.reason order by r.revision desc))[1] as reason
from events e join revisions r on r.event_id = e.id
where e.recorder_id = :client and e.local_reference = any(:references)
group by e.id
order by e.state = 'recorded', e.id
""")
_ATTEMPTS = text("""
select interaction, about, outcome, codes from attempts
where client = :client and about = any(:about) and at >= :since order by id
""")
_KEEP_PASSED = text("""
insert into conformance (product, product_version, question_set, passed_at)
values (:product, :product_version, :question_set, :passed_at) on conflict do nothing
""")


def add_run(tx: Connection, run: Run) -> None:
    names = ("run_id", "client", "product", "product_version", "question_set", "started_at")
    tx.execute(_ADD_RUN, {name: getattr(run, name) for name in names})


def find_run(tx: Connection, client: str, run_id: str) -> Run | None:
    """A run of this client."""
    try:
        values = {"client": client, "id": str(UUID(run_id))}
    except ValueError:
        return None
    found = f"select {_COLUMNS} from runs where id = cast(:id as uuid) and client = :client"
    row = tx.execute(text(found), values).one_or_none()
    return _run(row) if row else None


def open_runs(tx: Connection, client: str) -> list[str]:
    """The ids of a client's runs that have not passed."""
    found = "select id from runs where client = :client and passed_at is null"
    return [str(one) for one in tx.execute(text(found), {"client": client}).scalars()]


def close(tx: Connection, run_id: str, found: Sequence[Found], at: datetime) -> None:
    """Keep what was found of a run that has passed."""
    written = orjson.dumps([[one.state.value, one.said] for one in found]).decode()
    tx.execute(
        text(
            "update runs set passed_at = :at, found = cast(:found as jsonb)"
            " where id = cast(:id as uuid) and passed_at is null"
        ),
        {"id": run_id, "at": at, "found": written},
    )


def add_attempts(tx: Connection, client: str, attempts: Iterable[Attempt], at: datetime) -> None:
    """Note what a client asked for, if it has an open run."""
    rows = [_noted(client, one, at) | {"codes": list(one.codes)} for one in attempts]
    if rows:
        tx.execute(_ADD_ATTEMPT, rows)


def lose(tx: Connection, client: str, run_id: str, attempt: Attempt, at: datetime) -> bool:
    """Note that the answer to an attempt is lost; False, and nothing noted, where one was before."""
    values = _noted(client, attempt, at) | {"run_id": run_id, "outcome": LOST}
    return tx.execute(_LOSE, values).first() is not None


def records(tx: Connection, client: str, references: Sequence[str]) -> dict[str, Record]:
    """What a client has recorded under these references: the newest that lives, else the newest."""
    rows = tx.execute(_RECORDS, {"client": client, "references": list(references)})
    return {row.local_reference: _record(row) for row in rows}


def attempts(tx: Connection, client: str, about: Sequence[str], since: datetime) -> list[Attempt]:
    """What a client asked for about any of these, in the order in which it came."""
    rows = tx.execute(_ATTEMPTS, {"client": client, "about": list(about), "since": since})
    return [Attempt(row.interaction, row.about, row.outcome, tuple(row.codes)) for row in rows]


# ---- in the live store ---------------------------------------------------------------------------------------


def keep_passed(tx: Connection, one: Passed) -> None:
    """Remember for ever that a product has passed; the first time counts."""
    names = ("product", "product_version", "question_set", "passed_at")
    tx.execute(_KEEP_PASSED, {name: getattr(one, name) for name in names})


def passed(tx: Connection) -> list[Passed]:
    """Every product that has passed, by name, the newest version of the question set first."""
    rows = tx.execute(
        text(
            "select product, product_version, question_set, passed_at from conformance"
            " order by lower(product), product, question_set desc, passed_at desc, product_version"
        )
    )
    return [Passed(row.product, row.product_version, row.question_set, row.passed_at) for row in rows]


def _noted(client: str, one: Attempt, at: datetime) -> dict[str, Any]:
    said = {"interaction": one.interaction, "about": one.about, "outcome": one.outcome}
    return said | {"client": client, "at": at}


def _run(row: Any) -> Run:
    found = tuple(Found(State(state), said) for state, said in row.found)
    plain = (row.client, row.product, row.product_version, row.question_set, row.started_at, row.passed_at)
    return Run(str(row.id), *plain, found)


def _record(row: Any) -> Record:
    return Record(
        event_id=str(row.id),
        reference=row.reference,
        question_set=row.question_set,
        event_type=row.event_type,
        changes=tuple(Change(one) for one in row.changes),
        harms=tuple(one or "" for one in row.harms),
        reason=row.reason,
    )
