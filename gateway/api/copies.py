"""A copy of what is held of somebody: for themselves, and by support staff at their request."""

from __future__ import annotations

from flask import Blueprint, Response
from marshmallow import Schema, fields

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.copying import ELSEWHERE, Copy, copy_of
from gateway.guards import bearer

routes = Blueprint("api_copies", __name__, url_prefix="/api/v1")


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


@routes.get("/account/copy")
@documented(Said("A copy of everything that is held of you", HeldData))
@bearer
def own_copy() -> Response:
    """What each service holds."""
    return _shown(copy_of())


@routes.post("/admin/accounts/<account_id>/copy")
@documented(
    Said("A copy of everything that is held of somebody who asked for it", HeldData, body=schemas.OfCase)
)
@bearer
def copy(account_id: str) -> Response:
    """What each service holds; the owner is told."""
    return _shown(copy_of(account_id, schemas.sent_body(schemas.OfCase)["case_number"]))


def _shown(one: Copy) -> Response:
    answer = {
        "made_at": one.made_at.isoformat(timespec="seconds"),
        "places": [{"service": each.service, "place": each.name, "rows": each.rows} for each in one.places],
        "elsewhere": ELSEWHERE,
    }
    return problems.json(HeldData().dump(answer))
