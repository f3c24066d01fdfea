"""A safety event as it is kept, and the receipt its sender gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chassis.problems import Fault


@dataclass(frozen=True)
class SafetyEvent:
    """One revision of a safety event: coded facts in clear, narrative sealed (field → ciphertext)."""

    event_id: str  # UUIDv7
    reference: str
    revision: int
    question_set: int
    organisation: str  # ODS code of the organisation that recorded it
    event_type: str
    occurred_on: str  # YYYY-MM-DD, YYYY-MM or empty
    reported_at: datetime
    recorder_id: str  # account or LRMS client
    route: str  # api or online
    local_reference: str
    data_sharing_opt_out: bool
    facts: Mapping[str, Any]
    summary: Mapping[str, Any]  # worst harms, urgency, organisations where it happened
    sealed: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True)
class Receipt:
    """The event that was recorded, or the one recorded before by the same request."""

    event_id: str
    reference: str
    revision: int
    reported_at: datetime
    repeated: bool = False
    warnings: tuple[Fault, ...] = ()
