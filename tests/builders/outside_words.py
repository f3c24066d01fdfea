"""What an outside provider says, made up word by word, so that a test can change any of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.jwk import RSAKey

from services.identity.domain import outside
from services.identity.domain.outside import Answered, Asked, Leaving, Returned

KEY = RSAKey.generate_key(2048, {"kid": "first", "alg": "RS256", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "second", "alg": "RS256", "use": "sig"})
ISSUER, CLIENT, SECRET = "https://outside.example", "lfpse", "a secret, with %: in it"


def a_provider(**changes: Any) -> dict[str, Any]:
    """A row of OIDC_PROVIDERS."""
    row = {"name": "outside", "label": "Outside", "issuer": ISSUER, "client_id": CLIENT}
    proof = {
        "authentication": "client_secret_basic",
        "client_secret": SECRET,
        "second_factor_acr": ["AAL2", "AAL3"],
    }
    return row | proof | changes


def asked_of(leaving: Leaving) -> dict[str, str]:
    """The parameters of an authorization request."""
    return {name: values[0] for name, values in parse_qs(urlsplit(leaving.address).query).items()}


@dataclass
class Words:
    """A provider that answers over no wire. `claims` change the ID token's; None leaves one out."""

    issuer: str = ISSUER
    keys: list[RSAKey] = field(default_factory=lambda: [KEY])
    claims: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)  # userinfo
    discovery: dict[str, Any] = field(default_factory=dict)
    away: frozenset[str] = frozenset()  # paths that do not answer
    statuses: dict[str, int] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    token: str = ""  # instead of an ID token of its own
    asked: list[Asked] = field(default_factory=list)
    nonce: str = ""
    now: datetime | None = None

    def ask(self, what: Asked) -> Answered:
        self.asked.append(what)
        path = urlsplit(what.url).path
        if path in self.away:
            raise outside.away()
        body = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": lambda: {"keys": [one.as_dict(private=False) for one in self.keys]},
            "/token": lambda: {"id_token": self.token or self.signed(), "access_token": "an access token"},
            "/me": lambda: {"sub": "robin"} | self.about,
        }[path]()
        return Answered(self.statuses.get(path, 200), json.dumps(body).encode())

    def _discovery(self) -> dict[str, Any]:
        places = {
            "authorization_endpoint": "/auth",
            "token_endpoint": "/token",
            "jwks_uri": "/keys",
            "userinfo_endpoint": "/me",
        }
        return (
            {"issuer": self.issuer} | {name: self.issuer + at for name, at in places.items()} | self.discovery
        )

    def said(self) -> dict[str, Any]:
        """The claims of the next ID token."""
        assert self.now
        at = int(self.now.timestamp())
        who = {"sub": "robin", "email": "robin@example.org", "email_verified": True, "name": "Robin Ash"}
        about = {"iss": self.issuer, "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": self.nonce}
        whole = who | about | self.claims
        return {name: value for name, value in whole.items() if value is not None}

    def signed(self) -> str:
        header = {"alg": "RS256", "kid": self.key.kid}
        return jws.serialize_compact(header, json.dumps(self.said()), self.key)

    def unsigned(self, header: Mapping[str, Any], signature: bytes = b"") -> str:
        parts = [json.dumps(header).encode(), json.dumps(self.said()).encode()]
        head = ".".join(outside.base64url(part) for part in parts)
        return f"{head}.{outside.base64url(signature)}"

    def signed_under(self, header: Mapping[str, Any]) -> str:
        """Rightly signed, under a header that no library would write."""
        head, claims, _ = self.unsigned(header).split(".")
        private: Any = self.key.private_key
        made = private.sign(f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
        return f"{head}.{claims}.{outside.base64url(made)}"

    def signed_with_what_is_public(self) -> str:
        """HS256 under the text of the public key, which a careless verifier takes for a shared secret."""
        head, claims, _ = self.unsigned({"alg": "HS256", "kid": self.key.kid}).split(".")
        public = self.key.as_pem(private=False)
        made = hmac.digest(public, f"{head}.{claims}".encode(), "sha256")
        return f"{head}.{claims}.{outside.base64url(made)}"

    def answer(self, leaving: Leaving, **changes: Any) -> Returned:
        """What a browser brings back."""
        self.nonce = asked_of(leaving)["nonce"]
        return Returned(
            **({"state": asked_of(leaving)["state"], "code": "a code", "issuer": "", "error": ""} | changes)
        )


def hash_of_access(token: str) -> str:
    whole = hashlib.sha256(token.encode()).digest()
    return base64.urlsafe_b64encode(whole[:16]).decode().rstrip("=")
