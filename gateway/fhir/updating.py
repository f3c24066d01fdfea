"""Update and delete: a new revision of an event, and its withdrawal.

A PUT replaces every answer. A text that comes back as we showed it keeps its original, and so does one that is said to be
unknown for now, as we say of a text that is being checked (decisions 9). `If-Match` makes it hold only for the revision that the
sender knew. A DELETE withdraws: the event stays in its history and leaves every list and count; twice is once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, request

from chassis.problems import invalid
from gateway.envelope import body
from gateway.fhir import conditions, reading, replies, writing
from gateway.fhir.adverse_events import ask, ask_about, interaction, must_be_json, routes
from gateway.fhir.bodies import named
from gateway.fhir.conditions import Conditions
from gateway.fhir.reading import Json, Understood
from gateway.fhir.replies import Reply
from gateway.guards import lrms
from protos.recording.v1 import recording_pb2

USUAL_REASON = "recorded_in_error"
_OF_DELETE = frozenset({"reason", "_format"})


@routes.put("/<event_id>")
@interaction("update")
@lrms
def update(event_id: str) -> Response:
    """Replace the answers of an event."""
    must_be_json()
    return replies.as_response(updated(event_id, reading.parse(body()), conditions.of_request()))


@routes.delete("/<event_id>")
@interaction("delete")
@lrms
def delete(event_id: str) -> Response:
    """Take an event back, with a reason."""
    return replies.as_response(withdrawn(event_id, dict(request.args.lists()), conditions.of_request()))


def updated(event_id: str, sent: Json, under: Conditions) -> Reply:
    """An event with other answers."""
    understood = revision(event_id, sent)
    understood.submission.idempotency_key = under.key
    asking = recording_pb2.ReviseRequest(
        event=event_id, expected_revision=under.revision, submission=understood.submission
    )
    told = ask_about(understood, "Revise", asking)
    return replies.of_write(sent, understood, told, under, 200)


def revision(event_id: str, sent: Json) -> Understood:
    """What is sent as the next revision of an event; INVALID (400) where it is another's."""
    if sent.get("id", event_id) != event_id:
        raise invalid("id-mismatch", "The id in the body is not that of the address.")
    return reading.understood(sent, revising=True)


def withdrawn(event_id: str, parameters: Mapping[str, Sequence[str]], under: Conditions) -> Reply:
    """An event taken back, or one that was before."""
    for name in parameters.keys() - _OF_DELETE:
        raise invalid("unknown-parameter", f"DELETE takes reason, and not {named(name)}.")
    reason = parameters.get("reason", [USUAL_REASON])[-1]
    asking = recording_pb2.WithdrawRequest(event=event_id, expected_revision=under.revision, reason=reason)
    return Reply(204, stamp=writing.stamp_of(ask("Withdraw", asking)))
