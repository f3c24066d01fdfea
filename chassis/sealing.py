"""Sealing: what only one reader may open.

Two seals. `Vault` keeps a service's own texts: AES-256-GCM under a data key of its own for every record, wrapped by
a named key; throw the wrapped key away and the texts are gone. `seal_to` and `Opener` carry texts to another
service: HPKE (RFC 9180) to its public key. `context` binds a sealed text to its place, so that it cannot be moved.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from joserfc.util import urlsafe_b64decode

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
        rows = json.loads(jwks)["keys"]
        self._keys = {row["kid"]: AESGCM(_bytes(row["k"])) for row in rows}
        self._current = rows[0]["kid"]

    def new_key(self, record: str) -> DataKey:
        """A fresh key for the record with id `record`."""
        key, nonce = AESGCM.generate_key(256), os.urandom(_NONCE)
        wrapped = nonce + self._keys[self._current].encrypt(nonce, key, record.encode())
        return DataKey(self._current, wrapped, key)

    def unwrap(self, key_id: str, wrapped: bytes, record: str) -> DataKey:
        """The data key of `record`; raises CannotOpen when its wrapping key is not ours any more."""
        try:
            key = self._keys[key_id].decrypt(wrapped[:_NONCE], wrapped[_NONCE:], record.encode())
        except (KeyError, InvalidTag):
            raise CannotOpen(key_id) from None
        return DataKey(key_id, wrapped, key)


class Sealer:
    """Seals to another service: the first public key (X25519) of its JWK set."""

    def __init__(self, jwks: str) -> None:
        row = json.loads(jwks)["keys"][0]
        self._key = X25519PublicKey.from_public_bytes(_bytes(row["x"]))
        self._kid = str(row["kid"]).encode()

    def seal(self, body: bytes, context: str) -> bytes:
        """`kid` length, `kid`, HPKE ciphertext."""
        return bytes([len(self._kid)]) + self._kid + _SUITE.encrypt(body, self._key, info=context.encode())


class Opener:
    """Opens what was sealed to us, with whichever of our private keys it was sealed to."""

    def __init__(self, jwks: str) -> None:
        rows = json.loads(jwks)["keys"]
        self._keys = {row["kid"]: X25519PrivateKey.from_private_bytes(_bytes(row["d"])) for row in rows}

    def open(self, sealed: bytes, context: str) -> bytes:
        """The body; raises CannotOpen."""
        end = 1 + sealed[0] if sealed else 0
        try:
            key = self._keys[sealed[1:end].decode()]
            return _SUITE.decrypt(sealed[end:], key, info=context.encode())
        except (KeyError, UnicodeDecodeError, InvalidTag, ValueError):
            raise CannotOpen(context) from None


def _bytes(text: str) -> bytes:
    decoded: bytes = urlsafe_b64decode(text.encode())
    return decoded
