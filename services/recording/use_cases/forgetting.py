"""What recording forgets by itself: the same request twice is one for a time only."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from services.recording.store import forgetting

AT_ONCE = 1_000


def forget_requests(tx: Connection, now: datetime | None = None) -> bool:
    """Forget which event answered a request whose time is over; whether more wait."""
    return forgetting.forget_requests(tx, now or datetime.now(UTC), AT_ONCE) == AT_ONCE
