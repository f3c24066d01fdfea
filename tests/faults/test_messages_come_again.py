"""What RabbitMQ may do to a message: bring it again, late, out of order, or broken. Twice is once, and poison hurts nobody else."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pika
import psycopg
import pytest
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

from chassis import topology
from deploy.local import status
from deploy.local.system import System
from protos.recording.v1.recording_pb2 import SafetyEventRecorded
from tests.faults.conftest import until
from tests.load.bench import client, drained
from tests.load.lrms import Lrms

EVENTS = 408  # 3,672 messages: two of each to access, one to notifications, all of them three times
NEIGHBOURS = 998
TOPIC = SafetyEventRecorded.DESCRIPTOR.full_name
READ = {
    "access": ("events", "texts", "organisations", "organisation_parents", "question_sets"),
    "notifications": ("notices", "letters", "jobs", "recipients", "grants", "organisations"),
}
pytestmark = pytest.mark.timeout(240)


@dataclass(frozen=True)
class Sent:
    """A message as a relay sent it."""

    id: str
    topic: str
    body: bytes = field(repr=False)


class Severe(Lrms):
    """Reports of severe harm, with an address: a receipt, a notice and an urgent e-mail each."""

    def incident(self, local_reference: str, **more: Any) -> bytes:
        contact = f"{local_reference[:12]}@reporter.example"
        return super().incident(local_reference, contact=contact, physical_harm="2", **more)


def test_what_is_delivered_twice_more_changes_no_row_and_sends_no_letter(system: System) -> None:
    usual = client(system)
    lrms = Severe(usual.port, usual.key, usual.organisation)
    asyncio.run(lrms.together(8, EVENTS // 8))
    drained(system, 120)
    before, mail = everything(system), letters(system)
    told = [*sent(system, "recording")[-EVENTS:], *sent(system, "enrichment")[-EVENTS:]]
    recorded = [one for one in told if one.topic == TOPIC]
    assert (len(told), len(recorded)) == (2 * EVENTS, EVENTS)
    again(system, "access", shuffled(told * 2))
    again(system, "notifications", shuffled(recorded * 2))
    assert everything(system) == before
    forget_what_was_heard(system)
    again(system, "access", shuffled(told))
    again(system, "notifications", shuffled(recorded))
    assert everything(system) == before
    assert letters(system) == mail
    print(f"{3 * len(told)} messages again to access, {3 * len(recorded)} to notifications: 0 rows changed")


def test_poison_dies_alone_is_listed_and_can_be_replayed(system: System) -> None:
    asyncio.run(client(system).together(1, 1))
    drained(system, 60)
    pattern = sent(system, "recording")[-1]
    before = depth(system, topology.dead_queue("access"))
    good, bad = [a_new_event(pattern) for _ in range(NEIGHBOURS)], a_new_event(pattern)
    unparsable = Sent(str(uuid.uuid4()), TOPIC, b"\xff\x00 not protobuf")
    with refused(system, bad):
        publish(system, "access", shuffled([*good, bad, unparsable]))
        until(lambda: depth(system, topology.dead_queue("access")) == before + 1, 60, "unparsable, dead")
        hasten(system, "access", bad)
        until(lambda: depth(system, topology.dead_queue("access")) == before + 2, 60, "always failing, dead")
        assert known(system, good) == NEIGHBOURS
        assert known(system, [bad]) == 0
        listed = list(status.dead(system))
        assert line_of(listed, unparsable).endswith("undecodable: DecodeError")
        assert "failed 5 times: " in line_of(listed, bad)
    assert status.replay(system, "access") == before + 2
    until(lambda: known(system, [bad]) == 1, 30, "replayed, and kept now that it can be")
    until(lambda: depth(system, topology.dead_queue("access")) == before + 1, 30, "unparsable, dead again")


# ---- messages


def sent(system: System, service: str) -> list[Sent]:
    """What a service announced, from its outbox."""
    with psycopg.connect(system.summary()["databases"][service]) as db:
        rows = db.execute("select id::text, topic, body from outbox where sent_at is not null order by seq")
        return [
            Sent(id_, topic, bytes(body)) for id_, topic, body in rows if topic.rpartition(".")[2] in HEARD
        ]


HEARD = ("SafetyEventRecorded", "SafetyEventRedacted")


def shuffled(messages: Sequence[Sent]) -> list[Sent]:
    return random.sample(messages, len(messages))


def again(system: System, service: str, messages: Sequence[Sent]) -> None:
    """Deliver all of them, and return when they were acted on; none may fail."""
    dead = depth(system, topology.dead_queue(service))
    last = Sent(str(uuid.uuid4()), TOPIC, next(one.body for one in messages if one.topic == TOPIC))
    publish(system, service, [*messages, last])
    until(lambda: heard(system, service, last), 120, f"{service} has heard everything")
    assert [depth(system, topology.retry_queue(service, "live", delay)) for delay in topology.DELAYS] == [
        0
    ] * 4
    assert depth(system, topology.dead_queue(service)) == dead


def publish(system: System, service: str, messages: Sequence[Sent]) -> None:
    with channel(system) as open_channel:
        for one in messages:
            properties = pika.BasicProperties(message_id=one.id, type=one.topic, delivery_mode=2, headers={})
            open_channel.basic_publish("", topology.queue(service, "live"), one.body, properties)


def a_new_event(pattern: Sent) -> Sent:
    """The same facts told of another event."""
    told = SafetyEventRecorded.FromString(pattern.body)
    told.facts.event_id = str(uuid.uuid4())
    told.facts.reference = f"PSE-{told.facts.event_id}"
    return Sent(str(uuid.uuid4()), TOPIC, told.SerializeToString())


def hasten(system: System, service: str, message: Sent) -> None:
    """What waits 20 and 60 seconds for its next try waits no longer: moved as RabbitMQ will, with nothing changed."""
    for delay in topology.DELAYS[2:]:
        queue = topology.retry_queue(service, "live", delay)
        until(lambda queue=queue: depth(system, queue) == 1, 40, f"one in {queue}")  # type: ignore[misc]
        with channel(system) as open_channel:
            method, properties, body = open_channel.basic_get(queue, auto_ack=True)
            assert method is not None
            assert properties is not None
            assert properties.message_id == message.id
            open_channel.basic_publish("", topology.queue(service, "live"), body or b"", properties)


def depth(system: System, queue: str) -> int:
    with channel(system) as open_channel:
        return int(open_channel.queue_declare(queue, passive=True).method.message_count)


@contextmanager
def channel(system: System) -> Iterator[BlockingChannel]:
    with BlockingConnection(pika.URLParameters(system.summary()["amqp"])) as connection:
        opened = connection.channel()
        opened.confirm_delivery()
        yield opened


# ---- rows


def everything(system: System) -> dict[str, Any]:
    """Each table's rows, as a count and a digest of all they say."""
    asked = "select count(*), md5(coalesce(string_agg(r::text, '|' order by r::text), '')) from {} r"
    found: dict[str, Any] = {}
    for service, tables in READ.items():
        with psycopg.connect(system.summary()["databases"][service]) as db:
            for table in tables:
                found[f"{service}.{table}"] = db.execute(asked.format(table)).fetchone()  # type: ignore[arg-type]
    return found


def letters(system: System) -> int:
    return len(list((system.home / "mail").glob("*.eml")))


def forget_what_was_heard(system: System) -> None:
    """As after a week, when message ids are pruned: the rows themselves must know."""
    for service in READ:
        with psycopg.connect(system.summary()["databases"][service]) as db:
            db.execute("delete from inbox")


def heard(system: System, service: str, message: Sent) -> bool:
    with psycopg.connect(system.summary()["databases"][service]) as db:
        return db.execute("select from inbox where message_id = %s", (message.id,)).fetchone() is not None


def known(system: System, messages: Sequence[Sent]) -> int:
    ids = [SafetyEventRecorded.FromString(one.body).facts.event_id for one in messages]
    asked = "select count(*) from events where event_id::text = any(%s)"
    with psycopg.connect(system.summary()["databases"]["access"]) as db:
        row = db.execute(asked, (ids,)).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def refused(system: System, message: Sent) -> Iterator[None]:
    """Access cannot keep this event for as long as the block lasts."""
    reference = SafetyEventRecorded.FromString(message.body).facts.reference
    with psycopg.connect(system.summary()["databases"]["access"], autocommit=True) as db:
        db.execute(f"alter table events add constraint never check (reference <> '{reference}') not valid")  # type: ignore[arg-type]
        try:
            yield
        finally:
            db.execute("alter table events drop constraint never")


def line_of(listed: Sequence[str], message: Sent) -> str:
    (found,) = [line for line in listed if message.id in line]
    return found
