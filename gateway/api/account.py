"""One's own account: what it may do, where it is signed in, what it has asked for."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.people import own_account, person, role_request
from gateway.guards import bearer, secret
from gateway.identity import ask
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_account", __name__, url_prefix="/api/v1/account")


@routes.get("")
@documented(Said("Your account", schemas.OwnAccount))
@bearer
def account() -> Response:
    """Roles, requests and sessions."""
    found = ask("GetOwnAccount", pb.GetOwnAccountRequest(session_token=secret()))
    return problems.json(schemas.OwnAccount().dump(own_account(found)))


@routes.patch("")
@documented(Said("Change your name or your e-mail address", schemas.Person, body=schemas.ChangedDetails))
@bearer
def change_details() -> Response:
    """The account, with its new name; an address stays until the new one was confirmed."""
    made = ask("ChangeDetails", pb.ChangeDetailsRequest(**schemas.sent_body(schemas.ChangedDetails)))
    return problems.json(schemas.Person().dump(person(made)))


@routes.put("/password")
@documented(Said("Change your password; your other sessions end", None, 204, body=schemas.ChangedPassword))
@bearer
def change_password() -> Response:
    """Nothing; this session goes on."""
    sent = schemas.sent_body(schemas.ChangedPassword)
    ask("ChangePassword", pb.ChangePasswordRequest(session_token=secret(), **sent))
    return Response(status=204)


@routes.delete("/sessions/<session_id>")
@documented(Said("End one of your sessions", None, 204))
@bearer
def end_session(session_id: str) -> Response:
    """Nothing; within a second nobody honours it."""
    ask("EndSession", pb.EndSessionRequest(session_id=session_id))
    return Response(status=204)


@routes.post("/requests")
@documented(Said("Ask for a role at an organisation", schemas.RoleRequest, 201, body=schemas.AskedRole))
@bearer
def ask_for_role() -> Response:
    """The request, approved already where policy says so."""
    made = ask("AskForRole", pb.AskForRoleRequest(**schemas.sent_body(schemas.AskedRole)))
    return problems.json(schemas.RoleRequest().dump(role_request(made)), 201)


@routes.delete("/requests/<request_id>")
@documented(Said("Take a request of yours back", schemas.RoleRequest))
@bearer
def withdraw(request_id: str) -> Response:
    """The request; one that was decided stays as it is."""
    made = ask("WithdrawRoleRequest", pb.WithdrawRoleRequestRequest(request_id=request_id))
    return problems.json(schemas.RoleRequest().dump(role_request(made)))
