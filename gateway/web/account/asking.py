"""Asking for a role at an organisation: first the organisation is found, then the role is chosen and a reason given."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Problem
from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web import naming
from gateway.web.account.own import HERE
from gateway.web.answering import MENDABLE, Faults, again, done, or_again, said, sent
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("asking", __name__, url_prefix="/account/roles")
_AT = {
    "organisation": "role"
}  # the organisation is no field of the form: what is wrong with it is said at the first one


@routes.get("")
@signed_in
def find() -> AnyResponse:
    """Organisations by words of their name, the beginning of their code or their postcode."""
    text = request.args.get("organisation", "").strip()
    return or_again(
        lambda: make_response(_found(text, naming.found(text) if text else None)),
        lambda faults: _found(text, None, {"organisation": " ".join(faults.values())}),
        "organisation",
    )


@routes.get("/<code>")
@signed_in
def form(code: str) -> str:
    """The roles with what they mean, and the reason."""
    return _form(code.upper())


@routes.post("/<code>")
@signed_in
def ask_for_role(code: str) -> AnyResponse:
    """The role at once where policy says so; else the request waits for whoever decides there."""
    place = code.upper()
    try:
        made = ask("AskForRole", pb.AskForRoleRequest(organisation=place, **sent("role", "reason")))
    except Problem as problem:
        if problem.kind not in MENDABLE:
            raise
        return again(_form(place, said(problem, "role", _AT)), problem)
    if made.state == "approved":
        return done("You have the role.", HERE)
    return done("Your request is sent. You are told when it is decided.", HERE)


def _found(text: str, found: list[pb.FoundOrganisation] | None, faults: Faults | None = None) -> str:
    given = {"organisation": text}
    return render_template("account/roles_find.html", found=found, given=given, faults=faults or {})


def _form(code: str, faults: Faults | None = None) -> str:
    return render_template(
        "account/roles_ask.html",
        code=code,
        organisation=naming.organisation(code),
        roles=[one for one in naming.roles().values() if one.approved_by],
        given=sent("role", "reason"),
        faults=faults or {},
    )
