"""Closing an account for good and forgetting its owner: asked by one, confirmed by another, answered by every service."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Kind, Problem
from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web import presenters
from gateway.web.answering import PRESSED, Faults, done, or_again, sent
from gateway.web.support.people import account
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("support_account_erasures", __name__, url_prefix="/support")
ALL = "/support/erasures/accounts"
ONE = "/people/<account_id>/erasure"
_EARLY = (*PRESSED, Kind.UNAVAILABLE)  # a moment later it can be confirmed
GROUNDS = (
    ("data_subject_request", "The owner asks for it"),
    ("legal_duty", "The law demands it"),
    ("opened_in_error", "It was opened in error"),
)


@routes.get("/erasures/accounts")
@signed_in
def erasures() -> str:
    """Which accounts were asked to be erased and how far it is, newest first; only what waits to be confirmed, where wanted."""
    cursor, to_confirm = request.args.get("after", ""), request.args.get("show") == "to-confirm"
    asking = pb.ListAccountErasuresRequest(cursor=cursor, to_confirm=to_confirm)
    return render_template(
        "support/account_erasures.html",
        found=ask("ListAccountErasures", asking),
        here=f"{ALL}?show=to-confirm" if to_confirm else ALL,
        to_confirm=to_confirm,
        first=not cursor,
        grounds=dict(GROUNDS),
        me=presenters.own_id(),
    )


@routes.get(ONE)
@signed_in
def erasure(account_id: str) -> str:
    """How far it is; the form to ask for it, where nobody has."""
    return _page(account_id)


@routes.post(ONE)
@signed_in
def want(account_id: str) -> AnyResponse:
    """It waits for somebody else to confirm it."""

    def wanted() -> AnyResponse:
        asking = pb.AskAccountErasureRequest(account_id=account_id, **sent("ground", "case_number"))
        ask("AskAccountErasure", asking)
        return done("The erasure is asked for. Somebody else has to confirm it.", _at(account_id))

    return or_again(wanted, lambda faults: _page(account_id, faults), "ground")


@routes.post(f"{ONE}/confirmation")
@signed_in
def confirm(account_id: str) -> AnyResponse:
    """The account is erased; confirmed again, services that have not answered are told once more."""

    def confirmed() -> AnyResponse:
        ask("ConfirmAccountErasure", pb.ConfirmAccountErasureRequest(account_id=account_id))
        return done("The account is erased. Each service says below what it has done.", _at(account_id))

    return or_again(confirmed, lambda faults: _page(account_id, faults), "confirm", _EARLY)


@routes.post(f"{ONE}/withdrawal")
@signed_in
def withdraw(account_id: str) -> AnyResponse:
    """Nobody can confirm it any more."""
    ask("WithdrawAccountErasure", pb.WithdrawAccountErasureRequest(account_id=account_id))
    return done("The erasure is taken back. The account stays.", f"/support/people/{account_id}")


def _at(account_id: str) -> str:
    return f"/support/people/{account_id}/erasure"


def _page(account_id: str, faults: Faults | None = None) -> str:
    found = _asked(account_id)
    return render_template(
        "support/account_erasure.html",
        account_id=account_id,
        account=None if found else account(account_id),
        found=found,
        grounds=GROUNDS,
        me=presenters.own_id(),
        given=sent("ground", "case_number"),
        faults=faults or {},
    )


def _asked(account_id: str) -> pb.AccountErasure | None:
    """The erasure of an account, unless nobody asked for it, or it was taken back."""
    try:
        found: pb.AccountErasure = ask(
            "GetAccountErasure", pb.GetAccountErasureRequest(account_id=account_id)
        )
    except Problem as problem:
        if problem.kind is Kind.NOT_FOUND:
            return None
        raise
    return None if found.state == "withdrawn" else found
