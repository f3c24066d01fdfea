"""At the door of a service: an actor that identity did not sign, for here and now, is nobody."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from chassis import actors
from chassis.problems import Kind
from protos.identity.v1 import identity_pb2 as pb
from tests.builders.vendors import a_key, unsigned, with_the_public_key_as_secret
from tests.services.identity.test_identity_server import Gateway, Running, gateway, refusal, running

__all__ = ["gateway", "running"]
STRANGER = a_key("Ed25519")


def claims(**changes: Any) -> dict[str, Any]:
    """What identity says of support staff; a change to None leaves a claim out."""
    now = int(time.time())
    said = {
        "sub": "a-support",
        "kind": "person",
        "org": "XZ9",
        "name": "",
        "grants": [["", "national", ["identity:read-credentials", "identity:introspect"]]],
        "iss": actors.ISSUER,
        "aud": actors.AUDIENCE,
        "iat": now,
        "exp": now + 60,
    } | changes
    return {name: value for name, value in said.items() if value is not None}


def signed(jwks: Callable[[str], str], said: dict[str, Any], key: Any = None, **header: Any) -> str:
    own = OKPKey.import_key(_first(jwks("ACTOR_SIGNING_KEYS")))
    return jwt.encode({"alg": "Ed25519", "kid": own.kid} | header, said, key or own, algorithms=["Ed25519"])


def _first(jwks: str) -> Any:
    return KeySet.import_key_set(json.loads(jwks)).keys[0].as_dict(private=True)


def forgeries(jwks: Callable[[str], str]) -> dict[str, str]:
    own = OKPKey.import_key(_first(jwks("ACTOR_SIGNING_KEYS")))
    head, body, tag = signed(jwks, claims()).split(".")
    return {
        "nothing": "",
        "no signature": unsigned(claims(), kid=str(own.kid)),
        "the public key as a secret": with_the_public_key_as_secret(own, claims()),
        "a stranger's key under our name": signed(jwks, claims(), STRANGER),
        "a stranger's key that is brought along": signed(
            jwks, claims(), STRANGER, jwk=STRANGER.as_dict(private=False)
        ),
        "an unknown kid": signed(jwks, claims(), STRANGER, kid="unknown"),
        "expired": signed(jwks, claims(exp=int(time.time()) - 60)),
        "no end": signed(jwks, claims(exp=None)),
        "for somebody else": signed(jwks, claims(aud="https://elsewhere.example")),
        "for no one": signed(jwks, claims(aud=None)),
        "by somebody else": signed(jwks, claims(iss="https://elsewhere.example")),
        "by no one": signed(jwks, claims(iss=None)),
        "other claims under the signature": f"{head}.{signed(jwks, claims(sub='x')).split('.')[1]}.{tag}",
        "a cut signature": f"{head}.{body}.{tag[:-4]}",
        "an access token": "x" * 43,
    }


def test_what_identity_signed_opens_the_door(gateway: Gateway, jwks: Callable[[str], str]) -> None:
    told = gateway.Introspect(pb.IntrospectRequest(token="guess"), signed(jwks, claims()))
    assert told.state == "unknown"


def test_a_forged_actor_is_nobody(gateway: Gateway, jwks: Callable[[str], str]) -> None:
    for name, token in forgeries(jwks).items():
        for rpc, request in (
            ("Introspect", pb.IntrospectRequest(token="guess")),
            ("ListClients", pb.ListClientsRequest()),
        ):
            refused = refusal(getattr(gateway, rpc), request, token)
            assert refused.kind is Kind.UNAUTHENTICATED, (name, rpc)


@pytest.mark.parametrize("grants", [[], [["", "national", ["identity:read-credentials"]]]])
def test_a_genuine_actor_does_what_it_may_and_no_more(
    gateway: Gateway, jwks: Callable[[str], str], grants: list[Any]
) -> None:
    refused = refusal(
        gateway.Introspect, pb.IntrospectRequest(token="guess"), signed(jwks, claims(grants=grants))
    )
    assert refused.kind is Kind.FORBIDDEN


def test_only_the_gateway_asks_for_tokens(running: Running) -> None:
    from protos.identity.v1 import identity_pb2_grpc as pb_grpc

    client = running.client("recording")
    stub = pb_grpc.IdentityStub(client.channel)  # type: ignore[no-untyped-call]
    refused = refusal(client.call, stub.IssueToken, pb.IssueTokenRequest(assertion="x"))
    assert refused.code == "caller-not-listed"
    client.channel.close()
