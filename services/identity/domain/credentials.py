"""LRMS clients and their keys.

A client is one vendor's product at one customer in one environment. It has two keys, so that one can be
changed while the other works; idempotency and quotas are the client's, so a change in mid-retry is safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ENVIRONMENTS = ("production", "sandbox")
SLOTS = ("primary", "secondary")
SHORTEST_KEY = 43  # characters: 256 random bits in base64


@dataclass(frozen=True)
class Client:
    """`organisation` is the customer's ODS code."""

    id: str
    product: str
    organisation: str
    environment: str


@dataclass(frozen=True)
class Credential:
    """One key of a client; the key itself is known to the vendor alone."""

    id: str
    client: Client
    slot: str
    issued_at: datetime
    revoked_at: datetime | None = None
