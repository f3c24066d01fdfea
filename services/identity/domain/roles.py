"""Roles: what each allows, how far it reaches, who grants it. The table is `policy.toml`, which people can read.

A permission is a string defined by the service that enforces it; identity only says who holds it. Those it
enforces itself are in `Permission`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from chassis.actors import Actor, Grant, Reach
from services.identity.domain import ods


class Permission(StrEnum):
    """What identity itself enforces."""

    OWN_ACCOUNT = "identity:own"
    READ_ACCOUNTS = "identity:read-accounts"
    READ_STAFF = "identity:read-staff"
    DECIDE = "identity:decide"
    SUSPEND = "identity:suspend"
    RESET_SECOND = "identity:reset-second-factor"
    READ_CREDENTIALS = "identity:read-credentials"
    REVOKE_CREDENTIAL = "identity:revoke-credential"
    ISSUE_CREDENTIAL = "identity:issue-credential"
    INTROSPECT = "identity:introspect"
    READ_AUDIT = "identity:read-audit"
    ORGANISATIONS = "identity:organisations"
    ASK_ERASURE = "identity:ask-erasure"
    ERASE = "identity:erase"
    COPY = "identity:copy"
    RECTIFY = "identity:rectify"


@dataclass(frozen=True)
class Role:
    """Permissions, and how far they go from the organisation at which the role is held.

    `approved_by` are the roles that may grant it; none for a machine's. An `automatic` role is granted at once to an
    address of a listed domain. One with `second_factor` counts only in a session that was opened with one. `held_at`: the only kinds of
    organisation at which it can be held; none named: any.
    """

    name: str
    label: str
    means: str
    reach: Reach
    permissions: frozenset[str]
    approved_by: frozenset[str] = frozenset()
    automatic: bool = False
    second_factor: bool = False
    held_at: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scope:
    """What a machine's key or token may be narrowed to."""

    name: str
    label: str
    permissions: frozenset[str]


@dataclass(frozen=True)
class Policy:
    """All of `policy.toml`."""

    roles: Mapping[str, Role]
    machines: frozenset[str]
    everyone: frozenset[str]
    domains: tuple[str, ...]
    scopes: Mapping[str, Scope]


def read(written: str) -> Policy:
    """The policy as it is written; ValueError or KeyError where it names what it does not define."""
    told = tomllib.loads(written)
    bundles = {name: frozenset(several) for name, several in told["bundles"].items()}
    people = {name: _role(name, row, bundles) for name, row in told["roles"].items()}
    machines = {name: _role(name, row, bundles) for name, row in told["machines"].items()}
    if unknown := {one for role in people.values() for one in role.approved_by} - people.keys():
        raise ValueError(f"approved_by names no role: {', '.join(sorted(unknown))}")
    if unknown := {one for role in people.values() for one in role.held_at} - ods.PLACES:
        raise ValueError(f"held_at names no kind of organisation: {', '.join(sorted(unknown))}")
    everyone = _permissions(told["everyone"], bundles)
    scopes = {
        name: Scope(name, row["label"], _permissions(row, bundles)) for name, row in told["scopes"].items()
    }
    return Policy(people | machines, frozenset(machines), everyone, tuple(told["domains"]["listed"]), scopes)


def _role(name: str, row: Mapping[str, Any], bundles: Mapping[str, frozenset[str]]) -> Role:
    return Role(
        name,
        row["label"],
        row["means"],
        Reach(row["reach"]),
        _permissions(row, bundles),
        frozenset(row.get("approved_by", ())),
        row.get("automatic", False),
        row.get("second_factor", False),
        frozenset(row.get("held_at", ())),
    )


def _permissions(row: Mapping[str, Any], bundles: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*(bundles[name] for name in row["may"]))


POLICY = read((Path(__file__).parents[1] / "policy.toml").read_text(encoding="utf-8"))
ROLES = POLICY.roles
SCOPES = POLICY.scopes
LRMS_CLIENT = "lrms_client"
LRMS_SANDBOX = "lrms_sandbox"
ORG_ADMIN = "org_admin"
_NO_ROLE = Role("", "", "", Reach.OWN, frozenset())


@dataclass(frozen=True)
class Held:
    """A role that an account holds at an organisation (ODS code), until `ends_at` where that is set."""

    role: str
    organisation: str
    ends_at: datetime | None = None
    grant_id: str = ""
    starts_at: datetime | None = None
    reason: str = field(default="", repr=False)
    last_used_at: datetime | None = None
    account_id: str = ""


def for_people(role: str) -> bool:
    return role in ROLES and role not in POLICY.machines


def grant(role: str, organisation: str) -> Grant:
    """What `role` allows at `organisation`; a role we no longer know allows nothing."""
    known = ROLES.get(role, _NO_ROLE)
    place = "" if known.reach is Reach.NATIONAL else organisation
    return Grant(place, known.reach, known.permissions)


def grants(held: Iterable[Held]) -> tuple[Grant, ...]:
    """What the roles that a person holds allow, and what everyone may who is signed in."""
    return (*(grant(one.role, one.organisation) for one in held), Grant("", Reach.OWN, POLICY.everyone))


def narrowed(whole: Grant, scopes: Iterable[str]) -> Grant:
    """What is left of a machine's grant under some scopes; with every scope it is whole."""
    names = set(scopes)
    if names >= SCOPES.keys():
        return whole
    allowed = frozenset().union(*(SCOPES[one].permissions for one in names & SCOPES.keys()))
    return replace(whole, permissions=whole.permissions & allowed)


def client_role(environment: str) -> str:
    """What is not production is sandbox."""
    return LRMS_CLIENT if environment == "production" else LRMS_SANDBOX


def client_kind(environment: str) -> str:
    """The kind of a client's actor: by it alone recording chooses the store, so that only production reaches the live one."""
    return "client" if environment == "production" else "sandbox"


def may_at(actor: Actor, permission: str, organisation: str) -> bool:
    """Whether `actor` holds `permission` at `organisation`, or everywhere."""
    return any(
        one.reach is Reach.NATIONAL or one.organisation == organisation
        for one in actor.grants_with(permission)
    )


def is_listed(address: str) -> bool:
    """Whether an e-mail address belongs to a domain that is known to be of the service, or to one below it."""
    domain = address.rpartition("@")[2]
    return any(domain == one or domain.endswith(f".{one}") for one in POLICY.domains)
