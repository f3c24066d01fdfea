"""People, organisations and LRMS keys, as a bootstrap names them."""

from __future__ import annotations

import secrets
from typing import Any

PASSWORD = "correct-horse-battery"
TOTP_SECRET = "KRSXG5BAMFYHAIDTMVRXEZLUEBTG64RA"  # of everybody here whose role needs a second factor
WITHOUT_SECOND_FACTOR = ("standard", "data_user")
Sample = dict[str, list[dict[str, Any]]]


def an_organisation(code: str, parent: str = "", kind: str = "RE5", **changes: Any) -> dict[str, Any]:
    parents = [{"code": parent, "kind": kind, "start": "2022-07-01", "end": None}] if parent else []
    made = {"code": code, "name": f"Organisation {code}", "role": "RO197", "postcode": "ZZ99 1AA"}
    return made | {"opened_on": "2001-04-01", "closed_on": None, "parents": parents} | changes


def an_account(who: str, role: str, organisation: str) -> dict[str, Any]:
    grants = [{"role": role, "organisation": organisation}]
    made = {"email": f"{who}@example.org", "password": PASSWORD, "name": who.title(), "grants": grants}
    return made if role in WITHOUT_SECOND_FACTOR else made | {"totp_secret": TOTP_SECRET}


def a_credential(organisation: str, environment: str = "production") -> dict[str, Any]:
    key = secrets.token_urlsafe(32)
    return {"product": "Sample LRMS", "organisation": organisation, "environment": environment, "key": key}
