"""Who is asking? Every route says by decorator which proof it takes; a route that says nothing is refused.

A secret (session cookie, bearer token or LRMS key) becomes identity's signed actor, which travels on with each call.
We keep it for a minute by the secret's hash, and hear from identity within a second when it must be forgotten.
When identity is away, LRMS keys go on with what we know of them until the actor ends: a report's safety comes
before tightness. Everyone else is told to try again.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

import orjson
from flask import Flask, current_app, g, request

from chassis.problems import Kind, Problem, forbidden, invalid, not_found, unauthenticated
from gateway import limits
from gateway.clients import Clients
from gateway.refusing import Refusals
from protos.identity.v1 import identity_pb2

View = TypeVar("View", bound=Callable[..., Any])

COOKIE = "__Host-session"
FORM_COOKIE = "__Host-form"
KEY_HEADER = "Ocp-Apim-Subscription-Key"
ASK_AT = "/oauth2/token"  # where an LRMS gets an access token
KEPT = 60.0  # seconds before we ask identity again
PATIENCE = 5.0  # seconds until known clients are asked for again after identity was away
LONGEST = 300.0  # seconds an actor is honoured after last contact, whatever it says itself
REMEMBERED = 5.0  # seconds an ending is remembered, for what was being fetched meanwhile
RECONNECT = 0.5  # seconds before listening for endings, again or at first
MOST = 10_000  # secrets kept in one worker
DEADLINE = 2.0  # seconds for identity to answer
_log = logging.getLogger(__name__)


class Guard(StrEnum):
    """What a route takes as proof."""

    PUBLIC = "public"
    SIGNED_IN = "session cookie"
    BEARER = "bearer token"
    LRMS = "LRMS key"
    ACCESS = "access token"  # where a route takes an LRMS key, in its place
    UNDER_WAY = "access token of a request that began while it lived"


def public(view: View) -> View:
    """Anyone may ask."""
    return _guarded(view, Guard.PUBLIC)


def signed_in(view: View) -> View:
    """People with a session cookie; others are shown the way to sign in."""
    return _guarded(view, Guard.SIGNED_IN)


def bearer(view: View) -> View:
    """Programs with `Authorization: Bearer …`. Never the cookie, so that no other site can borrow it."""
    return _guarded(view, Guard.BEARER)


def lrms(view: View) -> View:
    """Local risk management systems with their subscription key, or with an access token in its place."""
    return _guarded(view, Guard.LRMS)


def guard_of(view: Callable[..., Any]) -> Guard | None:
    """The guard a view declares; None where it forgot."""
    return getattr(view, "guard", None)


def _guarded(view: View, guard: Guard) -> View:
    view.guard = guard  # type: ignore[attr-defined]
    return view


def install(app: Flask, clients: Clients) -> None:
    """Ask every request for its proof before its view runs."""
    app.extensions["passes"] = Passes(clients)
    app.extensions["refusals"] = Refusals()
    app.before_request(_admit)


def actor() -> str:
    """The signed token of whoever asks, in a route that is not public."""
    return str(g.actor)


def secret() -> str:
    """The session's own token, in a route that takes one: for what is about that session itself."""
    guard = guard_of(current_app.view_functions[str(request.endpoint)])
    return _secret(guard) if guard else ""


def renew() -> None:
    """Ask again who this is, in a request that takes longer than an actor lives; raises when it has ended meanwhile.

    A token that runs out meanwhile is not one that was taken away: the request it began goes on.
    """
    guard = guard_of(current_app.view_functions[str(request.endpoint)])
    if guard not in (None, Guard.PUBLIC):
        proof = _proof(guard)
        _know(Guard.UNDER_WAY if proof is Guard.ACCESS else proof, _secret(guard))


def scope() -> str:
    """What an LRMS's key or token is narrowed to, names with blanks between; empty where it may do all that its client may."""
    return str(g.get("scope", ""))


def _admit() -> None:
    if request.routing_exception is not None or request.endpoint is None:
        return  # no such route: Flask answers
    if "%00" in request.environ.get("QUERY_STRING", "") or "\x00" in request.path:
        raise not_found("no-such-address", "There is nothing at this address.")
    guard = guard_of(current_app.view_functions[request.endpoint])
    if guard is None:
        raise forbidden("no-guard", "This address does not say who may use it, so nobody may.")
    counted = current_app.extensions["limits"]
    limits.must_be_open(counted, guard)
    if guard is not Guard.PUBLIC:
        held = _known_or_asked(counted, _proof(guard), _secret(guard))
        limits.must_be_within(counted, guard, held.who)


def _known_or_asked(counted: limits.Limits, proof: Guard, secret: str) -> Pass:
    """Who asks. Whoever is known here goes on, whatever others behind the same address send."""
    mark, here = _mark(proof, secret), current_app.extensions
    with nullcontext() if here["passes"].knows(mark) else here["refusals"].asking(counted, mark):
        return _know(proof, secret)


def _know(proof: Guard, secret: str) -> Pass:
    known: Pass = current_app.extensions["passes"].pass_of(proof, secret)
    g.actor, g.scope = known.token, known.scope
    return known


def _proof(guard: Guard) -> Guard:
    """Which of the proofs that a guard takes was shown; INVALID (400) for two of them."""
    if guard is not Guard.LRMS or "Authorization" not in request.headers:
        return guard
    if KEY_HEADER in request.headers:
        raise invalid("two-proofs", f"Send {KEY_HEADER} or Authorization, not both.")
    return Guard.ACCESS


def _secret(guard: Guard) -> str:
    guard = _proof(guard)
    secret = _READERS[guard]()
    if not secret:
        raise unauthenticated("not-signed-in", _MISSING[guard])
    return secret


def _from_header() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


_READERS: dict[Guard, Callable[[], str]] = {
    Guard.SIGNED_IN: lambda: request.cookies.get(COOKIE, ""),
    Guard.BEARER: _from_header,
    Guard.LRMS: lambda: request.headers.get(KEY_HEADER, ""),
    Guard.ACCESS: _from_header,
}
_MISSING = {
    Guard.SIGNED_IN: "Sign in to see this page.",
    Guard.BEARER: "Send a token from POST /api/v1/sessions as “Authorization: Bearer …”.",
    Guard.LRMS: f"Send an access token as “Authorization: Bearer …”, or your subscription key in the header {KEY_HEADER}.",
    Guard.ACCESS: f"Send an access token from POST {ASK_AT} as “Authorization: Bearer …”.",
}

_ASKING: dict[Guard, Callable[[str], Any]] = {
    Guard.SIGNED_IN: lambda token: identity_pb2.ActorForSessionRequest(token=token),
    Guard.BEARER: lambda token: identity_pb2.ActorForSessionRequest(token=token),
    Guard.LRMS: lambda key: identity_pb2.ActorForKeyRequest(key=key),
    Guard.ACCESS: lambda token: identity_pb2.ActorForTokenRequest(token=token),
    Guard.UNDER_WAY: lambda token: identity_pb2.ActorForTokenRequest(token=token, under_way=True),
}
_OF_LRMS = (Guard.LRMS, Guard.ACCESS, Guard.UNDER_WAY)


@dataclass(frozen=True, slots=True)
class Pass:
    """A signed actor, until when it holds and when to ask for it again (Unix seconds); `who` is the id in it."""

    token: str = field(repr=False)
    watch_id: str
    ends: float
    again: float
    scope: str = ""
    who: str = ""  # the actor's id: whose requests are counted together


class Passes:
    """Signed actors by the hash of the secret they stand for; one of these in each worker."""

    def __init__(self, clients: Clients, clock: Callable[[], float] = time.time) -> None:
        self._clients = clients
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[bytes, Pass] = {}
        self._ended: dict[str, float] = {}
        self._away_until = 0.0  # before that, no report waits for identity
        self._watcher = 0  # process that runs the watching thread

    def of(self, guard: Guard, secret: str) -> str:
        """The signed actor for a secret; raises UNAUTHENTICATED, or UNAVAILABLE while identity is away."""
        return self.pass_of(guard, secret).token

    def pass_of(self, guard: Guard, secret: str) -> Pass:
        """The same with what it holds for."""
        mark = _mark(guard, secret)
        known = self._known.get(mark)
        if known is not None and known.again > self._clock():
            return known
        self._watch()
        if known is not None and guard in _OF_LRMS and known.ends > self._clock():
            return self._renewed(mark, guard, secret, known)
        return self._fetched(mark, guard, secret)

    def knows(self, mark: bytes) -> bool:
        """Whether a secret with this hash was honoured here and not refused since."""
        return mark in self._known

    def forget(self, secret: str) -> None:
        """Drop a secret that its owner gave up, at whichever door it was shown."""
        for guard in Guard:
            self._drop(_mark(guard, secret))

    def end(self, watch_id: str) -> None:
        """Drop whatever identity names; the next request asks again."""
        with self._lock:
            now = self._clock()
            self._ended = {one: at for one, at in self._ended.items() if at > now - REMEMBERED} | {
                watch_id: now
            }
            self._known = {mark: each for mark, each in self._known.items() if each.watch_id != watch_id}

    def doubt(self) -> None:
        """Ask again for everything: we may have missed an ending."""
        with self._lock:
            self._known = {mark: replace(each, again=0.0) for mark, each in self._known.items()}

    def _renewed(self, mark: bytes, guard: Guard, secret: str, known: Pass) -> Pass:
        """A fresh pass, or the old one while identity is away. One thread asks; the others go on meanwhile."""
        if self._clock() < self._away_until:
            return known
        with self._lock:
            self._known[mark] = replace(known, again=min(known.ends, self._clock() + PATIENCE))
        try:
            return self._fetched(mark, guard, secret)
        except Problem as problem:
            if problem.kind is Kind.UNAVAILABLE:
                self._away_until = self._clock() + PATIENCE
                _log.warning("identity is away: going on with a known LRMS client")
                return known
            self._drop(mark)
            raise

    def _fetched(self, mark: bytes, guard: Guard, secret: str) -> Pass:
        try:
            signed = self._ask(guard, secret)
        except Problem as problem:
            if problem.kind is Kind.UNAUTHENTICATED:
                self._drop(mark)
            raise
        now = self._clock()
        ends = min(float(signed.expires_at.seconds), now + LONGEST)
        until = min(ends, now + KEPT)
        who = _subject(signed.token)
        found = Pass(signed.token, signed.watch_id, ends, until, signed.scope, who)
        with self._lock:
            if self._ended.get(found.watch_id, 0.0) < now - REMEMBERED:
                self._make_room(now)
                self._known[mark] = found
        return found

    def _ask(self, guard: Guard, secret: str) -> identity_pb2.SignedActor:
        asking = _ASKING[guard](secret)
        rpc = type(asking).__name__.removesuffix("Request")
        signed: identity_pb2.SignedActor = self._clients["identity"].ask(rpc, asking, deadline=DEADLINE)
        return signed

    def _drop(self, mark: bytes) -> None:
        with self._lock:
            self._known.pop(mark, None)

    def _make_room(self, now: float) -> None:
        if len(self._known) < MOST:
            return
        self._known = {mark: each for mark, each in self._known.items() if each.ends > now}
        if len(self._known) >= MOST:
            self._known = {}

    def _watch(self) -> None:
        """Start listening for endings, once in this process."""
        with self._lock:
            if self._watcher == os.getpid():
                return
            self._watcher = os.getpid()
        threading.Thread(target=self._listen, name="credentials", daemon=True).start()

    def _listen(self) -> None:
        """Hear for as long as we live; whatever goes wrong, try again."""
        while not self._clients.closed.wait(RECONNECT):
            try:
                self._hear()
            except Exception as failure:
                _log.info("not hearing of ended credentials: %s", type(failure).__name__)

    def _hear(self) -> None:
        """One line to identity until it breaks. What ended while there was none, we find out by asking again."""
        stream = self._clients["identity"].stub.WatchCredentials(identity_pb2.WatchCredentialsRequest())
        stream.initial_metadata()  # the line is open
        self.doubt()
        for ended in stream:
            self._away_until = 0.0
            if ended.watch_id:
                self.end(ended.watch_id)


def _subject(token: str) -> str:
    """The id of the actor in a token that identity has just given us: both keys of an LRMS client, and every session of an
    account, have one."""
    body = token.split(".")[1]
    return str(orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"])


def _mark(guard: Guard, secret: str) -> bytes:
    return hashlib.sha256(f"{guard}:{secret}".encode(errors="replace")).digest()
