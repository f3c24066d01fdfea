"""Finding somebody's account, and what is known of it. Whom one looks for stands in no address."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import not_found
from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web import naming
from gateway.web.answering import Faults, or_again, sent
from gateway.web.support.start import must_support
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("support_people", __name__, url_prefix="/support/people")


@routes.get("")
@signed_in
def form() -> str:
    """Part of a name or of an address, or an id."""
    must_support("identity:suspend")
    return _page(None)


@routes.post("")
@signed_in
def search() -> AnyResponse:
    """A page of those who match, oldest first; everybody where nothing was sent."""
    given = sent("search", "after")

    def found() -> AnyResponse:
        asking = pb.ListAccountsRequest(search=given["search"], after=given["after"])
        return make_response(_page(ask("ListAccounts", asking)))

    return or_again(found, lambda faults: _page(None, faults), "search")


@routes.get("/<account_id>")
@signed_in
def person(account_id: str) -> str:
    """The account with its roles, and the way to each errand about it."""
    found = account(account_id)
    return render_template(
        "support/person.html",
        account=found,
        roles=naming.roles(),
        organisations=naming.organisations(one.organisation for one in found.grants),
    )


def account(account_id: str) -> pb.Account:
    """One account; NOT_FOUND where there is none, or it is closed for good."""
    found: pb.Accounts = ask("ListAccounts", pb.ListAccountsRequest(search=account_id))
    named = next((one for one in found.accounts if one.account_id == account_id), None)
    if named is None:
        raise not_found("account-not-found", "There is no such account, or it is closed for good.")
    return named


def _page(found: pb.Accounts | None, faults: Faults | None = None) -> str:
    given = sent("search", "after")
    return render_template(
        "support/people.html",
        found=found,
        roles=naming.roles() if found else {},
        given=given,
        faults=faults or {},
    )
