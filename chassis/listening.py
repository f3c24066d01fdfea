"""RabbitMQ → handler, on nameko; the only place that knows eventlet.

A message is acknowledged when the transaction that acted on it has committed. What fails waits in a retry queue,
longer each time; what keeps failing, and what cannot be decoded, goes to the dead letters with the reason. A message
heard twice acts once. Handlers only write rows: anything slow belongs to `work`.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import eventlet
from eventlet.semaphore import Semaphore
from google.protobuf.message import DecodeError, Message
from kombu import Queue
from kombu.messaging import Producer
from nameko.extensions import Entrypoint
from nameko.messaging import QueueConsumer
from nameko.runners import ServiceRunner
from opentelemetry.trace import SpanKind
from sqlalchemy import Connection, Engine

from chassis import database, outbox, telemetry, topology

Handler = Callable[[Connection, Any], None]
PREFETCH = {"live": 20, "bulk": 1, "replay": 1}
ATTEMPT = "lfpse-attempt"  # how often handling has failed; set by us, because brokers may drop x-death
_PRUNE_EVERY = 3600.0
_PATIENCE = 10  # seconds to stop in; what is not acknowledged then is delivered again

_log = logging.getLogger(__name__)


@dataclass
class Listening:
    """What one listener process hears and how it acts."""

    service: str
    db: Engine
    amqp_url: str = field(repr=False)
    handlers: Mapping[type[Message], Handler]
    last_prune: float = 0.0

    @property
    def topics(self) -> dict[str, type[Message]]:
        return {kind.DESCRIPTOR.full_name: kind for kind in self.handlers}

    def act(self, message_id: str, topic: str, body: bytes, headers: Mapping[str, Any], lane: str) -> None:
        """Decode and handle one message in one transaction; raises DecodeError, or what the handler raises."""
        kind = self.topics.get(topic)
        if kind is None:
            raise DecodeError(f"no handler for {topic}")
        message = kind.FromString(body)
        parent = telemetry.incoming({k: v for k, v in headers.items() if isinstance(v, str)})
        about = str(headers.get("cloudEvents:subject", ""))
        with (
            telemetry.span(
                f"{self.service} hears {topic.rpartition('.')[2]}", SpanKind.CONSUMER, parent, about=about
            ),
            outbox.in_lane(outbox.LIVE if lane == "live" else outbox.BULK),
            self.db.begin() as tx,
        ):
            if outbox.first_sight(tx, message_id):
                self.handlers[kind](tx, message)

    def prune(self) -> None:
        if time.monotonic() - self.last_prune > _PRUNE_EVERY:
            self.last_prune = time.monotonic()
            with self.db.begin() as tx:
                outbox.forget_heard(tx)


class _RawQueueConsumer(QueueConsumer):  # type: ignore[misc]
    """nameko's consumer, given messages undecoded: it would acknowledge, that is lose, what it cannot decode."""

    connected = False

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        for provider in self._providers:
            consumer = consumer_cls(queues=[provider.queue], on_message=partial(self._spawn, provider))
            consumer.qos(prefetch_count=PREFETCH[provider.lane])
            self._consumers[provider] = consumer
        return self._consumers.values()

    def _spawn(self, provider: Lane, message: Any) -> None:
        self.container.spawn_managed_thread(
            partial(provider.handle_message, message), identifier=provider.lane
        )

    @contextmanager
    def establish_connection(self) -> Iterator[Any]:
        """kombu waits up to half a minute between tries; an event should not wait for that."""
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error, interval_start=0.2, interval_step=0.2, interval_max=2
            )
            yield connection

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **kwargs: Any) -> None:
        type(self).connected = True
        super().on_consume_ready(connection, channel, consumers, **kwargs)

    def on_connection_error(self, exc: BaseException, interval: float) -> None:
        type(self).connected = False
        _log.warning("RabbitMQ is away (%s); trying again in %s s", type(exc).__name__, interval)


class _Turns:
    """One message at a time; live ones first."""

    def __init__(self) -> None:
        self._one = Semaphore(1)
        self.live_waiting = 0

    def take(self, lane: str) -> None:
        if lane == "live":
            self.live_waiting += 1
            self._one.acquire()
            self.live_waiting -= 1
            return
        self._one.acquire()
        while self.live_waiting:
            self._one.release()
            self._one.acquire()

    def give(self) -> None:
        self._one.release()


class Lane(Entrypoint):  # type: ignore[misc]
    """A nameko entrypoint on one lane of one service."""

    queue_consumer = _RawQueueConsumer()

    def __init__(self, listening: Listening, lane: str, turns: _Turns) -> None:
        super().__init__()
        self.listening = listening
        self.lane = lane
        self.turns = turns
        self.queue = Queue(topology.queue(listening.service, lane), no_declare=True)

    def setup(self) -> None:
        self.queue_consumer.register_provider(self)

    def stop(self) -> None:
        self.queue_consumer.unregister_provider(self)

    def handle_message(self, message: Any) -> None:
        self.turns.take(self.lane)
        try:
            self._handle(message)
        finally:
            self.turns.give()

    def _handle(self, message: Any) -> None:
        properties, headers = message.properties, dict(message.headers or {})
        topic = str(properties.get("type", ""))
        try:
            message_id = _message_id(properties)
            self.listening.act(message_id, topic, _bytes(message.body), headers, self.lane)
            self.listening.prune()
        except DecodeError as failure:
            self._bury(message, headers, "undecodable", failure)
        except Exception as failure:
            self._again(message, headers, failure, counts=not _not_its_fault(failure))
        else:
            self.queue_consumer.ack_message(message)

    def _again(self, message: Any, headers: dict[str, Any], failure: Exception, counts: bool) -> None:
        """To the retry queue of its next delay, or to the dead letters when it has failed often enough by itself."""
        failed = int(headers.get(ATTEMPT, 0)) + counts
        if failed > len(topology.DELAYS):
            self._bury(message, headers, f"failed {failed} times", failure)
            return
        delay = topology.DELAYS[max(failed - 1, 0)]
        _log.warning(
            "%s failed: %s; again in %s s", message.properties.get("type"), type(failure).__name__, delay
        )
        queue = topology.retry_queue(self.listening.service, self.lane, delay)
        self._move(message, headers | {ATTEMPT: failed}, "", queue)

    def _bury(self, message: Any, headers: dict[str, Any], reason: str, failure: Exception) -> None:
        said = {
            "lfpse-dead-reason": f"{reason}: {type(failure).__name__}",
            "lfpse-dead-at": time.time(),
            "lfpse-dead-lane": self.lane,
        }
        _log.error("dead letter: %s, %s", message.properties.get("type"), said["lfpse-dead-reason"])
        self._move(message, headers | said, topology.DEAD_EXCHANGE, self.listening.service)

    def _move(self, message: Any, headers: dict[str, Any], exchange: str, routing_key: str) -> None:
        """Publish a copy, wait for the broker's word, then let the original go: a crash between makes two, never none."""
        properties = message.properties
        with self.queue_consumer.connection as connection:
            channel = connection.channel()
            channel.confirm_select()
            Producer(channel).publish(
                _bytes(message.body),
                exchange=exchange,
                routing_key=routing_key,
                headers=headers,
                mandatory=True,
                content_type=message.content_type or "application/octet-stream",
                content_encoding="binary",
                delivery_mode=2,
                serializer=None,
                message_id=properties.get("message_id"),
                type=properties.get("type"),
            )
        self.queue_consumer.ack_message(message)


def run(listening: Listening, threads: int = 50) -> None:
    """Listen until told to stop. The queues exist already: `migrate` made them."""
    config = {"AMQP_URI": listening.amqp_url, "max_workers": threads, "TRANSPORT_OPTIONS": _TRANSPORT}
    runner = ServiceRunner(config)
    runner.add_service(_service(listening))
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: _stop(runner))
    runner.start()
    runner.wait()


def _stop(runner: ServiceRunner) -> None:
    """Let what is being handled end. While RabbitMQ is away nameko would wait for it for ever, so we do not."""
    eventlet.spawn_n(runner.stop)
    eventlet.spawn_after(_PATIENCE, os._exit, 0)


def connected() -> bool:
    """Whether the listener of this process holds its queues."""
    return _RawQueueConsumer.connected


_TRANSPORT = {
    "max_retries": None,
    "interval_start": 0.2,
    "interval_step": 0.4,
    "interval_max": 2,
    "confirm_publish": True,
}


def _service(listening: Listening) -> type:
    turns = _Turns()

    class Service:
        name = listening.service

        def hear(self) -> None:
            """Never called: lanes act themselves, in one transaction for one message."""

    for lane in topology.LANES:
        Lane.decorator(listening, lane, turns)(Service.hear)
    return Service


def _not_its_fault(failure: Exception) -> bool:
    """A database that is away or slow says nothing of the message: it is tried until the database is well again."""
    return database.is_away(failure) or database.is_late(failure)


def _message_id(properties: Mapping[str, Any]) -> str:
    try:
        return str(UUID(str(properties.get("message_id", ""))))
    except ValueError:
        raise DecodeError("no message id") from None


def _bytes(body: Any) -> bytes:
    return (
        body
        if isinstance(body, bytes)
        else bytes(body)
        if isinstance(body, memoryview)
        else str(body).encode()
    )
