"""Create.

- 201 with the resource as it was sent (decisions 9), stamped: `id`, `meta.versionId`, and as the last extension the
  reference metadata, whose first inner extension is the national reference number.
- The same request again answers with the first record: 200 where `If-None-Exist` asked for that (FHIR's conditional
  create), else 201 as the first time, so that a client that lost the answer need not know the difference. Where that record
  holds other answers, it is shown as it may be read, and not what was sent, which nobody kept.
- Remarks that refuse nothing (a likely duplicate, an odd age) come as `meta.tag` entries with our PSE codes.
  `Prefer: return=OperationOutcome` answers with them as an OperationOutcome instead, `return=minimal` with no body.
"""

from __future__ import annotations

from flask import Response

from chassis.problems import invalid
from gateway.envelope import body
from gateway.fhir import conditions, reading, replies
from gateway.fhir.adverse_events import ask, ask_about, interaction, must_be_json, routes
from gateway.fhir.conditions import Conditions
from gateway.fhir.reading import Json, Understood
from gateway.fhir.replies import Reply
from gateway.guards import lrms
from protos.recording.v1 import recording_pb2


@routes.post("")
@interaction("create")
@lrms
def create() -> Response:
    """Record one safety event."""
    must_be_json()
    sent = reading.parse(body())
    under = conditions.of_request()
    understood = submission(sent, under)
    told = ask_about(understood, "Submit", understood.submission)
    return replies.as_response(created(sent, understood, told, under))


def submission(sent: Json, under: Conditions) -> Understood:
    """What a create asks of recording."""
    understood = reading.understood(sent)
    asking = understood.submission
    _name(asking, under)
    asking.idempotency_key = under.key
    return understood


def _name(asking: recording_pb2.SubmitRequest, under: Conditions) -> None:
    """Under which reference of its client's own an event is recorded; INVALID (400) where header and body name two."""
    if not under.reference:
        return
    systems = {under.system, asking.reference_system} - {""}
    if asking.local_reference not in ("", under.reference) or len(systems) > 1:
        detail = "If-None-Exist names another reference than the resource does. Name the same, or leave one of them out."
        raise invalid("reference-mismatch", detail)
    asking.local_reference, asking.reference_system = under.reference, "".join(systems)


def created(sent: Json, understood: Understood, told: recording_pb2.Submitted, under: Conditions) -> Reply:
    """The answer once it is recorded."""
    status = 200 if under.reference and told.repeated_request else 201
    if told.differs and not under.answer:
        first = ask("GetEvent", recording_pb2.GetEventRequest(event_id=told.event_id))
        return replies.of_first(first, understood, told, status)
    return replies.of_write(sent, understood, told, under, status)
