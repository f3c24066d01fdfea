"""Who did what to whom."""

from __future__ import annotations

import json

from sqlalchemy import Connection, text

from chassis import telemetry


def note(tx: Connection, actor: str, action: str, about: str, **detail: str | int) -> None:
    """Append who did what to whom; `detail` never holds a secret."""
    tx.execute(
        text(
            "insert into audit (actor, action, about, trace, detail)"
            " values (:actor, :action, :about, :trace, cast(:detail as jsonb))"
        ),
        {
            "actor": actor,
            "action": action,
            "about": about,
            "trace": telemetry.trace_id(),
            "detail": json.dumps(detail),
        },
    )
