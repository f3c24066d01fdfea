"""Operations: `$validate` says what is wrong with a resource without keeping it, `$reconcile` which references we hold.

`$validate` takes an AdverseEvent, or a Parameters with one in `resource`. Of an event (`AdverseEvent/{id}/$validate`) it is judged as
its next revision, that of `If-Match` where it is sent. `?mode=strict` refuses what the business rules want as well, as our own forms do.

`$reconcile` takes Parameters of the client's own references (`local-reference`), and answers with one `held` for each, or with a GET
all of them, page by page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any

from flask import Response, request

from chassis.problems import Fault, Kind, Problem, invalid
from gateway import media_types, problems
from gateway.envelope import body
from gateway.fhir import bodies, bundles, conditions, parameters, reading, replies, updating, writing
from gateway.fhir.adverse_events import (
    LONG_DEADLINE,
    ask,
    ask_about,
    must_be_json,
    operation,
    routes,
)
from gateway.fhir.parameters import CURSOR, Parameters
from gateway.fhir.reading import Json, Understood
from gateway.guards import lrms
from protos.recording.v1 import recording_pb2

MOST_REFERENCES = 1000
STRICT = "strict"
MODES = frozenset({"", "create", "update", "profile", STRICT})
REFERENCE = "local-reference"
_UNREADABLE = frozenset({"malformed-json", "id-mismatch", "bad-request", "unknown-parameter"})


# ---- $validate --------------------------------------------------------------------------------------------


@routes.post("/$validate")
@operation("validate")
@lrms
def validate() -> Response:
    """What would be said of a new event."""
    return _validated(reading.understood, recording_pb2.ValidateRequest())


@routes.post("/<event_id>/$validate")
@operation("validate")
@lrms
def validate_instance(event_id: str) -> Response:
    """What would be said of an event's next revision."""
    expected = conditions.of_request().revision
    asking = recording_pb2.ValidateRequest(event=event_id, expected_revision=expected)
    return _validated(lambda sent: updating.revision(event_id, sent), asking)


def _validated(understand: Callable[[Json], Understood], asking: recording_pb2.ValidateRequest) -> Response:
    """200, whatever is wrong with the resource, as long as there is one."""
    must_be_json()
    asked = dict(request.args.lists())
    parameters.check(asked, ("mode",))
    sent = bodies.loads(body())
    mode = parameters.one(asked, "mode")
    if sent.get("resourceType") == "Parameters":
        sent, mode = _of_parameters(sent, mode)
    if mode not in MODES:
        raise parameters.wrong("mode", f"takes one of {', '.join(sorted(MODES - {''}))}")
    asking.strict = mode == STRICT
    outcome = problems.outcome(_judged(sent, understand, asking))
    return problems.json(outcome, 200, media_types.fhir_type())


def _judged(
    sent: Json, understand: Callable[[Json], Understood], asking: recording_pb2.ValidateRequest
) -> list[Json]:
    try:
        bodies.must_be_writable(sent)
        bodies.must_hold_no_nul(sent)
        understood = understand(sent)
        asking.submission.CopyFrom(understood.submission)
        told = ask_about(understood, "Validate", asking)
    except Problem as problem:
        if problem.kind not in (Kind.INVALID, Kind.CONFLICT) or problem.code in _UNREADABLE:
            raise
        return problems.issues_of(problems.failure_of(problem))
    remarks = [*understood.remarks, *replies.warnings(told.warnings, understood)]
    return replies.issues(Fault("", "acceptable", "This would be recorded as it is."), remarks)


def _of_parameters(sent: Json, mode: str) -> tuple[Json, str]:
    """The resource in a Parameters, and the mode where it names one."""
    resource: Json | None = None
    for each in _list_of(sent):
        if each.get("name") == "resource" and isinstance(each.get("resource"), dict):
            resource = each["resource"]
        elif each.get("name") == "mode":
            mode = str(each.get("valueCode"))
    if resource is None:
        raise invalid("bad-request", "Parameters must hold a parameter “resource” with an AdverseEvent.")
    return resource, mode


def _list_of(sent: Json) -> list[Json]:
    held = sent.get("parameter", [])
    if not isinstance(held, list) or not all(isinstance(each, dict) for each in held):
        raise invalid("bad-request", 'Parameters has a list of {"name": …} in “parameter”.')
    return held


# ---- $reconcile -------------------------------------------------------------------------------------------


@routes.get("/$reconcile")
@operation("reconcile")
@lrms
def reconcile_all() -> Response:
    """Every reference of this client that is held, page by page."""
    asked = dict(request.args.lists())
    parameters.check(asked, (CURSOR,))
    return _reconciled([], asked)


@routes.post("/$reconcile")
@operation("reconcile")
@lrms
def reconcile() -> Response:
    """Which of the references that are named are held; of all, where none is named."""
    must_be_json()
    asked = dict(request.args.lists())
    parameters.check(asked, (CURSOR,))
    sent = bodies.loads(body())
    if sent.get("resourceType") != "Parameters":
        raise invalid(
            "bad-request", f"Send a Parameters with {REFERENCE} as valueString, for each reference."
        )
    return _reconciled([_reference(each) for each in _list_of(sent)], asked)


def _reference(sent: Json) -> str:
    value = sent.get("valueString")
    if sent.get("name") != REFERENCE or not isinstance(value, str) or not value.isprintable():
        raise invalid("bad-request", f"Each parameter is a {REFERENCE} with a valueString.")
    return value


def _reconciled(references: list[str], asked: Parameters) -> Response:
    if len(references) > MOST_REFERENCES:
        raise invalid("batch-too-large", f"Name {MOST_REFERENCES} references at once at most.")
    cursor = parameters.one(asked, CURSOR)
    asking = recording_pb2.ReconcileRequest(local_references=references, cursor=cursor)
    told = ask("Reconcile", asking, LONG_DEADLINE)
    held: list[Any] = [{"name": "held", "part": _parts(one)} for one in told.held]
    if told.next:
        page = bundles.address("AdverseEvent/$reconcile", asked, told.next)
        held.append({"name": "next", "valueUri": page})
    answer = {"resourceType": "Parameters"} | ({"parameter": held} if held else {})
    return problems.json(answer, 200, media_types.fhir_type())


def _parts(one: recording_pb2.Held) -> list[Json]:
    state = "withdrawn" if one.withdrawn else "held" if one.event_id else "not-held"
    said = [{"name": REFERENCE, "valueString": one.local_reference}, {"name": "state", "valueCode": state}]
    if not one.event_id:
        return said
    if one.reference_system:
        said.append({"name": "system", "valueUri": one.reference_system})
    updated = writing.instant(one.updated_at.ToDatetime(UTC))
    return [
        *said,
        {"name": "id", "valueId": one.event_id},
        {"name": "reference-number", "valueString": one.reference},
        {"name": "versionId", "valueString": str(one.revision)},
        {"name": "lastUpdated", "valueInstant": updated},
    ]
