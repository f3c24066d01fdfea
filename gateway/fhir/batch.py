"""A Bundle of type batch: a hundred requests at most, each of which stands or falls alone.

New events go to recording in one call, the rest one by one, through the same functions as requests of their own. The answers stand in the
order of the entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Blueprint, Response

from chassis.problems import Fault, Kind, Problem, invalid
from gateway import problems
from gateway.envelope import body
from gateway.fhir import bodies, bundles, conditions, creating, replies, searching, showing, updating
from gateway.fhir.adverse_events import (
    LONG_DEADLINE,
    ask,
    interaction,
    located,
    must_be_json,
)
from gateway.fhir.conditions import Conditions
from gateway.fhir.layout import BASE
from gateway.fhir.reading import Json, Understood
from gateway.fhir.replies import Reply
from gateway.guards import lrms
from protos.problem.v1 import problem_pb2
from protos.recording.v1 import recording_pb2

MOST = 100
routes = Blueprint("fhir_batch", __name__, url_prefix=BASE)


@dataclass(frozen=True)
class Creation:
    """An entry that records a new event, understood and waiting for the one call."""

    sent: Json
    understood: Understood
    under: Conditions


@routes.post("", strict_slashes=False)
@routes.post("/", strict_slashes=False)
@interaction("batch")
@lrms
def batch() -> Response:
    """Answer each entry of a batch."""
    must_be_json()
    entries = _entries(bodies.loads(body()))
    begun = [_attempt(_begun, entry) for entry in entries]
    creations = [one for one in begun if isinstance(one, Creation)]
    created = iter(_all_created(creations))
    answers = [next(created) if isinstance(one, Creation) else one for one in begun]
    done = [_attempt(one) if callable(one) else one for one in answers]
    bundle = bundles.bundle("batch-response", [replies.as_entry(one) for one in done])
    return problems.json(bundle, 200, problems.fhir_type())


def _entries(sent: Json) -> list[Any]:
    if sent.get("resourceType") != "Bundle" or sent.get("type") == "transaction":
        raise _refused(sent)
    entries = sent.get("entry", [])
    if sent.get("type") != "batch" or not isinstance(entries, list):
        detail = "Send a Bundle of type batch, with its requests in a list “entry”."
        raise invalid("structure", detail, Fault("Bundle", "structure", detail))
    if len(entries) > MOST:
        raise invalid("batch-too-large", f"A batch may hold {MOST} entries at most; send several.")
    return entries


def _refused(sent: Json) -> Problem:
    if sent.get("resourceType") == "Bundle":
        detail = "Transactions are not taken: each entry stands or falls alone. Send the Bundle as a batch."
        return invalid(
            "transaction-not-supported", detail, Fault("Bundle.type", "transaction-not-supported", detail)
        )
    detail = "This address takes a Bundle of type batch. Send an AdverseEvent to …/AdverseEvent."
    return invalid("structure", detail, Fault("Bundle.resourceType", "structure", detail))


def _attempt(act: Callable[..., Any], *arguments: Any) -> Any:
    """What becomes of one entry. Its failure, of whatever kind, is its own answer and leaves the others alone."""
    try:
        return act(*arguments)
    except Exception as failure:
        return replies.of_failure(failure)


# ---- entries ----------------------------------------------------------------------------------------------


def _begun(entry: Any) -> Creation | Callable[[], Reply]:
    """A creation, or what to do after the creations."""
    asked = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(asked, dict) or not isinstance(asked.get("url"), str):
        raise invalid("structure", 'An entry of a batch has a request: {"method": …, "url": …}.')
    path, parameters = _address(asked["url"])
    under = conditions.of_entry(asked)
    match (asked.get("method"), path):
        case ("POST", ["AdverseEvent"]):
            sent = _resource(entry)
            return Creation(sent, creating.submission(sent, under), under)
        case ("PUT", ["AdverseEvent", event_id]):
            sent = _resource(entry)
            return lambda: updating.updated(event_id, sent, under)
        case ("DELETE", ["AdverseEvent", event_id]):
            return lambda: updating.withdrawn(event_id, parameters, under)
        case ("GET", ["AdverseEvent"]):
            return lambda: searching.found(parameters)
        case ("GET", ["AdverseEvent", event_id]):
            return lambda: showing.shown(event_id)
        case ("GET", ["AdverseEvent", event_id, "_history", revision]):
            return lambda: showing.shown(event_id, revision)
    detail = "A batch takes POST AdverseEvent, PUT, DELETE and GET AdverseEvent/{id}, and GET AdverseEvent?…"
    raise invalid("bad-request", detail)


def _address(url: str) -> tuple[list[str], Mapping[str, list[str]]]:
    """The parts of an entry's address after our base, and its parameters."""
    whole = url.removeprefix(f"{replies.public_url()}{BASE}").lstrip("/")
    try:
        split = urlsplit(whole)
        asked = parse_qs(split.query, keep_blank_values=True)
    except ValueError:
        raise invalid("bad-request", "The address of the entry cannot be read.") from None
    if split.scheme or split.netloc or not unquote(whole).isprintable():
        raise invalid("bad-request", "The address of an entry is relative, as in AdverseEvent/….")
    return [unquote(part) for part in split.path.split("/")], asked


def _resource(entry: Json) -> Json:
    sent = entry.get("resource")
    if not isinstance(sent, dict):
        raise invalid("structure", "This entry must have a resource.")
    bodies.must_be_writable(sent)
    bodies.must_hold_no_nul(sent)
    return sent


# ---- creations --------------------------------------------------------------------------------------------


def _all_created(creations: list[Creation]) -> list[Reply]:
    """The answers to all new events, recorded in one call."""
    if not creations:
        return []
    asking = recording_pb2.SubmitManyRequest(requests=[one.understood.submission for one in creations])
    try:
        told = ask("SubmitMany", asking, LONG_DEADLINE)
    except Exception as failure:
        return [replies.of_failure(failure)] * len(creations)
    return [_attempt(_created, one, each) for one, each in zip(creations, told.outcomes, strict=True)]


def _created(one: Creation, outcome: recording_pb2.Outcome) -> Reply:
    if outcome.HasField("problem"):
        raise located(problem_of(outcome.problem), one.understood)
    return creating.created(one.sent, one.understood, outcome.submitted, one.under)


def problem_of(wire: problem_pb2.Problem) -> Problem:
    """The problem that is recording's outcome of one of many."""
    faults = tuple(Fault(each.path, each.code, each.detail) for each in wire.faults)
    return Problem(Kind(wire.kind), wire.code, wire.detail, faults)
