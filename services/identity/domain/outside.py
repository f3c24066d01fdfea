"""Signing in with an outside provider (OpenID Connect): who the providers are, and what is asked and believed of them.

What a browser holds while somebody is away is one secret; state, nonce and code verifier are made of it, so that the database keeps
nothing with which anybody could go on in their place.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from chassis.problems import (
    Fault,
    Problem,
    conflict,
    forbidden,
    invalid,
    not_found,
    unauthenticated,
    unavailable,
)
from services.identity.domain.accounts import Session

AWAY = timedelta(minutes=10)  # between leaving for the provider and coming back
PROVING = timedelta(hours=1)  # between coming back and proving whose account it is: as long as a code lasts
REFRESHED = timedelta(hours=1)  # how old what a provider publishes may be before it is looked at again
FORGOTTEN = timedelta(hours=24)  # how long we go on with what cannot be looked at again
PAUSE = timedelta(seconds=5)  # for which a provider that did not answer is not asked what it publishes
LEEWAY = timedelta(seconds=60)  # that a provider's clock may be off
OLDEST_TOKEN = timedelta(minutes=10)
ASSERTION = timedelta(seconds=60)
LONGEST_TOKEN = 16_384  # characters
LONGEST_SUBJECT = 255
MOST_LINKS = 10
SECRET, SIGNED = "client_secret_basic", "private_key_jwt"
CANCELLED = "access_denied"
_ITS_FAULT = frozenset({"server_error", "temporarily_unavailable"})


@dataclass(frozen=True)
class Provider:
    """One provider, as `OIDC_PROVIDERS` names it; docs/oidc.md says what each name means."""

    name: str
    label: str
    issuer: str
    client_id: str
    authentication: str
    client_secret: str = field(default="", repr=False)
    client_key: Mapping[str, str] = field(default_factory=dict, repr=False)
    assertion_audience: str = ""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    acr_values: tuple[str, ...] = ()
    second_factor_acr: frozenset[str] = frozenset()
    second_factor_amr: frozenset[str] = frozenset()
    email_verified: bool = True  # demanded
    trusted_email: bool = False


@dataclass(frozen=True)
class Published:
    """What a provider says of itself (OpenID Connect Discovery), as far as we use it."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    says_iss: bool = False  # RFC 9207: its answers name it


@dataclass(frozen=True)
class Asked:
    """One request to a provider; with a form it is a POST."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Answered:
    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Leaving:
    """Where the browser goes, and the secret by which it is known when it comes back."""

    address: str = field(repr=False)
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Returned:
    """What a browser brought back from a provider."""

    state: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    issuer: str = ""
    error: str = ""


@dataclass(frozen=True)
class Person:
    """Who a provider says somebody is; `email` is empty where it gave none that counts."""

    issuer: str
    subject: str = field(repr=False)
    email: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    second: bool = False


@dataclass(frozen=True)
class Waiting:
    """Somebody who came back, and whose account here is not known yet."""

    id: str
    provider: str
    back: str
    person: Person


@dataclass(frozen=True)
class Link:
    """That whoever a provider calls so signs in to an account."""

    id: str
    account_id: str
    provider: str
    linked_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True)
class CameBack:
    """A session, and where the person was going; or no session, and who has still to prove whose account it is."""

    session: Session | None
    back: str = ""
    email: str = field(default="", repr=False)
    name_wanted: bool = False
    expires_at: datetime | None = None  # where there is no session yet


# ---- what providers publish -------------------------------------------------------------------------------------


def discovery_address(issuer: str) -> str:
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def published(body: bytes, issuer: str) -> Published:
    """What lies at the discovery address; UNAVAILABLE `outside-away` where it is not the provider's own description."""
    said = an_object(body)
    if said.get("issuer") != issuer:
        raise away()
    wanted = {name: said.get(name, "") for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    optional = said.get("userinfo_endpoint", "")
    if not all(isinstance(value, str) and value for value in wanted.values()) or not isinstance(
        optional, str
    ):
        raise away()
    says_iss = said.get("authorization_response_iss_parameter_supported") is True
    return Published(**wanted, userinfo_endpoint=optional, says_iss=says_iss)


def an_object(body: bytes) -> dict[str, Any]:
    """A JSON object; UNAVAILABLE where a provider sent something else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise away() from None
    if not isinstance(found, dict):
        raise away()
    return found


# ---- leaving and coming back -----------------------------------------------------------------------------------


def new_secret() -> str:
    """256 random bits for one browser and one sign-in."""
    return secrets.token_urlsafe(32)


def state_of(secret: str) -> str:
    return _made("state", secret)


def nonce_of(secret: str) -> str:
    return _made("nonce", secret)


def verifier_of(secret: str) -> str:
    return _made("verifier", secret)


def _made(what: str, secret: str) -> str:
    return base64url(hashlib.sha256(f"outside {what}:{secret}".encode()).digest())


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def return_address(public_url: str, provider: str) -> str:
    return f"{public_url}/sign-in/outside/{provider}/return"


def address_to_go_to(provider: Provider, where: str, back: str, secret: str) -> str:
    """The authorization request (code flow, PKCE with S256)."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": " ".join(provider.scopes),
        "state": state_of(secret),
        "nonce": nonce_of(secret),
        "code_challenge": base64url(hashlib.sha256(verifier_of(secret).encode()).digest()),
        "code_challenge_method": "S256",
    }
    if provider.acr_values:
        asked["acr_values"] = " ".join(provider.acr_values)
    return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"


def basic(provider: Provider) -> str:
    """The header of `client_secret_basic`: both halves are form-encoded first (RFC 6749, 2.3.1)."""
    pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def must_be_of(provider: Provider, known: Published, returned: Returned) -> None:
    """UNAUTHENTICATED where an answer is another provider's, or a provider's that names itself and did not (RFC 9207)."""
    if returned.issuer != provider.issuer and (returned.issuer or known.says_iss):
        raise not_verified(provider.label)


def must_have_come_back(provider: Provider, returned: Returned) -> None:
    """Raises what the provider's error means for the person."""
    if returned.error == CANCELLED:
        raise unauthenticated(
            "outside-cancelled", f"You cancelled at {provider.label}, so you are not signed in."
        )
    if returned.error in _ITS_FAULT:
        raise away(provider.label)
    if returned.error or not returned.code:
        raise unauthenticated("outside-refused", f"{provider.label} did not let you sign in.")


# ---- what is believed of a token -------------------------------------------------------------------------------


def claims_hold(claims: Mapping[str, Any], provider: Provider, nonce: str, now: datetime) -> bool:
    """Whether a signed ID token is for us, from this provider, of this sign-in and of now."""
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    ends, made, begins = (_at(claims.get(name)) for name in ("exp", "iat", "nbf"))
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    said = claims.get("nonce")
    return (
        claims.get("iss") == provider.issuer
        and provider.client_id in audiences
        and claims.get("azp", provider.client_id if len(audiences) == 1 else None) == provider.client_id
        and ends > at - leeway
        and at - leeway - OLDEST_TOKEN.total_seconds() < made < at + leeway
        and ("nbf" not in claims or begins < at + leeway)
        and isinstance(said, str)
        and secrets.compare_digest(said.encode(), nonce.encode())
        and is_subject(claims.get("sub"))
    )


def is_subject(written: Any) -> bool:
    return (
        isinstance(written, str)
        and 0 < len(written) <= LONGEST_SUBJECT
        and written.isascii()
        and written.isprintable()
    )


def at_hash_holds(claims: Mapping[str, Any], algorithm: str, access_token: str) -> bool:
    """Whether the access token is the one that the ID token was made with, where it says so."""
    if "at_hash" not in claims:
        return True
    kind = {"256": hashlib.sha256, "384": hashlib.sha384}.get(algorithm[-3:], hashlib.sha512)
    whole = kind(access_token.encode()).digest()
    return bool(claims["at_hash"] == base64url(whole[: len(whole) // 2]))


def person(claims: Mapping[str, Any], provider: Provider) -> Person:
    """Who the claims are about. An address that the provider must have verified and has not is none."""
    email = claims.get("email")
    counts = claims.get("email_verified") is True or not provider.email_verified
    names = (claims.get("name"), " ".join(_texts([claims.get("given_name"), claims.get("family_name")])))
    return Person(
        provider.issuer,
        str(claims["sub"]),
        email if isinstance(email, str) and counts else "",
        next((one for one in _texts(names) if one), ""),
        _is_second(claims, provider),
    )


def _is_second(claims: Mapping[str, Any], provider: Provider) -> bool:
    ways = claims.get("amr", [])
    ways = ways if isinstance(ways, list) else [ways]
    return claims.get("acr") in _texts(provider.second_factor_acr) or bool(
        provider.second_factor_amr & set(_texts(ways))
    )


def _texts(values: Iterable[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _at(value: Any) -> float:
    """A moment; one that is none is neither before nor after anything."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


# ---- what is refused -------------------------------------------------------------------------------------------


def no_such_provider() -> Problem:
    return not_found("provider-not-found", "There is no such way to sign in here.")


def away(label: str = "") -> Problem:
    who = label or "The other sign-in service"
    return unavailable(
        "outside-away", f"{who} does not answer properly. Try again in a few minutes, or sign in another way."
    )


def not_verified(label: str) -> Problem:
    """The same whatever was wrong: the state, a signature, an issuer, an age."""
    return unauthenticated(
        "outside-not-verified", f"What came back from {label} could not be verified. Start again."
    )


def ended() -> Problem:
    return unauthenticated(
        "outside-ended",
        "This sign-in has ended, was used already or belongs to another browser. Start again.",
    )


def no_address(label: str) -> Problem:
    return forbidden(
        "outside-no-address",
        f"{label} did not tell us an email address that it has verified. Sign in with your password.",
    )


def linked_elsewhere() -> Problem:
    return conflict(
        "outside-linked", "This outside account belongs to another account here. Remove it there first."
    )


def too_many_links() -> Problem:
    return conflict(
        "too-many-outside-links", f"An account has {MOST_LINKS} outside sign-ins at most. Remove one first."
    )


def no_such_link() -> Problem:
    return not_found("outside-link-not-found", "There is no such outside sign-in to remove.")


def proof_missing() -> Problem:
    detail = "Enter the code from the email, or your password"
    return invalid("proof-missing", detail, Fault("code", "required-missing", detail))
