"""Access tokens of LRMS clients, and what was signed to get them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from services.identity.domain.assertions import Once, Token
from services.identity.domain.credentials import Client
from services.identity.store.credentials import scopes_of
from services.identity.store.watching import client_watch_id, tell_watchers


@dataclass(frozen=True)
class KnownToken:
    """A token as we keep it, and whose it is."""

    id: str
    client: Client
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def use_once(tx: Connection, client_id: str, once: Once, jti_hash: bytes) -> bool:
    """Whether an assertion is seen for the first time; remembers it. Of several at once, one alone is the first."""
    return bool(
        tx.execute(
            text(
                "insert into assertions_used (client_id, jti_hash, until) values (cast(:id as uuid), :jti, :until)"
                " on conflict do nothing"
            ),
            {"id": client_id, "jti": jti_hash, "until": once.until},
        ).rowcount
    )


def add(tx: Connection, token: Token, token_hash: bytes) -> None:
    tx.execute(
        text(
            "insert into access_tokens (id, token_hash, client_id, scopes, thumbprint, issued_at, expires_at)"
            " values (:id, :hash, :client_id, :scopes, :thumbprint, :issued_at, :expires_at)"
        ),
        {
            "id": token.id,
            "hash": token_hash,
            "client_id": token.client_id,
            "scopes": list(token.scopes),
            "thumbprint": token.thumbprint,
            "issued_at": token.issued_at,
            "expires_at": token.expires_at,
        },
    )


def find(tx: Connection, token_hash: bytes) -> KnownToken | None:
    """The token, whether it is honoured or not."""
    row = tx.execute(
        text(
            "select t.id, t.scopes, t.issued_at, t.expires_at, t.revoked_at, c.id as client_id, c.product,"
            " c.organisation, c.environment, c.scopes as client_scopes"
            " from access_tokens t join clients c on c.id = t.client_id where t.token_hash = :hash"
        ),
        {"hash": token_hash},
    ).one_or_none()
    if row is None:
        return None
    scopes = scopes_of(row.client_scopes)
    client = Client(str(row.client_id), row.product, row.organisation, row.environment, scopes)
    return KnownToken(str(row.id), client, tuple(row.scopes), row.issued_at, row.expires_at, row.revoked_at)


def revoke(tx: Connection, client_id: str, now: datetime, but: Collection[str] = ()) -> int:
    """End a client's tokens, but for those that these keys signed for (thumbprints); whoever watches is told. How many ended."""
    ended = tx.execute(
        text(
            "update access_tokens set revoked_at = :now where client_id = cast(:id as uuid) and revoked_at is null"
            " and thumbprint <> all(:but)"
        ),
        {"now": now, "id": client_id, "but": list(but)},
    ).rowcount
    if ended:
        tell_watchers(tx, client_watch_id(client_id))
    return int(ended)


def forget(tx: Connection, ended_before: datetime, now: datetime, most: int) -> bool:
    """Tokens that ended long ago, and assertions that would be refused as expired; whether there may be more."""
    tokens = tx.execute(
        text(
            "delete from access_tokens where id in"
            " (select id from access_tokens where expires_at < :before limit :most)"
        ),
        {"before": ended_before, "most": most},
    ).rowcount
    used = tx.execute(
        text(
            "delete from assertions_used where (client_id, jti_hash) in"
            " (select client_id, jti_hash from assertions_used where until < :now limit :most)"
        ),
        {"now": now, "most": most},
    ).rowcount
    return most in (tokens, used)
