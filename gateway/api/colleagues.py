"""Who holds which role at an organisation: for whoever administers it, and for the national team."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.people import invitation, person, role_request
from gateway.guards import bearer, public
from gateway.identity import ask, ask_openly
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_colleagues", __name__, url_prefix="/api/v1")
ROLES = schemas.page_of(schemas.Role)
PEOPLE = schemas.page_of(schemas.Person)
REQUESTS = schemas.page_of(schemas.RoleRequest)
INVITATIONS = schemas.page_of(schemas.Invitation)


@routes.get("/roles")
@documented(Said("Every role: what it may do, how far it reaches, who grants it", ROLES))
@public
def roles() -> Response:
    """The policy, as it is read at start."""
    found = ask_openly("ListRoles", pb.ListRolesRequest()).roles
    return problems.json(ROLES().dump({"items": found, "next": None}))


@routes.get("/colleagues")
@documented(Said("Everybody who holds a role at an organisation", PEOPLE, query=schemas.Colleagues))
@bearer
def colleagues() -> Response:
    """A page of them, by name, with the roles they hold there."""
    asked = schemas.sent_query(schemas.Colleagues)
    found = ask("ListColleagues", pb.ListColleaguesRequest(after=asked.pop("cursor", ""), **asked))
    page = {"items": [person(one) for one in found.accounts], "next": found.next or None}
    return problems.json(PEOPLE().dump(page))


@routes.delete("/grants/<grant_id>")
@documented(Said("Give up a role of yours, or end a colleague's", None, 204, body=schemas.Reason))
@bearer
def end_role(grant_id: str) -> Response:
    """Nothing; the last administrator of an organisation cannot leave alone."""
    sent = schemas.sent_body(schemas.Reason, optional=True)
    ask("EndRole", pb.EndRoleRequest(grant_id=grant_id, **sent))
    return Response(status=204)


@routes.get("/role-requests")
@documented(Said("Requests that wait for you to decide, oldest first", REQUESTS))
@bearer
def role_requests() -> Response:
    """Two hundred at most."""
    found = ask("ListRoleRequests", pb.ListRoleRequestsRequest()).requests
    return problems.json(REQUESTS().dump({"items": [role_request(one) for one in found], "next": None}))


@routes.post("/role-requests/<request_id>/decision")
@documented(Said("Approve a request, or refuse it with a reason", schemas.RoleRequest, body=schemas.Decision))
@bearer
def decide(request_id: str) -> Response:
    """The request as it was decided; one that had been decided stays as it was."""
    sent = schemas.sent_body(schemas.Decision)
    made = ask("DecideRoleRequest", pb.DecideRoleRequestRequest(request_id=request_id, **sent))
    return problems.json(schemas.RoleRequest().dump(role_request(made)))


@routes.post("/invitations")
@documented(
    Said(
        "Invite somebody to a role; a code goes to their address",
        schemas.Invitation,
        201,
        body=schemas.Invite,
    )
)
@bearer
def invite() -> Response:
    """The invitation; inviting again sends a new code, and the old one is void."""
    made = ask("Invite", pb.InviteRequest(**schemas.sent_body(schemas.Invite)))
    return problems.json(schemas.Invitation().dump(invitation(made)), 201)


@routes.get("/invitations")
@documented(Said("Invitations of an organisation, newest first", INVITATIONS, query=schemas.AtOrganisation))
@bearer
def invitations() -> Response:
    """Ended ones too; two hundred at most."""
    asking = pb.ListInvitationsRequest(**schemas.sent_query(schemas.AtOrganisation))
    found = ask("ListInvitations", asking).invitations
    return problems.json(INVITATIONS().dump({"items": [invitation(one) for one in found], "next": None}))


@routes.delete("/invitations/<invitation_id>")
@documented(Said("Take an invitation back", schemas.Invitation))
@bearer
def revoke(invitation_id: str) -> Response:
    """The invitation; one that was accepted stays so."""
    made = ask("RevokeInvitation", pb.RevokeInvitationRequest(invitation_id=invitation_id))
    return problems.json(schemas.Invitation().dump(invitation(made)))
