"""What somebody asks of what is held of them: that it is put right, or a copy; each for a case that is kept elsewhere."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from gateway.copying import ELSEWHERE, copy_of
from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web import presenters
from gateway.web.answering import Faults, done, or_again, sent
from gateway.web.support.people import account
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("support_subjects", __name__, url_prefix="/support/people/<account_id>")


@routes.get("/details")
@signed_in
def details(account_id: str) -> str:
    """The name as it is, and what to put in its place."""
    return _details(account_id)


@routes.post("/details")
@signed_in
def rectify(account_id: str) -> AnyResponse:
    """A name at once; an address once its owner has confirmed it. The owner is told of both."""
    given = sent("name", "email", "case_number")

    def put_right() -> AnyResponse:
        ask("RectifyAccount", pb.RectifyAccountRequest(account_id=account_id, **given))
        asked = " A code went to the new address; the owner has to confirm it." if given["email"] else ""
        return done(f"The account is put right.{asked}", f"/support/people/{account_id}")

    return or_again(put_right, lambda faults: _details(account_id, faults), "name")


@routes.get("/copy")
@signed_in
def copying(account_id: str) -> str:
    """For which case."""
    return _copying(account_id)


@routes.post("/copy")
@signed_in
def copy(account_id: str) -> AnyResponse:
    """A table for each place that holds something, shown this once; the owner is told."""
    case = sent("case_number")["case_number"]

    def copied() -> AnyResponse:
        shown = presenters.held(copy_of(account_id, case))
        return make_response(
            render_template("support/copy.html", **shown, elsewhere=ELSEWHERE, account_id=account_id)
        )

    return or_again(copied, lambda faults: _copying(account_id, faults), "case_number")


def _details(account_id: str, faults: Faults | None = None) -> str:
    given = sent("name", "email", "case_number")
    found = account(account_id)
    return render_template("support/details.html", account=found, given=given, faults=faults or {})


def _copying(account_id: str, faults: Faults | None = None) -> str:
    found = account(account_id)
    return render_template(
        "support/copying.html", account=found, given=sent("case_number"), faults=faults or {}
    )
