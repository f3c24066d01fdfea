"""Whether what somebody is about to record may be recorded already. Nothing is refused for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine

from chassis import telemetry
from chassis.actors import Actor
from services.recording.domain import alike as rules
from services.recording.domain.alike import Candidate
from services.recording.domain.answers import Answer
from services.recording.store import alike, events, scopes
from services.recording.use_cases.common import READ, SUBMIT, Tools, today


def find_alike(
    db: Engine,
    tools: Tools,
    actor: Actor,
    organisation: str,
    event_type: str,
    occurred_on: str,
    answers: Sequence[Answer],
    now: datetime | None = None,
) -> tuple[list[Candidate], int]:
    """Those the actor may see, and how many there are besides; of an organisation for which they may record. Nothing without a day."""
    actor.must(SUBMIT, organisation)
    days, wanted = rules.days_about(occurred_on), rules.codes_of(answers)
    since = (now or datetime.now(UTC)) - rules.LATELY
    sight = scopes.may_see(actor, READ, tools.directory, today())
    with db.begin() as tx:
        shown, others = list[Candidate](), 0
        if days is not None and wanted:
            found = alike.candidates(tx, organisation, event_type, days, since, sight)
            shown, others = rules.nearest(wanted, found)
        events.note(tx, actor, "find-alike", [one.event_id for one in shown], telemetry.trace_id())
    return shown, others
