"""An answer before it is said: as a response of its own, or as one entry of a batch's answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response, current_app
from werkzeug.http import http_date

from chassis.problems import Fault
from gateway import media_types, problems
from gateway.fhir import paths, writing
from gateway.fhir.conditions import Conditions
from gateway.fhir.layout import PROFILES
from gateway.fhir.reading import Json, Understood
from gateway.fhir.writing import Stamp
from protos.recording.v1 import recording_pb2


@dataclass(frozen=True)
class Reply:
    """A status, a resource or none, and which revision of which event it is about."""

    status: int
    body: Json | None = field(default=None, repr=False)
    stamp: Stamp | None = None
    location: str = ""


def public_url() -> str:
    return str(current_app.config["PUBLIC_URL"])


def as_response(reply: Reply) -> Response:
    """The answer to a request of its own."""
    if reply.body is None:
        response = Response(status=reply.status, mimetype=media_types.fhir_type())
    else:
        response = problems.json(reply.body, reply.status, media_types.fhir_type())
    if reply.location:
        response.headers["Location"] = reply.location
    if reply.stamp:
        response.headers["ETag"] = etag(reply.stamp)
        response.headers["Last-Modified"] = http_date(reply.stamp.made_at)
    return response


def as_entry(reply: Reply) -> Json:
    """The answer to an entry of a batch."""
    response = {"status": status_line(reply.status)}
    if reply.location:
        response["location"] = reply.location
    if reply.stamp:
        response |= {"etag": etag(reply.stamp), "lastModified": writing.instant(reply.stamp.made_at)}
    if reply.body is None:
        return {"response": response}
    if reply.body["resourceType"] == "OperationOutcome":
        return {"response": {**response, "outcome": reply.body}}
    return {"resource": reply.body, "response": response}


def status_line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


def etag(stamp: Stamp) -> str:
    return f'W/"{stamp.revision}"'


def of_failure(error: Exception) -> Reply:
    """What is said when one of many fails."""
    failure = problems.failure_of(error)
    return Reply(failure.status, problems.outcome(problems.issues_of(failure)))


def of_event(event: recording_pb2.SafetyEvent) -> Reply:
    """An event as it may be read."""
    return Reply(200, writing.resource(event, public_url()), writing.stamp_of(event.facts))


def of_first(
    event: recording_pb2.SafetyEvent, understood: Understood, told: recording_pb2.Submitted, status: int
) -> Reply:
    """The record that the same request made before, as it may be read, with our remarks on what was sent now."""
    body = writing.resource(event, public_url())
    body["meta"]["tag"] = [_tag(each) for each in _remarks(understood, told)]
    stamp = writing.stamp_of(event.facts)
    return Reply(status, body, stamp, writing.location(public_url(), stamp.event_id))


def of_write(
    sent: Json, understood: Understood, told: recording_pb2.Submitted, conditions: Conditions, status: int
) -> Reply:
    """What was sent, stamped, with our remarks; or what else the sender prefers."""
    stamp = writing.stamp_of(told)
    remarks = _remarks(understood, told)
    body: Json | None = None
    if conditions.answer == "OperationOutcome":
        recorded = Fault("", "recorded", f"Recorded as {told.reference}.")
        body = problems.outcome(issues(recorded, remarks))
    elif conditions.answer != "minimal":
        body = writing.echo(sent, understood, stamp, [_tag(each) for each in remarks], public_url())
    return Reply(status, body, stamp, writing.location(public_url(), stamp.event_id))


def issues(good_news: Fault, remarks: Iterable[Fault]) -> list[dict[str, Any]]:
    """Good news and what is remarked on all the same."""
    said = problems.issue(good_news, "information", "informational", problems.pse(good_news.code))
    return [
        said,
        *(problems.issue(one, "warning", "business-rule", problems.pse(one.code)) for one in remarks),
    ]


def _remarks(understood: Understood, told: recording_pb2.Submitted) -> list[Fault]:
    return [*understood.remarks, *warnings(told.warnings, understood)]


def warnings(told: Iterable[Any], understood: Understood) -> list[Fault]:
    """Recording's remarks, where the sender finds them."""
    faults = (Fault(one.path, one.code, one.detail) for one in told)
    return [paths.located_fault(one, understood.version, base_of(understood)) for one in faults]


def base_of(understood: Understood) -> str:
    return paths.base_of(understood.base, f"{public_url()}{PROFILES}")


def _tag(remark: Fault) -> dict[str, Any]:
    """A resource has no other place for remarks that every client passes over safely."""
    where = f" ({remark.path})" if remark.path else ""
    return {
        "system": problems.codes_system(),
        "code": problems.pse(remark.code),
        "display": f"{remark.detail}{where}",
    }
