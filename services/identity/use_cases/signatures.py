"""Reading and verifying what clients signed."""

from __future__ import annotations

import json
from typing import Any

from joserfc import jws

from chassis.problems import Fault
from services.identity.domain import assertions, client_keys
from services.identity.domain.assertions import Sent
from services.identity.domain.client_keys import PublicKey
from services.identity.use_cases.jose import WRONG, Registry, imported


def look(assertion: str, client_id: str) -> Sent:
    """What an assertion says of itself, before anything of it is believed; raises UNAUTHENTICATED `invalid-client`."""
    if len(assertion) > assertions.LONGEST:
        raise assertions.refused(f"An assertion has {assertions.LONGEST} characters at most.")
    try:
        read = jws.extract_compact(assertion.encode("ascii"), registry=Registry())
        header, claims = read.headers(), json.loads(read.payload)
    except WRONG:
        raise _not_a_jwt() from None
    if not isinstance(claims, dict) or not isinstance(header, dict):
        raise _not_a_jwt()
    return assertions.sent(assertion, header, claims, client_id)


def verified(sent: Sent, key: PublicKey) -> dict[str, Any]:
    """The claims, which this key signed; raises UNAUTHENTICATED `invalid-client`."""
    if sent.algorithm not in key.algorithms:
        raise assertions.not_recognised()
    try:
        registry = Registry(algorithms=[sent.algorithm])
        read = jws.deserialize_compact(sent.whole.encode("ascii"), imported(key), registry=registry)
        claims: dict[str, Any] = json.loads(read.payload)
    except WRONG:
        raise assertions.not_recognised() from None
    return claims


def usable(keys: tuple[PublicKey, ...], path: str = "jwks") -> tuple[PublicKey, ...]:
    """The same keys; raises INVALID `keys-not-accepted` where the numbers of one are no key."""
    faults = [
        Fault(f"{path}.keys[{at}]", "key-not-valid", "The numbers of this key are not those of a key.")
        for at, key in enumerate(keys)
        if not _is_key(key)
    ]
    if faults:
        raise client_keys.not_accepted(*faults)
    return keys


def _is_key(key: PublicKey) -> bool:
    try:
        return bool(imported(key).public_key)
    except WRONG:
        return False


def _not_a_jwt() -> Exception:
    return assertions.refused("client_assertion must be a signed JWT: header.claims.signature, in base64url.")
