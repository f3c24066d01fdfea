"""LRMS keys: whose they are, which there are, taking one back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from chassis.actors import Actor, Signer
from chassis.problems import Problem, invalid, not_found, unauthenticated
from services.identity import store
from services.identity.domain import accounts, organisations, roles
from services.identity.domain.credentials import Client, Credential
from services.identity.domain.roles import Permission
from services.identity.use_cases.signing import Signed, sign

MOST = 1000  # credentials in one list


def actor_for_key(db: Engine, signer: Signer, key: str, now: datetime) -> Signed:
    """Which client this key is; raises UNAUTHENTICATED `key-not-known`. Not audited: asked too often."""
    with db.begin() as tx:
        client = store.credentials.client_with_key(tx, accounts.digest(key))
    if client is None:
        raise unauthenticated(
            "key-not-known", "This key is not known, or was revoked. Ask your vendor for a new one."
        )
    return sign(
        signer, _machine(client), accounts.actor_seconds(now), store.watching.client_watch_id(client.id)
    )


def list_credentials(db: Engine, actor: Actor, organisation: str) -> tuple[Credential, ...]:
    """The keys of one organisation, or everyone's where it is empty: that takes a national grant."""
    actor.must(Permission.READ_CREDENTIALS, organisation)
    if organisation and not organisations.is_code(organisation):
        raise invalid("organisation-not-valid", "An organisation is named by its ODS code, like RZ1.")
    with db.begin() as tx:
        found = store.credentials.listed(tx, organisation, MOST)
        store.audit.note(tx, actor.id, "credentials-listed", organisation, found=len(found))
    return found


def revoke_credential(db: Engine, actor: Actor, credential_id: str, now: datetime) -> Credential:
    """Take a key back, at once and everywhere; twice changes nothing. Its client's other key goes on."""
    with db.begin() as tx:
        credential = store.credentials.lock(tx, _id(credential_id))
        if credential is None or not _may_revoke(actor, credential):
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


def _may_revoke(actor: Actor, credential: Credential) -> bool:
    return roles.may_at(actor, Permission.REVOKE_CREDENTIAL, credential.client.organisation)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _no_such_credential() from None


def _no_such_credential() -> Problem:
    return not_found("credential-not-found", "There is no such credential.")
