"""What need not be kept any longer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from chassis import database

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


def hold_account(tx: Connection, account_id: str, alone: bool = False) -> None:
    """Until `tx` ends things are either saved for an account or it is erased (`alone`), never both at once."""
    database.hold_name(tx, f"account {account_id}", shared=not alone)


def mark_erased(tx: Connection, account_id: str) -> None:
    marked = text("insert into erased_accounts (account_id) values (:id) on conflict do nothing")
    tx.execute(marked, {"id": account_id})


def is_erased(tx: Connection, account_id: str) -> bool:
    found = tx.execute(text("select 1 from erased_accounts where account_id = :id"), {"id": account_id})
    return found.first() is not None


def forget_drafts_of(tx: Connection, account_id: str) -> int:
    return tx.execute(text("delete from drafts where author_id = :id"), {"id": account_id}).rowcount


def unassign(tx: Connection, account_id: str) -> int:
    """Nothing is or was for this account to follow up any more; how many events were now."""
    freed = tx.execute(
        text("update events set assigned_to = '' where assigned_to = :id"), {"id": account_id}
    ).rowcount
    tx.execute(text("update handlings set assigned_to = '' where assigned_to = :id"), {"id": account_id})
    return freed
