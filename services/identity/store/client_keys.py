"""LRMS clients with the public keys they sign in with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from services.identity.domain import client_keys
from services.identity.domain.client_keys import KeySet, Registered
from services.identity.domain.credentials import Client
from services.identity.store.credentials import scopes_of
from services.identity.store.watching import client_watch_id, tell_watchers

_CLIENTS = (
    "select c.id, c.product, c.organisation, c.environment, c.scopes, c.made_at, p.jwks, p.jwks_uri,"
    " p.registered_at, p.fetched_at, p.last_used_on from clients c left join client_keys p on p.client_id = c.id"
)


def find(tx: Connection, client_id: str) -> Registered | None:
    row = tx.execute(text(f"{_CLIENTS} where c.id = cast(:id as uuid)"), {"id": client_id}).one_or_none()
    return _registered(row) if row else None


def hold(tx: Connection, client_id: UUID | str) -> Registered | None:
    """A client and its keys, which change for nobody else until this transaction ends."""
    found = tx.execute(text("select from clients where id = :id for update"), {"id": str(client_id)}).first()
    return None if found is None else find(tx, str(client_id))


def hold_unchanged(tx: Connection, client_id: str) -> Registered | None:
    """The same for a reader: several may hold it at once, and nobody changes it meanwhile."""
    tx.execute(text("select from clients where id = cast(:id as uuid) for share"), {"id": client_id})
    return find(tx, client_id)


def listed(tx: Connection, organisation: str, most: int) -> tuple[Registered, ...]:
    """Those of one organisation, or everyone's where it is empty; newest first."""
    rows = tx.execute(
        text(
            f"{_CLIENTS} where :organisation in ('', c.organisation) order by c.made_at desc, c.id desc limit :most"
        ),
        {"organisation": organisation, "most": most},
    )
    return tuple(_registered(row) for row in rows)


def set_scopes(tx: Connection, client_id: str, scopes: Sequence[str]) -> None:
    """From now on the client may do no more than this; whoever keeps an actor of it asks again."""
    tx.execute(
        text("update clients set scopes = :scopes where id = cast(:id as uuid)"),
        {"scopes": list(scopes), "id": client_id},
    )
    tell_watchers(tx, client_watch_id(client_id))


def put(tx: Connection, client_id: str, keys: KeySet, by: str) -> None:
    """The keys of a client, in place of those it had."""
    tx.execute(
        text(
            "insert into client_keys (client_id, jwks, jwks_uri, registered_at, registered_by, fetched_at, tried_at)"
            " values (cast(:id as uuid), cast(:jwks as jsonb), :jwks_uri, :at, :by, :fetched_at, :fetched_at)"
            " on conflict (client_id) do update set jwks = excluded.jwks, jwks_uri = excluded.jwks_uri,"
            " registered_at = excluded.registered_at, registered_by = excluded.registered_by,"
            " fetched_at = excluded.fetched_at, tried_at = excluded.tried_at"
        ),
        {
            "id": client_id,
            "jwks": keys.written(),
            "jwks_uri": keys.jwks_uri,
            "at": keys.registered_at,
            "by": by,
            "fetched_at": keys.fetched_at,
        },
    )


def remove(tx: Connection, client_id: str) -> None:
    tx.execute(text("delete from client_keys where client_id = cast(:id as uuid)"), {"id": client_id})


def may_fetch(tx: Connection, client_id: str, now: datetime) -> str:
    """Where the client's set is to be fetched now; empty where it has none, or somebody tried within a minute."""
    row = tx.execute(
        text(
            "update client_keys set tried_at = :now where client_id = cast(:id as uuid) and jwks_uri <> ''"
            " and (tried_at is null or tried_at <= :before) returning jwks_uri"
        ),
        {"id": client_id, "now": now, "before": now - client_keys.PAUSE},
    ).one_or_none()
    return row.jwks_uri if row else ""


def keep_fetched(tx: Connection, client_id: str, fetched: KeySet) -> None:
    """What was fetched, unless the client's keys were changed meanwhile."""
    tx.execute(
        text(
            "update client_keys set jwks = cast(:jwks as jsonb), fetched_at = :at"
            " where client_id = cast(:id as uuid) and jwks_uri = :jwks_uri"
        ),
        {
            "id": client_id,
            "jwks": fetched.written(),
            "jwks_uri": fetched.jwks_uri,
            "at": fetched.fetched_at,
        },
    )


def note_use(tx: Connection, client_id: str, day: date) -> None:
    tx.execute(
        text(
            "update client_keys set last_used_on = :day where client_id = cast(:id as uuid)"
            " and last_used_on is distinct from :day"
        ),
        {"day": day, "id": client_id},
    )


def _registered(row: Row[Any]) -> Registered:
    scopes = scopes_of(row.scopes)
    client = Client(str(row.id), row.product, row.organisation, row.environment, scopes)
    return Registered(client, row.made_at, _keys(row) if row.jwks else None)


def _keys(row: Row[Any]) -> KeySet:
    keys = client_keys.read(json.dumps(row.jwks))
    return KeySet(keys, row.jwks_uri, row.registered_at, row.fetched_at, row.last_used_on)
