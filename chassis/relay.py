"""Outbox → RabbitMQ. Takes rows in order, publishes them mandatory, waits for the broker's word, marks them sent.

One relay of a service is active (an advisory lock); others stand by. It is woken by NOTIFY and looks by itself every
second. A row is taken only when no older transaction can still add one before it. A message that no queue takes is
held and tried again: nothing is dropped because a consumer was never set up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pika
import psycopg
from opentelemetry.trace import SpanKind
from pika.adapters.select_connection import SelectConnection

from chassis import outbox, telemetry, topology

WINDOW = 500  # messages published before their confirms are awaited
LOOK_EVERY = 1.0  # seconds, should a NOTIFY be missed
SETTLE = 0.02  # seconds until rows of transactions still open are looked at again
HOLD = 5.0  # seconds until a message that no queue took is tried again
REFUSED = 0.5  # seconds until one that the broker would not confirm is, as while its queues come up
STAND_BY = 1.0
_LOCK = 7_304_002
_TAKE = """
select seq, id, topic, lane, body, headers, put_at, xid < pg_snapshot_xmin(pg_current_snapshot()) as settled
from outbox where sent_at is null and seq <> all(%s) order by seq limit %s
"""
_MARK = "update outbox set sent_at = now() where seq = any(%s)"

_log = logging.getLogger(__name__)


@dataclass
class Relay:
    """One service's relay; `run` returns only when `stop` was called."""

    source: str  # the announcing service
    database_url: str = field(repr=False)
    amqp_url: str = field(repr=False)
    active: bool = False
    standing_by: bool = False
    stopping: bool = False
    held: dict[int, float] = field(default_factory=dict)  # seq → when to try again

    def run(self) -> None:
        pause = 0.2
        while not self.stopping:
            started = time.monotonic()
            try:
                self._relay_until_broken()
            except (psycopg.Error, pika.exceptions.AMQPError, OSError) as failure:
                _log.warning("relay interrupted: %s; trying again", type(failure).__name__)
            self.active = self.standing_by = False
            pause = 0.2 if time.monotonic() - started > 10 else min(pause * 2, 5.0)
            if not self.stopping:
                time.sleep(pause)

    def stop(self) -> None:
        self.stopping = True

    def ready(self) -> bool:
        """Connected to both sides, or standing by for a relay that is."""
        return self.active or self.standing_by

    def _relay_until_broken(self) -> None:
        with psycopg.connect(self.database_url, autocommit=True, connect_timeout=5) as db:
            db.execute("set statement_timeout = '10s'")
            if not self._becomes_active(db):
                return
            db.execute(f"listen {outbox.WAKE}")
            _Line(self, db).run()

    def _becomes_active(self, db: psycopg.Connection) -> bool:
        while not self.stopping:
            self.standing_by = db.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone() != (True,)
            if not self.standing_by:
                return True
            time.sleep(STAND_BY)
        return False


class _Line:
    """One connection to the broker, from opening to breaking."""

    def __init__(self, relay: Relay, db: psycopg.Connection) -> None:
        self._relay = relay
        self._db = db
        self._flying: dict[int, tuple[int, str]] = {}  # delivery tag → (seq, message id)
        self._returned: set[str] = set()
        self._confirmed: list[int] = []
        self._tag = 0
        self._timer: object | None = None
        self._pruned = time.monotonic()
        self._failure: BaseException | None = None
        self._connection = SelectConnection(
            pika.URLParameters(relay.amqp_url),
            on_open_callback=self._opened,
            on_open_error_callback=self._broken,
            on_close_callback=self._closed,
        )

    def run(self) -> None:
        loop = self._connection.ioloop
        try:
            loop.start()
        finally:
            loop.close()
        if self._failure and not self._relay.stopping:
            raise self._failure

    def _opened(self, connection: SelectConnection) -> None:
        connection.channel(on_open_callback=self._channel_opened)

    def _channel_opened(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._broken)
        channel.add_on_return_callback(self._no_queue_took)
        channel.confirm_delivery(self._confirmation)
        channel.exchange_declare(topology.exchange("live"), "topic", durable=True)
        channel.exchange_declare(topology.exchange("bulk"), "topic", durable=True, callback=self._begin)

    def _begin(self, _frame: object) -> None:
        self._relay.active = True
        loop = self._connection.ioloop
        loop.add_handler(self._db.fileno(), self._woken, loop.READ)
        self._guarded_take()

    def _broken(self, _where: object, reason: BaseException) -> None:
        """The line is gone, or must go: close what is open; `run` raises `reason`."""
        self._failure = self._failure or reason
        self._relay.active = False
        if self._connection.is_open:
            self._connection.close()
        elif not self._connection.is_closing:
            self._connection.ioloop.stop()

    def _closed(self, _connection: object, reason: BaseException) -> None:
        self._broken(None, reason)
        self._connection.ioloop.stop()

    def _woken(self, _fd: int, _events: int) -> None:
        try:
            for _ in self._db.notifies(timeout=0):
                pass
        except psycopg.Error as failure:
            self._broken(None, failure)
            return
        self._guarded_take()

    def _guarded_take(self) -> None:
        """Take what waits; a database that went away ends this line instead of the process."""
        if self._relay.stopping:
            self._broken(None, OSError("stopping"))
            return
        if self._flying:
            return
        self._look_again(LOOK_EVERY)
        try:
            self._take()
        except psycopg.Error as failure:
            self._broken(None, failure)

    def _take(self) -> None:
        rows = self._db.execute(_TAKE, (self._held(), WINDOW)).fetchall()
        settled = [row for row in rows if row[7]]
        for seq, id_, topic, lane, body, headers, put_at, _ in settled:
            self._publish(seq, str(id_), topic, lane, bytes(body), headers, put_at)
        if len(settled) < len(rows):
            self._look_again(SETTLE)
        self._prune()

    def _publish(
        self, seq: int, id_: str, topic: str, lane: str, body: bytes, headers: Any, put_at: Any
    ) -> None:
        parent = telemetry.incoming(headers)
        with telemetry.span(f"relay {topic}", SpanKind.PRODUCER, parent, about=headers["about"]):
            properties = pika.BasicProperties(
                message_id=id_,
                type=topic,
                content_type="application/x-protobuf",
                delivery_mode=2,
                headers=self._headers(id_, topic, headers, put_at),
            )
            self._tag += 1
            self._flying[self._tag] = (seq, id_)
            self._channel.basic_publish(topology.exchange(lane), topic, body, properties, mandatory=True)

    def _headers(self, id_: str, topic: str, headers: Mapping[str, str], put_at: Any) -> dict[str, str]:
        """CloudEvents' attributes, who did it, and the trace."""
        return {
            "cloudEvents:specversion": "1.0",
            "cloudEvents:id": id_,
            "cloudEvents:type": topic,
            "cloudEvents:source": self._relay.source,
            "cloudEvents:subject": headers["about"],
            "cloudEvents:time": put_at.isoformat(),
            "actor": headers["actor"],
            **telemetry.outgoing(),
        }

    def _no_queue_took(self, _channel: object, method: Any, properties: Any, _body: bytes) -> None:
        self._returned.add(properties.message_id)
        _log.error("no queue takes %s: run `migrate` of the service that listens to it", method.routing_key)

    def _confirmation(self, frame: Any) -> None:
        method = frame.method
        first = min(self._flying) if method.multiple else method.delivery_tag
        for tag in range(first, method.delivery_tag + 1):
            flown = self._flying.pop(tag, None)
            if flown:
                self._settle(*flown, taken=isinstance(method, pika.spec.Basic.Ack))
        if not self._flying:
            self._mark_sent()

    def _settle(self, seq: int, id_: str, taken: bool) -> None:
        if taken and id_ not in self._returned:
            self._confirmed.append(seq)
        else:
            self._relay.held[seq] = time.monotonic() + (HOLD if taken else REFUSED)
        self._returned.discard(id_)

    def _mark_sent(self) -> None:
        try:
            self._db.execute(_MARK, (self._confirmed,))
        except psycopg.Error as failure:
            self._broken(None, failure)
            return
        self._confirmed = []
        self._guarded_take()

    def _held(self) -> list[int]:
        now = time.monotonic()
        self._relay.held = {seq: until for seq, until in self._relay.held.items() if until > now}
        return list(self._relay.held)

    def _look_again(self, seconds: float) -> None:
        loop = self._connection.ioloop
        if self._timer is not None:
            loop.remove_timeout(self._timer)
        self._timer = loop.call_later(seconds, self._timed)

    def _timed(self) -> None:
        self._timer = None
        self._guarded_take()

    def _prune(self) -> None:
        if time.monotonic() - self._pruned > timedelta(hours=1).total_seconds():
            self._pruned = time.monotonic()
            self._db.execute("delete from outbox where sent_at < now() - interval '7 days'")
