"""Erasing an account: ask, confirm as somebody else, and see what every service has done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.times import instant, instant_or_none
from gateway.guards import actor, bearer
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_account_erasures", __name__, url_prefix="/api/v1/admin/accounts/<account_id>/erasure")


@routes.post("")
@documented(
    Said(
        "Ask that an account be closed for good and its owner forgotten",
        schemas.AccountErasure,
        201,
        body=schemas.WantedAccountErasure,
    )
)
@bearer
def want(account_id: str) -> Response:
    """The erasure, which waits for somebody else to confirm it. Asked before, it is the same one."""
    sent = schemas.sent_body(schemas.WantedAccountErasure)
    return _shown(_ask("AskAccountErasure", pb.AskAccountErasureRequest(account_id=account_id, **sent)), 201)


@routes.get("")
@documented(Said("What every service has done about the erasure of an account", schemas.AccountErasure))
@bearer
def erasure(account_id: str) -> Response:
    """The erasure with its places, and who has not answered yet."""
    return _shown(_ask("GetAccountErasure", pb.GetAccountErasureRequest(account_id=account_id)))


@routes.post("/confirmation")
@documented(
    Said("Erase the account, as somebody else than asked; it cannot be undone", schemas.AccountErasure)
)
@bearer
def confirm(account_id: str) -> Response:
    """The erasure. Confirmed again, services that have not answered are told once more."""
    return _shown(_ask("ConfirmAccountErasure", pb.ConfirmAccountErasureRequest(account_id=account_id)))


@routes.delete("")
@documented(Said("Take back what was asked, before it is confirmed", schemas.AccountErasure))
@bearer
def withdraw(account_id: str) -> Response:
    """The erasure, which nobody can confirm any more."""
    return _shown(_ask("WithdrawAccountErasure", pb.WithdrawAccountErasureRequest(account_id=account_id)))


def _ask(rpc: str, asking: Any) -> Any:
    return current_app.extensions["clients"]["identity"].ask(rpc, asking, actor())


def _shown(one: pb.AccountErasure, status: int = 200) -> Response:
    answer = {
        "id": one.erasure_id,
        "account_id": one.account_id,
        "ground": one.ground,
        "case_number": one.case_number,
        "state": one.state,
        "asked_by": one.asked_by,
        "asked_at": instant(one.asked_at),
        "decided_by": one.decided_by or None,
        "decided_at": instant_or_none(one.decided_at),
        "waiting_for": list(one.waiting_for),
        "places": [
            {
                "service": each.service,
                "place": each.place,
                "found": each.found,
                "done": each.done,
                "at": instant(each.at),
            }
            for each in one.places
        ],
    }
    return problems.json(schemas.AccountErasure().dump(answer), status)
