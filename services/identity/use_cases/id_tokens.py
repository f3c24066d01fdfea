"""What an outside provider signed, and what we sign for it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jws

from chassis.problems import Problem
from services.identity.domain import client_keys, outside
from services.identity.domain.client_keys import PublicKey
from services.identity.domain.outside import Provider
from services.identity.use_cases.jose import KINDS, WRONG, Registry, imported


def kid_of(token: str) -> str:
    """Which key a token says it was signed with; nothing where it says none, or is no token."""
    if len(token) > outside.LONGEST_TOKEN:
        return ""
    try:
        kid = jws.extract_compact(token.encode("ascii"), registry=Registry()).headers().get("kid")
    except WRONG:
        return ""
    return kid if isinstance(kid, str) else ""


def claims(
    token: str, access_token: str, key: PublicKey, provider: Provider, nonce: str, now: datetime
) -> Mapping[str, Any]:
    """What an ID token says, which this key signed for us; raises UNAUTHENTICATED `outside-not-verified`."""
    try:
        header, said = _verified(token, key)
    except WRONG:
        raise outside.not_verified(provider.label) from None
    holds = outside.claims_hold(said, provider, nonce, now) and "crit" not in header
    if not holds or not outside.at_hash_holds(said, header["alg"], access_token):
        raise outside.not_verified(provider.label)
    return said


def _verified(token: str, key: PublicKey) -> tuple[Mapping[str, Any], dict[str, Any]]:
    algorithm = jws.extract_compact(token.encode("ascii"), registry=Registry()).headers()["alg"]
    if algorithm not in key.algorithms:
        raise ValueError("not an algorithm of this key")
    read = jws.deserialize_compact(
        token.encode("ascii"), imported(key), registry=Registry(algorithms=[algorithm])
    )
    said = json.loads(read.payload)
    if not isinstance(said, dict):
        raise ValueError("no claims")
    return read.headers(), said


def keys(body: bytes) -> dict[str, PublicKey]:
    """The keys of a set by kid. A set may hold what is not for us, as keys to encrypt with: that is left out."""
    rows = outside.an_object(body).get("keys")
    found: dict[str, PublicKey] = {}
    for row in rows if isinstance(rows, list) else ():
        try:
            (key,) = client_keys.read(json.dumps({"keys": [row]}))
            imported(key)
        except (Problem, *WRONG):
            continue
        found[key.kid] = key
    return found


def assertion(provider: Provider, now: datetime) -> str:
    """What proves to a provider that we are its client (RFC 7523): good once, for a minute."""
    key = KINDS[provider.client_key["kty"]].import_key(dict(provider.client_key))
    algorithm, at = provider.client_key["alg"], int(now.timestamp())
    said = {
        "iss": provider.client_id,
        "sub": provider.client_id,
        "aud": provider.assertion_audience or provider.issuer,
        "jti": secrets.token_urlsafe(24),
        "iat": at,
        "exp": at + int(outside.ASSERTION.total_seconds()),
    }
    header = {"alg": algorithm, "kid": provider.client_key["kid"], "typ": "JWT"}
    return jws.serialize_compact(
        header, json.dumps(said).encode(), key, registry=Registry(algorithms=[algorithm])
    )


def can_sign(provider: Provider, now: datetime) -> bool:
    """Whether our key for a provider is one; for the start, where the operator can still mend it."""
    try:
        return bool(assertion(provider, now)) if provider.authentication == outside.SIGNED else True
    except WRONG:
        return False
