"""Safety responses on the wire."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.question_set import QuestionSet
from services.recording.domain.safety_responses import Due, SafetyResponse
from services.recording.messages.events import coded, timestamp

_LONDON = ZoneInfo("Europe/London")
_DUE = {
    pb.RESPONSES_DUE_OVERDUE: Due.OVERDUE,
    pb.RESPONSES_DUE_SOON: Due.SOON,
    pb.RESPONSES_DUE_ACTIONS: Due.ACTIONS,
}


def summary(one: SafetyResponse) -> pb.SafetyResponse:
    """A response without its answers; what is overdue is so today."""
    today = datetime.now(_LONDON).date().isoformat()
    return pb.SafetyResponse(
        response_id=one.response_id,
        version=one.version,
        organisation=one.organisation,
        events=list(one.references),
        question_set=one.question_set,
        response_type=one.response_type,
        status=one.status,
        saved_by=one.saved_by,
        saved_at=timestamp(one.saved_at),
        legacy_reference=one.legacy_reference,
        target=one.target,
        open_actions=one.open_actions(),
        overdue_actions=one.open_actions(today),
    )


def response(one: SafetyResponse, questions: QuestionSet) -> pb.SafetyResponse:
    """A response whole; a text not yet redacted is said to be unchecked."""
    made = summary(one)
    made.answers.extend(coded(one.facts, questions))
    made.texts.extend(
        pb.ResponseText(field=name, text=one.texts.get(name, ""), checked=name in one.texts)
        for name in one.sealed
    )
    return made


def due(asked: pb.ResponsesDue) -> Due:
    """No condition for one that we do not know."""
    return _DUE.get(asked, Due.ANY)


def safety_response_saved(one: SafetyResponse, sealed: bytes) -> pb.SafetyResponseSaved:
    """The announcement of a version; `sealed` holds the texts written in it, or nothing."""
    return pb.SafetyResponseSaved(
        response_id=one.response_id,
        version=one.version,
        organisation=one.organisation,
        event_ids=list(one.events),
        response_type=one.response_type,
        status=one.status,
        narrative_sealed=sealed,
    )
