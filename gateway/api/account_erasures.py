"""Erasing an account: ask, confirm as somebody else, and see what every service has done; which are under way."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from marshmallow import fields

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.erasures import Decided, PlaceOfText, a_ground, decided, places
from gateway.guards import bearer
from gateway.identity import ask
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_account_erasures", __name__, url_prefix="/api/v1/admin")
ONE = "/accounts/<account_id>/erasure"


class WantedAccountErasure(schemas.OfCase):
    ground = a_ground("data_subject_request, legal_duty or opened_in_error")


class AccountErasure(Decided):
    account_id = fields.String(required=True)
    places = fields.List(fields.Nested(PlaceOfText), required=True)


class ListedAccountErasure(Decided):
    account_id = fields.String(required=True)
    account_name = fields.String(
        required=True, allow_none=True, metadata={"description": "of an account that is open"}
    )
    asked_by_name = fields.String(
        required=True, allow_none=True, metadata={"description": "of an account that is open"}
    )


class ErasuresAsked(schemas.PageAsked):
    to_confirm = fields.Boolean(metadata={"description": "only those that wait for somebody to confirm them"})


ACCOUNT_ERASURES = schemas.page_of(ListedAccountErasure)


@routes.get("/account-erasures")
@documented(
    Said("Which accounts were asked to be erased, and how far it is", ACCOUNT_ERASURES, query=ErasuresAsked)
)
@bearer
def erasures() -> Response:
    """A page, newest first."""
    asking = pb.ListAccountErasuresRequest(**schemas.sent_query(ErasuresAsked))
    found = ask("ListAccountErasures", asking)
    page = {"items": [_listed(one) for one in found.items], "next": found.next or None}
    return problems.json(ACCOUNT_ERASURES().dump(page))


@routes.post(ONE)
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


@routes.get(ONE)
@documented(Said("What every service has done about the erasure of an account", AccountErasure))
@bearer
def erasure(account_id: str) -> Response:
    """The erasure with its places, and who has not answered yet."""
    return _shown(ask("GetAccountErasure", pb.GetAccountErasureRequest(account_id=account_id)))


@routes.post(f"{ONE}/confirmation")
@documented(Said("Erase the account, as somebody else than asked; it cannot be undone", AccountErasure))
@bearer
def confirm(account_id: str) -> Response:
    """The erasure. Confirmed again, services that have not answered are told once more."""
    return _shown(ask("ConfirmAccountErasure", pb.ConfirmAccountErasureRequest(account_id=account_id)))


@routes.delete(ONE)
@documented(Said("Take back what was asked, before it is confirmed", AccountErasure))
@bearer
def withdraw(account_id: str) -> Response:
    """The erasure, which nobody can confirm any more."""
    return _shown(ask("WithdrawAccountErasure", pb.WithdrawAccountErasureRequest(account_id=account_id)))


def _listed(one: pb.ListedAccountErasure) -> dict[str, Any]:
    return decided(one.erasure) | {
        "account_id": one.erasure.account_id,
        "account_name": one.account_name or None,
        "asked_by_name": one.asked_by_name or None,
    }


def _shown(one: pb.AccountErasure, status: int = 200) -> Response:
    answer = decided(one) | {"account_id": one.account_id, "places": places(one)}
    return problems.json(AccountErasure().dump(answer), status)
