"""PUT, DELETE and the versions of an event: what is asked of recording, and what is said."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from chassis.problems import Problem, conflict, invalid, not_found
from gateway.fhir import writing
from protos.recording.v1 import recording_pb2
from tests.builders.safety_events import an, as_fhir_v6, extension
from tests.gateway.conftest import LRMS, PUBLIC_URL, Client, System
from tests.gateway.shapes import ID, as_event, incident
from tests.gateway.test_create import URL, submitted
from tests.journeys.clients import r4

ONE = f"{URL}/{ID}"
WITHDRAWN = not_found("deleted", "This event was withdrawn. Its history can still be read.")


def revised(**more: Any) -> recording_pb2.Submitted:
    told = submitted(**more)
    told.revision = 2
    told.revised_at.FromJsonString("2026-03-04T08:00:00Z")
    return told


@pytest.fixture(autouse=True)
def recorded(system: System) -> None:
    system.recording.answers |= {"Revise": revised(), "Withdraw": revised()}


def put(client: Client, resource: Any, address: str = ONE, **headers: str) -> Any:
    sent = LRMS | {k.replace("_", "-"): v for k, v in headers.items()}
    return client.put(address, data=orjson.dumps(resource), headers=sent)


def codes(answer: Any) -> list[str]:
    return [one["details"]["coding"][0]["code"] for one in answer.json["issue"]]


def test_an_update_is_answered_with_what_was_sent_and_its_revision(client: Client, system: System) -> None:
    answer = put(client, as_fhir_v6() | {"id": ID}, If_Match='W/"1"')
    assert answer.status_code == 200
    assert answer.headers["ETag"] == 'W/"2"'
    assert answer.headers["Last-Modified"] == "Wed, 04 Mar 2026 08:00:00 GMT"
    assert answer.json["meta"]["versionId"] == "2"
    assert answer.json["extension"][0] == as_fhir_v6()["extension"][0]
    (asked,) = system.recording.asked
    assert (asked.event, asked.expected_revision) == (ID, 1)
    assert len(asked.submission.answers) > 10


def test_an_update_of_a_megabyte_of_empty_answers_is_refused(client: Client, system: System) -> None:
    many = {"url": "https://x.example/adverse-event-governance-6", "extension": [{"url": "a"}] * 83_000}
    answer = put(client, as_fhir_v6(more=[many]))
    assert (answer.status_code, codes(answer)) == (422, ["PSE-1103"])
    assert system.recording.asked == []


@pytest.mark.parametrize(
    ("header", "revision"), [("", 0), ("*", 0), ('"3"', 3), ('W/"3"', 3), (' W/"12" ', 12)]
)
def test_the_revision_that_was_changed_is_expected(
    client: Client, system: System, header: str, revision: int
) -> None:
    assert put(client, as_fhir_v6(), If_Match=header).status_code == 200
    assert system.recording.asked[0].expected_revision == revision


@pytest.mark.parametrize("header", ["3", "W/3", '"0"', '"x"', '"1", "2"', 'w/"1"', '"9999999999"'])
def test_an_etag_that_is_none_of_ours_is_400(client: Client, system: System, header: str) -> None:
    answer = put(client, as_fhir_v6(), If_Match=header)
    assert (answer.status_code, codes(answer)) == (400, ["PSE-1009"])
    assert system.recording.asked == []


def test_a_resource_of_another_id_is_400(client: Client, system: System) -> None:
    answer = put(client, as_fhir_v6() | {"id": "another"})
    assert (answer.status_code, codes(answer)) == (400, ["PSE-1016"])
    assert system.recording.asked == []


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (conflict("version-conflict", "It is at revision 3."), 412, "PSE-1401"),
        (invalid("version-required", "Send If-Match."), 412, "PSE-1404"),
        (invalid("version-lowered", "It may not go back."), 422, "PSE-1405"),
        (invalid("type-change", "It stays what it is."), 422, "PSE-1116"),
        (invalid("reference-changed", "It keeps its name."), 422, "PSE-1117"),
        (not_found("event-not-found", "There is none."), 404, "PSE-1403"),
        (WITHDRAWN, 410, "PSE-1402"),
    ],
)
def test_why_an_update_is_refused(
    client: Client, system: System, problem: Problem, status: int, code: str
) -> None:
    system.recording.answers["Revise"] = problem
    answer = put(client, as_fhir_v6())
    assert (answer.status_code, codes(answer)) == (status, [code])


def test_what_is_sent_back_while_it_is_checked_is_left_as_it_is(client: Client, system: System) -> None:
    ours = writing.resource(as_event(6, incident(6), checked=False), PUBLIC_URL)
    assert put(client, ours).status_code == 200
    left = {one.property for one in system.recording.asked[0].submission.answers if one.as_it_is}
    assert left == {"Description", "ImmediateActions"}


@pytest.mark.parametrize("version", [4, 5, 6])
@pytest.mark.parametrize("system_said", ["urn:risks", ""])
def test_what_is_read_and_sent_back_keeps_its_reference(
    client: Client, system: System, version: int, system_said: str
) -> None:
    event = as_event(version, incident(version), local_reference="123", reference_system=system_said)
    ours = writing.resource(event, PUBLIC_URL)
    assert ours["extension"][-1]["extension"][1] == {"url": "LocalReference", "valueString": "123"}
    answer = put(client, ours)
    asked = system.recording.asked[0].submission
    assert (asked.reference_system, asked.local_reference) == (system_said, "123")
    assert answer.json["extension"][-2:] == ours["extension"][-2:]
    assert "tag" not in answer.json["meta"]


def test_a_text_that_a_sender_says_is_unknown_for_another_reason_is_no_answer(
    client: Client, system: System
) -> None:
    absent = {
        "url": "ImmediateActions",
        "_valueString": {"extension": [{"url": "x", "valueCode": "unknown"}]},
    }
    put(client, as_fhir_v6(more=[extension("adverse-event-risk-details", absent, an("A", "String", "b"))]))
    assert not [one for one in system.recording.asked[0].submission.answers if one.as_it_is]


def test_a_client_that_loses_what_stands_beside_a_value_loses_no_text(client: Client, system: System) -> None:
    ours = writing.resource(as_event(6, incident(6), checked=False), PUBLIC_URL)
    for each in ours["extension"]:
        for inner in each["extension"]:
            inner.pop("_valueString", None)
    assert put(client, ours).status_code == 200
    left = {one.property for one in system.recording.asked[0].submission.answers if one.as_it_is}
    assert left == {"Description", "ImmediateActions"}
    assert client.post(URL, data=orjson.dumps(ours), headers=LRMS).status_code == 422


def test_a_device_whose_maker_is_being_checked_keeps_it(client: Client, system: System) -> None:
    told = [*incident(6), ("adverse-event-device-details", 0, "DeviceManufacturer", "Acme")]
    ours = writing.resource(as_event(6, told, checked=False), PUBLIC_URL)
    device = ours["contained"][-1]
    assert device.keys() == {"resourceType", "id", "_manufacturer"}
    put(client, ours)
    left = {one.property for one in system.recording.asked[0].submission.answers if one.as_it_is}
    assert "DeviceManufacturer" in left


@pytest.mark.parametrize(
    ("prefer", "kind"), [("return=minimal", None), ("return=OperationOutcome", "OperationOutcome")]
)
def test_an_update_is_answered_as_is_preferred(client: Client, prefer: str, kind: str | None) -> None:
    answer = put(client, as_fhir_v6(), Prefer=prefer)
    assert answer.status_code == 200
    assert (answer.json["resourceType"] if answer.data else None) == kind


def test_an_update_needs_a_key(client: Client) -> None:
    assert client.put(ONE, data=b"{}", headers={"Content-Type": "application/json"}).status_code == 401


# ---- delete


def test_an_event_is_withdrawn_with_a_reason(client: Client, system: System) -> None:
    answer = client.delete(f"{ONE}?reason=duplicate", headers=LRMS | {"If-Match": 'W/"1"'})
    assert (answer.status_code, answer.data) == (204, b"")
    (asked,) = system.recording.asked
    assert (asked.event, asked.reason, asked.expected_revision) == (ID, "duplicate", 1)


def test_an_event_is_withdrawn_as_recorded_in_error_where_no_reason_is_said(
    client: Client, system: System
) -> None:
    assert client.delete(ONE, headers=LRMS).status_code == 204
    assert system.recording.asked[0].reason == "recorded_in_error"


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (not_found("event-not-found", "There is none."), 404),
        (conflict("version-conflict", "It is at revision 3."), 412),
        (invalid("unknown-reason", "Say why: one of …"), 400),
    ],
)
def test_why_a_delete_is_refused(client: Client, system: System, problem: Problem, status: int) -> None:
    system.recording.answers["Withdraw"] = problem
    assert client.delete(ONE, headers=LRMS).status_code == status


def test_a_delete_with_another_parameter_is_400(client: Client, system: System) -> None:
    answer = client.delete(f"{ONE}?hard=true", headers=LRMS)
    assert (answer.status_code, codes(answer)) == (400, ["PSE-1010"])
    assert "hard" in answer.json["issue"][0]["details"]["text"]
    assert system.recording.asked == []


def test_a_withdrawn_event_is_gone(client: Client, system: System) -> None:
    system.recording.answers["GetEvent"] = WITHDRAWN
    answer = client.get(ONE, headers=LRMS)
    assert (answer.status_code, codes(answer)) == (410, ["PSE-1402"])


# ---- versions


def test_an_earlier_revision_is_read(client: Client, system: System) -> None:
    system.recording.answers["GetEvent"] = as_event(6, incident(6), revision=1)
    answer = client.get(f"{ONE}/_history/1", headers=LRMS)
    assert answer.status_code == 200
    assert answer.headers["ETag"] == 'W/"1"'
    assert system.recording.asked[0].revision == 1


@pytest.mark.parametrize("revision", ["0", "x", "-1", "1.5", "99999999999"])
def test_a_revision_that_is_no_number_is_not_found(client: Client, system: System, revision: str) -> None:
    answer = client.get(f"{ONE}/_history/{revision}", headers=LRMS)
    assert (answer.status_code, codes(answer)) == (404, ["PSE-1406"])
    assert system.recording.asked == []


def history(*changes: int, total: int = 0) -> recording_pb2.History:
    """Revisions, the oldest named first as it was made."""
    made = [as_event(6, incident(6), revision=n, change=change) for n, change in enumerate(changes, 1)]
    return recording_pb2.History(revisions=reversed(made), total=total or len(made))


RECORDED, REVISED = recording_pb2.CHANGE_RECORDED, recording_pb2.CHANGE_REVISED


def test_the_history_says_how_each_revision_came_about(client: Client, system: System) -> None:
    system.recording.answers["GetHistory"] = history(RECORDED, REVISED, recording_pb2.CHANGE_WITHDRAWN)
    told = client.get(f"{ONE}/_history", headers=LRMS).json
    assert (told["type"], told["total"]) == ("history", 3)
    assert [one["request"]["method"] for one in told["entry"]] == ["DELETE", "PUT", "POST"]
    assert [one["response"]["status"] for one in told["entry"]] == ["204 No Content", "200 OK", "201 Created"]
    assert [one["response"]["etag"] for one in told["entry"]] == ['W/"3"', 'W/"2"', 'W/"1"']
    assert ["resource" in one for one in told["entry"]] == [False, True, True]
    assert {one["fullUrl"] for one in told["entry"]} == {f"{PUBLIC_URL}{ONE}"}
    assert [one["relation"] for one in told["link"]] == ["self"]
    assert r4.faults(told) == []


def test_the_history_is_paged(client: Client, system: System) -> None:
    whole = history(RECORDED, REVISED, REVISED)
    del whole.revisions[2:]
    system.recording.answers["GetHistory"] = whole
    told = client.get(f"{ONE}/_history?_count=2", headers=LRMS).json
    following = next(one["url"] for one in told["link"] if one["relation"] == "next")
    client.get(following.removeprefix(PUBLIC_URL), headers=LRMS)
    first, second = system.recording.asked
    assert (first.event, first.count, first.before) == (ID, 2, 0)
    assert (second.event, second.count, second.before) == (ID, 2, 2)


@pytest.mark.parametrize("query", ["_since=2026", "_count=x", "_count=-1", "_page=abc", "name=x"])
def test_a_history_is_not_asked_in_other_ways(client: Client, system: System, query: str) -> None:
    assert client.get(f"{ONE}/_history?{query}", headers=LRMS).status_code == 400
    assert system.recording.asked == []
