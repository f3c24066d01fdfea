"""Public keys by which an LRMS client signs in: which are taken, and where a vendor may publish them.

A set is a JWK Set (RFC 7517). What it holds beside public numbers is not kept. Nothing here quotes a key.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from chassis.problems import Fault, Problem, invalid
from services.identity.domain.credentials import Client

MOST = 10  # keys in one set
LARGEST = 64 * 1024  # bytes of one set
LONGEST_KID = 200
LONGEST_ADDRESS = 1000
SHORTEST_RSA, LONGEST_RSA = 2048, 8192  # bits; a longer one costs us more than it protects
REFRESHED = timedelta(hours=1)  # how old a fetched set may be before it is looked at again
FORGOTTEN = timedelta(hours=24)  # how long we go on with one that cannot be fetched
PAUSE = timedelta(minutes=1)  # between two tries to fetch one

_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_RSA = ("RS256", "RS512", "PS256")
_CURVES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("OKP", "Ed25519"): ("EdDSA", "Ed25519"),  # the same under its old and its new name
}
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "RSA": ("e", "kty", "n"),
    "EC": ("crv", "kty", "x", "y"),
    "OKP": ("crv", "kty", "x"),
}
ALGORITHMS = (*_RSA, *(name for names in _CURVES.values() for name in names))


@dataclass(frozen=True)
class PublicKey:
    """One key: what it may sign with, its RFC 7638 thumbprint, and the numbers of it that we keep."""

    kid: str
    kind: str
    algorithms: tuple[str, ...]
    thumbprint: str
    jwk: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class KeySet:
    """The keys of one client, sent to us or fetched from `jwks_uri`."""

    keys: tuple[PublicKey, ...]
    jwks_uri: str = ""
    registered_at: datetime | None = None
    fetched_at: datetime | None = None
    last_used_on: date | None = None

    def named(self, kid: str) -> PublicKey | None:
        return next((one for one in self.keys if one.kid == kid), None)

    def is_stale(self, now: datetime) -> bool:
        """Whether it should be looked at again where it is published."""
        return bool(self.jwks_uri) and (self.fetched_at is None or now - self.fetched_at > REFRESHED)

    def is_forgotten(self, now: datetime) -> bool:
        """Whether it has not been seen where it is published for so long that it is no longer believed."""
        return bool(self.jwks_uri) and (self.fetched_at is None or now - self.fetched_at > FORGOTTEN)

    def written(self) -> str:
        """As a JWK Set of public numbers."""
        return json.dumps({"keys": [dict(one.jwk) for one in self.keys]})


@dataclass(frozen=True)
class Registered:
    """A client and the keys it signs in with, where it has any."""

    client: Client
    made_at: datetime
    keys: KeySet | None = None


def read(written: str | bytes, path: str = "jwks") -> tuple[PublicKey, ...]:
    """The keys of a JWK Set; raises INVALID `keys-not-accepted` with a fault for everything wrong, by its place under `path`."""
    if len(written) > LARGEST:
        raise not_accepted(Fault(path, "too-large", f"A key set has {LARGEST} bytes at most."))
    try:
        sent = json.loads(written)
        rows = sent["keys"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise not_accepted(Fault(path, "structure", 'A key set is a JSON object: {"keys": [ … ]}.')) from None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST:
        raise not_accepted(Fault(f"{path}.keys", "structure", f"A key set has 1 to {MOST} keys."))
    faults = [fault for at, row in enumerate(rows) for fault in _faults(row, f"{path}.keys[{at}]")]
    if not faults and len({row["kid"] for row in rows}) < len(rows):
        faults = [Fault(f"{path}.keys", "kid-repeated", "Two keys have the same kid.")]
    if faults:
        raise not_accepted(*faults)
    return tuple(_key(row) for row in rows)


def not_accepted(*faults: Fault) -> Problem:
    return invalid("keys-not-accepted", "These keys cannot be used to sign in.", *faults)


def _faults(row: Any, path: str) -> Iterator[Fault]:
    if not isinstance(row, dict):
        yield Fault(path, "structure", "A key is a JSON object.")
        return
    if row.get("kty") == "oct" or _PRIVATE & row.keys():
        yield Fault(
            path,
            "key-not-public",
            "This is a private or shared key. Whoever sees one can sign as you: make a new pair, and send"
            " its public half alone.",
        )
        return
    yield from _name_faults(row, path)
    yield from _number_faults(row, path)


def _name_faults(row: Mapping[str, Any], path: str) -> Iterator[Fault]:
    kid = row.get("kid")
    if not isinstance(kid, str) or not 1 <= len(kid) <= LONGEST_KID or not kid.isprintable():
        yield Fault(
            f"{path}.kid", "kid-not-valid", f"A key has a kid of 1 to {LONGEST_KID} printable characters."
        )
    if row.get("use", "sig") != "sig":
        yield Fault(f"{path}.use", "use-not-valid", "This key is for something else than signing.")
    uses = row.get("key_ops", ["verify"])
    if not isinstance(uses, list) or "verify" not in uses:
        yield Fault(f"{path}.key_ops", "use-not-valid", "This key is for something else than verifying.")


def _number_faults(row: Mapping[str, Any], path: str) -> Iterator[Fault]:
    allowed = _allowed(row)
    if not allowed:
        yield Fault(
            f"{path}.kty",
            "key-not-supported",
            "Use RSA of 2048 bits or more, EC on P-256 or P-384, or Ed25519.",
        )
        return
    numbers = [_number(row.get(name)) for name in _NUMBERS[row["kty"]] if name not in ("kty", "crv")]
    if not all(numbers):
        yield Fault(path, "key-not-valid", "A number of this key is missing, or is not base64url.")
    elif row["kty"] == "RSA" and not SHORTEST_RSA <= _bits(row["n"]) <= LONGEST_RSA:
        yield Fault(f"{path}.n", "key-too-weak", f"An RSA key has {SHORTEST_RSA} to {LONGEST_RSA} bits.")
    elif row["kty"] == "RSA" and _exponent_is_weak(row["e"]):
        yield Fault(
            f"{path}.e", "key-too-weak", "The public exponent is an odd number of 3 to 2^32; use 65537."
        )
    if row.get("alg", allowed[0]) not in allowed:
        yield Fault(f"{path}.alg", "alg-not-supported", f"This key signs with: {', '.join(allowed)}.")


def _allowed(row: Mapping[str, Any]) -> tuple[str, ...]:
    kty, curve = str(row.get("kty")), str(row.get("crv"))
    return _RSA if kty == "RSA" else _CURVES.get((kty, curve), ())


def _number(written: Any) -> bytes:
    """The bytes of a base64url number; none where it is not one."""
    if not isinstance(written, str) or not written.isascii() or len(written) > LARGEST:
        return b""
    try:
        return base64.b64decode(written + "=" * (-len(written) % 4), b"-_", validate=True)
    except ValueError:
        return b""


def _bits(written: str) -> int:
    return int.from_bytes(_number(written)).bit_length()


def _exponent_is_weak(written: str) -> bool:
    """Whether it protects nothing, or makes us work."""
    exponent = int.from_bytes(_number(written))
    return exponent < 3 or exponent % 2 == 0 or exponent.bit_length() > 32


def _key(row: Mapping[str, Any]) -> PublicKey:
    numbers = {name: str(row[name]) for name in _NUMBERS[row["kty"]]}
    allowed = (row["alg"],) if "alg" in row else _allowed(row)
    kind = f"RSA {_bits(row['n'])}" if row["kty"] == "RSA" else f"{row['kty']} {row['crv']}"
    named = {"kid": row["kid"]} | ({"alg": row["alg"]} if "alg" in row else {})
    return PublicKey(row["kid"], kind, allowed, _thumbprint(numbers), numbers | named)


def _thumbprint(numbers: Mapping[str, str]) -> str:
    canonical = json.dumps(dict(sorted(numbers.items())), separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).decode().rstrip("=")


# ---- where a vendor may publish them --------------------------------------------------------------------------


@dataclass(frozen=True)
class Address:
    """Where a key set lies; `trusted` hosts may be private and speak plain HTTP, because an operator named them."""

    url: str
    host: str
    port: int
    path: str
    secure: bool
    trusted: bool = False


def address(url: str, trusted: str) -> Address:
    """The parts of a `jwks_uri`; raises INVALID `keys-not-accepted`.

    `trusted` names origins with blanks between (`http://localhost`, any port where none is named); an origin that is not among them
    must be https, and lie where everybody can reach it, which is asked when it is resolved.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _not_an_address() from None
    host = (parts.hostname or "").rstrip(".")
    plain = len(url) <= LONGEST_ADDRESS and url.isascii() and url.isprintable() and " " not in url
    if not plain or not host or parts.username or parts.password or parts.fragment:
        raise _not_an_address()
    known = any(
        one in trusted.split() for one in (f"{parts.scheme}://{host}", f"{parts.scheme}://{host}:{port}")
    )
    if parts.scheme != "https" and not (known and parts.scheme == "http"):
        raise _not_an_address()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(url, host, port, path, parts.scheme == "https", known)


def _not_an_address() -> Problem:
    detail = "jwks_uri is an https address without a name, password or fragment in it."
    return not_accepted(Fault("jwks_uri", "address-not-valid", detail))


def not_fetched(why: str) -> Problem:
    return not_accepted(Fault("jwks_uri", "not-fetched", why))
