"""Access tokens for LRMS clients that sign (OAuth 2 client credentials, private_key_jwt), and whose such a token is."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis.actors import Signer
from chassis.problems import Problem, unauthenticated
from services.identity import store
from services.identity.domain import accounts, assertions, client_keys
from services.identity.domain.assertions import Once, Sent, Token
from services.identity.domain.client_keys import KeySet, PublicKey, Registered
from services.identity.use_cases import signatures
from services.identity.use_cases.granting import day
from services.identity.use_cases.machines import machine, scope_said
from services.identity.use_cases.signing import Signed, sign

Fetch = Callable[[str], bytes]  # what lies at a jwks_uri; raises INVALID `keys-not-accepted`
KEPT = timedelta(days=7)  # how long a token that ended can be looked up
FORGOTTEN_AT_ONCE = 1000


def issue_token(
    db: Engine,
    fetch: Fetch,
    audiences: Collection[str],
    assertion: str,
    scope: str,
    client_id: str,
    now: datetime,
) -> Token:
    """A token for the client that signed this assertion. An assertion is good once.

    Raises UNAUTHENTICATED `invalid-client`, INVALID `invalid-scope`. A set that must be fetched is fetched between two transactions.
    """
    sent = signatures.look(assertion, client_id)
    with db.begin() as tx:
        known = store.client_keys.find(tx, sent.client_id)
    known = _refreshed(db, fetch, known, sent.kid, now)
    key = _key(known, sent.kid, now)
    once = assertions.once(signatures.verified(sent, key), audiences, now)
    with db.begin() as tx:
        return _issued(tx, sent, key, once, scope, now)


def actor_for_token(db: Engine, signer: Signer, token: str, under_way: bool, now: datetime) -> Signed:
    """Which client this token is; raises UNAUTHENTICATED `token-not-known`. Not audited: asked too often.

    `under_way` is for a request that began while the token lived: it is honoured for an hour longer, unless it is revoked.
    """
    with db.begin() as tx:
        known = store.tokens.find(tx, accounts.digest(token))
    if known is None or known.revoked_at is not None:
        raise _not_known()
    ends = known.expires_at + (assertions.UNDER_WAY if under_way else timedelta(0))
    if ends <= now:
        raise _not_known()
    scopes = known.client.holds(known.scopes)
    watch_id = store.watching.client_watch_id(known.client.id)
    return sign(
        signer, machine(known.client, scopes), accounts.actor_seconds(now, ends), watch_id, scope_said(scopes)
    )


def forget_tokens(tx: Connection) -> bool:
    """Forget tokens and assertions that nobody can use any more; whether there may be more."""
    now = datetime.now(UTC)
    return store.tokens.forget(tx, now - KEPT, now, FORGOTTEN_AT_ONCE)


def _refreshed(
    db: Engine, fetch: Fetch, known: Registered | None, kid: str, now: datetime
) -> Registered | None:
    """The client with its keys as they are published now, where they are published and that may have changed."""
    if known is None or known.keys is None:
        return known
    if known.keys.named(kid) and not known.keys.is_stale(now):
        return known
    with db.begin() as tx:
        address = store.client_keys.may_fetch(tx, known.client.id, now)
    if not address:
        return known
    try:
        fetched = KeySet(fetched_keys(fetch, address), address, fetched_at=now)
    except Problem:
        return known  # what we know goes on for a day
    with db.begin() as tx:
        store.client_keys.keep_fetched(tx, known.client.id, fetched)
        return store.client_keys.find(tx, known.client.id)


def fetched_keys(fetch: Fetch, address: str) -> tuple[PublicKey, ...]:
    """The keys at a jwks_uri; raises INVALID `keys-not-accepted`."""
    return signatures.usable(client_keys.read(fetch(address), "jwks_uri"), "jwks_uri")


def _key(known: Registered | None, kid: str, now: datetime) -> PublicKey:
    keys = known.keys if known else None
    key = keys.named(kid) if keys and not keys.is_forgotten(now) else None
    if key is None:
        raise assertions.not_recognised()
    return key


def _issued(tx: Connection, sent: Sent, key: PublicKey, once: Once, scope: str, now: datetime) -> Token:
    """The token, if the key that signed is still the client's: it may have been taken away since we looked."""
    held = store.client_keys.hold_unchanged(tx, sent.client_id)
    if held is None or _key(held, sent.kid, now).thumbprint != key.thumbprint:
        raise assertions.not_recognised()
    scopes = assertions.granted(scope, held.client.holds())
    if not store.tokens.use_once(tx, sent.client_id, once, accounts.digest(once.jti)):
        raise assertions.replayed()
    made = Token(
        str(uuid_utils.uuid7()),
        secrets.token_urlsafe(32),
        sent.client_id,
        scopes,
        key.thumbprint,
        now,
        now + assertions.TOKEN,
    )
    store.tokens.add(tx, made, accounts.digest(made.secret))
    store.client_keys.note_use(tx, sent.client_id, day(now))
    who = store.watching.client_watch_id(sent.client_id)
    store.audit.note(tx, who, "token-issued", made.id, scope=" ".join(scopes), key=key.thumbprint)
    return made


def _not_known() -> Problem:
    return unauthenticated(
        "token-not-known", "This access token is not known, or has ended. Ask for a new one at /oauth2/token."
    )
