"""What need not be kept any longer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

_REQUESTS = text("""
delete from requests where (client, key) in (
  select client, key from requests where until < :now and until < '9999-01-01'
  order by until limit :most for update skip locked)
""")


def forget_requests(tx: Connection, now: datetime, most: int) -> int:
    """Forget requests that a later one may not be the same as any more, `most` at once; how many."""
    return tx.execute(_REQUESTS, {"now": now, "most": most}).rowcount


def recorded_by(tx: Connection, account_id: str) -> list[str]:
    """The ids of every event that an account recorded, oldest first."""
    found = tx.execute(
        text("select cast(id as text) from events where recorder_id = :id order by id"), {"id": account_id}
    )
    return [str(one) for one in found.scalars()]


def forget_drafts_of(tx: Connection, account_id: str) -> int:
    return tx.execute(text("delete from drafts where author_id = :id"), {"id": account_id}).rowcount
