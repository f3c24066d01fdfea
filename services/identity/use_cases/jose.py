"""Signatures of others, LRMS clients and outside providers: what both readings of them share. Nothing else speaks to the JOSE library for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from services.identity.domain.client_keys import PublicKey

KINDS: Mapping[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
WRONG = (JoseError, ValueError, TypeError, KeyError, RecursionError)  # whatever a hostile text can cause


class Registry(JWSRegistry):
    """Takes the algorithms of one key alone. It does not warn of EdDSA: that old name of Ed25519 is what others say."""

    max_header_length = 4096

    def get_alg(self, name: str) -> Any:
        if name not in (self.allowed or ()):
            raise ValueError("not an algorithm of this key")
        return self.algorithms[name]


def imported(key: PublicKey) -> RSAKey | ECKey | OKPKey:
    """The key as the library takes it; raises one of WRONG where its numbers are none."""
    numbers = {name: value for name, value in key.jwk.items() if name != "alg"}
    return KINDS[key.jwk["kty"]].import_key(numbers)  # type: ignore[arg-type]
