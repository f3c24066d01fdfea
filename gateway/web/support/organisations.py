"""Organisations as we were told of them: found by words, and one with its days and relations."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web import naming
from gateway.web.answering import Faults, or_again
from gateway.web.support.start import must_support
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("support_organisations", __name__, url_prefix="/support/organisations")


@routes.get("")
@signed_in
def search() -> AnyResponse:
    """The best matches, open ones first."""
    must_support("identity:organisations")
    text = request.args.get("search", "").strip()
    return or_again(
        lambda: make_response(_page(text, naming.found(text, 50) if text else None)),
        lambda faults: _page(text, None, faults),
        "search",
    )


@routes.get("/<code>")
@signed_in
def show(code: str) -> str:
    """Its roles, parents, predecessors and successors, each with its days."""
    found = ask("GetOrganisation", pb.GetOrganisationRequest(code=code.upper()))
    return render_template("support/organisation.html", found=found, one=found.organisation)


def _page(text: str, found: list[pb.FoundOrganisation] | None, faults: Faults | None = None) -> str:
    return render_template(
        "support/organisations.html", found=found, given={"search": text}, faults=faults or {}
    )
