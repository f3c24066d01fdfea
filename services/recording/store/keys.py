"""Where recording keeps data keys: of events, of drafts, of safety responses, live and in the sandbox; of glasses."""

from __future__ import annotations

from chassis.rewrapping import Kept
from services.recording.store.sandbox import SCHEMA

_BOTH = (("event_keys", "event_id"), ("drafts", "id"), ("safety_responses", "id"))
_SANDBOX = tuple(Kept(f"{SCHEMA}.{table}", record) for table, record in _BOTH)
_LIVE = tuple(
    Kept(table, record) for table, record in (*_BOTH, ("glasses", "id"))
)  # glass is broken there alone
KEPT = (*_LIVE, *_SANDBOX)
