"""The audit of one service as a chain: rows are appended by whoever reads or writes, and sealed afterwards by `work`.

A row's hash covers every column of it and the hash before it, so that a changed, missing or exchanged row shows at its
place. Every sealed row is announced: whoever rewrites a whole chain still contradicts the copies that identity keeps.
Rows are sealed in the order (xid, seq) below `pg_snapshot_xmin`, where no row can come in between any more.
"""

from __future__ import annotations

import hashlib
import json
import logging
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import uuid_utils
from sqlalchemy import Connection, text

from chassis import outbox
from chassis.actors import system
from chassis.working import Schedule
from protos.audit.v1 import audit_pb2 as pb

AT_ONCE = 5_000  # rows sealed in one transaction
TOLD_AT_ONCE = 500  # rows in one message
WALKED_AT_ONCE = 20_000
MOST_MARKS = 1_000
MOST_FINDINGS = 100
LATE = timedelta(minutes=10)  # a row that is not sealed by then: nobody seals
SEAL_EVERY, VERIFY_EVERY = 2.0, 5.0  # seconds
AT_LEAST_EVERY = timedelta(hours=25)  # a service walks by itself when nobody has asked it for so long

CHANGED = "changed"  # the row is not what was sealed, or is another one
GONE = "gone"  # the row was sealed and is no longer there
UNLINKED = "unlinked"  # places of the chain that are no longer there
SLIPPED_IN = "slipped-in"  # a row that was never sealed lies before this place
UNSEALED = "unsealed"  # rows after this place wait too long for their seal
CUT_OFF = "cut-off"  # identity was told of more than there is
REWRITTEN = "rewritten"  # identity was told of another row at this place

_log = logging.getLogger(__name__)
_ONE_SEALER = 7_304_011  # advisory lock: two workers never fork a chain


@dataclass(frozen=True)
class Entry:
    """One row of an audit, every column of it. `detail` is JSON as the database writes it."""

    seq: int
    at: datetime
    actor: str
    organisation: str
    action: str
    about: str | None
    revision: int | None
    purpose: str
    trace: str
    detail: str


@dataclass(frozen=True)
class Trail:
    """Where a service keeps its audit: the column that numbers its rows, and a query (`:ids`) for what records are called."""

    service: str
    key: str = "id"
    called: str = ""


@dataclass(frozen=True)
class Finding:
    """Something wrong with the places `no` to `until` of a chain."""

    kind: str
    no: int
    until: int


def schedules(trail: Trail) -> tuple[Schedule, ...]:
    """What `work` does of a service's audit."""
    return (
        Schedule("seal-audit", SEAL_EVERY, partial(seal, trail=trail)),
        Schedule("verify-audit", VERIFY_EVERY, partial(verify, trail=trail)),
    )


def walk_when_asked(trail: Trail) -> Callable[[Connection, pb.AuditVerificationAsked], None]:
    """What a listener does when identity asks for a verification."""

    def walk_the_chain(tx: Connection, told: pb.AuditVerificationAsked) -> None:
        known = next((one for one in told.heads if one.service == trail.service), pb.KnownHead())
        ask(tx, told.verification_id, known.no, known.hash)

    return walk_the_chain


def beginning(service: str) -> bytes:
    """What the first hash of a service's chain covers in place of one before it."""
    return hashlib.sha256(f"lfpse audit of {service}".encode()).digest()


def link(previous: bytes, entry: Entry) -> bytes:
    """The hash of a row that follows one with hash `previous`; 32 bytes."""
    return hashlib.sha256(previous + canonical(entry)).digest()


def canonical(entry: Entry) -> bytes:
    """The bytes that are hashed: each column after its length, so that no two rows have the same."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    revision = None if entry.revision is None else str(entry.revision)
    columns = (
        str(entry.seq), at, entry.actor, entry.organisation, entry.action, entry.about, revision, entry.purpose,
        entry.trace, entry.detail,
    )  # fmt: skip
    return b"1" + b"".join(map(_sized, columns))


def _sized(value: str | None) -> bytes:
    if value is None:
        return b"\xff\xff\xff\xff"
    encoded = value.encode()
    return struct.pack(">I", len(encoded)) + encoded


# ---- sealing -----------------------------------------------------------------------------------------------


_HEAD = text("select no, seq, cast(xid as text) as xid, hash from audit_chain order by no desc limit 1")
_COLUMNS = """a.{key} as seq, a.at, a.actor, a.organisation, a.action, cast(a.about as text) as about, a.revision,
 a.purpose, a.trace, cast(a.detail as text) as detail, cast(a.xid as text) as xid"""
_WAITING = """
select {columns} from audit a
where (a.xid, a.{key}) > (cast(:xid as xid8), :seq) and a.xid < pg_snapshot_xmin(pg_current_snapshot())
order by a.xid, a.{key} limit :most
"""
_SEAL = text("""
insert into audit_chain (no, seq, xid, hash)
select no, seq, cast(xid as xid8), hash from unnest(cast(:nos as bigint[]), cast(:seqs as bigint[]),
  cast(:xids as text[]), cast(:hashes as bytea[])) as link (no, seq, xid, hash)
""")


@dataclass(frozen=True)
class _Link:
    no: int
    seq: int
    xid: str
    hash: bytes


def seal(tx: Connection, trail: Trail, most: int = AT_ONCE) -> bool:
    """Give the next rows their places and announce them; whether more may wait. Nothing while another worker seals."""
    if not tx.execute(text("select pg_try_advisory_xact_lock(:key)"), {"key": _ONE_SEALER}).scalar_one():
        return False
    head = _head(tx, trail)
    waiting = {"xid": head.xid, "seq": head.seq, "most": most}
    rows = tx.execute(_query(_WAITING, trail), waiting).all()
    sealed = list(_sealed(head, rows))
    if sealed:
        tx.execute(
            _SEAL,
            {
                "nos": [one.no for one in sealed],
                "seqs": [one.seq for one in sealed],
                "xids": [one.xid for one in sealed],
                "hashes": [one.hash for one in sealed],
            },
        )
        _announce(tx, trail, head, rows, sealed)
    return len(rows) == most


def _head(tx: Connection, trail: Trail) -> _Link:
    row = tx.execute(_HEAD).one_or_none()
    if row is None:
        return _Link(0, 0, "0", beginning(trail.service))
    return _Link(row.no, row.seq, row.xid, bytes(row.hash))


def _sealed(head: _Link, rows: Iterable[Any]) -> Iterator[_Link]:
    for row in rows:
        head = _Link(head.no + 1, row.seq, row.xid, link(head.hash, entry_of(row)))
        yield head


def entry_of(row: Any) -> Entry:
    """A row of a query that selects every column of an Entry by its name."""
    return Entry(
        row.seq, row.at, row.actor, row.organisation, row.action, row.about, row.revision, row.purpose, row.trace,
        row.detail,
    )  # fmt: skip


def _announce(
    tx: Connection, trail: Trail, before: _Link, rows: Sequence[Any], links: Sequence[_Link]
) -> None:
    for start in range(0, len(rows), TOLD_AT_ONCE):
        several, sealed = rows[start : start + TOLD_AT_ONCE], links[start : start + TOLD_AT_ONCE]
        told = pb.AuditSealed(
            service=trail.service,
            first_no=sealed[0].no,
            previous_hash=before.hash,
            last_hash=sealed[-1].hash,
            rows=[message_of(entry_of(row)) for row in several],
            called=_called(tx, trail, several),
        )
        about = f"{trail.service}:{sealed[0].no}"
        outbox.put(tx, outbox.announcement(told, about, system(trail.service).id))
        before = sealed[-1]


def _called(tx: Connection, trail: Trail, rows: Sequence[Any]) -> dict[str, str]:
    ids = sorted({row.about for row in rows if row.about})
    if not trail.called or not ids:
        return {}
    return {str(row[0]): row[1] for row in tx.execute(text(trail.called), {"ids": ids})}


def message_of(entry: Entry) -> pb.AuditRow:
    """A row as it travels."""
    row = pb.AuditRow(
        seq=entry.seq,
        actor=entry.actor,
        organisation=entry.organisation,
        action=entry.action,
        about=entry.about,
        revision=entry.revision,
        purpose=entry.purpose,
        trace=entry.trace,
        detail=entry.detail,
    )
    row.at.FromDatetime(entry.at)
    return row


def entry_from(row: pb.AuditRow) -> Entry:
    """A row that has travelled."""
    return Entry(
        row.seq,
        row.at.ToDatetime(UTC),
        row.actor,
        row.organisation,
        row.action,
        row.about if row.HasField("about") else None,
        row.revision if row.HasField("revision") else None,
        row.purpose,
        row.trace,
        row.detail,
    )


def _query(statement: str, trail: Trail) -> Any:
    return text(statement.format(columns=_COLUMNS.format(key=trail.key), key=trail.key))


# ---- walking along a chain ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """One place of a chain as it is kept: its hash, and the row that lies there, if one does."""

    no: int
    hash: bytes
    entry: Entry | None


def walk(no: int, hash: bytes, places: Iterable[Place]) -> Iterator[Finding]:
    """What is wrong with `places`, which should follow the place `no` that has `hash`.

    Each is held against the hash that is kept before it, so that one changed row is one finding.
    """
    for place in places:
        if place.no != no + 1:
            yield Finding(UNLINKED, no + 1, place.no - 1)
        elif place.entry and link(hash, place.entry) != place.hash:
            yield Finding(CHANGED, place.no, place.no)
        if place.entry is None:
            yield Finding(GONE, place.no, place.no)
        no, hash = place.no, place.hash


_ASK = text("""
insert into audit_walks (id, known_no, known_hash, upto)
select cast(:id as uuid), :no, :hash, coalesce((select max(no) from audit_chain), 0)
on conflict (id) do nothing
""")
_NEXT_WALK = text("""
select cast(id as text) as id, asked_at, known_no, known_hash, no, seq, cast(xid as text) as xid, hash, upto, rows, marks,
  findings from audit_walks where finished_at is null order by asked_at limit 1 for update skip locked
""")
_LAST_ASKED = text("select max(asked_at) from audit_walks")
_PLACES = """
select c.no, c.hash, cast(c.xid as text) as sealed_xid, c.seq as sealed_seq, a.{key} is not null as there, {columns}
from audit_chain c left join audit a on a.{key} = c.seq
where c.no > :no and c.no <= :upto order by c.no limit :most
"""
_SLIPPED_IN = """
select a.{key} as seq from audit a
where (a.xid, a.{key}) > (cast(:xid as xid8), :seq) and (a.xid, a.{key}) <= (cast(:until_xid as xid8), :until_seq)
  and not exists (select from audit_chain c where c.seq = a.{key}) limit :most
"""
_UNSEALED = """
select count(*) from (select from audit a where (a.xid, a.{key}) > (cast(:xid as xid8), :seq) and a.at < :before limit 1) as late
"""
_WALKED = text("""
update audit_walks set no = :no, seq = :seq, xid = cast(:xid as xid8), hash = :hash, rows = :rows,
  marks = cast(:marks as jsonb), findings = cast(:findings as jsonb),
  finished_at = case when :finished then now() end
where id = cast(:id as uuid)
""")


def ask(tx: Connection, walk_id: str, known_no: int, known_hash: bytes) -> None:
    """Have the chain walked by `work`; `known_…` is the last place that somebody else was told of (0 = none)."""
    tx.execute(_ASK, {"id": walk_id, "no": known_no, "hash": known_hash})


def verify(tx: Connection, trail: Trail, now: datetime | None = None) -> bool:
    """Go on with the walk that was asked for first, and announce what it found at its end; whether there is more to do."""
    at = now or datetime.now(UTC)
    row = tx.execute(_NEXT_WALK).one_or_none()
    if row is None:
        last = tx.execute(_LAST_ASKED).scalar_one()
        if last and at - last < AT_LEAST_EVERY:
            return False
        ask(tx, str(uuid_utils.uuid7()), 0, b"")
        return True
    _go_on(tx, trail, _Walk.of(trail, row), at)
    return True


@dataclass
class _Walk:
    """How far a walk has come, and what it has found."""

    id: str
    known: tuple[int, bytes]
    at: _Link
    upto: int
    rows: int
    marks: list[tuple[int, str]]
    findings: list[Finding]

    @classmethod
    def of(cls, trail: Trail, row: Any) -> _Walk:
        hash = bytes(row.hash) if row.no else beginning(trail.service)
        known = (row.known_no, bytes(row.known_hash))
        marks = [(no, mark) for no, mark in row.marks]
        findings = [Finding(*one) for one in row.findings]
        return cls(row.id, known, _Link(row.no, row.seq, row.xid, hash), row.upto, row.rows, marks, findings)

    def found(self, several: Iterable[Finding]) -> None:
        room = MOST_FINDINGS - len(self.findings)
        self.findings += list(several)[: max(room, 0)]


def _go_on(tx: Connection, trail: Trail, walking: _Walk, now: datetime) -> None:
    asked = {"no": walking.at.no, "upto": walking.upto, "most": WALKED_AT_ONCE}
    rows = tx.execute(_query(_PLACES, trail), asked).all()
    walking.found(walk(walking.at.no, walking.at.hash, [_place(row) for row in rows]))
    if rows:
        _pass_by(tx, trail, walking, rows)
    finished = len(rows) < WALKED_AT_ONCE
    if finished:
        _end(tx, trail, walking, now)
    tx.execute(
        _WALKED,
        {
            "id": walking.id,
            "no": walking.at.no,
            "seq": walking.at.seq,
            "xid": walking.at.xid,
            "hash": walking.at.hash,
            "rows": walking.rows,
            "marks": json.dumps(walking.marks),
            "findings": json.dumps([[one.kind, one.no, one.until] for one in walking.findings]),
            "finished": finished,
        },
    )


def _place(row: Any) -> Place:
    """A row that was moved in the order of sealing is as good as gone from its place."""
    there = row.there and row.xid == row.sealed_xid
    return Place(row.no, bytes(row.hash), entry_of(row) if there else None)


def _pass_by(tx: Connection, trail: Trail, walking: _Walk, rows: Sequence[Any]) -> None:
    """Leave these places behind: mark some, and look for rows between them that were never sealed."""
    last = _Link(rows[-1].no, rows[-1].sealed_seq, rows[-1].sealed_xid, bytes(rows[-1].hash))
    between = {
        "xid": walking.at.xid,
        "seq": walking.at.seq,
        "until_xid": last.xid,
        "until_seq": last.seq,
        "most": MOST_FINDINGS,
    }
    strangers = tx.execute(_query(_SLIPPED_IN, trail), between).all()
    walking.found(Finding(SLIPPED_IN, last.no, last.no) for _ in strangers[:1])
    stride = max(1, walking.upto // MOST_MARKS)
    marked = (row for row in rows if row.no % stride == 0 or row.no == walking.upto)
    walking.marks += [(row.no, bytes(row.hash).hex()) for row in marked]
    known_no, known_hash = walking.known
    walking.found(
        Finding(REWRITTEN, row.no, row.no)
        for row in rows
        if row.no == known_no and bytes(row.hash) != known_hash
    )
    walking.rows += len(rows)
    walking.at = last


def _end(tx: Connection, trail: Trail, walking: _Walk, now: datetime) -> None:
    if walking.at.no < walking.upto:
        walking.found([Finding(UNLINKED, walking.at.no + 1, walking.upto)])
    if walking.known[0] > walking.upto:
        walking.found([Finding(CUT_OFF, walking.upto + 1, walking.known[0])])
    head = _head(tx, trail)
    late = {"xid": head.xid, "seq": head.seq, "before": now - LATE}
    if tx.execute(_query(_UNSEALED, trail), late).scalar_one():
        walking.found([Finding(UNSEALED, head.no + 1, head.no + 1)])
    for one in walking.findings:
        _log.error("the audit of %s: %s, %d to %d", trail.service, one.kind, one.no, one.until)
    told = pb.AuditVerified(
        service=trail.service,
        walk_id=walking.id,
        rows=walking.rows,
        marks=[pb.AuditMark(no=no, hash=bytes.fromhex(mark)) for no, mark in walking.marks],
        findings=[pb.AuditFinding(kind=one.kind, no=one.no, until=one.until) for one in walking.findings],
    )
    told.at.FromDatetime(now)
    outbox.put(tx, outbox.announcement(told, walking.id, system(trail.service).id))
