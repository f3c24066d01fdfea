"""Codes of whoever reported without an account, and tries with wrong ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, text

from chassis.tries import Tries


@dataclass(frozen=True)
class Code:
    """The code of an event: its hash, and the code itself under the event's key while it may be shown again."""

    event_id: str
    organisation: str
    hash: bytes = field(repr=False)
    sealed: bytes | None = field(repr=False)
    ended: bool


NONE = Code("", "", b"", None, True)


def add(tx: Connection, event_id: str, hashed: bytes, sealed: bytes, now: datetime) -> None:
    tx.execute(
        text(
            "insert into follow_up_codes (event_id, code_hash, sealed, made_at)"
            " values (cast(:id as uuid), :hash, :sealed, :now)"
        ),
        {"id": event_id, "hash": hashed, "sealed": sealed, "now": now},
    )


_CODE = """
select e.id, e.organisation, c.code_hash, c.sealed, c.ended_at from events e
  left join follow_up_codes c on c.event_id = e.id where
"""


def code_of(tx: Connection, reference: str) -> Code:
    """The code for a reference number; NONE where there is no such event, or it never had one."""
    row = tx.execute(text(f"{_CODE} e.reference = :reference"), {"reference": reference}).one_or_none()
    if row is None or row.code_hash is None:
        return NONE
    sealed = bytes(row.sealed) if row.sealed else None
    return Code(str(row.id), row.organisation, bytes(row.code_hash), sealed, row.ended_at is not None)


def is_live(tx: Connection, event_id: str) -> bool:
    """Whether somebody may come back to this event with a code."""
    found = tx.execute(
        text("select 1 from follow_up_codes where event_id = cast(:id as uuid) and ended_at is null"),
        {"id": event_id},
    )
    return found.first() is not None


def end(tx: Connection, event_id: str, now: datetime) -> bool:
    """The code opens nothing any more; whether it did before."""
    ended = tx.execute(
        text(
            "update follow_up_codes set ended_at = :now, sealed = null"
            " where event_id = cast(:id as uuid) and ended_at is null"
        ),
        {"id": event_id, "now": now},
    )
    return bool(ended.rowcount)


def forget_sealed(tx: Connection, before: datetime) -> int:
    """Codes made before then are not shown again; how many there were."""
    return tx.execute(
        text("update follow_up_codes set sealed = null where made_at < :before and sealed is not null"),
        {"before": before},
    ).rowcount


# ---- tries -------------------------------------------------------------------------------------------------


def lock_tries(tx: Connection, who: bytes, now: datetime) -> Tries | None:
    """The wrong tries so far, locked until `tx` ends: those made at once are counted one by one."""
    row = tx.execute(
        text(
            "insert into follow_up_tries as known (who, tries, last_at) values (:who, 0, :now)"
            " on conflict (who) do update set tries = known.tries returning tries, last_at"
        ),
        {"who": who, "now": now},
    ).one()
    return Tries(row.tries, row.last_at) if row.tries else None


def save_tries(tx: Connection, who: bytes, tries: Tries) -> None:
    tx.execute(
        text("update follow_up_tries set tries = :tries, last_at = :last_at where who = :who"),
        {"who": who, "tries": tries.count, "last_at": tries.last_at},
    )


def forget_tries(tx: Connection, before: datetime) -> int:
    """Those that nobody has repeated since; how many there were."""
    return tx.execute(
        text("delete from follow_up_tries where last_at < :before"), {"before": before}
    ).rowcount
