"""How far each file of a former system has been taken over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, text

from services.recording.store import at_once

_LOCK = "hashtextextended(:name, 6)"


@dataclass(frozen=True)
class Progress:
    """How many rows of a file are settled, what became of them, and whether that is all of them."""

    rows_done: int
    sums: Mapping[str, Any]
    finished: bool


def progress(tx: Connection, kind: str, file_hash: bytes) -> Progress | None:
    """How far a file is; None when nobody has begun it."""
    row = tx.execute(
        text("select rows_done, sums, finished_at from imports where kind = :kind and file_hash = :hash"),
        {"kind": kind, "hash": file_hash},
    ).one_or_none()
    return None if row is None else Progress(row.rows_done, row.sums, row.finished_at is not None)


def keep_progress(tx: Connection, kind: str, file_hash: bytes, size: int, reached: Progress) -> None:
    """Remember how far a file is; `size` in bytes."""
    values = {"kind": kind, "hash": file_hash, "size": size, "rows": reached.rows_done}
    tx.execute(
        text(
            "insert into imports (kind, file_hash, size, rows_done, sums, finished_at)"
            " values (:kind, :hash, :size, :rows, cast(:sums as jsonb), case when :finished then now() end)"
            " on conflict (kind, file_hash) do update set rows_done = excluded.rows_done, sums = excluded.sums,"
            " updated_at = now(), finished_at = excluded.finished_at"
        ),
        values | {"sums": orjson.dumps(dict(reached.sums)).decode(), "finished": reached.finished},
    )


@contextmanager
def alone(db: Engine, kind: str, file_hash: bytes) -> Iterator[None]:
    """Keep others from the same file meanwhile; OperationalError (lock timeout) while another has it.

    The lock is the connection's, so it goes with a process that is killed.
    """
    name = {"name": f"import:{kind}:{file_hash.hex()}"}
    with at_once(db) as connection:
        connection.execute(text(f"select pg_advisory_lock({_LOCK})"), name)
        try:
            yield
        finally:
            connection.execute(text(f"select pg_advisory_unlock({_LOCK})"), name)


@dataclass(frozen=True)
class Earlier:
    """A response that was brought before: the hash of what was brought, and whether people changed it since."""

    content: bytes
    changed: bool


def responses(tx: Connection, references: Sequence[str]) -> dict[str, Earlier]:
    """Which of these numbers of the former system are held, under whatever organisation."""
    found = tx.execute(
        text(
            "select r.legacy_reference, r.version > 1 as changed, v.content from safety_responses r"
            " join safety_response_versions v on v.response_id = r.id and v.version = 1"
            " where r.legacy_reference = any(:references)"
        ),
        {"references": list(references)},
    )
    return {row.legacy_reference: Earlier(bytes(row.content), row.changed) for row in found}


def organisation_called(tx: Connection, written: str) -> str:
    """The code of the one organisation with this code or, in any case of letters, this name; empty where none or several."""
    found = tx.execute(
        text(
            "select code from organisations where code = upper(:written) or lower(name) = lower(:written)"
            " order by code = upper(:written) desc limit 2"
        ),
        {"written": written.replace("\0", "")},
    ).scalars()
    codes = list(found)
    return codes[0] if len(codes) == 1 or (codes and codes[0] == written.upper()) else ""
