"""The process table: python -m services serve|listen|relay|work|migrate <service>."""

from __future__ import annotations

import argparse
import importlib
import logging
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

SERVICES = ("recording", "identity", "access", "enrichment", "notifications")
_log = logging.getLogger("services")


def serve(service: str) -> None:
    """Answer gRPC until told to stop, then drain."""
    from chassis import database, grpc_server

    settings = _start(service, "serve")
    db = database.engine(settings.database_url, pool=settings.grpc_threads)
    database.refuse_unknown_schema(service, db)
    probe = database.engine(settings.database_url, pool=1)  # a busy server is still a ready one
    door = _part(service, "server").door(settings, db)
    server, port = grpc_server.serve(door, settings)
    _health(settings, {"database": lambda: database.reachable(probe)})
    _log.info("%s serves on port %s", service, port)
    _until_told(lambda: None)
    grpc_server.drain(server, closing=door.closing)


def listen(service: str) -> None:
    """Act on messages until told to stop."""
    import eventlet

    eventlet.monkey_patch()
    from chassis import database, listening, topology

    settings = _start(service, "listen")
    db = database.engine(settings.database_url, pool=2)
    heard = listening.Listening(service, db, settings.amqp_url, _part(service, "listener").HANDLERS)
    _patiently(lambda: topology.declare(settings.amqp_url, {service: tuple(heard.topics)}))
    _health(settings, {"queues": listening.connected, "database": lambda: database.reachable(db)})
    _log.info("%s listens", service)
    listening.run(heard)


def relay(service: str) -> None:
    """Carry the outbox to RabbitMQ until told to stop."""
    from chassis.relay import Relay

    settings = _start(service, "relay")
    running = Relay(service, settings.database_url, settings.amqp_url)
    _health(settings, {"broker": running.ready})
    _log.info("%s relays", service)
    _until_told(running.stop, running.run)


def work(service: str) -> None:
    """Do jobs and schedules until told to stop."""
    from chassis import database
    from chassis.working import Worker

    settings = _start(service, "work")
    db = database.engine(settings.database_url, pool=2)
    jobs = _part(service, "jobs")
    schedules = jobs.schedules(settings) if hasattr(jobs, "schedules") else ()
    rewrap = jobs.rewrap(settings) if hasattr(jobs, "rewrap") else None
    worker = Worker(service, db, settings.database_url, jobs.handlers(settings), schedules, rewrap)
    damaged = {rewrap.setting: lambda: rewrap.damaged} if rewrap else {}
    _health(settings, {"database": lambda: worker.connected}, _under(jobs, settings, db), damaged)
    _log.info("%s works", service)
    _until_told(worker.stop, worker.run)


def migrate(service: str) -> None:
    """Bring the database of a service, and every listener's queues, to what this release needs, then exit."""
    from chassis import database, topology
    from protos.heard_by import listeners, topics_of

    settings = _start(service, "migrate")
    applied = database.migrate(service, settings.database_url)
    topology.declare(settings.amqp_url, {one: topics_of(one) for one in listeners()})
    _after_migrating(service, settings)
    _log.info("%s: %s", service, ", ".join(applied) or "nothing to migrate")


def _after_migrating(service: str, settings: Any) -> None:
    use_cases = _part(service, "use_cases")
    if hasattr(use_cases, "after_migrating"):
        use_cases.after_migrating(settings)


def _start(service: str, verb: str) -> Any:
    from chassis import settings, telemetry

    mine = settings.read(getattr(_part(service, "settings"), verb.capitalize()))
    telemetry.start(f"{service}-{verb}", mine.otlp_endpoint, mine.trace_sample)
    return mine


def _part(service: str, name: str) -> Any:
    return importlib.import_module(f"services.{service}.{name}")


def _health(
    settings: Any,
    checks: dict[str, Callable[[], bool]],
    under: dict[str, Callable[[], Any]] | None = None,
    damaged: dict[str, Callable[[], int]] | None = None,
) -> None:
    from chassis import health

    health.serve(settings.health_port, checks, settings.health_host, under, damaged)


def _under(jobs: Any, settings: Any, db: Any) -> dict[str, Callable[[], Any]]:
    """How much there is under each key that a service keeps things under, where it says so (`jobs.under`)."""

    def asked(count: Callable[[Any], Any]) -> Any:
        with db.begin() as tx:
            return count(tx)

    counted = jobs.under(settings) if hasattr(jobs, "under") else {}
    return {name: partial(asked, count) for name, count in counted.items()}


def _patiently(step: Callable[[], None]) -> None:
    """Try until RabbitMQ is there: a process may start before the broker does."""
    import time

    while True:
        try:
            return step()
        except Exception as failure:
            _log.warning("RabbitMQ is away (%s); trying again", type(failure).__name__)
            time.sleep(1)


def _until_told(stop: Callable[[], None], body: Callable[[], None] | None = None) -> None:
    """Run `body` (or wait) until SIGTERM or SIGINT."""
    told = threading.Event()

    def tell(*_: object) -> None:
        told.set()
        stop()

    signal.signal(signal.SIGTERM, tell)
    signal.signal(signal.SIGINT, tell)
    if body is None:
        told.wait()
    else:
        body()


VERBS: dict[str, Callable[[str], None]] = {
    "serve": serve,
    "listen": listen,
    "relay": relay,
    "work": work,
    "migrate": migrate,
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    parser.add_argument("verb", choices=VERBS)
    parser.add_argument("service", choices=SERVICES)
    chosen = parser.parse_args(arguments)
    VERBS[chosen.verb](chosen.service)


if __name__ == "__main__":
    main(sys.argv[1:])
