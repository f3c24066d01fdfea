"""One's own second factors: apps, passkeys, recovery codes; and the devices on which one signed in."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.times import instant, instant_or_none
from gateway.guards import bearer, secret
from gateway.identity import ask
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_second_factors", __name__, url_prefix="/api/v1/account")


class SecondFactor(Schema):
    factor_id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["totp", "passkey"]))
    label = fields.String(required=True)
    added_at = fields.String(required=True, metadata={"format": "date-time"})
    last_used_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class Device(Schema):
    device_id = fields.String(required=True)
    label = fields.String(required=True)
    made_at = fields.String(required=True, metadata={"format": "date-time"})
    last_used_at = fields.String(required=True, metadata={"format": "date-time"})
    trusted_until = fields.String(
        required=True,
        allow_none=True,
        metadata={"format": "date-time", "description": "not asked for the second factor until then"},
    )


class SecondFactors(Schema):
    factors = fields.List(fields.Nested(SecondFactor), required=True)
    recovery_codes_left = fields.Integer(required=True)
    devices = fields.List(fields.Nested(Device), required=True)
    needed = fields.Boolean(required=True, metadata={"description": "by a role that is held"})


class WantedTotp(schemas.TypedPassword):
    label = fields.String(validate=validate.Length(max=60))


class NewTotp(Schema):
    factor_id = fields.String(required=True)
    secret = fields.String(required=True, metadata={"description": "shown this once"})
    uri = fields.String(required=True, metadata={"description": "what an app reads from a picture"})


class TotpCode(schemas.Request):
    code = fields.String(required=True, load_only=True, validate=validate.Length(max=40))


class NewPasskey(schemas.Request):
    passkey = fields.Dict(
        required=True, metadata={"description": "what was made: PublicKeyCredential.toJSON()"}
    )
    label = fields.String(validate=validate.Length(max=60))


class FactorAdded(Schema):
    factor = fields.Nested(SecondFactor, required=True)
    recovery_codes = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "with the first second factor; shown this once"},
    )


class RecoveryCodes(Schema):
    codes = fields.List(fields.String(), required=True, metadata={"description": "shown this once"})


@routes.get("/second-factors")
@documented(Said("Your second factors, and devices you signed in on", SecondFactors))
@bearer
def second_factors() -> Response:
    """All of them, and how many recovery codes are left."""
    return _shown(ask("ListSecondFactors", pb.ListSecondFactorsRequest()))


@routes.post("/second-factors/apps")
@documented(Said("Add an authenticator app; it counts once confirmed", NewTotp, 201, body=WantedTotp))
@bearer
def add_app() -> Response:
    """The secret, shown this once."""
    made = ask("AddTotp", pb.AddTotpRequest(session_token=secret(), **schemas.sent_body(WantedTotp)))
    return problems.json(NewTotp().dump(made), 201)


@routes.post("/second-factors/apps/<factor_id>/confirmation")
@documented(Said("Confirm an app with a code it shows", FactorAdded, body=TotpCode))
@bearer
def confirm_app(factor_id: str) -> Response:
    """The factor; with the first, recovery codes, shown this once."""
    asking = pb.ConfirmTotpRequest(session_token=secret(), factor_id=factor_id, **schemas.sent_body(TotpCode))
    return _added(ask("ConfirmTotp", asking))


@routes.post("/second-factors/passkeys/question")
@documented(Said("Begin to add a passkey", schemas.PasskeyQuestion, body=schemas.TypedPassword))
@bearer
def add_passkey() -> Response:
    """Options for navigator.credentials.create, good for five minutes and one answer."""
    sent = schemas.sent_body(schemas.TypedPassword)
    asked = ask("AddPasskey", pb.AddPasskeyRequest(session_token=secret(), **sent))
    return problems.json({"options": json.loads(asked.options)})


@routes.post("/second-factors/passkeys")
@documented(Said("Add the passkey that was made", FactorAdded, 201, body=NewPasskey))
@bearer
def confirm_passkey() -> Response:
    """The factor; with the first, recovery codes, shown this once."""
    sent = schemas.sent_body(NewPasskey)
    asking = pb.ConfirmPasskeyRequest(
        session_token=secret(), answer=json.dumps(sent["passkey"]), label=sent.get("label", "")
    )
    return _added(ask("ConfirmPasskey", asking), 201)


@routes.post("/second-factors/<factor_id>/removal")
@documented(Said("Remove a second factor", SecondFactors, body=schemas.TypedPassword))
@bearer
def remove(factor_id: str) -> Response:
    """What is left. The last one stays while a role needs it."""
    sent = schemas.sent_body(schemas.TypedPassword)
    asking = pb.RemoveSecondFactorRequest(session_token=secret(), factor_id=factor_id, **sent)
    return _shown(ask("RemoveSecondFactor", asking))


@routes.post("/recovery-codes")
@documented(Said("New recovery codes; earlier ones end", RecoveryCodes, 201, body=schemas.TypedPassword))
@bearer
def recovery_codes() -> Response:
    """Ten codes, each good once, shown this once."""
    sent = schemas.sent_body(schemas.TypedPassword)
    made = ask("NewRecoveryCodes", pb.NewRecoveryCodesRequest(session_token=secret(), **sent))
    return problems.json({"codes": list(made.codes)}, 201)


@routes.delete("/devices/<device_id>")
@documented(Said("Forget a device", SecondFactors))
@bearer
def forget_device(device_id: str) -> Response:
    """What is left."""
    return _shown(ask("ForgetDevice", pb.ForgetDeviceRequest(device_id=device_id)))


def _shown(found: pb.SecondFactors) -> Response:
    shown = {
        "factors": [_factor(one) for one in found.factors],
        "recovery_codes_left": found.recovery_codes_left,
        "devices": [_device(one) for one in found.devices],
        "needed": found.needed,
    }
    return problems.json(SecondFactors().dump(shown))


def _added(made: pb.FactorAdded, status: int = 200) -> Response:
    shown = {"factor": _factor(made.factor), "recovery_codes": list(made.recovery_codes)}
    return problems.json(FactorAdded().dump(shown), status)


def _factor(one: pb.SecondFactor) -> dict[str, Any]:
    return {
        "factor_id": one.factor_id,
        "kind": one.kind,
        "label": one.label,
        "added_at": instant(one.added_at),
        "last_used_at": instant_or_none(one.last_used_at),
    }


def _device(one: pb.Device) -> dict[str, Any]:
    return {
        "device_id": one.device_id,
        "label": one.label,
        "made_at": instant(one.made_at),
        "last_used_at": instant(one.last_used_at),
        "trusted_until": instant_or_none(one.trusted_until),
    }
