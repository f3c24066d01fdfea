"""Files of organisations on their way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Import:
    """One file, and how far it is done."""

    id: str
    kind: str
    source: str
    state: str
    received_at: datetime
    finished_at: datetime | None
    lines: int
    done: int
    added: int
    changed: int
    unchanged: int
    skipped: int
    refused: int
