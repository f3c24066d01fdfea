"""Counting tries by account and by network address, inside the transactions of whoever is tried.

`place` is the keyed hash of the network address a request came from, as the gateway sends it. Where it does not, `place` is empty: at a
sign-in only the account counts then; for letters and codes, which no account slows, all that comes from nowhere is one place.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine

from chassis.tries import tried_again
from services.identity import store
from services.identity.domain import accounts, slowing
from services.identity.domain.slowing import CODES, LETTERS, SIGN_IN, Rule

_DAY = timedelta(days=1)


def count_sign_in(tx: Connection, typed: str, place: bytes, now: datetime, device: str = "") -> None:
    """One try to sign in; raises THROTTLED while the account or the address has to wait.

    Where somebody signed in before, or on a `device` (its id) on which they did, they wait for their own failures alone: nobody keeps
    a colleague out by failing in their name somewhere else, nor a ward by trying passwords from its network.
    """
    who = accounts.digest(f"device:{device}" if device else typed)
    known = bool(device) or (bool(place) and store.slowing.is_known_place(tx, typed, place))
    own = place.hex() if known and not device else ""
    tries = tried_again(store.sessions.lock_tries(tx, who, now, own), now)
    store.sessions.save_tries(tx, who, tries, own)
    if place:
        before = store.slowing.lock_level(tx, SIGN_IN.what, place, now)
        count = slowing.counted if known else slowing.tried
        store.slowing.save_level(tx, SIGN_IN.what, place, count(SIGN_IN, before, now))


def signed_in(tx: Connection, account_id: str, place: bytes, now: datetime) -> None:
    """Whoever tried got in: remember where, and let it make up for failures from there."""
    if not place:
        return
    anew = store.slowing.remember_place(tx, account_id, place, now, now - slowing.AGAIN)
    _make_up_for(tx, SIGN_IN, place, now, slowing.MAKES_UP_FOR if anew else 0)


def count_letter(db: Engine, place: bytes, now: datetime) -> None:
    """One request that sends a letter, or would; raises THROTTLED while its address has to wait."""
    _count(db, LETTERS, place, now)


def count_code(db: Engine, place: bytes, now: datetime) -> None:
    """One code that was entered; raises THROTTLED while its address has to wait."""
    _count(db, CODES, place, now)


def code_was_right(tx: Connection, place: bytes, now: datetime) -> None:
    """The code that was counted was right, which makes up for failures from there."""
    _make_up_for(tx, CODES, place, now, slowing.MAKES_UP_FOR)


def forget_places(tx: Connection) -> bool:
    """Tries of yesterday, and places where nobody has signed in for long."""
    now = datetime.now(UTC)
    store.slowing.forget(tx, now - _DAY, now - slowing.PLACE_KEPT)
    return False


def _count(db: Engine, rule: Rule, place: bytes, now: datetime) -> None:
    """In a transaction of its own, before anything else is done: tries made at once must not all pass as the first."""
    with db.begin() as tx:
        before = store.slowing.lock_level(tx, rule.what, place, now)
        store.slowing.save_level(tx, rule.what, place, slowing.tried(rule, before, now))


def _make_up_for(tx: Connection, rule: Rule, place: bytes, now: datetime, worth: int) -> None:
    before = store.slowing.lock_level(tx, rule.what, place, now)
    if before:
        store.slowing.save_level(tx, rule.what, place, slowing.made_up_for(before, worth))
