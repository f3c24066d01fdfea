"""Whether a resource is valid FHIR R4, by the official JSON schema and by a second, stricter reading.

The schema knows every element, type and bound code, but does not mind when a required primitive is missing; fhirclient's
models do. What either refuses is certainly wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
from fhirclient.models.fhirabstractbase import FHIRValidationError
from fhirclient.models.fhirelementfactory import FHIRElementFactory

from deploy.local.assets import CLIENTS

SCHEMA = CLIENTS / "node_modules" / "@asymmetrik" / "fhir-json-schema-validator" / "fhir.schema.json"

Resource = dict[str, Any]


def faults(resource: Resource) -> list[str]:
    """Where and how a resource breaks R4; none when it is valid. The schema's sentences hide the values."""
    return list(by_schema(resource)) or list(by_model(resource))


def by_schema(resource: Resource, at: str = "") -> Iterator[str]:
    """A resource inside another is judged by its own type: the schema only says "none of 148 types"."""
    kind = str(resource.get("resourceType"))
    for error in validator(kind).iter_errors(resource):
        inner: Any = resource
        for step in error.instance_path:
            inner = inner[step]
        path = ".".join([at or kind, *map(str, error.instance_path)])
        nested = list(by_schema(inner, path)) if error.instance_path and _is_resource(inner) else []
        yield from nested or [f"{path}: {error.message[:200]}"]


def by_model(resource: Resource) -> Iterator[str]:
    """One sentence for everything that fhirclient's model of this type refuses."""
    try:
        FHIRElementFactory.instantiate(resource["resourceType"], resource)
    except FHIRValidationError as refused:
        yield str(refused)


@cache
def validator(kind: str) -> Any:
    """The compiled schema of one type of resource; of a type that R4 does not know, one that refuses everything."""
    schema = {name: value for name, value in _schema().items() if name not in ("oneOf", "discriminator")}
    schema["$ref"] = f"#/definitions/{kind}"
    return jsonschema_rs.validator_for(
        schema if kind in _schema()["definitions"] else {"not": {}}, mask="(value)"
    )


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text())
    for kind in ("CapabilityStatement", "StructureDefinition"):
        # The schema came out with 4.0.0; 4.0.1 corrected its text a little later, and is what R4 means since.
        schema["definitions"][kind]["properties"]["fhirVersion"]["enum"].append("4.0.1")
    return schema


def _is_resource(value: Any) -> bool:
    return isinstance(value, dict) and "resourceType" in value
