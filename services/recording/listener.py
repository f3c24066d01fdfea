"""RabbitMQ door: message → use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from chassis import auditing
from protos.audit.v1.audit_pb2 import AuditVerificationAsked
from protos.audit.v1.erasing_pb2 import TextErased
from protos.enrichment.v1.enrichment_pb2 import SafetyEventRedacted
from protos.identity.v1.identity_pb2 import AccountErased, OrganisationChanged
from services.recording import use_cases
from services.recording.messages.erasing import places
from services.recording.messages.events import redacted_texts
from services.recording.messages.organisations import organisation
from services.recording.use_cases.erasing import keep_answer
from services.recording.use_cases.forgetting import forget_owner


def keep_redacted_text(tx: Connection, told: SafetyEventRedacted) -> None:
    use_cases.keep_redacted_text(tx, told.event_id, told.revision, redacted_texts(told))


def keep_organisation(tx: Connection, told: OrganisationChanged) -> None:
    use_cases.keep_organisation(tx, organisation(told))


def keep_what_was_erased(tx: Connection, told: TextErased) -> None:
    keep_answer(tx, told.erasure_id, places(told))


def forget_the_owner(tx: Connection, told: AccountErased) -> None:
    forget_owner(tx, told.account_id, told.erasure_id)


HANDLERS: dict[type[Any], Callable[[Connection, Any], None]] = {
    SafetyEventRedacted: keep_redacted_text,
    OrganisationChanged: keep_organisation,
    AccountErased: forget_the_owner,
    TextErased: keep_what_was_erased,
    AuditVerificationAsked: auditing.walk_when_asked(use_cases.TRAIL),
}
