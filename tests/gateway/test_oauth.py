"""Access tokens at the gateway: how one is asked for, what it opens, what it does not, and where that is said."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from chassis.problems import invalid, unauthenticated
from gateway import oauth
from gateway.fhir import metadata
from gateway.guards import KEY_HEADER
from protos.identity.v1 import identity_pb2
from protos.recording.v1 import recording_pb2
from services.identity.domain.client_keys import ALGORITHMS
from tests.builders.actors import an_lrms
from tests.builders.safety_events import as_fhir_v6
from tests.gateway.conftest import BEARER, KEY, PUBLIC_URL, SESSION, Client, System
from tests.gateway.test_create import URL, submitted
from tests.gateway.test_guards import asks, eventually

TOKEN = "access-token-of-rz1"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/fhir+json"}
ASKING = {
    "grant_type": "client_credentials",
    "client_assertion_type": oauth.ASSERTION,
    "client_assertion": "header.claims.signature",
}


@pytest.fixture(autouse=True)
def recorded(system: System) -> None:
    system.recording.answers["Submit"] = submitted()
    system.identity.tokens[TOKEN] = an_lrms()


def issued() -> identity_pb2.AccessToken:
    made = identity_pb2.AccessToken(token="a-new-token", scope="adverse-event.read")
    made.expires_at.FromSeconds(int(time.time()) + 300)
    return made


def ask(client: Client, **changes: Any) -> Any:
    form = {name: value for name, value in (ASKING | changes).items() if value is not None}
    return client.post(oauth.ENDPOINT, data=form)


# ---- asking for a token ----------------------------------------------------------------------------------------


def test_a_client_that_signed_gets_its_token(client: Client, system: System) -> None:
    system.identity.answers["IssueToken"] = issued()
    answer = ask(client, scope="adverse-event.read")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json | {"expires_in": 300} == {
        "access_token": "a-new-token",
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "adverse-event.read",
    }
    assert 290 < answer.json["expires_in"] <= 300
    asked = system.identity.asked[-1]
    assert (asked.assertion, asked.scope, asked.client_id) == (
        "header.claims.signature",
        "adverse-event.read",
        "",
    )


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": ["client_credentials", "client_credentials"]}, "invalid_request"),
        ({"client_assertion_type": None}, "invalid_request"),
        (
            {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"},
            "invalid_request",
        ),
        ({"client_assertion": None}, "invalid_request"),
        ({"client_assertion": ""}, "invalid_request"),
        ({"client_assertion": ["a.b.c", "d.e.f"]}, "invalid_request"),
        ({"scope": ["a", "b"]}, "invalid_request"),
        ({"client_secret": "hush"}, "invalid_request"),
    ],
)
def test_a_request_that_is_no_such_request_is_told_so(
    client: Client, system: System, changes: dict[str, Any], error: str
) -> None:
    answer = ask(client, **changes)
    assert (answer.status_code, answer.json["error"]) == (400, error)
    assert answer.json["error_description"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert not asks(system, "IssueTokenRequest")


@pytest.mark.parametrize(
    "how",
    [
        {"json": ASKING},
        {"data": json.dumps(ASKING), "content_type": "text/plain"},
        {"query_string": ASKING},
        {"data": ASKING, "query_string": {"scope": "adverse-event.read"}},
        {"data": ASKING, "headers": {"Authorization": "Basic aWQ6c2VjcmV0"}},
        {"data": b"\xff\xfe", "content_type": oauth.FORM},
        {"data": b"", "content_type": oauth.FORM},
        {"data": ASKING, "content_type": "multipart/form-data"},
    ],
    ids=["json", "text", "address", "both", "secret", "no text", "nothing", "multipart"],
)
def test_a_token_is_asked_for_in_a_form_and_in_no_address(
    client: Client, system: System, how: dict[str, Any]
) -> None:
    answer = client.post(oauth.ENDPOINT, **how)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")
    assert not asks(system, "IssueTokenRequest")


def test_a_token_is_not_asked_for_by_get(client: Client) -> None:
    answer = client.get(oauth.ENDPOINT)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
    assert answer.json["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("problem", "status", "error"),
    [
        (unauthenticated("invalid-client", 'aud must be “this” or "that".'), 401, "invalid_client"),
        (invalid("invalid-scope", "This client may ask for: nothing."), 400, "invalid_scope"),
        (RuntimeError("our fault"), 500, "server_error"),
    ],
)
def test_a_refusal_is_said_in_the_words_of_oauth(
    client: Client, system: System, problem: Exception, status: int, error: str
) -> None:
    system.identity.answers["IssueToken"] = problem
    answer = ask(client)
    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json) == {"error", "error_description"}
    said = answer.json["error_description"]
    assert said.isascii()
    assert not {'"', "\\"} & set(said)
    assert "our fault" not in said


def test_while_identity_is_away_a_client_is_told_to_try_again(client: Client, system: System) -> None:
    system.doors["identity"].stop()
    answer = ask(client)
    assert (answer.status_code, answer.json["error"]) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"]


def test_an_assertion_goes_to_identity_once_even_when_it_fails(client: Client, system: System) -> None:
    system.identity.answers["IssueToken"] = unauthenticated("invalid-client", "No.")
    ask(client)
    assert asks(system, "IssueTokenRequest") == 1


def test_no_assertion_and_no_token_is_logged(
    client: Client, system: System, caplog: pytest.LogCaptureFixture
) -> None:
    system.identity.answers["IssueToken"] = issued()
    with caplog.at_level(logging.DEBUG):
        ask(client, client_assertion="to.look.for")
        client.get(URL, headers=HEADERS)
    assert not [one for one in ("to.look.for", "a-new-token", TOKEN) if one in caplog.text]


# ---- what a token opens ----------------------------------------------------------------------------------------


def post(client: Client, **headers: str) -> Any:
    return client.post(URL, json=as_fhir_v6(), headers=HEADERS | headers)


def test_a_token_records_as_the_client_does(client: Client, system: System) -> None:
    assert post(client).status_code == 201
    assert system.recording.by[-1].id == an_lrms().id


def test_a_token_is_asked_for_once_a_minute(client: Client, system: System) -> None:
    for _ in range(5):
        assert post(client).status_code == 201
    assert asks(system, "ActorForTokenRequest") <= 2


def test_a_token_is_sent_instead_of_a_key_and_never_beside_it(client: Client, system: System) -> None:
    answer = post(client, **{KEY_HEADER: KEY})
    assert answer.status_code == 400
    assert answer.json["issue"][0]["details"]["coding"][0]["code"] == "PSE-1313"
    assert not asks(system) + asks(system, "ActorForTokenRequest")


@pytest.mark.parametrize("sent", ["Bearer", "Bearer ", f"Basic {TOKEN}", TOKEN, "Bearer unknown"])
def test_what_is_no_token_of_ours_opens_nothing(client: Client, sent: str) -> None:
    answer = client.get(URL, headers={"Authorization": sent})
    assert answer.status_code == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert 'header="Ocp-Apim-Subscription-Key"' in answer.headers["WWW-Authenticate"]
    assert ("invalid_token" in answer.headers["WWW-Authenticate"]) == (sent == "Bearer unknown")


def test_a_token_opens_no_door_of_people_and_a_session_none_of_machines(
    client: Client, system: System
) -> None:
    assert client.get("/api/v1/events", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 401
    assert client.get(URL, headers={"Authorization": f"Bearer {SESSION}"}).status_code == 401
    assert client.get(URL, headers={"Authorization": f"Bearer {KEY}"}).status_code == 401
    assert client.get(URL, headers={KEY_HEADER: TOKEN}).status_code == 401
    assert system.browser(TOKEN).get("/events").status_code == 303


def test_a_token_that_was_ended_is_refused_within_a_second(client: Client, system: System) -> None:
    assert post(client).status_code == 201
    eventually(lambda: system.identity.lines)
    system.identity.end(TOKEN)
    eventually(lambda: post(client).status_code == 401, seconds=1)


def test_reports_with_a_token_go_on_while_identity_is_away(client: Client, system: System) -> None:
    assert post(client).status_code == 201
    system.doors["identity"].stop()
    system.app.extensions["passes"].doubt()
    assert [post(client).status_code for _ in range(3)] == [201, 201, 201]


def test_an_import_that_takes_longer_than_its_token_goes_on(client: Client, system: System) -> None:
    """Its token runs out between two groups of lines: those after it are recorded, and a new request is refused."""
    groups: list[int] = []

    def record(request: Any) -> Any:
        groups.append(len(request.requests))
        system.identity.late.add(TOKEN)
        system.app.extensions["passes"].end(TOKEN[::-1])
        return recording_pb2.SubmittedMany(
            outcomes=[recording_pb2.Outcome(submitted=submitted()) for _ in request.requests]
        )

    system.recording.answers["SubmitMany"] = record
    lines = "\n".join(
        json.dumps(as_fhir_v6() | {"identifier": {"system": "https://lrms.example", "value": f"W-{at}"}})
        for at in range(450)
    )
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/fhir+ndjson"}
    answer = client.post(f"{URL}/$import", data=lines, headers=headers)
    sums = json.loads(answer.text.strip().splitlines()[-1])
    assert (sums["recorded"], sums["refused"]) == (450, 0)
    assert len(groups) == 3
    assert client.post(f"{URL}/$import", data=lines, headers=headers).status_code == 401


def test_an_import_whose_token_is_taken_away_stops(client: Client, system: System) -> None:
    def record(request: Any) -> Any:
        system.identity.tokens.pop(TOKEN, None)
        system.app.extensions["passes"].end(TOKEN[::-1])
        return recording_pb2.SubmittedMany(
            outcomes=[recording_pb2.Outcome(submitted=submitted()) for _ in request.requests]
        )

    system.recording.answers["SubmitMany"] = record
    lines = "\n".join(
        json.dumps(as_fhir_v6() | {"identifier": {"system": "https://lrms.example", "value": f"W-{at}"}})
        for at in range(450)
    )
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/fhir+ndjson"}
    answer = client.post(f"{URL}/$import", data=lines, headers=headers)
    sums = json.loads(answer.text.strip().splitlines()[-1])
    assert (sums["recorded"], sums["refused"]) == (200, 250)


# ---- scopes ----------------------------------------------------------------------------------------------------


def test_what_is_beyond_the_scope_is_said_to_be_so(client: Client, system: System) -> None:
    whole = an_lrms()
    (grant,) = whole.grants
    system.identity.tokens[TOKEN] = replace(
        whole, grants=(replace(grant, permissions=frozenset({"recording:read"})),)
    )
    system.identity.scope = "adverse-event.read"
    answer = post(client)
    assert answer.status_code == 403
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="lfpse", error="insufficient_scope"'
    said = answer.json["issue"][0]["details"]
    assert said["coding"][0]["code"] == "PSE-1303"
    assert "adverse-event.read" in said["text"]


def test_what_a_client_with_every_scope_may_not_do_is_no_matter_of_scope(
    client: Client, system: System
) -> None:
    whole = an_lrms()
    system.identity.tokens[TOKEN] = replace(whole, grants=())
    answer = post(client)
    assert answer.status_code == 403
    assert answer.json["issue"][0]["details"]["coding"][0]["code"] == "PSE-1302"


# ---- where it is said ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["openid-configuration", "oauth-authorization-server"])
def test_a_library_finds_what_it_needs(client: Client, name: str) -> None:
    answer = client.get(f"/.well-known/{name}")
    assert answer.status_code == 200
    told = answer.json
    assert told["issuer"] == PUBLIC_URL
    assert told["token_endpoint"] == f"{PUBLIC_URL}/oauth2/token"
    assert told["grant_types_supported"] == ["client_credentials"]
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert told["scopes_supported"] == ["adverse-event.read", "adverse-event.write"]
    assert "RS512" in told["token_endpoint_auth_signing_alg_values_supported"]
    assert not {"none", "HS256"} & set(told["token_endpoint_auth_signing_alg_values_supported"])
    AuthorizationServerMetadata(told).validate()
    assert client.get(told["jwks_uri"].removeprefix(PUBLIC_URL)).json == {"keys": []}


def test_the_algorithms_that_are_told_are_those_that_are_taken() -> None:
    assert set(oauth.ALGORITHMS) == set(ALGORITHMS)


def test_a_client_of_fhir_finds_it_too(client: Client) -> None:
    told = client.get("/adverse-event/fhir/.well-known/smart-configuration").json
    assert told["token_endpoint"] == f"{PUBLIC_URL}/oauth2/token"
    assert told["capabilities"] == ["client-confidential-asymmetric"]


def test_the_capability_statement_says_how_to_sign_in(system: System) -> None:
    with system.app.test_request_context():
        (rest,) = metadata.statement(())["rest"]
    services = [one["coding"][0]["code"] for one in rest["security"]["service"]]
    assert services == ["SMART-on-FHIR"]
    assert f"{PUBLIC_URL}/oauth2/token" in rest["security"]["description"]


def test_a_page_that_is_not_there_is_not_found_under_oauth_too(client: Client) -> None:
    assert client.get("/oauth2/authorize").status_code == 404
    assert client.post("/oauth2/" + quote("token\0"), headers=BEARER).status_code == 404
