"""Reaching an address that somebody else named: judged, pinned, without redirects or proxies, in little time.

A name is resolved once, what it resolves to is judged, and exactly that address is connected to: a name that changes its mind between the
two gains nothing.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Timer
from typing import TypeVar

from services.identity.domain.client_keys import Address, not_fetched

SECONDS = 3.0  # for all of it: name, connection and body
AT_ONCE = 2
FAILURES = (OSError, http.client.HTTPException, ValueError)
_PRIVATE_IN_DISGUISE = ipaddress.ip_network("64:ff9b::/96")  # IPv4 behind NAT64

Resolve = Callable[[str, int], Iterable[str]]
Heard = TypeVar("Heard")


class Reaching:
    """Reaches for one server, AT_ONCE at once: names that never resolve must not take every thread."""

    def __init__(self, trusted: str, resolve: Resolve | None = None, seconds: float = SECONDS) -> None:
        self._trusted = trusted
        self._resolve = resolve or _resolved
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(AT_ONCE, "reaching")

    def _within(self, where: Address, ask: Callable[[Pinned], Heard]) -> Heard:
        """What `ask` hears. Raises TimeoutError where it took too long, one of FAILURES, or what `ask` and the judge raise."""
        asked = self._pool.submit(self._heard, where, ask)
        try:
            return asked.result(self._seconds + 0.2)
        except TimeoutError:
            asked.cancel()
            raise

    def _heard(self, where: Address, ask: Callable[[Pinned], Heard]) -> Heard:
        connection = Pinned(where, self._judged(where), self._seconds)
        late = Timer(self._seconds, connection.cut)
        late.daemon = True
        late.start()
        try:
            heard = ask(connection)
        except FAILURES:
            if connection.late:
                raise TimeoutError from None
            raise
        finally:
            late.cancel()
            connection.close()
        if connection.late:  # what is cut in the right place looks whole
            raise TimeoutError
        return heard

    def _judged(self, where: Address) -> str:
        """The one address to connect to, none of the host's being private: a list of good and bad ones is bad."""
        found = list(self._resolve(where.host, where.port))
        if not found or (not where.trusted and not all(map(is_public, found))):
            raise not_fetched("jwks_uri must lie at a public address, with every address that its name has.")
        return found[0]


def is_public(address: str) -> bool:
    """Whether everybody can reach an address: not this machine, not a private network, nothing in disguise."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        if one.ipv4_mapped or one.sixtofour or one.teredo or one in _PRIVATE_IN_DISGUISE:
            return False
        if one.is_site_local:
            return False
    return one.is_global and not one.is_multicast and not one.is_reserved and not one.is_unspecified


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


class Pinned(http.client.HTTPConnection):
    """Speaks to one address, whatever the host's name resolves to by now; the certificate is the name's."""

    def __init__(self, where: Address, address: str, seconds: float) -> None:
        super().__init__(where.host, where.port, timeout=seconds)
        self._where = where
        self._address = address
        self._wire: socket.socket | None = None
        self.late = False

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self._where.port), self.timeout)
        if self._where.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._where.host)
        self._wire = self.sock  # a response that ends with the connection takes it over
        if self.late:  # the cut came before there was anything to cut
            raise OSError("too late")

    def cut(self) -> None:
        """End it from another thread: whoever drips is late too."""
        self.late = True
        if self._wire is not None:
            try:
                socket.socket.shutdown(self._wire, socket.SHUT_RDWR)
            except OSError:
                return
