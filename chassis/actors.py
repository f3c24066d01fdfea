"""Who is asking, for which organisation, with what permissions.

Identity signs actors (JWT, Ed25519) and nobody else can; every server verifies them and remembers the verdict by
hash, because signing and verifying cost more than the calls they protect.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, OKPKey

from chassis import rereading
from chassis.problems import forbidden, unauthenticated

ISSUER = "lfpse-identity"
AUDIENCE = "lfpse"
LEEWAY = 5  # seconds a clock may be behind


class Reach(StrEnum):
    """How far a grant's read permissions go from its organisation."""

    OWN = "own"  # what the actor recorded
    ORGANISATION = "organisation"  # the organisation and its sites
    AREA = "area"  # providers below it: read-only
    NATIONAL = "national"  # everything


@dataclass(frozen=True)
class Grant:
    """What an actor may do at one organisation; `organisation` is an ODS code, empty for national roles."""

    organisation: str
    reach: Reach
    permissions: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """The person, LRMS client or system that asks. `kind` is person, client, sandbox (a client on trial) or system."""

    id: str
    kind: str
    organisation: str
    grants: tuple[Grant, ...] = ()
    name: str = field(default="", repr=False)

    def may(self, permission: str) -> bool:
        return any(permission in grant.permissions for grant in self.grants)

    def must(self, permission: str, organisation: str | None = None) -> None:
        """Raise a FORBIDDEN problem unless a grant holds `permission` (at `organisation`, where given)."""
        for grant in self.grants:
            if permission not in grant.permissions:
                continue
            if organisation is None or grant.reach is Reach.NATIONAL or grant.organisation == organisation:
                return
        raise forbidden(
            "not-permitted", "Your account does not allow this. Ask your organisation's administrator."
        )

    def grants_with(self, permission: str) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if permission in grant.permissions)


def system(name: str) -> Actor:
    """The named actor that listeners and jobs act as."""
    return Actor(id=f"system:{name}", kind="system", organisation="")


class Signer:
    """Identity's pen: signs actors with the first key of a private JWK set."""

    def __init__(self, jwks: str) -> None:
        self._keys = rereading.of(jwks, _keys)

    def sign(self, actor: Actor, seconds: int) -> tuple[str, int]:
        """A token for `actor` and the Unix time it ends."""
        now, key = int(time.time()), self._keys.now().keys[0]
        claims = _claims(actor) | {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + seconds}
        header = {"alg": "Ed25519", "kid": key.kid}
        return jwt.encode(header, claims, key, algorithms=["Ed25519"]), now + seconds


@dataclass(frozen=True)
class _Believed:
    """The keys that are believed, and what was verified with them: other keys begin with nothing remembered."""

    keys: KeySet
    known: dict[bytes, tuple[float, Actor]] = field(default_factory=dict)


class Verifier:
    """Turns a signed token back into its Actor; remembers tokens until they end or keys change, by hash."""

    def __init__(self, jwks: str, most: int = 10_000) -> None:
        self._believed = rereading.of(jwks, lambda found: _Believed(_keys(found)))
        self._most = most

    def verify(self, token: str) -> Actor:
        """The actor of `token`; raises UNAUTHENTICATED when it is forged, ended or not ours."""
        mark = hashlib.sha256(token.encode()).digest()
        now, believed = time.time(), self._believed.now()
        known = believed.known.get(mark)
        if known and known[0] > now:
            return known[1]
        ends, actor = _read(token, believed.keys, now)
        if len(believed.known) >= self._most:
            believed.known.clear()
        believed.known[mark] = (ends, actor)
        return actor


def _read(token: str, keys: KeySet, now: float) -> tuple[float, Actor]:
    """When a token ends, and its actor."""
    try:
        claims = jwt.decode(token, keys, algorithms=["Ed25519"]).claims
    except (JoseError, ValueError):
        raise unauthenticated("actor-not-genuine", "Sign in again.") from None
    ends = float(claims.get("exp", 0)) + LEEWAY
    if claims.get("iss") != ISSUER or claims.get("aud") != AUDIENCE or ends <= now:
        raise unauthenticated("actor-ended", "Your session has ended. Sign in again.")
    return ends, _actor(claims)


def _keys(jwks: str) -> KeySet:
    """Raises ValueError when there is none."""
    found: list[Key] = [OKPKey.import_key(one) for one in json.loads(jwks)["keys"]]
    if not found:
        raise ValueError("a key set without a key")
    return KeySet(found)


def _claims(actor: Actor) -> dict[str, Any]:
    return {
        "sub": actor.id,
        "kind": actor.kind,
        "org": actor.organisation,
        "name": actor.name,
        "grants": [[g.organisation, g.reach.value, sorted(g.permissions)] for g in actor.grants],
    }


def _actor(claims: Mapping[str, Any]) -> Actor:
    return Actor(
        id=claims["sub"],
        kind=claims["kind"],
        organisation=claims["org"],
        name=claims.get("name", ""),
        grants=tuple(_grants(claims["grants"])),
    )


def _grants(rows: Iterable[list[Any]]) -> Iterable[Grant]:
    for organisation, reach, permissions in rows:
        yield Grant(organisation, Reach(reach), frozenset(permissions))
