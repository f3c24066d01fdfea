"""Drafts over the JSON API."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.problems import conflict, not_found
from gateway.api import drafts, schemas
from protos.recording.v1 import recording_pb2 as pb
from tests.gateway.conftest import BEARER, PUBLIC_URL, Client, System
from tests.gateway.test_api import obeys
from tests.gateway.test_api_records import ID, last, published

__all__ = ["published"]
DRAFTS = "/api/v1/drafts"
DRAFT = f"{DRAFTS}/{ID}"
SENT = {
    "answers": {"native": [{"Type": "1"}], "adverse-event-core": [{"Description": "He", "Left": None}]},
    "place": "record/what",
    "patients": "unknown",
}


def a_draft(**more: Any) -> pb.Draft:
    told: dict[str, Any] = {"draft_id": ID, "version": 2, "question_set": 6, "event_type": "incident"}
    made = pb.Draft(**told | more)
    made.saved_at.FromJsonString("2026-11-23T09:00:00Z")
    made.expires_at.FromJsonString("2027-02-21T09:00:00Z")
    return made


def a_whole_draft() -> pb.Draft:
    made = a_draft(place="record/what", patients="unknown")
    made.answers.add(section="native", property="Type", code="1")
    made.answers.add(section="adverse-event-agent", property="InvolvedAgents", code="3")
    made.answers.add(section="adverse-event-core", property="Description", text="He")
    made.answers.add(section="adverse-event-core", property="Description", text="said twice")
    return made


def test_a_draft_is_begun(client: Client, system: System) -> None:
    system.recording.answers["SaveDraft"] = a_whole_draft()
    answer = client.post(DRAFTS, json=SENT, headers=BEARER)
    assert (answer.status_code, answer.headers["ETag"]) == (201, 'W/"2"')
    assert answer.headers["Location"] == f"{PUBLIC_URL}{DRAFT}"
    obeys(schemas.Draft, answer.json)
    asked = last(system)
    assert (asked.draft_id, asked.expected_version, asked.question_set) == ("", 0, 6)
    assert (asked.place, asked.patients) == ("record/what", "unknown")
    assert {one.property for one in asked.answers} == {"Type", "Description"}


def test_the_key_of_a_request_goes_with_it_and_where_there_is_none_each_request_has_its_own(
    client: Client, system: System
) -> None:
    system.recording.answers["SaveDraft"] = a_whole_draft()
    client.post(DRAFTS, json=SENT, headers=BEARER | {"Idempotency-Key": "mine"})
    assert last(system).idempotency_key == "mine"
    keys = set()
    for _ in range(2):
        client.post(DRAFTS, json=SENT, headers=BEARER)
        keys.add(last(system).idempotency_key)
    assert len(keys) == 2
    assert all(keys)
    wrong = client.post(DRAFTS, json=SENT, headers=BEARER | {"Idempotency-Key": "k" * 256})
    assert (wrong.status_code, wrong.json["code"]) == (400, "bad-request")


def test_a_draft_is_saved_at_the_version_that_was_read(client: Client, system: System) -> None:
    system.recording.answers["SaveDraft"] = a_draft(version=3)
    answer = client.put(DRAFT, json=SENT | {"question_set": 5}, headers=BEARER | {"If-Match": 'W/"2"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, 'W/"3"')
    asked = last(system)
    assert (asked.draft_id, asked.expected_version, asked.question_set) == (ID, 2, 5)


def test_a_draft_that_another_window_changed_is_a_conflict(client: Client, system: System) -> None:
    system.recording.answers["SaveDraft"] = conflict("draft-changed", "Read it again first.")
    answer = client.put(DRAFT, json=SENT, headers=BEARER | {"If-Match": 'W/"1"'})
    assert (answer.status_code, answer.json["code"]) == (409, "draft-changed")


def test_a_draft_that_was_submitted_is_none_any_more_and_names_the_event(
    client: Client, system: System
) -> None:
    system.recording.answers["GetDraft"] = pb.Draft(draft_id="x", recorded_as="PSE-26-AAAAAAAA-A")
    answer = client.get(DRAFT, headers=BEARER)
    assert (answer.status_code, answer.json["code"]) == (404, "draft-not-found")
    assert "PSE-26-AAAAAAAA-A" in answer.json["detail"]


def test_a_draft_is_read_as_it_was_sent(client: Client, system: System) -> None:
    system.recording.answers["GetDraft"] = a_whole_draft()
    answer = client.get(DRAFT, headers=BEARER)
    obeys(schemas.Draft, answer.json)
    assert answer.json["answers"] == {
        "native": [{"Type": "1"}],
        "adverse-event-agent": [{"InvolvedAgents": ["3"]}],
        "adverse-event-core": [{"Description": ["He", "said twice"]}],
    }
    assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == ('W/"2"', "no-store")


def test_drafts_are_listed_without_their_answers(client: Client, system: System) -> None:
    system.recording.answers["ListDrafts"] = pb.Drafts(drafts=[a_draft(place="record/what")])
    answer = client.get(DRAFTS, headers=BEARER)
    obeys(drafts.DRAFTS, answer.json)
    assert [(one["event_type"], one["place"]) for one in answer.json["items"]] == [
        ("incident", "record/what")
    ]
    assert answer.json["next"] is None


def test_a_draft_is_thrown_away(client: Client, system: System) -> None:
    system.recording.answers["DiscardDraft"] = pb.Discarded()
    answer = client.delete(DRAFT, headers=BEARER)
    assert (answer.status_code, answer.data) == (204, b"")
    assert last(system).draft_id == ID


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("post", DRAFTS, SENT),
        ("get", DRAFTS, None),
        ("get", DRAFT, None),
        ("put", DRAFT, SENT),
        ("delete", DRAFT, None),
    ],
)
def test_every_route_of_drafts_wants_a_token_and_passes_problems_on(
    client: Client, system: System, method: str, address: str, body: Any
) -> None:
    ask = getattr(client, method)
    assert ask(address, json=body).status_code == 401
    gone = not_found("draft-not-found", "There is no such draft, or it is not yours.")
    system.recording.answers |= dict.fromkeys(("SaveDraft", "GetDraft", "ListDrafts", "DiscardDraft"), gone)
    answer = ask(address, json=body, headers=BEARER)
    assert (answer.status_code, answer.json["code"]) == (404, "draft-not-found")
