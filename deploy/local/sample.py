"""Sample organisations, accounts and LRMS keys: all invented, every secret random, written once.

`bootstrap.json` is what `migrate identity` takes; `demo.json` is the same for people and scripts.
"""

import base64
import json
import secrets
from pathlib import Path
from typing import Any

from deploy.local.layout import Layout, write_private

Row = dict[str, Any]

TRUST, SITE, PRACTICE, PHARMACY, ICB, REGION, NATIONAL = (
    "RO197",
    "RO198",
    "RO177",
    "RO182",
    "RO318",
    "RO209",
    "RO116",
)
LIES_IN, RUN_BY = "RE5", "RE6"
UNPLACED = "XZ9"  # takes reports without an account of a place that is not listed
ORGANISATIONS = (
    # code, name, role, postcode, parent, relationship
    ("XZ9", "National Patient Safety Team (sample)", NATIONAL, "ZZ99 3WZ", "", ""),
    ("Z45", "National placeholder for test traffic", NATIONAL, "ZZ99 3WZ", "", ""),
    ("Z01", "Placeholder provider for test traffic", TRUST, "ZZ99 3WZ", "QZ1", LIES_IN),
    ("YZ1", "Northmoor and the Dales Region", REGION, "ZZ99 1AA", "", ""),
    ("YZ2", "Southmere and the Coast Region", REGION, "ZZ99 2AA", "", ""),
    ("QZ1", "Northmoor Integrated Care Board", ICB, "ZZ99 1AB", "YZ1", LIES_IN),
    ("QZ2", "Southmere Integrated Care Board", ICB, "ZZ99 2AB", "YZ2", LIES_IN),
    ("RZ1", "Northmoor Teaching Hospitals NHS Trust", TRUST, "ZZ99 1AC", "QZ1", LIES_IN),
    ("RZ2", "Dalesway Community and Mental Health NHS Trust", TRUST, "ZZ99 1AD", "QZ1", LIES_IN),
    ("RZ3", "Southmere General Hospital NHS Foundation Trust", TRUST, "ZZ99 2AC", "QZ2", LIES_IN),
    ("RZ101", "Northmoor Royal Infirmary", SITE, "ZZ99 1AE", "RZ1", RUN_BY),
    ("RZ102", "St Winifred's Hospital, Northmoor", SITE, "ZZ99 1AF", "RZ1", RUN_BY),
    ("RZ201", "Dalesway House", SITE, "ZZ99 1AG", "RZ2", RUN_BY),
    ("RZ301", "Southmere General Hospital", SITE, "ZZ99 2AD", "RZ3", RUN_BY),
    ("Y90001", "Larkfield Surgery", PRACTICE, "ZZ99 1AH", "QZ1", LIES_IN),
    ("Y90002", "Harbour View Medical Centre", PRACTICE, "ZZ99 2AE", "QZ2", LIES_IN),
    ("FZ901", "Larkfield Pharmacy", PHARMACY, "ZZ99 1AJ", "QZ1", LIES_IN),
)
ACCOUNTS = (
    # who, name, role, organisation
    ("nurse", "Amira Holt", "standard", "RZ1"),
    ("reviewer", "Ben Ashdown", "organisational", "RZ1"),
    ("reviewer.coast", "Carys Lund", "organisational", "RZ3"),
    ("admin", "Dev Marlowe", "org_admin", "RZ2"),
    ("safety", "Edie Farrant", "local_safety_lead", "RZ1"),
    ("safety.coast", "Farid Oakes", "local_safety_lead", "RZ3"),
    ("board", "Greta Penn", "oversight_icb", "QZ1"),
    ("region", "Huw Sallow", "oversight_region", "YZ2"),
    ("data", "Ines Tarrant", "data_user", "RZ2"),
    ("clinician", "Jonah Vane", "national_reviewer", "XZ9"),
    ("analyst", "Kit Wren", "national_analyst", "XZ9"),
    ("alerts", "Leila Yarrow", "alert_issuer", "XZ9"),
    ("support", "Mo Birch", "support", "XZ9"),
    ("super", "Nell Crane", "super_admin", "XZ9"),
)
WITHOUT_SECOND_FACTOR = ("standard", "data_user")
PRODUCT = "Sample LRMS"
PRODUCTION, SANDBOX = "production", "sandbox"
CLIENTS = (
    # organisation, environment
    ("RZ1", PRODUCTION),
    ("RZ3", PRODUCTION),
    ("RZ1", SANDBOX),
)


def bootstrap(layout: Layout) -> Path:
    """The file that `migrate identity` takes; written on the first start, with demo.json beside it."""
    path = layout.folder("keys") / "bootstrap.json"
    demo = layout.home / "demo.json"
    if not path.exists():
        write_private(path, json.dumps(_everything(), indent=1))
    if not demo.exists():
        write_private(demo, json.dumps(_demo(layout.gateway, json.loads(path.read_text())), indent=1))
    return path


def _everything() -> Row:
    return {
        "organisations": [_organisation(*row) for row in ORGANISATIONS],
        "accounts": [_account(*row) for row in ACCOUNTS],
        "credentials": [_credential(*client) for client in CLIENTS],
    }


def _organisation(code: str, name: str, role: str, postcode: str, parent: str, kind: str) -> Row:
    since = "2022-07-01"
    parents = [{"code": parent, "kind": kind, "start": since, "end": None}] if parent else []
    opened = {"opened_on": "2001-04-01", "closed_on": None}
    return {"code": code, "name": name, "role": role, "postcode": postcode, **opened, "parents": parents}


def _account(who: str, name: str, role: str, organisation: str) -> Row:
    grants = [{"role": role, "organisation": organisation}]
    made = {"email": f"{who}@example.org", "password": _password(), "name": name, "grants": grants}
    return made if role in WITHOUT_SECOND_FACTOR else made | {"totp_secret": _totp_secret()}


def _credential(organisation: str, environment: str) -> Row:
    key = secrets.token_urlsafe(32)
    return {"product": PRODUCT, "organisation": organisation, "environment": environment, "key": key}


def _totp_secret() -> str:
    """160 random bits, base32: what an authenticator app is given."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def _password() -> str:
    """Random, and easy to read aloud or type: four groups of four, 79 bits."""
    symbols = "23456789abcdefghjkmnpqrstuvwxyz"
    return "-".join("".join(secrets.choice(symbols) for _ in range(4)) for _ in range(4))


def _demo(gateway: str, sample: Row) -> Row:
    accounts = [_for_demo(row) for row in sample["accounts"]]
    keys = {"lrms": _keys(sample, PRODUCTION, "organisation", "key")}
    keys["sandbox"] = _keys(sample, SANDBOX, "organisation", "product", "key")
    return {"gateway": gateway, **keys, "accounts": accounts}


def _keys(sample: Row, environment: str, *names: str) -> list[Row]:
    chosen = [row for row in sample["credentials"] if row["environment"] == environment]
    return [{name: row[name] for name in names} for row in chosen]


def _for_demo(account: Row) -> Row:
    shown = {
        "email": account["email"],
        "password": account["password"],
        "totp_secret": account.get("totp_secret"),
    }
    return {**shown, **account["grants"][0]}
