"""Registering: a code goes to the address, and whoever sends it back with the chosen password has the account."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, session
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import public
from gateway.identity import ask_openly
from gateway.networks import from_address
from gateway.web.answering import Faults, again, as_typed, done, missing, or_again, sent
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("registering", __name__, url_prefix="/register")
WANTED = {"email": "Enter the email address", "code": "Enter the code from the email"}
ADDRESS = "address"  # in the signed cookie of forms: what was typed a page ago, so that nobody types it twice


@routes.get("")
@public
def form() -> str:
    """Address, name and password."""
    return _form()


@routes.post("")
@public
def register() -> AnyResponse:
    """On to the code, whether the address has an account or not."""
    given = sent("email", "name")
    asking = pb.RegisterRequest(**given, **as_typed("password"), from_address=from_address())

    def asked() -> AnyResponse:
        ask_openly("Register", asking)
        session[ADDRESS] = given["email"]
        return redirect("/register/code", 303)

    return or_again(asked, _form, "email")


@routes.get("/code")
@public
def code_form() -> str:
    """The code that came, with the password that was chosen."""
    return _code()


@routes.post("/code")
@public
def verify() -> AnyResponse:
    """The account is open: on to sign in."""
    given = sent("email", "code")
    if faults := missing(given, WANTED):
        return again(_code(faults))
    asking = pb.VerifyAddressRequest(**given, **as_typed("password"), from_address=from_address())

    def opened() -> AnyResponse:
        ask_openly("VerifyAddress", asking)
        session.pop(ADDRESS, None)
        return done("Your account is open. Sign in with your address and password.", "/sign-in")

    return or_again(opened, _code, "code")


def _form(faults: Faults | None = None) -> str:
    return render_template("account/register.html", given=sent("email", "name"), faults=faults or {})


def _code(faults: Faults | None = None) -> str:
    given = sent("email", "code")
    given["email"] = given["email"] or session.get(ADDRESS, "")
    return render_template("account/register_code.html", given=given, faults=faults or {})
