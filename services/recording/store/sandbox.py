"""The schema that vendors try things in: which texts were written there, and how it is emptied.

Statements that empty it name the schema, so that they can run on whichever connection and never reach a live table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, text

SCHEMA = "sandbox"

_WRITTEN = text("""
select r.event_id, r.revision, field from revisions r
  join unnest(cast(:ids as uuid[]), cast(:revisions as int[])) as made (id, revision)
    on made.id = r.event_id and made.revision = r.revision
  cross join lateral jsonb_object_keys(r.sealed) as field
where not jsonb_exists(r.written_in, field)
""")

# Rows that go with the records that `gone` names, then everything that has an age or a client of its own.
_OF_EVENTS = (
    ("event_keys", "event_id"),
    ("revisions", "event_id"),
    ("redacted_texts", "event_id"),
    ("requests", "event_id"),
    ("handlings", "event_id"),
    ("handlings", "duplicate_of"),
    ("links", "event_id"),
    ("links", "other_event_id"),
    ("safety_response_events", "event_id"),
)
_OF_RESPONSES = (
    ("safety_response_versions", "response_id"),
    ("safety_response_events", "response_id"),
    ("redacted_texts", "event_id"),
)
_BY_THEMSELVES: Mapping[str, tuple[str, str]] = {  # table → whose, since when
    "requests": ("client", "made_at"),
    "drafts": ("author_id", "saved_at"),
    "audit": ("actor", "at"),
    "runs": ("client", "started_at"),
    "attempts": ("client", "at"),
}


def written_texts(tx: Connection, made: Iterable[tuple[str, int]]) -> dict[tuple[str, int], list[str]]:
    """The fields whose texts were written in these revisions (event id, number)."""
    asked = list(made)
    values = {"ids": [event_id for event_id, _ in asked], "revisions": [number for _, number in asked]}
    found: dict[tuple[str, int], list[str]] = {}
    for row in tx.execute(_WRITTEN, values):
        found.setdefault((str(row.event_id), row.revision), []).append(row.field)
    return found


def empty_of(tx: Connection, client: str) -> int:
    """Throw away all that a client has tried; how many records, drafts and safety responses."""
    count = sum(_empty(tx, "recorder_id = :client", "made_by = :client", {"client": client}))
    for table, (whose, _) in _BY_THEMSELVES.items():
        gone = tx.execute(text(f"delete from {SCHEMA}.{table} where {whose} = :client"), {"client": client})
        count += gone.rowcount if table == "drafts" else 0
    return count


def empty_before(tx: Connection, before: datetime, most: int) -> bool:
    """Throw away what is older, `most` rows of a table at once; whether more may wait."""
    values = {"before": before}
    more = most in _empty(tx, "reported_at < :before", "made_at < :before", values, f"limit {most}")
    for table, (_, since) in _BY_THEMSELVES.items():
        old = f"select ctid from {SCHEMA}.{table} where {since} < :before limit {most}"
        gone = tx.execute(text(f"delete from {SCHEMA}.{table} where ctid = any(array({old}))"), values)
        more = more or gone.rowcount == most
    return more


def _empty(
    tx: Connection, events: str, responses: str, values: Mapping[str, object], limit: str = ""
) -> tuple[int, int]:
    """Throw away records and safety responses of which these conditions hold; how many of each."""
    return (
        _delete(tx, "events", events, _OF_EVENTS, values, limit),
        _delete(tx, "safety_responses", responses, _OF_RESPONSES, values, limit),
    )


def _delete(
    tx: Connection,
    table: str,
    condition: str,
    parts: Iterable[tuple[str, str]],
    values: Mapping[str, object],
    limit: str,
) -> int:
    """Throw away rows of a table with all that belongs to them; how many rows of the table itself."""
    found = f"delete from {SCHEMA}.{table} where id in (select id from {SCHEMA}.{table} where {condition} {limit}) returning id"
    gone = {"gone": [str(one) for one in tx.execute(text(found), values).scalars()]}
    if not gone["gone"]:
        return 0
    if table == "events":
        _delete_remarks(tx, gone)
    for part, column in parts:
        named = f"delete from {SCHEMA}.{part} where {column} = any(cast(:gone as uuid[]))"
        tx.execute(text(named), gone)
    return len(gone["gone"])


def _delete_remarks(tx: Connection, gone: Mapping[str, object]) -> None:
    """Remarks about events, with the texts that are shown of them under their own ids."""
    tx.execute(
        text(
            f"with remark as (delete from {SCHEMA}.remarks where event_id = any(cast(:gone as uuid[])) returning id)"
            f" delete from {SCHEMA}.redacted_texts where event_id in (select id from remark)"
        ),
        gone,
    )
