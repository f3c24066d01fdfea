"""Accounts: their addresses, how fast sign-in may be tried, how long a session lives."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from chassis.problems import invalid
from services.identity.domain.roles import Held

SESSION = timedelta(hours=12)
IDLE = timedelta(hours=1)  # measured when the gateway asks for the actor, at most every ACTOR
ACTOR = timedelta(minutes=5)  # how long a signed actor is honoured
LONGEST_ADDRESS = 254
PAGE = 100  # accounts in one answer
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256

_ADDRESS = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\".]+(\.[^\s@,;<>()\".]+)+")


@dataclass(frozen=True)
class Account:
    """A person who may sign in."""

    id: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    held: tuple[Held, ...] = ()
    version: int = 1
    suspended: bool = False


@dataclass(frozen=True)
class Session:
    """One sign-in. `token` exists here and with the person; the database keeps its hash."""

    id: str
    token: str = field(repr=False)
    expires_at: datetime
    strength: str = "password"  # domain/second_factors.Strength
    factors: tuple[str, ...] = ()  # what completes one that is half
    second_missing: bool = False  # a role needs a second factor, and the account has none
    device: NewDevice | None = None


@dataclass(frozen=True)
class NewDevice:
    """What a device will be known by; the database keeps the token's hash."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner sees it in a list."""

    id: str
    started_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    this_one: bool


def comparable(email: str) -> str:
    """One spelling of an address, to look it up by; never fails: a bad one gets no answer of its own."""
    kept = (
        letter for letter in unicodedata.normalize("NFC", email) if unicodedata.category(letter)[0] != "C"
    )
    return "".join(kept).strip().lower()


def address(email: str) -> str:
    """The normal form of an address that an account may have; raises INVALID `email-not-valid`."""
    normal = comparable(email)
    if len(normal) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(normal):
        raise invalid(
            "email-not-valid", "Enter an email address in the correct format, like name@example.org"
        )
    return normal


def id_of(written: str) -> str | None:
    """An id as it is kept; None where it is none."""
    try:
        return str(UUID(written))
    except ValueError:
        return None


def cursor(after: str) -> UUID | None:
    """The account after which a page begins; None for the first page. Raises INVALID `cursor-not-valid`."""
    try:
        return UUID(after) if after else None
    except ValueError:
        raise invalid("cursor-not-valid", "Start the list again from its first page.") from None


def digest(secret: str) -> bytes:
    """What we keep of a token or key: 256 random bits leave nothing to guess, a slow hash adds nothing."""
    return hashlib.sha256(secret.encode()).digest()


def actor_seconds(now: datetime, *ends: datetime | None) -> int:
    """How long an actor may be honoured: ACTOR, or less where what it rests on ends sooner; never none."""
    until = min([now + ACTOR, *(end for end in ends if end is not None)])
    return max(1, int((until - now).total_seconds()))
