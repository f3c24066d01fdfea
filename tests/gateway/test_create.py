"""POST /adverse-event/fhir/AdverseEvent, from the body to recording and back."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from protos.recording.v1 import recording_pb2
from tests.builders.safety_events import DESCRIPTION, as_fhir_v6
from tests.gateway.conftest import LRMS, PUBLIC_URL, Client, System
from tests.gateway.shapes import as_event, incident

URL = "/adverse-event/fhir/AdverseEvent"
REFERENCE = "PSE-26-7H3KQ2WX-9"
ID = "019aa000-0000-7000-8000-000000000001"


def submitted(**more: Any) -> recording_pb2.Submitted:
    told = recording_pb2.Submitted(event_id=ID, reference=REFERENCE, revision=1, **more)
    told.reported_at.FromJsonString("2026-03-02T14:05:00Z")
    return told


@pytest.fixture(autouse=True)
def recorded(system: System) -> None:
    system.recording.answers["Submit"] = submitted()


def post(client: Client, resource: Any, **headers: str) -> Any:
    body = resource if isinstance(resource, bytes) else orjson.dumps(resource)
    return client.post(URL, data=body, headers=LRMS | {k.replace("_", "-"): v for k, v in headers.items()})


def test_a_recorded_event_is_answered_with_what_was_sent_and_its_reference_last(client: Client) -> None:
    answer = post(client, as_fhir_v6())
    assert answer.status_code == 201
    assert answer.mimetype == "application/fhir+json"
    assert answer.headers["Location"] == f"{PUBLIC_URL}{URL}/{ID}"
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Last-Modified"] == "Mon, 02 Mar 2026 14:05:00 GMT"
    assert answer.json["id"] == ID
    assert answer.json["meta"]["versionId"] == "1"
    assert answer.json["identifier"] == {"system": f"{PUBLIC_URL}/reference-number", "value": REFERENCE}
    assert answer.json["extension"][0]["extension"][0]["valueString"] == DESCRIPTION
    last = answer.json["extension"][-1]
    assert last["url"].endswith("/adverse-event-reference-metadata-6")
    assert last["extension"][0] == {"url": "ReferenceNumber", "valueString": REFERENCE}
    assert last["extension"][1:] == [{"url": "DataSharingOptOut", "valueBoolean": False}]


def test_recording_is_asked_as_the_client_with_every_answer(client: Client, system: System) -> None:
    post(client, as_fhir_v6(local_reference="W-17"))
    (asked,) = system.recording.asked
    assert [one.id for one in system.recording.by] == ["client:lrms-RZ1"]
    assert asked.question_set == 6
    assert asked.route == recording_pb2.ROUTE_API
    assert asked.local_reference == "W-17"
    found = {(one.section, one.property) for one in asked.answers}
    assert ("native", "Type") in found
    assert ("patient-information", "PhysicalHarm") in found


def test_the_clients_own_words_travel_unchanged(client: Client, system: System) -> None:
    post(client, as_fhir_v6(description="Ünïcode “quotes” \U0001f9ea\nand a new line"))
    texts = [one.text for one in system.recording.asked[0].answers if one.property == "Description"]
    assert texts == ["Ünïcode “quotes” \U0001f9ea\nand a new line"]


def test_plain_json_is_taken_and_answered_where_it_is_asked_for(client: Client) -> None:
    answer = post(
        client, as_fhir_v6(), Content_Type="application/json; charset=utf-8", Accept="application/json"
    )
    assert answer.status_code == 201
    assert answer.mimetype == "application/json"


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"Idempotency_Key": "abc"}, "abc"),
        ({"If_None_Exist": "local-reference=W-17"}, ""),
        ({"If_None_Exist": "identifier=https://lrms.example/incident|W-17"}, ""),
        ({"If_None_Exist": "?identifier=https%3A%2F%2Flrms.example%7CW-17"}, ""),
        ({"If_None_Exist": "local-reference=W-17", "Idempotency_Key": "abc"}, "abc"),
        ({}, ""),
    ],
)
def test_a_request_is_named_by_its_headers(
    client: Client, system: System, headers: dict[str, str], key: str
) -> None:
    assert post(client, as_fhir_v6(), **headers).status_code == 201
    assert system.recording.asked[0].idempotency_key == key
    assert system.recording.asked[0].local_reference == ("W-17" if "If_None_Exist" in headers else "")


@pytest.mark.parametrize(
    "header", ["name=Smith", "identifier=a&local-reference=b", "identifier=", "nonsense"]
)
def test_another_condition_is_refused(client: Client, system: System, header: str) -> None:
    answer = post(client, as_fhir_v6(), If_None_Exist=header)
    assert answer.status_code == 400
    assert system.recording.asked == []


def test_a_condition_that_was_met_before_answers_200(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = submitted(repeated_request=True)
    assert post(client, as_fhir_v6(), If_None_Exist="local-reference=W-17").status_code == 200


def test_the_same_key_again_answers_as_the_first_time(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = submitted(repeated_request=True)
    answer = post(client, as_fhir_v6(), Idempotency_Key="abc")
    assert answer.status_code == 201
    assert "tag" not in answer.json["meta"]


def test_a_repeated_request_is_answered_with_recordings_own_remark(client: Client, system: System) -> None:
    again = submitted(repeated_request=True)
    again.warnings.add(path="AdverseEvent", code="duplicate-suspected", detail="Recorded before.")
    system.recording.answers["Submit"] = again
    answer = post(client, as_fhir_v6())
    assert answer.status_code == 201
    assert [tag["code"] for tag in answer.json["meta"]["tag"]] == ["PSE-1501"]


def test_an_element_that_no_question_asks_is_said_not_to_be_kept(client: Client) -> None:
    answer = post(client, as_fhir_v6() | {"outcome": {"text": "recovered"}, "study": []})
    assert answer.status_code == 201
    assert [tag["code"] for tag in answer.json["meta"]["tag"]] == ["PSE-1115", "PSE-1115"]


def warned() -> recording_pb2.Submitted:
    told = submitted()
    told.warnings.add(path="AdverseEvent.extension[1]", code="age-encoding", detail="This counts as no age.")
    return told


def test_remarks_are_tags_of_the_resource(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = warned()
    (tag,) = post(client, as_fhir_v6()).json["meta"]["tag"]
    assert tag == {
        "system": f"{PUBLIC_URL}/taxonomy/fhir/CodeSystem/error-codes",
        "code": "PSE-1106",
        "display": "This counts as no age. (AdverseEvent.extension[1])",
    }


def test_remarks_are_an_outcome_where_that_is_preferred(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = warned()
    answer = post(client, as_fhir_v6(), Prefer="return=OperationOutcome")
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(ID)
    assert [one["severity"] for one in answer.json["issue"]] == ["information", "warning"]
    assert answer.json["issue"][1]["expression"] == ["AdverseEvent.extension[1]"]


def test_no_body_is_answered_where_that_is_preferred(client: Client) -> None:
    answer = post(client, as_fhir_v6(), Prefer="return=minimal")
    assert (answer.status_code, answer.data) == (201, b"")
    assert answer.headers["ETag"] == 'W/"1"'


def test_reference_metadata_that_was_not_sent_is_added(client: Client) -> None:
    resource = as_fhir_v6()
    del resource["extension"]
    (last,) = post(client, resource).json["extension"]
    assert last["extension"] == [{"url": "ReferenceNumber", "valueString": REFERENCE}]
    assert last["url"].startswith("https://developer.learn-from-patient-safety-events")


@pytest.mark.parametrize("another", ["extra", "3", "99"])
def test_the_answer_names_the_profile_that_was_read_whatever_stands_before_it(
    client: Client, another: str
) -> None:
    resource = as_fhir_v6()
    resource["meta"]["profile"].insert(0, f"https://lrms.example/patient-safety-adverse-event-{another}")
    answer = post(client, resource)
    assert answer.status_code == 201
    assert [one["url"].rpartition("-")[2] for one in answer.json["extension"]] == ["6"] * len(
        resource["extension"]
    )


def test_the_clients_own_reference_stands_beside_ours(client: Client) -> None:
    answer = post(client, as_fhir_v6(local_reference="W-17"))
    inner = answer.json["extension"][-1]["extension"]
    assert [one["url"] for one in inner] == ["ReferenceNumber", "LocalReference", "DataSharingOptOut"]


@pytest.mark.parametrize(
    ("header", "local", "named"),
    [
        ("local-reference=W-17", "W-17", ("urn:a", "W-17")),
        ("identifier=W-17", "W-17", ("urn:a", "W-17")),
        ("identifier=urn:a|W-17", "W-17", ("urn:a", "W-17")),
        ("identifier=urn:b|W-17", None, ("urn:b", "W-17")),
        ("identifier=W-17", None, ("", "W-17")),
    ],
)
def test_header_and_resource_name_one_reference(
    client: Client, system: System, header: str, local: str | None, named: tuple[str, str]
) -> None:
    resource = as_fhir_v6(local_reference=local, local_system="urn:a")
    assert post(client, resource, If_None_Exist=header).status_code == 201
    asked = system.recording.asked[0]
    assert (asked.reference_system, asked.local_reference) == named


@pytest.mark.parametrize("header", ["identifier=W-18", "identifier=urn:a|W-18", "identifier=urn:b|W-17"])
def test_header_and_resource_may_not_name_two_references(client: Client, system: System, header: str) -> None:
    resource = as_fhir_v6(local_reference="W-17", local_system="urn:a")
    answer = post(client, resource, If_None_Exist=header)
    assert (answer.status_code, answer.json["issue"][0]["details"]["coding"][0]["code"]) == (400, "PSE-1018")
    assert system.recording.asked == []


def repeated_with_other_answers(system: System) -> None:
    told = submitted(repeated_request=True, differs=True)
    told.warnings.add(path="AdverseEvent", code="duplicate-suspected", detail="Recorded before.")
    first = as_event(6, incident(6), local_reference="W-17", reference_system="urn:a")
    system.recording.answers |= {"Submit": told, "GetEvent": first}


def test_what_was_not_recorded_is_not_answered_as_if_it_were(client: Client, system: System) -> None:
    repeated_with_other_answers(system)
    answer = post(client, as_fhir_v6(description="Never recorded"))
    assert (answer.status_code, answer.json["id"], answer.headers["ETag"]) == (201, ID, 'W/"2"')
    assert "Never recorded" not in answer.text
    assert [tag["code"] for tag in answer.json["meta"]["tag"]] == ["PSE-1501"]
    assert answer.headers["Location"] == f"{PUBLIC_URL}{URL}/{ID}"
    assert system.recording.asked[-1].event_id == ID


@pytest.mark.parametrize("prefer", ["return=minimal", "return=OperationOutcome"])
def test_who_wants_no_resource_is_not_given_the_one_recorded_before(
    client: Client, system: System, prefer: str
) -> None:
    repeated_with_other_answers(system)
    answer = post(client, as_fhir_v6(), Prefer=prefer)
    assert answer.status_code == 201
    assert len(system.recording.asked) == 1


def test_an_entry_of_a_batch_is_shown_the_record_that_was_made_before(client: Client, system: System) -> None:
    repeated_with_other_answers(system)
    told = system.recording.answers["Submit"]
    outcome = recording_pb2.Outcome(submitted=told)
    system.recording.answers["SubmitMany"] = recording_pb2.SubmittedMany(outcomes=[outcome])
    asked = {"method": "POST", "url": "AdverseEvent"}
    entry = {"request": asked, "resource": as_fhir_v6(description="Never recorded")}
    body = orjson.dumps({"resourceType": "Bundle", "type": "batch", "entry": [entry]})
    answer = client.post("/adverse-event/fhir", data=body, headers=LRMS)
    (said,) = answer.json["entry"]
    assert (said["response"]["status"], said["response"]["etag"]) == ("201 Created", 'W/"2"')
    assert "Never recorded" not in answer.text


def test_our_answer_can_be_sent_back(client: Client, system: System) -> None:
    answer = post(client, as_fhir_v6(local_reference="W-17"))
    assert post(client, answer.json).status_code == 201
    first, second = system.recording.asked
    assert (second.reference_system, second.local_reference) == ("https://lrms.example/incident", "W-17")
    assert post(client, answer.json).json["extension"] == answer.json["extension"]
    assert [(a.section, a.property) for a in first.answers] == [
        (a.section, a.property) for a in second.answers
    ]
