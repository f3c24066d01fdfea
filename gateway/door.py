"""The app as granian serves it over RSGI: a request gets a thread once all of it is here.

Over WSGI a thread waits for the body, for as long as the client likes, so a few that send one byte a second stop
everything. The event loop waits for hundreds at the price of their bytes. The app itself is plain WSGI either way.

A body of lines (NDJSON), or one that holds a file, is the exception: it may be larger than memory, so it is read while
it arrives and answered as it is read. Such a request has a thread of its own kind, of which there are few.
"""

from __future__ import annotations

import asyncio
import io
import logging
import math
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from werkzeug.exceptions import RequestTimeout

THREADS = 32  # in each worker; most of them wait for a service
PATIENCE = 20.0  # seconds for a whole body to arrive
IMPORTS = 2  # bodies of lines at once, in each worker
LINES = ("application/fhir+ndjson", "application/x-ndjson")
FILES = ("text/csv",)  # larger than a request may be as well, and taken by one route
FORMS = ("/support/organisations/imports",)  # pages whose form holds such a file
BUSY = "lfpse.busy"  # in the environment of a request that finds no room for its lines
LONGEST_NUMBER = 16  # digits of a length that we read
DRAINED = 16  # times the largest body that we read and drop, so that its sender hears why

_log = logging.getLogger(__name__)

Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Door:
    """Carries requests from the event loop to threads of a pool, and the answers back."""

    def __init__(self, app: Wsgi, largest: int, threads: int = THREADS, patience: float = PATIENCE) -> None:
        self._app = app
        self._largest = largest
        self._patience = patience
        self._pool = ThreadPoolExecutor(threads, "request")
        self._imports = ThreadPoolExecutor(IMPORTS, "import")
        self._importing = 0

    async def serve(self, scope: Any, protocol: Any) -> None:
        """One request, as RSGI hands it over."""
        if scope.proto != "http":
            protocol.close(404)
        elif _is_read_as_it_comes(scope):
            await self._serve_lines(scope, protocol)
        else:
            await self._serve_whole(scope, protocol)

    async def _serve_whole(self, scope: Any, protocol: Any) -> None:
        body = await self._body(scope, protocol)
        loop = asyncio.get_running_loop()
        status, headers, answer = await loop.run_in_executor(self._pool, self._answer, _environ(scope, body))
        protocol.response_bytes(status, headers, answer)

    async def _serve_lines(self, scope: Any, protocol: Any) -> None:
        """Read while it arrives, answered while it is read; refused by the app where too many do so already."""
        loop = asyncio.get_running_loop()
        source = _Arriving(protocol, loop, self._patience)
        environ = _environ(scope, io.BufferedReader(source)) | {"wsgi.input_terminated": True}
        if self._importing >= IMPORTS:
            answer = await loop.run_in_executor(self._pool, self._answer, environ | {BUSY: True})
            protocol.response_bytes(*answer)
            return
        self._importing += 1
        try:
            await self._in_parts(environ, protocol, loop)
        except Exception as gone:  # whatever the client did, it is over for it alone
            _log.info("a client stopped in the middle of its lines: %s", type(gone).__name__)
        finally:
            self._importing -= 1

    async def _in_parts(
        self, environ: dict[str, Any], protocol: Any, loop: asyncio.AbstractEventLoop
    ) -> None:
        """Send each part as it is made. Many clients read nothing before they have sent all, so reading waits for no sending."""
        parts: asyncio.Queue[Any] = asyncio.Queue()

        def tell(part: Any) -> None:
            loop.call_soon_threadsafe(parts.put_nowait, part)

        making = loop.run_in_executor(self._imports, self._make_parts, environ, tell)
        status, headers = await parts.get()
        transport = protocol.response_stream(status, headers)
        while (part := await parts.get()) is not None:
            sending = transport.send_bytes(part)
            await (asyncio.wait_for(sending, self._patience) if making.done() else sending)
        await making

    def _make_parts(self, environ: dict[str, Any], tell: Callable[[Any], None]) -> None:
        """Tell status and headers, then each part, then None; in a thread of its own."""
        try:
            parts = self._app(
                environ, lambda status, headers, exc_info=None: tell((int(status[:3]), headers))
            )
            try:
                for part in parts:
                    tell(part)
            finally:
                getattr(parts, "close", lambda: None)()
        finally:
            tell(None)

    async def _body(self, scope: Any, protocol: Any) -> io.BufferedIOBase:
        """What was sent, one byte more than the largest at most; a stream that says 408 where it did not all come.

        A body that says it is small is taken in one piece, which costs the event loop one turn instead of several.
        """
        try:
            async with asyncio.timeout(self._patience):
                if _said_length(scope) <= self._largest:
                    return io.BytesIO(await protocol())
                return await self._cut(protocol)
        except TimeoutError:
            return _Late()

    async def _cut(self, protocol: Any) -> io.BytesIO:
        """A body of unknown or excessive length, read on for a while so that its sender hears why it is refused."""
        kept, seen = bytearray(), 0
        async for chunk in protocol:
            seen += len(chunk)
            kept += chunk[: self._largest + 1 - len(kept)]
            if seen > DRAINED * self._largest:
                break
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


class _Arriving(io.RawIOBase):
    """A body on its way, read from a thread: each read waits for the event loop's next chunk."""

    def __init__(self, protocol: Any, loop: asyncio.AbstractEventLoop, patience: float) -> None:
        self._chunks = aiter(protocol)
        self._loop = loop
        self._patience = patience
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill `buffer` with what is here, or with what comes next; 0 at the end; TimeoutError when nothing comes for too long."""
        if not self._left:
            step = asyncio.run_coroutine_threadsafe(_next(self._chunks), self._loop)
            self._left = step.result(self._patience)
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


async def _next(chunks: Any) -> bytes:
    """The next chunk that holds something; nothing at the end."""
    while True:
        try:
            chunk = await anext(chunks)
        except StopAsyncIteration:
            return b""
        if chunk:
            return bytes(chunk)


class _Late(io.BufferedIOBase):
    """A body that did not arrive in time: whoever reads it answers 408."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise RequestTimeout

    readline = read  # type: ignore[assignment]

    def readinto(self, buffer: Any, /) -> int:
        raise RequestTimeout


def _is_read_as_it_comes(scope: Any) -> bool:
    kind = scope.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in (*LINES, *FILES) or (kind == "multipart/form-data" and scope.path in FORMS)


def _said_length(scope: Any) -> float:
    """How long a body says it is: nothing where no body is announced, endless where it comes in chunks."""
    headers = scope.headers
    if "transfer-encoding" in headers:
        return math.inf
    said = headers.get("content-length", "0")
    return int(said) if said.isdecimal() and len(said) < LONGEST_NUMBER else math.inf


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
    environ |= (
        {"HTTP_X_FORWARDED_FOR": ", ".join(told)}
        if (told := scope.headers.get_all("x-forwarded-for"))
        else {}
    )
    if environ.pop("HTTP_TRANSFER_ENCODING", None):
        environ["CONTENT_LENGTH"] = str(_length(body))
    return environ


def _name(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


def _length(body: io.BufferedIOBase) -> int:
    """Of a body that came in chunks; one that is late counts as something, so that it is read and refused."""
    return len(body.getbuffer()) if isinstance(body, io.BytesIO) else 1
