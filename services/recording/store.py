"""Every table and every query of recording."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from chassis.actors import Actor, Grant, Reach
from chassis.outbox import Announcement
from chassis.sealing import DataKey
from services.recording.domain.safety_events import SafetyEvent

FORGOTTEN = b""  # the hash of a request whose key was used anew since
_OPERATED_BY = "RE6"


@dataclass(frozen=True)
class Request:
    """What makes two requests the same: `key` within `client`; `until` says for how long."""

    client: str
    key: str
    hash: bytes
    until: datetime


@dataclass(frozen=True)
class Answered:
    """The event that answered an earlier request with the same key; its hash may be FORGOTTEN."""

    event_id: str
    reference: str
    revision: int
    reported_at: datetime
    request_hash: bytes


_ADD = text("""
with claim as (
  insert into requests (client, key, request_hash, event_id, made_at, until)
  values (:client, :key, :hash, cast(:event_id as uuid), :reported_at, :until)
  on conflict (client, key) do update
    set request_hash = excluded.request_hash, event_id = excluded.event_id, made_at = excluded.made_at,
        until = excluded.until
    where requests.until < excluded.made_at
  returning event_id
), event as (
  insert into events (id, reference, revision, organisation, event_type, occurred_on, reported_at, recorder_id, route,
                      local_reference, data_sharing_opt_out)
  select event_id, :reference, :revision, :organisation, :event_type, :occurred_on, :reported_at, :recorder_id, :route,
         :local_reference, :data_sharing_opt_out from claim
  returning id
), keyed as (
  insert into event_keys (event_id, key_id, wrapped) select id, :key_id, :wrapped from event
), revised as (
  insert into revisions (event_id, revision, question_set, facts, summary, sealed, recorded_at, recorder_id)
  select id, :revision, :question_set, cast(:facts as jsonb), cast(:summary as jsonb), cast(:sealed as jsonb),
         :reported_at, :recorder_id from event
), noted as (
  insert into audit (actor, organisation, action, about, trace)
  select :recorder_id, :organisation, 'submit', id, :trace from event
), told as (
  insert into outbox (id, topic, lane, body, headers)
  select cast(:message_id as uuid), :topic, :lane, :body, cast(:headers as jsonb) from event
  returning 1
)
select count(pg_notify('outbox', '')) from told
""")

_BY_LOCAL_REFERENCE = text("""
select e.id as event_id, coalesce(r.request_hash, '') as request_hash, e.reference, 1 as revision, e.reported_at
from events e left join requests r on r.event_id = e.id and r.client = e.recorder_id
where e.recorder_id = :client and e.local_reference = :local_reference
order by r.made_at limit 1
""")

_EARLIER = text("""
select r.event_id, r.request_hash, e.reference, 1 as revision, e.reported_at
from requests r join events e on e.id = r.event_id where r.client = :client and r.key = :key
""")


@contextmanager
def at_once(db: Engine) -> Iterator[Connection]:
    """A connection on which each statement is its own transaction: one round trip for what one statement can say."""
    with db.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection


def add(
    tx: Connection, event: SafetyEvent, key: DataKey, request: Request, told: Announcement, trace: str
) -> bool:
    """Save a new event: row, revision, key, request, audit and outbox in one statement.

    False when `request` was answered before; nothing is saved then. IntegrityError when the reference is taken.
    """
    saved = tx.execute(
        _ADD,
        _values(event)
        | {
            "client": request.client,
            "key": request.key,
            "hash": request.hash,
            "until": request.until,
            "key_id": key.key_id,
            "wrapped": key.wrapped,
            "message_id": told.id,
            "topic": told.topic,
            "lane": told.lane,
            "body": told.body,
            "headers": orjson.dumps(told.headers).decode(),
            "trace": trace,
        },
    )
    return bool(saved.scalar())


def answered(tx: Connection, request: Request) -> Answered | None:
    """Which event answered a request with this key."""
    return _answered(tx.execute(_EARLIER, {"client": request.client, "key": request.key}).one_or_none())


def recorded_as(tx: Connection, client: str, local_reference: str) -> Answered | None:
    """Which event a client has recorded under its own reference."""
    values = {"client": client, "local_reference": local_reference}
    return _answered(tx.execute(_BY_LOCAL_REFERENCE, values).one_or_none())


def same_local_reference(failure: IntegrityError) -> bool:
    """Whether an event could not be saved because its client has one under the same local reference."""
    return getattr(getattr(failure.orig, "diag", None), "constraint_name", "") == "events_by_local_reference"


def _answered(row: Any) -> Answered | None:
    if row is None:
        return None
    return Answered(str(row.event_id), row.reference, row.revision, row.reported_at, bytes(row.request_hash))


_FIND = """
select e.id, e.reference, e.revision, e.organisation, e.event_type, e.occurred_on, e.reported_at, e.recorder_id, e.route,
       e.local_reference, e.data_sharing_opt_out, r.question_set, r.facts, r.summary, r.sealed
from events e join revisions r on r.event_id = e.id and r.revision = e.revision
where e.id = :event_id and e.state = 'recorded' and ({scope})
"""


def find(tx: Connection, event_id: UUID, actor: Actor, permission: str, today: date) -> SafetyEvent | None:
    """The newest revision of an event, if `actor` may see it today."""
    scope, values = _scope(actor, actor.grants_with(permission), today)
    row = tx.execute(text(_FIND.format(scope=scope)), values | {"event_id": event_id}).one_or_none()
    if row is None:
        return None
    sealed = {name: base64.b64decode(body) for name, body in row.sealed.items()}
    kept = {
        name: getattr(row, name)
        for name in SafetyEvent.__dataclass_fields__
        if name not in ("event_id", "sealed")
    }
    return SafetyEvent(event_id=str(row.id), sealed=sealed, **kept)


def note_read(tx: Connection, actor: Actor, event_id: str, trace: str) -> None:
    tx.execute(
        text(
            "insert into audit (actor, organisation, action, about, trace)"
            " values (:actor, :organisation, 'read', :about, :trace)"
        ),
        {"actor": actor.id, "organisation": actor.organisation, "about": event_id, "trace": trace},
    )


def redacted_texts(tx: Connection, event_id: str, revision: int) -> dict[str, str]:
    """What may be shown of a revision's narrative: field → redacted text. Absent fields are still being checked."""
    rows = tx.execute(
        text("select field, body from redacted_texts where event_id = :event_id and revision = :revision"),
        {"event_id": event_id, "revision": revision},
    )
    return {row.field: row.body for row in rows}


def keep_redacted(tx: Connection, event_id: str, revision: int, texts: Mapping[str, str]) -> None:
    """Remember redacted texts; the newest redaction of the same revision wins."""
    rows = [{"e": event_id, "r": revision, "f": name, "b": body} for name, body in texts.items()]
    if rows:
        tx.execute(
            text(
                "insert into redacted_texts (event_id, revision, field, body) values (:e, :r, :f, :b)"
                " on conflict (event_id, revision, field) do update set body = excluded.body"
            ),
            rows,
        )


def keep_organisation(tx: Connection, organisation: Mapping[str, Any]) -> None:
    """Remember an organisation unless we know a newer version of it."""
    tx.execute(
        text(
            "insert into organisations (code, name, opened_on, closed_on, parents, version)"
            " values (:code, :name, :opened_on, :closed_on, cast(:parents as jsonb), :version)"
            " on conflict (code) do update set name = excluded.name, opened_on = excluded.opened_on,"
            " closed_on = excluded.closed_on, parents = excluded.parents, version = excluded.version"
            " where organisations.version < excluded.version"
        ),
        {**organisation, "parents": orjson.dumps(organisation["parents"]).decode()},
    )


def publish_question_set(tx: Connection, version: int, digest: str) -> bool:
    """Note that a question set is in use; whether that is news."""
    return bool(
        tx.execute(
            text(
                "insert into question_sets (version, digest) values (:version, :digest)"
                " on conflict (version) do update set digest = excluded.digest, published_at = now()"
                " where question_sets.digest <> excluded.digest"
            ),
            {"version": version, "digest": digest},
        ).rowcount
    )


class Directory:
    """Which organisations exist and who operates them, remembered for `seconds` so that a POST asks rarely."""

    def __init__(self, db: Engine, seconds: float = 30) -> None:
        self._db = db
        self._seconds = seconds
        self._known: dict[str, tuple[float, list[dict[str, Any]] | None]] = {}

    def exists(self, code: str) -> bool:
        return self._parents(code) is not None

    def belongs(self, code: str, organisation: str, today: date) -> bool:
        """Whether `code` is `organisation` or a site that it operates today."""
        if code == organisation:
            return True
        day = today.isoformat()
        return any(
            parent["code"] == organisation and parent["kind"] == _OPERATED_BY and _holds(parent, day)
            for parent in self._parents(code) or ()
        )

    def _parents(self, code: str) -> list[dict[str, Any]] | None:
        now = time.monotonic()
        known = self._known.get(code)
        if known is None or known[0] < now:
            known = (now + (self._seconds if (found := self._look_up(code)) is not None else 1.0), found)
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[code] = known
        return known[1]

    def _look_up(self, code: str) -> list[dict[str, Any]] | None:
        with at_once(self._db) as tx:
            row = tx.execute(
                text("select parents from organisations where code = :code"), {"code": code}
            ).one_or_none()
        return list(row.parents) if row else None


def _holds(parent: Mapping[str, Any], day: str) -> bool:
    return str(parent["start"] or "") <= day and (not parent["end"] or day <= str(parent["end"]))


def _values(event: SafetyEvent) -> dict[str, Any]:
    sealed = {name: base64.b64encode(body).decode() for name, body in event.sealed.items()}
    plain = {name: getattr(event, name) for name in SafetyEvent.__dataclass_fields__}
    return plain | {
        "facts": orjson.dumps(event.facts).decode(),
        "summary": orjson.dumps(event.summary).decode(),
        "sealed": orjson.dumps(sealed).decode(),
    }


_SITES = (
    "select o.code from organisations o, jsonb_array_elements(o.parents) p where p->>'code' = any(:operators)"
    f" and p->>'kind' = '{_OPERATED_BY}' and coalesce(p->>'start', '') <= :today"
    " and (coalesce(p->>'end', '') = '' or p->>'end' >= :today)"
)


def _scope(actor: Actor, grants: Sequence[Grant], today: date) -> tuple[str, dict[str, Any]]:
    """A condition on `events e` that is true for what these grants let `actor` see; never more."""
    organisations = [g.organisation for g in grants if g.reach is Reach.ORGANISATION]
    parts = ["false"]
    if any(g.reach is Reach.NATIONAL for g in grants):
        parts.append("true")
    if grants:
        parts.append("e.recorder_id = :recorder")
    if organisations:
        parts.append(f"e.organisation = any(:operators) or e.organisation in ({_SITES})")
    values = {"operators": organisations, "today": today.isoformat()} if organisations else {}
    return " or ".join(parts), {"recorder": actor.id} | values
