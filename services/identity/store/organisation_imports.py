"""Files of organisations: what was received, what is still to be done of it, and which lines could not be taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from services.identity.domain.importing import Import
from services.identity.domain.organisation_files import Refused

_COLUMNS = "id, kind, source, state, received_at, finished_at, lines, done, added, changed, unchanged, skipped, refused"


def receive_one_at_a_time(tx: Connection, kind: str) -> None:
    tx.execute(text("select pg_advisory_xact_lock(7304104, hashtext(:kind))"), {"kind": kind})


def of_content(tx: Connection, kind: str, digest: bytes, as_of: datetime) -> Import | None:
    """The newest import of this kind, if it is of this very file; else one of it that was so `as_of` or later."""
    row = tx.execute(
        text(
            f"select {_COLUMNS} from (select *, coalesce(as_of, received_at) as was_so, row_number() over newest as place"
            " from organisation_imports where kind = :kind"
            " window newest as (order by coalesce(as_of, received_at) desc, id desc)) as known"
            " where digest = :digest and (place = 1 or was_so >= :as_of) order by place limit 1"
        ),
        {"kind": kind, "digest": digest, "as_of": as_of},
    ).one_or_none()
    return _import(row) if row else None


def add(
    tx: Connection,
    import_id: str,
    kind: str,
    source: str,
    by: str,
    digest: bytes,
    lines: int,
    pieces: Sequence[tuple[int, str]],
    now: datetime,
    as_of: datetime,
) -> None:
    tx.execute(
        text(
            "insert into organisation_imports (id, kind, source, received_by, digest, received_at, lines, as_of)"
            " values (:id, :kind, :source, :by, :digest, :now, :lines, :as_of)"
        ),
        {
            "id": import_id,
            "kind": kind,
            "source": source,
            "by": by,
            "digest": digest,
            "now": now,
            "lines": lines,
            "as_of": as_of,
        },
    )
    tx.execute(
        text(
            "insert into organisation_import_parts (import_id, first_line, body) values (:id, :first_line, :body)"
        ),
        [{"id": import_id, "first_line": first, "body": body} for first, body in pieces],
    )


def take_part(tx: Connection, import_id: str) -> tuple[str, str, int, str, datetime] | None:
    """The next piece of a file (kind, who sent it, first line, text, when it was so), which is no longer to be done when this
    commits."""
    row = tx.execute(
        text(
            "delete from organisation_import_parts p using organisation_imports i"
            " where i.id = p.import_id and p.import_id = cast(:id as uuid) and p.first_line ="
            " (select min(first_line) from organisation_import_parts where import_id = cast(:id as uuid))"
            " returning i.kind, i.received_by, p.first_line, p.body, coalesce(i.as_of, i.received_at) as as_of"
        ),
        {"id": import_id},
    ).one_or_none()
    return (row.kind, row.received_by, row.first_line, row.body, row.as_of) if row else None


def has_parts(tx: Connection, import_id: str) -> bool:
    found = tx.execute(
        text("select exists (select from organisation_import_parts where import_id = cast(:id as uuid))"),
        {"id": import_id},
    )
    return bool(found.scalar())


def count(tx: Connection, import_id: str, sums: dict[str, int]) -> None:
    """Add to the sums of an import that is under way."""
    tx.execute(
        text(
            "update organisation_imports set state = 'running', done = done + :done, added = added + :added,"
            " changed = changed + :changed, unchanged = unchanged + :unchanged, skipped = skipped + :skipped,"
            " refused = refused + :refused where id = cast(:id as uuid)"
        ),
        {"id": import_id, **sums},
    )


def add_faults(tx: Connection, import_id: str, refused: Iterable[Refused]) -> None:
    rows = [{"id": import_id, "line": one.line, "code": one.code, "detail": one.detail} for one in refused]
    if rows:
        tx.execute(
            text(
                "insert into organisation_import_faults (import_id, line, code, detail)"
                " values (:id, :line, :code, :detail)"
            ),
            rows,
        )


def finish(tx: Connection, import_id: str, now: datetime) -> None:
    tx.execute(
        text(
            "update organisation_imports set state = 'done', finished_at = :now where id = cast(:id as uuid)"
        ),
        {"id": import_id, "now": now},
    )


def find(tx: Connection, import_id: UUID) -> Import | None:
    row = tx.execute(
        text(f"select {_COLUMNS} from organisation_imports where id = :id"), {"id": import_id}
    ).one_or_none()
    return _import(row) if row else None


def listed(tx: Connection, before: UUID | None, most: int) -> list[Import]:
    """A page, newest first; ids are in the order of time."""
    rows = tx.execute(
        text(
            f"select {_COLUMNS} from organisation_imports where cast(:before as uuid) is null or id < :before"
            " order by id desc limit :most"
        ),
        {"before": before, "most": most},
    )
    return [_import(row) for row in rows]


def faults(tx: Connection, import_id: str, most: int) -> list[Refused]:
    rows = tx.execute(
        text(
            "select line, code, detail from organisation_import_faults where import_id = cast(:id as uuid)"
            " order by line, code limit :most"
        ),
        {"id": import_id, "most": most},
    )
    return [Refused(row.line, row.code, row.detail) for row in rows]


def first_done_at(tx: Connection) -> datetime | None:
    """As of when the oldest of each kind's newest finished files is: what is here is at least as new."""
    found: datetime | None = tx.execute(
        text(
            "select min(at) from (select max(coalesce(as_of, received_at)) as at from organisation_imports"
            " where state = 'done' and kind <> 'succ' group by kind) as newest"
        )
    ).scalar()
    return found


def _import(row: Row[Any]) -> Import:
    return Import(
        str(row.id),
        row.kind,
        row.source,
        row.state,
        row.received_at,
        row.finished_at,
        row.lines,
        row.done,
        row.added,
        row.changed,
        row.unchanged,
        row.skipped,
        row.refused,
    )
