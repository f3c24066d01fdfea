"""What recording does about messages it hears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from services.recording.store import erasing, events, organisations


def keep_redacted_text(tx: Connection, record_id: str, revision: int, texts: Mapping[str, str]) -> None:
    """Enrichment has checked a text: from now on it may be shown. Records are events, remarks or safety responses.

    What comes after the text was erased is not kept: messages are retried, and come late.
    """
    erasing.lock_text(tx, record_id)
    if not erasing.is_erased(tx, record_id):
        events.keep_redacted(tx, record_id, revision, texts)


def keep_organisation(tx: Connection, organisation: Mapping[str, Any]) -> None:
    """Identity told us of an organisation."""
    organisations.keep_organisation(tx, organisation)
