"""LRMS keys: whose they are, which there are, issuing one, taking one back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import outbox
from chassis.actors import Actor, Signer
from chassis.problems import Problem, forbidden, invalid, not_found, unauthenticated
from services.identity import messages, store
from services.identity.domain import accounts, credentials, joining, organisations, roles
from services.identity.domain.credentials import Client, Credential
from services.identity.domain.roles import Permission
from services.identity.use_cases.granting import POLICY, day
from services.identity.use_cases.machines import machine, scope_said
from services.identity.use_cases.signing import Signed, sign

MOST = 1000  # credentials in one list
WARNED_AT_ONCE = 50


def actor_for_key(db: Engine, signer: Signer, key: str, now: datetime) -> Signed:
    """Which client this key is; raises UNAUTHENTICATED `key-not-known`. Not audited: asked too often."""
    with db.begin() as tx:
        credential = store.credentials.with_key(tx, accounts.digest(key), now)
        if credential and credential.last_used_on != day(now):
            store.credentials.note_use(tx, credential.id, day(now))
    if credential is None:
        raise unauthenticated(
            "key-not-known", "This key is not known, or was revoked. Ask your vendor for a new one."
        )
    client, seconds = credential.client, accounts.actor_seconds(now, credential.expires_at)
    scopes, watch_id = client.holds(credential.scopes), store.watching.client_watch_id(client.id)
    return sign(signer, machine(client, scopes), seconds, watch_id, scope_said(scopes))


def issue_credential(
    db: Engine,
    actor: Actor,
    product: str,
    organisation: str,
    environment: str,
    days: int,
    now: datetime,
    scopes: Sequence[str] = (),
    besides: Collection[str] | None = None,
) -> tuple[Credential, str]:
    """A new key of a client, and the key itself, which is shown this once. The client's other key goes on.

    `scopes` narrow it; none are all that the client has, also those it is given later. `besides` are the keys that whoever asks knows of.
    Raises INVALID, FORBIDDEN for an organisation that the actor does not administer, CONFLICT where both keys are in use, or the client
    has another than is known.
    """
    named = credentials.product_name(product)
    credentials.must_be_an_environment(environment)
    ends, key = credentials.end_after(days, now), credentials.new_key()
    with db.begin() as tx:
        if not store.organisations.is_open(tx, organisation, day(now)):
            raise joining.no_such_organisation()
        if not may(tx, actor, Permission.ISSUE_CREDENTIAL, organisation, now):
            raise forbidden("not-permitted", "You do not administer this organisation.")
        client = store.credentials.client_of(tx, Client(_new_id(), named, organisation, environment), now)
        narrowed = credentials.scopes_named(scopes, client.holds()) if scopes else None
        working = store.credentials.working(tx, client.id, now)
        if besides is not None:
            credentials.must_be_known(working, besides)
        slot = credentials.free_slot(working.values())
        made = Credential(_new_id(), client, slot, now, expires_at=ends, scopes=narrowed)
        store.credentials.add_credential(tx, made, accounts.digest(key), actor.id)
        store.audit.note(
            tx, actor.id, "credential-issued", made.id, client=client.id, slot=slot, environment=environment
        )
    return made, key


def list_credentials(db: Engine, actor: Actor, organisation: str) -> tuple[Credential, ...]:
    """The keys of one organisation, or everyone's where it is empty: that takes a national grant."""
    must_be_code(organisation)
    with db.begin() as tx:
        if not may(tx, actor, Permission.READ_CREDENTIALS, organisation, datetime.now(UTC)):
            raise forbidden("not-permitted", "You do not administer this organisation.")
        found = store.credentials.listed(tx, organisation, MOST)
        store.audit.note(tx, actor.id, "credentials-listed", organisation, found=len(found))
    return found


def revoke_credential(db: Engine, actor: Actor, credential_id: str, now: datetime) -> Credential:
    """Take a key back, at once and everywhere; twice changes nothing. Its client's other key goes on."""
    with db.begin() as tx:
        credential = store.credentials.lock(tx, _id(credential_id))
        if credential is None or not _may_revoke(tx, actor, credential, now):
            raise _no_such_credential()
        if credential.revoked_at is None:
            store.credentials.revoke(tx, credential, now)
            store.audit.note(tx, actor.id, "credential-revoked", credential.id, client=credential.client.id)
        return store.credentials.lock(tx, _id(credential_id)) or credential


def warn_of_ending_keys(tx: Connection) -> bool:
    """Tell whoever administers an organisation of keys that will end, thirty days before and seven; whether there may be more."""
    now = datetime.now(UTC)
    return any(_warned(tx, days, now) for days in credentials.WARNED)


def _warned(tx: Connection, days: int, now: datetime) -> bool:
    found = store.credentials.ending(tx, now, days, WARNED_AT_ONCE)
    for one in found:
        store.credentials.note_warning(tx, one.id, days)
        told = messages.credential_expiring(one, days)
        outbox.put(tx, outbox.announcement(told, one.id, POLICY))
    return len(found) == WARNED_AT_ONCE


def must_be_code(organisation: str) -> None:
    """INVALID for what is no ODS code; none names all organisations."""
    if organisation and not organisations.is_code(organisation):
        raise invalid("organisation-not-valid", "An organisation is named by its ODS code, like RZ1.")


def _may_revoke(tx: Connection, actor: Actor, credential: Credential, now: datetime) -> bool:
    return may(tx, actor, Permission.REVOKE_CREDENTIAL, credential.client.organisation, now)


def may(tx: Connection, actor: Actor, permission: str, organisation: str, now: datetime) -> bool:
    """Whether the actor holds a permission at an organisation or at one that operates it today, or everywhere."""
    places = (organisation, *store.organisations.operators(tx, organisation, day(now)))
    return any(roles.may_at(actor, permission, one) for one in places)


def _new_id() -> str:
    return str(uuid_utils.uuid7())


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _no_such_credential() from None


def _no_such_credential() -> Problem:
    return not_found("credential-not-found", "There is no such credential.")
