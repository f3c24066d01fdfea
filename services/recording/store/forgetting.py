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
