"""Where recording keeps data keys: of events, of drafts, of safety responses and of glasses, live and in the sandbox."""

from __future__ import annotations

from chassis.rewrapping import Kept
from services.recording.store.sandbox import SCHEMA

_LIVE = (("event_keys", "event_id"), ("drafts", "id"), ("safety_responses", "id"), ("glasses", "id"))
KEPT = tuple(Kept(f"{schema}{table}", record) for schema in ("", f"{SCHEMA}.") for table, record in _LIVE)
