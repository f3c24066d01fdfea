"""An authenticator in software: makes passkeys and signs with them, as a browser would hand them over."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.util import urlsafe_b64encode

PRESENT, ATTESTED = 0x01, 0x40


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()


@dataclass
class Authenticator:
    """One passkey. `origin` is what the browser says it talks to; `count` how often it signed."""

    origin: str = "http://localhost:8080"
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def create(self, options: str) -> str:
        """The answer to registration options (JSON)."""
        asked = json.loads(options)
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        made = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(cose)
        data = self._data(asked["rp"]["id"], PRESENT | ATTESTED) + made
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = {
            "clientDataJSON": b64(self._client("webauthn.create", asked)),
            "attestationObject": b64(attestation),
        }
        return self._credential(told)

    def get(self, options: str) -> str:
        """The answer to authentication options (JSON)."""
        asked = json.loads(options)
        self.count += 1
        data, client = self._data(asked["rpId"], PRESENT), self._client("webauthn.get", asked)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        told = {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(signature),
        }
        return self._credential(told)

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _credential(self, response: dict[str, str]) -> str:
        id = b64(self.credential_id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response})
