"""Passwords: argon2id, with as much work for an unknown address as for a wrong password."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from zxcvbn import zxcvbn

from chassis.problems import unavailable
from services.identity.domain import joining
from services.identity.domain.accounts import LONGEST_PASSWORD

AT_ONCE = 4  # each takes 64 MiB and four cores for a moment: sign-ins must not starve the LRMS keys
MOST_JUDGED = 72  # characters: the work grows with the square
KNOWN = ("patient", "safety", "lfpse", "nhs", "hospital")  # what anybody would try here first
PATIENCE = 3.0  # seconds to wait for one's turn

_hasher = PasswordHasher()
_turns = threading.BoundedSemaphore(AT_ONCE)
_NOBODY = _hasher.hash(secrets.token_urlsafe())  # what an unknown address is checked against


def must_be_strong(password: str, email: str, name: str) -> None:
    """INVALID `password-weak` for one that is short, common, or made of the address or the name."""
    guessed = zxcvbn(_normal(password)[:MOST_JUDGED] or " ", [*email.split("@"), *name.split(), *KNOWN])
    joining.check_password(password, guessed["score"])


def protect(password: str) -> str:
    """What we keep of a password."""
    with _turn():
        return _hasher.hash(_normal(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether `kept` was made of `password`; False, after the same work, where nothing is kept."""
    with _turn():
        return _verify(kept or _NOBODY, _normal(password)) and kept is not None


@contextmanager
def _turn() -> Iterator[None]:
    """One of the few that may do such work at once; UNAVAILABLE when none comes free in time."""
    if not _turns.acquire(timeout=PATIENCE):
        raise unavailable("try-again", "Many people are signing in. Try again in a moment.")
    try:
        yield
    finally:
        _turns.release()


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except VerificationError:
        return False


def _normal(password: str) -> str:
    """One spelling for what keyboards spell differently; cut one past the longest, which cannot match."""
    return unicodedata.normalize("NFKC", password[: LONGEST_PASSWORD + 1])
