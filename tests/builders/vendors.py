"""A vendor that signs: its key pairs, and what it signs to get a token."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

ISSUER = "https://pse.example"
ENDPOINT = f"{ISSUER}/oauth2/token"
AUDIENCES = frozenset({ISSUER, ENDPOINT})
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Key = RSAKey | ECKey | OKPKey


class _Anything(JWSRegistry):
    """Signs with whatever it is told to."""

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]


def a_key(kind: str = "P-256", kid: str = "one") -> Key:
    """A pair by its curve, or RSA by its bits."""
    named: Any = {"kid": kid}
    if kind.isdigit():
        return RSAKey.generate_key(int(kind), named)
    if kind == "Ed25519":
        return OKPKey.generate_key("Ed25519", named)
    return ECKey.generate_key(kind, named)  # type: ignore[arg-type]


def public(*keys: Key) -> str:
    """What is registered of them."""
    return json.dumps({"keys": [one.as_dict(private=False) for one in keys]})


def claims(client_id: str, now: float | None = None, **changes: Any) -> dict[str, Any]:
    """What an honest client says at `now`; a change to None leaves a claim out."""
    at = int(time.time() if now is None else now)
    said = {
        "iss": client_id,
        "sub": client_id,
        "aud": ENDPOINT,
        "iat": at,
        "exp": at + 60,
        "jti": secrets.token_hex(16),
    } | changes
    return {name: value for name, value in said.items() if value is not None}


def signed(key: Key, said: dict[str, Any], alg: str = "ES256", **header: Any) -> str:
    """An assertion. A change of the header to None leaves a member out."""
    whole = {"typ": "JWT", "alg": alg, "kid": key.kid} | header
    protected = {name: value for name, value in whole.items() if value is not None}
    return jws.serialize_compact(protected, json.dumps(said), key, registry=_Anything())


def signed_by_hand(key: Key, header: dict[str, Any], said: dict[str, Any]) -> str:
    """With P-256, under any header: nothing looks at what it says."""
    start = f"{_segment(header)}.{_segment(said)}"
    private: Any = key.private_key
    r, s = decode_dss_signature(private.sign(start.encode(), ECDSA(SHA256())))
    tag = r.to_bytes(32) + s.to_bytes(32)
    return f"{start}.{base64.urlsafe_b64encode(tag).decode().rstrip('=')}"


def unsigned(said: dict[str, Any], alg: str = "none", kid: str = "one") -> str:
    return f"{_segment({'alg': alg, 'kid': kid})}.{_segment(said)}."


def with_the_public_key_as_secret(key: Key, said: dict[str, Any], written: bytes | None = None) -> str:
    """The classic: HS256 with what everybody knows."""
    start = f"{_segment({'alg': 'HS256', 'kid': key.kid, 'typ': 'JWT'})}.{_segment(said)}"
    secret = written or key.as_pem(private=False)
    tag = hmac.new(secret, start.encode(), hashlib.sha256).digest()
    return f"{start}.{base64.urlsafe_b64encode(tag).decode().rstrip('=')}"


def _segment(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
