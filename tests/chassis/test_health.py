"""The health port says alive, ready, or which check fails."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping

from chassis import health
from chassis.health import Check
from deploy.local.layout import free_ports


def ask(checks: Mapping[str, Check], path: str) -> tuple[int, str]:
    port = free_ports(1)[0]
    server = health.serve(port, checks)
    assert server is not None
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()
    finally:
        server.shutdown()
        server.server_close()


def test_ready_when_every_check_passes() -> None:
    assert ask({"database": lambda: True}, "/ready") == (200, "ready\n")


def test_not_ready_names_what_fails_even_when_it_raises() -> None:
    assert ask({"database": lambda: 1 / 0 > 0, "queues": lambda: False}, "/ready") == (
        503, "not ready: database, queues\n",
    )  # fmt: skip


def test_alive_whatever_the_checks_say() -> None:
    assert ask({"database": lambda: False}, "/live")[0] == 200


def test_no_port_no_server() -> None:
    assert health.serve(0, {}) is None
