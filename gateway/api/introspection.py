"""What a token or key is, for support staff who were shown one. It is never echoed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.guards import bearer
from gateway.identity import ask
from protos.identity.v1 import identity_pb2

routes = Blueprint("api_introspection", __name__, url_prefix="/api/v1/admin/introspection")


class ShownToken(schemas.Request):
    token = fields.String(
        required=True,
        load_only=True,
        validate=validate.Length(min=1, max=1000),
        metadata={"description": "a session's token, an access token or an LRMS key"},
    )


class Introspection(Schema):
    active = fields.Boolean(required=True)
    kind = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "access-token, key, session; null: nothing that we know"},
    )
    state = fields.String(required=True, metadata={"description": "active, expired, revoked, unknown"})
    id = fields.String(required=True, allow_none=True)
    client_id = fields.String(required=True, allow_none=True)
    product = fields.String(required=True, allow_none=True)
    organisation = fields.String(required=True, allow_none=True)
    environment = fields.String(required=True, allow_none=True)
    scope = fields.String(required=True, allow_none=True)
    sub = fields.String(
        required=True, allow_none=True, metadata={"description": "the client's or account's id"}
    )
    iat = fields.Integer(required=True, allow_none=True)
    exp = fields.Integer(required=True, allow_none=True)
    last_used_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})


@routes.post("")
@documented(
    Said(
        "Whether a token or key is honoured, whose it is and what it may do",
        Introspection,
        body=ShownToken,
    )
)
@bearer
def introspect() -> Response:
    """As RFC 7662 has it, and why not, where it is not."""
    asking = identity_pb2.IntrospectRequest(**schemas.sent_body(ShownToken))
    told = ask("Introspect", asking)
    return problems.json(Introspection().dump(_row(told)))


def _row(told: identity_pb2.Introspection) -> dict[str, Any]:
    named = ("kind", "id", "client_id", "product", "organisation", "environment", "scope", "last_used_on")
    return {name: getattr(told, name) or None for name in named} | {
        "active": told.active,
        "state": told.state,
        "sub": told.client_id or told.account_id or None,
        "iat": told.issued_at.seconds or None,
        "exp": told.expires_at.seconds or None,
    }
