"""RabbitMQ door: message → use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from protos.enrichment.v1.enrichment_pb2 import SafetyEventRedacted
from protos.identity.v1.identity_pb2 import OrganisationChanged
from services.recording import messages, use_cases


def keep_redacted_text(tx: Connection, told: SafetyEventRedacted) -> None:
    use_cases.keep_redacted_text(tx, told.event_id, told.revision, messages.redacted_texts(told))


def keep_organisation(tx: Connection, told: OrganisationChanged) -> None:
    use_cases.keep_organisation(tx, messages.organisation(told))


HANDLERS: dict[type[Any], Callable[[Connection, Any], None]] = {
    SafetyEventRedacted: keep_redacted_text,
    OrganisationChanged: keep_organisation,
}
