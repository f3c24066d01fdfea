"""LRMS clients as actors: what a client may do, under the scopes of the key or token that it shows."""

from __future__ import annotations

from collections.abc import Collection

from chassis.actors import Actor
from services.identity import store
from services.identity.domain import roles
from services.identity.domain.credentials import Client


def machine(client: Client, scopes: Collection[str]) -> Actor:
    """Whatever it shows, it is the same client: idempotency and quotas are the client's."""
    whole = roles.grant(roles.client_role(client.environment), client.organisation)
    kind = roles.client_kind(client.environment)
    who = store.watching.client_watch_id(client.id)
    return Actor(who, kind, client.organisation, (roles.narrowed(whole, scopes),), client.product)


def scope_said(scopes: Collection[str]) -> str:
    """The scopes, where they are not all there are: then whoever is refused is told of them."""
    return "" if set(scopes) >= roles.SCOPES.keys() else " ".join(scopes) or "none"
