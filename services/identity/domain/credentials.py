"""LRMS clients and their keys.

A client is one vendor's product at one customer in one environment. It has two keys, so that one can be
changed while the other works; idempotency and quotas are the client's, so a change in mid-retry is safe.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chassis.problems import Fault, conflict, invalid
from services.identity.domain.roles import SCOPES

ENVIRONMENTS = ("production", "sandbox")
SLOTS = ("primary", "secondary")
SHORTEST_KEY = 43  # characters: 256 random bits in base64
LONGEST_PRODUCT = 100
LONGEST_LIFE = 730  # days
WARNED = (7, 30)  # days before its end at which somebody is told that a key will end


@dataclass(frozen=True)
class Client:
    """`organisation` is the customer's ODS code; `scopes` narrow what it may do, and none given are all there are."""

    id: str
    product: str
    organisation: str
    environment: str
    scopes: tuple[str, ...] | None = None

    def holds(self, narrower: Iterable[str] | None = None) -> tuple[str, ...]:
        """The scopes of this client, or what is left of them under narrower ones."""
        own = SCOPES.keys() if self.scopes is None else SCOPES.keys() & set(self.scopes)
        return tuple(sorted(own if narrower is None else own & set(narrower)))


@dataclass(frozen=True)
class Credential:
    """One key of a client; the key itself is known to the vendor alone."""

    id: str
    client: Client
    slot: str
    issued_at: datetime
    revoked_at: datetime | None = None
    expires_at: datetime | None = None
    scopes: tuple[str, ...] | None = None
    last_used_on: date | None = None


def new_key() -> str:
    return secrets.token_urlsafe(32)


def product_name(product: str) -> str:
    """A vendor product's name as it is kept; INVALID when it is none."""
    normal = " ".join(product.split())
    if not normal or len(normal) > LONGEST_PRODUCT or not normal.isprintable():
        detail = f"Name the vendor's product, in {LONGEST_PRODUCT} characters at most."
        raise invalid("product-not-valid", detail, Fault("product", "product-not-valid", detail))
    return normal


def must_be_an_environment(environment: str) -> None:
    if environment not in ENVIRONMENTS:
        detail = f"A key is for one of: {', '.join(ENVIRONMENTS)}."
        raise invalid("environment-not-known", detail, Fault("environment", "environment-not-known", detail))


def scopes_named(names: Iterable[str], most: Iterable[str] | None = None) -> tuple[str, ...]:
    """Scopes as they are kept; INVALID where one is not known, or is not among `most`."""
    wanted, held = set(names), set(SCOPES if most is None else most)
    if not wanted <= held:
        detail = f"A scope is one of: {', '.join(sorted(held)) or 'none, for this client has none'}."
        raise invalid("scope-not-known", detail, Fault("scopes", "scope-not-known", detail))
    return tuple(sorted(wanted))


def end_after(days: int, now: datetime) -> datetime | None:
    """When a key that works for so many days ends; None for one that works until it is revoked."""
    if days > LONGEST_LIFE:
        detail = f"A key works for {LONGEST_LIFE} days at most, or until it is revoked."
        raise invalid("life-not-valid", detail, Fault("days", "life-not-valid", detail))
    return now + timedelta(days=days) if days else None


def must_be_known(working: Iterable[str], known: Collection[str]) -> None:
    """CONFLICT where a client has a key that whoever asks for another has not seen: most likely they pressed twice."""
    if not set(working) <= set(known):
        raise conflict(
            "key-issued-meanwhile",
            "A key for this product was issued a moment ago, and was shown then. If nobody copied it, revoke it under Keys and clients, "
            "and issue another.",
        )


def free_slot(taken: Iterable[str]) -> str:
    """The slot that a new key goes to; CONFLICT where both are in use: then one is revoked first."""
    free = [slot for slot in SLOTS if slot not in taken]
    if not free:
        raise conflict(
            "both-keys-in-use",
            "This client has two keys. Revoke the one that is no longer used, then issue a new one.",
        )
    return free[0]
