"""The routes of the audit and of glass: what is asked of the services, what is answered, what is refused at the door."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.problems import forbidden, unavailable
from gateway.api import auditing, glass
from gateway.api.auditing import ENTRIES
from gateway.api.glass import GLASSES
from protos.identity.v1 import identity_pb2
from protos.recording.v1 import recording_pb2
from tests.gateway.builders import REFERENCE
from tests.gateway.conftest import BEARER, Client, System
from tests.gateway.test_api import obeys

AUDIT = "/api/v1/admin/audit"
EVENT = f"/api/v1/events/{REFERENCE}"
ID = "019aa000-0000-7000-8000-000000000001"
WHY = {
    "purpose": "clinical_review",
    "case_number": "C-1",
    "reason": "The family asks what was written of it",
}


def an_entry(**more: Any) -> identity_pb2.AuditEntry:
    who = identity_pb2.AuditActor(id="person", kind="person", name="Sam Field", roles=["standard"])
    about = [identity_pb2.AuditSubject(id=ID, reference=REFERENCE), identity_pb2.AuditSubject(id="other")]
    made = identity_pb2.AuditEntry(
        service="recording",
        no=7,
        hash="ab" * 32,
        actor=who,
        action="read",
        about=about,
        detail='{"found": 1}',
        **more,
    )
    made.at.FromJsonString("2026-03-01T09:00:00.000001Z")
    return made


def a_glass(**more: Any) -> recording_pb2.Glass:
    made = recording_pb2.Glass(
        glass_id=ID, event_id=ID, reference=REFERENCE, purpose="clinical_review", **more
    )
    made.broken_at.FromJsonString("2026-03-01T09:00:00Z")
    made.expires_at.FromJsonString("2026-03-01T10:00:00Z")
    return made


def asked_of(fake: Any) -> Any:
    return fake.asked[-1]


# ---- the audit


def test_a_search_is_passed_on_and_its_page_is_shown(client: Client, system: System) -> None:
    system.identity.answers["SearchAudit"] = identity_pb2.AuditPage(items=[an_entry(revision=2)], next="more")
    query = f"actor=person&about={REFERENCE}&action=read&service=recording&from=2026-03-01T09:00:00%2B01:00&to=2026-03-02T00:00:00Z&limit=9"
    answer = client.get(f"{AUDIT}?{query}", headers=BEARER)
    obeys(ENTRIES, answer.json)
    asked = asked_of(system.identity)
    assert (asked.actor, asked.about, asked.action, asked.service, asked.limit) == (
        "person", REFERENCE, "read", "recording", 9,
    )  # fmt: skip
    assert getattr(asked, "from").ToDatetime(UTC) == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert asked.until.ToDatetime(UTC) == datetime(2026, 3, 2, tzinfo=UTC)
    (item,) = answer.json["items"]
    assert item["about"] == [{"id": ID, "reference": REFERENCE}, {"id": "other", "reference": None}]
    assert (item["no"], item["revision"], item["detail"], item["purpose"]) == (7, 2, {"found": 1}, None)
    assert item["actor"]["roles"] == ["standard"]
    assert answer.json["next"] == "more"


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "from=2026-03-01",
        "from=2026-03-01T09:00:00",
        "limit=0",
        "limit=201",
        "who=me",
        "about=" + "x" * 65,
    ],
)
def test_a_search_that_says_something_else_is_refused(client: Client, system: System, query: str) -> None:
    answer = client.get(f"{AUDIT}?{query}", headers=BEARER)
    assert answer.status_code == 422
    assert "SearchAudit" not in system.identity.answers


def test_a_verification_begins_and_is_looked_at(client: Client, system: System) -> None:
    fault = identity_pb2.ChainFault(where="service", kind="changed", no=77, until=77)
    chain = identity_pb2.VerifiedChain(service="recording", rows=200, answered=True, faults=[fault])
    standing = identity_pb2.AuditVerification(verification_id=ID, chains=[chain])
    standing.asked_at.FromJsonString("2026-03-01T09:00:00Z")
    system.identity.answers |= {"VerifyAudit": standing, "GetAuditVerification": standing}
    begun, seen = (
        client.post(f"{AUDIT}/verification", headers=BEARER),
        client.get(f"{AUDIT}/verification", headers=BEARER),
    )
    assert (begun.status_code, seen.status_code) == (202, 200)
    obeys(auditing.AuditVerification, seen.json)
    assert begun.json == seen.json
    assert seen.json["chains"][0]["faults"] == [
        {"where": "service", "kind": "changed", "no": 77, "until": 77}
    ]
    assert not seen.json["sound"]


# ---- glass


def test_glass_is_broken_for_a_reason_that_the_answer_alone_repeats(client: Client, system: System) -> None:
    system.recording.answers["BreakGlass"] = a_glass(reason=WHY["reason"])
    answer = client.post(f"{EVENT}/glass", json=WHY | {"minutes": 5}, headers=BEARER)
    assert answer.status_code == 201
    obeys(glass.Glass, answer.json)
    assert answer.headers["Cache-Control"] == "no-store"
    asked = asked_of(system.recording)
    assert (asked.event, asked.purpose, asked.case_number, asked.reason, asked.minutes) == (
        REFERENCE, "clinical_review", "C-1", WHY["reason"], 5,
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "because"},
        {"reason": "x" * 501},
        {"minutes": 61},
        {"minutes": "5"},
        {"case_number": ""},
        {"for": "ever"},
    ],
)
def test_glass_is_not_broken_for_less(client: Client, system: System, wrong: dict[str, Any]) -> None:
    answer = client.post(f"{EVENT}/glass", json=WHY | wrong, headers=BEARER)
    assert answer.status_code == 422
    assert WHY["reason"] not in answer.text
    assert not system.recording.asked


def test_original_text_is_read_and_kept_nowhere(client: Client, system: System) -> None:
    texts = {"adverse-event-core/0/Description": "Sam fell"}
    system.recording.answers["ReadOriginal"] = recording_pb2.Original(event_id=ID, revision=2, texts=texts)
    answer = client.post(f"{EVENT}/original", json={"revision": 2}, headers=BEARER)
    obeys(glass.Original, answer.json)
    assert answer.json["texts"] == texts
    assert answer.headers["Cache-Control"] == "no-store"
    assert (asked_of(system.recording).event, asked_of(system.recording).revision) == (REFERENCE, 2)


def test_without_broken_glass_the_answer_says_what_to_do(client: Client, system: System) -> None:
    system.recording.answers["ReadOriginal"] = forbidden("glass-not-broken", "Say first why.")
    answer = client.post(f"{EVENT}/original", json={}, headers=BEARER)
    assert (answer.status_code, answer.json["code"]) == (403, "glass-not-broken")


def test_glass_is_given_back(client: Client, system: System) -> None:
    system.recording.answers["EndGlass"] = recording_pb2.GlassEnded()
    answer = client.delete(f"{EVENT}/glass", headers=BEARER)
    assert (answer.status_code, answer.data) == (204, b"")
    assert asked_of(system.recording).event == REFERENCE


@pytest.mark.parametrize(
    ("route", "rpc"),
    [("/api/v1/admin/glasses", "ListGlasses"), ("/api/v1/account/glasses", "ListOwnGlasses")],
)
def test_uses_of_glass_are_listed(client: Client, system: System, route: str, rpc: str) -> None:
    system.recording.answers[rpc] = recording_pb2.Glasses(items=[a_glass(reads=3)], next=ID)
    answer = client.get(f"{route}?cursor={ID}&limit=1", headers=BEARER)
    obeys(GLASSES, answer.json)
    (item,) = answer.json["items"]
    assert (item["reads"], item["reason"], item["ended_at"], answer.json["next"]) == (3, None, None, ID)
    assert (asked_of(system.recording).cursor, asked_of(system.recording).limit) == (ID, 1)


ROUTES = [
    ("get", AUDIT, None),
    ("post", f"{AUDIT}/verification", None),
    ("get", f"{AUDIT}/verification", None),
    ("post", f"{EVENT}/glass", WHY),
    ("delete", f"{EVENT}/glass", None),
    ("post", f"{EVENT}/original", {}),
    ("get", "/api/v1/admin/glasses", None),
    ("get", "/api/v1/account/glasses", None),
]


@pytest.mark.parametrize(("method", "route", "body"), ROUTES)
def test_nobody_comes_in_without_signing_in(
    client: Client, system: System, method: str, route: str, body: Any
) -> None:
    assert getattr(client, method)(route, json=body).status_code == 401
    assert not system.recording.asked


@pytest.mark.parametrize(("method", "route", "body"), ROUTES)
def test_who_may_not_is_refused(client: Client, system: System, method: str, route: str, body: Any) -> None:
    narrow = {"Authorization": "Bearer narrow"}
    assert getattr(client, method)(route, json=body, headers=narrow).status_code == 403


def test_a_service_that_is_away_is_said(client: Client, system: System) -> None:
    system.identity.answers["SearchAudit"] = unavailable("try-again", "Later.")
    assert client.get(AUDIT, headers=BEARER).status_code == 503
