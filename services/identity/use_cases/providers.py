"""Asking outside providers: what they publish, kept for an hour; who a code is; more about somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import Any

from chassis.problems import Problem
from services.identity.domain import naming_providers, outside
from services.identity.domain.client_keys import PublicKey
from services.identity.domain.outside import Answered, Asked, Person, Provider, Published
from services.identity.use_cases import id_tokens

Ask = Callable[[Asked], Answered]  # raises UNAVAILABLE `outside-away`
AT_ONCE = 4  # questions to providers: a slow one must not take every thread
TURN = 0.5  # seconds a question waits to be one of them
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_ABOUT = ("email", "email_verified", "name", "given_name", "family_name")


@dataclass(frozen=True)
class Known:
    """What a provider published when it was last looked at."""

    published: Published
    keys: Mapping[str, PublicKey]
    at: datetime


@dataclass
class Providers:
    """The providers that are configured, and what is known of them; one of these in each server."""

    configured: tuple[Provider, ...]
    public_url: str
    ask: Ask = field(repr=False)
    known: dict[str, Known] = field(default_factory=dict)
    failed: dict[str, datetime] = field(default_factory=dict)
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE), repr=False)

    def named(self, name: str) -> Provider:
        """Raises NOT_FOUND `provider-not-found`."""
        found = next((one for one in self.configured if one.name == name), None)
        if found is None:
            raise outside.no_such_provider()
        return found

    def label(self, name: str) -> str:
        """What people call a provider; its name, where it is configured no more."""
        return next((one.label for one in self.configured if one.name == name), name)

    def of(self, provider: Provider, now: datetime, kid: str = "") -> Known:
        """What a provider publishes, looked at again each hour and for a key that we do not know.

        Raises UNAVAILABLE `outside-away` where that is not to be had; what we have goes on for a day.
        """
        kept = self.known.get(provider.name)
        known = not kid or (kept is not None and kid in kept.keys)
        if kept and known and now - kept.at < outside.REFRESHED:
            return kept
        try:
            self.known[provider.name] = self._looked_at(provider, now)
        except Problem:
            if kept and now - kept.at < outside.FORGOTTEN:
                return kept
            raise
        return self.known[provider.name]

    def _looked_at(self, provider: Provider, now: datetime) -> Known:
        """What is published now. One that did not answer is left alone for a moment: strangers' visits must not take every thread."""
        if now - self.failed.get(provider.name, _LONG_AGO) < outside.PAUSE:
            raise outside.away(provider.label)
        try:
            return self._seen(provider, now)
        except Problem:
            self.failed[provider.name] = now
            raise

    def _seen(self, provider: Provider, now: datetime) -> Known:
        said = outside.published(
            self._body(provider, outside.discovery_address(provider.issuer)), provider.issuer
        )
        return Known(said, id_tokens.keys(self._body(provider, said.jwks_uri)), now)

    def _body(self, provider: Provider, url: str) -> bytes:
        answer = self._asked(provider, Asked(url))
        if answer.status != 200:
            raise outside.away(provider.label)
        return answer.body

    def _asked(self, provider: Provider, what: Asked) -> Answered:
        if not self.turns.acquire(timeout=TURN):
            raise outside.away(provider.label)
        try:
            return self.ask(what)
        except Problem:
            raise outside.away(provider.label) from None
        finally:
            self.turns.release()

    # ---- who a code is -----------------------------------------------------------------------------------------

    def person(self, provider: Provider, code: str, secret: str, now: datetime) -> Person:
        """Who came back with this code, verified. Raises UNAUTHENTICATED `outside-not-verified`, UNAVAILABLE `outside-away`."""
        answer = self._tokens(provider, code, secret, now)
        token, access = answer.get("id_token"), answer.get("access_token", "")
        if not isinstance(token, str) or not isinstance(access, str):
            raise outside.not_verified(provider.label)
        kid = id_tokens.kid_of(token)
        key = self.of(provider, now, kid).keys.get(kid)
        if key is None:
            raise outside.not_verified(provider.label)
        claims = id_tokens.claims(token, access, key, provider, outside.nonce_of(secret), now)
        return outside.person(self._more(provider, claims, access, now), provider)

    def _tokens(self, provider: Provider, code: str, secret: str, now: datetime) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": outside.return_address(self.public_url, provider.name),
            "code_verifier": outside.verifier_of(secret),
        }
        asked = Asked(self.of(provider, now).published.token_endpoint, {}, form)
        answer = self._asked(provider, _as_ourselves(provider, asked, now))
        if answer.status == 400:  # a code that was used, is too old, or is of another client
            raise outside.not_verified(provider.label)
        if answer.status != 200:
            raise outside.away(provider.label)
        return outside.an_object(answer.body)

    def _more(
        self, provider: Provider, claims: Mapping[str, Any], access: str, now: datetime
    ) -> Mapping[str, Any]:
        """The claims, with the address from userinfo where the token has none; whoever that is about must be the same."""
        where = self.of(provider, now).published.userinfo_endpoint
        if "email" in claims or not where or not access:
            return claims
        answer = self._asked(
            provider, Asked(where, {"Authorization": f"Bearer {access}", "Accept": "application/json"})
        )
        if answer.status != 200:
            raise outside.away(provider.label)
        told = outside.an_object(answer.body)
        if told.get("sub") != claims["sub"]:
            raise outside.not_verified(provider.label)
        return {name: told[name] for name in _ABOUT if name in told} | dict(claims)


def _as_ourselves(provider: Provider, asked: Asked, now: datetime) -> Asked:
    if provider.authentication == outside.SECRET:
        return replace(asked, headers={"Authorization": outside.basic(provider)})
    signed = {
        "client_id": provider.client_id,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": id_tokens.assertion(provider, now),
    }
    return replace(asked, form={**(asked.form or {}), **signed})


def outside_providers(written: str, public_url: str, ask: Ask, now: datetime) -> Providers:
    """The providers of `OIDC_PROVIDERS`; raises ValueError where one cannot be used."""
    configured = naming_providers.read(written)
    for one in configured:
        if not id_tokens.can_sign(one, now):
            raise ValueError(f"OIDC_PROVIDERS: the client_key of {one.name} cannot sign with its alg")
    return Providers(configured, public_url.rstrip("/"), ask)
