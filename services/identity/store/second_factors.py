"""Second factors and recovery codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from chassis.sealing import DataKey
from services.identity.domain.second_factors import Factor, Kind, Passkey, Totp

_FACTOR = "id, kind, label, added_at, last_used_at"


def kinds_of(tx: Connection, account_id: str) -> tuple[str, ...]:
    """What an account may be asked for, each kind once."""
    return tuple(dict.fromkeys(one.kind.value for one in of(tx, account_id)))


def of(tx: Connection, account_id: str) -> list[Factor]:
    """The second factors of an account that are set up, oldest first."""
    rows = tx.execute(
        text(
            f"select {_FACTOR} from second_factors where account_id = cast(:id as uuid)"
            " and confirmed_at is not null order by added_at, id"
        ),
        {"id": account_id},
    )
    return [_factor(row) for row in rows]


def _factor(row: Row[Any]) -> Factor:
    return Factor(str(row.id), Kind(row.kind), row.label, row.added_at, row.last_used_at)


def add_totp(
    tx: Connection, id: str, account_id: str, label: str, key: DataKey, sealed: bytes, now: datetime
) -> None:
    """An app's secret, in place of any that was not confirmed; good for nothing until it is."""
    tx.execute(
        text("delete from second_factors where account_id = cast(:id as uuid) and confirmed_at is null"),
        {"id": account_id},
    )
    tx.execute(
        text(
            "insert into second_factors (id, account_id, kind, label, key_id, wrapped, sealed, added_at)"
            " values (:id, :account_id, 'totp', :label, :key_id, :wrapped, :sealed, :now)"
        ),
        {
            "id": id,
            "account_id": account_id,
            "label": label,
            "key_id": key.key_id,
            "wrapped": key.wrapped,
            "sealed": sealed,
            "now": now,
        },
    )


def unconfirmed(tx: Connection, account_id: str, factor_id: str, since: datetime) -> Totp | None:
    row = tx.execute(
        text(
            "select id, key_id, wrapped, sealed, last_step from second_factors where id = cast(:id as uuid)"
            " and account_id = cast(:account_id as uuid) and kind = 'totp' and confirmed_at is null"
            " and added_at > :since for update"
        ),
        {"id": factor_id, "account_id": account_id, "since": since},
    ).one_or_none()
    return _totp(row) if row else None


def confirm(tx: Connection, factor_id: str, step: int, now: datetime) -> None:
    tx.execute(
        text("update second_factors set confirmed_at = :now, last_step = :step where id = cast(:id as uuid)"),
        {"id": factor_id, "step": step, "now": now},
    )


def totps(tx: Connection, account_id: str) -> list[Totp]:
    """The apps of an account that are set up."""
    rows = tx.execute(
        text(
            "select id, key_id, wrapped, sealed, last_step from second_factors"
            " where account_id = cast(:id as uuid) and kind = 'totp' and confirmed_at is not null"
        ),
        {"id": account_id},
    )
    return [_totp(row) for row in rows]


def _totp(row: Row[Any]) -> Totp:
    return Totp(str(row.id), row.key_id, row.wrapped, row.sealed, row.last_step)


def use_step(tx: Connection, factor_id: str, step: int, now: datetime) -> bool:
    """Take the code of a step; False when it, or a later one, was taken already: also by somebody at this moment."""
    taken = tx.execute(
        text(
            "update second_factors set last_step = :step, last_used_at = :now"
            " where id = cast(:id as uuid) and last_step < :step returning id"
        ),
        {"id": factor_id, "step": step, "now": now},
    )
    return taken.one_or_none() is not None


def add_passkey(tx: Connection, account_id: str, label: str, passkey: Passkey, now: datetime) -> bool:
    """False when this credential is somebody's already."""
    added = tx.execute(
        text(
            "insert into second_factors (id, account_id, kind, label, credential_id, public_key, sign_count,"
            " added_at, confirmed_at) values (:id, :account_id, 'passkey', :label, :credential_id, :public_key,"
            " :sign_count, :now, :now) on conflict (credential_id) do nothing returning id"
        ),
        {
            "id": passkey.id,
            "account_id": account_id,
            "label": label,
            "credential_id": passkey.credential_id,
            "public_key": passkey.public_key,
            "sign_count": passkey.sign_count,
            "now": now,
        },
    )
    return added.one_or_none() is not None


def passkeys(tx: Connection, account_id: str) -> list[Passkey]:
    """An account's passkeys, whose counts nobody else changes until this transaction ends."""
    rows = tx.execute(
        text(
            "select id, credential_id, public_key, sign_count from second_factors"
            " where account_id = cast(:id as uuid) and kind = 'passkey' order by added_at for update"
        ),
        {"id": account_id},
    )
    return [Passkey(str(row.id), row.credential_id, row.public_key, row.sign_count) for row in rows]


def use_passkey(tx: Connection, factor_id: str, sign_count: int, now: datetime) -> None:
    tx.execute(
        text(
            "update second_factors set sign_count = :count, last_used_at = :now where id = cast(:id as uuid)"
        ),
        {"id": factor_id, "count": sign_count, "now": now},
    )


def remove(tx: Connection, account_id: str, factor_id: str) -> bool:
    """Take a second factor away; False when the account has none such."""
    removed = tx.execute(
        text(
            "delete from second_factors where id = cast(:id as uuid) and account_id = cast(:account_id as uuid)"
            " and confirmed_at is not null returning id"
        ),
        {"id": factor_id, "account_id": account_id},
    )
    return removed.one_or_none() is not None


def remove_all(tx: Connection, account_id: str) -> int:
    """Take every second factor and recovery code of an account away; how many factors there were."""
    removed = tx.execute(
        text("delete from second_factors where account_id = cast(:id as uuid) returning id"),
        {"id": account_id},
    )
    forget_recovery_codes(tx, account_id)
    return len(removed.all())


# ---- recovery codes ------------------------------------------------------------------------------------------


def add_recovery_codes(tx: Connection, account_id: str, hashes: Iterable[bytes], now: datetime) -> None:
    """In place of those there are."""
    forget_recovery_codes(tx, account_id)
    tx.execute(
        text(
            "insert into recovery_codes (account_id, code_hash, made_at)"
            " values (cast(:account_id as uuid), :code_hash, :now)"
        ),
        [{"account_id": account_id, "code_hash": one, "now": now} for one in hashes],
    )


def forget_recovery_codes(tx: Connection, account_id: str) -> None:
    tx.execute(text("delete from recovery_codes where account_id = cast(:id as uuid)"), {"id": account_id})


def recovery_codes_left(tx: Connection, account_id: str) -> int:
    found = tx.execute(
        text("select count(*) from recovery_codes where account_id = cast(:id as uuid) and used_at is null"),
        {"id": account_id},
    )
    return int(found.scalar_one())


def use_recovery_code(tx: Connection, account_id: str, code_hash: bytes, now: datetime) -> bool:
    """Take a recovery code; False when there is none such, or it was taken."""
    taken = tx.execute(
        text(
            "update recovery_codes set used_at = :now where account_id = cast(:id as uuid)"
            " and code_hash = :code_hash and used_at is null returning made_at"
        ),
        {"id": account_id, "code_hash": code_hash, "now": now},
    )
    return taken.one_or_none() is not None
