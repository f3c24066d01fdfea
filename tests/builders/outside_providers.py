"""npm oidc-provider as a child process: a real outside provider on this machine, that can go away and change its keys."""

from __future__ import annotations

import json
import secrets
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, KeySet, RSAKey

from deploy.local.assets import CLIENTS, node

SCRIPT = Path(__file__).parents[1] / "journeys" / "clients" / "outside_provider.mjs"
PACKAGE = CLIENTS / "node_modules" / "oidc-provider" / "lib" / "index.js"
NAME, LABEL, CLIENT_ID = "elsewhere", "Elsewhere", "lfpse"


def somebody(email: str, name: str = "Robin Ash", acr: str = "AAL1", verified: bool = True) -> dict[str, Any]:
    """A person who signs in at the provider; `name` may be empty."""
    claims = {"email": email, "email_verified": verified} | ({"name": name} if name else {})
    return {"claims": claims, "acr": acr}


def a_signing_key() -> Any:
    """A private RSA key with a kid of its own."""
    kid = secrets.token_hex(4)
    return RSAKey.generate_key(2048, {"kid": kid, "alg": "RS256", "use": "sig"}).as_dict(private=True)


@dataclass
class OutsideProvider:
    """One provider: started, stopped, and started again under other keys."""

    port: int
    redirect: str
    people: dict[str, Any] = field(default_factory=dict)
    signs: bool = False  # our client proves itself with a key, not with a secret
    address_in_userinfo: bool = True
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    keys: list[Any] = field(default_factory=lambda: [a_signing_key()])
    client_key: Any = None
    process: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        if self.signs:
            made = ECKey.generate_key("P-256", {"kid": "ours", "alg": "ES256"})
            self.client_key = made.as_dict(private=True)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def setting(self, **changes: Any) -> dict[str, Any]:
        """Its row of OIDC_PROVIDERS."""
        proof: dict[str, Any] = {"authentication": "client_secret_basic", "client_secret": self.secret}
        if self.signs:
            proof = {"authentication": "private_key_jwt", "client_key": self.client_key}
        row = {"name": NAME, "label": LABEL, "issuer": self.issuer, "client_id": CLIENT_ID}
        return row | proof | {"second_factor_acr": ["AAL2"]} | changes

    def start(self) -> None:
        command = [node(), str(SCRIPT)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdin
        assert self.process.stdout
        with self.process.stdin as told:
            told.write(json.dumps(self._told()))
        for line in self.process.stdout:
            if line.strip() == "ready":
                return
        raise AssertionError("the provider did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            assert self.process.stdout
            self.process.stdout.close()
        self.process = None

    def change_keys(self) -> None:
        """Other keys from now on; whatever was signed before is no longer published."""
        self.stop()
        self.keys = [a_signing_key()]
        self.start()

    def _told(self) -> dict[str, Any]:
        client: dict[str, Any] = {
            "client_id": CLIENT_ID,
            "redirect_uris": [self.redirect],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "client_secret_basic",
            "client_secret": self.secret,
        }
        if self.signs:
            public = KeySet([ECKey.import_key(self.client_key)]).as_dict(private=False)
            del client["client_secret"]
            client |= {"token_endpoint_auth_method": "private_key_jwt", "jwks": public}
        return {
            "package": PACKAGE.as_uri(),
            "issuer": self.issuer,
            "port": self.port,
            "clients": [client],
            "jwks": {"keys": self.keys},
            "cookieKey": secrets.token_urlsafe(24),
            "people": self.people,
            "addressInUserinfo": self.address_in_userinfo,
        }
