"""Systems of their own under $LFPSE_HOME/faults, and what several tests ask of them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from deploy.local.codes import sign_in
from deploy.local.layout import Layout, free_ports
from deploy.local.system import System

HOME = Path(os.environ.get("LFPSE_HOME", "var"))
LIMITS_TIMES = os.environ.get("LFPSE_LIMITS_TIMES") or "1000"  # one client does here what many do elsewhere


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """One for every test that leaves it as it was: nothing lost, nothing left over."""
    with a_system("system") as made:
        yield made


@contextmanager
def a_system(name: str) -> Iterator[System]:
    home = (HOME / "faults" / name).resolve()
    made = System(home, layout=Layout(home, free_ports(1)[0], limits_times=LIMITS_TIMES))
    made.start()
    try:
        yield made
    finally:
        made.remove()


@pytest.fixture
def lead(system: System) -> Iterator[httpx.Client]:
    """A program that signed in as the safety lead whose LRMS reports."""
    with signed_in(system) as made:
        yield made


@contextmanager
def signed_in(system: System, role: str = "local_safety_lead") -> Iterator[httpx.Client]:
    """A program that signed in as a sample account of this role."""
    accounts = json.loads((system.home / "demo.json").read_text())["accounts"]
    account = next(one for one in accounts if one["role"] == role)
    url = f"http://127.0.0.1:{system.layout.http_port}"
    with httpx.Client(base_url=url, timeout=20) as made:
        made.headers["Authorization"] = f"Bearer {sign_in(url, account)}"
        yield made


def in_transaction(system: System) -> int:
    """Connections of our services that hold a transaction open and do nothing."""
    asked = "select count(*) from pg_stat_activity where usename = current_user and state like 'idle in transaction%'"
    return sum(_count(url, asked) for url in system.summary()["databases"].values())


def _count(url: str, asked: str) -> int:
    with psycopg.connect(url, autocommit=True) as db:
        row = db.execute(asked).fetchone()  # type: ignore[arg-type]
    return int(row[0]) if row else 0


def until(true: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"after {seconds:.0f} s still not: {what}"
        time.sleep(0.1)
