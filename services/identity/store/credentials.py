"""LRMS clients and their keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from services.identity.domain.credentials import Client, Credential
from services.identity.store.watching import client_watch_id, tell_watchers

_CREDENTIALS = (
    "select k.id, k.slot, k.issued_at, k.revoked_at, k.expires_at, k.scopes, k.last_used_on,"
    " c.id as client_id, c.product, c.organisation, c.environment, c.scopes as client_scopes"
    " from credentials k join clients c on c.id = k.client_id"
)


def client_of(tx: Connection, client: Client, now: datetime) -> Client:
    """This client, made where there is none of the same product, organisation and environment; held until this transaction
    ends."""
    _add_client(tx, client, now)
    row = tx.execute(
        text(
            "select id, scopes from clients where product = :product and organisation = :organisation"
            " and environment = :environment for update"
        ),
        {
            "product": client.product,
            "organisation": client.organisation,
            "environment": client.environment,
        },
    ).one()
    return replace(client, id=str(row.id), scopes=scopes_of(row.scopes))


def working(tx: Connection, client_id: str, now: datetime) -> dict[str, str]:
    """The keys that work, id to slot; a key that has ended by itself gives its slot back."""
    tx.execute(
        text(
            "update credentials set revoked_at = expires_at where client_id = cast(:id as uuid)"
            " and revoked_at is null and expires_at <= :now"
        ),
        {"id": client_id, "now": now},
    )
    found = tx.execute(
        text("select id, slot from credentials where client_id = cast(:id as uuid) and revoked_at is null"),
        {"id": client_id},
    )
    return {str(row.id): row.slot for row in found}


def add_credential(tx: Connection, credential: Credential, key_hash: bytes, issued_by: str) -> None:
    """A key, and its client where it is the first."""
    _add_client(tx, credential.client, credential.issued_at)
    tx.execute(
        text(
            "insert into credentials (id, client_id, slot, key_hash, issued_at, expires_at, issued_by, scopes)"
            " values (:id, :client_id, :slot, :key_hash, :issued_at, :expires_at, :issued_by, :scopes)"
        ),
        {
            "id": credential.id,
            "client_id": credential.client.id,
            "slot": credential.slot,
            "key_hash": key_hash,
            "issued_at": credential.issued_at,
            "expires_at": credential.expires_at,
            "issued_by": issued_by,
            "scopes": None if credential.scopes is None else list(credential.scopes),
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


def find(tx: Connection, key_hash: bytes) -> Credential | None:
    """The key, whether it is honoured or not."""
    row = tx.execute(
        text(f"{_CREDENTIALS} where k.key_hash = :key_hash"), {"key_hash": key_hash}
    ).one_or_none()
    return _credential(row) if row else None


def note_use(tx: Connection, id: str, day: date) -> None:
    tx.execute(
        text("update credentials set last_used_on = :day where id = cast(:id as uuid)"),
        {"day": day, "id": id},
    )


def ending(tx: Connection, now: datetime, days: int, most: int) -> tuple[Credential, ...]:
    """Keys that end within so many days, of which nobody was told at this step or a later one; held until this transaction ends.

    One that was given for no longer than that is left out: whoever asked for it knows.
    """
    rows = tx.execute(
        text(
            f"{_CREDENTIALS} where k.revoked_at is null and k.expires_at > :now and k.expires_at <= :until"
            " and (k.warned_days is null or k.warned_days > :days) and k.expires_at - k.issued_at > :step"
            " order by k.expires_at limit :most for update of k skip locked"
        ),
        {
            "now": now,
            "until": now + timedelta(days=days),
            "days": days,
            "step": timedelta(days=days),
            "most": most,
        },
    )
    return tuple(_credential(row) for row in rows)


def note_warning(tx: Connection, id: str, days: int) -> None:
    tx.execute(
        text("update credentials set warned_days = :days where id = cast(:id as uuid)"),
        {"days": days, "id": id},
    )


def of_client(tx: Connection, client_id: str) -> tuple[Credential, ...]:
    """Every key of one client that was not revoked; held until this transaction ends."""
    rows = tx.execute(
        text(f"{_CREDENTIALS} where c.id = cast(:id as uuid) and k.revoked_at is null for update of k"),
        {"id": client_id},
    )
    return tuple(_credential(row) for row in rows)


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
    scopes = scopes_of(row.client_scopes)
    client = Client(str(row.client_id), row.product, row.organisation, row.environment, scopes)
    ends = (row.revoked_at, row.expires_at)
    return Credential(
        str(row.id), client, row.slot, row.issued_at, *ends, scopes_of(row.scopes), row.last_used_on
    )


def scopes_of(names: list[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)
