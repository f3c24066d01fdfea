"""What must no longer be honoured: named to whoever watches, when the transaction commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

ENDED = "credentials"  # the NOTIFY channel that names what must no longer be honoured


def session_watch_id(session_id: str) -> str:
    return f"session:{session_id}"


def client_watch_id(client_id: str) -> str:
    """A client's two keys share one: when either ends, the gateway asks again for both."""
    return f"client:{client_id}"


def tell_watchers(tx: Connection, watch_id: str) -> None:
    """When this transaction commits, and only then."""
    tx.execute(text("select pg_notify(:channel, :watch_id)"), {"channel": ENDED, "watch_id": watch_id})


def ended_since(tx: Connection, since: datetime) -> tuple[str, ...]:
    """The watch id of every session and client for which something ended since then."""
    rows = tx.execute(
        text(
            "select 'session:' || id from sessions where ended_at >= :since"
            " union select 'client:' || client_id from credentials where revoked_at >= :since"
            " union select 'client:' || client_id from access_tokens where revoked_at >= :since"
        ),
        {"since": since},
    )
    return tuple(rows.scalars())
