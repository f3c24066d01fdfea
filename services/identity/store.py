"""Every table and every query of identity."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from services.identity.domain.accounts import Account, Session, Tries
from services.identity.domain.credentials import Client, Credential
from services.identity.domain.organisations import Organisation, Parent
from services.identity.domain.roles import Held

ENDED = "credentials"  # the NOTIFY channel that names what must no longer be honoured
_BOOTSTRAPPING = 7_304_101  # advisory lock: two migrations must not both find an empty house


@dataclass(frozen=True)
class SignInFacts:
    """What sign-in checks a password against."""

    account_id: str
    password_hash: str = field(repr=False)


@dataclass(frozen=True)
class LiveSession:
    """A session that is still honoured, and whose it is."""

    id: str
    expires_at: datetime
    account: Account


# ---- organisations ---------------------------------------------------------------------------------------


def wait_for_bootstrap(tx: Connection) -> None:
    """One bootstrap at a time, until this transaction ends."""
    tx.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _BOOTSTRAPPING})


def has_organisations(tx: Connection) -> bool:
    return bool(tx.execute(text("select exists (select from organisations)")).scalar())


def add_organisations(tx: Connection, organisations: Sequence[Organisation]) -> None:
    """New organisations, then whom they belong to: a parent may come after its child."""
    tx.execute(
        text(
            "insert into organisations (code, name, role, postcode, opened_on, closed_on, version)"
            " values (:code, :name, :role, :postcode, :opened_on, :closed_on, :version)"
        ),
        [_organisation_values(one) for one in organisations],
    )
    parents = [_parent_values(one.code, parent) for one in organisations for parent in one.parents]
    if parents:
        tx.execute(
            text(
                "insert into organisation_parents (code, parent, kind, starts_on, ends_on)"
                " values (:code, :parent, :kind, :starts_on, :ends_on)"
            ),
            parents,
        )


def organisations(tx: Connection) -> tuple[Organisation, ...]:
    """All of them, with whom they ever belonged to."""
    parents: dict[str, list[Parent]] = {}
    for row in tx.execute(text("select * from organisation_parents order by code, starts_on, parent")):
        parents.setdefault(row.code, []).append(Parent(row.parent, row.kind, row.starts_on, row.ends_on))
    rows = tx.execute(text("select * from organisations order by code"))
    return tuple(_organisation(row, tuple(parents.get(row.code, ()))) for row in rows)


def _organisation(row: Row[Any], parents: tuple[Parent, ...]) -> Organisation:
    return Organisation(
        row.code, row.name, row.role, row.postcode, row.opened_on, row.closed_on, parents, row.version
    )


def _organisation_values(one: Organisation) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "role": one.role,
        "postcode": one.postcode,
        "opened_on": one.opened_on,
        "closed_on": one.closed_on,
        "version": one.version,
    }


def _parent_values(code: str, parent: Parent) -> dict[str, Any]:
    return {
        "code": code,
        "parent": parent.code,
        "kind": parent.kind,
        "starts_on": parent.start,
        "ends_on": parent.end,
    }


# ---- accounts and grants ---------------------------------------------------------------------------------

_HELD = "starts_at <= :now and (ends_at is null or ends_at > :now)"


def add_account(tx: Connection, account: Account, password_hash: str, now: datetime) -> None:
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


def accounts_after(tx: Connection, after: UUID | None, most: int, now: datetime) -> tuple[Account, ...]:
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


# ---- signing in ------------------------------------------------------------------------------------------


def lock_tries(tx: Connection, who: bytes, now: datetime) -> Tries | None:
    """The tries for one address, locked until `tx` ends: guesses made at once are counted one by one.

    One statement makes or locks the row, because a sign-in at the same moment may take it away.
    """
    row = tx.execute(
        text(
            "insert into sign_in_tries as known (who, tries, last_at) values (:who, 0, :now)"
            " on conflict (who, address) do update set tries = known.tries returning tries, last_at"
        ),
        {"who": who, "now": now},
    ).one()
    return Tries(row.tries, row.last_at) if row.tries else None


def save_tries(tx: Connection, who: bytes, tries: Tries) -> None:
    tx.execute(
        text("update sign_in_tries set tries = :tries, last_at = :last_at where who = :who and address = ''"),
        {"who": who, "tries": tries.count, "last_at": tries.last_at},
    )


def forget_tries(tx: Connection, who: bytes, before: datetime) -> None:
    """Those for `who`, and everyone's that nobody has repeated since `before`."""
    tx.execute(
        text("delete from sign_in_tries where who = :who or last_at < :before"),
        {"who": who, "before": before},
    )


def sign_in_facts(tx: Connection, email: str) -> SignInFacts | None:
    row = tx.execute(
        text("select id, password_hash from accounts where email = :email and closed_at is null"),
        {"email": email},
    ).one_or_none()
    return SignInFacts(str(row.id), row.password_hash) if row else None


def add_session(tx: Connection, session: Session, token_hash: bytes, account_id: str, now: datetime) -> None:
    tx.execute(
        text(
            "insert into sessions (id, token_hash, account_id, started_at, last_seen_at, expires_at)"
            " values (:id, :token_hash, :account_id, :now, :now, :expires_at)"
        ),
        {
            "id": session.id,
            "token_hash": token_hash,
            "account_id": account_id,
            "now": now,
            "expires_at": session.expires_at,
        },
    )


def forget_sessions(tx: Connection, account_id: str, before: datetime) -> None:
    """Sessions of one account that ran out long ago; what they did stays in the audit."""
    tx.execute(
        text("delete from sessions where account_id = cast(:account_id as uuid) and expires_at < :before"),
        {"account_id": account_id, "before": before},
    )


def end_session(tx: Connection, token_hash: bytes, now: datetime) -> tuple[str, str] | None:
    """End a session and tell whoever watches; its id and its account's, or None when it had ended already."""
    row = tx.execute(
        text(
            "update sessions set ended_at = :now where token_hash = :token_hash and ended_at is null"
            " returning id, account_id"
        ),
        {"now": now, "token_hash": token_hash},
    ).one_or_none()
    if row is None:
        return None
    tell_watchers(tx, session_watch_id(str(row.id)))
    return str(row.id), str(row.account_id)


def seen_session(
    tx: Connection, token_hash: bytes, now: datetime, idle_since: datetime
) -> LiveSession | None:
    """The session, marked as used now; None when it has ended, run out, lain idle or lost its account."""
    row = tx.execute(
        text(
            "update sessions s set last_seen_at = :now from accounts a"
            " where s.token_hash = :token_hash and s.ended_at is null and s.expires_at > :now"
            " and s.last_seen_at > :idle_since and a.id = s.account_id and a.closed_at is null"
            " returning s.id, s.expires_at, a.id as account_id, a.name, a.email, a.version"
        ),
        {"token_hash": token_hash, "now": now, "idle_since": idle_since},
    ).one_or_none()
    if row is None:
        return None
    held = held_by(tx, [row.account_id], now).get(row.account_id, ())
    return LiveSession(
        str(row.id), row.expires_at, Account(str(row.account_id), row.name, row.email, held, row.version)
    )


# ---- LRMS clients and their keys -------------------------------------------------------------------------

_CREDENTIALS = (
    "select k.id, k.slot, k.issued_at, k.revoked_at,"
    " c.id as client_id, c.product, c.organisation, c.environment"
    " from credentials k join clients c on c.id = k.client_id"
)


def add_credential(tx: Connection, credential: Credential, key_hash: bytes) -> None:
    """A key, and its client where it is the first."""
    client = credential.client
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
            "now": credential.issued_at,
        },
    )
    tx.execute(
        text(
            "insert into credentials (id, client_id, slot, key_hash, issued_at)"
            " values (:id, :client_id, :slot, :key_hash, :issued_at)"
        ),
        {
            "id": credential.id,
            "client_id": client.id,
            "slot": credential.slot,
            "key_hash": key_hash,
            "issued_at": credential.issued_at,
        },
    )


def client_with_key(tx: Connection, key_hash: bytes) -> Client | None:
    row = tx.execute(
        text(f"{_CREDENTIALS} where k.key_hash = :key_hash and k.revoked_at is null"), {"key_hash": key_hash}
    ).one_or_none()
    return _credential(row).client if row else None


def credentials(tx: Connection, organisation: str, most: int) -> tuple[Credential, ...]:
    """Those of one organisation, or everyone's where it is empty; newest first, revoked ones too."""
    rows = tx.execute(
        text(
            f"{_CREDENTIALS} where :organisation in ('', c.organisation)"
            " order by k.issued_at desc, k.id desc limit :most"
        ),
        {"organisation": organisation, "most": most},
    )
    return tuple(_credential(row) for row in rows)


def lock_credential(tx: Connection, id: UUID) -> Credential | None:
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
    return Credential(str(row.id), client, row.slot, row.issued_at, row.revoked_at)


# ---- what must no longer be honoured ---------------------------------------------------------------------


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
        ),
        {"since": since},
    )
    return tuple(rows.scalars())


# ---- audit -----------------------------------------------------------------------------------------------


def audit(tx: Connection, actor: str, action: str, about: str, **detail: str | int) -> None:
    """Append who did what to whom; `detail` never holds a secret."""
    tx.execute(
        text(
            "insert into audit (actor, action, about, detail)"
            " values (:actor, :action, :about, cast(:detail as jsonb))"
        ),
        {"actor": actor, "action": action, "about": about, "detail": json.dumps(detail)},
    )
