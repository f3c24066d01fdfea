"""The sandbox on the wire: what a call was an attempt at and which revisions it made; runs and who has passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chassis.problems import Problem
from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.conformance import (
    ACCEPTED,
    CREATE,
    READ,
    SEARCH,
    STEPS,
    Attempt,
    Found,
    Passed,
    Run,
    reference_of,
)
from services.recording.domain.reference_numbers import is_reference, normalise
from services.recording.messages.events import timestamp

LONGEST = 255


def made(reply: Any) -> list[tuple[str, int]]:
    """The revisions that a call made or found made: event id, number."""
    match reply:
        case pb.Submitted():
            return [(reply.event_id, reply.revision)]
        case pb.SubmittedMany():
            told = [one.submitted for one in reply.outcomes if one.HasField("submitted")]
            return [(one.event_id, one.revision) for one in told]
    return []


def attempts(request: Any, reply: Any) -> list[Attempt]:
    """What a call that was answered was an attempt at; one for each request of many, in their order."""
    match request:
        case pb.SubmitRequest():
            return [Attempt(CREATE, _name(request.local_reference), ACCEPTED)]
        case pb.SubmitManyRequest():
            return [_one_of_many(*pair) for pair in zip(request.requests, reply.outcomes, strict=True)]
        case pb.GetEventRequest():
            facts = reply.facts
            about = facts.reference if _is_reference(request.event_id) else facts.event_id
            return [Attempt(READ, about, ACCEPTED)]
        case pb.SearchRequest():
            asked = {one.upper() for one in request.references}
            found = [one.facts.reference for one in reply.events]
            return [Attempt(SEARCH, one, ACCEPTED) for one in found if one in asked]
    return []


def refused(request: Any, problem: Problem) -> list[Attempt]:
    """What a call that met a problem was an attempt at; only creates are judged by that."""
    if not isinstance(request, pb.SubmitRequest):
        return []
    codes = tuple(dict.fromkeys(one.code for one in problem.faults)) or (problem.code,)
    return [Attempt(CREATE, _name(request.local_reference), problem.kind.value, codes)]


def run(one: Run, found: Sequence[Found]) -> pb.ConformanceRun:
    return pb.ConformanceRun(
        run_id=one.run_id,
        product=one.product,
        product_version=one.product_version,
        question_set=one.question_set,
        started_at=timestamp(one.started_at),
        passed_at=timestamp(one.passed_at) if one.passed_at else None,
        steps=list(_steps(one, found)),
    )


def entries(found: Iterable[Passed]) -> pb.Conformance:
    return pb.Conformance(
        entries=[
            pb.ConformanceEntry(
                product=one.product,
                product_version=one.product_version,
                question_set=one.question_set,
                passed_at=timestamp(one.passed_at),
            )
            for one in found
        ]
    )


def _steps(one: Run, found: Sequence[Found]) -> Iterator[pb.ConformanceStep]:
    for step, seen in zip(STEPS, found, strict=True):
        yield pb.ConformanceStep(
            name=step.name,
            instruction=step.instruction,
            local_reference=reference_of(one.run_id, step.under),
            state=seen.state.value,
            found=seen.said,
        )


def _one_of_many(request: pb.SubmitRequest, reply: pb.Outcome) -> Attempt:
    about = _name(request.local_reference)
    if reply.HasField("submitted"):
        return Attempt(CREATE, about, ACCEPTED)
    told = reply.problem
    codes = tuple(dict.fromkeys(one.code for one in told.faults)) or (told.code,)
    return Attempt(CREATE, about, told.kind, codes)


def _name(sent: str) -> str:
    """A local reference as it can be kept; one that cannot be is that of no step."""
    return sent if len(sent) <= LONGEST and sent.isprintable() else ""


def _is_reference(name: str) -> bool:
    return is_reference(normalise(name))
