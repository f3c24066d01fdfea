"""`$conformance` and `$reset-sandbox`, for whoever has a sandbox key.

`POST $conformance` with the version of the product and of the question set begins a run, as plain JSON or as Parameters:
`{"product_version": "7.2", "question_set": 6}`. It answers, as a GET of the run does, with Parameters of one `step` each: what to
do, under which local reference, how far it is and what was found of it.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from flask import Blueprint, Response

from chassis.problems import Fault, Problem, invalid
from gateway import media_types, problems
from gateway.envelope import body
from gateway.fhir import bodies, replies, writing
from gateway.fhir.adverse_events import ask, must_be_json, operation
from gateway.fhir.layout import BASE
from gateway.fhir.reading import Json
from gateway.guards import lrms
from protos.recording.v1 import recording_pb2

routes = Blueprint("fhir_conformance", __name__, url_prefix=BASE)
VERSION, QUESTION_SET = "product_version", "question_set"
NEWEST = 1 << 31  # a version of the question set fits into what recording takes


@routes.post("/$conformance")
@operation("conformance")
@lrms
def begin() -> Response:
    """Begin a conformance run, or see how far one is (`$conformance/{run}`)."""
    must_be_json()
    sent = _said(bodies.parse(body()))
    asking = recording_pb2.StartConformanceRunRequest(product_version=_text(sent), question_set=_number(sent))
    told = ask("StartConformanceRun", asking)
    response = _answer(_run(told), 201)
    response.headers["Location"] = f"{replies.public_url()}{BASE}/$conformance/{told.run_id}"
    return response


@routes.get("/$conformance/<run_id>")
@operation("conformance")
@lrms
def look(run_id: str) -> Response:
    """How far each step of a run is."""
    return _answer(_run(ask("GetConformanceRun", recording_pb2.GetConformanceRunRequest(run_id=run_id))))


@routes.post("/$reset-sandbox")
@operation("reset-sandbox")
@lrms
def reset() -> Response:
    """Empty the sandbox of all that this client has tried."""
    told = ask("ResetSandbox", recording_pb2.ResetSandboxRequest())
    return _answer([{"name": "removed", "valueInteger": told.removed}])


# ---- what is sent ------------------------------------------------------------------------------------------------


def _said(sent: Json) -> Json:
    """The two answers as plain JSON, however they were sent; INVALID (400) where there is something else."""
    if sent.get("resourceType") == "Parameters":
        sent = dict(_parameter(each) for each in _list_of(sent))
    if not sent.keys() <= {VERSION, QUESTION_SET}:
        raise invalid("bad-request", f"Send {VERSION} and {QUESTION_SET}, and nothing else.")
    return sent


def _list_of(sent: Json) -> list[Any]:
    held = sent.get("parameter", [])
    if not isinstance(held, list):
        raise _unreadable()
    return held


def _parameter(sent: Any) -> tuple[str, Any]:
    match sent:
        case {"name": str(name), "valueString": value} | {"name": str(name), "valueInteger": value}:
            return name.replace("-", "_"), value
    raise _unreadable()


def _unreadable() -> Problem:
    detail = f"Each parameter is {VERSION} with a valueString or {QUESTION_SET} with a valueInteger."
    return invalid("bad-request", detail)


def _text(sent: Json) -> str:
    value = sent.get(VERSION)
    if not isinstance(value, str):
        raise _missing(VERSION, "Say which version of your product this is.")
    return value


def _number(sent: Json) -> int:
    value = sent.get(QUESTION_SET)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < NEWEST:
        raise _missing(QUESTION_SET, "Say which version of the question set this is about, as a number.")
    return value


def _missing(name: str, detail: str) -> Problem:
    return invalid("answers-not-accepted", detail, Fault(name, "required-missing", detail))


# ---- what is answered --------------------------------------------------------------------------------------------


def _answer(parameters: list[Json], status: int = 200) -> Response:
    told = {"resourceType": "Parameters", "parameter": parameters}
    response = problems.json(told, status, media_types.fhir_type())
    response.headers["Cache-Control"] = "no-store"
    return response


def _run(one: recording_pb2.ConformanceRun) -> list[Json]:
    passed = one.HasField("passed_at")
    times = [("started", one.started_at)] + ([("passed", one.passed_at)] if passed else [])
    return [
        {"name": "run", "valueId": one.run_id},
        {"name": "product", "valueString": one.product},
        {"name": "product-version", "valueString": one.product_version},
        {"name": "question-set", "valueInteger": one.question_set},
        {"name": "state", "valueCode": "passed" if passed else "open"},
        *({"name": name, "valueInstant": writing.instant(at.ToDatetime(UTC))} for name, at in times),
        *({"name": "step", "part": _step(step)} for step in one.steps),
    ]


def _step(one: recording_pb2.ConformanceStep) -> list[Json]:
    return [
        {"name": "name", "valueCode": one.name},
        {"name": "instruction", "valueString": one.instruction},
        {"name": "local-reference", "valueString": one.local_reference},
        {"name": "state", "valueCode": one.state},
        {"name": "found", "valueString": one.found},
    ]
