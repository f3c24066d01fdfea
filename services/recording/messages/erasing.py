"""Erasures on the wire, what is announced of one, and what other services answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from protos.audit.v1.erasing_pb2 import TextErased
from protos.recording.v1 import erasing_pb2, recording_pb2
from services.recording.domain.erasing import Done, Erasure, Place
from services.recording.domain.question_set import QuestionSet
from services.recording.domain.safety_events import SafetyEvent
from services.recording.messages.events import event_facts


def erasure(one: Erasure, with_places: bool = True) -> erasing_pb2.Erasure:
    made = erasing_pb2.Erasure(
        erasure_id=one.erasure_id,
        event_id=one.event_id,
        reference=one.reference,
        ground=one.ground,
        case_number=one.case_number,
        state=one.shown_state,
        asked_by=one.asked_by,
        decided_by=one.decided_by,
        places=[_place(each) for each in one.places] if with_places else [],
        waiting_for=one.waiting_for,
    )
    made.asked_at.FromDatetime(one.asked_at)
    if one.decided_at:
        made.decided_at.FromDatetime(one.decided_at)
    return made


def _place(one: Place) -> erasing_pb2.ErasurePlace:
    made = erasing_pb2.ErasurePlace(
        service=one.service, place=one.place, found=one.found, done=one.done.value
    )
    made.at.FromDatetime(one.at)
    return made


def safety_event_erased(
    event: SafetyEvent, questions: QuestionSet, erasure_id: str, remarks: Sequence[str], shown: str
) -> recording_pb2.SafetyEventErased:
    return recording_pb2.SafetyEventErased(
        facts=event_facts(event, questions),
        withdrawn=event.withdrawn,
        erasure_id=erasure_id,
        remark_ids=remarks,
        shown=shown,
    )


def places(told: TextErased) -> list[Place]:
    at = told.at.ToDatetime(UTC)
    return [Place(told.service, one.place, one.found, Done(one.done), at) for one in told.places]


def owner_forgotten(erasure_id: str, events: int, drafts: int) -> TextErased:
    """What was done with what an account recorded: the records stay, tied to nobody."""
    told = TextErased(erasure_id=erasure_id, service="recording")
    told.at.GetCurrentTime()
    told.places.add(place="ties of records to who recorded them", found=events, done="erased")
    told.places.add(place="drafts", found=drafts, done="erased")
    return told
