"""Search parameters of our own, because R4's AdverseEvent has none for what local systems look for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.fhir.taxonomy.version import Json, computer_name


@dataclass(frozen=True)
class Parameter:
    """One parameter of a search of AdverseEvents. Those with an `expression` or none in FHIR are published by us."""

    name: str
    type: str
    says: str
    own: str = ""  # the id of our SearchParameter; empty where FHIR has one
    expression: str = ""


_REFERENCE = "A reference number: ours, or the sender's own."
PARAMETERS = (
    Parameter("_id", "token", "The id of an event."),
    Parameter("_lastUpdated", "date", "When an event was last changed."),
    Parameter("date", "date", "The day it happened, where that is known to the day."),
    Parameter("identifier", "token", _REFERENCE, "identifier", "AdverseEvent.identifier"),
    Parameter("reference-number", "token", "Our reference number: identifier, for ours alone.", "identifier"),
    Parameter("local-reference", "token", "The sender's own: identifier, for theirs alone.", "identifier"),
    Parameter("organisation", "token", "The ODS code of the organisation that recorded it.", "organisation"),
    Parameter(
        "event-type", "token", "The type of event, by code or name.", "event-type", "AdverseEvent.event"
    ),
    Parameter("harm", "token", "The code of the worst physical harm to anybody.", "harm"),
)


def search_parameters(base: str) -> Iterator[Json]:
    """Those that FHIR does not have."""
    for one in PARAMETERS:
        if one.own == one.name:
            yield _definition(base, one)


def listed(base: str) -> list[Json]:
    """Every parameter, for a CapabilityStatement."""
    return [_listed(base, one) for one in PARAMETERS]


def _listed(base: str, one: Parameter) -> Json:
    definition = {"definition": f"{base}/SearchParameter/{one.own}"} if one.own else {}
    return {"name": one.name, **definition, "type": one.type, "documentation": one.says}


def _definition(base: str, one: Parameter) -> Json:
    made: Json = {
        "resourceType": "SearchParameter",
        "id": one.name,
        "url": f"{base}/SearchParameter/{one.name}",
        "name": computer_name(one.name),
        "status": "active",
        "description": f"{one.says} {_aliases(one)}".strip(),
        "code": one.name,
        "base": ["AdverseEvent"],
        "type": one.type,
        "multipleOr": True,
    }
    return made | ({"expression": one.expression} if one.expression else {})


def _aliases(one: Parameter) -> str:
    names = [each.name for each in PARAMETERS if each.own == one.name and each.name != one.name]
    return f"Also as {' and '.join(names)}." if names else ""
