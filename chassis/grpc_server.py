"""Serve gRPC: mutual TLS, callers listed, actor verified, problems carried, deadlines kept, health, graceful drain.

Each RPC of a service names its permission in the table given to `serve`; an RPC that is not in it is refused.
"""

from __future__ import annotations

import contextvars
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from opentelemetry.trace import SpanKind

from chassis import certificates, database, telemetry
from chassis.actors import Actor, Verifier
from chassis.certificates import Papers
from chassis.problems import Kind, Problem, forbidden, unauthenticated, unavailable
from chassis.rereading import Reread
from chassis.settings import Serving
from protos.problem.v1 import problem_pb2

OPEN = ""  # the permission of an RPC that comes before there is an actor (signing in)
SPIFFE = "spiffe://lfpse/"
STATUS = {
    Kind.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Kind.UNAUTHENTICATED: grpc.StatusCode.UNAUTHENTICATED,
    Kind.FORBIDDEN: grpc.StatusCode.PERMISSION_DENIED,
    Kind.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Kind.CONFLICT: grpc.StatusCode.ABORTED,
    Kind.THROTTLED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Kind.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
}
_OPTIONS = [
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", 8 << 20),
    ("grpc.max_metadata_size", 256 << 10),
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
]
_actor: contextvars.ContextVar[Actor | None] = contextvars.ContextVar("actor", default=None)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Door:
    """One gRPC service: how to add it, which permission each RPC needs, which callers may use it."""

    name: str  # full name, e.g. lfpse.recording.v1.Recording
    add: Callable[[Any, grpc.Server], None]
    servicer: object
    permissions: Mapping[str, str]  # RPC → permission, or OPEN
    callers: frozenset[str]  # SPIFFE names without their prefix
    closing: Callable[[], None] = lambda: None  # ends streams, which would hold up a drain


def actor() -> Actor:
    """Who asks, inside an RPC whose permission is not OPEN."""
    found = _actor.get()
    if found is None:
        raise unauthenticated("no-actor", "Sign in first.")
    return found


def serve(door: Door, settings: Serving) -> tuple[grpc.Server, int]:
    """Start serving `door`; the server and the port it got."""
    guard = _Guard(door, Verifier(settings.actor_keys))
    server = grpc.server(
        ThreadPoolExecutor(settings.grpc_threads, "rpc"),
        interceptors=[guard],
        options=_OPTIONS,
    )
    door.add(door.servicer, server)
    state = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(state, server)
    state.set("", health_pb2.HealthCheckResponse.SERVING)
    state.set(door.name, health_pb2.HealthCheckResponse.SERVING)
    papers = certificates.reread(settings.tls_cert_file, settings.tls_key_file, settings.tls_ca_file)
    port = server.add_secure_port(f"{settings.grpc_host}:{settings.grpc_port}", _credentials(papers))
    certificates.remind_daily(papers)
    server.start()
    return server, port


def drain(server: grpc.Server, seconds: float = 10, closing: Callable[[], None] = lambda: None) -> None:
    """Refuse new calls, let those under way end, then stop."""
    done: threading.Event = server.stop(seconds)
    closing()
    done.wait()


def _credentials(papers: Reread[Papers]) -> grpc.ServerCredentials:
    """Asked for at every handshake; a connection that stands keeps what it began with."""

    def current() -> grpc.ServerCertificateConfiguration:
        found = papers.now()
        return grpc.ssl_server_certificate_configuration([(found.key, found.certificate)], found.authorities)

    return grpc.dynamic_ssl_server_credentials(current(), current, require_client_authentication=True)


class _Guard(grpc.ServerInterceptor):  # type: ignore[type-arg,misc]
    """Stands before every RPC. What it puts around one is made at its first call and kept."""

    def __init__(self, door: Door, verifier: Verifier) -> None:
        self._door = door
        self._verifier = verifier
        self._guarded: dict[str, Any] = {}

    def intercept_service(self, continuation: Any, details: Any) -> Any:
        method = details.method
        if method not in self._guarded:
            handler = continuation(details)
            if handler is None:
                return None
            self._guarded[method] = self._around(handler, method)
        return self._guarded[method]

    def _around(self, handler: Any, method: str) -> Any:
        service, _, rpc = method.lstrip("/").rpartition("/")
        if service == "grpc.health.v1.Health":
            return handler
        if handler.unary_unary:
            wrapped, made = self._unary(handler.unary_unary, rpc), grpc.unary_unary_rpc_method_handler
        else:
            wrapped, made = self._stream(handler.unary_stream, rpc), grpc.unary_stream_rpc_method_handler
        return made(wrapped, handler.request_deserializer, handler.response_serializer)

    def _unary(self, inner: Callable[..., Any], rpc: str) -> Callable[..., Any]:
        name = f"{self._door.name}/{rpc}"

        def call(request: Any, context: grpc.ServicerContext) -> Any:
            metadata: dict[str, Any] = dict(context.invocation_metadata())
            parent = telemetry.incoming(metadata)
            try:
                with telemetry.span(name, SpanKind.SERVER, parent):
                    self._admit(rpc, metadata, context)
                    return inner(request, context)
            except Exception as failure:
                _refuse(context, failure, rpc)

        return call

    def _stream(self, inner: Callable[..., Any], rpc: str) -> Callable[..., Any]:
        def call(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            try:
                self._admit(rpc, dict(context.invocation_metadata()), context)
                yield from inner(request, context)
            except Exception as failure:
                _refuse(context, failure, rpc)

        return call

    def _admit(self, rpc: str, metadata: Mapping[str, Any], context: grpc.ServicerContext) -> None:
        if not _caller_names(context) & self._door.callers:
            raise forbidden("caller-not-listed", "This service may not be called from there.")
        permission = self._door.permissions.get(rpc)
        if permission is None:
            raise forbidden("not-permitted", "This call has no permission of its own.")
        _actor.set(None)
        if permission == OPEN:
            return
        asking = self._verifier.verify(str(metadata.get("actor", "")))
        asking.must(permission)
        _actor.set(asking)


def _caller_names(context: grpc.ServicerContext) -> set[str]:
    """From the certificate's alternative names, which are what gRPC calls a peer's identities."""
    if context.peer_identity_key() != "x509_subject_alternative_name":
        return set()
    names = context.peer_identities() or ()
    return {name.decode().removeprefix(SPIFFE) for name in names if name.startswith(SPIFFE.encode())}


def _refuse(context: grpc.ServicerContext, failure: Exception, rpc: str) -> None:
    """End the call with the status of the problem; what is not a problem is our fault, and is logged."""
    problem = failure if isinstance(failure, Problem) else _known_failure(failure)
    if problem is None:
        _log.error("%s failed: %s", rpc, type(failure).__name__, exc_info=_without_values(failure))
        context.abort(grpc.StatusCode.INTERNAL, "internal")
        return
    context.set_trailing_metadata((("problem-bin", _to_wire(problem).SerializeToString()),))
    context.abort(STATUS[problem.kind], problem.code)


def _known_failure(failure: Exception) -> Problem | None:
    """A database that is away or late is UNAVAILABLE, not our fault."""
    if database.is_away(failure) or database.is_late(failure):
        _log.warning("database unavailable: %s", type(failure).__name__)
        return unavailable("try-again", "A part of the service is not available. Try again in a moment.")
    return None


def _without_values(failure: Exception) -> Any:
    """The traceback with the error's own words taken out: they may quote a report."""
    bare = RuntimeError(type(failure).__name__)
    return (RuntimeError, bare, failure.__traceback__)


def _to_wire(problem: Problem) -> problem_pb2.Problem:
    faults = [problem_pb2.Fault(path=f.path, code=f.code, detail=f.detail) for f in problem.faults[:100]]
    return problem_pb2.Problem(
        kind=problem.kind.value,
        code=problem.code,
        detail=problem.detail,
        faults=faults,
        retry_after=problem.retry_after,
    )
