"""A forgotten password: a code goes to the address, if it has an account, and whoever sends it back chooses another."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, session
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import public
from gateway.identity import ask_openly
from gateway.networks import from_address
from gateway.web.account.registering import ADDRESS, WANTED
from gateway.web.answering import Faults, again, as_typed, done, missing, or_again, sent
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("forgotten", __name__, url_prefix="/forgotten-password")


@routes.get("")
@public
def form() -> str:
    """The address."""
    return _form()


@routes.post("")
@public
def ask_for_code() -> AnyResponse:
    """On to the code, whether the address has an account or not."""
    given = sent("email")
    if faults := missing(given, {"email": WANTED["email"]}):
        return again(_form(faults))

    def asked() -> AnyResponse:
        ask_openly("AskForReset", pb.AskForResetRequest(**given, from_address=from_address()))
        session[ADDRESS] = given["email"]
        return redirect("/forgotten-password/code", 303)

    return or_again(asked, _form, "email")


@routes.get("/code")
@public
def code_form() -> str:
    """The code that came, and the new password."""
    return _code()


@routes.post("/code")
@public
def reset() -> AnyResponse:
    """On to sign in; every session of the account is over."""
    given = sent("email", "code")
    if faults := missing(given, WANTED):
        return again(_code(faults))
    asking = pb.ResetPasswordRequest(**given, **as_typed("password"), from_address=from_address())

    def changed() -> AnyResponse:
        ask_openly("ResetPassword", asking)
        session.pop(ADDRESS, None)
        return done("Your password is changed, and you are signed out everywhere. Sign in.", "/sign-in")

    return or_again(changed, _code, "code")


def _form(faults: Faults | None = None) -> str:
    return render_template("account/forgotten.html", given=sent("email"), faults=faults or {})


def _code(faults: Faults | None = None) -> str:
    given = sent("email", "code")
    given["email"] = given["email"] or session.get(ADDRESS, "")
    return render_template("account/forgotten_code.html", given=given, faults=faults or {})
