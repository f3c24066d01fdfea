"""The app as granian serves it over RSGI: a request gets a thread once all of it is here.

Over WSGI a thread waits for the body, for as long as the client likes, so a few that send one byte a second stop
everything. The event loop waits for hundreds at the price of their bytes. The app itself is plain WSGI either way.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from werkzeug.exceptions import RequestTimeout

THREADS = 32  # in each worker; most of them wait for a service
PATIENCE = 20.0  # seconds for a whole body to arrive
DRAINED = 16  # times the largest body that we read and drop, so that its sender hears why

Answer = tuple[int, list[tuple[str, str]], bytes]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Door:
    """Carries requests from the event loop to threads of a pool, and the answers back."""

    def __init__(self, app: Wsgi, largest: int, threads: int = THREADS, patience: float = PATIENCE) -> None:
        self._app = app
        self._largest = largest
        self._patience = patience
        self._pool = ThreadPoolExecutor(threads, "request")

    async def serve(self, scope: Any, protocol: Any) -> None:
        """One request, as RSGI hands it over."""
        if scope.proto != "http":
            protocol.close(404)
            return
        body = await self._body(protocol)
        loop = asyncio.get_running_loop()
        status, headers, answer = await loop.run_in_executor(self._pool, self._answer, _environ(scope, body))
        protocol.response_bytes(status, headers, answer)

    async def _body(self, protocol: Any) -> io.BufferedIOBase:
        """What was sent, one byte more than the largest at most; a stream that says 408 where it did not all come."""
        kept, seen = bytearray(), 0
        try:
            async with asyncio.timeout(self._patience):
                async for chunk in protocol:
                    seen += len(chunk)
                    kept += chunk[: self._largest + 1 - len(kept)]
                    if seen > DRAINED * self._largest:
                        break
        except TimeoutError:
            return _Late()
        return io.BytesIO(kept)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        told: list[tuple[str, list[tuple[str, str]]]] = []
        parts = self._app(environ, lambda status, headers, exc_info=None: told.append((status, headers)))
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        status, headers = told[-1]
        return int(status[:3]), headers, body


class _Late(io.BufferedIOBase):
    """A body that did not arrive in time: whoever reads it answers 408."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise RequestTimeout

    readline = read  # type: ignore[assignment]

    def readinto(self, buffer: Any, /) -> int:
        raise RequestTimeout


def _environ(scope: Any, body: io.BufferedIOBase) -> dict[str, Any]:
    """PEP 3333's environment of one request."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    environ.update((_name(name), value) for name, value in scope.headers.items())
    environ |= {"HTTP_COOKIE": "; ".join(cookies)} if (cookies := scope.headers.get_all("cookie")) else {}
    if environ.pop("HTTP_TRANSFER_ENCODING", None):
        environ["CONTENT_LENGTH"] = str(_length(body))
    return environ


def _name(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


def _length(body: io.BufferedIOBase) -> int:
    """Of a body that came in chunks; one that is late counts as something, so that it is read and refused."""
    return len(body.getbuffer()) if isinstance(body, io.BytesIO) else 1
