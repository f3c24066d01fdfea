"""What an event's answers suggest to consider."""

from __future__ import annotations

import functools
from pathlib import Path

from sqlalchemy import Engine

from chassis import telemetry
from chassis.actors import Actor
from services.recording.domain import suggestions as rules
from services.recording.domain.suggestions import Suggestion
from services.recording.store import events, scopes
from services.recording.store import safety_responses as responses
from services.recording.use_cases.common import READ, Tools, no_such_event, question_set, today, withdrawn


@functools.cache
def rules_of(version: int) -> tuple[rules.Fitted, ...]:
    """The rules for one version of the question set, read and fitted to it once."""
    read = rules.load((Path(__file__).parents[1] / "suggestions.toml").read_text("utf-8"))
    return rules.fitted(read, question_set(version))


def suggest(db: Engine, tools: Tools, actor: Actor, name: str) -> list[Suggestion]:
    """What somebody should consider for an event the actor follows up; nothing is set by asking."""
    scope = scopes.may(actor, READ, tools.directory, today())
    with db.begin() as tx:
        event = events.find(tx, name, scope)
        if event is None:
            raise no_such_event()
        if event.withdrawn:
            raise withdrawn()
        events.note(tx, actor, "suggest", [event.event_id], telemetry.trace_id())
        known = responses.of_event(tx, event.event_id, scope)
    version = event.question_set
    return rules.suggest(rules_of(version), question_set(version), event, known)
