"""Shutting an account and opening it again, and the second factors of somebody who lost them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web.answering import Faults, done, or_again, sent
from gateway.web.support.people import account
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("support_accounts", __name__, url_prefix="/support/people/<account_id>")


@dataclass(frozen=True)
class Errand:
    """Something done to an account after a page that says what follows from it."""

    title: str
    follows: str
    button: str
    said: str
    hint: str = ""  # of the reason; none: no reason is asked for


ERRANDS: Mapping[str, Errand] = {
    "suspension": Errand(
        "Suspend an account",
        "Nobody signs in to it until it is resumed. Its sessions end within a second, and it is told nothing.",
        "Suspend the account",
        "The account is suspended.",
        "For example: lost badge. No more than whoever reads the audit needs.",
    ),
    "resumption": Errand(
        "Resume an account",
        "It may be used again, with the roles it held.",
        "Resume the account",
        "The account is resumed.",
    ),
    "second-factor-reset": Errand(
        "Reset second factors",
        "Apps, passkeys, recovery codes, sessions and remembered devices are over, and the owner is told. Make sure first that it"
        " is the owner who asks: by somebody who knows them, not by what they say.",
        "Reset the second factors",
        "The second factors are reset.",
        "How you made sure that it is the owner who asks",
    ),
}


@routes.get("/suspension")
@signed_in
def suspension(account_id: str) -> str:
    """Why it is suspended."""
    return _page(account_id, "suspension")


@routes.post("/suspension")
@signed_in
def suspend(account_id: str) -> AnyResponse:
    """Nobody signs in to it any more."""
    asking = pb.SuspendAccountRequest(account_id=account_id, **sent("reason"))
    return _done(account_id, "suspension", "SuspendAccount", asking)


@routes.get("/resumption")
@signed_in
def resumption(account_id: str) -> str:
    """Whether it may be used again."""
    return _page(account_id, "resumption")


@routes.post("/resumption")
@signed_in
def resume(account_id: str) -> AnyResponse:
    """It may be used again."""
    asking = pb.ResumeAccountRequest(account_id=account_id)
    return _done(account_id, "resumption", "ResumeAccount", asking)


@routes.get("/second-factor-reset")
@signed_in
def resetting(account_id: str) -> str:
    """How somebody made sure that it is the owner who asks."""
    return _page(account_id, "second-factor-reset")


@routes.post("/second-factor-reset")
@signed_in
def reset(account_id: str) -> AnyResponse:
    """Its owner signs in with the password alone, and sets another up."""
    asking = pb.ResetSecondFactorsRequest(account_id=account_id, **sent("reason"))
    return _done(account_id, "second-factor-reset", "ResetSecondFactors", asking)


def _done(account_id: str, name: str, rpc: str, asking: Any) -> AnyResponse:
    def acted() -> AnyResponse:
        ask(rpc, asking)
        return done(ERRANDS[name].said, f"/support/people/{account_id}")

    return or_again(acted, lambda faults: _page(account_id, name, faults), "reason")


def _page(account_id: str, name: str, faults: Faults | None = None) -> str:
    return render_template(
        "support/errand.html",
        account=account(account_id),
        name=name,
        errand=ERRANDS[name],
        given=sent("reason"),
        faults=faults or {},
    )
