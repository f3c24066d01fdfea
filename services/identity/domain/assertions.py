"""What a client signs to get an access token (RFC 7523), and what it gets.

An honest integrator is told what to mend in what they wrote themselves. Of what we know of a client, whether there is one, which keys
it has, nothing is told until its signature holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.problems import Problem, invalid, unauthenticated
from services.identity.domain.client_keys import ALGORITHMS, LONGEST_KID

TOKEN = timedelta(minutes=5)  # how long an access token is good
UNDER_WAY = timedelta(hours=1)  # how much longer for a request that began while it was
FARTHEST = timedelta(minutes=5)  # how far ahead an assertion may end
LEEWAY = timedelta(seconds=10)  # how far two clocks may be apart
LONGEST = 8 * 1024  # characters of an assertion
LONGEST_JTI = 200


@dataclass(frozen=True)
class Sent:
    """An assertion as it was sent: nothing of it is believed yet."""

    whole: str = field(repr=False)
    algorithm: str
    kid: str
    client_id: str


@dataclass(frozen=True)
class Once:
    """What makes an assertion good a single time: its name, and until when we remember it."""

    jti: str
    until: datetime


@dataclass(frozen=True)
class Token:
    """An access token. `secret` exists here and with the client; the database keeps its hash."""

    id: str
    secret: str = field(repr=False)
    client_id: str
    scopes: tuple[str, ...]
    thumbprint: str
    issued_at: datetime
    expires_at: datetime


def sent(whole: str, header: Mapping[str, Any], claims: Mapping[str, Any], client_id: str) -> Sent:
    """Who says they signed this, with which key; raises `invalid-client` for what can be told from the assertion alone.

    `client_id` is what was sent beside the assertion, where something was.
    """
    algorithm, kid, subject = header.get("alg"), header.get("kid"), claims.get("sub")
    if algorithm not in ALGORITHMS:
        raise refused(f"The header's alg must be one of {', '.join(ALGORITHMS)}, and fit the key.")
    if not isinstance(kid, str) or not 1 <= len(kid) <= LONGEST_KID:
        raise refused("The header must have the kid of the key that signs.")
    if not _is_id(subject) or claims.get("iss") != subject or client_id not in ("", subject):
        raise refused("iss and sub must both be the client_id that you were given.")
    return Sent(whole, str(algorithm), kid, str(subject))


def once(claims: Mapping[str, Any], audiences: Collection[str], now: datetime) -> Once:
    """How the assertion is remembered; raises `invalid-client` for claims that do not hold now."""
    _must_be_for(claims.get("aud"), audiences)
    ends = _instant(claims, "exp")
    if ends is None or ends <= now - LEEWAY:
        raise refused("exp is missing or has passed. Check your clock.")
    if ends > now + FARTHEST + LEEWAY:
        raise refused("exp must lie at most five minutes ahead, in seconds since 1970.")
    for name in ("nbf", "iat"):
        begins = _instant(claims, name)
        if name in claims and (begins is None or begins > now + LEEWAY):
            raise refused(f"{name} lies in the future. Check your clock.")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= LONGEST_JTI or not jti.isprintable():
        raise refused(f"jti must be a new text of 1 to {LONGEST_JTI} printable characters in each assertion.")
    return Once(jti, ends + LEEWAY)


def granted(wanted: str, held: Collection[str]) -> tuple[str, ...]:
    """The scopes of a new token: what is asked for, or all; raises `invalid-scope` for what the client does not have."""
    names = tuple(sorted(set(wanted.split()))) or tuple(sorted(held))
    if not set(names) <= set(held) or not names:
        raise invalid("invalid-scope", f"This client may ask for: {' '.join(sorted(held)) or 'nothing'}.")
    return names


def refused(why: str) -> Problem:
    return unauthenticated("invalid-client", why)


def not_recognised() -> Problem:
    """The same whether there is no such client, no such key, or another signature."""
    return refused(
        "No key that is registered for this client has this kid and made this signature. Check the client_id, the kid, alg and"
        " the private key, and that the public key is registered."
    )


def replayed() -> Problem:
    return refused("This assertion was used before. Sign a new one, with a new jti, for each token.")


def _must_be_for(audience: Any, audiences: Collection[str]) -> None:
    one = audience[0] if isinstance(audience, list) and len(audience) == 1 else audience
    if not isinstance(one, str) or one not in audiences:
        raise refused(f"aud must be one address: {' or '.join(sorted(audiences))}.")


def _instant(claims: Mapping[str, Any], name: str) -> datetime | None:
    """Seconds since 1970; none for what is missing or cannot be an instant."""
    written = claims.get(name)
    if isinstance(written, bool) or not isinstance(written, int | float):
        return None
    try:
        return datetime.fromtimestamp(written, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _is_id(written: Any) -> bool:
    try:
        return isinstance(written, str) and str(UUID(written)) == written
    except ValueError:
        return False
