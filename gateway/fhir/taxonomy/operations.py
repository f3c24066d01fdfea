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
class Parameter:
    """One thing that goes into an operation or comes out of it; it has a type, or parts."""

    name: str
    type: str
    says: str
    minimum: int = 0
    maximum: str = "1"
    parts: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class Operation:
    """What an operation of ours takes and answers, and whether anything is another after it. `comment` says how it travels."""

    affects: bool
    takes: tuple[Parameter, ...] = ()
    answers: tuple[Parameter, ...] = ()
    comment: str = ""


_HELD = (
    Parameter("local-reference", "string", "The client's own reference.", 1),
    Parameter("system", "uri", "Which of the client's numberings it is of, where it said so."),
    Parameter("state", "code", "held, withdrawn or not-held.", 1),
    Parameter("id", "id", "The event's id, where there is one."),
    Parameter("reference-number", "string", "Its national reference number."),
    Parameter("versionId", "string", "Its newest revision."),
    Parameter("lastUpdated", "instant", "When that was made."),
)
_STEP = (
    Parameter("name", "code", "Which step it is.", 1),
    Parameter("instruction", "string", "What the product does.", 1),
    Parameter("local-reference", "string", "Under which reference.", 1),
    Parameter("state", "code", "waiting, passed or failed.", 1),
    Parameter("found", "string", "What was seen of it.", 1),
)
_ANSWER = (
    Parameter("line", "integer", "The number of the line.", 1),
    Parameter("status", "string", "As of a request of its own, such as 201 Created.", 1),
    Parameter("id", "id", "The event's id, where it was recorded."),
    Parameter("reference", "string", "Its national reference number."),
    Parameter("versionId", "string", "Its revision."),
    Parameter("outcome", "OperationOutcome", "What is wrong, or remarked on."),
)
_SUMS = tuple(
    Parameter(name, "integer", f"How many lines {says}.", 1)
    for name, says in (
        ("lines", "there were"),
        ("recorded", "were recorded"),
        ("repeated", "had been recorded before"),
        ("refused", "were refused"),
    )
)
OURS: Mapping[str, Operation] = {
    "reconcile": Operation(
        affects=False,
        takes=(
            Parameter(
                "local-reference", "string", "A reference of the client's own; without any, all.", 0, "1000"
            ),
        ),
        answers=(
            Parameter("held", "", "What is held under one reference.", 0, "*", _HELD),
            Parameter("next", "uri", "The address of the next page, where all are asked for."),
        ),
    ),
    "import": Operation(
        affects=True,
        takes=(Parameter("event", TYPE, "An event with an identifier.", 1, "100000"),),
        answers=(
            Parameter("answer", "", "What became of one event, in their order.", 0, "*", _ANSWER),
            Parameter("sums", "", "What became of all, at the end.", 1, "1", _SUMS),
        ),
        comment="Nothing here travels as Parameters: events are sent, and answers come, one on a line (application/fhir+ndjson).",
    ),
    "conformance": Operation(
        affects=True,
        takes=(
            Parameter("product_version", "string", "The version of the product.", 1),
            Parameter("question_set", "integer", "The version of the question set.", 1),
        ),
        answers=(
            Parameter("run", "id", "The run, which a GET of $conformance/{run} answers again.", 1),
            Parameter("product", "string", "The product that the key is for.", 1),
            Parameter("product-version", "string", "Its version.", 1),
            Parameter("question-set", "integer", "The version of the question set.", 1),
            Parameter("state", "code", "open or passed.", 1),
            Parameter("started", "instant", "When it was begun.", 1),
            Parameter("passed", "instant", "When all was shown."),
            Parameter("step", "", "One step.", 1, "*", _STEP),
        ),
    ),
    "reset-sandbox": Operation(
        affects=True, answers=(Parameter("removed", "integer", "How many things were removed.", 1),)
    ),
}


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
    typed, ours = of_type(routes), OURS[name]
    parameters = [*_parameters(ours.takes, "in"), *_parameters(ours.answers, "out")]
    return {
        "resourceType": "OperationDefinition",
        "id": name,
        "url": _address(name, base),
        "name": computer_name(name),
        "status": "active",
        "kind": "operation",
        "description": routes[0].says,
        "affectsState": ours.affects,
        "code": name,
        **({"comment": ours.comment} if ours.comment else {}),
        **({"resource": [TYPE]} if typed else {}),
        "system": bool(of_system(routes)),
        "type": any("<" not in each.rule for each in typed),
        "instance": any("<" in each.rule for each in typed),
        "parameter": parameters,
    }


def _parameters(those: tuple[Parameter, ...], use: str) -> Iterator[Json]:
    for one in those:
        held = {"part": [*_parameters(one.parts, use)]} if one.parts else {"type": one.type}
        said = {"min": one.minimum, "max": one.maximum, "documentation": one.says}
        yield {"name": one.name, "use": use, **said, **held}
