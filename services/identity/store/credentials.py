"""LRMS clients and their keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from services.identity.domain.credentials import Client, Credential
from services.identity.store.watching import client_watch_id, tell_watchers

_CREDENTIALS = (
    "select k.id, k.slot, k.issued_at, k.revoked_at, k.expires_at,"
    " c.id as client_id, c.product, c.organisation, c.environment"
    " from credentials k join clients c on c.id = k.client_id"
)


def client_of(tx: Connection, client: Client, now: datetime) -> Client:
    """This client, made where there is none of the same product, organisation and environment; held until this transaction
    ends."""
    _add_client(tx, client, now)
    row = tx.execute(
        text(
            "select id from clients where product = :product and organisation = :organisation"
            " and environment = :environment for update"
        ),
        {
            "product": client.product,
            "organisation": client.organisation,
            "environment": client.environment,
        },
    ).one()
    return replace(client, id=str(row.id))


def slots_in_use(tx: Connection, client_id: str, now: datetime) -> list[str]:
    """The slots of keys that work; a key that has ended by itself gives its slot back."""
    tx.execute(
        text(
            "update credentials set revoked_at = expires_at where client_id = cast(:id as uuid)"
            " and revoked_at is null and expires_at <= :now"
        ),
        {"id": client_id, "now": now},
    )
    found = tx.execute(
        text("select slot from credentials where client_id = cast(:id as uuid) and revoked_at is null"),
        {"id": client_id},
    )
    return list(found.scalars())


def add_credential(tx: Connection, credential: Credential, key_hash: bytes, issued_by: str) -> None:
    """A key, and its client where it is the first."""
    _add_client(tx, credential.client, credential.issued_at)
    tx.execute(
        text(
            "insert into credentials (id, client_id, slot, key_hash, issued_at, expires_at, issued_by)"
            " values (:id, :client_id, :slot, :key_hash, :issued_at, :expires_at, :issued_by)"
        ),
        {
            "id": credential.id,
            "client_id": credential.client.id,
            "slot": credential.slot,
            "key_hash": key_hash,
            "issued_at": credential.issued_at,
            "expires_at": credential.expires_at,
            "issued_by": issued_by,
        },
    )


def _add_client(tx: Connection, client: Client, now: datetime) -> None:
    tx.execute(
        text(
            "insert into clients (id, product, organisation, environment, made_at)"
            " values (:id, :product, :organisation, :environment, :now) on conflict do nothing"
        ),
        {
            "id": client.id,
            "product": client.product,
            "organisation": client.organisation,
            "environment": client.environment,
            "now": now,
        },
    )


def with_key(tx: Connection, key_hash: bytes, now: datetime) -> Credential | None:
    """The key that is honoured now."""
    row = tx.execute(
        text(
            f"{_CREDENTIALS} where k.key_hash = :key_hash and k.revoked_at is null"
            " and (k.expires_at is null or k.expires_at > :now)"
        ),
        {"key_hash": key_hash, "now": now},
    ).one_or_none()
    return _credential(row) if row else None


def listed(tx: Connection, organisation: str, most: int) -> tuple[Credential, ...]:
    """Those of one organisation, or everyone's where it is empty; newest first, revoked ones too."""
    rows = tx.execute(
        text(
            f"{_CREDENTIALS} where :organisation in ('', c.organisation)"
            " order by k.issued_at desc, k.id desc limit :most"
        ),
        {"organisation": organisation, "most": most},
    )
    return tuple(_credential(row) for row in rows)


def lock(tx: Connection, id: UUID) -> Credential | None:
    row = tx.execute(text(f"{_CREDENTIALS} where k.id = :id for update of k"), {"id": id}).one_or_none()
    return _credential(row) if row else None


def revoke(tx: Connection, credential: Credential, now: datetime) -> None:
    """From now on the key is nobody's; whoever watches is told."""
    tx.execute(
        text("update credentials set revoked_at = :now where id = cast(:id as uuid)"),
        {"now": now, "id": credential.id},
    )
    tell_watchers(tx, client_watch_id(credential.client.id))


def _credential(row: Row[Any]) -> Credential:
    client = Client(str(row.client_id), row.product, row.organisation, row.environment)
    return Credential(str(row.id), client, row.slot, row.issued_at, row.revoked_at, row.expires_at)
