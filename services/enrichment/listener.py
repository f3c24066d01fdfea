"""RabbitMQ door: message → use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from protos.recording.v1.recording_pb2 import SafetyEventRecorded
from services.enrichment import use_cases


def take_in(tx: Connection, told: SafetyEventRecorded) -> None:
    if told.facts.narrative_fields:
        use_cases.take_in(
            tx, use_cases.Sealed(told.facts.event_id, told.facts.revision, told.narrative_sealed)
        )


HANDLERS: dict[type[Any], Callable[[Connection, Any], None]] = {SafetyEventRecorded: take_in}
