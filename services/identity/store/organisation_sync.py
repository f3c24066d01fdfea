"""How far we follow the national directory: the day up to which everything is here, and what is still to be fetched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

MOST_TRIES = 5


@dataclass(frozen=True)
class Sync:
    """`since`: everything that changed before that day is here. `listed_on`: the day of the list that is being fetched."""

    since: date | None
    listed_on: date | None
    not_before: datetime | None
    failures: int
    last_error: str


def state(tx: Connection) -> Sync:
    row = tx.execute(
        text("select since, listed_on, not_before, failures, last_error from organisation_sync")
    ).one()
    return Sync(row.since, row.listed_on, row.not_before, row.failures, row.last_error)


def backlog(tx: Connection) -> tuple[int, int]:
    """How many organisations wait to be fetched, and how many were set aside."""
    row = tx.execute(
        text(
            "select count(*) filter (where failed_at is null), count(*) filter (where failed_at is not null)"
            " from organisation_sync_waiting"
        )
    ).one()
    return int(row[0]), int(row[1])


def keep_list(tx: Connection, codes: Iterable[str], today: date) -> None:
    """What changed in the directory, to be fetched; one that was set aside is tried again."""
    rows = [{"code": code} for code in codes]
    if rows:
        tx.execute(
            text(
                "insert into organisation_sync_waiting (code) values (:code)"
                " on conflict (code) do update set tries = 0, failed_at = null, last_error = ''"
            ),
            rows,
        )
    tx.execute(
        text(
            "update organisation_sync set listed_on = :today, failures = 0, last_error = '', not_before = null"
        ),
        {"today": today},
    )


def next_codes(tx: Connection, most: int) -> list[str]:
    return list(
        tx.execute(
            text(
                "select code from organisation_sync_waiting where failed_at is null order by tries, code limit :most"
            ),
            {"most": most},
        ).scalars()
    )


def fetched(tx: Connection, codes: Sequence[str]) -> None:
    """These are here now, and the directory answers."""
    tx.execute(text("delete from organisation_sync_waiting where code = any(:codes)"), {"codes": list(codes)})
    tx.execute(text("update organisation_sync set failures = 0, last_error = '', not_before = null"))


def note_unreadable(tx: Connection, code: str, error: str, now: datetime) -> None:
    """An answer that could not be read: tried again a few times, then set aside."""
    tx.execute(
        text(
            "update organisation_sync_waiting set tries = tries + 1, last_error = :error,"
            " failed_at = case when tries + 1 >= :most then cast(:now as timestamptz) end where code = :code"
        ),
        {"code": code, "error": error, "now": now, "most": MOST_TRIES},
    )


def list_done(tx: Connection) -> None:
    """Everything of the list is here or set aside: next time, what changed since its day."""
    tx.execute(
        text("update organisation_sync set since = listed_on, listed_on = null where listed_on is not null")
    )


def wait_until(tx: Connection, not_before: datetime | None, failed: bool, error: str) -> None:
    """Ask nothing before then, and say why."""
    tx.execute(
        text(
            "update organisation_sync set not_before = :not_before, last_error = :error,"
            " failures = failures + :failed"
        ),
        {"not_before": not_before, "error": error, "failed": int(failed)},
    )
