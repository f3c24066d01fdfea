"""Ask another service: mutual TLS, a deadline, the actor and the trace; raises the Problem the other side raised.

Only calls named idempotent are tried again, and only when the other side was not there.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import grpc
from opentelemetry.trace import SpanKind

from chassis import certificates, telemetry
from chassis.certificates import Papers
from chassis.problems import Fault, Kind, Problem, invalid, unavailable
from protos.problem.v1 import problem_pb2

DEADLINE = 5.0  # seconds
DRAIN = 60.0  # seconds that a channel with old certificates is left to end what it began


class Tls:
    """Our certificate, its key and the authorities we trust, as paths; read again when they change."""

    def __init__(self, cert_file: str, key_file: str, ca_file: str) -> None:
        self.papers = certificates.reread(cert_file, key_file, ca_file)


class Client:
    """A channel to one service, made anew when our certificates change. Make it after the process has forked.

    `server` is the name its certificate must carry, where that is not the target's: every local one carries `localhost`.
    """

    def __init__(
        self, target: str, service: str, tls: Tls, idempotent: Iterable[str] = (), server: str = ""
    ) -> None:
        self._name = service
        self._target = target
        self._tls = tls
        self._options = _options(service, idempotent) + _named(server)
        self._lock = threading.Lock()
        self._old: list[tuple[float, grpc.Channel]] = []
        self._papers = tls.papers.now()
        self._channel = self._made(self._papers)

    @property
    def channel(self) -> grpc.Channel:
        """The one to make stubs of, at each use: calls that began on the one before it end there."""
        papers = self._tls.papers.now()
        if papers is not self._papers or self._old:
            self._renew()
        return self._channel

    def close(self) -> None:
        """Hang up at once, on old channels too."""
        self._channel.close()
        for _, channel in self._old:
            channel.close()

    def _renew(self) -> None:
        with self._lock:
            now, papers = time.monotonic(), self._tls.papers.now()
            if papers is not self._papers:
                self._old.append((now + DRAIN, self._channel))
                self._papers, self._channel = papers, self._made(papers)
            over = [channel for until, channel in self._old if until <= now]
            self._old = [each for each in self._old if each[0] > now]
        for channel in over:
            channel.close()

    def _made(self, papers: Papers) -> grpc.Channel:
        credentials = grpc.ssl_channel_credentials(papers.authorities, papers.key, papers.certificate)
        return grpc.secure_channel(self._target, credentials, self._options)

    def call(
        self,
        rpc: Callable[..., Any],
        request: Any,
        actor: str = "",
        deadline: float = DEADLINE,
        name: str = "",
    ) -> Any:
        """The reply to `rpc` (a stub's method); raises a Problem. `actor` is a signed token."""
        with telemetry.span(f"ask {name or self._name}", SpanKind.CLIENT):
            headers = telemetry.outgoing()
            if actor:
                headers["actor"] = actor
            try:
                return rpc(request, timeout=deadline, metadata=tuple(headers.items()))
            except grpc.RpcError as failure:
                raise problem_of(failure) from None


def problem_of(failure: grpc.RpcError) -> Problem:
    """The Problem that a failed call carries."""
    received: Any = failure.trailing_metadata()
    trailers: Mapping[str, Any] = dict(received or ())
    if "problem-bin" in trailers:
        return _from_wire(problem_pb2.Problem.FromString(trailers["problem-bin"]))
    if failure.code() in (
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.CANCELLED,
    ):
        return unavailable("try-again", "A part of the service is not available. Try again in a moment.")
    if failure.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:  # by gRPC itself: ours carry their problem
        return invalid(
            "body-too-large", "This is more than one call can carry. Send or ask for less at once."
        )
    raise RuntimeError(f"{failure.code()}") from None


def _from_wire(wire: problem_pb2.Problem) -> Problem:
    faults = tuple(Fault(one.path, one.code, one.detail) for one in wire.faults)
    return Problem(Kind(wire.kind), wire.code, wire.detail, faults, wire.retry_after)


def _named(server: str) -> list[tuple[str, Any]]:
    return [("grpc.ssl_target_name_override", server), ("grpc.default_authority", server)] if server else []


def _options(service: str, idempotent: Iterable[str]) -> list[tuple[str, Any]]:
    retry = {
        "maxAttempts": 4,
        "initialBackoff": "0.1s",
        "maxBackoff": "1s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    names = [{"service": service, "method": rpc} for rpc in idempotent]
    config: dict[str, Any] = {"loadBalancingConfig": [{"round_robin": {}}]}
    if names:
        config["methodConfig"] = [{"name": names, "retryPolicy": retry}]
    return [
        ("grpc.service_config", json.dumps(config)),
        ("grpc.keepalive_time_ms", 20_000),
        ("grpc.keepalive_timeout_ms", 5_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1_000),
        ("grpc.max_receive_message_length", 8 << 20),
        ("grpc.max_metadata_size", 256 << 10),
    ]
