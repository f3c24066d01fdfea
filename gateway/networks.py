"""Where a request comes from, as far as we can believe it. What is kept of it anywhere is a keyed hash at most.

`X-Forwarded-For` is what anybody likes to write, but for the last entries, which our own proxies added: as many as TRUSTED_PROXIES
says. An IPv6 address counts by its network of 64 bits, of which one customer has all.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from flask import Flask, current_app, request

_PREFIX = 64  # bits of an IPv6 address that one customer has
_NOWHERE = "unknown"
_KEY = b"network addresses"


def install(app: Flask, secret_key: str, trusted_proxies: int) -> None:
    """Believe so many proxies; hash with a key of our own, the same in every worker and after every start."""
    app.config["TRUSTED_PROXIES"] = trusted_proxies
    hash_with(app, secret_key)


def hash_with(app: Flask, secret_key: str) -> None:
    """Of several lines, the first: as it changes, so do the hashes, and whoever was slowed by where they come from begins anew."""
    app.config["ADDRESS_KEY"] = hmac.digest(secret_key.splitlines()[0].strip().encode(), _KEY, "sha256")


def network() -> str:
    """The network this request comes from, for use within this process."""
    return network_of(request.environ, current_app.config["TRUSTED_PROXIES"])


def from_address() -> bytes:
    """A keyed hash of that network: all that leaves the gateway of it."""
    return hmac.digest(current_app.config["ADDRESS_KEY"], network().encode(), hashlib.sha256)


def network_of(environ: Mapping[str, Any], trusted_proxies: int) -> str:
    """The network of whoever asks, before `trusted_proxies` proxies of ours; what is no address counts as one unknown network."""
    peer = str(environ.get("REMOTE_ADDR", ""))
    told = [one.strip() for one in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",") if one.strip()]
    if trusted_proxies > 0 and told:
        return _network(told[-min(trusted_proxies, len(told))]) or _network(peer) or _NOWHERE
    return _network(peer) or _NOWHERE


def _network(written: str) -> str:
    """In one spelling; nothing where it is no address."""
    try:
        address = ip_address(_bare(written))
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _PREFIX), strict=False))


def _bare(written: str) -> str:
    """Without brackets, port or zone, as some proxies write them."""
    if written.startswith("["):
        return written[1:].partition("]")[0].partition("%")[0]
    host, colon, port = written.partition(":")
    return host if colon and port.isdecimal() else written.partition("%")[0]
