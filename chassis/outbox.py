"""Messages saved with the change they announce, and messages heard once.

`put` belongs in the transaction that makes the change; the relay publishes later, at least once. `first_sight`
belongs in the transaction that acts on a message; it is false the second time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import timedelta

import uuid_utils
from google.protobuf.message import Message
from sqlalchemy import Connection, text

from chassis import telemetry

LIVE, BULK = "live", "bulk"
_lane: ContextVar[str] = ContextVar("lane", default=LIVE)
WAKE = "outbox"  # the NOTIFY channel that wakes the relay

_PUT = text(
    "insert into outbox (id, topic, lane, body, headers)"
    " values (cast(:id as uuid), :topic, :lane, :body, cast(:headers as jsonb))"
)
_HEARD = text(
    "insert into inbox (message_id) values (cast(:id as uuid)) on conflict do nothing returning message_id"
)


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
    tx.execute(_PUT, {**asdict(announced), "headers": json.dumps(announced.headers)})
    tx.execute(text(f"select pg_notify('{WAKE}', '')"))


def put_all(tx: Connection, announced: Sequence[Announcement]) -> None:
    """The same for many at once."""
    if announced:
        tx.execute(_PUT, [{**asdict(one), "headers": json.dumps(one.headers)} for one in announced])
        tx.execute(text(f"select pg_notify('{WAKE}', '')"))


def first_sight(tx: Connection, message_id: str) -> bool:
    """Whether this message is heard for the first time; remembers it."""
    return tx.execute(_HEARD, {"id": message_id}).first() is not None


def waiting(tx: Connection) -> tuple[int, float]:
    """How many messages wait, and for how many seconds the oldest has."""
    row = tx.execute(
        text(
            "select count(*), coalesce(extract(epoch from now() - min(put_at)), 0) from outbox where sent_at is null"
        )
    ).one()
    return int(row[0]), float(row[1])


def forget_heard(tx: Connection, keep: timedelta = timedelta(days=7)) -> None:
    """Forget what was heard longer than `keep` ago; redelivery never reaches that far back."""
    tx.execute(text("delete from inbox where heard_at < now() - :keep"), {"keep": keep})


def sealed_to(tx: Connection, key_id: str, sent_within: timedelta = timedelta(days=6)) -> list[str]:
    """Ids of messages that hold something sealed to this key: those that wait, and those sent lately.

    Older ones were heard or are dead letters by now, and whoever heard them may have forgotten it (`forget_heard`).
    """
    rows = tx.execute(
        text(
            "select id from outbox where (sent_at is null or sent_at > now() - :within)"
            " and position(cast(:id as bytea) in body) > 0"
        ),
        {"id": key_id.encode(), "within": sent_within},
    )
    return [str(row.id) for row in rows]


def not_heard(tx: Connection, message_ids: list[str]) -> list[str]:
    """Of these messages, the ones that a listener has not acted on: on their way, to be tried again, or dead."""
    rows = tx.execute(
        text(
            "select id from unnest(cast(:ids as uuid[])) as told (id)"
            " where not exists (select from inbox where message_id = id)"
        ),
        {"ids": message_ids},
    )
    return [str(row.id) for row in rows]
