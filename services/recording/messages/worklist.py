"""Lists of work on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.alike import Candidate
from services.recording.domain.worklist import Asked, Assigned, Counts, OwnRecord, Work
from services.recording.messages.events import timestamp
from services.recording.messages.following_up import remark

_ASSIGNED = {
    pb.ASSIGNED_ME: Assigned.ME,
    pb.ASSIGNED_NOBODY: Assigned.NOBODY,
    pb.ASSIGNED_SOMEBODY: Assigned.SOMEBODY,
}
_SAME = (
    "recorded_from",
    "recorded_until",
    "occurred_from",
    "occurred_until",
    "reference",
    "ascending",
    "count",
    "cursor",
)


def asked(request: pb.ListWorkRequest) -> Asked:
    """What a request looks for."""
    same: dict[str, Any] = {name: getattr(request, name) for name in _SAME}
    return Asked(
        states=tuple(request.states),
        event_types=tuple(request.event_types),
        physical_harms=tuple(request.physical_harms),
        assigned=_ASSIGNED.get(request.assigned, Assigned.ANYONE),
        by_date=request.sort == pb.WORK_SORT_OCCURRED,
        **same,
    )


def work_list(found: Sequence[Work], following: str) -> pb.WorkList:
    return pb.WorkList(work=[_work(one) for one in found], next=following)


def _work(one: Work) -> pb.Work:
    return pb.Work(
        event_id=one.event_id,
        reference=one.reference,
        revision=one.revision,
        event_type=one.event_type,
        occurred_on=one.occurred_on,
        reported_at=timestamp(one.reported_at),
        organisation=one.organisation,
        occurred_organisations=one.occurred_organisations,
        worst_physical_harm=one.worst_physical,
        worst_psychological_harm=one.worst_psychological,
        urgent=one.urgent,
        question_set=one.question_set,
        followed=one.followed,
        state=one.state,
        assigned_to=one.assigned_to,
        version=one.version,
        open_questions=one.open_questions,
        organisation_name=one.organisation_name,
    )


def counts(one: Counts) -> pb.WorkCounts:
    return pb.WorkCounts(
        states=dict(one.states),
        unassigned=one.unassigned,
        mine=one.mine,
        responses_overdue=one.responses_overdue,
        responses_due=one.responses_due,
        actions_overdue=one.actions_overdue,
    )


def own_records(found: Sequence[OwnRecord], following: str) -> pb.OwnRecords:
    return pb.OwnRecords(records=[_own(one) for one in found], next=following)


def _own(one: OwnRecord) -> pb.OwnRecord:
    return pb.OwnRecord(
        event_id=one.event_id,
        reference=one.reference,
        event_type=one.event_type,
        occurred_on=one.occurred_on,
        reported_at=timestamp(one.reported_at),
        organisation=one.organisation,
        state=one.state,
        questions=one.questions,
        feedback=remark(one.feedback) if one.feedback else None,
        organisation_name=one.organisation_name,
    )


def alike(shown: Sequence[Candidate], others: int) -> pb.Alike:
    events = [
        pb.AlikeEvent(
            reference=one.reference, occurred_on=one.occurred_on, reported_at=timestamp(one.reported_at)
        )
        for one in shown
    ]
    return pb.Alike(events=events, others=others)
