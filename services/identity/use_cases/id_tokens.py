"""What an outside provider signed, and what we sign for it; the one place that gives a provider's words to the JOSE library."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from chassis.problems import Problem
from services.identity.domain import client_keys, outside
from services.identity.domain.client_keys import PublicKey
from services.identity.domain.outside import Provider

_KINDS: Mapping[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_WRONG = (JoseError, ValueError, TypeError, KeyError, RecursionError)  # whatever a hostile text can cause


class _Registry(JWSRegistry):
    """Takes the algorithms of one key alone. It does not warn of EdDSA: that old name of Ed25519 is what providers say."""

    max_header_length = 4096

    def get_alg(self, name: str) -> Any:
        if name not in (self.allowed or ()):
            raise ValueError("not an algorithm of this key")
        return self.algorithms[name]


def kid_of(token: str) -> str:
    """Which key a token says it was signed with; nothing where it says none, or is no token."""
    if len(token) > outside.LONGEST_TOKEN:
        return ""
    try:
        kid = jws.extract_compact(token.encode("ascii"), registry=_Registry()).headers().get("kid")
    except _WRONG:
        return ""
    return kid if isinstance(kid, str) else ""


def claims(
    token: str, access_token: str, key: PublicKey, provider: Provider, nonce: str, now: datetime
) -> Mapping[str, Any]:
    """What an ID token says, which this key signed for us; raises UNAUTHENTICATED `outside-not-verified`."""
    try:
        header, said = _verified(token, key)
    except _WRONG:
        raise outside.not_verified(provider.label) from None
    holds = outside.claims_hold(said, provider, nonce, now) and "crit" not in header
    if not holds or not outside.at_hash_holds(said, header["alg"], access_token):
        raise outside.not_verified(provider.label)
    return said


def _verified(token: str, key: PublicKey) -> tuple[Mapping[str, Any], dict[str, Any]]:
    algorithm = jws.extract_compact(token.encode("ascii"), registry=_Registry()).headers()["alg"]
    if algorithm not in key.algorithms:
        raise ValueError("not an algorithm of this key")
    read = jws.deserialize_compact(
        token.encode("ascii"), _imported(key), registry=_Registry(algorithms=[algorithm])
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
            _imported(key)
        except (Problem, *_WRONG):
            continue
        found[key.kid] = key
    return found


def assertion(provider: Provider, now: datetime) -> str:
    """What proves to a provider that we are its client (RFC 7523): good once, for a minute."""
    key = _KINDS[provider.client_key["kty"]].import_key(dict(provider.client_key))
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
        header, json.dumps(said).encode(), key, registry=_Registry(algorithms=[algorithm])
    )


def can_sign(provider: Provider, now: datetime) -> bool:
    """Whether our key for a provider is one; for the start, where the operator can still mend it."""
    try:
        return bool(assertion(provider, now)) if provider.authentication == outside.SIGNED else True
    except _WRONG:
        return False


def _imported(key: PublicKey) -> RSAKey | ECKey | OKPKey:
    numbers = {name: value for name, value in key.jwk.items() if name != "alg"}
    return _KINDS[key.jwk["kty"]].import_key(numbers)  # type: ignore[arg-type]
