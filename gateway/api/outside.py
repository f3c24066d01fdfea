"""The outside accounts with which one signs in. They are seen in GET /api/v1/account."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.people import outside_link
from gateway.guards import bearer, secret
from gateway.identity import ask
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_outside", __name__, url_prefix="/api/v1/account/outside-sign-ins")


@routes.post("/<link_id>/removal")
@documented(
    Said(
        "Remove an outside sign-in; your other sessions end",
        schemas.OutsideSignIns,
        body=schemas.TypedPassword,
    )
)
@bearer
def remove(link_id: str) -> Response:
    """What is left. Whoever has no password here chooses one first."""
    sent = schemas.sent_body(schemas.TypedPassword)
    asking = pb.RemoveOutsideLinkRequest(session_token=secret(), link_id=link_id, **sent)
    left = ask("RemoveOutsideLink", asking).links
    shown = {"outside_sign_ins": [outside_link(one) for one in left]}
    return problems.json(schemas.OutsideSignIns().dump(shown))
