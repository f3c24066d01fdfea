"""LRMS clients, their keys and what a token is, over the JSON API."""

from __future__ import annotations

import logging
from typing import Any

import orjson
import pytest

from gateway.api import clients, introspection
from protos.identity.v1 import identity_pb2 as pb
from tests.gateway.conftest import BEARER, Client, System
from tests.gateway.test_api import obeys

URL = "/api/v1/admin/clients"
CLIENT = "019aa000-0000-7000-8000-000000000001"
JWKS = {"keys": [{"kty": "EC", "crv": "P-256", "kid": "one", "x": "AA", "y": "AA"}]}
NARROW = {"Authorization": "Bearer narrow"}


def a_client(**changes: Any) -> pb.LrmsClient:
    made = pb.LrmsClient(
        client_id=CLIENT,
        product="Sample",
        organisation="RZ1",
        environment="production",
        scopes=["adverse-event.read"],
        credentials=[pb.Credential(credential_id="c1", slot="primary", product="Sample", client_id=CLIENT)],
        **changes,
    )
    made.made_at.FromJsonString("2026-11-23T14:05:00Z")
    return made


def with_keys() -> pb.LrmsClient:
    key = pb.PublicKey(kid="one", kind="EC P-256", thumbprint="abc", algorithms=["ES256"])
    keys = pb.ClientKeys(jwks_uri="https://vendor.example/jwks", keys=[key], last_used_on="2026-11-23")
    keys.registered_at.FromJsonString("2026-11-23T14:05:00Z")
    return a_client(keys=keys)


def test_clients_are_listed_with_what_they_sign_in_with(client: Client, system: System) -> None:
    system.identity.answers["ListClients"] = pb.LrmsClients(clients=[with_keys(), a_client()])
    answer = client.get(f"{URL}?organisation=RZ1", headers=BEARER)
    obeys(clients.CLIENTS, answer.json)
    first, second = answer.json["items"]
    assert first["keys"]["keys"] == [
        {"kid": "one", "kind": "EC P-256", "thumbprint": "abc", "algorithms": ["ES256"]}
    ]
    assert (first["keys"]["last_used_on"], first["keys"]["fetched_at"]) == ("2026-11-23", None)
    assert second["keys"] is None
    assert second["credentials"][0]["last_used_on"] is None
    assert system.identity.asked[-1].organisation == "RZ1"


def test_a_client_is_registered(client: Client, system: System) -> None:
    system.identity.answers["RegisterClient"] = a_client()
    sent = {"product": "Sample", "organisation": "RZ1", "environment": "production"}
    answer = client.post(URL, json=sent, headers=BEARER)
    assert answer.status_code == 201
    obeys(clients.LrmsClient, answer.json)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("", {"product": "Sample", "organisation": "RZ1"}),
        ("", {"product": "Sample", "organisation": "RZ1", "environment": "moon"}),
        ("", {"product": 7, "organisation": "RZ1", "environment": "sandbox"}),
        (f"/{CLIENT}/scopes", {}),
        (f"/{CLIENT}/scopes", {"scopes": "adverse-event.read"}),
        (f"/{CLIENT}/scopes", {"scopes": [7]}),
        (f"/{CLIENT}/keys", {"jwks": "text"}),
        (f"/{CLIENT}/keys", {"jwks": [JWKS]}),
        (f"/{CLIENT}/keys", {"jwks_uri": ""}),
        (f"/{CLIENT}/keys", {"jwks_uri": "https://vendor.example/" + "x" * 1000}),
        (f"/{CLIENT}/keys", {"pem": "text"}),
    ],
)
def test_what_is_no_such_request_is_a_fault(
    client: Client, system: System, path: str, sent: dict[str, Any]
) -> None:
    answer = client.open(URL + path, method="PUT" if path else "POST", json=sent, headers=BEARER)
    assert (answer.status_code, answer.json["code"]) == (422, "request-not-accepted")
    assert not [one for one in system.identity.asked if "Client" in type(one).__name__]


def test_keys_are_passed_on_as_they_were_sent(client: Client, system: System) -> None:
    system.identity.answers["PutClientKeys"] = with_keys()
    answer = client.put(f"{URL}/{CLIENT}/keys", json={"jwks": JWKS}, headers=BEARER)
    obeys(clients.LrmsClient, answer.json)
    asked = system.identity.asked[-1]
    assert (asked.client_id, orjson.loads(asked.jwks), asked.jwks_uri) == (CLIENT, JWKS, "")
    client.put(f"{URL}/{CLIENT}/keys", json={"jwks_uri": "https://vendor.example/jwks"}, headers=BEARER)
    asked = system.identity.asked[-1]
    assert (asked.jwks, asked.jwks_uri) == ("", "https://vendor.example/jwks")


@pytest.mark.parametrize(
    ("method", "path", "rpc"),
    [
        ("DELETE", "/keys", "RemoveClientKeys"),
        ("DELETE", "", "EndClient"),
        ("PUT", "/scopes", "SetClientScopes"),
    ],
)
def test_what_a_client_has_can_be_taken_back(
    client: Client, system: System, method: str, path: str, rpc: str
) -> None:
    system.identity.answers[rpc] = a_client()
    sent: dict[str, Any] = {"json": {"scopes": []}} if method == "PUT" else {}
    answer = client.open(f"{URL}/{CLIENT}{path}", method=method, headers=BEARER, **sent)
    obeys(clients.LrmsClient, answer.json)
    assert system.identity.asked[-1].client_id == CLIENT


def test_support_is_told_what_a_token_is_and_it_is_not_echoed(
    client: Client, system: System, caplog: pytest.LogCaptureFixture
) -> None:
    told = pb.Introspection(
        active=True,
        kind="access-token",
        state="active",
        id="t1",
        client_id=CLIENT,
        scope="adverse-event.read",
    )
    told.expires_at.FromSeconds(1_800_000_000)
    system.identity.answers["Introspect"] = told
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/api/v1/admin/introspection", json={"token": "to-look-for"}, headers=BEARER)
    obeys(introspection.Introspection, answer.json)
    assert (answer.json["active"], answer.json["sub"], answer.json["exp"]) == (True, CLIENT, 1_800_000_000)
    assert answer.json["iat"] is None
    assert "to-look-for" not in answer.text + caplog.text


@pytest.mark.parametrize(
    "sent", [{}, {"token": ""}, {"token": 7}, {"token": "x" * 1001}, {"token": "a", "b": 1}]
)
def test_a_token_that_cannot_be_looked_at_is_a_fault_that_does_not_quote_it(
    client: Client, sent: dict[str, Any]
) -> None:
    answer = client.post("/api/v1/admin/introspection", json=sent, headers=BEARER)
    assert answer.status_code == 422
    assert "xxx" not in answer.text


def test_who_may_not_is_refused_everywhere(client: Client, system: System) -> None:
    sent = {"product": "Sample", "organisation": "RZ1", "environment": "production"}
    answers = [
        client.get(URL, headers=NARROW),
        client.post(URL, json=sent, headers=NARROW),
        client.put(f"{URL}/{CLIENT}/keys", json={"jwks": JWKS}, headers=NARROW),
        client.put(f"{URL}/{CLIENT}/scopes", json={"scopes": []}, headers=NARROW),
        client.delete(f"{URL}/{CLIENT}/keys", headers=NARROW),
        client.delete(f"{URL}/{CLIENT}", headers=NARROW),
        client.post("/api/v1/admin/introspection", json={"token": "a"}, headers=NARROW),
    ]
    assert [one.status_code for one in answers] == [403] * 7
