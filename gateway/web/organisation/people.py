"""Who holds which role at an organisation, and ending a role there."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import not_found
from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web import naming
from gateway.web.answering import Faults, done, or_again, sent
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("colleagues", __name__, url_prefix="/organisation/<code>")


@routes.get("")
@signed_in
def colleagues(code: str) -> str:
    """The first page of those who hold a role there, by name."""
    return _people(code)


@routes.post("")
@signed_in
def search(code: str) -> str:
    """A page of those of them who match. Whom one looks for stands in no address."""
    return _people(code)


@routes.get("/roles/<grant_id>/ending")
@signed_in
def ending(code: str, grant_id: str) -> str:
    """Whose role it is, and why it ends."""
    return _ending(code, grant_id)


@routes.post("/roles/<grant_id>/ending")
@signed_in
def end(code: str, grant_id: str) -> AnyResponse:
    """It no longer counts anywhere within a second."""

    def ended() -> AnyResponse:
        ask("EndRole", pb.EndRoleRequest(grant_id=grant_id, **sent("reason")))
        return done("The role is ended.", f"/organisation/{code}")

    return or_again(ended, lambda faults: _ending(code, grant_id, faults), "reason")


def _people(code: str) -> str:
    given = sent("search", "after")
    return render_template(
        "organisation/people.html",
        code=code,
        organisation=naming.organisation(code),
        found=ask("ListColleagues", pb.ListColleaguesRequest(organisation=code, **given)),
        roles=naming.roles(),
        given=given,
        faults={},
    )


def _ending(code: str, grant_id: str, faults: Faults | None = None) -> str:
    person, grant = _held(code, grant_id)
    return render_template(
        "organisation/role_ending.html",
        code=code,
        organisation=naming.organisation(code),
        person=person,
        grant=grant,
        roles=naming.roles(),
        given=sent("reason"),
        faults=faults or {},
    )


def _held(code: str, grant_id: str) -> tuple[pb.Account, pb.Grant]:
    """Who holds a role there, and the role; NOT_FOUND where nobody does any more."""
    people = ask("ListColleagues", pb.ListColleaguesRequest(organisation=code, grant_id=grant_id)).accounts
    held = ((one, grant) for one in people for grant in one.grants if grant.grant_id == grant_id)
    if (found := next(held, None)) is None:
        raise not_found("grant-not-found", "Nobody holds this role there any more.")
    return found
