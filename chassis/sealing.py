"""Sealing: what only one reader may open.

Two seals. `Vault` keeps a service's own texts: AES-256-GCM under a data key of its own for every record, wrapped by
a named key; throw the wrapped key away and the texts are gone. `seal_to` and `Opener` carry texts to another
service: HPKE (RFC 9180) to its public key. `context` binds a sealed text to its place, so that it cannot be moved.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from joserfc.util import urlsafe_b64decode

from chassis import rereading

Key = TypeVar("Key")
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_NONCE = 12


class CannotOpen(Exception):
    """The seal is broken, the context differs, or the key is not ours."""


@dataclass(frozen=True)
class DataKey:
    """One record's key: `wrapped` may be stored, `key` never."""

    key_id: str
    wrapped: bytes
    key: bytes = field(repr=False)

    def seal(self, text: str, context: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self.key).encrypt(nonce, text.encode(), context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """The text; raises CannotOpen."""
        try:
            return AESGCM(self.key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode()).decode()
        except (InvalidTag, ValueError):
            raise CannotOpen(context) from None


class Vault:
    """Makes and unwraps data keys under a JWK set of 256-bit keys: the first wraps, all unwrap."""

    def __init__(self, jwks: str) -> None:
        self._wrapping = rereading.of(jwks, lambda found: _ring(found, lambda row: AESGCM(_bytes(row["k"]))))

    @property
    def current(self) -> str:
        """The id of the key that wraps now."""
        return self._wrapping.now().first

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Of all that unwrap."""
        return tuple(self._wrapping.now().keys)

    def new_key(self, record: str) -> DataKey:
        """A fresh key for the record with id `record`."""
        return self._wrap(AESGCM.generate_key(256), record)

    def rewrap(self, key_id: str, wrapped: bytes, record: str) -> DataKey:
        """The data key of `record` as before, wrapped by the key that wraps now; raises CannotOpen."""
        return self._wrap(self.unwrap(key_id, wrapped, record).key, record)

    def _wrap(self, key: bytes, record: str) -> DataKey:
        ring, nonce = self._wrapping.now(), os.urandom(_NONCE)
        return DataKey(ring.first, nonce + ring.keys[ring.first].encrypt(nonce, key, record.encode()), key)

    def unwrap(self, key_id: str, wrapped: bytes, record: str) -> DataKey:
        """The data key of `record`; raises CannotOpen when its wrapping key is not ours any more, or it is damaged."""
        try:
            key = (
                self._wrapping.now().keys[key_id].decrypt(wrapped[:_NONCE], wrapped[_NONCE:], record.encode())
            )
        except (KeyError, InvalidTag, ValueError):
            raise CannotOpen(key_id) from None
        return DataKey(key_id, wrapped, key)


class Sealer:
    """Seals to another service: the first public key (X25519) of its JWK set."""

    def __init__(self, jwks: str) -> None:
        self._public = rereading.of(
            jwks, lambda found: _ring(found, lambda row: X25519PublicKey.from_public_bytes(_bytes(row["x"])))
        )

    def seal(self, body: bytes, context: str) -> bytes:
        """`kid` length, `kid`, HPKE ciphertext."""
        ring = self._public.now()
        return _sealed(ring.first, ring.keys[ring.first], body, context)


class Opener:
    """Opens what was sealed to us, with whichever of our private keys it was sealed to."""

    def __init__(self, jwks: str) -> None:
        self._private = rereading.of(
            jwks,
            lambda found: _ring(found, lambda row: X25519PrivateKey.from_private_bytes(_bytes(row["d"]))),
        )

    @property
    def current(self) -> str:
        """The id of the first key, which what we keep is sealed to."""
        return self._private.now().first

    @property
    def key_ids(self) -> tuple[str, ...]:
        return tuple(self._private.now().keys)

    def seal(self, body: bytes, context: str) -> bytes:
        """Seal to our own first key, what we keep ourselves."""
        ring = self._private.now()
        return _sealed(ring.first, ring.keys[ring.first].public_key(), body, context)

    def reseal(self, sealed: bytes, context: str) -> bytes:
        """The same body, sealed to our first key; raises CannotOpen."""
        return self.seal(self.open(sealed, context), context)

    def open(self, sealed: bytes, context: str) -> bytes:
        """The body; raises CannotOpen."""
        end = 1 + sealed[0] if sealed else 0
        try:
            key = self._private.now().keys[sealed[1:end].decode()]
            return _SUITE.decrypt(sealed[end:], key, info=context.encode())
        except (KeyError, UnicodeDecodeError, InvalidTag, ValueError):
            raise CannotOpen(context) from None


def _sealed(kid: str, key: X25519PublicKey, body: bytes, context: str) -> bytes:
    head = kid.encode()
    return bytes([len(head)]) + head + _SUITE.encrypt(body, key, info=context.encode())


@dataclass(frozen=True)
class _Ring(Generic[Key]):
    """Keys by their ids; the first is the one that wraps or seals."""

    first: str
    keys: Mapping[str, Key] = field(repr=False)


def _ring(jwks: str, key_of: Callable[[Mapping[str, str]], Key]) -> _Ring[Key]:
    """Raises LookupError, TypeError or ValueError when the set cannot be used."""
    rows = json.loads(jwks)["keys"]
    return _Ring(str(rows[0]["kid"]), {str(row["kid"]): key_of(row) for row in rows})


def _bytes(text: str) -> bytes:
    decoded: bytes = urlsafe_b64decode(text.encode())
    return decoded
