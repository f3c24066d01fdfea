"""What is held of somebody: a copy of it, and putting it right; by themselves, and by support staff at their request."""

from __future__ import annotations

from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.erasures import Grounded
from gateway.api.people import person
from gateway.copying import ELSEWHERE, Copy, copy_of
from gateway.guards import bearer, public
from gateway.identity import ask, ask_openly
from gateway.networks import from_address
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_copies", __name__, url_prefix="/api/v1")
_NAME = fields.String(validate=validate.Length(min=1, max=1000))
_EMAIL = fields.String(
    validate=validate.Length(min=1, max=320),
    metadata={"description": "changes once the code that goes there was sent back with the password"},
)


class PlaceOfData(Schema):
    service = fields.String(required=True)
    place = fields.String(required=True)
    rows = fields.List(
        fields.Dict(keys=fields.String(), values=fields.String()),
        required=True,
        metadata={"description": "name of each fact, and what it is; instants as ISO 8601 in UTC"},
    )


class HeldData(Schema):
    made_at = fields.String(required=True, metadata={"format": "date-time"})
    places = fields.List(
        fields.Nested(PlaceOfData),
        required=True,
        metadata={"description": "every place, those that hold nothing too"},
    )
    elsewhere = fields.List(
        fields.String(), required=True, metadata={"description": "what is not in this copy, and why"}
    )


class ChangedDetails(schemas.TypedPassword):
    name = _NAME
    email = _EMAIL


class Rectified(Grounded):
    name = _NAME
    email = _EMAIL


class CaseNumber(Grounded):
    """Nothing but the case."""


class ConfirmedAddress(schemas.AddressCode):
    password = fields.String(
        required=True,
        load_only=True,
        validate=validate.Length(min=1, max=1000),
        metadata={"description": "the account's"},
    )


@routes.get("/account/copy")
@documented(Said("A copy of everything that is held of you", HeldData))
@bearer
def own_copy() -> Response:
    """What each service holds."""
    return _shown(copy_of())


@routes.patch("/account")
@documented(Said("Change your name or your e-mail address", schemas.Person, body=ChangedDetails))
@bearer
def change_details() -> Response:
    """The account, with its new name; an address stays until the new one was confirmed."""
    made = ask("ChangeDetails", pb.ChangeDetailsRequest(**schemas.sent_body(ChangedDetails)))
    return problems.json(schemas.Person().dump(person(made)))


@routes.post("/account/address")
@documented(Said("Confirm the new e-mail address of an account", schemas.Person, body=ConfirmedAddress))
@public
def confirm_address() -> Response:
    """The account, which has the new address from now on."""
    asking = pb.ConfirmAddressRequest(**schemas.sent_body(ConfirmedAddress), from_address=from_address())
    return problems.json(schemas.Person().dump(person(ask_openly("ConfirmAddress", asking))))


@routes.post("/admin/accounts/<account_id>/copy")
@documented(Said("A copy of everything that is held of somebody who asked for it", HeldData, body=CaseNumber))
@bearer
def copy(account_id: str) -> Response:
    """What each service holds; the owner is told."""
    return _shown(copy_of(account_id, schemas.sent_body(CaseNumber)["case_number"]))


@routes.patch("/admin/accounts/<account_id>")
@documented(Said("Put right somebody's name or e-mail address", schemas.Person, body=Rectified))
@bearer
def rectify(account_id: str) -> Response:
    """The account, with its new name; an address stays until its owner confirmed the new one. The owner is told of both."""
    asking = pb.RectifyAccountRequest(account_id=account_id, **schemas.sent_body(Rectified))
    return problems.json(schemas.Person().dump(person(ask("RectifyAccount", asking))))


def _shown(one: Copy) -> Response:
    answer = {
        "made_at": one.made_at.isoformat(timespec="seconds"),
        "places": [{"service": each.service, "place": each.name, "rows": each.rows} for each in one.places],
        "elsewhere": ELSEWHERE,
    }
    return problems.json(HeldData().dump(answer))
