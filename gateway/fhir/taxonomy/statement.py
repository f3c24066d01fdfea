"""The CapabilityStatement of the taxonomy."""

from __future__ import annotations

from gateway.fhir.taxonomy.library import KINDS
from gateway.fhir.taxonomy.version import PLACE, Json

CHANGED_ON = "2026-11-23"
_INTERACTIONS = ("read", "search-type")
_SEARCHED_BY = (("_id", "token"), ("name", "string"), ("url", "uri"))
_EXPAND = {"name": "expand", "definition": "http://hl7.org/fhir/OperationDefinition/ValueSet-expand"}


def of_taxonomy(public_url: str) -> Json:
    """Definitions can be read and searched by anybody, lists expanded."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED_ON,
        "kind": "instance",
        "software": {"name": "Patient safety events"},
        "implementation": {
            "description": "Profiles, lists of codes and forms of the national question set",
            "url": f"{public_url}{PLACE}",
        },
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "documentation": "Open to anybody, without a key.",
                "resource": [_resource(kind) for kind in KINDS],
            }
        ],
    }


def _resource(kind: str) -> Json:
    made: Json = {
        "type": kind,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "searchParam": [{"name": name, "type": sort} for name, sort in _SEARCHED_BY],
    }
    return made | ({"operation": [_EXPAND]} if kind == "ValueSet" else {})
