"""One's own account at a glance: name and address, roles, requests, and where one is signed in."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import secret, signed_in
from gateway.identity import ask
from gateway.web import naming
from gateway.web.answering import PRESSED, Faults, done, or_again
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("own_account", __name__, url_prefix="/account")
HERE = "/account"


@routes.get("")
@signed_in
def account() -> str:
    """All of it, with the way to each errand."""
    return page()


@routes.post("/roles/<grant_id>/ending")
@signed_in
def give_up(grant_id: str) -> AnyResponse:
    """The role is held no longer; the last administrator of an organisation keeps it."""

    def given_up() -> AnyResponse:
        ask("EndRole", pb.EndRoleRequest(grant_id=grant_id))
        return done("You have given up the role.", HERE)

    return or_again(given_up, page, f"give-up-{grant_id}", PRESSED)


@routes.post("/requests/<request_id>/withdrawal")
@signed_in
def withdraw(request_id: str) -> AnyResponse:
    """Nobody decides on it any more; one that was decided stays as it is."""

    def withdrawn() -> AnyResponse:
        made = ask("WithdrawRoleRequest", pb.WithdrawRoleRequestRequest(request_id=request_id))
        late = made.state != "withdrawn"
        return done(
            "The request had been decided already." if late else "You have taken the request back.", HERE
        )

    return or_again(withdrawn, page, f"withdraw-{request_id}", PRESSED)


def page(faults: Faults | None = None) -> str:
    """The page, with what is wrong at the button that was pressed."""
    found = ask("GetOwnAccount", pb.GetOwnAccountRequest(session_token=secret()))
    return render_template(
        "account/own.html",
        found=found,
        roles=naming.roles(),
        organisations=naming.organisations(one.organisation for one in found.account.grants),
        faults=faults or {},
    )
