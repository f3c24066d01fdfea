"""Erasing the text of a record by destroying its key. Coded facts stay, so that counts do; who did it stays in the audit.

What cannot be undone takes two people. Every service that may hold some of the text is told, erases it, and answers; what
comes late, because messages are retried, is not kept anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import outbox, telemetry
from chassis.actors import Actor
from chassis.problems import unavailable
from services.recording import messages
from services.recording.domain import erasing as rules
from services.recording.domain.erasing import Erasure, Place, State
from services.recording.domain.safety_events import SafetyEvent
from services.recording.messages.erasing import safety_event_erased
from services.recording.store import cursors, events, is_id, scopes
from services.recording.store import erasing as store
from services.recording.use_cases.common import LONDON, Tools, no_such_event, question_set, today

READ_ERASURES = "recording:read-erasures"
ASK = "recording:ask-erasure"
ERASE = "recording:erase"
USUAL, MOST = 50, 200
_EVERYWHERE = ""


def ask_erasure(
    db: Engine,
    tools: Tools,
    actor: Actor,
    name: str,
    ground: str,
    case_number: str,
    now: datetime | None = None,
) -> Erasure:
    """Ask that an event's text be erased. Asked before, it is the same erasure.

    Raises INVALID for a ground that is not on the list or a case number that cannot be one, NOT_FOUND for no such event.
    """
    rules.must_be_grounded(ground, case_number)
    scope = scopes.may(actor, ASK, tools.directory, today())
    with db.begin() as tx:
        event = events.hold(tx, name, scope)
        if event is None:
            raise no_such_event()
        if earlier := store.of_event(tx, event.event_id):
            return earlier
        made = Erasure(
            erasure_id=str(uuid_utils.uuid7()),
            event_id=event.event_id,
            reference=event.reference,
            ground=ground,
            case_number=case_number.strip(),
            asked_by=actor.id,
            asked_at=now or datetime.now(UTC),
        )
        store.add(tx, made)
        _note(tx, actor, "ask-erasure", made)
        return made


def confirm_erasure(
    db: Engine, tools: Tools, actor: Actor, erasure_id: str, now: datetime | None = None
) -> Erasure:
    """Erase the text, as somebody else than asked; once more, those that have not answered are told again.

    Raises FORBIDDEN `second-person-needed`, NOT_FOUND, CONFLICT where it was withdrawn, UNAVAILABLE while the event is still
    being told to others.
    """
    scope = scopes.may(actor, ERASE, tools.directory, today())
    at = now or datetime.now(UTC)
    with db.begin() as tx:
        found = _found(store.find(tx, erasure_id))
        event = events.hold(tx, found.event_id, scope)
        if event is None:
            raise rules.no_such_erasure()
        held = _found(store.hold(tx, erasure_id))
        rules.must_be_another(held, actor.id)
        if held.state is State.WITHDRAWN:
            raise rules.withdrawn()
        if held.state is State.ASKED:
            return _erase(tx, actor, event, held.decided(State.ERASED, actor.id, at))
        if held.waiting_for:
            remarks = store.remarks_of(tx, event.event_id)
            _tell(tx, actor, event, held, remarks)
        return held


def _erase(tx: Connection, actor: Actor, event: SafetyEvent, erasure: Erasure) -> Erasure:
    if store.is_on_its_way(tx, event.event_id):
        raise unavailable("try-again", "This event is still being told to others. Try again in a moment.")
    assert erasure.decided_at is not None
    shown = _shown(erasure)
    places, remarks = store.erase(tx, event.event_id, shown, messages.CONTACT, erasure.decided_at)
    store.decide(tx, erasure)
    store.keep_places(tx, erasure.erasure_id, places)
    _note(tx, actor, "erase-text", erasure)
    _tell(tx, actor, event, erasure, remarks)
    return _found(store.find(tx, erasure.erasure_id))


def withdraw_erasure(db: Engine, actor: Actor, erasure_id: str, now: datetime | None = None) -> Erasure:
    """Take back what was asked for, as whoever may ask; twice is once. CONFLICT once the text is erased."""
    actor.must(ASK, _EVERYWHERE)
    with db.begin() as tx:
        held = _found(store.hold(tx, erasure_id))
        if held.state is State.ERASED:
            raise rules.too_late()
        if held.state is State.ASKED:
            held = held.decided(State.WITHDRAWN, actor.id, now or datetime.now(UTC))
            store.decide(tx, held)
            _note(tx, actor, "withdraw-erasure", held)
        return held


def find_erasure(db: Engine, actor: Actor, erasure_id: str) -> Erasure:
    """An erasure with what every place answered; NOT_FOUND."""
    actor.must(READ_ERASURES, _EVERYWHERE)
    with db.begin() as tx:
        found = _found(store.find(tx, erasure_id))
        _note(tx, actor, "read-erasure", found)
        return found


def list_erasures(db: Engine, actor: Actor, cursor: str, limit: int) -> tuple[Sequence[Erasure], str]:
    """Erasures, newest first, and the cursor of the next page; "" at the end."""
    actor.must(READ_ERASURES, _EVERYWHERE)
    if cursor and not is_id(cursor):
        raise cursors.unknown()
    most = min(limit or USUAL, MOST)
    with db.begin() as tx:
        found = store.page(tx, cursor, most + 1)
        about = sorted({one.event_id for one in found[:most]})
        events.note(tx, actor, "list-erasures", about, telemetry.trace_id())
    return found[:most], found[most - 1].erasure_id if len(found) > most else ""


def keep_answer(tx: Connection, erasure_id: str, places: Sequence[Place]) -> None:
    """A service has told what it did with the text."""
    store.keep_places(tx, erasure_id, places)


def _tell(tx: Connection, actor: Actor, event: SafetyEvent, erasure: Erasure, remarks: Sequence[str]) -> None:
    told = safety_event_erased(
        event, question_set(event.question_set), erasure.erasure_id, remarks, _shown(erasure)
    )
    outbox.put(tx, outbox.announcement(told, event.event_id, actor.id))


def _shown(erasure: Erasure) -> str:
    assert erasure.decided_at is not None
    return rules.shown(erasure.decided_at.astimezone(LONDON))


def _found(erasure: Erasure | None) -> Erasure:
    if erasure is None:
        raise rules.no_such_erasure()
    return erasure


def _note(tx: Connection, actor: Actor, action: str, erasure: Erasure) -> None:
    detail = {"erasure": erasure.erasure_id}
    purpose = f"{erasure.ground} {erasure.case_number}"
    events.note(tx, actor, action, [erasure.event_id], telemetry.trace_id(), purpose, detail=detail)
