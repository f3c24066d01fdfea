"""What one's account is known by: its name at once; its address once the code that went to the new one came back."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, session
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import public, secret, signed_in
from gateway.identity import ask, ask_openly
from gateway.networks import from_address
from gateway.web.account.own import HERE
from gateway.web.account.registering import ADDRESS, WANTED
from gateway.web.answering import Faults, again, as_typed, done, missing, or_again, sent
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("details", __name__, url_prefix="/account")


@routes.get("/name")
@signed_in
def name_form() -> str:
    """The name as it is."""
    found = ask("GetOwnAccount", pb.GetOwnAccountRequest(session_token=secret()))
    return _name(given={"name": found.account.name})


@routes.post("/name")
@signed_in
def change_name() -> AnyResponse:
    """The account has it at once."""

    def changed() -> AnyResponse:
        ask("ChangeDetails", pb.ChangeDetailsRequest(**sent("name"), **as_typed("password")))
        return done("Your name is changed.", HERE)

    return or_again(changed, _name, "name")


@routes.get("/address")
@signed_in
def address_form() -> str:
    """The new address."""
    return _address()


@routes.post("/address")
@signed_in
def change_address() -> AnyResponse:
    """On to the code. The address of the account stays until it was sent back."""
    given = sent("email")

    def asked() -> AnyResponse:
        ask("ChangeDetails", pb.ChangeDetailsRequest(**given, **as_typed("password")))
        session[ADDRESS] = given["email"]
        return redirect("/account/address/code", 303)

    return or_again(asked, _address, "email")


@routes.get("/address/code")
@public
def code_form() -> str:
    """The code that came to the new address, wherever it is read."""
    return _code()


@routes.post("/address/code")
@public
def confirm_address() -> AnyResponse:
    """The account has the new address from now on."""
    given = sent("email", "code")
    if faults := missing(given, WANTED):
        return again(_code(faults))
    asking = pb.ConfirmAddressRequest(**given, **as_typed("password"), from_address=from_address())

    def confirmed() -> AnyResponse:
        ask_openly("ConfirmAddress", asking)
        session.pop(ADDRESS, None)
        return done("Your address is changed. Use it when you sign in.", HERE)

    return or_again(confirmed, _code, "code")


def _name(faults: Faults | None = None, given: dict[str, str] | None = None) -> str:
    return render_template("account/name.html", given=given or sent("name"), faults=faults or {})


def _address(faults: Faults | None = None) -> str:
    return render_template("account/address.html", given=sent("email"), faults=faults or {})


def _code(faults: Faults | None = None) -> str:
    given = sent("email", "code")
    given["email"] = given["email"] or session.get(ADDRESS, "")
    return render_template("account/address_code.html", given=given, faults=faults or {})
