"""Signing in, for programs and scripts: at once with a code, or in two steps, which passkeys need."""

from __future__ import annotations

import json
import time
from typing import Any

from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.guards import public
from gateway.identity import ask_openly
from gateway.networks import from_address
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_sessions", __name__, url_prefix="/api/v1")
HALF = "half"
_CODE = "of the authenticator app, or a recovery code, where the account has a second factor"


class SignIn(schemas.Request):
    email = fields.String(required=True, validate=validate.Length(min=1, max=320))
    password = fields.String(required=True, load_only=True, validate=validate.Length(min=1, max=1000))
    code = fields.String(validate=validate.Length(max=40), metadata={"description": _CODE})
    device = fields.String(
        load_only=True,
        validate=validate.Length(max=100),
        metadata={"description": "`device.token` of an earlier sign-in"},
    )
    device_label = fields.String(
        validate=validate.Length(max=60),
        metadata={"description": "names a device that shall be known from now on"},
    )
    remember = fields.Boolean(
        metadata={"description": "do not ask this device for the second factor for 30 days"}
    )


class HalfSignIn(schemas.Request):
    sign_in_token = fields.String(required=True, load_only=True, validate=validate.Length(max=100))


class CompleteSignIn(HalfSignIn):
    code = fields.String(validate=validate.Length(max=40), metadata={"description": _CODE})
    passkey = fields.Dict(
        metadata={"description": "or what a passkey answered: PublicKeyCredential.toJSON()"}
    )
    device_label = fields.String(validate=validate.Length(max=60))
    remember = fields.Boolean()


class NewDevice(Schema):
    token = fields.String(required=True, metadata={"description": "shown this once"})
    expires_in = fields.Integer(required=True, metadata={"description": "seconds"})


class Session(Schema):
    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "seconds"})
    second_factor = fields.String(
        required=True,
        validate=validate.OneOf(["used", "missing", "not-needed"]),
        metadata={"description": "missing: roles that need one do not count until it is set up"},
    )
    device = fields.Nested(NewDevice, metadata={"description": "where a device was named"})


class HalfSession(Schema):
    """Either `session`, or what is wanted to complete the sign-in."""

    session = fields.Nested(Session)
    sign_in_token = fields.String()
    expires_in = fields.Integer(metadata={"description": "seconds"})
    factors = fields.List(fields.String(validate=validate.OneOf(["totp", "passkey", "recovery"])))


@routes.post("/sessions")
@documented(Said("Sign in, for a token", Session, 201, body=SignIn))
@public
def sign_in() -> Response:
    """A bearer token for an account."""
    found = ask_openly("SignIn", pb.SignInRequest(**schemas.sent_body(SignIn), from_address=from_address()))
    return problems.json(Session().dump(_session(found)), 201)


@routes.post("/sign-ins")
@documented(Said("Sign in by two steps: the first, with the password", HalfSession, 201, body=SignIn))
@public
def begin() -> Response:
    """A session, or a token with which to bring the second factor."""
    asking = pb.SignInRequest(two_steps=True, **schemas.sent_body(SignIn), from_address=from_address())
    found = ask_openly("SignIn", asking)
    if found.strength != HALF:
        return problems.json(HalfSession().dump({"session": _session(found)}), 201)
    half = {"sign_in_token": found.token, "expires_in": _left(found.expires_at), "factors": found.factors}
    return problems.json(HalfSession().dump(half), 201)


@routes.post("/sign-ins/passkey")
@documented(Said("What the account's passkeys are asked to sign", schemas.PasskeyQuestion, body=HalfSignIn))
@public
def ask_passkey() -> Response:
    """Options for navigator.credentials.get, good for five minutes and one answer."""
    token = schemas.sent_body(HalfSignIn)["sign_in_token"]
    asked = ask_openly("AskPasskey", pb.AskPasskeyRequest(token=token))
    return problems.json({"options": json.loads(asked.options)})


@routes.post("/sign-ins/completion")
@documented(Said("The second step: a code or a passkey's answer", Session, 201, body=CompleteSignIn))
@public
def complete() -> Response:
    """A bearer token for an account."""
    sent = schemas.sent_body(CompleteSignIn)
    sent["token"] = sent.pop("sign_in_token")
    if "passkey" in sent:
        sent["passkey"] = json.dumps(sent["passkey"])
    found = ask_openly("CompleteSignIn", pb.CompleteSignInRequest(**sent, from_address=from_address()))
    return problems.json(Session().dump(_session(found)), 201)


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
