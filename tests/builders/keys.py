"""Key sets made for a test."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from joserfc.jwk import OctKey, OKPKey


@dataclass(frozen=True)
class Pair:
    """A JWK set of one key, private and public."""

    private: str = field(repr=False)
    public: str


def a_pair(curve: str, kid: str = "one") -> Pair:
    key = OKPKey.generate_key(curve, {"kid": kid})  # type: ignore[arg-type]
    return Pair(*(json.dumps({"keys": [key.as_dict(private=each)]}) for each in (True, False)))


def a_vault_key(kid: str = "one") -> str:
    return json.dumps({"keys": [OctKey.generate_key(256, {"kid": kid}).as_dict(private=True)]})
