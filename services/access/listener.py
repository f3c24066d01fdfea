"""RabbitMQ door: message → use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from chassis import auditing, outbox
from protos.audit.v1.audit_pb2 import AuditVerificationAsked
from protos.enrichment.v1.enrichment_pb2 import SafetyEventRedacted
from protos.identity.v1.identity_pb2 import OrganisationChanged
from protos.recording.v1.recording_pb2 import (
    QuestionSetPublished,
    ReporterAnonymised,
    SafetyEventErased,
    SafetyEventRecorded,
    SafetyEventRestored,
    SafetyEventRevised,
    SafetyEventWithdrawn,
)
from services.access import messages, use_cases


def keep_facts(tx: Connection, told: SafetyEventRecorded | SafetyEventRevised | SafetyEventRestored) -> None:
    use_cases.keep_facts(tx, messages.facts(told.facts))


def hide_event(tx: Connection, told: SafetyEventWithdrawn) -> None:
    use_cases.keep_facts(tx, messages.facts(told.facts, withdrawn=True))


def forget_reporter(tx: Connection, told: ReporterAnonymised) -> None:
    use_cases.forget_reporter(tx, messages.facts(told.facts, told.withdrawn))


def keep_texts(tx: Connection, told: SafetyEventRedacted) -> None:
    use_cases.keep_texts(tx, told.event_id, told.revision, {one.field: one.text for one in told.texts})


def forget_text(tx: Connection, told: SafetyEventErased) -> None:
    found = use_cases.forget_text(
        tx, messages.facts(told.facts, told.withdrawn), list(told.remark_ids), told.shown
    )
    answer = messages.text_erased(told.erasure_id, found)
    outbox.put(tx, outbox.announcement(answer, told.erasure_id, "system:access"))


def keep_organisation(tx: Connection, told: OrganisationChanged) -> None:
    use_cases.keep_organisation(
        tx,
        told.code,
        told.name,
        told.version,
        messages.parents(told),
        messages.day(told.closed_on),
        messages.predecessors(told),
    )


def keep_questions(tx: Connection, told: QuestionSetPublished) -> None:
    use_cases.keep_questions(tx, told.question_set, told.digest, messages.questions(told))


HANDLERS: dict[type[Any], Callable[[Connection, Any], None]] = {
    SafetyEventRecorded: keep_facts,
    SafetyEventRevised: keep_facts,
    SafetyEventWithdrawn: hide_event,
    SafetyEventRestored: keep_facts,
    SafetyEventErased: forget_text,
    ReporterAnonymised: forget_reporter,
    SafetyEventRedacted: keep_texts,
    OrganisationChanged: keep_organisation,
    QuestionSetPublished: keep_questions,
    AuditVerificationAsked: auditing.walk_when_asked(use_cases.TRAIL),
}
