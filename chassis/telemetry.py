"""OpenTelemetry, by hand: spans where we put them, trace context in every hop, nothing automatic.

A span carries names, ids and counts. It never carries a report's text, and neither does a log line.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_tracer = trace.get_tracer("lfpse")
_propagator = TraceContextTextMapPropagator()

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def start(process: str, endpoint: str, sample: float) -> None:
    """Name this process and, where there is an endpoint, send spans to it over OTLP/HTTP."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    logging.getLogger("pika").setLevel(logging.ERROR)
    sampler = ParentBased(TraceIdRatioBased(sample))
    provider = TracerProvider(resource=Resource.create({"service.name": process}), sampler=sampler)
    if endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint), schedule_delay_millis=500))
    trace.set_tracer_provider(provider)


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: Context | None = None,
    **attributes: str | int | bool,
) -> Iterator[Span]:
    """A span around the block; a failure marks it with the error's class, never with its words.

    Inside a trace that nobody keeps it is the span around it: making one for nobody costs more than most blocks.
    """
    around = trace.get_current_span()
    if parent is None and around.get_span_context().is_valid and not around.is_recording():
        yield around
        return
    with _tracer.start_as_current_span(
        name,
        context=parent,
        kind=kind,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield current
        except BaseException as failure:
            current.set_status(trace.StatusCode.ERROR, type(failure).__name__)
            raise


def outgoing() -> dict[str, str]:
    """Headers that carry the current trace onward; empty when there is none."""
    headers: dict[str, str] = {}
    _propagator.inject(headers)
    return headers


def incoming(headers: Mapping[str, str]) -> Context:
    """The trace that `headers` (traceparent) carry."""
    return _propagator.extract(headers)


def trace_id() -> str:
    """The current trace's id in hex; zeros when there is none."""
    return f"{trace.get_current_span().get_span_context().trace_id:032x}"
