"""Who may read the original text of which record, what for, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from chassis import database
from chassis.sealing import DataKey, Vault
from services.recording.domain.glass import Glass

_GLASS = """
select g.id, g.event_id, g.actor, g.organisation, g.purpose, g.case_number, g.broken_at, g.expires_at, g.ended_at, g.reads,
  g.reason_sealed, g.key_id, g.wrapped, coalesce(e.reference, '') as reference
from glasses g left join events e on e.id = g.event_id
"""
_OPEN = (
    "g.actor = :actor and g.event_id = cast(:event_id as uuid) and g.ended_at is null and g.expires_at > :now"
)


def lock(tx: Connection, actor: str, event_id: str) -> None:
    """One at a time for this actor and event, until the transaction ends: people double-click."""
    database.hold_name(tx, f"glass {actor} {event_id}")


def add(tx: Connection, glass: Glass, key: DataKey, reason_sealed: bytes) -> None:
    tx.execute(
        text(
            "insert into glasses (id, event_id, actor, organisation, purpose, case_number, reason_sealed, key_id, wrapped,"
            " broken_at, expires_at) values (cast(:id as uuid), cast(:event_id as uuid), :actor, :organisation, :purpose,"
            " :case_number, :reason_sealed, :key_id, :wrapped, :broken_at, :expires_at)"
        ),
        {
            "id": glass.glass_id,
            "event_id": glass.event_id,
            "actor": glass.actor,
            "organisation": glass.organisation,
            "purpose": glass.purpose,
            "case_number": glass.case_number,
            "reason_sealed": reason_sealed,
            "key_id": key.key_id,
            "wrapped": key.wrapped,
            "broken_at": glass.broken_at,
            "expires_at": glass.expires_at,
        },
    )


def open_of(tx: Connection, vault: Vault, actor: str, event_id: str, now: datetime) -> Glass | None:
    """The glass that an actor has broken for an event and that lasts still."""
    values = {"actor": actor, "event_id": event_id, "now": now}
    row = tx.execute(text(f"{_GLASS} where {_OPEN} order by g.broken_at desc limit 1"), values).one_or_none()
    return _glass(row, vault) if row else None


def earlier(tx: Connection, vault: Vault, actor: str, event_id: str) -> list[Glass]:
    """Every glass that an actor has broken for an event, with its reason."""
    rows = tx.execute(
        text(f"{_GLASS} where g.actor = :actor and g.event_id = cast(:event_id as uuid)"),
        {"actor": actor, "event_id": event_id},
    )
    return [_glass(row, vault) for row in rows]


def read_through(tx: Connection, glass_id: str) -> None:
    """Count a reading."""
    tx.execute(text("update glasses set reads = reads + 1 where id = cast(:id as uuid)"), {"id": glass_id})


def end(tx: Connection, actor: str, event_id: str, now: datetime) -> str | None:
    """End what an actor has broken for an event; its id, None where nothing lasted."""
    ended = f"update glasses g set ended_at = :now where {_OPEN} returning cast(g.id as text)"
    values = {"actor": actor, "event_id": event_id, "now": now}
    return tx.execute(text(ended), values).scalars().first()


def page(tx: Connection, vault: Vault | None, actor: str, after: str, most: int) -> Sequence[Glass]:
    """Glasses, newest first, of one actor or (empty) of all; with their reasons where a vault is given."""
    where = ["true"]
    if actor:
        where.append("g.actor = :actor")
    if after:
        where.append("g.id < cast(:after as uuid)")
    rows = tx.execute(
        text(f"{_GLASS} where {' and '.join(where)} order by g.id desc limit :most"),
        {"actor": actor, "after": after, "most": most},
    )
    return [_glass(row, vault) for row in rows]


def _glass(row: Row[Any], vault: Vault | None) -> Glass:
    glass_id = str(row.id)
    made = Glass(
        glass_id,
        str(row.event_id),
        row.reference,
        row.actor,
        row.organisation,
        row.purpose,
        row.case_number,
        row.broken_at,
        row.expires_at,
        row.ended_at,
        row.reads,
    )
    return made if vault is None or not row.wrapped else _with_reason(made, row, vault)


def _with_reason(made: Glass, row: Row[Any], vault: Vault) -> Glass:
    """A reason whose key was thrown away is erased, and stays so."""
    key = vault.unwrap(row.key_id, bytes(row.wrapped), made.glass_id)
    reason = key.open(bytes(row.reason_sealed), made.place_of_reason())
    return Glass(**{**vars(made), "reason": reason})
