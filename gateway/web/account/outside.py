"""Signing in with an outside provider: to it, back from it, proving once whose account it is; and the links of one's account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Fault, Kind, Problem
from gateway.guards import public, secret, signed_in
from gateway.identity import ask, ask_openly
from gateway.networks import from_address
from gateway.web.account import devices
from gateway.web.account.sign_in import COOKIES, HALF, left, onward, safe, to_second, with_session
from gateway.web.answering import PRESSED, again, done
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("outside", __name__)
COOKIE = "__Host-outside"
PROOF = "/sign-in/outside-account"
LINKS = "/account/outside-sign-ins"
PATIENCE = 15.0  # seconds: identity asks the provider up to four things, each within three
LONGEST = 4000  # characters of what a provider sends by the browser
_TITLES = {
    "outside-cancelled": "You cancelled the sign-in",
    "outside-refused": "You could not sign in there",
    "outside-away": "The other sign-in is not available",
    "outside-not-verified": "You could not be signed in",
    "outside-ended": "This sign-in has ended",
    "outside-no-address": "You could not be signed in",
    "outside-linked": "That account is in use",
    "account-suspended": "Your account is suspended",
}
_AGAIN = ("code-wrong", "sign-in-failed", "name-not-valid", "proof-missing", "too-many-tries")


# ---- there and back ------------------------------------------------------------------------------------------


@routes.get("/sign-in/outside/<provider>")
@public
def leave(provider: str) -> AnyResponse:
    """To the provider. A link, not a form: the page's policy lets no form lead away from here."""
    back = safe(request.args.get("next", ""))
    asking = pb.BeginOutsideSignInRequest(provider=provider, next=back[:2000])
    try:
        made = _identity("BeginOutsideSignIn", asking)
    except Problem as problem:
        return _failed(problem, provider, back)
    response = redirect(made.address, 303)
    response.set_cookie(COOKIE, made.token, max_age=left(made.expires_at), **COOKIES)
    return response


@routes.get("/sign-in/outside/<provider>/return")
@public
def come_back(provider: str) -> AnyResponse:
    """A session, and on; or on to prove whose account it is."""
    sent: dict[str, Any] = {name: request.args.get(name, "")[:LONGEST] for name in ("state", "code", "error")}
    asking = pb.CompleteOutsideSignInRequest(
        provider=provider, token=_token(), issuer=request.args.get("iss", "")[:LONGEST], **sent, **_device()
    )
    try:
        found = _identity("CompleteOutsideSignIn", asking)
    except Problem as problem:
        return _failed(problem, provider)
    return _on(found) if found.HasField("session") else _to_proof(found, provider)


def _on(found: pb.CameBack) -> AnyResponse:
    back = safe(found.next)
    if found.session.strength == HALF:
        response = to_second(found.session, back)
    else:
        response = with_session(redirect(onward(found.session, back), 303), found.session)
    response.delete_cookie(COOKIE, **COOKIES)
    return response


def _to_proof(found: pb.CameBack, provider: str) -> AnyResponse:
    session["outside"] = {"email": found.email, "name_wanted": found.name_wanted, "provider": provider}
    response = redirect(PROOF, 303)
    response.set_cookie(COOKIE, _token(), max_age=left(found.expires_at), **COOKIES)
    return response


# ---- whose account it is ---------------------------------------------------------------------------------------


@routes.get(PROOF)
@public
def proof() -> AnyResponse:
    """The form, while somebody waits to prove it."""
    return make_response(_proof()) if _waits() else redirect("/sign-in", 303)


@routes.post(PROOF)
@public
def prove() -> AnyResponse:
    """A session, and on; another chance where the code or password was wrong."""
    if not _waits():
        return redirect("/sign-in", 303)
    sent = {
        name: request.form.get(name, "").replace("\x00", "")[:1000] for name in ("code", "password", "name")
    }
    asking = pb.ProveOutsideSignInRequest(token=_token(), **_chosen(sent), **_device())
    try:
        return _on(_identity("ProveOutsideSignIn", asking))
    except Problem as problem:
        if problem.code not in _AGAIN:
            return _failed(problem, _said_before("provider"))
        return again(_proof(_faults(problem, sent)), problem)


@routes.post(f"{PROOF}/code")
@public
def send_code() -> AnyResponse:
    """Another letter, unless there was one a moment ago."""
    if not _waits():
        return redirect("/sign-in", 303)
    try:
        _identity("SendOutsideCode", pb.SendOutsideCodeRequest(token=_token()))
    except Problem as problem:
        return _failed(problem, _said_before("provider"))
    return done("If none was sent in the last minute, another code is on its way.", PROOF)


def _chosen(sent: dict[str, str]) -> dict[str, Any]:
    """Each form has a button of its own: what a browser filled in on the other one does not count."""
    with_password = request.form.get("with") == "password"
    return (
        {"password": sent["password"]}
        if with_password
        else {"code": sent["code"].strip(), "name": sent["name"]}
    )


def _faults(problem: Problem, sent: dict[str, str]) -> dict[str, str]:
    field = "password" if request.form.get("with") == "password" else "code"
    faults = problem.faults or (Fault(field, problem.code, problem.detail),)
    return {field if fault.path in ("email", "code") else fault.path: fault.detail for fault in faults}


def _proof(faults: dict[str, str] | None = None) -> str:
    return render_template(
        "account/outside_proof.html",
        faults=faults or {},
        email=_said_before("email"),
        name_wanted=_said_before("name_wanted"),
        name=request.form.get("name", ""),
    )


def _waits() -> bool:
    return bool(_token() and session.get("outside"))


def _said_before(name: str) -> Any:
    return dict(session.get("outside") or {}).get(name, "")


# ---- one's own links -------------------------------------------------------------------------------------------


@routes.get(LINKS)
@signed_in
def links() -> str:
    """With which outside accounts one signs in."""
    return _links()


@routes.post(f"{LINKS}/<link_id>/removal")
@signed_in
def remove(link_id: str) -> AnyResponse:
    """What is left."""
    password = request.form.get("password", "").replace("\x00", "")[:1000]
    asking = pb.RemoveOutsideLinkRequest(session_token=secret(), link_id=link_id, password=password)
    try:
        ask("RemoveOutsideLink", asking)
    except Problem as problem:
        if problem.kind not in PRESSED:
            raise
        return again(_links({f"remove-{link_id}": problem.detail}), problem)
    return done("The other sign-in is removed.", LINKS)


def _links(faults: dict[str, str] | None = None) -> str:
    asking = pb.GetOwnAccountRequest(session_token=secret())
    found = ask("GetOwnAccount", asking)
    return render_template("account/outside_links.html", found=found, faults=faults or {})


# ---- how -----------------------------------------------------------------------------------------------------


def _failed(problem: Problem, provider: str, back: str = "") -> AnyResponse:
    """What went wrong, in a page of its own, with the ways on."""
    if problem.code not in _TITLES:
        raise problem
    anew = "" if problem.kind in (Kind.FORBIDDEN, Kind.CONFLICT) else provider
    page = render_template(
        "account/outside_failed.html",
        title=_TITLES[problem.code],
        detail=problem.detail,
        provider=anew,
        back=back,
    )
    return again(page, problem)


def _token() -> str:
    return request.cookies.get(COOKIE, "")[:100]


def _device() -> dict[str, Any]:
    return {
        "from_address": from_address(),
        "device": request.cookies.get(devices.COOKIE, "")[:100],
        "device_label": devices.label(request.headers.get("User-Agent", "")),
    }


def _identity(rpc: str, asking: Any) -> Any:
    return ask_openly(rpc, asking, PATIENCE)
