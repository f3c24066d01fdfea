"""Roles: what each allows and how far it reaches, in one table.

A permission is a string defined by the service that enforces it; identity only says who holds it. Those it
enforces itself are in `Permission`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.actors import Actor, Grant, Reach


class Permission(StrEnum):
    """What identity itself enforces."""

    READ_CREDENTIALS = "identity:read-credentials"
    REVOKE_CREDENTIAL = "identity:revoke-credential"
    READ_ACCOUNTS = "identity:read-accounts"


@dataclass(frozen=True)
class Role:
    """Permissions, and how far they go from the organisation at which the role is held."""

    reach: Reach
    permissions: frozenset[str]


NOTHING: frozenset[str] = frozenset()
NOTICES = frozenset({"notifications:read"})
SUBMIT = frozenset({"recording:submit", "recording:revise"})
READ = frozenset({"recording:read", "access:read"})
FOLLOW_UP = frozenset({"recording:handle", "recording:govern"})
ORIGINAL = frozenset({"recording:original"})  # text as it was written, for a stated purpose
RECORDS = frozenset({"recording:restore", "recording:anonymise"})
ADMINISTER = frozenset(str(one) for one in Permission)

LRMS_CLIENT = "lrms_client"
LRMS_SANDBOX = "lrms_sandbox"

# fmt: off
ROLES: Mapping[str, Role] = {
    # held by people
    "standard":          Role(Reach.OWN,          SUBMIT | READ | NOTICES),
    "organisational":    Role(Reach.ORGANISATION, SUBMIT | READ | FOLLOW_UP | NOTICES),
    "org_admin":         Role(Reach.ORGANISATION, SUBMIT | READ | FOLLOW_UP | NOTICES),
    "local_safety_lead": Role(Reach.ORGANISATION, SUBMIT | READ | FOLLOW_UP | NOTICES),
    "oversight_icb":     Role(Reach.AREA,         READ | NOTICES),
    "oversight_region":  Role(Reach.AREA,         READ | NOTICES),
    "data_user":         Role(Reach.OWN,          NOTICES),  # aggregates only: no single record
    "national_reviewer": Role(Reach.NATIONAL,     READ | ORIGINAL | NOTICES),
    "national_analyst":  Role(Reach.NATIONAL,     READ | NOTICES),
    "alert_issuer":      Role(Reach.NATIONAL,     READ | NOTICES),
    "support":           Role(Reach.NATIONAL,     ADMINISTER | NOTICES),  # no record, hence no free text
    "super_admin":       Role(Reach.NATIONAL,     ADMINISTER | RECORDS | NOTICES),
    # held by machines; nobody can be granted these
    LRMS_CLIENT:         Role(Reach.ORGANISATION, SUBMIT | {"recording:read"}),
    LRMS_SANDBOX:        Role(Reach.ORGANISATION, SUBMIT | {"recording:read", "recording:sandbox"}),
}
# fmt: on
MACHINES = frozenset({LRMS_CLIENT, LRMS_SANDBOX})


@dataclass(frozen=True)
class Held:
    """A role that an account holds at an organisation (ODS code), until `ends_at` where that is set."""

    role: str
    organisation: str
    ends_at: datetime | None = None


def for_people(role: str) -> bool:
    return role in ROLES and role not in MACHINES


def grant(role: str, organisation: str) -> Grant:
    """What `role` allows at `organisation`; a role we no longer know allows nothing."""
    known = ROLES.get(role, Role(Reach.OWN, NOTHING))
    place = "" if known.reach is Reach.NATIONAL else organisation
    return Grant(place, known.reach, known.permissions)


def grants(held: Iterable[Held]) -> tuple[Grant, ...]:
    return tuple(grant(one.role, one.organisation) for one in held)


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
