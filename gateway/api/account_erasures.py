"""Erasing an account: ask, confirm as somebody else, and see what every service has done."""

from __future__ import annotations

from flask import Blueprint, Response
from marshmallow import fields

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.erasures import Decided, PlaceOfText, a_ground, decided, places
from gateway.guards import bearer
from gateway.identity import ask
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_account_erasures", __name__, url_prefix="/api/v1/admin/accounts/<account_id>/erasure")


class WantedAccountErasure(schemas.OfCase):
    ground = a_ground("data_subject_request, legal_duty or opened_in_error")


class AccountErasure(Decided):
    account_id = fields.String(required=True)
    places = fields.List(fields.Nested(PlaceOfText), required=True)


@routes.post("")
@documented(
    Said(
        "Ask that an account be closed for good and its owner forgotten",
        AccountErasure,
        201,
        body=WantedAccountErasure,
    )
)
@bearer
def want(account_id: str) -> Response:
    """The erasure, which waits for somebody else to confirm it. Asked before, it is the same one."""
    sent = schemas.sent_body(WantedAccountErasure)
    return _shown(ask("AskAccountErasure", pb.AskAccountErasureRequest(account_id=account_id, **sent)), 201)


@routes.get("")
@documented(Said("What every service has done about the erasure of an account", AccountErasure))
@bearer
def erasure(account_id: str) -> Response:
    """The erasure with its places, and who has not answered yet."""
    return _shown(ask("GetAccountErasure", pb.GetAccountErasureRequest(account_id=account_id)))


@routes.post("/confirmation")
@documented(Said("Erase the account, as somebody else than asked; it cannot be undone", AccountErasure))
@bearer
def confirm(account_id: str) -> Response:
    """The erasure. Confirmed again, services that have not answered are told once more."""
    return _shown(ask("ConfirmAccountErasure", pb.ConfirmAccountErasureRequest(account_id=account_id)))


@routes.delete("")
@documented(Said("Take back what was asked, before it is confirmed", AccountErasure))
@bearer
def withdraw(account_id: str) -> Response:
    """The erasure, which nobody can confirm any more."""
    return _shown(ask("WithdrawAccountErasure", pb.WithdrawAccountErasureRequest(account_id=account_id)))


def _shown(one: pb.AccountErasure, status: int = 200) -> Response:
    answer = decided(one) | {"account_id": one.account_id, "places": places(one)}
    return problems.json(AccountErasure().dump(answer), status)
