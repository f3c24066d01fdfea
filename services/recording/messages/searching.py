"""Searches on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chassis.problems import Problem
from protos.problem.v1 import problem_pb2
from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.safety_events import Receipt
from services.recording.domain.searches import Held, Wanted
from services.recording.messages.events import fault, submitted, timestamp

_SAME = (
    "event_ids",
    "references",
    "local_references",
    "reference_systems",
    "organisations",
    "event_types",
    "physical_harms",
    "occurred_from",
    "occurred_until",
    "ascending",
    "count",
    "cursor",
    "total",
    "only_total",
)


def wanted(request: pb.SearchRequest) -> Wanted:
    """What a request looks for."""
    same: dict[str, Any] = {name: getattr(request, name) for name in _SAME}
    lists = {name: tuple(value) for name, value in same.items() if not isinstance(value, (str, int, bool))}
    return Wanted(
        **same | lists,
        updated_from=_instant(request, "updated_from"),
        updated_until=_instant(request, "updated_until"),
        by_date=request.sort == pb.SORT_OCCURRED,
    )


def reconciled(found: Sequence[Held], asked: Sequence[str], following: str) -> pb.Reconciled:
    """What is held; a reference that was asked for and is not held has no event."""
    known = {one.local_reference for one in found}
    absent = [pb.Held(local_reference=one) for one in dict.fromkeys(asked) if one not in known]
    return pb.Reconciled(held=[*map(_held, found), *absent], next=following)


def outcome(result: Receipt | Problem) -> pb.Outcome:
    if isinstance(result, Receipt):
        return pb.Outcome(submitted=submitted(result))
    faults = [fault(one) for one in result.faults]
    return pb.Outcome(
        problem=problem_pb2.Problem(
            kind=result.kind.value, code=result.code, detail=result.detail, faults=faults
        )
    )


def _held(one: Held) -> pb.Held:
    return pb.Held(
        local_reference=one.local_reference,
        event_id=one.event_id,
        reference=one.reference,
        revision=one.revision,
        updated_at=timestamp(one.updated_at),
        withdrawn=one.withdrawn,
        reference_system=one.reference_system,
    )


def _instant(request: pb.SearchRequest, name: str) -> datetime | None:
    return getattr(request, name).ToDatetime(UTC) if request.HasField(name) else None
