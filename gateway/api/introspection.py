"""What a token or key is, for support staff who were shown one. It is never echoed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.guards import actor, bearer
from protos.identity.v1 import identity_pb2

routes = Blueprint("api_introspection", __name__, url_prefix="/api/v1/admin/introspection")


@routes.post("")
@documented(
    Said(
        "Whether a token or key is honoured, whose it is and what it may do",
        schemas.Introspection,
        body=schemas.ShownToken,
    )
)
@bearer
def introspect() -> Response:
    """As RFC 7662 has it, and why not, where it is not."""
    asking = identity_pb2.IntrospectRequest(**schemas.sent_body(schemas.ShownToken))
    told = current_app.extensions["clients"]["identity"].ask("Introspect", asking, actor())
    return problems.json(schemas.Introspection().dump(_row(told)))


def _row(told: identity_pb2.Introspection) -> dict[str, Any]:
    named = ("kind", "id", "client_id", "product", "organisation", "environment", "scope", "last_used_on")
    return {name: getattr(told, name) or None for name in named} | {
        "active": told.active,
        "state": told.state,
        "sub": told.client_id or told.account_id or None,
        "iat": told.issued_at.seconds or None,
        "exp": told.expires_at.seconds or None,
    }
