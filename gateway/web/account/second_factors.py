"""One's own second factors: an app, a passkey, recovery codes, and the devices that are remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import segno
from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Kind, Problem
from gateway.guards import secret, signed_in
from gateway.identity import ask
from gateway.web.account.sign_in import AFTERWARDS
from gateway.web.answering import MENDABLE, Faults, again, as_typed, done, or_again, said, sent
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("second_factors", __name__, url_prefix="/account/second-factors")
HERE = "/account/second-factors"


@routes.get("")
@signed_in
def second_factors() -> str:
    """What there is, and how to add to it."""
    return _page()


@routes.post("/app")
@signed_in
def add_app() -> AnyResponse:
    """The secret as a picture and as text, and the form for its first code."""
    asking = pb.AddTotpRequest(session_token=secret(), **as_typed("password"), **sent("label"))
    return _or_again(lambda: make_response(_app(ask("AddTotp", asking))), "password")


@routes.post("/app/<factor_id>")
@signed_in
def confirm_app(factor_id: str) -> AnyResponse:
    """The recovery codes, or the list; another chance where the code was wrong. Pressed twice, the app is there the second time."""
    asking = pb.ConfirmTotpRequest(session_token=secret(), factor_id=factor_id, **sent("code"))
    shown = pb.NewTotp(factor_id=factor_id, **sent("secret", "uri"))
    try:
        return _added(ask("ConfirmTotp", asking))
    except Problem as problem:
        if problem.kind is Kind.NOT_FOUND and _is_set_up(factor_id):
            return done("Your app is set up. If you saw no recovery codes, make new ones here.", HERE)
        if problem.kind not in MENDABLE or not shown.secret:
            raise
        return again(_app(shown, said(problem, "code")), problem)


@routes.post("/passkey")
@signed_in
def add_passkey() -> AnyResponse:
    """What the browser asks an authenticator: the rest needs its script."""
    asking = pb.AddPasskeyRequest(session_token=secret(), **as_typed("password"))

    def asked() -> AnyResponse:
        question = ask("AddPasskey", asking).options
        return make_response(render_template("account/passkey_new.html", question=question))

    return _or_again(asked, "passkey-password")


@routes.post("/passkey/answer")
@signed_in
def confirm_passkey() -> AnyResponse:
    """The recovery codes, or the list."""
    answered = sent("passkey", "label")
    asking = pb.ConfirmPasskeyRequest(
        session_token=secret(), answer=answered["passkey"], label=answered["label"]
    )
    return _or_again(lambda: _added(ask("ConfirmPasskey", asking)), "passkey-password")


@routes.post("/recovery-codes")
@signed_in
def recovery_codes() -> AnyResponse:
    """Ten new ones."""
    asking = pb.NewRecoveryCodesRequest(session_token=secret(), **as_typed("password"))
    return _or_again(lambda: _codes(ask("NewRecoveryCodes", asking).codes), "codes-password")


@routes.post("/<factor_id>/removal")
@signed_in
def remove(factor_id: str) -> AnyResponse:
    """What is left."""
    asking = pb.RemoveSecondFactorRequest(session_token=secret(), factor_id=factor_id, **as_typed("password"))

    def removed() -> AnyResponse:
        ask("RemoveSecondFactor", asking)
        return done("It is removed.", HERE)

    return _or_again(removed, f"remove-{factor_id}")


@routes.post("/devices/<device_id>/removal")
@signed_in
def forget_device(device_id: str) -> AnyResponse:
    """What is left."""
    ask("ForgetDevice", pb.ForgetDeviceRequest(device_id=device_id))
    return done("The device is forgotten. It is asked for a code next time.", HERE)


# ---- how -----------------------------------------------------------------------------------------------------


def _or_again(act: Callable[[], AnyResponse], field: str) -> AnyResponse:
    """What `act` answers; the list with what is wrong, a password that is wrong on the form it was typed in."""
    return or_again(act, _page, field, names={"password": field})


def _is_set_up(factor_id: str) -> bool:
    factors = ask("ListSecondFactors", pb.ListSecondFactorsRequest()).factors
    return factor_id in {one.factor_id for one in factors}


def _page(faults: Faults | None = None) -> str:
    found = ask("ListSecondFactors", pb.ListSecondFactorsRequest())
    return render_template("account/second_factors.html", found=found, faults=faults or {})


def _app(made: pb.NewTotp, faults: Faults | None = None) -> str:
    picture = segno.make(made.uri, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    return render_template("account/second_factor_app.html", made=made, picture=picture, faults=faults or {})


def _added(made: pb.FactorAdded) -> AnyResponse:
    return _codes(made.recovery_codes) if made.recovery_codes else done("It is added.", HERE)


def _codes(codes: Any) -> AnyResponse:
    return make_response(render_template("account/recovery_codes.html", codes=codes, onward=AFTERWARDS))
