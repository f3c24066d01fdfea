"""What goes around every request: a span, ids to quote, and headers that keep browsers safe."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import IO, Any, cast

from flask import Flask, Request, Response, g, request
from opentelemetry.trace import SpanKind
from werkzeug.exceptions import RequestEntityTooLarge

from chassis import telemetry
from gateway.door import Door
from gateway.packing import Packing

REQUEST_ID = "X-Request-ID"
CORRELATION_ID = "X-Correlation-ID"
LARGEST_BODY = 1_000_000  # bytes
MOST_PARTS = 10  # of a form that is sent in parts: the one that we have holds a token, a word and a file
_SANE_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_NO_TRACE = "0" * 32
WITHOUT_ACCOUNT = ("/tell-us", "/report-without-a-name", "/follow-up")
"""Pages of whoever wants to be nobody: they look at no session and set no cookie, whoever comes."""
NAMELESS = ("/api/v1/public/", *WITHOUT_ACCOUNT, "/feedback")
"""Where nothing that a network on the way put into a request may be kept: its ids would lead from a record, or from what was said of
the service, to whoever wrote it."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PLAIN: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_NOTHING = "default-src 'none'; frame-ancestors 'none'"
_PAGE = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self' 'nonce-{nonce}'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_YEAR = 31_536_000  # seconds


class Asked(Request):
    """A request whose files are compressed as they arrive, so that none is ever on a disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return cast("IO[bytes]", Packing())


class Enveloped(Flask):
    """A Flask whose every request, however it ends, has a span, ids and headers; served over WSGI or, better, RSGI."""

    request_class = Asked

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        await self._door.serve(scope, protocol)

    @cached_property
    def _door(self) -> Door:
        return Door(self, LARGEST_BODY)

    def full_dispatch_request(self) -> Response:
        """Route, guard, view and error handling, inside one span of method, route and status alone."""
        route = request.url_rule.rule if request.url_rule else "no route"
        traced = "traceparent" in request.headers and not _is_nameless()
        parent = telemetry.incoming(_trace_headers()) if traced else None
        method = request.method if request.method in _METHODS else "other"
        with telemetry.span(f"{method} {route}", SpanKind.SERVER, parent) as span:
            g.request_id = _request_id()
            response = super().full_dispatch_request()
            span.set_attribute("request_id", g.request_id)
            span.set_attribute("http.response.status_code", response.status_code)
            self._address(response)
            return response

    def _address(self, response: Response) -> None:
        headers = response.headers
        headers[REQUEST_ID] = g.request_id
        correlation = request.headers.get(CORRELATION_ID, "")
        if _SANE_ID.fullmatch(correlation):
            headers[CORRELATION_ID] = correlation
        headers.update(_PLAIN)
        page = response.mimetype == "text/html"
        headers["Content-Security-Policy"] = _PAGE.format(nonce=nonce()) if page else _NOTHING
        headers.setdefault("Cache-Control", "no-store")
        if self.config["PUBLIC_URL"].startswith("https:"):
            headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"


def body() -> bytes:
    """What was sent. A body that came in chunks is cut at the limit in silence, so one that reaches it is refused."""
    sent = request.get_data()
    if len(sent) >= LARGEST_BODY:
        raise RequestEntityTooLarge
    return sent


def nonce() -> str:
    """This request's nonce, for the scripts we wrote ourselves."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def _request_id() -> str:
    """The caller's own id where it looks like one, else the trace's, else a new one."""
    sent = request.headers.get(REQUEST_ID, "")
    if _SANE_ID.fullmatch(sent) and not _is_nameless():
        return sent
    traced = telemetry.trace_id()
    return uuid.uuid4().hex if traced == _NO_TRACE else traced


def _is_nameless() -> bool:
    return request.path.startswith(NAMELESS)


def _trace_headers() -> dict[str, str]:
    names = ("traceparent", "tracestate")
    return {name: request.headers[name] for name in names if name in request.headers}
