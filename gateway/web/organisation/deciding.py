"""Requests for roles that wait for somebody to decide: approved, or refused with a reason."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import not_found
from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web import naming
from gateway.web.answering import Faults, again, done, or_again, sent
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("deciding", __name__, url_prefix="/organisation/requests")
HERE = "/organisation/requests"
MOST = 200  # that identity lists at once
APPROVE, REFUSE = "approve", "refuse"
_UNDECIDED = {"decision": "Choose whether you approve or refuse"}


@routes.get("")
@signed_in
def requests() -> str:
    """Those that somebody may decide, wherever they are for; oldest first."""
    return render_template("organisation/requests.html", found=_waiting(), most=MOST, roles=naming.roles())


@routes.get("/<request_id>")
@signed_in
def form(request_id: str) -> str:
    """Who asks for what, and why."""
    return _form(request_id)


@routes.post("/<request_id>")
@signed_in
def decide(request_id: str) -> AnyResponse:
    """As it was decided, which may have been by somebody else meanwhile."""
    given = sent("decision", "reason")
    if given["decision"] not in (APPROVE, REFUSE):
        return again(_form(request_id, _UNDECIDED))

    def decided() -> AnyResponse:
        approve = given["decision"] == APPROVE
        asking = pb.DecideRoleRequestRequest(request_id=request_id, approve=approve, reason=given["reason"])
        made = ask("DecideRoleRequest", asking)
        return done(f"The request is {made.state}. Whoever asked is told.", HERE)

    return or_again(decided, lambda faults: _form(request_id, faults), "reason")


def _form(request_id: str, faults: Faults | None = None) -> str:
    found = next((one for one in _waiting(request_id) if one.request_id == request_id), None)
    if found is None:
        detail = "This request does not wait for you: it was decided, or taken back."
        raise not_found("request-not-found", detail)
    return render_template(
        "organisation/request.html",
        found=found,
        role=naming.roles().get(found.role),
        given=sent("decision", "reason"),
        faults=faults or {},
    )


def _waiting(request_id: str = "") -> list[pb.RoleRequest]:
    return list(ask("ListRoleRequests", pb.ListRoleRequestsRequest(request_id=request_id)).requests)
