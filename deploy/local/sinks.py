"""Where mail and traces end on one machine: `python -m deploy.local.sinks mail|traces <port> <folder>`.

Mail: one `.eml` file for each message. Traces: OTLP over HTTP, one JSON line for each span.
"""

import gzip
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

LARGEST = 20_000_000  # bytes of one trace file
KEPT = 5  # files


class Mailbox:
    """Writes each message whole: under a hidden name first, so that a reader never sees half of one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        recipient = re.sub(r"[^\w.@+-]", "_", ",".join(envelope.rcpt_tos))[:100]
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{recipient}.eml"
        content = envelope.original_content or b""
        part = self._folder / f".{name}"
        part.write_bytes(content)
        part.replace(self._folder / name)
        return "250 OK"


class Spans:
    """A file that is put aside when it grows too large; the oldest is forgotten."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def write(self, lines: Iterable[str]) -> None:
        with self._lock:
            path = self._folder / "spans.jsonl"
            if path.exists() and path.stat().st_size > LARGEST:
                self._put_aside()
            with path.open("a") as file:
                file.writelines(f"{line}\n" for line in lines)

    def _put_aside(self) -> None:
        for number in range(KEPT - 1, 0, -1):
            older = self._folder / (f"spans.{number - 1}.jsonl" if number > 1 else "spans.jsonl")
            if older.exists():
                older.replace(self._folder / f"spans.{number}.jsonl")


def spans_of(request: ExportTraceServiceRequest) -> Iterator[str]:
    """One JSON line for each span of an export."""
    for resource in request.resource_spans:
        process = _attributes(resource.resource.attributes).get("service.name", "")
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield json.dumps(_span(str(process), span))


def _span(process: str, span: Span) -> dict[str, Any]:
    return {
        "trace": span.trace_id.hex(),
        "span": span.span_id.hex(),
        "parent": span.parent_span_id.hex(),
        "process": process,
        "name": span.name,
        "start": span.start_time_unix_nano,
        "end": span.end_time_unix_nano,
        "failed": span.status.message if span.status.code == 2 else "",
        "attributes": _attributes(span.attributes),
    }


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    return (
        getattr(value, kind)
        if kind in ("string_value", "bool_value", "int_value", "double_value")
        else str(value)
    )


def mail(port: int, folder: Path) -> None:
    """Take mail on a loopback port until told to stop."""
    controller = Controller(Mailbox(folder), hostname="127.0.0.1", port=port, data_size_limit=10_000_000)
    controller.start()
    _until_told()
    controller.stop()


def traces(port: int, folder: Path) -> None:
    """Take spans on a loopback port until told to stop."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(Spans(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _until_told()
    server.shutdown()


def _handler(spans: Spans) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            spans.write(spans_of(ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Exports are not news."""

    return Handler


def _until_told() -> None:
    told = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: told.set())
    told.wait()


if __name__ == "__main__":
    os.umask(0o077)
    {"mail": mail, "traces": traces}[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
