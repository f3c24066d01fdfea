"""A service that hangs (SIGSTOP) or is gone: reports are taken as before, and nobody is shown what is not known."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from deploy.local.system import System
from tests.faults.conftest import until
from tests.load.bench import client, drained, percentile
from tests.load.lrms import Lrms

PER_SECOND = 20
STOPPED = 8.0  # seconds
READERS = (
    40  # people who reload at once, for whom there would be no thread left if each waited his five seconds
)
FLOOR = (
    1.0  # seconds: who waits for a neighbour that hangs waits longer, and below that a machine is only busy
)
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def usual(system: System) -> float:
    """p99 of a POST while everything is well, in seconds."""
    asyncio.run(client(system).together(4, 30))
    lrms = client(system)
    asyncio.run(lrms.steadily(PER_SECOND, 6))
    drained(system, 60)
    return slowest(lrms)


@pytest.mark.parametrize("service", ["enrichment", "notifications", "access"])
def test_a_service_that_hangs_slows_no_report(
    system: System, lead: httpx.Client, usual: float, service: str
) -> None:
    warm(lead)
    lrms = client(system)
    with hanging(system, service), posting(lrms, STOPPED), reading(lead) as answers:
        time.sleep(STOPPED)
    assert [one.status for one in lrms.answers if one.status != 201] == []
    assert len(lrms.answers) > PER_SECOND * STOPPED / 2
    assert slowest(lrms) <= max(3 * usual, FLOOR)
    assert {status for status, _ in answers} == {503 if service == "access" else 200}
    assert max(seconds for _, seconds in answers) < STOPPED
    print(f"{service} hangs: POST p99 {usual:.3f} → {slowest(lrms):.3f} s; {len(answers)} looks")
    drained(system, 60)
    until(lambda: look(lead)[0] == 200, 10, "readable again")


def test_what_access_cannot_show_is_503_and_never_data(system: System, lead: httpx.Client) -> None:
    warm(lead)
    system.hold("access-serve")
    status, seconds = look(lead)
    again = lead.get("/api/v1/events")
    system.release("access-serve")
    assert (status, again.status_code) == (503, 503)
    assert seconds < STOPPED
    assert again.headers["Retry-After"]
    assert again.json()["code"] == "try-again"
    system.wait(60)
    until(lambda: look(lead)[0] == 200, 10, "readable again")


@contextmanager
def hanging(system: System, service: str) -> Iterator[None]:
    """Every process of a service stopped, as by a machine that swaps."""
    names = [name for name in system.processes() if name.startswith(f"{service}-")]
    assert len(names) > 1
    for name in names:
        system.kill(name, signal.SIGSTOP)
    try:
        yield
    finally:
        for name in names:
            system.kill(name, signal.SIGCONT)


@contextmanager
def posting(lrms: Lrms, seconds: float) -> Iterator[None]:
    thread = threading.Thread(target=lambda: asyncio.run(lrms.steadily(PER_SECOND, seconds)))
    thread.start()
    yield
    thread.join()


@contextmanager
def reading(lead: httpx.Client) -> Iterator[list[tuple[int, float]]]:
    """People who reload for as long as the block lasts; each look's status and seconds."""
    answers: list[tuple[int, float]] = []
    done = threading.Event()

    def one() -> None:
        while not done.is_set():
            answers.append(look(lead))
            done.wait(1)

    with ThreadPoolExecutor(READERS) as people:
        for _ in range(READERS):
            people.submit(one)
        yield answers
        done.set()


def look(lead: httpx.Client) -> tuple[int, float]:
    started = time.monotonic()
    answer = lead.get("/api/v1/events?limit=1")
    if answer.status_code != 200:
        assert "items" not in answer.json()
    return answer.status_code, time.monotonic() - started


def warm(lead: httpx.Client) -> None:
    """Every worker has seen the token, so that what follows asks identity nothing."""
    assert {look(lead)[0] for _ in range(10)} == {200}


def slowest(lrms: Lrms) -> float:
    return percentile([one.seconds for one in lrms.answers], 0.99)
