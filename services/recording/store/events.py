"""Safety events and their revisions, requests that made them, and the audit of who saw and changed what."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis.actors import Actor
from chassis.outbox import Announcement
from chassis.sealing import DataKey, Vault
from services.recording.domain.erasing import text_erased
from services.recording.domain.reference_numbers import is_reference, normalise
from services.recording.domain.safety_events import Change, SafetyEvent
from services.recording.store.scopes import Scope

UNKNOWN = b""  # the content of a revision that was made before it was kept


@dataclass(frozen=True)
class Request:
    """What makes two requests the same: `key` within `client`; `until` says for how long.

    A key that begins with one of BY_REFERENCE is free again once its event was withdrawn.
    """

    client: str
    key: str
    hash: bytes
    until: datetime


@dataclass(frozen=True)
class Named:
    """A client's own reference, and the hash of the answers that come under it."""

    system: str
    reference: str
    content: bytes


@dataclass(frozen=True)
class Answered:
    """The event that an earlier request made: the hash of its first answers, which may be UNKNOWN, and that of the request
    where it was found by its key."""

    event_id: str
    reference: str
    reported_at: datetime
    content: bytes
    withdrawn: bool
    request_hash: bytes | None = None


@dataclass(frozen=True)
class Addition:
    """A new event with all that is saved beside it."""

    event: SafetyEvent
    key: DataKey
    request: Request
    told: Announcement
    trace: str


# ---- adding ------------------------------------------------------------------------------------------------

# One statement for one event or many. The columns of a row, in order, with their types.
_COLUMNS: Mapping[str, str] = {
    "event_id": "uuid",
    "client": "text",
    "key": "text",
    "hash": "bytea",
    "until": "timestamptz",
    "reference": "text",
    "organisation": "text",
    "event_type": "text",
    "occurred_on": "text",
    "reported_at": "timestamptz",
    "revised_at": "timestamptz",
    "recorder_id": "text",
    "route": "text",
    "reference_system": "text",
    "local_reference": "text",
    "data_sharing_opt_out": "boolean",
    "worst_physical": "text",
    "worst_psychological": "text",
    "occurred_organisations": "text",  # joined by spaces: arrays of arrays must be even
    "elsewhere": "boolean",
    "question_set": "int",
    "facts": "jsonb",
    "summary": "jsonb",
    "sealed": "jsonb",
    "content": "bytea",
    "key_id": "text",
    "wrapped": "bytea",
    "message_id": "uuid",
    "topic": "text",
    "lane": "text",
    "body": "bytea",
    "headers": "jsonb",
    "trace": "text",
}
_ONE = ", ".join(f"cast(:{name} as {kind}) as {name}" for name, kind in _COLUMNS.items())
_ARRAYS = ", ".join(f"cast(:{name} as {kind}[])" for name, kind in _COLUMNS.items())
_MANY = f"* from unnest({_ARRAYS}) as row ({', '.join(_COLUMNS)})"
BY_REFERENCE = ("local", "named")

# Which records of a client answer what comes under its own reference (`row`): one that lives under it, or one with the
# same answers, which may be withdrawn. Where either says of no numbering that it is meant, only the answers tell. In two
# parts, because each has an index of its own; and a union is looked into once for each row, never joined whole.
_IN_STATE = """
select e.id, e.reference, e.reported_at, e.state, e.reference_system, r.content
from events e join revisions r on r.event_id = e.id and r.revision = 1
where e.recorder_id = row.client and e.local_reference = row.local_reference and e.local_reference <> ''
  and e.state = '{state}' and {same}
"""
_SAME = """r.content = row.content
  and (e.reference_system in (row.reference_system, '') or row.reference_system = '')"""
_LIVING = _IN_STATE.format(state="recorded", same=f"(e.reference_system = row.reference_system or ({_SAME}))")
_UNDER = f"{_LIVING} union all {_IN_STATE.format(state='withdrawn', same=_SAME)}"

_ADD = f"""
with row as (
  select {{rows}}
), claim as (
  insert into requests (client, key, request_hash, event_id, made_at, until)
  select client, key, hash, event_id, revised_at, until from row
  where not exists ({_UNDER})
  order by key
  on conflict (client, key) do update
    set request_hash = excluded.request_hash, event_id = excluded.event_id, made_at = excluded.made_at,
        until = excluded.until
    where requests.until < excluded.made_at
      or (split_part(excluded.key, ':', 1) = any(cast(:by_reference as text[]))
          and (select e.state from events e where e.id = requests.event_id) = 'withdrawn')
  returning event_id
), mine as (
  select row.* from row join claim using (event_id)
), event as (
  insert into events (id, reference, revision, organisation, event_type, occurred_on, reported_at, recorder_id, route,
                      reference_system, local_reference, data_sharing_opt_out, updated_at, worst_physical, worst_psychological,
                      occurred_organisations, elsewhere)
  select event_id, reference, 1, organisation, event_type, occurred_on, reported_at, recorder_id, route,
         reference_system, local_reference, data_sharing_opt_out, revised_at, worst_physical, worst_psychological,
         string_to_array(occurred_organisations, ' '), elsewhere from mine
), keyed as (
  insert into event_keys (event_id, key_id, wrapped) select event_id, key_id, wrapped from mine
), revised as (
  insert into revisions (event_id, revision, question_set, facts, summary, sealed, recorded_at, recorder_id, content)
  select event_id, 1, question_set, facts, summary, sealed, revised_at, recorder_id, content from mine
), noted as (
  insert into audit (actor, organisation, action, about, trace)
  select recorder_id, organisation, 'submit', event_id, trace from mine
), told as (
  insert into outbox (id, topic, lane, body, headers) select message_id, topic, lane, body, headers from mine
)
select event_id, pg_notify('outbox', '') from mine
"""
_ADD_ONE = text(_ADD.format(rows=_ONE))  # arrays of one would cost the processor a fifth of the whole
_ADD_MANY = text(_ADD.format(rows=_MANY))

_BY_REFERENCE = text(f"""
select distinct on (row.number) row.number, found.*
from unnest(cast(:systems as text[]), cast(:references as text[]), cast(:contents as bytea[])) with ordinality
  as asked (reference_system, local_reference, content, number)
cross join lateral (select cast(:client as text) as client, asked.*) as row
cross join lateral ({_UNDER}) as found
order by row.number, found.state = 'withdrawn', found.reference_system = row.reference_system desc, found.id desc
""")

_OTHERS = text("""
select from events where recorder_id = :recorder and local_reference = :reference and reference_system = :system
  and state = 'recorded' and local_reference <> '' and id <> cast(:id as uuid)
""")

_EARLIER = text("""
select e.id, e.reference, e.reported_at, e.state, v.content, r.request_hash
from requests r join events e on e.id = r.event_id join revisions v on v.event_id = e.id and v.revision = 1
where r.client = :client and r.key = :key
""")


def add(tx: Connection, additions: Sequence[Addition]) -> set[str]:
    """Save new events, each with revision, key, request, audit and outbox, in one statement; the ids of those saved.

    An event is not saved where its request was answered before, or a record under its client's own reference answers it
    (`recorded_as`). No two may have the same request. IntegrityError, and nothing saved, when a reference number or a
    client's own reference is taken meanwhile. Claims are made in one order, so that two of these never wait for each other.
    """
    rows = [_new_row(one) for one in additions]
    by_reference = {"by_reference": list(BY_REFERENCE)}
    if len(rows) == 1:
        saved = tx.execute(_ADD_ONE, rows[0] | by_reference)
    else:
        saved = tx.execute(_ADD_MANY, {name: [row[name] for row in rows] for name in _COLUMNS} | by_reference)
    return {str(row.event_id) for row in saved}


def answered(tx: Connection, client: str, key: str) -> Answered | None:
    """Which event answered a client's request with this key."""
    row = tx.execute(_EARLIER, {"client": client, "key": key}).one_or_none()
    return None if row is None else replace(_answered(row), request_hash=bytes(row.request_hash))


def recorded_as(tx: Connection, client: str, named: Sequence[Named]) -> list[Answered | None]:
    """Which record of a client answers what comes under each of its own references: the newest that lives, else the newest
    that was withdrawn and had the same answers; None where a new one is to be made."""
    values = {
        "client": client,
        "systems": [one.system for one in named],
        "references": [one.reference for one in named],
        "contents": [one.content for one in named],
    }
    found = {row.number: _answered(row) for row in tx.execute(_BY_REFERENCE, values)}
    return [found.get(number) for number in range(1, len(named) + 1)]


def others_under(tx: Connection, event: SafetyEvent, system: str, reference: str) -> bool:
    """Whether another living record of the same client has this reference."""
    values = {"id": event.event_id, "recorder": event.recorder_id, "system": system, "reference": reference}
    return tx.execute(_OTHERS, values).first() is not None


def is_taken(failure: IntegrityError) -> bool:
    """Whether a reference number or a local reference is another event's; any other failure is a fault of ours."""
    return getattr(failure.orig, "sqlstate", "") == "23505"


def same_local_reference(failure: IntegrityError) -> bool:
    """Whether an event could not be saved because its client has one under the same local reference."""
    return getattr(getattr(failure.orig, "diag", None), "constraint_name", "") == "events_by_local_reference"


def is_deadlock(failure: DBAPIError) -> bool:
    """Whether this statement and another waited for each other, and this one was given up."""
    return getattr(failure.orig, "sqlstate", "") == "40P01"


def _answered(row: Any) -> Answered:
    return Answered(
        event_id=str(row.id),
        reference=row.reference,
        reported_at=row.reported_at,
        content=bytes(row.content),
        withdrawn=row.state == "withdrawn",
    )


def _new_row(one: Addition) -> dict[str, Any]:
    event, request, told = one.event, one.request, one.told
    return (
        {name: getattr(event, name) for name in _PLAIN}
        | searched(event)
        | {
            "client": request.client,
            "key": request.key,
            "hash": request.hash,
            "until": request.until,
            "facts": _json(event.facts),
            "summary": _json(event.summary),
            "sealed": _sealed(event),
            "key_id": one.key.key_id,
            "wrapped": one.key.wrapped,
            "message_id": told.id,
            "topic": told.topic,
            "lane": told.lane,
            "body": told.body,
            "headers": _json(told.headers),
            "trace": one.trace,
        }
    )


_PLAIN = tuple({one.name for one in fields(SafetyEvent)} & set(_COLUMNS) - {"facts", "summary", "sealed"})


def searched(event: SafetyEvent) -> dict[str, Any]:
    """What searches look for beside the event's own columns."""
    places = [str(one) for one in event.summary["occurred_organisations"]]
    return {
        "worst_physical": event.summary["worst_physical"] or "",
        "worst_psychological": event.summary["worst_psychological"] or "",
        "occurred_organisations": " ".join(places),
        "elsewhere": not event.data_sharing_opt_out and any(one != event.organisation for one in places),
    }


# ---- changing ----------------------------------------------------------------------------------------------

_REVISE = text("""
with event as (
  update events set revision = :revision, state = :state, event_type = :event_type, occurred_on = :occurred_on,
    data_sharing_opt_out = :data_sharing_opt_out, updated_at = :revised_at, worst_physical = :worst_physical,
    worst_psychological = :worst_psychological, elsewhere = :elsewhere, local_reference = :local_reference,
    reference_system = :reference_system, occurred_organisations = string_to_array(:occurred_organisations, ' ')
  where id = cast(:event_id as uuid)
  returning id
), noted as (
  insert into audit (actor, organisation, action, about, trace, purpose)
  select :revised_by, :acting_for, :action, id, :trace, :reason from event
)
insert into revisions (event_id, revision, question_set, facts, summary, sealed, recorded_at, recorder_id, change,
                       reason, content, written_in)
select id, :revision, :question_set, cast(:facts as jsonb), cast(:summary as jsonb), cast(:sealed as jsonb), :revised_at,
  :revised_by, :change, :reason, :content, cast(:written_in as jsonb) from event
""")


def revise(tx: Connection, event: SafetyEvent, acting_for: str, trace: str) -> None:
    """Save the next revision of an event that this transaction holds (`hold`), and note who made it."""
    plain = {one.name: getattr(event, one.name) for one in fields(SafetyEvent)}
    tx.execute(
        _REVISE,
        plain
        | searched(event)
        | {
            "state": "withdrawn" if event.withdrawn else "recorded",
            "change": event.change.value,
            "action": event.change.value,
            "acting_for": acting_for,
            "facts": _json(event.facts),
            "summary": _json(event.summary),
            "sealed": _sealed(event),
            "written_in": _json(event.written_in),
            "trace": trace,
        },
    )


def key_of(tx: Connection, vault: Vault, event_id: str) -> DataKey:
    """The data key of an event; CONFLICT when its text was erased, CannotOpen when its wrapping key is not ours any more."""
    row = tx.execute(
        text("select key_id, wrapped from event_keys where event_id = cast(:id as uuid)"), {"id": event_id}
    ).one_or_none()
    if row is None:
        raise text_erased()
    return vault.unwrap(row.key_id, bytes(row.wrapped), event_id)


def forget_text(tx: Connection, event_id: str, name: str) -> None:
    """Take a text out of every revision of an event, still sealed."""
    statement = (
        "update revisions set sealed = sealed - cast(:name as text), written_in = written_in - cast(:name as text)"
        " where event_id = cast(:id as uuid)"
    )
    tx.execute(text(statement), {"id": event_id, "name": name})


def forget_recorder(tx: Connection, event_id: str, nobody: str) -> None:
    """Cut every tie of an event's rows to whoever recorded it."""
    for statement in _FORGET:
        tx.execute(text(statement), {"id": event_id, "nobody": nobody})


_FORGET = (
    "update revisions r set recorder_id = :nobody from events e"
    " where r.event_id = cast(:id as uuid) and e.id = r.event_id and r.recorder_id = e.recorder_id",
    "delete from requests where event_id = cast(:id as uuid)",
    "delete from follow_up_codes where event_id = cast(:id as uuid)",
    "update events set recorder_id = :nobody where id = cast(:id as uuid)",
)


# ---- finding -----------------------------------------------------------------------------------------------

FOUND = """
  e.id, e.reference, e.organisation, e.reported_at, e.recorder_id, e.route, e.local_reference, e.reference_system,
  r.revision, r.question_set, r.facts, r.summary, r.sealed, r.written_in, r.change, r.reason, r.content,
  r.recorded_at as revised_at, r.recorder_id as revised_by,
  coalesce(r.summary->>'event_type', e.event_type) as event_type,
  coalesce(r.summary->>'occurred_on', e.occurred_on) as occurred_on,
  coalesce(cast(r.summary->>'data_sharing_opt_out' as boolean), e.data_sharing_opt_out) as data_sharing_opt_out
"""
_NAMED = "e.id = cast(:event_id as uuid)"
_CALLED = "e.reference = :reference"


def find(tx: Connection, event: str, scope: Scope, revision: int = 0) -> SafetyEvent | None:
    """A revision (0 = the newest) of an event named by id or reference number, if it is in scope."""
    name = _name(event)
    if name is None:
        return None
    named, values = name
    row = tx.execute(
        text(
            f"select {FOUND} from events e join revisions r on r.event_id = e.id"
            f" where {named} and r.revision = coalesce(nullif(:revision, 0), e.revision) and ({scope.condition()})"
        ),
        scope.values() | values | {"revision": revision},
    ).one_or_none()
    return event_of(row) if row else None


def hold(tx: Connection, event: str, scope: Scope) -> SafetyEvent | None:
    """The newest revision of an event in scope, which nobody else may change until this transaction ends."""
    name = _name(event)
    if name is None:
        return None
    named, values = name
    lock = f"select 1 from events e where {named} and ({scope.condition()}) for update"
    if tx.execute(text(lock), scope.values() | values).first() is None:
        return None
    return find(tx, event, scope)


def _name(event: str) -> tuple[str, dict[str, str]] | None:
    """How a query names an event: by id, by reference number, or not at all when it is neither."""
    try:
        return _NAMED, {"event_id": str(UUID(event))}
    except ValueError:
        reference = normalise(event)
        return (_CALLED, {"reference": reference}) if is_reference(reference) else None


def history(tx: Connection, event_id: str, before: int, count: int) -> tuple[list[SafetyEvent], int]:
    """Revisions of an event older than `before` (0 = from the newest), newest first, and how many there are."""
    rows = tx.execute(
        text(
            f"select {FOUND}, e.revision as newest from events e join revisions r on r.event_id = e.id"
            f" where {_NAMED} and (:before = 0 or r.revision < :before) order by r.revision desc limit :count"
        ),
        {"event_id": event_id, "before": before, "count": count},
    ).all()
    return [event_of(row) for row in rows], rows[0].newest if rows else 0


def event_of(row: Any) -> SafetyEvent:
    """A row of FOUND."""
    kept = {one.name: getattr(row, one.name) for one in fields(SafetyEvent) if one.name not in _MADE}
    return SafetyEvent(
        event_id=str(row.id),
        sealed={name: base64.b64decode(body) for name, body in row.sealed.items()},
        change=Change(row.change),
        content=bytes(row.content),
        **kept,
    )


_MADE = ("event_id", "sealed", "change", "content")


# ---- texts and audit ---------------------------------------------------------------------------------------


_SHOWN = text("""
select t.event_id, t.revision, t.field, t.body from redacted_texts t
  join unnest(cast(:ids as uuid[]), cast(:revisions as int[]), cast(:fields as text[])) as place (id, revision, field)
    on t.event_id = place.id and t.revision = place.revision and t.field = place.field
""")


def redacted_texts(tx: Connection, events: Iterable[SafetyEvent]) -> dict[tuple[str, int], dict[str, str]]:
    """What may be shown of each revision's narrative: field → redacted text. Absent fields are still being checked."""
    asked = {(one.event_id, one.revision): _places(one) for one in events}
    wanted = {place for places in asked.values() for place in places.values()}
    columns = {
        name: [place[number] for place in wanted]
        for number, name in enumerate(("ids", "revisions", "fields"))
    }
    rows = tx.execute(_SHOWN, columns)
    held = {(str(row.event_id), row.revision, row.field): row.body for row in rows}
    return {
        name: {field: held[place] for field, place in places.items() if place in held}
        for name, places in asked.items()
    }


def _places(event: SafetyEvent) -> dict[str, tuple[str, int, str]]:
    """Where the redacted text of each field is kept: with the revision in which it was written."""
    return {name: (event.event_id, event.written_in.get(name, event.revision), name) for name in event.sealed}


def keep_redacted(tx: Connection, record_id: str, revision: int, texts: Mapping[str, str]) -> None:
    """Remember redacted texts; a later redaction of the same revision wins."""
    rows = [{"e": record_id, "r": revision, "f": name, "b": body} for name, body in texts.items()]
    if rows:
        tx.execute(
            text(
                "insert into redacted_texts (event_id, revision, field, body) values (:e, :r, :f, :b)"
                " on conflict (event_id, revision, field) do update set body = excluded.body"
            ),
            rows,
        )


def note(
    tx: Connection,
    actor: Actor,
    action: str,
    about: Iterable[str],
    trace: str,
    purpose: str = "",
    revision: int | None = None,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Who did what to which records, in the transaction that does it; who found none is noted too, once."""
    records: list[str | None] = [*about]
    tx.execute(
        text(
            "insert into audit (actor, organisation, action, about, trace, purpose, revision, detail)"
            " select :actor, :organisation, :action, about, :trace, :purpose, cast(:revision as int),"
            " cast(:detail as jsonb)"
            " from unnest(cast(:about as uuid[])) as about"
        ),
        {
            "actor": actor.id,
            "organisation": actor.organisation,
            "action": action,
            "about": records or [None],
            "trace": trace,
            "purpose": purpose,
            "revision": revision,
            "detail": _json(detail or {}),
        },
    )


def _sealed(event: SafetyEvent) -> str:
    return _json({name: base64.b64encode(body).decode() for name, body in event.sealed.items()})


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
