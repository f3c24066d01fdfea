"""Read and vread: an event in its current or an earlier revision, in the shape it was sent, with its texts redacted."""

from __future__ import annotations

import re

from flask import Response

from chassis.problems import not_found
from gateway.fhir import replies
from gateway.fhir.adverse_events import ask, interaction, routes
from gateway.fhir.replies import Reply
from gateway.guards import lrms
from protos.recording.v1 import recording_pb2

_REVISION = re.compile(r"[1-9][0-9]{0,8}")


@routes.get("/<event_id>")
@interaction("read")
@lrms
def read(event_id: str) -> Response:
    """One event; 410 where it was withdrawn."""
    return replies.as_response(shown(event_id))


@routes.get("/<event_id>/_history/<revision>")
@interaction("vread")
@lrms
def vread(event_id: str, revision: str) -> Response:
    """One revision of an event."""
    return replies.as_response(shown(event_id, revision))


def shown(event_id: str, revision: str = "") -> Reply:
    """An event, in the revision named where one is."""
    if revision and not _REVISION.fullmatch(revision):
        raise not_found("revision-not-found", "The event has no such revision: they are numbered from 1.")
    asking = recording_pb2.GetEventRequest(event_id=event_id, revision=int(revision or 0))
    return replies.of_event(ask("GetEvent", asking))
