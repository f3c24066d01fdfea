"""RabbitMQ door: message → use case. Where a text comes from makes no difference to how it is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from chassis import outbox
from protos.recording.v1.recording_pb2 import (
    AddendumMade,
    FeedbackGiven,
    QuestionAnswered,
    QuestionAsked,
    SafetyEventErased,
    SafetyEventRecorded,
    SafetyEventRevised,
    SafetyResponseSaved,
)
from services.enrichment import messages, use_cases
from services.enrichment.use_cases import Sealed

_ONCE = 1  # a remark is written once


def take_in(tx: Connection, told: SafetyEventRecorded) -> None:
    if told.facts.narrative_fields:
        use_cases.take_in(tx, Sealed(told.facts.event_id, told.facts.revision, told.narrative_sealed))


def take_in_revision(tx: Connection, told: SafetyEventRevised) -> None:
    """Only what was written in this revision comes with it; often that is nothing."""
    if told.narrative_sealed:
        use_cases.take_in(tx, Sealed(told.facts.event_id, told.facts.revision, told.narrative_sealed))


def take_in_remark(
    tx: Connection, told: QuestionAsked | QuestionAnswered | AddendumMade | FeedbackGiven
) -> None:
    use_cases.take_in(tx, Sealed(told.remark_id, _ONCE, told.narrative_sealed))


def take_in_response(tx: Connection, told: SafetyResponseSaved) -> None:
    if told.narrative_sealed:
        use_cases.take_in(tx, Sealed(told.response_id, told.version, told.narrative_sealed))


def forget_text(tx: Connection, told: SafetyEventErased) -> None:
    found = use_cases.forget_text(tx, [told.facts.event_id, *told.remark_ids])
    answer = messages.text_erased(told.erasure_id, found)
    outbox.put(tx, outbox.announcement(answer, told.erasure_id, "system:enrichment"))


HANDLERS: dict[type[Any], Callable[[Connection, Any], None]] = {
    SafetyEventRecorded: take_in,
    SafetyEventRevised: take_in_revision,
    SafetyEventErased: forget_text,
    QuestionAsked: take_in_remark,
    QuestionAnswered: take_in_remark,
    AddendumMade: take_in_remark,
    FeedbackGiven: take_in_remark,
    SafetyResponseSaved: take_in_response,
}
