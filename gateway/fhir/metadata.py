"""The CapabilityStatement, made from the routes that exist, so that it cannot promise what we do not do."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request

from gateway import media_types, problems, question_sets
from gateway.fhir.layout import BASE, PROFILE
from gateway.fhir.taxonomy import operations, search_parameters
from gateway.fhir.taxonomy.operations import Told
from gateway.fhir.taxonomy.routes import KEPT
from gateway.fhir.taxonomy.version import PLACE, Version
from gateway.guards import ASK_AT, KEY_HEADER, public

Json = dict[str, Any]
routes = Blueprint("fhir_metadata", __name__, url_prefix=BASE)
CHANGED_ON = "2026-11-26"


@routes.get("/metadata")
@public
def metadata() -> Response:
    """What this interface does."""
    response = problems.json(statement(question_sets.current().all()), 200, media_types.fhir_type())
    response.headers["Cache-Control"] = KEPT
    response.headers["Vary"] = "Accept"
    response.add_etag()
    response.make_conditional(request)
    return response


def statement(versions: question_sets.Definitions) -> Json:
    """One resource entry for each version of the question set, as national clients expect (decisions 21)."""
    public_url = current_app.config["PUBLIC_URL"]
    base = f"{public_url}{PLACE}"
    told = operations.told(current_app, BASE)
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED_ON,
        "kind": "instance",
        "software": {"name": "Patient safety events"},
        "implementation": {"description": "Record patient safety events", "url": f"{public_url}{BASE}"},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [_rest(versions, told, base)],
    }


def interactions() -> list[str]:
    """Every FHIR interaction that some route of an AdverseEvent is."""
    own = operations.of_type(operations.told(current_app, BASE))
    return [each["code"] for each in operations.interactions(own)]


def _rest(versions: question_sets.Definitions, told: list[Told], base: str) -> Json:
    made: Json = {
        "mode": "server",
        "security": _security(),
        "resource": [_resource(Version(base, one), told, base) for one in versions],
    }
    beside = operations.of_system(told)
    whole = {
        "interaction": operations.interactions(beside),
        "operation": operations.listed(beside, base),
    }
    return made | {name: each for name, each in whole.items() if each}


def _security() -> Json:
    """Where to ask for a token, clients read in SMART's configuration beside this."""
    system = "http://terminology.hl7.org/CodeSystem/restful-security-service"
    return {
        "service": [
            {"coding": [{"system": system, "code": "SMART-on-FHIR"}], "text": "OAuth 2, backend services"}
        ],
        "description": f"An access token from {current_app.config['PUBLIC_URL']}{ASK_AT} for a signed assertion (private_key_jwt), or"
        f" a subscription key in the header {KEY_HEADER}.",
    }


def _ending(version: Version) -> str:
    until = version.definition.accepted_until
    return f" New events are taken in it until {until}." if until else ""


def _resource(version: Version, told: list[Told], base: str) -> Json:
    """What can be done with events of one version. Clients read the version off the end of the profile."""
    own = operations.of_type(told)
    codes = operations.interactions(own)
    kept = {each["code"] for each in codes}
    profile = version.structure(PROFILE)
    made: Json = {
        "type": operations.TYPE,
        "profile": profile,
        "supportedProfile": [profile],
        "documentation": f"{version.definition.title}, written as {version.definition.fhir} resources.{_ending(version)}",
        "interaction": codes,
        "versioning": "versioned-update" if "update" in kept else "versioned",
        "readHistory": "vread" in kept,
        "updateCreate": False,
        "conditionalCreate": "create" in kept,
    }
    listed = {
        "searchParam": search_parameters.listed(base) if "search-type" in kept else [],
        "operation": operations.listed(own, base),
    }
    return made | {name: each for name, each in listed.items() if each}
