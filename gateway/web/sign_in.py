"""Signing in and out."""

from __future__ import annotations

import time
from collections.abc import Mapping

from flask import Blueprint, current_app, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Fault, Kind, Problem
from gateway.guards import COOKIE, public
from gateway.networks import from_address
from protos.identity.v1 import identity_pb2

routes = Blueprint("sign_in", __name__)
AFTERWARDS = "/events"
_MISSING = {"email": "Enter your email address", "password": "Enter your password"}
_AGAIN = (Kind.UNAUTHENTICATED, Kind.INVALID, Kind.THROTTLED)  # what the person can mend on the form
_STATUSES = {Kind.UNAUTHENTICATED: 401, Kind.INVALID: 422, Kind.THROTTLED: 429}


@routes.get("/sign-in")
@public
def form() -> str:
    """The form."""
    return _form(_safe(request.args.get("next", "")))


@routes.post("/sign-in")
@public
def sign_in() -> AnyResponse:
    """A session, and back to where the person was going."""
    back = _safe(request.form.get("next", ""))
    faults = _faults(request.form)
    if faults:
        return make_response(_form(back, faults), 422)
    try:
        found = _session(request.form)
    except Problem as problem:
        if problem.kind not in _AGAIN:
            raise
        faults = problem.faults or (Fault("email", problem.code, problem.detail),)
        response = make_response(_form(back, faults), _STATUSES[problem.kind])
        if problem.retry_after:
            response.headers["Retry-After"] = str(problem.retry_after)
        return response
    return _with_session(redirect(back or AFTERWARDS, 303), found)


@routes.post("/sign-out")
@public
def sign_out() -> AnyResponse:
    """The session ends everywhere, whatever state it was in."""
    token = request.cookies.get(COOKIE, "")
    response = redirect("/", 303)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    session.clear()
    if token:
        current_app.extensions["passes"].forget(token)
        current_app.extensions["clients"]["identity"].ask("SignOut", identity_pb2.SignOutRequest(token=token))
    return response


def _form(back: str, faults: tuple[Fault, ...] = ()) -> str:
    said = {fault.path: fault.detail for fault in faults}
    return render_template(
        "sign_in.html", back=back, faults=said, email=request.form.get("email", "").strip()
    )


def _faults(sent: Mapping[str, str]) -> tuple[Fault, ...]:
    """What is missing, and what cannot be anybody's."""
    blank = [name for name in _MISSING if not sent.get(name, "").strip() or "\x00" in sent[name]]
    return tuple(Fault(name, "required-missing", _MISSING[name]) for name in blank)


def _session(sent: Mapping[str, str]) -> identity_pb2.Session:
    asking = identity_pb2.SignInRequest(
        email=sent["email"].strip(), password=sent["password"], from_address=from_address()
    )
    found: identity_pb2.Session = current_app.extensions["clients"]["identity"].ask("SignIn", asking)
    return found


def _with_session(response: AnyResponse, found: identity_pb2.Session) -> AnyResponse:
    """The cookie for it; what the form left behind goes, so that nobody's earlier token lives on."""
    session.clear()
    seconds = max(0, found.expires_at.seconds - int(time.time()))
    response.set_cookie(
        COOKIE, found.token, max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax"
    )
    return response


def _safe(address: str) -> str:
    """An address on this site, or nothing: a link from elsewhere must not lead away."""
    here = address.startswith("/") and not address.startswith("//")
    return address if here and address.isprintable() and "\\" not in address else ""
