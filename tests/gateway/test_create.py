"""POST /adverse-event/fhir/AdverseEvent, from the body to recording and back."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from protos.recording.v1 import recording_pb2
from tests.builders.safety_events import DESCRIPTION, as_fhir_v6
from tests.gateway.conftest import LRMS, PUBLIC_URL, Client, System

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


def test_our_answer_can_be_sent_back(client: Client, system: System) -> None:
    answer = post(client, as_fhir_v6(local_reference="W-17"))
    assert post(client, answer.json).status_code == 201
    first, second = system.recording.asked
    assert second.local_reference == "W-17"
    assert [(a.section, a.property) for a in first.answers] == [
        (a.section, a.property) for a in second.answers
    ]
