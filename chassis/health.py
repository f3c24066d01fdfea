"""Is this process alive and ready? Plain HTTP, the same for every verb, for Kubernetes and `make status`.

/live answers while the process runs; /ready answers 200 when every check passes, else 503 with the names that fail.
/keys says in JSON which keys are in use, by the digest of their files, and how much there is under each key that we know of:
what whoever rotates keys waits for (docs/rotating-keys.md). A file that cannot be used makes nobody unready: the old keys work.
Nor does what is damaged and cannot come under the newest key: it is counted there.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chassis import rereading

Check = Callable[[], bool]
Under = Callable[[], Mapping[str, int]]  # id of a key → how many things only it opens
Damaged = Callable[[], int]  # how many things no key opens, that this process has met
_log = logging.getLogger(__name__)


def failing(checks: Mapping[str, Check]) -> list[str]:
    """The names of the checks that fail; one that raises has failed."""
    return [name for name, check in checks.items() if not _passes(check)]


def serve(
    port: int,
    checks: Mapping[str, Check],
    host: str = "127.0.0.1",
    under: Mapping[str, Under] | None = None,
    damaged: Mapping[str, Damaged] | None = None,
) -> ThreadingHTTPServer | None:
    """Answer on `port` from a thread of its own; port 0 means not at all. `under`, `damaged` are by name of the setting."""
    if not port:
        return None
    server = ThreadingHTTPServer((host, port), _handler(checks, under or {}, damaged or {}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def _passes(check: Check) -> bool:
    try:
        return bool(check())
    except Exception as failure:
        _log.warning("a health check failed: %s", type(failure).__name__)
        return False


def keys(under: Mapping[str, Under], damaged: Mapping[str, Damaged]) -> dict[str, dict[str, object]]:
    """Of each setting that is read again when its file changes: what is in use, whether the file there now cannot be."""
    told: dict[str, dict[str, object]] = {
        one.name: {"digest": one.digest, "refused": one.refused} for one in rereading.states()
    }
    for name, count in under.items():
        told.setdefault(name, {})["under"] = dict(count())
    for name, found in damaged.items():
        told.setdefault(name, {})["damaged"] = found()
    return told


def _handler(
    checks: Mapping[str, Check], under: Mapping[str, Under], damaged: Mapping[str, Damaged]
) -> type[BaseHTTPRequestHandler]:
    started = time.time()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/live":
                self._answer(200, f"alive for {time.time() - started:.0f} s")
            elif self.path == "/ready":
                names = failing(checks)
                self._answer(503 if names else 200, "not ready: " + ", ".join(names) if names else "ready")
            elif self.path == "/keys":
                self._keys()
            else:
                self._answer(404, "ask /live, /ready or /keys")

        def _keys(self) -> None:
            try:
                self._answer(200, json.dumps(keys(under, damaged)))
            except Exception as failure:  # a count needs the database
                self._answer(503, f"not known now: {type(failure).__name__}")

        def _answer(self, status: int, text: str) -> None:
            body = (text + "\n").encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Probes are not news."""

    return Handler
