"""Lists of events for those who follow them up, and for whoever reported them. Read alone, and noted as that."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from chassis import telemetry
from chassis.actors import Actor
from services.recording.domain import worklist as rules
from services.recording.domain.worklist import Asked, Counts, OwnRecord, Work
from services.recording.store import events, scopes
from services.recording.store import worklist as store
from services.recording.store.worklist import Reach
from services.recording.use_cases.common import READ, Tools, today
from services.recording.use_cases.following_up import HANDLE


def list_work(
    db: Engine, tools: Tools, actor: Actor, asked: Asked, exported: bool = False, most: int = 0
) -> tuple[list[Work], str]:
    """A page of the events this actor may see, and the cursor of the next ("" at the end).

    How an event is followed up is in it only where the actor could read its follow-up. Raises INVALID with a fault for each
    condition that cannot be, and for a list of more than `most` (0 = any length), of which nothing is then read.
    """
    actor.must(READ)
    rules.must_be_askable(asked)
    day = today()
    reach = Reach(
        scopes.may_list(actor, READ, tools.directory, day),
        scopes.may(actor, READ, tools.directory, day),
        actor.id,
    )
    with db.begin() as tx:
        if most and not asked.cursor and store.is_longer(tx, reach, asked, most):
            raise rules.too_long(most)
        found, following = store.page(tx, reach, asked)
        action = "export-work" if exported else "list-work"
        events.note(tx, actor, action, [one.event_id for one in found], telemetry.trace_id())
    name_of = tools.directory.name_of
    return [replace(one, organisation_name=name_of(one.organisation)) for one in found], following


def count_work(db: Engine, tools: Tools, actor: Actor) -> Counts:
    """What waits for the organisations for which the actor follows up."""
    actor.must(HANDLE)
    day = today()
    scope = scopes.may(actor, HANDLE, tools.directory, day)
    with db.begin() as tx:
        found = store.counts(tx, scope, actor.id, day)
        events.note(tx, actor, "count-work", [], telemetry.trace_id())
        return found


def list_own(
    db: Engine, tools: Tools, actor: Actor, cursor: str = "", count: int = 0
) -> tuple[list[OwnRecord], str]:
    """A page of what the actor recorded, newest first, also of what was withdrawn, and the cursor of the next."""
    actor.must(READ)
    with db.begin() as tx:
        found, following = store.own(tx, actor.id, cursor, count)
        events.note(tx, actor, "list-own", [one.event_id for one in found], telemetry.trace_id())
    name_of = tools.directory.name_of
    return [replace(one, organisation_name=name_of(one.organisation)) for one in found], following
