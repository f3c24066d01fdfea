"""A Bundle of type batch: a hundred requests at most, each of which stands or falls alone.

New events go to recording in as few calls as can carry them, the rest one by one, through the same functions as requests of their
own. The answers stand in the order of the entries. What is not begun in time, or would ask recording again after it was found to be
away, is answered with 503: a batch must not hold a thread for long.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Blueprint, Response

from chassis.problems import Fault, Kind, Problem, invalid, unavailable
from gateway import media_types, problems
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
PATIENCE = 30.0  # seconds in which the entries of a batch may be begun
BYTES_AT_ONCE = 4_000_000  # of one call of recording, which takes twice as many
routes = Blueprint("fhir_batch", __name__, url_prefix=BASE)
One = TypeVar("One")


@dataclass(frozen=True)
class Creation:
    """An entry that records a new event, understood and waiting for the call that records it."""

    sent: Json
    understood: Understood
    under: Conditions


@dataclass(frozen=True)
class Step:
    """What answers the entries at these places, in their order, all at once."""

    places: list[int]
    act: Callable[[], list[Reply]]


@routes.post("", strict_slashes=False)
@routes.post("/", strict_slashes=False)
@interaction("batch")
@lrms
def batch() -> Response:
    """Answer each entry of a batch."""
    must_be_json()
    end = time.monotonic() + PATIENCE
    begun = [_attempt(_begun, entry) for entry in _entries(bodies.loads(body()))]
    done = {at: one for at, one in enumerate(begun) if isinstance(one, Reply)} | dict(_done(begun, end))
    entries = [replies.as_entry(done[at]) for at in range(len(begun))]
    bundle = bundles.bundle("batch-response", entries)
    return problems.json(bundle, 200, media_types.fhir_type())


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


def _done(begun: list[Any], end: float) -> Iterator[tuple[int, Reply]]:
    """The answers by the places of their entries, until it is too late or recording is away; from then on that is the answer."""
    stop: Reply | None = None
    for step in _steps(begun):
        if stop is None and time.monotonic() > end:
            stop = replies.of_failure(unavailable("try-again", "The batch took too long. Send this again."))
        if stop:
            answers = [stop] * len(step.places)
        else:
            answers, stop = _taken(step)
        yield from zip(step.places, answers, strict=True)


def _taken(step: Step) -> tuple[list[Reply], Reply | None]:
    """The answers of a step; and again what it met, where every step after it would meet the same."""
    try:
        return step.act(), None
    except Exception as failure:
        met = replies.of_failure(failure)
        return [met] * len(step.places), met if is_away(failure) else None


def _steps(begun: list[Any]) -> Iterator[Step]:
    """New events first and together, then the other entries one by one."""
    creations = ((at, one) for at, one in enumerate(begun) if isinstance(one, Creation))
    for group in in_groups(((each, each[1].understood.submission.ByteSize()) for each in creations), MOST):
        yield Step([at for at, _ in group], partial(_all_created, [one for _, one in group]))
    for at, one in enumerate(begun):
        if callable(one):
            yield Step([at], partial(_alone, one))


def _alone(act: Callable[[], Reply]) -> list[Reply]:
    return [act()]


def in_groups(weighed: Iterable[tuple[One, int]], most: int) -> Iterator[list[One]]:
    """Things with their weight in bytes, `most` at once and never more than a call of recording can carry."""
    group: list[One] = []
    total = 0
    for one, weight in weighed:
        if group and total + weight > BYTES_AT_ONCE:
            yield group
            group, total = [], 0
        group.append(one)
        total += weight
        if len(group) == most:
            yield group
            group, total = [], 0
    if group:
        yield group


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
    """The answers to new events that are recorded in one call."""
    asking = recording_pb2.SubmitManyRequest(requests=[one.understood.submission for one in creations])
    told = ask("SubmitMany", asking, LONG_DEADLINE)
    return [_attempt(_created, one, each) for one, each in zip(creations, told.outcomes, strict=True)]


def _created(one: Creation, outcome: recording_pb2.Outcome) -> Reply:
    if outcome.HasField("problem"):
        raise located(problem_of(outcome.problem), one.understood)
    return creating.created(one.sent, one.understood, outcome.submitted, one.under)


def is_away(failure: Exception) -> bool:
    """Whether recording did not answer, so that whatever asks it next would meet the same."""
    return isinstance(failure, Problem) and failure.kind is Kind.UNAVAILABLE


def problem_of(wire: problem_pb2.Problem) -> Problem:
    """The problem that is recording's outcome of one of many."""
    faults = tuple(Fault(each.path, each.code, each.detail) for each in wire.faults)
    return Problem(Kind(wire.kind), wire.code, wire.detail, faults)
