"""What the routes say they are, read back: FHIR's interactions and operations cannot be promised and not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from gateway.fhir.layout import BASE
from gateway.fhir.taxonomy.version import Json, computer_name

# Operations that FHIR defines itself, for the types we have them on.
_FHIRS: Mapping[str, str] = {
    "validate": "http://hl7.org/fhir/OperationDefinition/Resource-validate",
    "expand": "http://hl7.org/fhir/OperationDefinition/ValueSet-expand",
}
TYPE = "AdverseEvent"


@dataclass(frozen=True)
class Told:
    """One route: its path, what it is, and the first line of what its view says of itself."""

    rule: str
    interactions: tuple[str, ...]
    operations: tuple[str, ...]
    says: str


def told(app: Flask, prefix: str) -> list[Told]:
    """Every route under `prefix` that is an interaction or operation of FHIR."""
    found = (_told(rule.rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules())
    return [each for each in found if each.rule.startswith(prefix) and (each.interactions or each.operations)]


def _told(rule: str, view: Callable[..., Any]) -> Told:
    def mark(name: str) -> tuple[str, ...]:
        return tuple(getattr(view, name, ()))

    says = (view.__doc__ or "").strip().partition("\n")[0]
    return Told(rule, mark("interactions"), mark("operations"), says)


def interactions(routes: list[Told]) -> list[Json]:
    """Interactions as a CapabilityStatement lists them."""
    return [{"code": code} for code in sorted({code for each in routes for code in each.interactions})]


def of_type(routes: list[Told]) -> list[Told]:
    """Those that stand below a type of resource, AdverseEvent."""
    return [each for each in routes if each.rule.startswith(f"{BASE}/{TYPE}")]


def of_system(routes: list[Told]) -> list[Told]:
    """Those that stand beside the types of resources."""
    return [each for each in routes if not each.rule.startswith(f"{BASE}/{TYPE}")]


def listed(routes: list[Told], base: str) -> list[Json]:
    """Operations as a CapabilityStatement lists them."""
    names = {name: each.says for each in routes for name in each.operations}
    return [
        {"name": name, "definition": _address(name, base), **({"documentation": says} if says else {})}
        for name, says in sorted(names.items())
    ]


def definitions(routes: list[Told], base: str) -> Iterator[Json]:
    """An OperationDefinition of each operation that FHIR does not define."""
    for name in sorted({name for each in routes for name in each.operations} - _FHIRS.keys()):
        yield _definition(name, [each for each in routes if name in each.operations], base)


def _address(name: str, base: str) -> str:
    return _FHIRS.get(name) or f"{base}/OperationDefinition/{name}"


def _definition(name: str, routes: list[Told], base: str) -> Json:
    typed = of_type(routes)
    return {
        "resourceType": "OperationDefinition",
        "id": name,
        "url": _address(name, base),
        "name": computer_name(name),
        "status": "active",
        "kind": "operation",
        "description": routes[0].says,
        "code": name,
        **({"resource": [TYPE]} if typed else {}),
        "system": bool(of_system(routes)),
        "type": any("<" not in each.rule for each in typed),
        "instance": any("<" in each.rule for each in typed),
    }
