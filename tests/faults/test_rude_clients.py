"""Clients that dawdle, and clients that hang up: nobody else notices, neither meanwhile nor afterwards."""

from __future__ import annotations

import asyncio
import socket
import statistics
import struct
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from deploy.local.system import System
from tests.faults.conftest import in_transaction
from tests.load.bench import client, drained
from tests.load.lrms import PATH, Lrms

CLIENTS = 200
DAWDLING = 8.0  # seconds
AFTER = 10.0  # seconds until everything must be as before
FLOOR = 0.06  # seconds; a p50 below that is no news on a busy machine
ABORT = struct.pack("ii", 1, 0)  # SO_LINGER: hang up with a reset
pytestmark = pytest.mark.timeout(240)

Rude = Callable[[Lrms, str], bytes]  # what a client sends before it dawdles or hangs up


def in_the_head(lrms: Lrms, local: str) -> bytes:
    return f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".encode()


def in_the_body(lrms: Lrms, local: str) -> bytes:
    return whole(lrms, local)[:-1000]


def in_a_body_without_a_key(lrms: Lrms, local: str) -> bytes:
    head = "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: 500\r\n\r\n".encode()


def whole(lrms: Lrms, local: str) -> bytes:
    body = lrms.incident(local)
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\n"
    key = f"Ocp-Apim-Subscription-Key: {lrms.key}\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + key).encode() + body


@pytest.mark.parametrize("where", [in_the_head, in_the_body, in_a_body_without_a_key])
def test_those_who_send_a_byte_a_second_hold_nobody_up(system: System, where: Rude) -> None:
    before = usual(system)
    with dawdling(system, where):
        meanwhile = client(system)
        asyncio.run(meanwhile.steadily(10, DAWDLING))
    all_is_well(meanwhile, before)
    time.sleep(1)
    assert in_transaction(system) == 0
    print(f"{CLIENTS} dawdle {where.__name__}: POST p50 {before:.3f} → {middle(meanwhile):.3f} s")


def test_those_who_hang_up_leave_nothing_behind(system: System) -> None:
    before = usual(system)
    lrms = client(system)
    names = [uuid.uuid4().hex for _ in range(CLIENTS)]
    for number, name in enumerate(names):
        hang_up(system, in_the_body(lrms, name) if number % 2 else whole(lrms, name), (number % 5) / 100)
    time.sleep(AFTER)
    assert in_transaction(system) == 0
    after = client(system)
    asyncio.run(after.steadily(10, 4))
    all_is_well(after, before)
    assert all(count == 1 for count in recorded(system, names)), "recorded twice"
    drained(system, 60)
    print(f"{CLIENTS} hung up: POST p50 {before:.3f} → {middle(after):.3f} s")


def all_is_well(lrms: Lrms, before: float) -> None:
    assert [one.status for one in lrms.answers if one.status != 201] == []
    assert middle(lrms) <= max(3 * before, FLOOR)


def usual(system: System) -> float:
    lrms = client(system)
    asyncio.run(lrms.together(2, 10))
    lrms.answers.clear()
    asyncio.run(lrms.steadily(10, 3))
    return middle(lrms)


def middle(lrms: Lrms) -> float:
    return statistics.median(one.seconds for one in lrms.answers)


@contextmanager
def dawdling(system: System, where: Rude) -> Iterator[None]:
    """For as long as the block lasts, each client has sent its beginning and goes on with a byte a second."""
    lrms, done = client(system), threading.Event()
    sockets = [connected(system) for _ in range(CLIENTS)]
    for one in sockets:
        one.sendall(where(lrms, uuid.uuid4().hex))
    thread = threading.Thread(target=drip, args=(sockets, done))
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        for one in sockets:
            one.close()


def drip(sockets: list[socket.socket], done: threading.Event) -> None:
    open_ones = list(sockets)
    while not done.wait(1):
        open_ones = [one for one in open_ones if sent(one, b" ")]


def sent(one: socket.socket, what: bytes) -> bool:
    try:
        one.sendall(what)
    except OSError:
        return False
    return True


def hang_up(system: System, what: bytes, after: float) -> None:
    """Send, wait a moment so that the answer is at some stage of being made, and reset the connection."""
    with connected(system) as one:
        one.sendall(what)
        time.sleep(after)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)


def connected(system: System) -> socket.socket:
    return socket.create_connection(("127.0.0.1", system.layout.http_port), timeout=10)


def recorded(system: System, local_references: list[str]) -> list[int]:
    """How often each of them was, of those that were."""
    asked = "select count(*) from events where local_reference = any(%s) group by local_reference"
    with psycopg.connect(system.summary()["databases"]["recording"]) as db:
        return [int(count) for (count,) in db.execute(asked, (local_references,))]
