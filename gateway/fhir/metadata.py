"""The CapabilityStatement, made from the routes that exist, so that it cannot promise what we do not do."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app

from gateway import problems
from gateway.fhir.layout import BASE, PROFILE, PROFILES, VERSIONS
from gateway.guards import KEY_HEADER, public

routes = Blueprint("fhir_metadata", __name__, url_prefix=BASE)
CHANGED_ON = "2026-11-23"


@routes.get("/metadata")
@public
def metadata() -> Response:
    """What this interface does."""
    response = problems.json(statement(), 200, problems.fhir_type())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def statement() -> dict[str, Any]:
    """One resource entry for each version of the question set, as national clients expect (decisions 21)."""
    public_url = current_app.config["PUBLIC_URL"]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED_ON,
        "kind": "instance",
        "software": {"name": "Patient safety events"},
        "implementation": {"description": "Record patient safety events", "url": f"{public_url}{BASE}"},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": f"A subscription key in the header {KEY_HEADER}."},
                "resource": [_resource(version, public_url) for version in VERSIONS],
            }
        ],
    }


def _resource(version: int, public_url: str) -> dict[str, Any]:
    profile = f"{public_url}{PROFILES}/{PROFILE}-{version}"
    return {
        "type": "AdverseEvent",
        "profile": profile,
        "supportedProfile": [profile],
        "interaction": [{"code": code} for code in interactions()],
        "versioning": "versioned",
        "conditionalCreate": True,
    }


def interactions() -> list[str]:
    """Every FHIR interaction that some route is."""
    views = current_app.view_functions.values()
    return sorted({code for view in views for code in getattr(view, "interactions", ())})
