"""Devices on which somebody signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from services.identity.domain.second_factors import Device


@dataclass(frozen=True)
class KnownDevice:
    """A device that shows its token at a sign-in; `trusted`: it gave the second factor before."""

    id: str
    trusted: bool


def add(
    tx: Connection,
    id: str,
    account_id: str,
    token_hash: bytes,
    label: str,
    trusted_until: datetime | None,
    now: datetime,
) -> None:
    tx.execute(
        text(
            "insert into devices (id, account_id, token_hash, label, made_at, last_used_at, trusted_until)"
            " values (:id, cast(:account_id as uuid), :token_hash, :label, :now, :now, :trusted_until)"
        ),
        {
            "id": id,
            "account_id": account_id,
            "token_hash": token_hash,
            "label": label,
            "trusted_until": trusted_until,
            "now": now,
        },
    )


def known(
    tx: Connection, email: str, token_hash: bytes, since: datetime, now: datetime
) -> KnownDevice | None:
    """The device with this token, if somebody signed in on it to the account with this address, last since then."""
    row = tx.execute(
        text(
            "update devices d set last_used_at = :now from accounts a where d.token_hash = :token_hash"
            " and d.ended_at is null and d.last_used_at > :since and a.id = d.account_id and a.email = :email"
            " and a.closed_at is null returning d.id, coalesce(d.trusted_until > :now, false) as trusted"
        ),
        {"email": email, "token_hash": token_hash, "since": since, "now": now},
    ).one_or_none()
    return KnownDevice(str(row.id), row.trusted) if row else None


def of(tx: Connection, account_id: str, since: datetime) -> list[Device]:
    """The devices of an account, last used first."""
    rows = tx.execute(
        text(
            "select id, label, made_at, last_used_at, trusted_until from devices"
            " where account_id = cast(:id as uuid) and ended_at is null and last_used_at > :since"
            " order by last_used_at desc, id"
        ),
        {"id": account_id, "since": since},
    )
    return [Device(str(r.id), r.label, r.made_at, r.last_used_at, r.trusted_until) for r in rows]


def end(tx: Connection, account_id: str, now: datetime, device_id: str = "") -> int:
    """Forget one device of an account, or every one; how many."""
    ended = tx.execute(
        text(
            "update devices set ended_at = :now where account_id = cast(:account_id as uuid) and ended_at is null"
            " and (:device_id = '' or id::text = :device_id) returning id"
        ),
        {"account_id": account_id, "device_id": device_id, "now": now},
    )
    return len(ended.all())


def forget(tx: Connection, before: datetime) -> None:
    """Devices that ended, or were not used since then."""
    tx.execute(
        text("delete from devices where ended_at < :before or last_used_at < :before"), {"before": before}
    )
