"""Original text behind glass: broken for one record, for a reason, for an hour at most; told at once, read while it lasts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import outbox, telemetry
from chassis.actors import Actor
from services.recording import messages
from services.recording.domain import glass as rules
from services.recording.domain.glass import Glass, Why, same
from services.recording.domain.safety_events import SafetyEvent
from services.recording.store import cursors, events, glasses, is_id, scopes
from services.recording.use_cases.common import ORIGINAL, Tools, no_such_event, today

READ_GLASSES = "recording:read-glasses"
USUAL, MOST = 50, 200


def break_glass(
    db: Engine, tools: Tools, actor: Actor, name: str, why: Why, now: datetime | None = None
) -> Glass:
    """Open one event's original text to the actor, and tell those who answer for it at once.

    The same again while it lasts is the same glass. Raises INVALID for too little of a reason or one given before, NOT_FOUND,
    CONFLICT where it is broken already for something else.
    """
    why.must_be_enough()
    at = now or datetime.now(UTC)
    scope = scopes.may(actor, ORIGINAL, tools.directory, today())
    with db.begin() as tx:
        event = events.hold(tx, name, scope)
        if event is None:
            raise no_such_event()
        events.key_of(tx, tools.vault, event.event_id)  # there is a text to be read
        glasses.lock(tx, actor.id, event.event_id)
        lasting = glasses.open_of(tx, tools.vault, actor.id, event.event_id, at)
        if lasting:
            return _must_be_the_same(lasting, why)
        if same(why.reason) in {
            same(one.reason) for one in glasses.earlier(tx, tools.vault, actor.id, event.event_id)
        }:
            raise rules.not_new()
        return _break(tx, tools, actor, event, why, at)


def _must_be_the_same(lasting: Glass, why: Why) -> Glass:
    asked = (why.purpose, why.case_number, same(why.reason))
    if asked != (lasting.purpose, lasting.case_number, same(lasting.reason)):
        raise rules.broken_already()
    return lasting


def _break(tx: Connection, tools: Tools, actor: Actor, event: SafetyEvent, why: Why, at: datetime) -> Glass:
    """The reason is sealed, and the audit holds the hash of what was sealed: it can be erased, and not exchanged."""
    made = Glass(
        glass_id=str(uuid_utils.uuid7()),
        event_id=event.event_id,
        reference=event.reference,
        actor=actor.id,
        organisation=event.organisation,
        purpose=why.purpose,
        case_number=why.case_number,
        broken_at=at,
        expires_at=at + why.lasts,
        reason=why.reason.strip(),
    )
    key = tools.vault.new_key(made.glass_id)
    sealed = key.seal(made.reason, made.place_of_reason())
    glasses.add(tx, made, key, sealed)
    detail = {
        "glass": made.glass_id,
        "until": made.expires_at.isoformat(),
        "reason": hashlib.sha256(sealed).hexdigest(),
    }
    events.note(tx, actor, "break-glass", [event.event_id], telemetry.trace_id(), why.note, detail=detail)
    told = messages.break_glass_used(event, made)
    outbox.put(tx, outbox.announcement(told, event.event_id, actor.id))
    return made


def read_original(
    db: Engine, tools: Tools, actor: Actor, name: str, revision: int, now: datetime | None = None
) -> tuple[SafetyEvent, dict[str, str]]:
    """The texts of a revision as they were reported, without the reporter's contact; each reading is audited with what for.

    FORBIDDEN `glass-not-broken` unless the actor has broken glass for this event, and it lasts.
    """
    at = now or datetime.now(UTC)
    scope = scopes.may(actor, ORIGINAL, tools.directory, today())
    with db.begin() as tx:
        event = events.find(tx, name, scope, revision)
        if event is None:
            raise no_such_event()
        glass = glasses.open_of(tx, tools.vault, actor.id, event.event_id, at)
        if glass is None:
            raise rules.not_broken()
        note = f"{glass.purpose} {glass.case_number}".strip()
        glasses.read_through(tx, glass.glass_id)
        events.note(
            tx,
            actor,
            "read-original",
            [event.event_id],
            telemetry.trace_id(),
            note,
            event.revision,
            {"glass": glass.glass_id},
        )
        key = events.key_of(tx, tools.vault, event.event_id)
        return event, {
            n: key.open(body, event.place_of(n)) for n, body in event.sealed.items() if n != messages.CONTACT
        }


def end_glass(db: Engine, tools: Tools, actor: Actor, name: str, now: datetime | None = None) -> None:
    """Give back what the actor has broken for an event before it expires; nothing where nothing lasts."""
    at = now or datetime.now(UTC)
    scope = scopes.may(actor, ORIGINAL, tools.directory, today())
    with db.begin() as tx:
        event = events.find(tx, name, scope)
        if event is None:
            raise no_such_event()
        ended = glasses.end(tx, actor.id, event.event_id, at)
        if ended:
            detail = {"glass": ended}
            events.note(tx, actor, "end-glass", [event.event_id], telemetry.trace_id(), detail=detail)


def list_glasses(
    db: Engine, tools: Tools, actor: Actor, own: bool, cursor: str, limit: int
) -> tuple[Sequence[Glass], str]:
    """Every use of glass, newest first, without reasons, for whoever may read them; or the actor's own, with theirs."""
    actor.must(ORIGINAL if own else READ_GLASSES)
    if cursor and not is_id(cursor):
        raise cursors.unknown()
    most = min(limit or USUAL, MOST)
    with db.begin() as tx:
        found = glasses.page(tx, tools.vault if own else None, actor.id if own else "", cursor, most + 1)
        about = sorted({one.event_id for one in found[:most]})
        events.note(tx, actor, "list-own-glasses" if own else "list-glasses", about, telemetry.trace_id())
    return found[:most], found[most - 1].glass_id if len(found) > most else ""
