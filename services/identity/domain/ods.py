"""What the codes of the Organisation Data Service mean to us: kinds of organisation, kinds of relationship.

The role and relationship ids are national facts. Where a kind has both an old and a new role id, both are here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SUBDIVISION_OF, COMMISSIONED_BY, LIES_IN, OPERATED_BY = "RE2", "RE4", "RE5", "RE6"
UPWARDS = (
    SUBDIVISION_OF,
    COMMISSIONED_BY,
    LIES_IN,
    OPERATED_BY,
)  # by these an organisation lies below another

TRUST, TRUST_SITE = "RO197", "RO198"
CARE_TRUST, CARE_TRUST_SITE = "RO107", "RO108"
PRESCRIBING_COST_CENTRE, GP_PRACTICE = "RO177", "RO76"
PHARMACY, PHARMACY_HQ = "RO182", "RO181"
DENTAL_PRACTICE, OPTICAL_SITE = "RO110", "RO166"
INDEPENDENT, INDEPENDENT_SITE = "RO172", "RO176"
SUB_ICB, STRATEGIC_PARTNERSHIP, ICB = "RO98", "RO261", "RO318"
REGION, AREA_TEAM = "RO209", "RO210"


@dataclass(frozen=True)
class Kind:
    """What people call an organisation: `name` for programs, `label` for people."""

    name: str
    label: str


OTHER = Kind("other", "Other organisation")
KINDS: Mapping[str, Kind] = {
    TRUST: Kind("trust", "NHS trust"),
    TRUST_SITE: Kind("site", "NHS trust site"),
    CARE_TRUST: Kind("trust", "Care trust"),
    CARE_TRUST_SITE: Kind("site", "Care trust site"),
    GP_PRACTICE: Kind("practice", "GP practice"),
    PRESCRIBING_COST_CENTRE: Kind("practice", "GP practice or other prescriber"),
    PHARMACY: Kind("pharmacy", "Pharmacy"),
    PHARMACY_HQ: Kind("pharmacy-headquarters", "Pharmacy headquarters"),
    DENTAL_PRACTICE: Kind("dental-practice", "Dental practice"),
    OPTICAL_SITE: Kind("optical-site", "Optical site"),
    INDEPENDENT: Kind("independent-provider", "Independent provider"),
    INDEPENDENT_SITE: Kind("independent-site", "Independent provider site"),
    SUB_ICB: Kind("sub-icb", "Sub-ICB location"),
    ICB: Kind("icb", "Integrated care board"),
    STRATEGIC_PARTNERSHIP: Kind("icb", "Integrated care board"),
    REGION: Kind("region", "NHS England region"),
    AREA_TEAM: Kind("area-team", "Former area team"),
}
PLACES = frozenset({"icb", "region"})  # kinds at which an oversight role can be held


def kind(roles: Iterable[str]) -> Kind:
    """The kind of an organisation that holds these roles; the more telling role counts."""
    held = frozenset(roles)
    return next((found for role, found in KINDS.items() if role in held), OTHER)


def is_code(text: str) -> bool:
    """Whether this could be an ODS code as files and the directory write it."""
    return text.isascii() and text.isalnum() and text.upper() == text and 1 < len(text) <= 12
