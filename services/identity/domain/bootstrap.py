"""BOOTSTRAP: the first organisations, accounts and LRMS keys, as JSON; how a first administrator gets in.

    {"organisations": [{"code", "name", "role", "postcode", "opened_on", "closed_on",
                        "parents": [{"code", "kind", "start", "end"}]}],
     "accounts": [{"email", "password", "name", "totp_secret", "grants": [{"role", "organisation"}]}],
     "credentials": [{"product", "organisation", "environment", "key"}]}

Everything wrong with it is reported together, by path; no password and no key is ever quoted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chassis.problems import Fault, Problem, invalid
from services.identity.domain import accounts, credentials, organisations, roles, second_factors
from services.identity.domain.organisations import Organisation, Parent
from services.identity.domain.roles import Held


@dataclass(frozen=True)
class NewAccount:
    email: str = field(repr=False)
    password: str = field(repr=False)
    name: str = field(repr=False)
    held: tuple[Held, ...]
    totp_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class NewCredential:
    product: str
    organisation: str
    environment: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class Bootstrap:
    organisations: tuple[Organisation, ...]
    accounts: tuple[NewAccount, ...]
    credentials: tuple[NewCredential, ...]


def read(text: str) -> Bootstrap:
    """The bootstrap in `text`; raises INVALID `bootstrap-not-valid` with every fault."""
    try:
        made = _shaped(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        # Its words may quote a password: only the kind of mistake is told, and the name that is missing.
        missing = f" (missing: {wrong.args[0]})" if isinstance(wrong, KeyError) else ""
        detail = f"BOOTSTRAP is not in the expected form: {type(wrong).__name__}{missing}."
        raise invalid("bootstrap-not-valid", detail) from None
    faults = tuple(_faults(made))
    if faults:
        raise invalid(
            "bootstrap-not-valid", "BOOTSTRAP has faults: " + "; ".join(map(_line, faults)), *faults
        )
    return made


def _line(fault: Fault) -> str:
    return f"{fault.path}: {fault.detail}"


def _shaped(data: dict[str, Any]) -> Bootstrap:
    return Bootstrap(
        tuple(_organisation(row) for row in data.get("organisations", ())),
        tuple(_account(row) for row in data.get("accounts", ())),
        tuple(_credential(row) for row in data.get("credentials", ())),
    )


def _text(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise TypeError
    return value


def _organisation(row: dict[str, Any]) -> Organisation:
    return Organisation(
        code=_text(row, "code"),
        name=_text(row, "name"),
        role=_text(row, "role"),
        postcode=row.get("postcode") or "",
        opened_on=_day(row.get("opened_on")),
        closed_on=_day(row.get("closed_on")),
        parents=tuple(_parent(one) for one in row.get("parents", ())),
    )


def _parent(row: dict[str, Any]) -> Parent:
    return Parent(
        _text(row, "code"), _text(row, "kind"), date.fromisoformat(row["start"]), _day(row.get("end"))
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _account(row: dict[str, Any]) -> NewAccount:
    held = tuple(Held(_text(one, "role"), _text(one, "organisation")) for one in row["grants"])
    email = accounts.comparable(_text(row, "email"))
    return NewAccount(email, _text(row, "password"), _text(row, "name"), held, row.get("totp_secret") or "")


def _credential(row: dict[str, Any]) -> NewCredential:
    return NewCredential(*(_text(row, name) for name in ("product", "organisation", "environment", "key")))


def _faults(made: Bootstrap) -> Iterator[Fault]:
    codes = frozenset(one.code for one in made.organisations)
    yield from _organisation_faults(made.organisations, codes)
    for at, account in enumerate(made.accounts):
        yield from _account_faults(f"accounts[{at}]", account, codes)
    for at, credential in enumerate(made.credentials):
        yield from _credential_faults(f"credentials[{at}]", credential, codes)
    yield from _repeated("accounts", "email", (one.email for one in made.accounts))
    yield from _repeated("credentials", "key", (one.key for one in made.credentials))
    clients = Counter((one.product, one.organisation, one.environment) for one in made.credentials)
    if any(count > len(credentials.SLOTS) for count in clients.values()):
        yield Fault("credentials", "too-many-keys", "a client has two keys at most")


def _organisation_faults(rows: tuple[Organisation, ...], codes: frozenset[str]) -> Iterator[Fault]:
    for at, one in enumerate(rows):
        for parent in one.parents:
            yield from _unknown(f"organisations[{at}].parents", parent.code, codes)
            if parent.end is not None and parent.end < parent.start:
                yield Fault(
                    f"organisations[{at}].parents", "ends-before-start", "a parent ends before it starts"
                )
    yield from _repeated("organisations", "code", (one.code for one in rows))
    for code in organisations.in_a_circle(organisations.by_code(rows)):
        yield Fault("organisations", "circle", f"{code} would belong to itself")


def _account_faults(path: str, account: NewAccount, codes: frozenset[str]) -> Iterator[Fault]:
    try:
        accounts.address(account.email)
    except Problem as wrong:
        yield Fault(f"{path}.email", wrong.code, wrong.detail)
    if not accounts.SHORTEST_PASSWORD <= len(account.password) <= accounts.LONGEST_PASSWORD:
        detail = f"a password has {accounts.SHORTEST_PASSWORD} to {accounts.LONGEST_PASSWORD} characters"
        yield Fault(f"{path}.password", "password-length", detail)
    if account.totp_secret and not second_factors.is_secret(account.totp_secret):
        yield Fault(f"{path}.totp_secret", "totp-secret-not-valid", "base32, 26 characters or more")
    for at, held in enumerate(account.held):
        if not roles.for_people(held.role):
            yield Fault(f"{path}.grants[{at}].role", "role-not-known", "no such role for a person")
        yield from _unknown(f"{path}.grants[{at}].organisation", held.organisation, codes)
    yield from _repeated(path, "grants", (f"{one.role} {one.organisation}" for one in account.held))


def _credential_faults(path: str, credential: NewCredential, codes: frozenset[str]) -> Iterator[Fault]:
    yield from _unknown(f"{path}.organisation", credential.organisation, codes)
    if credential.environment not in credentials.ENVIRONMENTS:
        yield Fault(f"{path}.environment", "environment-not-known", " or ".join(credentials.ENVIRONMENTS))
    if len(credential.key) < credentials.SHORTEST_KEY:
        yield Fault(f"{path}.key", "key-too-short", "a key carries 256 random bits: 43 characters or more")


def _unknown(path: str, code: str, codes: frozenset[str]) -> Iterator[Fault]:
    if code not in codes:
        yield Fault(path, "organisation-not-known", f"no organisation {code} in this BOOTSTRAP")


def _repeated(path: str, what: str, values: Iterable[str]) -> Iterator[Fault]:
    if any(count > 1 for count in Counter(values).values()):
        yield Fault(path, f"{what}-repeated", f"the same {what} is there twice")
