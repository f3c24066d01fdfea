"""The national directory over HTTP: one question at a time, slowly, and never longer than it may take.

Only https, and only addresses of the public internet, but for hosts that an operator names: those may be at a private
or loopback address, and be asked in the clear.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit

import httpx

from services.identity.use_cases import Answer, Away

BETWEEN = 0.25  # seconds from one question to the next: the directory asks for fewer than five a second
PATIENCE = 10.0  # seconds for a connection, or for the next bytes
LONGEST = 20.0  # seconds for one answer, however it comes
LARGEST = 16 << 20  # bytes of one answer


class Directory:
    """Asks the directory at `url` (ORD_URL). `allowed`: hosts, divided by commas; see above."""

    def __init__(
        self,
        url: str,
        allowed: str = "",
        longest: float = LONGEST,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url.rstrip("/")
        self._parts = urlsplit(self._url)
        self._longest = longest
        self._sleep, self._clock = sleep, clock
        self._lock = threading.Lock()
        self._next = 0.0
        hosts = {one.strip().lower() for one in allowed.split(",") if one.strip()}
        self._allowed = (self._parts.hostname or "") in hosts
        _check(self._parts, self._allowed)

    def ask(self, path: str, parameters: Mapping[str, str]) -> Answer:
        """The answer, whatever its status; raises Away where there is none. Redirects are not followed."""
        self._wait_for_our_turn()
        self._must_be_outside()
        try:
            return self._asked(path, parameters)
        except httpx.HTTPError as failure:
            raise Away(f"the directory does not answer: {type(failure).__name__}") from None

    def _asked(self, path: str, parameters: Mapping[str, str]) -> Answer:
        end = time.monotonic() + self._longest
        headers = {"Accept": "application/json"}
        with (
            httpx.Client(timeout=min(PATIENCE, self._longest), trust_env=False) as client,
            client.stream("GET", self._url + path, params=dict(parameters), headers=headers) as answer,
        ):
            body = bytearray()
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    raise Away("the directory's answer is too large")
                if time.monotonic() > end:
                    raise Away("the directory's answer does not end")
            found = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status_code, bytes(body), found)

    def _wait_for_our_turn(self) -> None:
        with self._lock:
            now = self._clock()
            if self._next > now:
                self._sleep(self._next - now)
            self._next = max(now, self._next) + BETWEEN

    def _must_be_outside(self) -> None:
        """Looked up for each question: a name may come to mean another address."""
        if self._allowed:
            return
        host = self._parts.hostname or ""
        try:
            found = socket.getaddrinfo(host, self._parts.port or 443, type=socket.SOCK_STREAM)
        except OSError:
            raise Away("the directory's name is not known") from None
        if not all(ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_global for one in found):
            raise Away("the directory's name leads to a private address")


def _check(url: SplitResult, allowed: bool) -> None:
    if not url.hostname or url.username or url.query or url.fragment:
        raise SystemExit("settings: ORD_URL is no address of a directory")
    if url.scheme != "https" and not (url.scheme == "http" and allowed):
        raise SystemExit(
            "settings: ORD_URL must begin with https:// (http:// is for ORD_ALLOWED_HOSTS alone)"
        )
