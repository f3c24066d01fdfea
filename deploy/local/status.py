"""What `make status` and `make dead` show: processes, backlogs, queues, dead letters. Never a message's body."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pika
import pika.exceptions
import psycopg
from cryptography.x509 import Certificate, load_pem_x509_certificates
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from chassis import certificates, database, outbox, topology, working
from deploy.local.processes import CONSUMERS, RELAYED, WORKING
from deploy.local.system import System

Told = TypeVar("Told")
PEEK = 200  # dead letters listed of each service


def table(system: System) -> Iterator[str]:
    """Every process, every backlog, every queue that is not empty."""
    ready = system.ready()
    yield f"{'process':<24}{'state':<10}{'pid':>8}  {'up':>10}  ready"
    for row in system.information():
        name, up = str(row["name"]), timedelta(seconds=max(int(row["now"]) - int(row["start"]), 0))
        shown = {True: "yes", False: "NO"}.get(ready[name]) if name in ready else "-"
        runs = row["statename"] == "RUNNING"
        yield f"{name:<24}{row['statename'].lower():<10}{row['pid'] or '-':>8}  {str(up) if runs else '-':>10}  {shown}"
    yield ""
    for service in RELAYED:
        yield f"{service:<24}outbox  {_outbox(system, service)}"
    for service in WORKING:
        yield f"{service:<24}jobs    {_jobs(system, service)}"
    summary = system.summary()
    try:
        with BlockingConnection(pika.URLParameters(summary["amqp"])) as connection:
            for service in CONSUMERS:
                yield f"{service:<24}queues  {_queues(connection, service)}"
    except (pika.exceptions.AMQPError, OSError) as error:
        yield f"RabbitMQ does not answer: {error!r}"
    yield ""
    yield from about_keys(system)


def about_keys(system: System) -> Iterator[str]:
    """When the first certificate ends, which ones do so soon, which files of keys a process cannot use, what no key opens."""
    now, folder = datetime.now(UTC), system.layout.folder("keys")
    found = [one for path in sorted(folder.glob("*.crt")) for one in _certificates(path)]
    if found:
        first = min(one.not_valid_after_utc for one in found)
        yield f"{'certificates':<24}the first ends on {first:%Y-%m-%d}"
    for said in certificates.ending(found, now):
        yield f"{'':<24}{said}: make rotate what=certificates (an authority: what=authority)"
    for process, name, told in _of_keys(system):
        if told.get("refused"):
            yield f"{process:<24}{name} has changed and CANNOT BE USED; the old stays"
        if told.get("damaged"):
            yield f"{process:<24}{name}: {told['damaged']} CANNOT BE OPENED and stay under an old key; its log names them"


def _certificates(path: Path) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        return []


def _of_keys(system: System) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Process, setting, and what that process says of its keys."""
    for process, url in doors(system):
        for name, told in (keys_of(url) or {}).items():
            yield process, name, told


def doors(system: System) -> list[tuple[str, str]]:
    """Where each process of a service says which keys it uses; the gateway's workers share a door and say nothing."""
    ready: dict[str, str] = system.summary()["ready"]
    return [(name, url.removesuffix("ready") + "keys") for name, url in ready.items() if name != "gateway"]


def keys_of(url: str) -> dict[str, Any] | None:
    """What a process says at such a door (`chassis/health.py`); None while it does not."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            said: dict[str, Any] = json.loads(answer.read())
        return said
    except (OSError, ValueError):
        return None


def _outbox(system: System, service: str) -> str:
    """How many messages wait for the relay, and since when."""
    try:
        waiting, oldest = asked(system, service, outbox.waiting)
    except SQLAlchemyError as error:
        return f"unknown ({type(error).__name__})"
    return f"{waiting} waiting" + (f", the oldest for {oldest:.0f} s" if waiting else "")


def _jobs(system: System, service: str) -> str:
    """How many jobs wait, how many of them after a failure, how many were set aside."""
    try:
        waiting, failing, aside = asked(system, service, working.backlog)
    except SQLAlchemyError as error:
        return f"unknown ({type(error).__name__})"
    return f"{waiting} waiting" + (f", {failing} after a failure" if failing else "") + f"  set aside {aside}"


def asked(system: System, service: str, ask: Callable[[Connection], Told]) -> Told:
    """What a service's database says; raises SQLAlchemyError when it does not."""
    db = database.engine(system.summary()["databases"][service], pool=1)
    try:
        with db.begin() as tx:
            return ask(tx)
    finally:
        db.dispose()


def _queues(connection: BlockingConnection, service: str) -> str:
    """Depth of each lane, of the retries together, and of the dead letters."""
    depth = {one.name: waiting_in(connection, one.name) for one in topology.plan(service)}
    lanes = {lane: depth[topology.queue(service, lane)] for lane in topology.LANES}
    retries = sum(count for name, count in depth.items() if ".retry." in name)
    shown = lanes | {"retrying": retries, "dead": depth[topology.dead_queue(service)]}
    return "  ".join(f"{name} {count}" for name, count in shown.items())


def waiting_in(connection: BlockingConnection, queue: str) -> int:
    """Messages in a queue; none in one that is not there (asking for it closes the channel, hence one for each)."""
    channel = connection.channel()
    try:
        count = int(channel.queue_declare(queue, passive=True).method.message_count)
        channel.close()
        return count
    except pika.exceptions.ChannelClosedByBroker:
        return 0


def dead(system: System) -> Iterator[str]:
    """Every dead letter: what it is and why it died. They are looked at and put back."""
    with BlockingConnection(pika.URLParameters(system.summary()["amqp"])) as connection:
        for service in CONSUMERS:
            count = waiting_in(connection, topology.dead_queue(service))
            yield f"{service}: {count or 'no'} dead letter{'' if count == 1 else 's'}"
            channel = connection.channel()  # closing it puts everything back
            for _ in range(min(count, PEEK)):
                _method, properties, _body = channel.basic_get(topology.dead_queue(service))
                if properties is not None:
                    yield f"  {_line(properties)}"
            channel.close()
            aside = list(_set_aside(system, service)) if service in WORKING else []
            yield from (f"  {line}" for line in aside)
            if count or aside:
                yield f"  again: make dead replay={service}"


def _set_aside(system: System, service: str) -> Iterator[str]:
    """Jobs that kept failing: what they do, about which record, and the class of their last error."""
    asked = "select failed_at, kind, about, attempts, last_error from jobs where failed_at is not null order by failed_at limit %s"
    with psycopg.connect(system.summary()["databases"][service], connect_timeout=3) as db:
        for failed_at, kind, about, attempts, error in db.execute(asked, (PEEK,)):
            when = f"{failed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
            yield f"{when}  job {kind}  record {about}  failed {attempts} times: {error}"


def _line(properties: pika.BasicProperties) -> str:
    headers: dict[str, Any] = properties.headers or {}
    died = headers.get("lfpse-dead-at")
    when = f"{datetime.fromtimestamp(float(died), UTC):%Y-%m-%d %H:%M:%S}Z" if died else "unknown when"
    record = headers.get("cloudEvents:subject", "-")
    reason = headers.get("lfpse-dead-reason") or headers.get("x-first-death-reason", "unknown")
    return (
        f"{when}  {properties.type or '-'}  message {properties.message_id or '-'}  record {record}  {reason}"
    )


def replay(system: System, service: str) -> int:
    """Move every dead letter of a service to its replay queue, and its failed jobs back to work; how many.

    Each letter is confirmed there before it leaves here.
    """
    again = asked(system, service, working.retry_failed) if service in WORKING else 0
    with BlockingConnection(pika.URLParameters(system.summary()["amqp"])) as connection:
        count, channel = waiting_in(connection, topology.dead_queue(service)), connection.channel()
        channel.confirm_delivery()
        for _ in range(count):
            again += _move_one(channel, service)
    return again


def _move_one(channel: BlockingChannel, service: str) -> bool:
    method, properties, body = channel.basic_get(topology.dead_queue(service))
    if method is None or properties is None or body is None:
        return False
    properties.headers = {
        name: value
        for name, value in (properties.headers or {}).items()
        if not name.startswith(("lfpse-", "x-"))
    }
    channel.basic_publish("", topology.queue(service, "replay"), body, properties, mandatory=True)
    channel.basic_ack(method.delivery_tag)
    return True
