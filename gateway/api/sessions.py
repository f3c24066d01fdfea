"""Signing in, for programs and scripts: at once with a code, or in two steps, which passkeys need."""

from __future__ import annotations

import json
import time
from typing import Any

from flask import Blueprint, Response

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.people import ask_openly
from gateway.guards import public
from gateway.networks import from_address
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_sessions", __name__, url_prefix="/api/v1")
HALF = "half"


@routes.post("/sessions")
@documented(Said("Sign in, for a token", schemas.Session, 201, body=schemas.SignIn))
@public
def sign_in() -> Response:
    """A bearer token for an account."""
    found = ask_openly(
        "SignIn", pb.SignInRequest(**schemas.sent_body(schemas.SignIn), from_address=from_address())
    )
    return problems.json(schemas.Session().dump(_session(found)), 201)


@routes.post("/sign-ins")
@documented(
    Said("Sign in by two steps: the first, with the password", schemas.HalfSession, 201, body=schemas.SignIn)
)
@public
def begin() -> Response:
    """A session, or a token with which to bring the second factor."""
    asking = pb.SignInRequest(
        two_steps=True, **schemas.sent_body(schemas.SignIn), from_address=from_address()
    )
    found = ask_openly("SignIn", asking)
    if found.strength != HALF:
        return problems.json(schemas.HalfSession().dump({"session": _session(found)}), 201)
    half = {"sign_in_token": found.token, "expires_in": _left(found.expires_at), "factors": found.factors}
    return problems.json(schemas.HalfSession().dump(half), 201)


@routes.post("/sign-ins/passkey")
@documented(
    Said("What the account's passkeys are asked to sign", schemas.PasskeyQuestion, body=schemas.HalfSignIn)
)
@public
def ask_passkey() -> Response:
    """Options for navigator.credentials.get, good for five minutes and one answer."""
    token = schemas.sent_body(schemas.HalfSignIn)["sign_in_token"]
    asked = ask_openly("AskPasskey", pb.AskPasskeyRequest(token=token))
    return problems.json({"options": json.loads(asked.options)})


@routes.post("/sign-ins/completion")
@documented(
    Said("The second step: a code or a passkey's answer", schemas.Session, 201, body=schemas.CompleteSignIn)
)
@public
def complete() -> Response:
    """A bearer token for an account."""
    sent = schemas.sent_body(schemas.CompleteSignIn)
    sent["token"] = sent.pop("sign_in_token")
    if "passkey" in sent:
        sent["passkey"] = json.dumps(sent["passkey"])
    found = ask_openly("CompleteSignIn", pb.CompleteSignInRequest(**sent, from_address=from_address()))
    return problems.json(schemas.Session().dump(_session(found)), 201)


def _session(found: pb.Session) -> dict[str, Any]:
    second = (
        "used" if found.strength == "second" else "missing" if found.second_factor_missing else "not-needed"
    )
    shown = {
        "access_token": found.token,
        "token_type": "Bearer",
        "expires_in": _left(found.expires_at),
        "second_factor": second,
    }
    if found.device:
        shown["device"] = {"token": found.device, "expires_in": _left(found.device_expires_at)}
    return shown


def _left(at: Any) -> int:
    return max(0, int(at.seconds) - int(time.time()))
