"""`$import`: events one a line (NDJSON), as many as there are, answered line by line while they arrive.

Lines go to recording in groups, in the bulk lane: what follows from an import waits for everything else. Each line stands
or falls alone, and must have an identifier, because then the same file can be sent again after a lost connection: lines
that were recorded are answered with their first record.

An answer's line: `{"line": 1, "status": "201 Created", "id": …, "reference": …, "versionId": "1"}`, or with an `outcome`
(OperationOutcome) where something is wrong or remarked on. The last line has the sums.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson
from flask import Response, copy_current_request_context, request, stream_with_context

from chassis.problems import Fault, invalid, throttled
from gateway import guards, problems
from gateway.door import BUSY, LINES
from gateway.envelope import LARGEST_BODY
from gateway.fhir import batch, creating, reading, replies
from gateway.fhir.adverse_events import LONG_DEADLINE, ask, is_plain, located, operation, routes
from gateway.fhir.conditions import Conditions
from gateway.fhir.reading import Json, Understood
from gateway.fhir.replies import Reply
from gateway.guards import lrms
from protos.recording.v1 import recording_pb2

AT_ONCE = 200  # lines for one call of recording
MOST_LINES = 100_000  # answers wait in memory for clients that read them last
PATIENCE = 60.0  # seconds that a group of lines waits for recording
PAUSE = 1.0
ANSWERED = "application/fhir+ndjson"
Outcome = recording_pb2.Outcome | Reply


@dataclass(frozen=True)
class Line:
    """One line of what was sent: what was understood, or what is said of it where nothing was."""

    number: int
    read: Understood | Reply = field(repr=False)


@routes.post("/$import")
@operation("import")
@lrms
def import_events() -> Response:
    """Record events line by line."""
    if request.mimetype not in LINES or not is_plain():
        raise invalid(
            "unsupported-media-type", f"Send {ANSWERED}, uncompressed: one AdverseEvent on each line."
        )
    if request.environ.get(BUSY):
        raise throttled("too-many-imports", "Other imports are under way. Try again in a minute.")
    source: BinaryIO = request.environ["wsgi.input"]
    return Response(stream_with_context(_answers(source)), mimetype=ANSWERED)


def _answers(source: BinaryIO) -> Iterator[bytes]:
    sums: Counter[str] = Counter(recorded=0, repeated=0, refused=0)
    try:
        for group, outcomes in _ahead(batch.in_groups(_lines(source), AT_ONCE)):
            yield b"".join(_written(one) for one in _answered(group, outcomes, sums))
    except TimeoutError:
        late = throttled("body-too-slow", "No more lines came for too long. Send the rest again.")
        yield _written(_failed(replies.of_failure(late)))
    yield _written({"lines": sum(sums.values()), **sums})


def _ahead(groups: Iterable[list[Line]]) -> Iterator[tuple[list[Line], list[Outcome]]]:
    """Each group with what recording says of it; the next one is read meanwhile."""
    with ThreadPoolExecutor(1, "recording") as elsewhere:
        asked: tuple[list[Line], Future[list[Outcome]]] | None = None
        try:
            for group in groups:
                submissions = [one.read.submission for one in group if isinstance(one.read, Understood)]
                asking = elsewhere.submit(copy_current_request_context(_recorded), submissions)
                if asked:
                    yield asked[0], asked[1].result()
                asked = group, asking
        except TimeoutError:  # what was asked for is recorded, and its sender must hear it
            if asked:
                yield asked[0], asked[1].result()
            raise
        if asked:
            yield asked[0], asked[1].result()


def _lines(source: BinaryIO) -> Iterator[tuple[Line, int]]:
    """Each line that is not blank, understood, and what it weighs in bytes: as it came or as it goes on, whichever is more."""
    number = 0
    while sent := source.readline(LARGEST_BODY + 1):
        number += 1
        if number > MOST_LINES:
            yield _too_many(number), 0
            return
        whole = len(sent) <= LARGEST_BODY
        if not whole:
            _skip_line(source, sent)
        if sent.strip():
            line = _line(number, sent if whole else None)
            goes_on = line.read.submission.ByteSize() if isinstance(line.read, Understood) else 0
            yield line, max(len(sent), goes_on)


def _too_many(number: int) -> Line:
    detail = f"An import may hold {MOST_LINES:,} lines. This one and those after it were not read: send them in another."
    return Line(number, replies.of_failure(invalid("batch-too-large", detail)))


def _skip_line(source: BinaryIO, sent: bytes) -> None:
    while sent and not sent.endswith(b"\n"):
        sent = source.readline(LARGEST_BODY)


def _line(number: int, sent: bytes | None) -> Line:
    try:
        if sent is None:
            raise invalid("body-too-large", "A line may hold 1 MB at most.")
        understood = creating.submission(reading.parse(sent), Conditions())
        _must_be_named(understood)
        return Line(number, understood)
    except Exception as failure:  # its own, whatever it is
        return Line(number, replies.of_failure(failure))


def _must_be_named(understood: Understood) -> None:
    if not understood.submission.local_reference:
        path = "AdverseEvent.identifier"
        detail = "In an import each event must have your own reference, so that it can be sent again safely."
        raise invalid("required-missing", detail, Fault(path, "required-missing", detail))


def _answered(group: list[Line], outcomes: list[Outcome], sums: Counter[str]) -> Iterator[Json]:
    """What is said of each line, in their order."""
    following = iter(outcomes)
    for line in group:
        said = (
            _refused(line.read, sums)
            if isinstance(line.read, Reply)
            else _said(next(following), line.read, sums)
        )
        yield {"line": line.number, **said}


def _recorded(submissions: list[recording_pb2.SubmitRequest]) -> list[Outcome]:
    """What recording says of each, waiting while it is away; the same for all where it says nothing."""
    end = time.monotonic() + PATIENCE
    while submissions:
        try:
            guards.renew()
            asking = recording_pb2.SubmitManyRequest(requests=submissions, bulk=True)
            return list(ask("SubmitMany", asking, LONG_DEADLINE).outcomes)
        except Exception as failure:  # the next group may fare better
            if not batch.is_away(failure) or time.monotonic() > end:
                return [replies.of_failure(failure)] * len(submissions)
            time.sleep(PAUSE)
    return []


def _said(outcome: Outcome, understood: Understood, sums: Counter[str]) -> dict[str, Any]:
    if isinstance(outcome, Reply):
        return _refused(outcome, sums)
    if outcome.HasField("problem"):
        return _refused(replies.of_failure(located(batch.problem_of(outcome.problem), understood)), sums)
    told = outcome.submitted
    sums["repeated" if told.repeated_request else "recorded"] += 1
    said: dict[str, Any] = {
        "status": replies.status_line(201),
        "id": told.event_id,
        "reference": told.reference,
        "versionId": str(told.revision),
    }
    remarks = [*understood.remarks, *replies.warnings(told.warnings, understood)]
    if remarks:
        good_news = Fault("", "recorded", f"Recorded as {told.reference}.")
        said["outcome"] = problems.outcome(replies.issues(good_news, remarks))
    return said


def _refused(reply: Reply, sums: Counter[str]) -> dict[str, Any]:
    sums["refused"] += 1
    return _failed(reply)


def _failed(reply: Reply) -> dict[str, Any]:
    return {"status": replies.status_line(reply.status), "outcome": reply.body}


def _written(said: Json) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)
