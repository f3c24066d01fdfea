"""LRMS keys: whose they are, which there are, issuing one, taking one back."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis.actors import Actor, Signer
from chassis.problems import Problem, forbidden, invalid, not_found, unauthenticated
from services.identity import store
from services.identity.domain import accounts, credentials, joining, organisations, roles
from services.identity.domain.credentials import Client, Credential
from services.identity.domain.roles import Permission
from services.identity.use_cases.granting import day
from services.identity.use_cases.signing import Signed, sign

MOST = 1000  # credentials in one list


def actor_for_key(db: Engine, signer: Signer, key: str, now: datetime) -> Signed:
    """Which client this key is; raises UNAUTHENTICATED `key-not-known`. Not audited: asked too often."""
    with db.begin() as tx:
        credential = store.credentials.with_key(tx, accounts.digest(key), now)
    if credential is None:
        raise unauthenticated(
            "key-not-known", "This key is not known, or was revoked. Ask your vendor for a new one."
        )
    client, seconds = credential.client, accounts.actor_seconds(now, credential.expires_at)
    return sign(signer, _machine(client), seconds, store.watching.client_watch_id(client.id))


def issue_credential(
    db: Engine, actor: Actor, product: str, organisation: str, environment: str, days: int, now: datetime
) -> tuple[Credential, str]:
    """A new key of a client, and the key itself, which is shown this once. The client's other key goes on.

    Raises INVALID, FORBIDDEN for an organisation that the actor does not administer, CONFLICT where both keys are in use.
    """
    named = credentials.product_name(product)
    credentials.must_be_an_environment(environment)
    ends, key = credentials.end_after(days, now), credentials.new_key()
    with db.begin() as tx:
        if not store.organisations.is_open(tx, organisation, day(now)):
            raise joining.no_such_organisation()
        if not _may(tx, actor, Permission.ISSUE_CREDENTIAL, organisation, now):
            raise forbidden("not-permitted", "You do not administer this organisation.")
        client = store.credentials.client_of(tx, Client(_new_id(), named, organisation, environment), now)
        slot = credentials.free_slot(store.credentials.slots_in_use(tx, client.id, now))
        made = Credential(_new_id(), client, slot, now, expires_at=ends)
        store.credentials.add_credential(tx, made, accounts.digest(key), actor.id)
        store.audit.note(
            tx, actor.id, "credential-issued", made.id, client=client.id, slot=slot, environment=environment
        )
    return made, key


def list_credentials(db: Engine, actor: Actor, organisation: str) -> tuple[Credential, ...]:
    """The keys of one organisation, or everyone's where it is empty: that takes a national grant."""
    if organisation and not organisations.is_code(organisation):
        raise invalid("organisation-not-valid", "An organisation is named by its ODS code, like RZ1.")
    with db.begin() as tx:
        if not _may(tx, actor, Permission.READ_CREDENTIALS, organisation, datetime.now(UTC)):
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


def _machine(client: Client) -> Actor:
    grant = roles.grant(roles.client_role(client.environment), client.organisation)
    kind = roles.client_kind(client.environment)
    return Actor(
        store.watching.client_watch_id(client.id), kind, client.organisation, (grant,), client.product
    )


def _may_revoke(tx: Connection, actor: Actor, credential: Credential, now: datetime) -> bool:
    return _may(tx, actor, Permission.REVOKE_CREDENTIAL, credential.client.organisation, now)


def _may(tx: Connection, actor: Actor, permission: str, organisation: str, now: datetime) -> bool:
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
