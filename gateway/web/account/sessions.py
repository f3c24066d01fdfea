"""Where one is signed in: ending one of the sessions, or all but this one."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import secret, signed_in
from gateway.identity import ask
from gateway.web.account.own import HERE
from gateway.web.answering import done
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("sessions", __name__, url_prefix="/account/sessions")


@routes.post("/<session_id>/ending")
@signed_in
def end(session_id: str) -> AnyResponse:
    """Within a second nobody honours it; one that had ended is no news."""
    ask("EndSession", pb.EndSessionRequest(session_id=session_id))
    return done("The session is over.", HERE)


@routes.post("/ending")
@signed_in
def end_others() -> AnyResponse:
    """Only the one that asks goes on."""
    found = ask("GetOwnAccount", pb.GetOwnAccountRequest(session_token=secret()))
    for one in found.sessions:
        if not one.this_one:
            ask("EndSession", pb.EndSessionRequest(session_id=one.session_id))
    return done("You are signed out everywhere else.", HERE)
