"""Another password for one's account, by whoever knows the present one."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import secret, signed_in
from gateway.identity import ask
from gateway.web.account.own import HERE
from gateway.web.answering import Faults, as_typed, done, or_again
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("password", __name__, url_prefix="/account/password")


@routes.get("")
@signed_in
def form() -> str:
    """The present password and the new one."""
    return _form()


@routes.post("")
@signed_in
def change() -> AnyResponse:
    """This session goes on; the others are over."""

    def changed() -> AnyResponse:
        ask(
            "ChangePassword",
            pb.ChangePasswordRequest(session_token=secret(), **as_typed("current", "password")),
        )
        return done("Your password is changed, and you are signed out everywhere else.", HERE)

    return or_again(changed, _form, "current")


def _form(faults: Faults | None = None) -> str:
    return render_template("account/password.html", given={}, faults=faults or {})
