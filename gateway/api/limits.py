"""How much may be asked how fast: the table that is enforced, for anybody to read."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from marshmallow import Schema, fields

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.guards import public

routes = Blueprint("api_limits", __name__, url_prefix="/api/v1/limits")


class Limit(Schema):
    name = fields.String(required=True)
    means = fields.String(required=True)
    of = fields.String(
        required=True, metadata={"description": "whose requests count together: client, account or address"}
    )
    requests = fields.Float(required=True, metadata={"description": "so many in `seconds`, always"})
    seconds = fields.Float(required=True)
    burst = fields.Integer(required=True, metadata={"description": "so many at once, after a pause"})


LIMITS = schemas.page_of(Limit)


@routes.get("")
@documented(Said("How much may be asked how fast; each worker counts by itself", LIMITS))
@public
def limits() -> Response:
    """Every limit. Beyond one the answer is 429, and Retry-After says when to ask again."""
    table = current_app.extensions["limits"].table
    return problems.json(LIMITS().dump({"items": table, "next": None}))
