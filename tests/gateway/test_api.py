"""The JSON API, as its OpenAPI document says it is."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from chassis.problems import unauthenticated
from gateway.api import admin, events, notices, schemas, sessions
from gateway.guards import Guard, guard_of
from protos.access.v1 import access_pb2
from protos.identity.v1 import identity_pb2
from protos.notifications.v1 import notifications_pb2
from tests.gateway.builders import REFERENCE, a_notice, an_event, with_answers
from tests.gateway.conftest import BEARER, Client, System


def obeys(schema: Any, body: Any) -> None:
    """The body has every field that the schema promises, and no other."""
    assert schema().validate(body) == {}


def test_signing_in_gives_a_token(client: Client, system: System) -> None:
    answer = client.post("/api/v1/sessions", json={"email": "a@example.org", "password": "correct horse"})
    assert answer.status_code == 201
    obeys(sessions.Session, answer.json)
    assert answer.json["access_token"] == "session-of-a@example.org"
    assert 3590 <= answer.json["expires_in"] <= 3600
    assert answer.headers["Cache-Control"] == "no-store"
    assert system.identity.asked[0].password == "correct horse"


def test_a_wrong_password_is_401(client: Client, system: System) -> None:
    system.identity.answers["SignIn"] = unauthenticated(
        "sign-in-failed", "The email address or password is wrong."
    )
    answer = client.post("/api/v1/sessions", json={"email": "a@example.org", "password": "wrong"})
    assert (answer.status_code, answer.json["code"]) == (401, "sign-in-failed")


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, {"email", "password"}),
        ({"email": "a@example.org", "password": 7}, {"password"}),
        ({"email": "a@example.org", "password": "x", "admin": True}, {""}),
    ],
)
def test_what_is_wrong_with_a_body_is_said_by_field(client: Client, body: Any, paths: set[str]) -> None:
    answer = client.post("/api/v1/sessions", json=body)
    assert answer.status_code == 422
    assert {fault["path"] for fault in answer.json["faults"]} == paths


@pytest.mark.parametrize(("data", "status"), [(b"{", 400), (b"[]", 400), (b'{"email": "\\u0000"}', 400)])
def test_a_body_that_is_no_object_is_400(client: Client, data: bytes, status: int) -> None:
    answer = client.post("/api/v1/sessions", data=data, content_type="application/json")
    assert answer.status_code == status


def test_a_form_is_no_json(client: Client) -> None:
    assert client.post("/api/v1/sessions", data={"email": "a"}).status_code == 415


def test_events_come_in_pages(client: Client, system: System) -> None:
    system.access.answers["ListEvents"] = access_pb2.Events(items=[an_event()], next="cursor-2")
    answer = client.get("/api/v1/events?cursor=cursor-1&limit=10", headers=BEARER)
    assert answer.status_code == 200
    obeys(events.EVENTS, answer.json)
    assert answer.json["next"] == "cursor-2"
    assert answer.json["items"][0]["reference"] == REFERENCE
    assert answer.json["items"][0]["worst_physical_harm"] == {"code": "4", "label": "Low physical harm"}
    assert answer.json["items"][0]["worst_psychological_harm"] is None
    (asked,) = system.access.asked
    assert (asked.cursor, asked.limit) == ("cursor-1", 10)


def test_the_last_page_has_no_next(client: Client) -> None:
    assert client.get("/api/v1/events", headers=BEARER).json == {"items": [], "next": None}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "colour=red", "cursor=" + "x" * 501])
def test_a_strange_query_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/api/v1/events?{query}", headers=BEARER).status_code == 422


def test_an_event_shows_its_redacted_text(client: Client, system: System) -> None:
    system.access.answers["GetEvent"] = with_answers(an_event())
    answer = client.get(f"/api/v1/events/{REFERENCE}", headers=BEARER)
    obeys(schemas.Event, answer.json)
    assert answer.json["description"] == "Patient slid from the chair."
    assert answer.json["description_status"] == "redacted"
    assert answer.json["enrichment"] is None
    assert len(answer.json["answers"]) == 3
    assert system.access.asked[0].reference == REFERENCE


def test_a_text_that_is_being_checked_is_null_and_says_so(client: Client, system: System) -> None:
    system.access.answers["GetEvent"] = with_answers(an_event(), text=None)
    answer = client.get(f"/api/v1/events/{REFERENCE}", headers=BEARER)
    obeys(schemas.Event, answer.json)
    assert (answer.json["description"], answer.json["description_status"]) == (None, "being checked")


def test_an_event_without_a_description_says_so(client: Client, system: System) -> None:
    system.access.answers["GetEvent"] = an_event(occurred_on="")
    answer = client.get(f"/api/v1/events/{REFERENCE}", headers=BEARER)
    obeys(schemas.Event, answer.json)
    assert (answer.json["description_status"], answer.json["occurred_on"]) == ("not given", None)


def test_notices_come_in_pages(client: Client, system: System) -> None:
    system.notifications.answers["ListNotices"] = notifications_pb2.Notices(items=[a_notice()])
    answer = client.get("/api/v1/notices", headers=BEARER)
    obeys(notices.NOTICES, answer.json)
    assert answer.json["items"][0]["read_at"] is None
    assert answer.json["items"][0]["sent_at"] == "2026-11-23T14:05:00Z"


def test_support_sees_accounts(client: Client, system: System) -> None:
    grant = identity_pb2.Grant(role="standard", organisation="RZ1")
    account = identity_pb2.Account(account_id="1", name="Ann", email="ann@example.org", grants=[grant])
    system.identity.answers["ListAccounts"] = identity_pb2.Accounts(accounts=[account], next="1")
    answer = client.get("/api/v1/admin/accounts?cursor=0", headers=BEARER)
    obeys(admin.ACCOUNTS, answer.json)
    assert answer.json["items"][0]["grants"] == [{"role": "standard", "organisation": "RZ1"}]
    assert answer.json["next"] == "1"
    assert system.identity.asked[-1].after == "0"


def test_support_sees_and_ends_credentials(client: Client, system: System) -> None:
    one = identity_pb2.Credential(
        slot="primary", credential_id="c1", product="Sample", organisation="RZ1", environment="production"
    )
    system.identity.answers["ListCredentials"] = identity_pb2.Credentials(credentials=[one])
    listed = client.get("/api/v1/admin/credentials?organisation=RZ1", headers=BEARER)
    obeys(admin.CREDENTIALS, listed.json)
    assert listed.json["items"][0]["revoked_at"] is None
    ended = identity_pb2.Credential()
    ended.CopyFrom(one)
    ended.revoked_at.FromJsonString("2026-11-23T14:05:00Z")
    system.identity.answers["RevokeCredential"] = ended
    answer = client.delete("/api/v1/admin/credentials/c1", headers=BEARER)
    obeys(schemas.Credential, answer.json)
    assert answer.json["revoked_at"] == "2026-11-23T14:05:00Z"
    assert system.identity.asked[-1].credential_id == "c1"


def test_who_is_not_support_is_refused(client: Client) -> None:
    narrow = {"Authorization": "Bearer narrow"}
    assert client.get("/api/v1/admin/accounts", headers=narrow).status_code == 403
    assert client.delete("/api/v1/admin/credentials/c1", headers=narrow).status_code == 403


def test_the_document_lists_every_route_of_the_api(client: Client, system: System) -> None:
    document = client.get("/api/openapi.json").json
    assert document["openapi"].startswith("3.1")
    for rule in system.app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1"):
            operations = document["paths"][re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule)]
            (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            said = operations[method.lower()]
            bearer = guard_of(system.app.view_functions[rule.endpoint]) is Guard.BEARER
            assert ("security" in said) == bearer


def test_a_number_in_a_path_is_a_number_in_the_document(client: Client, system: System) -> None:
    paths = client.get("/api/openapi.json").json["paths"]
    kinds = {
        (path, one["name"]): one["schema"]["type"]
        for path, operations in paths.items()
        for said in operations.values()
        for one in said["parameters"]
        if one["in"] == "path"
    }
    assert kinds["/api/v1/question-sets/{number}", "number"] == "integer"
    assert kinds["/api/v1/events/{reference}/versions/{revision}", "revision"] == "integer"
    assert kinds["/api/v1/events/{reference}/versions/{revision}", "reference"] == "string"
    assert list(kinds.values()).count("integer") == 2


def test_the_document_says_304_where_an_etag_is_honoured(client: Client, system: System) -> None:
    paths = client.get("/api/openapi.json").json["paths"]
    for rule in system.app.url_map.iter_rules():
        view = system.app.view_functions[rule.endpoint]
        if not hasattr(view, "documented"):
            continue
        said = paths[re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule)]
        honoured = "make_conditional" in inspect.getsource(inspect.unwrap(view))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            operation = said[method.lower()]
            assert ("304" in operation["responses"]) is honoured, rule.rule
            sent = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
            assert ("If-None-Match" in sent) is honoured, rule.rule
    assert "304" in paths["/api/v1/question-sets/{number}"]["get"]["responses"]


def test_the_readable_document_names_every_path(client: Client) -> None:
    page = client.get("/api/docs").text
    for path in client.get("/api/openapi.json").json["paths"]:
        assert path in page


def test_live_means_the_worker_runs(client: Client) -> None:
    assert client.get("/health/live").status_code == 200


def test_ready_means_that_all_services_answer(client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ready", "away": []})


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [("recording", 503, "not ready"), ("identity", 503, "not ready"), ("access", 200, "degraded")],
)
def test_who_is_away_is_named(client: Client, system: System, name: str, status: int, said: str) -> None:
    system.doors[name].stop()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (status, {"status": said, "away": [name]})
