"""What finding out who asks, and whether they may, adds to a POST of an LRMS, as CPU-milliseconds.

A gateway in this process asks the running system's identity, as its workers do; what it then does for each POST is done many times over.
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from chassis.actors import Verifier
from chassis.settings import read
from deploy.local.system import System
from gateway import create_app, guards
from gateway.guards import KEY_HEADER, Guard, Passes
from gateway.settings import Settings
from services.recording import use_cases
from tests.load.processor import cpu_ms, used

ROUNDS, FETCHES = 20_000, 200
PER_MINUTE = 60  # POSTs of one client in the minute for which its actor is kept: one a second
BEHIND = ("identity-serve", "postgres")


def measure(system: System, key: str) -> dict[str, Any]:
    """For each POST: the guard and the limits at the gateway, verifying and permission at recording, and its share of fetching the actor."""
    app = _gateway(system)
    passes: Passes = app.extensions["passes"]
    with app.test_request_context(
        "/adverse-event/fhir/AdverseEvent", method="POST", headers={KEY_HEADER: key}
    ):
        at_gateway = cpu_ms(guards._admit, ROUNDS)
    token = passes.of(Guard.LRMS, key)
    fetched = _fetching(system, passes, key)
    app.extensions["clients"].close()
    verifier = Verifier((system.home / "keys" / "actor-keys.json").read_text())
    at_recording = cpu_ms(lambda: verifier.verify(token).must(use_cases.SUBMIT), ROUNDS)
    cost = {"gateway": at_gateway, "recording": at_recording, "fetching": fetched / PER_MINUTE}
    return {"authorisation_cpu_ms": cost | {"all": sum(cost.values())}}


def _gateway(system: System) -> Flask:
    ports, keys = system.layout.ports([]), system.home / "keys"
    names = ("recording", "identity", "access", "notifications", "enrichment")
    targets = {f"{name.upper()}_TARGET": f"localhost:{ports[f'grpc.{name}']}" for name in names}
    files = {"CERT": "gateway.crt", "KEY": "gateway.key", "CA": "ca.crt"}
    tls = {f"TLS_{part}_FILE": str(keys / file) for part, file in files.items()}
    return create_app(
        read(
            Settings,
            targets
            | tls
            | {"SECRET_KEY": "of-the-bench", "LIMITS_TIMES": "1000000", "UNPLACED_ORGANISATION": "XZ9"},
        )
    )


def _fetching(system: System, passes: Passes, key: str) -> float:
    """Of one fetch: here, in identity, and in its database."""

    def fetch() -> None:
        passes.forget(key)
        passes.of(Guard.LRMS, key)

    pids = [pid for name, pid in system.processes().items() if name in BEHIND]
    before = used(pids)
    here = cpu_ms(fetch, FETCHES)
    return here + (used(pids) - before) / FETCHES
