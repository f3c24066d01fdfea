"""Accounts and the roles they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.identity.domain.accounts import Account
from services.identity.domain.roles import Held

_HELD = "starts_at <= :now and (ends_at is null or ends_at > :now)"


def add(tx: Connection, account: Account, password_hash: str, now: datetime) -> None:
    """A new account with an e-mail address in its normal form; its grants are added apart."""
    tx.execute(
        text(
            "insert into accounts (id, email, name, password_hash, opened_at, version)"
            " values (:id, :email, :name, :password_hash, :now, :version)"
        ),
        {
            "id": account.id,
            "email": account.email,
            "name": account.name,
            "password_hash": password_hash,
            "now": now,
            "version": account.version,
        },
    )


def add_grant(
    tx: Connection, id: str, account_id: str, held: Held, now: datetime, approver: str, reason: str
) -> None:
    """`approver` is the id of the actor who allowed it."""
    tx.execute(
        text(
            "insert into grants (id, account_id, role, organisation, starts_at, ends_at, approver, reason)"
            " values (:id, :account_id, :role, :organisation, :now, :ends_at, :approver, :reason)"
        ),
        {
            "id": id,
            "account_id": account_id,
            "role": held.role,
            "organisation": held.organisation,
            "now": now,
            "ends_at": held.ends_at,
            "approver": approver,
            "reason": reason,
        },
    )


def after(tx: Connection, after: UUID | None, most: int, now: datetime) -> tuple[Account, ...]:
    """A page of open accounts, oldest first, with the roles they hold now."""
    rows = tx.execute(
        text(
            "select id, name, email, version from accounts where closed_at is null"
            " and (cast(:after as uuid) is null or id > cast(:after as uuid)) order by id limit :most"
        ),
        {"after": after, "most": most},
    ).all()
    held = held_by(tx, (row.id for row in rows), now)
    return tuple(Account(str(row.id), row.name, row.email, held.get(row.id, ()), row.version) for row in rows)


def held_by(tx: Connection, accounts: Iterable[UUID], now: datetime) -> Mapping[UUID, tuple[Held, ...]]:
    """The roles that each of `accounts` holds now, first granted first."""
    rows = tx.execute(
        text(
            "select account_id, role, organisation, ends_at from grants"
            f" where account_id = any(:accounts) and {_HELD} order by starts_at, id"
        ),
        {"accounts": list(accounts), "now": now},
    )
    held: dict[UUID, tuple[Held, ...]] = {}
    for row in rows:
        held[row.account_id] = (*held.get(row.account_id, ()), Held(row.role, row.organisation, row.ends_at))
    return held
