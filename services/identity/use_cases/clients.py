"""LRMS clients: which there are, what they may do, the public keys they sign in with, and their end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis.actors import Actor
from chassis.problems import Fault, Problem, forbidden, not_found
from services.identity import store
from services.identity.domain import client_keys, credentials, joining
from services.identity.domain.client_keys import KeySet, Registered
from services.identity.domain.credentials import Client, Credential
from services.identity.domain.roles import Permission
from services.identity.use_cases import signatures
from services.identity.use_cases.credentials import may, must_be_code
from services.identity.use_cases.granting import day
from services.identity.use_cases.tokens import Fetch, fetched_keys

MOST = 500  # clients in one list
WithKeys = tuple[Registered, tuple[Credential, ...]]


def list_clients(db: Engine, actor: Actor, organisation: str, now: datetime) -> list[WithKeys]:
    """The clients of one organisation with their keys of both kinds, or everyone's where it is empty: that takes a national grant."""
    must_be_code(organisation)
    with db.begin() as tx:
        if not may(tx, actor, Permission.READ_CREDENTIALS, organisation, now):
            raise _not_yours()
        found = store.client_keys.listed(tx, organisation, MOST)
        shared: dict[str, list[Credential]] = {}
        for one in store.credentials.listed(tx, organisation, MOST * len(credentials.SLOTS)):
            if one.revoked_at is None:
                shared.setdefault(one.client.id, []).append(one)
        store.audit.note(tx, actor.id, "clients-listed", organisation, found=len(found))
    return [(one, tuple(shared.get(one.client.id, ()))) for one in found]


def register_client(
    db: Engine, actor: Actor, product: str, organisation: str, environment: str, now: datetime
) -> WithKeys:
    """The client of a product, an organisation and an environment, made where there is none; the same again is the same client."""
    named = credentials.product_name(product)
    credentials.must_be_an_environment(environment)
    with db.begin() as tx:
        if not store.organisations.is_open(tx, organisation, day(now)):
            raise joining.no_such_organisation()
        if not may(tx, actor, Permission.ISSUE_CREDENTIAL, organisation, now):
            raise _not_yours()
        wanted = Client(str(uuid_utils.uuid7()), named, organisation, environment)
        client = store.credentials.client_of(tx, wanted, now)
        if client.id == wanted.id:
            store.audit.note(tx, actor.id, "client-registered", client.id, environment=environment)
        return _with_keys(tx, client.id)


def set_scopes(db: Engine, actor: Actor, client_id: str, scopes: Iterable[str], now: datetime) -> WithKeys:
    """Narrow or widen what a client may do; it counts within a second, also for keys and tokens that it has."""
    wanted = credentials.scopes_named(scopes)
    with db.begin() as tx:
        known = _held(tx, actor, Permission.ISSUE_CREDENTIAL, client_id, now)
        if known.client.scopes != wanted:
            store.client_keys.set_scopes(tx, known.client.id, wanted)
            store.audit.note(
                tx, actor.id, "client-scopes-set", known.client.id, scope=" ".join(wanted) or "none"
            )
        return _with_keys(tx, known.client.id)


def put_keys(
    db: Engine, fetch: Fetch, actor: Actor, client_id: str, jwks: str, jwks_uri: str, now: datetime
) -> WithKeys:
    """The public keys by which a client signs in, in place of those it had. Tokens that a key signed for which is no longer there end.

    Raises INVALID `keys-not-accepted` with the faults of the set, NOT_FOUND for a client that is not the actor's to administer.
    A set that is published is fetched at once, with no transaction open.
    """
    if bool(jwks) is bool(jwks_uri):
        detail = "Send either the key set itself, or the address where it is published."
        raise client_keys.not_accepted(Fault("jwks", "one-of-two", detail))
    with db.begin() as tx:
        known = _held(tx, actor, Permission.ISSUE_CREDENTIAL, client_id, now)
    keys = fetched_keys(fetch, jwks_uri) if jwks_uri else signatures.usable(client_keys.read(jwks))
    wanted = KeySet(keys, jwks_uri, now, now if jwks_uri else None)
    with db.begin() as tx:
        known = _held(tx, actor, Permission.ISSUE_CREDENTIAL, client_id, now)
        if not _same(known.keys, wanted):
            _put(tx, actor, known.client.id, wanted, now)
        return _with_keys(tx, known.client.id)


def remove_keys(db: Engine, actor: Actor, client_id: str, now: datetime) -> WithKeys:
    """From now on no signature of the client counts, and its tokens end; twice changes nothing. Shared keys go on."""
    with db.begin() as tx:
        known = _held(tx, actor, Permission.REVOKE_CREDENTIAL, client_id, now)
        _remove(tx, actor, known, now)
        return _with_keys(tx, known.client.id)


def end_client(db: Engine, actor: Actor, client_id: str, now: datetime) -> WithKeys:
    """Take back all that a client can show, of either kind, at once and everywhere; twice changes nothing.

    Its records stay its own: a key that is issued later makes it the same client.
    """
    with db.begin() as tx:
        known = _held(tx, actor, Permission.REVOKE_CREDENTIAL, client_id, now)
        _remove(tx, actor, known, now)
        for one in store.credentials.of_client(tx, known.client.id):
            store.credentials.revoke(tx, one, now)
            store.audit.note(tx, actor.id, "credential-revoked", one.id, client=known.client.id)
        return _with_keys(tx, known.client.id)


def _put(tx: Connection, actor: Actor, client_id: str, wanted: KeySet, now: datetime) -> None:
    store.client_keys.put(tx, client_id, wanted, actor.id)
    ended = store.tokens.revoke(tx, client_id, now, [one.thumbprint for one in wanted.keys])
    kind = "published" if wanted.jwks_uri else "sent"
    store.audit.note(
        tx, actor.id, "client-keys-put", client_id, keys=len(wanted.keys), kind=kind, tokens_ended=ended
    )


def _remove(tx: Connection, actor: Actor, known: Registered, now: datetime) -> None:
    ended = store.tokens.revoke(tx, known.client.id, now)
    if known.keys is not None:
        store.client_keys.remove(tx, known.client.id)
        store.audit.note(tx, actor.id, "client-keys-removed", known.client.id, tokens_ended=ended)


def _same(had: KeySet | None, wanted: KeySet) -> bool:
    """Whether nothing changes, but for when it was looked at."""
    return had is not None and (had.jwks_uri, _names(had)) == (wanted.jwks_uri, _names(wanted))


def _names(keys: KeySet) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(one.kid, one.thumbprint, one.algorithms) for one in keys.keys}


def _held(tx: Connection, actor: Actor, permission: str, client_id: str, now: datetime) -> Registered:
    """The client, which changes for nobody else until this transaction ends; NOT_FOUND where it is not the actor's to administer."""
    known = store.client_keys.hold(tx, _id(client_id))
    if known is None or not may(tx, actor, permission, known.client.organisation, now):
        raise _no_such_client()
    return known


def _with_keys(tx: Connection, client_id: str) -> WithKeys:
    found = store.client_keys.find(tx, client_id)
    if found is None:
        raise _no_such_client()
    return found, store.credentials.of_client(tx, client_id)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _no_such_client() from None


def _not_yours() -> Problem:
    return forbidden("not-permitted", "You do not administer this organisation.")


def _no_such_client() -> Problem:
    return not_found("client-not-found", "There is no such client, or none that you administer.")
