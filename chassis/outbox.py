"""Messages saved with the change they announce, and messages heard once.

`put` belongs in the transaction that makes the change; the relay publishes later, at least once. `first_sight`
belongs in the transaction that acts on a message; it is false the second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

import uuid_utils
from google.protobuf.message import Message
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    insert,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.dialects.postgresql import insert as insert_or

from chassis import telemetry

LIVE, BULK = "live", "bulk"
_lane: ContextVar[str] = ContextVar("lane", default=LIVE)
WAKE = "outbox"  # the NOTIFY channel that wakes the relay

metadata = MetaData()
outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("id", UUID(as_uuid=True), nullable=False),
    Column("topic", Text, nullable=False),
    Column("lane", Text, nullable=False, server_default=LIVE),
    Column("body", LargeBinary, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("put_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sent_at", DateTime(timezone=True)),
)
Index("outbox_waiting", outbox.c.seq, postgresql_where=outbox.c.sent_at.is_(None))
inbox = Table(
    "inbox",
    metadata,
    Column("message_id", UUID(as_uuid=True), primary_key=True),
    Column("heard_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# For migrations: the tables above, in SQL, because a migration must not change when code does.
TABLES = """
create table outbox (
  seq bigint generated always as identity primary key,
  id uuid not null,
  xid xid8 not null default pg_current_xact_id(),
  topic text not null,
  lane text not null default 'live',
  body bytea not null,
  headers jsonb not null,
  put_at timestamptz not null default now(),
  sent_at timestamptz
);
create index outbox_waiting on outbox (seq) where sent_at is null;
create table inbox (
  message_id uuid primary key,
  heard_at timestamptz not null default now()
);
"""


@dataclass(frozen=True)
class Announcement:
    """A message ready for the outbox: plain values, so that one statement can save it with the change."""

    id: str
    topic: str
    lane: str
    body: bytes
    headers: dict[str, str]


@contextmanager
def in_lane(lane: str) -> Iterator[None]:
    """What is announced or put to work inside keeps to this lane: an import's consequences never delay a death."""
    token = _lane.set(lane)
    try:
        yield
    finally:
        _lane.reset(token)


def current_lane() -> str:
    """Live, unless what we act on came by another lane; what is replayed has consequences in bulk."""
    return _lane.get()


def announcement(message: Message, about: str, actor: str) -> Announcement:
    """`message` about the record with id `about`, told by `actor` (an id), with the current trace and lane."""
    headers = {"about": about, "actor": actor} | telemetry.outgoing()
    return Announcement(
        str(uuid_utils.uuid7()),
        message.DESCRIPTOR.full_name,
        current_lane(),
        message.SerializeToString(),
        headers,
    )


def put(tx: Connection, announced: Announcement) -> None:
    """Save `announced` in the transaction of the change it tells of, and wake the relay when that commits."""
    tx.execute(
        insert(outbox).values(
            id=announced.id,
            topic=announced.topic,
            lane=announced.lane,
            body=announced.body,
            headers=announced.headers,
        )
    )
    tx.execute(text(f"select pg_notify('{WAKE}', '')"))


def first_sight(tx: Connection, message_id: str) -> bool:
    """Whether this message is heard for the first time; remembers it."""
    heard = insert_or(inbox).values(message_id=message_id).on_conflict_do_nothing()
    return tx.execute(heard.returning(inbox.c.message_id)).first() is not None


def waiting(tx: Connection) -> tuple[int, float]:
    """How many messages wait, and for how many seconds the oldest has."""
    row = tx.execute(
        text(
            "select count(*), coalesce(extract(epoch from now() - min(put_at)), 0) from outbox where sent_at is null"
        )
    ).one()
    return int(row[0]), float(row[1])


def prune(tx: Connection, keep: timedelta = timedelta(days=7)) -> None:
    """Forget what was sent or heard longer than `keep` ago; redelivery never reaches that far back."""
    tx.execute(text("delete from outbox where sent_at < now() - :keep"), {"keep": keep})
    tx.execute(text("delete from inbox where heard_at < now() - :keep"), {"keep": keep})
