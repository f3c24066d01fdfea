"""Copies of what every service audits, and what came of verifying them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from chassis.auditing import Entry, Finding
from services.identity.domain.auditing import Fault, Wanted

_log = logging.getLogger(__name__)

# ---- copies as they arrive

_KEEP = text("""
insert into audit_copies (service, no, seq, at, actor, organisation, action, about, revision, purpose, trace, detail, hash,
  subjects)
select :service, no, seq, at, actor, organisation, action, about, revision, purpose, trace, detail, hash,
  array_remove(string_to_array(coalesce(about, ''), ' '), '')
from unnest(cast(:no as bigint[]), cast(:seq as bigint[]), cast(:at as timestamptz[]), cast(:actor as text[]),
  cast(:organisation as text[]), cast(:action as text[]), cast(:about as text[]), cast(:revision as int[]),
  cast(:purpose as text[]), cast(:trace as text[]), cast(:detail as text[]), cast(:hash as bytea[])) as row
  (no, seq, at, actor, organisation, action, about, revision, purpose, trace, detail, hash)
on conflict (service, no) do nothing returning no
""")
_COLUMNS = (
    "seq", "at", "actor", "organisation", "action", "about", "revision", "purpose", "trace", "detail",
)  # fmt: skip


def keep(tx: Connection, service: str, rows: Sequence[tuple[int, Entry, bytes]]) -> set[int]:
    """Keep rows (place, row, hash) that are not kept yet; the places of those that were new."""
    values: dict[str, Any] = {name: [getattr(one, name) for _, one, _ in rows] for name in _COLUMNS}
    places = {"no": [no for no, _, _ in rows], "hash": [hash for _, _, hash in rows]}
    return {row.no for row in tx.execute(_KEEP, {"service": service} | values | places)}


def hashes(tx: Connection, service: str, places: Iterable[int]) -> dict[int, bytes]:
    """Place → hash, of those places that we have."""
    found = tx.execute(
        text("select no, hash from audit_copies where service = :service and no = any(:places)"),
        {"service": service, "places": list(places)},
    )
    return {row.no: bytes(row.hash) for row in found}


def head(tx: Connection, service: str) -> tuple[int, bytes]:
    """The last place that we have, and its hash; 0 when we have none."""
    newest = "select no, hash from audit_copies where service = :service order by no desc limit 1"
    row = tx.execute(text(newest), {"service": service}).one_or_none()
    return (row.no, bytes(row.hash)) if row else (0, b"")


def after(tx: Connection, service: str, no: int, upto: int, most: int) -> Sequence[Row[Any]]:
    """Copies after a place, with every column of an Entry, `hash` and `subjects`."""
    following = (
        f"select no, hash, subjects, {', '.join(_COLUMNS)} from audit_copies"
        " where service = :service and no > :no and no <= :upto order by no limit :most"
    )
    return tx.execute(text(following), {"service": service, "no": no, "upto": upto, "most": most}).all()


def keep_called(tx: Connection, called: Mapping[str, str]) -> None:
    """Remember what records are called."""
    if called:
        tx.execute(
            text(
                "insert into audit_subjects (id, reference) select * from"
                " unnest(cast(:ids as text[]), cast(:references as text[])) on conflict (id) do nothing"
            ),
            {"ids": list(called), "references": list(called.values())},
        )


def doubt(tx: Connection, service: str, found: Iterable[Finding]) -> list[Finding]:
    """Write down what did not fit, once; what was not written down before."""
    new = []
    for one in found:
        _log.error("the audit of %s: %s, %d to %d", service, one.kind, one.no, one.until)
        written = tx.execute(
            text(
                "insert into audit_doubts (service, kind, no, until) values (:service, :kind, :no, :until)"
                " on conflict (service, kind, no) do nothing"
            ),
            {"service": service, "kind": one.kind, "no": one.no, "until": one.until},
        )
        if written.rowcount:
            new.append(one)
    return new


def doubts(tx: Connection, service: str) -> list[Fault]:
    rows = tx.execute(
        text("select kind, no, until from audit_doubts where service = :service order by no limit 100"),
        {"service": service},
    )
    return [Fault("arrival", row.kind, row.no, row.until) for row in rows]


# ---- searching

_FOUND = """service, no, hash, at, actor, organisation, action, subjects, coalesce(revision, 0) as revision, purpose, trace,
 detail"""
_FILTERS = {
    "actor": "actor = :actor",
    "action": "action = :action",
    "service": "service = :service",
    "since": "at >= :since",
    "until": "at < :until",
}


def search(tx: Connection, wanted: Wanted, most: int) -> Sequence[Row[Any]]:
    """Rows, newest first. What names a record is fetched by its own index first: a planner that walks the time would not end."""
    where = [condition for name, condition in _FILTERS.items() if getattr(wanted, name)]
    values: dict[str, Any] = {name: getattr(wanted, name) for name in _FILTERS} | {"most": most}
    if wanted.after:
        where.append("at <= :after_at and (at, service, no) < (:after_at, :after_service, :after_no)")
        values |= dict(zip(("after_at", "after_service", "after_no"), wanted.after, strict=True))
    source, begin = "audit_copies", ""
    if wanted.about:
        source, values["subjects"] = "named", _subjects(tx, wanted.about)
        begin = "with named as materialized (select * from audit_copies where subjects && cast(:subjects as text[]))"
    condition = f"where {' and '.join(where)}" if where else ""
    order = "order by at desc, service desc, no desc limit :most"
    return tx.execute(text(f"{begin} select {_FOUND} from {source} {condition} {order}"), values).all()


def _subjects(tx: Connection, about: str) -> list[str]:
    """What was asked for, and the other name of the same record: its id or its reference number."""
    found = tx.execute(
        text("select id, reference from audit_subjects where id = :about or reference = :called"),
        {"about": about, "called": about.upper()},
    ).all()
    return sorted({about, about.upper(), *(name for row in found for name in row)})


def called(tx: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Id → reference number, of those that have one."""
    found = tx.execute(
        text("select id, reference from audit_subjects where id = any(:ids)"), {"ids": list(ids)}
    )
    return {row.id: row.reference for row in found}


def people(tx: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Id → name, of those that are accounts."""
    rows = tx.execute(
        text("select cast(id as text) as id, name from accounts where id = any(cast(:ids as uuid[]))"),
        {"ids": ids},
    )
    return {row.id: row.name for row in rows}


def machines(tx: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Id → product, of those that are LRMS clients."""
    rows = tx.execute(
        text("select cast(id as text) as id, product from clients where id = any(cast(:ids as uuid[]))"),
        {"ids": ids},
    )
    return {row.id: row.product for row in rows}


def held_by(tx: Connection, ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """Account → every role it ever held, with when."""
    rows = tx.execute(
        text(
            "select cast(account_id as text) as account_id, role, starts_at, ends_at from grants"
            " where account_id = any(cast(:ids as uuid[]))"
        ),
        {"ids": ids},
    )
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.account_id, []).append(row)
    return found


# ---- verifying


def newest_verification(tx: Connection) -> Row[Any] | None:
    """The verification that was asked for last: id, asked_at."""
    return tx.execute(
        text(
            "select cast(id as text) as id, asked_at from audit_verifications order by asked_at desc, id desc limit 1"
        )
    ).one_or_none()


def one_verification_at_once(tx: Connection) -> None:
    tx.execute(text("select pg_advisory_xact_lock(7304012)"))


def begin_verification(
    tx: Connection, id: str, asked_by: str, now: datetime, upto: Mapping[str, int]
) -> None:
    """A verification, and a walk along our copies of each chain up to the place that is its last now."""
    tx.execute(
        text("insert into audit_verifications (id, asked_by, asked_at) values (:id, :asked_by, :now)"),
        {"id": id, "asked_by": asked_by, "now": now},
    )
    tx.execute(
        text("insert into audit_copy_walks (verification_id, service, upto) values (:id, :service, :upto)"),
        [{"id": id, "service": service, "upto": no} for service, no in upto.items()],
    )


def next_walk(tx: Connection) -> Row[Any] | None:
    """A walk that has not ended, for this transaction alone."""
    return tx.execute(
        text(
            "select cast(verification_id as text) as verification_id, service, no, hash, upto, findings from audit_copy_walks"
            " where finished_at is null order by verification_id, service limit 1 for update skip locked"
        )
    ).one_or_none()


def walked(
    tx: Connection, id: str, service: str, no: int, hash: bytes, found: Sequence[Finding], finished: bool
) -> None:
    """How far a walk has come."""
    tx.execute(
        text(
            "update audit_copy_walks set no = :no, hash = :hash, findings = cast(:findings as jsonb),"
            " finished_at = case when :finished then now() end"
            " where verification_id = cast(:id as uuid) and service = :service"
        ),
        {
            "id": id,
            "service": service,
            "no": no,
            "hash": hash,
            "findings": json.dumps([[one.kind, one.no, one.until] for one in found]),
            "finished": finished,
        },
    )


def verification(tx: Connection, id: str) -> Row[Any] | None:
    """The verification with this id: id, asked_at."""
    asked = "select cast(id as text) as id, asked_at from audit_verifications where id = cast(:id as uuid)"
    return tx.execute(text(asked), {"id": id}).one_or_none()


def keep_answer(
    tx: Connection,
    id: str,
    service: str,
    rows: int,
    marks: Sequence[tuple[int, str]],
    found: Sequence[Finding],
    at: datetime,
) -> None:
    """What a service found; the first answer stays."""
    tx.execute(
        text(
            "insert into audit_answers (verification_id, service, rows, marks, findings, at)"
            " values (cast(:id as uuid), :service, :rows, cast(:marks as jsonb), cast(:findings as jsonb), :at)"
            " on conflict do nothing"
        ),
        {
            "id": id,
            "service": service,
            "rows": rows,
            "marks": json.dumps(marks),
            "findings": json.dumps([[one.kind, one.no, one.until] for one in found]),
            "at": at,
        },
    )


def walks_of(tx: Connection, id: str) -> dict[str, Row[Any]]:
    """Service → how far the walk along its copies is."""
    rows = tx.execute(
        text(
            "select service, no, findings, finished_at from audit_copy_walks where verification_id = cast(:id as uuid)"
        ),
        {"id": id},
    )
    return {row.service: row for row in rows}


def answers_to(tx: Connection, id: str) -> dict[str, Row[Any]]:
    """Service → what it answered."""
    rows = tx.execute(
        text(
            "select service, rows, marks, findings from audit_answers where verification_id = cast(:id as uuid)"
        ),
        {"id": id},
    )
    return {row.service: row for row in rows}
