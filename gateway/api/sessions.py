"""Signing in, for programs and scripts."""

from __future__ import annotations

import time

from flask import Blueprint, Response, current_app

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.guards import public
from gateway.networks import from_address
from protos.identity.v1 import identity_pb2

routes = Blueprint("api_sessions", __name__, url_prefix="/api/v1/sessions")


@routes.post("")
@documented(Said("Sign in, for a token", schemas.Session, 201, body=schemas.SignIn))
@public
def sign_in() -> Response:
    """A bearer token for an account."""
    asking = identity_pb2.SignInRequest(**schemas.sent_body(schemas.SignIn), from_address=from_address())
    session = current_app.extensions["clients"]["identity"].ask("SignIn", asking)
    seconds = max(0, session.expires_at.seconds - int(time.time()))
    answer = {"access_token": session.token, "token_type": "Bearer", "expires_in": seconds}
    return problems.json(schemas.Session().dump(answer), 201)
