"""Events of an organisation about a day, as they are compared with one that is about to be recorded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from services.recording.domain.alike import LOOKED_AT, Candidate, codes_in
from services.recording.store.scopes import Scope


def candidates(
    tx: Connection, organisation: str, event_type: str, days: tuple[str, str], since: datetime, sight: Scope
) -> list[Candidate]:
    """Those recorded since, newest first, with whether they are in sight; LOOKED_AT at most."""
    rows = tx.execute(
        text(
            "select e.id, e.reference, e.occurred_on, e.reported_at, r.facts,"
            f" ({sight.condition('sight_')}) as visible"
            " from events e join revisions r on r.event_id = e.id and r.revision = e.revision"
            " where e.organisation = :organisation and e.event_type = :event_type and e.state = 'recorded'"
            " and e.occurred_on between :first and :last and e.reported_at >= :since"
            " order by e.id desc limit :limit"
        ),
        {f"sight_{name}": value for name, value in sight.values().items()}
        | {"organisation": organisation, "event_type": event_type, "since": since, "limit": LOOKED_AT}
        | {"first": days[0], "last": days[1]},
    )
    return [
        Candidate(
            str(row.id), row.reference, row.occurred_on, row.reported_at, codes_in(row.facts), row.visible
        )
        for row in rows
    ]
