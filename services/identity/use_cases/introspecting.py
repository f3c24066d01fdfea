"""What a token or key is, for support staff who were shown one: whether it is honoured, and why not. It is never echoed nor kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from chassis.actors import Actor
from services.identity import store
from services.identity.domain import accounts
from services.identity.domain.credentials import Client
from services.identity.domain.roles import Permission
from services.identity.use_cases.granting import day

ACTIVE, EXPIRED, REVOKED, UNKNOWN = "active", "expired", "revoked", "unknown"


@dataclass(frozen=True)
class Introspection:
    """`kind` is access-token, key or session; empty where we know nothing like it."""

    state: str = UNKNOWN
    kind: str = ""
    id: str = ""
    client: Client | None = None
    scopes: tuple[str, ...] = ()
    account_id: str = ""
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_on: date | None = None


def introspect(db: Engine, actor: Actor, secret: str, now: datetime) -> Introspection:
    """What was shown to the actor; nothing is found twice, because each is random."""
    actor.must(Permission.INTROSPECT)
    digest = accounts.digest(secret)
    with db.begin() as tx:
        found = _token(tx, digest, now) or _key(tx, digest, now) or _session(tx, digest, now)
        found = found or Introspection()
        store.audit.note(tx, actor.id, "introspected", found.id, kind=found.kind, state=found.state)
    return found


def _token(tx: Connection, digest: bytes, now: datetime) -> Introspection | None:
    one = store.tokens.find(tx, digest)
    if one is None:
        return None
    scopes = one.client.holds(one.scopes)
    state = _state(one.revoked_at, one.expires_at, now)
    when = (one.issued_at, one.expires_at, day(one.issued_at))
    return Introspection(state, "access-token", one.id, one.client, scopes, "", *when)


def _key(tx: Connection, digest: bytes, now: datetime) -> Introspection | None:
    one = store.credentials.find(tx, digest)
    if one is None:
        return None
    scopes = one.client.holds(one.scopes)
    state = _state(one.revoked_at, one.expires_at, now)
    when = (one.issued_at, one.expires_at, one.last_used_on)
    return Introspection(state, "key", one.id, one.client, scopes, "", *when)


def _session(tx: Connection, digest: bytes, now: datetime) -> Introspection | None:
    one = store.sessions.find(tx, digest)
    if one is None:
        return None
    state = _state(one.ended_at, one.expires_at, now)
    if state == ACTIVE and one.last_seen_at <= now - accounts.IDLE:
        state = EXPIRED
    if state == ACTIVE and one.shut_out:
        state = REVOKED
    when = (one.started_at, one.expires_at, day(one.last_seen_at))
    return Introspection(state, "session", one.id, None, (), one.account_id, *when)


def _state(ended_at: datetime | None, expires_at: datetime | None, now: datetime) -> str:
    if ended_at is not None and not (expires_at and ended_at >= expires_at):
        return REVOKED
    return EXPIRED if expires_at and expires_at <= now else ACTIVE
