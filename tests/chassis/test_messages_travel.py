"""Outbox → relay → RabbitMQ → listener, with real servers. `struct_pb2.Value` stands for a service's message."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pika
import pytest
from google.protobuf.struct_pb2 import Value
from sqlalchemy import Engine, text

from chassis import outbox, topology
from chassis.relay import Relay

TOPIC = Value.DESCRIPTOR.full_name
LISTENER = """
import eventlet
eventlet.monkey_patch()
import sys
import time
from google.protobuf.struct_pb2 import Value
from sqlalchemy import text
from chassis import database, listening
service, url, amqp = sys.argv[1:]
db = database.engine(url, 2)
def hear(tx, message):
    if message.string_value.startswith("slow"):
        time.sleep(0.1)
    if message.string_value == "poison":
        raise RuntimeError("never")
    tx.execute(text("insert into heard (word) values (:word)"), {"word": message.string_value})
listening.run(listening.Listening(service, db, amqp, {Value: hear}))
"""


@pytest.fixture
def db(engine_for: Callable[[str], Engine]) -> Engine:
    made = engine_for("enrichment")
    with made.begin() as tx:
        tx.execute(text("create table heard (word text)"))
    return made


@pytest.fixture
def consumer(amqp_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"consumer{uuid.uuid4().hex[:6]}"
    topology.declare(amqp_url, {name: (TOPIC,)})
    return name


@pytest.fixture
def relaying(db: Engine, amqp_url: str) -> Iterator[Relay]:
    relay = Relay("tests", _url(db), amqp_url)
    thread = threading.Thread(target=relay.run, daemon=True)
    thread.start()
    yield relay
    relay.stop()
    thread.join(10)


@pytest.fixture
def listening(db: Engine, consumer: str, amqp_url: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", LISTENER, consumer, _url(db), amqp_url]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": os.getcwd()})
    yield process
    process.terminate()
    process.wait(20)


def test_what_is_announced_is_heard_once_and_in_order(
    db: Engine, relaying: Relay, listening: subprocess.Popen[bytes]
) -> None:
    announce(db, *[str(n) for n in range(200)])
    assert eventually(lambda: len(heard(db)) == 200)
    assert heard(db) == [str(n) for n in range(200)]
    assert waiting(db) == 0


def test_nothing_is_announced_when_the_change_is_rolled_back(db: Engine, relaying: Relay) -> None:
    with db.begin() as tx:
        put(tx, "never")
        tx.rollback()
    assert waiting(db) == 0


def test_a_message_delivered_twice_acts_once(
    db: Engine, consumer: str, amqp_url: str, listening: subprocess.Popen[bytes]
) -> None:
    message_id = str(uuid.uuid4())
    for _ in range(3):
        publish(amqp_url, consumer, Value(string_value="once").SerializeToString(), message_id)
    publish(amqp_url, consumer, Value(string_value="last").SerializeToString())
    assert eventually(lambda: "last" in heard(db))
    assert heard(db).count("once") == 1


@pytest.mark.parametrize("service", ["access", "recording", "notifications", "enrichment"])
def test_what_was_heard_long_ago_is_forgotten_in_every_listening_service(
    engine_for: Callable[[str], Engine], service: str
) -> None:
    db = engine_for(service)
    with db.begin() as tx:
        for age in ("8 days", "6 days"):
            tx.execute(
                text("insert into inbox values (gen_random_uuid(), now() - cast(:age as interval))"),
                {"age": age},
            )
        outbox.forget_heard(tx)
        assert tx.execute(text("select count(*) from inbox")).scalar_one() == 1


def test_poison_ends_in_the_dead_letters_and_its_neighbours_go_on(
    db: Engine,
    consumer: str,
    amqp_url: str,
    listening: subprocess.Popen[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(amqp_url, consumer, b"\xff\xff\xff not protobuf")
    publish(amqp_url, consumer, Value(string_value="x").SerializeToString(), "not-an-id")
    publish(
        amqp_url, consumer, Value(string_value="poison").SerializeToString(), attempt=len(topology.DELAYS)
    )
    for n in range(20):
        publish(amqp_url, consumer, Value(string_value=str(n)).SerializeToString())
    assert eventually(lambda: len(heard(db)) == 20)
    assert eventually(lambda: depth(amqp_url, topology.dead_queue(consumer)) == 3)
    reasons = sorted(reason for reason in dead_reasons(amqp_url, consumer))
    assert reasons == ["failed 5 times: RuntimeError", "undecodable: DecodeError", "undecodable: DecodeError"]


@pytest.mark.parametrize("lane", ["bulk", "replay"])
def test_a_live_message_does_not_wait_for_an_import_or_a_replay(
    db: Engine, consumer: str, amqp_url: str, listening: subprocess.Popen[bytes], lane: str
) -> None:
    for n in range(40):
        publish(amqp_url, consumer, Value(string_value=f"slow {n}").SerializeToString(), lane=lane)
    assert eventually(lambda: len(heard(db)) >= 3)
    for n in range(5):
        publish(amqp_url, consumer, Value(string_value=f"live {n}").SerializeToString())
    assert eventually(lambda: len(heard(db)) == 45)
    before = heard(db).index("live 4")
    assert before < 25, f"{before} were heard first"


def test_a_failing_message_waits_longer_each_time(
    db: Engine, consumer: str, amqp_url: str, listening: subprocess.Popen[bytes]
) -> None:
    publish(amqp_url, consumer, Value(string_value="poison").SerializeToString())
    assert eventually(lambda: depth(amqp_url, topology.retry_queue(consumer, "live", 1)) == 1)
    assert eventually(lambda: depth(amqp_url, topology.retry_queue(consumer, "live", 5)) == 1)


def test_a_message_no_queue_takes_stays_in_the_outbox(db: Engine, amqp_url: str) -> None:
    """The topic has queues in other tests, so this one speaks of a topic nobody has bound."""
    relay = Relay("tests", _url(db), amqp_url)
    with db.begin() as tx:
        put(tx, "unheard")
        tx.execute(text("update outbox set topic = 'tests.Nobody'"))
    thread = threading.Thread(target=relay.run, daemon=True)
    thread.start()
    assert eventually(lambda: len(relay.held) == 1)
    assert waiting(db) == 1
    relay.stop()
    thread.join(10)


def test_a_listener_that_comes_up_last_has_missed_nothing(db: Engine, relaying: Relay, amqp_url: str) -> None:
    """Whoever migrates first makes the queues of all: an announcement waits there for those who start later."""
    first, last = (f"consumer{uuid.uuid4().hex[:6]}" for _ in range(2))
    topology.declare(amqp_url, {first: (TOPIC,), last: (TOPIC,)})
    announce(db, "early")
    assert eventually(lambda: depth(amqp_url, topology.queue(first, "live")) == 1)
    assert depth(amqp_url, topology.queue(last, "live")) == 1


def test_a_relay_without_a_broker_is_not_ready(db: Engine) -> None:
    relay = Relay("tests", _url(db), "amqp://nobody:x@127.0.0.1:1/none")
    thread = threading.Thread(target=relay.run, daemon=True)
    thread.start()
    time.sleep(1)
    assert not relay.ready()
    relay.stop()
    thread.join(15)


def test_a_second_relay_stands_by_until_the_first_is_gone(db: Engine, amqp_url: str) -> None:
    first, second = Relay("tests", _url(db), amqp_url), Relay("tests", _url(db), amqp_url)
    threads = [threading.Thread(target=one.run, daemon=True) for one in (first, second)]
    threads[0].start()
    assert eventually(lambda: first.active)
    threads[1].start()
    time.sleep(0.5)
    assert not second.active
    assert second.ready()
    first.stop()
    assert eventually(lambda: second.active)
    second.stop()
    for thread in threads:
        thread.join(10)


def test_a_row_is_not_taken_while_an_older_transaction_may_still_add_one(
    db: Engine, relaying: Relay, listening: subprocess.Popen[bytes]
) -> None:
    assert eventually(lambda: relaying.active)
    older = db.connect()
    put(older, "older")
    announce(db, "newer")
    time.sleep(0.5)
    assert heard(db) == []
    older.commit()
    older.close()
    assert eventually(lambda: heard(db) == ["older", "newer"])


def put(tx: object, word: str) -> None:
    outbox.put(tx, outbox.announcement(Value(string_value=word), "record", "actor"))  # type: ignore[arg-type]


def announce(db: Engine, *words: str) -> None:
    for word in words:
        with db.begin() as tx:
            put(tx, word)


def heard(db: Engine) -> list[str]:
    with db.begin() as tx:
        return [row.word for row in tx.execute(text("select word from heard"))]


def waiting(db: Engine) -> int:
    with db.begin() as tx:
        return outbox.waiting(tx)[0]


def eventually(true: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return true()


def publish(
    amqp_url: str, consumer: str, body: bytes, message_id: str = "", attempt: int = 0, lane: str = "live"
) -> None:
    headers = {"lfpse-attempt": attempt} if attempt else {}
    properties = pika.BasicProperties(
        message_id=message_id or str(uuid.uuid4()),
        type=TOPIC,
        headers=headers,
        content_type="application/x-protobuf",
    )
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        connection.channel().basic_publish("", topology.queue(consumer, lane), body, properties)


def depth(amqp_url: str, queue: str) -> int:
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        return int(connection.channel().queue_declare(queue, passive=True).method.message_count)


def dead_reasons(amqp_url: str, consumer: str) -> Iterator[str]:
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        channel = connection.channel()
        while True:
            frame, properties, _ = channel.basic_get(topology.dead_queue(consumer), auto_ack=True)
            if frame is None:
                return
            yield properties.headers["lfpse-dead-reason"]


def _url(db: Engine) -> str:
    return db.url.set(drivername="postgresql").render_as_string(hide_password=False)
