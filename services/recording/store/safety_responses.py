"""Safety responses, each version whole; found by the organisations that take part."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from chassis.actors import Actor
from chassis.sealing import DataKey, Vault
from services.recording.domain.safety_responses import (
    ACTION,
    ACTIONS_ENDED,
    DUE_SOON,
    ENDED,
    Due,
    SafetyResponse,
)
from services.recording.store import cursors, is_id
from services.recording.store.scopes import Scope

_COLUMNS = """
  r.id, v.version, r.organisation, r.contributing, r.response_type, r.status, r.target, r.legacy_reference,
  v.question_set, v.facts, v.sealed, v.written_in, v.events, v.content, v.saved_by, v.saved_at
"""
_VERSIONS = (
    f"select {_COLUMNS} from safety_responses r join safety_response_versions v on v.response_id = r.id"
)
_FOUND = f"{_VERSIONS} and v.version = r.version"
# Overdue first, then what is under way, then what has ended; of each the earliest target first.
_RANK = "case when r.status = any(:ended) then 2 when r.target <> '' and r.target < :today then 0 else 1 end"
_TARGET = "coalesce(nullif(r.target, ''), '9999-12-31')"
_OPEN = "r.target <> '' and not r.status = any(:ended)"
ACTION_LATE = "a->>'DueDate' < :today and not coalesce(a->>'ActionStatus', '') = any(:actions_ended)"
DUE: Mapping[Due, str] = {
    Due.ANY: "true",
    Due.OVERDUE: f"{_OPEN} and r.target < :today",
    Due.SOON: f"{_OPEN} and r.target between :today and :soon",
    Due.ACTIONS: "exists (select from safety_response_versions n cross join lateral"
    f" jsonb_array_elements(n.facts->'{ACTION}') as a where n.response_id = r.id and n.version = r.version and {ACTION_LATE})",
}
"""Conditions on `safety_responses r`, in terms of `due_values`: the same for lists and counts, so that a figure leads to what it counts."""


@dataclass(frozen=True)
class Page:
    """Which responses of a list: of one status (empty = any), after a cursor, so many, of what is due alone."""

    status: str
    cursor: str
    today: date
    count: int
    due: Due = Due.ANY


def due_values(today: date) -> dict[str, Any]:
    """What the conditions on what is due are about."""
    return {
        "today": today.isoformat(),
        "soon": (today + DUE_SOON).isoformat(),
        "ended": list(ENDED),
        "actions_ended": list(ACTIONS_ENDED),
    }


def _taking_part(scope: Scope) -> str:
    """A condition on `safety_responses r`: the lead, the contributors, the national service."""
    if scope.everything:
        return "true"
    if not scope.organisations:
        return "false"
    return "(r.organisation = any(:mine) or r.contributing && cast(:mine as text[]))"


def _values(scope: Scope) -> dict[str, Any]:
    return {"mine": list(scope.organisations)}


# ---- saving ------------------------------------------------------------------------------------------------


def one_at_a_time(tx: Connection, name: str) -> None:
    """Let one transaction at a time make responses under a name: a maker's, or a former system's number."""
    tx.execute(text("select pg_advisory_xact_lock(hashtextextended(:name, 4))"), {"name": name})


def add(tx: Connection, one: SafetyResponse, key: DataKey, actor: Actor) -> None:
    """Save a new response with its first version."""
    tx.execute(
        text(
            "insert into safety_responses (id, version, organisation, contributing, response_type, status, target,"
            " legacy_reference, made_by, made_at, key_id, wrapped)"
            " values (cast(:id as uuid), :version, :organisation, :contributing, :response_type, :status, :target,"
            " :legacy_reference, :saved_by, :saved_at, :key_id, :wrapped)"
        ),
        _row(one) | {"key_id": key.key_id, "wrapped": key.wrapped},
    )
    _add_version(tx, one, actor)


def keep(tx: Connection, one: SafetyResponse, actor: Actor) -> None:
    """Save the next version of a response that this transaction holds."""
    tx.execute(
        text(
            "update safety_responses set version = :version, organisation = :organisation,"
            " contributing = :contributing, response_type = :response_type, status = :status, target = :target"
            " where id = cast(:id as uuid)"
        ),
        _row(one),
    )
    _add_version(tx, one, actor)


def _add_version(tx: Connection, one: SafetyResponse, actor: Actor) -> None:
    tx.execute(
        text(
            "insert into safety_response_versions (response_id, version, question_set, facts, sealed, written_in,"
            " events, content, saved_by, saved_for, saved_at)"
            " values (cast(:id as uuid), :version, :question_set, cast(:facts as jsonb), cast(:sealed as jsonb),"
            " cast(:written_in as jsonb), cast(:events as uuid[]), :content, :saved_by, :saved_for, :saved_at)"
        ),
        _row(one) | {"saved_for": actor.organisation},
    )
    values = {"id": one.response_id, "events": list(one.events)}
    tx.execute(text("delete from safety_response_events where response_id = cast(:id as uuid)"), values)
    tx.execute(
        text(
            "insert into safety_response_events (response_id, event_id)"
            " select cast(:id as uuid), one from unnest(cast(:events as uuid[])) as one"
        ),
        values,
    )


def _row(one: SafetyResponse) -> dict[str, Any]:
    sealed = {name: base64.b64encode(body).decode() for name, body in one.sealed.items()}
    return {
        "id": one.response_id,
        "version": one.version,
        "organisation": one.organisation,
        "contributing": list(one.contributing),
        "response_type": one.response_type,
        "status": one.status,
        "target": one.target,
        "legacy_reference": one.legacy_reference,
        "question_set": one.question_set,
        "facts": orjson.dumps(one.facts).decode(),
        "sealed": orjson.dumps(sealed).decode(),
        "written_in": orjson.dumps(dict(one.written_in)).decode(),
        "events": list(one.events),
        "content": one.content,
        "saved_by": one.saved_by,
        "saved_at": one.saved_at,
    }


# ---- finding -----------------------------------------------------------------------------------------------


def find(
    tx: Connection, response_id: str, scope: Scope, hold: bool = False, version: int = 0
) -> SafetyResponse | None:
    """A response that the actor takes part in, as a version has its answers, texts and events (0 = the newest); with `hold` nobody else
    changes it until this transaction ends."""
    if not is_id(response_id):
        return None
    values = _values(scope) | {"id": response_id, "version": version}
    named = f"r.id = cast(:id as uuid) and {_taking_part(scope)}"
    if hold:  # before it is read: a reading that waits for the lock would look for the version before
        tx.execute(text(f"select from safety_responses r where {named} for update"), values)
    which = "v.version = coalesce(nullif(:version, 0), r.version)"
    row = tx.execute(text(f"{_VERSIONS} and {which} where {named}"), values).one_or_none()
    return _response(row) if row else None


def key_of(tx: Connection, vault: Vault, response_id: str) -> DataKey:
    """The data key of a response; raises CannotOpen when its wrapping key is not ours any more."""
    row = tx.execute(
        text("select key_id, wrapped from safety_responses where id = cast(:id as uuid)"), {"id": response_id}
    ).one()
    return vault.unwrap(row.key_id, bytes(row.wrapped), response_id)


def newest_of(tx: Connection, maker: str, since: datetime) -> list[SafetyResponse]:
    """What a maker began since then and nobody changed yet, newest first."""
    rows = tx.execute(
        text(
            f"{_FOUND} where r.made_by = :maker and r.made_at >= :since and r.version = 1 order by r.made_at desc"
        ),
        {"maker": maker, "since": since},
    )
    return [_response(row) for row in rows]


def imported(tx: Connection, organisation: str, legacy_reference: str) -> SafetyResponse | None:
    """The response that an organisation kept under this number in a former system."""
    row = tx.execute(
        text(f"{_FOUND} where r.organisation = :organisation and r.legacy_reference = :reference"),
        {"organisation": organisation, "reference": legacy_reference},
    ).one_or_none()
    return _response(row) if row else None


def of_event(tx: Connection, event_id: str, scope: Scope) -> list[SafetyResponse]:
    """The responses to an event that the actor takes part in, oldest first."""
    rows = tx.execute(
        text(
            f"{_FOUND} join safety_response_events a on a.response_id = r.id"
            f" where a.event_id = cast(:event_id as uuid) and {_taking_part(scope)} order by r.made_at, r.id"
        ),
        _values(scope) | {"event_id": event_id},
    )
    return with_references(tx, [_response(row) for row in rows], scope)


def page(tx: Connection, scope: Scope, asked: Page) -> tuple[list[SafetyResponse], str]:
    """Responses the actor takes part in, overdue first, and the cursor of the next; "" at the end."""
    values: dict[str, Any] = {"status": asked.status} | due_values(asked.today)
    after = ""
    if asked.cursor:
        rank, target, last = cursors.unpacked(asked.cursor, int, str)
        after = f"and ({_RANK}, {_TARGET}, r.id) > (:rank, :target, cast(:last as uuid))"
        values |= {"rank": rank, "target": target, "last": last}
    rows = tx.execute(
        text(
            f"select found.*, {_RANK} as rank, {_TARGET} as target_or_never from ({_FOUND}) found"
            " join safety_responses r on r.id = found.id"
            f" where (:status = '' or r.status = :status) and {_taking_part(scope)} and {DUE[asked.due]} {after}"
            " order by rank, target_or_never, r.id limit :limit"
        ),
        _values(scope) | values | {"limit": asked.count + 1},
    ).all()
    shown = rows[: asked.count]
    following = ""
    if len(rows) > asked.count:
        following = cursors.packed(shown[-1].rank, shown[-1].target_or_never, str(shown[-1].id))
    return with_references(tx, [_response(row) for row in shown], scope), following


def with_references(tx: Connection, found: Sequence[SafetyResponse], sight: Scope) -> list[SafetyResponse]:
    """Responses with the reference numbers of those of their events that are in sight."""
    ids = {event_id for one in found for event_id in one.events}
    rows = tx.execute(
        text(
            "select e.id, e.reference from events e"
            f" where e.id = any(cast(:ids as uuid[])) and ({sight.condition()})"
        ),
        sight.values() | {"ids": list(ids)},
    )
    seen = {str(row.id): row.reference for row in rows}
    return [replace(one, references=tuple(seen[e] for e in one.events if e in seen)) for one in found]


def with_texts(tx: Connection, one: SafetyResponse) -> SafetyResponse:
    """A response with the texts that may be shown; absent fields are still being checked."""
    rows = tx.execute(
        text("select revision, field, body from redacted_texts where event_id = cast(:id as uuid)"),
        {"id": one.response_id},
    )
    held = {(row.revision, row.field): row.body for row in rows}
    places = {name: (one.written_in.get(name, one.version), name) for name in one.sealed}
    return replace(one, texts={name: held[place] for name, place in places.items() if place in held})


def _response(row: Any) -> SafetyResponse:
    return SafetyResponse(
        response_id=str(row.id),
        version=row.version,
        organisation=row.organisation,
        contributing=tuple(row.contributing),
        events=tuple(str(one) for one in row.events),
        question_set=row.question_set,
        facts=row.facts,
        sealed={name: base64.b64decode(body) for name, body in row.sealed.items()},
        written_in=row.written_in,
        content=bytes(row.content),
        response_type=row.response_type,
        status=row.status,
        target=row.target,
        saved_by=row.saved_by,
        saved_at=row.saved_at,
        legacy_reference=row.legacy_reference,
    )
