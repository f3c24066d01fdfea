"""What is done about an event, on the wire: replies and announcements."""

from __future__ import annotations

from dataclasses import asdict

from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.following_up import (
    NEXT,
    FollowUp,
    Handling,
    Kind,
    Link,
    LinkKind,
    Reaches,
    Remark,
    asks_a_person,
)
from services.recording.domain.safety_events import SafetyEvent
from services.recording.messages.events import timestamp
from services.recording.messages.safety_responses import summary

_KINDS = {
    Kind.ADDENDUM: pb.REMARK_KIND_ADDENDUM,
    Kind.QUESTION: pb.REMARK_KIND_QUESTION,
    Kind.ANSWER: pb.REMARK_KIND_ANSWER,
    Kind.FEEDBACK: pb.REMARK_KIND_FEEDBACK,
}
_REACHES = {
    Reaches.ACCOUNT: pb.REACHES_ACCOUNT,
    Reaches.CODE: pb.REACHES_CODE,
    Reaches.NOBODY: pb.REACHES_NOBODY,
}


def follow_up(one: FollowUp) -> pb.FollowUp:
    return pb.FollowUp(
        event_id=one.event.event_id,
        reference=one.event.reference,
        handling=_handling(one.handling, one.duplicate_of),
        remarks=[remark(each) for each in one.remarks],
        links=[link(each) for each in one.links],
        responses=[summary(each) for each in one.responses],
        standing=pb.Standing(**asdict(one.standing)),
        reaches=_REACHES[one.reaches],
    )


def _handling(one: Handling, duplicate_of: str) -> pb.Handling:
    return pb.Handling(
        state=one.state,
        duplicate_of=duplicate_of,
        changed_by=one.changed_by,
        changed_at=timestamp(one.changed_at) if one.changed_at else None,
        next=list(NEXT[one.state]),
        version=one.version,
        assigned_to=one.assigned_to,
    )


def remark(one: Remark) -> pb.Remark:
    """A remark with its redacted text; one not redacted yet is said to be unchecked."""
    return pb.Remark(
        remark_id=one.remark_id,
        event_id=one.event_id,
        kind=_KINDS[one.kind],
        in_reply_to=one.in_reply_to,
        author_id=one.author_id,
        author_organisation=one.author_organisation,
        made_at=timestamp(one.made_at),
        text=one.redacted or "",
        checked=one.redacted is not None,
        answered=one.answered,
    )


def link(one: Link) -> pb.Link:
    return pb.Link(
        link_id=one.link_id,
        kind=one.kind,
        event_id=one.event_id,
        other_event_id=one.other_event_id,
        other_reference=one.other_reference,
        other_organisation=one.other_organisation,
        outgoing=one.outgoing,
        made_by=one.made_by,
        made_at=timestamp(one.made_at),
    )


# ---- announced ---------------------------------------------------------------------------------------------


def record_handled(
    event: SafetyEvent, before: Handling, after: Handling, duplicate_of: str
) -> pb.RecordHandled:
    """The announcement of a new state; `duplicate_of` is a reference number of the same organisation, or nothing."""
    return pb.RecordHandled(
        event_id=event.event_id,
        reference=event.reference,
        organisation=event.organisation,
        recorder_id=event.recorder_id,
        state=after.state,
        previous=before.state,
        duplicate_of=duplicate_of,
        handled_by=after.changed_by,
        version=after.version,
    )


def record_assigned(event: SafetyEvent, after: Handling) -> pb.RecordAssigned:
    return pb.RecordAssigned(
        event_id=event.event_id,
        reference=event.reference,
        organisation=event.organisation,
        assigned_to=after.assigned_to,
        assigned_by=after.changed_by,
        version=after.version,
    )


def feedback_given(event: SafetyEvent, made: Remark, sealed: bytes) -> pb.FeedbackGiven:
    """The announcement of words to the reporter, who is named only where they have an account."""
    return pb.FeedbackGiven(
        remark_id=made.remark_id,
        event_id=event.event_id,
        reference=event.reference,
        organisation=event.organisation,
        recorder_id=event.recorder_id if asks_a_person(event) else "",
        given_by=made.author_id,
        narrative_sealed=sealed,
    )


def question_asked(event: SafetyEvent, made: Remark, sealed: bytes) -> pb.QuestionAsked:
    """The announcement of a question; it asks nobody by name where the organisation answers."""
    return pb.QuestionAsked(
        remark_id=made.remark_id,
        event_id=event.event_id,
        reference=event.reference,
        organisation=event.organisation,
        recorder_id=event.recorder_id if asks_a_person(event) else "",
        asked_by=made.author_id,
        narrative_sealed=sealed,
    )


def question_answered(
    event: SafetyEvent, made: Remark, question: Remark, sealed: bytes
) -> pb.QuestionAnswered:
    return pb.QuestionAnswered(
        remark_id=made.remark_id,
        event_id=event.event_id,
        reference=event.reference,
        organisation=event.organisation,
        asked_by=question.author_id,
        answered_by=made.author_id,
        narrative_sealed=sealed,
    )


def addendum_made(event: SafetyEvent, made: Remark, sealed: bytes) -> pb.AddendumMade:
    return pb.AddendumMade(
        remark_id=made.remark_id,
        event_id=event.event_id,
        reference=event.reference,
        organisation=event.organisation,
        made_by=made.author_id,
        narrative_sealed=sealed,
    )


def records_linked(
    link_id: str,
    kind: LinkKind,
    event: SafetyEvent,
    other: SafetyEvent | None,
    organisation: str,
    made_by: str,
) -> pb.RecordsLinked:
    """The announcement of a link; a record that shares no data is not named to another organisation."""
    heard_by = other.organisation if other else organisation
    private = event.data_sharing_opt_out and heard_by != event.organisation
    return pb.RecordsLinked(
        link_id=link_id,
        kind=kind,
        reference="" if private else event.reference,
        other_reference=other.reference if other else "",
        organisation=event.organisation,
        other_organisation=heard_by,
        made_by=made_by,
    )
