"""Every revision of one event, newest first, page by page; also of one that was withdrawn."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from gateway import media_types, problems
from gateway.fhir import bundles, parameters, replies, writing
from gateway.fhir.adverse_events import ask, interaction, routes
from gateway.fhir.parameters import CURSOR, Parameters
from gateway.guards import lrms
from protos.recording.v1 import recording_pb2

Json = dict[str, Any]
MOST = 50
_METHODS = {recording_pb2.CHANGE_RECORDED: "POST", recording_pb2.CHANGE_WITHDRAWN: "DELETE"}
_STATUSES = {"POST": 201, "PUT": 200, "DELETE": 204}


@routes.get("/<event_id>/_history")
@interaction("history-instance")
@lrms
def history(event_id: str) -> Response:
    """The revisions of one event."""
    asked = dict(request.args.lists())
    found = page(event_id, asked)
    return problems.json(bundle(event_id, asked, found), 200, media_types.fhir_type())


def page(event_id: str, asked: Parameters) -> recording_pb2.History:
    """One page of revisions, from the newest or from where the page before ended."""
    parameters.check(asked, ("_count", CURSOR))
    before = parameters.whole_number(asked, CURSOR, 0, 1 << 31)
    count = parameters.whole_number(asked, "_count", MOST, MOST)
    asking = recording_pb2.GetHistoryRequest(event=event_id, before=before, count=count or 1)
    found: recording_pb2.History = ask("GetHistory", asking)
    if not count:
        del found.revisions[:]
    return found


def bundle(event_id: str, asked: Parameters, found: recording_pb2.History) -> Json:
    """A page as a Bundle, with the way to the next."""
    oldest = found.revisions[-1].facts.revision if found.revisions else 1
    path = f"AdverseEvent/{found.revisions[0].facts.event_id if found.revisions else event_id}/_history"
    links = {
        "self": bundles.address(path, asked),
        "next": bundles.address(path, asked, str(oldest)) if oldest > 1 else "",
    }
    return bundles.bundle("history", [_entry(one) for one in found.revisions], links, found.total)


def _entry(event: recording_pb2.SafetyEvent) -> Json:
    """A revision and how it came about; a withdrawal has no resource."""
    facts = event.facts
    stamp = writing.stamp_of(facts)
    usual = "POST" if facts.revision == 1 else "PUT"
    method = _METHODS.get(facts.change, usual)
    address = "AdverseEvent" if method == "POST" else f"AdverseEvent/{facts.event_id}"
    entry: Json = {
        "fullUrl": writing.location(replies.public_url(), facts.event_id),
        "request": {"method": method, "url": address},
        "response": {
            "status": replies.status_line(_STATUSES[method]),
            "etag": replies.etag(stamp),
            "lastModified": writing.instant(stamp.made_at),
        },
    }
    if method != "DELETE":
        entry["resource"] = writing.resource(event, replies.public_url())
    return entry
