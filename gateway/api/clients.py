"""LRMS clients and the public keys they sign in with, for whoever administers the organisation and for support staff."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from gateway import problems
from gateway.api import schemas
from gateway.api.admin import credential_row
from gateway.api.document import Said, documented
from gateway.api.times import instant, instant_or_none
from gateway.guards import bearer
from gateway.identity import ask
from protos.identity.v1 import identity_pb2

routes = Blueprint("api_clients", __name__, url_prefix="/api/v1/admin/clients")


class WantedClient(schemas.Request):
    product = fields.String(required=True, validate=validate.Length(max=1000))
    organisation = fields.String(required=True, validate=validate.Length(max=12))
    environment = fields.String(required=True, validate=validate.OneOf(["production", "sandbox"]))


class WantedScopes(schemas.Request):
    scopes = fields.List(
        fields.String(validate=validate.Length(max=100)), required=True, validate=validate.Length(max=20)
    )


class WantedKeys(schemas.Request):
    jwks = fields.Dict(metadata={"description": "a JWK Set of public keys; or"})
    jwks_uri = fields.String(
        validate=validate.Length(min=1, max=1000),
        metadata={"description": "the https address where you publish it"},
    )


class PublicKey(Schema):
    kid = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "RSA 4096, EC P-256, OKP Ed25519 …"})
    thumbprint = fields.String(required=True, metadata={"description": "RFC 7638, SHA-256"})
    algorithms = fields.List(fields.String(), required=True)


class ClientKeys(Schema):
    jwks_uri = fields.String(required=True, allow_none=True)
    keys = fields.List(fields.Nested(PublicKey), required=True)
    registered_at = fields.String(required=True, metadata={"format": "date-time"})
    fetched_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    last_used_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})


class LrmsClient(Schema):
    client_id = fields.String(required=True)
    product = fields.String(required=True)
    organisation = fields.String(required=True)
    environment = fields.String(required=True)
    made_at = fields.String(required=True, metadata={"format": "date-time"})
    scopes = fields.List(fields.String(), required=True)
    credentials = fields.List(
        fields.Nested(schemas.Credential), required=True, metadata={"description": "shared keys that work"}
    )
    keys = fields.Nested(
        ClientKeys, required=True, allow_none=True, metadata={"description": "public keys it signs in with"}
    )


CLIENTS = schemas.page_of(LrmsClient)


@routes.get("")
@documented(Said("LRMS clients with their keys and scopes", CLIENTS, query=schemas.OfOrganisation))
@bearer
def clients() -> Response:
    """Every client, of one organisation or of all."""
    asking = identity_pb2.ListClientsRequest(**schemas.sent_query(schemas.OfOrganisation))
    found = ask("ListClients", asking).clients
    return problems.json(CLIENTS().dump({"items": [_client(one) for one in found], "next": None}))


@routes.post("")
@documented(
    Said(
        "Register an LRMS client; the same again is the same client",
        LrmsClient,
        201,
        body=WantedClient,
    )
)
@bearer
def register() -> Response:
    """The client, whose id goes into what it signs."""
    asking = identity_pb2.RegisterClientRequest(**schemas.sent_body(WantedClient))
    return _shown(ask("RegisterClient", asking), 201)


@routes.put("/<client_id>/scopes")
@documented(Said("Set what a client may do", LrmsClient, body=WantedScopes))
@bearer
def set_scopes(client_id: str) -> Response:
    """The client; it counts within a second."""
    sent = schemas.sent_body(WantedScopes)
    return _shown(ask("SetClientScopes", identity_pb2.SetClientScopesRequest(client_id=client_id, **sent)))


@routes.put("/<client_id>/keys")
@documented(
    Said(
        "Register the public keys a client signs in with, in place of those it had",
        LrmsClient,
        body=WantedKeys,
    )
)
@bearer
def put_keys(client_id: str) -> Response:
    """The client. Send the set, or where you publish it: then you change keys without telling us."""
    sent = schemas.sent_body(WantedKeys)
    jwks = orjson.dumps(sent["jwks"]).decode() if "jwks" in sent else ""
    asking = identity_pb2.PutClientKeysRequest(
        client_id=client_id, jwks=jwks, jwks_uri=sent.get("jwks_uri", "")
    )
    return _shown(ask("PutClientKeys", asking))


@routes.delete("/<client_id>/keys")
@documented(Said("Remove a client's public keys, and end its tokens at once", LrmsClient))
@bearer
def remove_keys(client_id: str) -> Response:
    """The client; its shared keys go on."""
    return _shown(ask("RemoveClientKeys", identity_pb2.RemoveClientKeysRequest(client_id=client_id)))


@routes.delete("/<client_id>")
@documented(Said("End every key and token of a client at once", LrmsClient))
@bearer
def end(client_id: str) -> Response:
    """The client, which can show nothing any longer; its records stay its own."""
    return _shown(ask("EndClient", identity_pb2.EndClientRequest(client_id=client_id)))


def _shown(client: identity_pb2.LrmsClient, status: int = 200) -> Response:
    return problems.json(LrmsClient().dump(_client(client)), status)


def _client(one: identity_pb2.LrmsClient) -> dict[str, Any]:
    return {
        "client_id": one.client_id,
        "product": one.product,
        "organisation": one.organisation,
        "environment": one.environment,
        "made_at": instant(one.made_at),
        "scopes": list(one.scopes),
        "credentials": [credential_row(each) for each in one.credentials],
        "keys": _keys(one.keys) if one.HasField("keys") else None,
    }


def _keys(keys: identity_pb2.ClientKeys) -> dict[str, Any]:
    return {
        "jwks_uri": keys.jwks_uri or None,
        "keys": list(keys.keys),
        "registered_at": instant(keys.registered_at),
        "fetched_at": instant_or_none(keys.fetched_at),
        "last_used_on": keys.last_used_on or None,
    }
