"""The exchanges and queues on RabbitMQ, declared in one place by `migrate` and by every listener.

Each consumer has three lanes, live before bulk before replay, a retry queue for each delay, and one queue for dead
letters. All are quorum queues: a confirmed message is on disk, and what a consumer drops is counted.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

LANES = ("live", "bulk", "replay")
DELAYS = (1, 5, 20, 60)  # seconds before the second, third, fourth and fifth delivery
DEAD_EXCHANGE = "lfpse.dead"
TRIES, PAUSE = 5, 1.0  # to declare everything; seconds between
NOT_FOUND = 404  # as the broker says it
CRASHES = 5  # deliveries that may end with a lost connection before the broker gives up


def exchange(lane: str) -> str:
    return f"lfpse.{lane}"


def queue(service: str, lane: str) -> str:
    return f"{service}.{lane}"


def retry_queue(service: str, lane: str, delay: int) -> str:
    return f"{service}.{lane}.retry.{delay}s"


def dead_queue(service: str) -> str:
    return f"{service}.dead"


@dataclass(frozen=True)
class QueuePlan:
    """A queue and its arguments."""

    name: str
    arguments: dict[str, Any]


def plan(service: str) -> list[QueuePlan]:
    """Every queue of one consumer."""
    made = [QueuePlan(dead_queue(service), _quorum())]
    for lane in LANES:
        made.append(QueuePlan(queue(service, lane), _lane(service)))
        made.extend(QueuePlan(retry_queue(service, lane, d), _retry(service, lane, d)) for d in DELAYS)
    return made


def declare(amqp_url: str, heard: Mapping[str, tuple[str, ...]]) -> None:
    """Make the exchanges, and the queues of every listener in `heard`, bound to its topics (full protobuf names).

    Every service does so as it starts: a queue that another makes at this moment has no home yet, and is asked for again.
    """
    for left in reversed(range(TRIES)):
        try:
            _declare(amqp_url, heard)
        except ChannelClosedByBroker as refused:
            if refused.reply_code != NOT_FOUND or not left:
                raise
            time.sleep(PAUSE)
        else:
            return


def _declare(amqp_url: str, heard: Mapping[str, tuple[str, ...]]) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    channel = connection.channel()
    for lane in ("live", "bulk"):
        channel.exchange_declare(exchange(lane), "topic", durable=True)
    channel.exchange_declare(DEAD_EXCHANGE, "direct", durable=True)
    for service, topics in heard.items():
        _declare_queues(channel, service, topics)
    connection.close()


def _declare_queues(channel: BlockingChannel, service: str, topics: tuple[str, ...]) -> None:
    for one in plan(service):
        channel.queue_declare(one.name, durable=True, arguments=one.arguments)
    channel.queue_bind(dead_queue(service), DEAD_EXCHANGE, service)
    for topic in topics:
        for lane in ("live", "bulk"):
            channel.queue_bind(queue(service, lane), exchange(lane), topic)


def _quorum() -> dict[str, Any]:
    return {"x-queue-type": "quorum"}


def _lane(service: str) -> dict[str, Any]:
    return _quorum() | {
        "x-delivery-limit": CRASHES,
        "x-dead-letter-exchange": DEAD_EXCHANGE,
        "x-dead-letter-routing-key": service,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def _retry(service: str, lane: str, delay: int) -> dict[str, Any]:
    return _quorum() | {
        "x-message-ttl": delay * 1000,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue(service, lane),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
