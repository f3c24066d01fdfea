"""Accepting an invitation with the code from its letter, which opens an account where the address has none."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import public
from gateway.identity import ask_openly
from gateway.networks import from_address
from gateway.web.account.registering import WANTED
from gateway.web.answering import Faults, again, as_typed, done, missing, or_again, sent
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("invited", __name__, url_prefix="/invitation")


@routes.get("")
@public
def form() -> str:
    """The address it went to, its code, and who somebody is who has no account yet."""
    return _form()


@routes.post("")
@public
def accept() -> AnyResponse:
    """The role is held: on to sign in."""
    given = sent("email", "code", "name")
    if faults := missing(given, WANTED):
        return again(_form(faults))
    asking = pb.AcceptInvitationRequest(**given, **as_typed("password"), from_address=from_address())

    def accepted() -> AnyResponse:
        ask_openly("AcceptInvitation", asking)
        return done("You have accepted the invitation. Sign in.", "/sign-in")

    return or_again(accepted, _form, "code")


def _form(faults: Faults | None = None) -> str:
    return render_template(
        "account/invitation.html", given=sent("email", "code", "name"), faults=faults or {}
    )
