"""Tries by network address, and where accounts were signed in to. An address is a keyed hash, and empty where none is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from services.identity.domain.slowing import Level


def lock_level(tx: Connection, what: str, address: bytes, now: datetime) -> Level | None:
    """What weighs on an address, locked until `tx` ends: tries made at once are counted one by one."""
    row = tx.execute(
        text(
            "insert into address_tries as known (what, address, level, last_at) values (:what, :address, 0, :now)"
            " on conflict (what, address) do update set level = known.level returning level, last_at"
        ),
        {"what": what, "address": address, "now": now},
    ).one()
    return Level(row.level, row.last_at) if row.level else None


def save_level(tx: Connection, what: str, address: bytes, level: Level) -> None:
    tx.execute(
        text(
            "update address_tries set level = :level, last_at = :last_at where what = :what and address = :address"
        ),
        {"what": what, "address": address, "level": level.level, "last_at": level.last_at},
    )


def is_known_place(tx: Connection, email: str, address: bytes) -> bool:
    """Whether the account with this e-mail address was signed in to from there lately."""
    found = tx.execute(
        text(
            "select 1 from sign_in_places p join accounts a on a.id = p.account_id"
            " where a.email = :email and a.closed_at is null and p.address = :address"
        ),
        {"email": email, "address": address},
    )
    return found.first() is not None


def remember_place(tx: Connection, account_id: str, address: bytes, now: datetime, before: datetime) -> bool:
    """An account was signed in to from there; whether that had not been so since `before`."""
    last = tx.execute(
        text(
            "select last_at from sign_in_places where account_id = cast(:id as uuid) and address = :address for update"
        ),
        {"id": account_id, "address": address},
    ).scalar_one_or_none()
    tx.execute(
        text(
            "insert into sign_in_places (account_id, address, last_at) values (cast(:id as uuid), :address, :now)"
            " on conflict (account_id, address) do update set last_at = excluded.last_at"
        ),
        {"id": account_id, "address": address, "now": now},
    )
    return last is None or last < before


def forget(tx: Connection, tries_before: datetime, places_before: datetime) -> None:
    """What nobody has repeated since then."""
    tx.execute(text("delete from address_tries where last_at < :before"), {"before": tries_before})
    tx.execute(text("delete from sign_in_places where last_at < :before"), {"before": places_before})
