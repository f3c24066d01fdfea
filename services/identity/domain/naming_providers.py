"""The outside providers, as an operator names them in `OIDC_PROVIDERS`; docs/oidc.md says what each name means."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from services.identity.domain.outside import SECRET, SIGNED, Provider

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_TAKEN = frozenset(
    {
        "name", "label", "issuer", "client_id", "authentication", "client_secret", "client_key", "assertion_audience", "scopes",
        "acr_values", "second_factor_acr", "second_factor_amr", "email_verified", "trusted_email",
    }
)  # fmt: skip


def read(written: str) -> tuple[Provider, ...]:
    """The providers of `OIDC_PROVIDERS`; raises ValueError, which names what is wrong and never quotes a secret."""
    if not written.strip():
        return ()
    try:
        rows = json.loads(written)
    except ValueError:
        raise ValueError("OIDC_PROVIDERS is not JSON") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("OIDC_PROVIDERS is a list of objects")
    found = tuple(_provider(row, f"OIDC_PROVIDERS[{at}]") for at, row in enumerate(rows))
    for what, values in {
        "name": [one.name for one in found],
        "issuer": [one.issuer for one in found],
    }.items():
        if len(set(values)) < len(values):
            raise ValueError(f"OIDC_PROVIDERS: two providers have the same {what}")
    return found


def _provider(row: Mapping[str, Any], path: str) -> Provider:
    unknown = sorted(row.keys() - _TAKEN)
    _need(not unknown, path, f"does not know {', '.join(unknown)}")
    texts = {
        name: row.get(name, "")
        for name in ("name", "label", "issuer", "client_id", "authentication", "client_secret")
    }
    texts["assertion_audience"] = row.get("assertion_audience", "")
    for name, value in texts.items():
        _need(isinstance(value, str) and value.isprintable(), path, f"{name} is not a text")
    _need(bool(_NAME.fullmatch(texts["name"])), path, "name has 1 to 40 of a-z, 0-9 and -")
    _need(0 < len(texts["label"]) <= 60, path, "label has 1 to 60 characters")
    _need(_is_issuer(texts["issuer"]), path, "issuer is an http(s) address without query or fragment")
    _need(bool(texts["client_id"]), path, "client_id is missing")
    flags = {
        name: row.get(name, otherwise)
        for name, otherwise in (("email_verified", True), ("trusted_email", False))
    }
    _need(
        all(isinstance(value, bool) for value in flags.values()),
        path,
        "email_verified and trusted_email are true or false",
    )
    _need(flags["email_verified"] or not flags["trusted_email"], path, "trusted_email needs email_verified")
    scopes = _list(row, "scopes", path) or ("openid", "email", "profile")
    _need("openid" in scopes and all(_SCOPE.fullmatch(one) for one in scopes), path, "scopes need openid")
    return Provider(
        **texts,
        client_key=_client_key(row, path),
        scopes=scopes,
        acr_values=_list(row, "acr_values", path),
        second_factor_acr=frozenset(_list(row, "second_factor_acr", path)),
        second_factor_amr=frozenset(_list(row, "second_factor_amr", path)),
        **flags,
    )


def _client_key(row: Mapping[str, Any], path: str) -> Mapping[str, str]:
    how, key = row.get("authentication"), row.get("client_key", {})
    _need(how in (SECRET, SIGNED), path, f"authentication is {SECRET} or {SIGNED}")
    if how == SECRET:
        _need(
            bool(row.get("client_secret")) and not key,
            path,
            "client_secret is missing, or client_key given beside it",
        )
        return {}
    _need(not row.get("client_secret"), path, "client_secret is for another authentication")
    texts = isinstance(key, dict) and all(isinstance(value, str) for value in key.values())
    _need(
        texts and {"kty", "kid", "alg", "d"} <= key.keys(),
        path,
        "client_key is a private JWK with kty, kid and alg",
    )
    return dict(key)


def _list(row: Mapping[str, Any], name: str, path: str) -> tuple[str, ...]:
    found = row.get(name, [])
    fits = isinstance(found, list) and all(isinstance(one, str) and one.isprintable() for one in found)
    _need(fits and not any(" " in one for one in found), path, f"{name} is a list of texts without blanks")
    return tuple(found)


def _need(holds: bool, path: str, detail: str) -> None:
    if not holds:
        raise ValueError(f"{path}: {detail}")


def _is_issuer(written: str) -> bool:
    try:
        parts = urlsplit(written)
        return (
            parts.scheme in ("https", "http")
            and bool(parts.hostname)
            and not (parts.query or parts.fragment or parts.username)
        )
    except ValueError:
        return False
