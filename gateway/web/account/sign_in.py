"""Signing in, with a second factor where the account has one, and out."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Fault, Kind, Problem, unauthenticated
from gateway.guards import COOKIE, public
from gateway.identity import ask_openly
from gateway.networks import from_address
from gateway.web.account import devices
from gateway.web.answering import again, done
from protos.identity.v1 import identity_pb2

routes = Blueprint("sign_in", __name__)
AFTERWARDS = "/work"
SET_UP = "/account/second-factors"
HALF_COOKIE = "__Host-half"
HALF = "half"
PROVIDERS_DEADLINE = 1.0  # seconds that the form waits to know who else people sign in with
COOKIES: dict[str, Any] = {"path": "/", "secure": True, "httponly": True, "samesite": "Lax"}
_MISSING = {"email": "Enter your email address", "password": "Enter your password"}
_CODE_MISSING = Fault("code", "required-missing", "Enter the code that your app shows, or a recovery code")
_AGAIN = (Kind.UNAUTHENTICATED, Kind.INVALID, Kind.THROTTLED)  # what the person can mend on the form
_START_AGAIN = ("sign-in-ended", "session-ended")


# ---- address and password ------------------------------------------------------------------------------------


@routes.get("/sign-in")
@public
def form() -> str:
    """The form."""
    return _form(safe(request.args.get("next", "")))


@routes.post("/sign-in")
@public
def sign_in() -> AnyResponse:
    """A session, and back to where the person was going; or on to the second factor."""
    back = safe(request.form.get("next", ""))
    faults = _faults(request.form)
    if faults:
        return make_response(_form(back, faults), 422)
    try:
        found = _session(request.form)
    except Problem as problem:
        return again(_form(back, _said(problem, "email")), problem)
    if found.strength == HALF:
        return to_second(found, back)
    return with_session(redirect(onward(found, back), 303), found)


@routes.post("/sign-out")
@public
def sign_out() -> AnyResponse:
    """The session ends everywhere, whatever state it was in; here in any case, so that nobody after them is them."""
    token = request.cookies.get(COOKIE, "")
    session.clear()
    response = redirect("/", 303)
    if token:
        current_app.extensions["passes"].forget(token)
        try:
            ask_openly("SignOut", identity_pb2.SignOutRequest(token=token))
        except Problem as problem:
            if problem.kind is not Kind.UNAVAILABLE:
                raise
            response = done(
                "You are signed out on this device. Sign-in is not available now, so the session ends by itself later.",
                "/",
            )
    response.delete_cookie(COOKIE, **COOKIES)
    return response


# ---- the second factor ---------------------------------------------------------------------------------------


@routes.get("/sign-in/second-factor")
@public
def second() -> AnyResponse:
    """The form, while a sign-in waits for it."""
    return make_response(_second()) if _half() else redirect("/sign-in", 303)


@routes.post("/sign-in/second-factor")
@public
def complete() -> AnyResponse:
    """A session, and on; another chance where the code was wrong."""
    if not _half():
        return redirect("/sign-in", 303)
    sent = {name: request.form.get(name, "").strip() for name in ("code", "passkey")}
    if not any(sent.values()):
        return make_response(_second((_CODE_MISSING,)), 422)
    try:
        found = _completed(sent)
    except Problem as problem:
        if problem.code in _START_AGAIN:
            return _start_again(problem)
        return again(_second(_said(problem, "code")), problem)
    back = safe(str(session.get("back", "")))
    response = with_session(redirect(onward(found, back), 303), found)
    response.delete_cookie(HALF_COOKIE, **COOKIES)
    return response


def to_second(found: identity_pb2.Session, back: str) -> AnyResponse:
    session["factors"], session["back"] = list(found.factors), back
    response = redirect("/sign-in/second-factor", 303)
    response.set_cookie(HALF_COOKIE, found.token, max_age=left(found.expires_at), **COOKIES)
    return response


def _second(faults: tuple[Fault, ...] = ()) -> str:
    factors = list(session.get("factors", ()))
    return render_template(
        "account/sign_in_second.html",
        faults={fault.path: fault.detail for fault in faults},
        factors=factors,
        question=_question() if "passkey" in factors else "",
    )


def _question() -> str:
    """What the browser asks a passkey, or nothing: then the code does."""
    try:
        return str(ask_openly("AskPasskey", identity_pb2.AskPasskeyRequest(token=_half())).options)
    except Problem:
        return ""


def _completed(sent: Mapping[str, str]) -> identity_pb2.Session:
    if sent["passkey"] and not _is_json(sent["passkey"]):
        raise unauthenticated("passkey-wrong", "The passkey was not accepted. Try again, or enter a code.")
    asking = identity_pb2.CompleteSignInRequest(
        token=_half(),
        code=sent["code"][:100],
        passkey=sent["passkey"],
        remember=request.form.get("remember") == "yes",
        device_label=devices.label(request.headers.get("User-Agent", "")),
        from_address=from_address(),
    )
    found: identity_pb2.Session = ask_openly("CompleteSignIn", asking)
    return found


def _is_json(written: str) -> bool:
    try:
        return isinstance(json.loads(written), dict)
    except (ValueError, RecursionError):
        return False


def _start_again(problem: Problem) -> AnyResponse:
    response = make_response(_form("", (Fault("email", problem.code, problem.detail),)), 401)
    response.delete_cookie(HALF_COOKIE, **COOKIES)
    return response


def _half() -> str:
    return request.cookies.get(HALF_COOKIE, "")


# ---- how -----------------------------------------------------------------------------------------------------


def _form(back: str, faults: tuple[Fault, ...] = ()) -> str:
    said = {fault.path: fault.detail for fault in faults}
    return render_template(
        "account/sign_in.html",
        back=back,
        faults=said,
        email=request.form.get("email", "").strip(),
        providers=_providers(),
    )


def _providers() -> list[identity_pb2.OutsideProvider]:
    """Who else people may sign in with; nobody, while that cannot be known."""
    asking = identity_pb2.ListOutsideProvidersRequest()
    try:
        found = ask_openly("ListOutsideProviders", asking, PROVIDERS_DEADLINE)
    except (Problem, RuntimeError):  # away, or of the release before, which does not know the question
        return []
    return list(found.providers)


def _faults(sent: Mapping[str, str]) -> tuple[Fault, ...]:
    """What is missing, and what cannot be anybody's."""
    blank = [name for name in _MISSING if not sent.get(name, "").strip() or "\x00" in sent[name]]
    return tuple(Fault(name, "required-missing", _MISSING[name]) for name in blank)


def _said(problem: Problem, field: str) -> tuple[Fault, ...]:
    """What the form says of a problem that the person can mend; any other is raised again."""
    if problem.kind not in _AGAIN:
        raise problem
    return problem.faults or (Fault(field, problem.code, problem.detail),)


def _session(sent: Mapping[str, str]) -> identity_pb2.Session:
    token = request.cookies.get(devices.COOKIE, "")
    asking = identity_pb2.SignInRequest(
        email=sent["email"].strip(),
        password=sent["password"],
        device=token[:100],
        device_label=devices.label(request.headers.get("User-Agent", "")),
        two_steps=True,
        from_address=from_address(),
    )
    found: identity_pb2.Session = ask_openly("SignIn", asking)
    return found


def onward(found: identity_pb2.Session, back: str) -> str:
    """Where to now: who cannot use a role without a second factor sets one up first."""
    return SET_UP if found.second_factor_missing else back or AFTERWARDS


def with_session(response: AnyResponse, found: identity_pb2.Session) -> AnyResponse:
    """The cookie for it; what the form left behind goes, so that nobody's earlier token lives on."""
    session.clear()
    response.set_cookie(COOKIE, found.token, max_age=left(found.expires_at), **COOKIES)
    if found.device:
        ends = left(found.device_expires_at)
        response.set_cookie(devices.COOKIE, found.device, max_age=ends, **COOKIES)
    return response


def left(at: Any) -> int:
    return max(0, int(at.seconds) - int(time.time()))


def safe(address: str) -> str:
    """An address on this site, or nothing: a link from elsewhere must not lead away."""
    here = address.startswith("/") and not address.startswith("//")
    return address if here and address.isprintable() and "\\" not in address else ""
