"""Create and read AdverseEvent.

Answers to a create:

- 201 with the resource as it was sent (decisions 9), stamped: `id`, `meta.versionId`, and as the last extension the
  reference metadata, whose first inner extension is the national reference number.
- The same request again answers with the first record: 200 where `If-None-Exist` asked for that (FHIR's conditional
  create), else 201 as the first time, so that a client that lost the answer need not know the difference.
- Remarks that refuse nothing (a likely duplicate, an odd age) come as `meta.tag` entries with our PSE codes, because
  a resource has no other place for them that every client passes over safely. `Prefer: return=OperationOutcome`
  answers with them as an OperationOutcome instead, `return=minimal` with no body; the headers say the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

from flask import Blueprint, Response, current_app, request
from werkzeug.http import http_date

from chassis.problems import Fault, invalid
from gateway import problems
from gateway.clients import Clients
from gateway.envelope import body
from gateway.fhir import reading, writing
from gateway.fhir.layout import BASE, NOT_KEPT
from gateway.guards import actor, lrms
from protos.problem.v1 import problem_pb2
from protos.recording.v1 import recording_pb2

View = TypeVar("View", bound=Callable[..., Any])

routes = Blueprint("adverse_events", __name__, url_prefix=f"{BASE}/AdverseEvent")
TYPES = frozenset({"application/json", problems.FHIR_JSON})
LONGEST_KEY = 255
RECORDED = "PSE-0001"
_NOT_KEPT = "The question set does not ask this, so it was not kept."
_CONDITIONS = frozenset({"identifier", "local-reference"})


def interaction(*codes: str) -> Callable[[View], View]:
    """Which FHIR interactions a view is; the CapabilityStatement is made from these."""

    def mark(view: View) -> View:
        view.interactions = codes  # type: ignore[attr-defined]
        return view

    return mark


@routes.post("")
@interaction("create")
@lrms
def create() -> Response:
    """Record one safety event."""
    _must_be_json()
    sent = reading.parse(body())
    asking = reading.read(sent)
    condition = _condition()
    asking.local_reference = condition or asking.local_reference
    asking.idempotency_key = _key()
    told = _recording().ask("Submit", asking, actor())
    for element in sorted(sent.keys() & NOT_KEPT):
        told.warnings.add(path=f"AdverseEvent.{element}", code="element-not-kept", detail=_NOT_KEPT)
    return _created(sent, told, asking.local_reference, 200 if condition and told.repeated_request else 201)


@routes.get("/<event_id>")
@interaction("read")
@lrms
def read(event_id: str) -> Response:
    """One event, with its texts redacted."""
    event = _recording().ask("GetEvent", recording_pb2.GetEventRequest(event_id=event_id), actor())
    resource = writing.resource(event, current_app.config["PUBLIC_URL"])
    return _stamped(problems.json(resource, 200, problems.fhir_type()), writing.stamp_of(event.facts))


def _recording() -> Any:
    clients: Clients = current_app.extensions["clients"]
    return clients["recording"]


def _must_be_json() -> None:
    if request.mimetype not in TYPES or request.headers.get("Content-Encoding", "identity") != "identity":
        detail = "Send application/json or application/fhir+json, uncompressed."
        raise invalid("unsupported-media-type", detail)


def _key() -> str:
    """What names this request when it is sent again."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise invalid("bad-request", f"Idempotency-Key may have {LONGEST_KEY} printable characters at most.")
    return key


def _condition() -> str:
    """The client's own reference in If-None-Exist (`identifier=system|value` or `local-reference=value`), or nothing."""
    header = request.headers.get("If-None-Exist", "")
    if not header:
        return ""
    asked = parse_qsl(unquote(header.lstrip("?")) if "%3D" in header else header.lstrip("?"))
    if len(asked) != 1 or asked[0][0] not in _CONDITIONS:
        detail = "If-None-Exist takes one parameter: identifier or local-reference."
        raise invalid("unknown-parameter", detail)
    value = asked[0][1].rpartition("|")[2]
    if not value or len(value) > LONGEST_KEY or not value.isprintable():
        raise invalid("bad-request", f"If-None-Exist may name {LONGEST_KEY} printable characters at most.")
    return value


def _created(
    sent: reading.Json, told: recording_pb2.Submitted, local_reference: str, status: int
) -> Response:
    stamp = writing.stamp_of(told)
    public_url = current_app.config["PUBLIC_URL"]
    response = _preferred(sent, told, stamp, local_reference, status)
    response.headers["Location"] = writing.location(public_url, stamp.event_id)
    return _stamped(response, stamp)


def _preferred(
    sent: reading.Json, told: recording_pb2.Submitted, stamp: writing.Stamp, local_reference: str, status: int
) -> Response:
    prefer = request.headers.get("Prefer", "")
    if "return=minimal" in prefer:
        return Response(status=status, mimetype=problems.fhir_type())
    if "return=OperationOutcome" in prefer:
        answer = problems.outcome(_issues(told))
    else:
        tags = [_tag(warning) for warning in told.warnings]
        answer = writing.echo(sent, stamp, local_reference, tags, current_app.config["PUBLIC_URL"])
    return problems.json(answer, status, problems.fhir_type())


def _issues(told: recording_pb2.Submitted) -> list[dict[str, Any]]:
    recorded = Fault("", "recorded", f"Recorded as {told.reference}.")
    warnings = (
        problems.issue(_fault(each), "warning", "business-rule", problems.pse(each.code))
        for each in told.warnings
    )
    return [problems.issue(recorded, "information", "informational", RECORDED), *warnings]


def _tag(warning: problem_pb2.Fault) -> dict[str, Any]:
    where = f" ({warning.path})" if warning.path else ""
    return {
        "system": problems.codes_system(),
        "code": problems.pse(warning.code),
        "display": f"{warning.detail}{where}",
    }


def _fault(wire: problem_pb2.Fault) -> Fault:
    return Fault(wire.path, wire.code, wire.detail)


def _stamped(response: Response, stamp: writing.Stamp) -> Response:
    response.headers["ETag"] = f'W/"{stamp.revision}"'
    response.headers["Last-Modified"] = http_date(stamp.made_at)
    return response
