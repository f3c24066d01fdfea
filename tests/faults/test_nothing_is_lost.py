"""`make faults`: every process killed in turn under load, RabbitMQ stopped, poison in a queue. Nothing may be lost.

A system of its own under $LFPSE_HOME/faults. LFPSE_FAULTS_ROUNDS says how often each process is killed (3 in full).
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pika
import psycopg
import pytest
from rich.console import Console
from rich.table import Table

from chassis import topology
from deploy.local.system import System
from tests.load.bench import client, drained
from tests.load.lrms import Lrms

HOME = Path(os.environ.get("LFPSE_HOME", "var"))
ROUNDS = int(os.environ.get("LFPSE_FAULTS_ROUNDS", "1"))
PER_SECOND = 20.0
KILLED = (
    "gateway", "recording-serve", "recording-listen", "recording-relay", "identity-serve", "identity-listen",
    "identity-relay", "access-serve", "access-listen", "access-relay", "access-work", "enrichment-listen", "enrichment-relay", "enrichment-work",
    "notifications-serve", "notifications-listen", "notifications-relay", "notifications-work", "rabbitmq", "postgres",
)  # fmt: skip
pytestmark = pytest.mark.timeout(1200)
_figures: dict[str, dict[str, object]] = {}


@pytest.fixture(scope="module", autouse=True)
def report() -> Iterator[None]:
    yield
    _report()


@dataclass
class Load:
    """Twenty posts a second in a thread of its own, each tried until it is answered."""

    lrms: Lrms
    seconds: float
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(
            target=lambda: asyncio.run(self.lrms.steadily(PER_SECOND, self.seconds, retry=90))
        )
        self.thread.start()

    @property
    def acknowledged(self) -> dict[str, str]:
        """Local reference → reference number."""
        return {one.local_reference: one.reference for one in self.lrms.answers if one.reference}


@pytest.mark.parametrize("name", KILLED)
def test_a_killed_process_loses_and_doubles_nothing(system: System, name: str) -> None:
    load = Load(client(system), 6.0 * ROUNDS + 2)
    for _ in range(ROUNDS):
        time.sleep(random.uniform(1, 4))
        system.kill(name)
        killed = time.time()
        system.wait(120)
        time.sleep(max(0.0, killed + 4 - time.time()))
    recovered = time.monotonic()
    load.thread.join()
    drained(system, 120)
    told_all(system, load.acknowledged)
    note(f"kill -9 {name}", system, load, killed, time.monotonic() - recovered)


def test_no_post_fails_while_rabbitmq_is_away(system: System) -> None:
    load = Load(client(system), 40)
    time.sleep(2)
    system.hold("rabbitmq")
    away = time.time()
    time.sleep(30)
    during = [one for one in load.lrms.answers if away + 1 < one.sent_at < away + 29]
    system.release("rabbitmq")
    load.thread.join()
    recovered = time.monotonic()
    drained(system, 180)
    told_all(system, load.acknowledged)
    assert len(during) > 400
    assert [one.status for one in during if one.status != 201] == []
    note("RabbitMQ away 30 s", system, load, away, time.monotonic() - recovered)


def test_poison_ends_in_the_dead_letters_and_its_neighbours_go_on(system: System) -> None:
    load = Load(client(system), 4)
    before = dead(system, "access")
    url = system.summary()["amqp"]
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        topic = "lfpse.recording.v1.SafetyEventRecorded"
        properties = pika.BasicProperties(message_id=str(uuid.uuid4()), type=topic, delivery_mode=2)
        connection.channel().basic_publish(
            "", topology.queue("access", "live"), b"\xff\x00 poison", properties
        )
    load.thread.join()
    drained(system, 60)
    assert dead(system, "access") == before + 1
    told_all(system, load.acknowledged)
    note("poison in a queue", system, load, time.time(), 0)


def told_all(system: System, acknowledged: dict[str, str]) -> None:
    """Every acknowledged event is recorded once, seen, redacted and receipted; nothing twice."""
    urls = system.summary()["databases"]
    recorded = rows(
        urls["recording"],
        "select local_reference, reference from events where local_reference = any(%s)",
        acknowledged,
    )
    assert len(recorded) == len(set(recorded)) == len({local for local, _ in recorded}), "duplicates"
    assert dict(recorded).items() >= acknowledged.items(), "acknowledged and lost"
    references = dict.fromkeys(acknowledged.values(), "")
    seen = rows(
        urls["access"], "select reference, event_id::text from events where reference = any(%s)", references
    )
    assert len(seen) == len(references)
    ids = {event_id: reference for reference, event_id in seen}
    checked = rows(
        urls["access"], "select distinct event_id::text, '' from texts where event_id::text = any(%s)", ids
    )
    assert len(checked) == len(ids)
    receipts = rows(
        urls["notifications"],
        "select event_id::text, outcome from letters where kind = 'receipt' and event_id::text = any(%s)",
        ids,
    )
    assert sorted(receipts) == sorted((event_id, "sent") for event_id in ids)


def rows(url: str, statement: str, keys: dict[str, str]) -> list[tuple[str, str]]:
    with psycopg.connect(url) as db:
        return db.execute(statement, (list(keys),)).fetchall()  # type: ignore[arg-type]


def dead(system: System, service: str) -> int:
    with pika.BlockingConnection(pika.URLParameters(system.summary()["amqp"])) as connection:
        found = connection.channel().queue_declare(topology.dead_queue(service), passive=True)
    return int(found.method.message_count)


def note(name: str, system: System, load: Load, since: float, backlog: float) -> None:
    after = [one for one in load.lrms.answers if one.sent_at >= since]
    unanswered = [one for one in load.lrms.answers if one.status not in (200, 201)]
    first = next((one.sent_at + one.seconds - since for one in after if one.reference), 0.0)
    _figures[name] = {
        "acknowledged": len(load.acknowledged),
        "lost": 0,
        "duplicates": 0,
        "unanswered_then_retried": len(unanswered),
        "first_201_after_s": round(first, 2),
        "backlog_gone_after_s": round(backlog, 1),
    }


def _report() -> None:
    folder = HOME / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "faults.json").write_text(json.dumps({"rounds": ROUNDS, "faults": _figures}, indent=1) + "\n")
    made = Table(title=f"Faults under {PER_SECOND:.0f} posts a second, {ROUNDS} round(s)")
    made.add_column("fault")
    for name in next(iter(_figures.values()), {}):
        made.add_column(name.replace("_", " "), justify="right")
    for name, figures in _figures.items():
        made.add_row(name, *(str(one) for one in figures.values()))
    Console(width=140).print(made)
