"""GET /adverse-event/fhir/AdverseEvent/{id}: the redacted form."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from chassis.problems import not_found
from gateway.fhir import reading, writing
from protos.recording.v1 import recording_pb2
from tests.builders.safety_events import as_fhir_v6
from tests.gateway.conftest import LRMS, PUBLIC_URL, Client, System
from tests.gateway.test_create import ID, REFERENCE

URL = f"/adverse-event/fhir/AdverseEvent/{ID}"
CORE = "adverse-event-core/0/Description"


def recorded(resource: dict[str, Any], **more: Any) -> recording_pb2.SafetyEvent:
    """What recording would answer for a resource, texts unchecked."""
    asked = reading.understood(resource).submission
    event = recording_pb2.SafetyEvent()
    facts = event.facts
    facts.MergeFrom(
        recording_pb2.EventFacts(
            event_id=ID, reference=REFERENCE, revision=2, question_set=6, event_type="incident",
            occurred_on="2026-03-02", local_reference=asked.local_reference, **more,
        )
    )  # fmt: skip
    facts.reported_at.FromJsonString("2026-03-02T14:05:00Z")
    for answer in asked.answers:
        if answer.WhichOneof("value") == "text" and answer.property != "ApproximateDate":
            event.texts.add(field=f"{answer.section}/{answer.entry}/{answer.property}")
        else:
            facts.answers.add().CopyFrom(answer)
    return event


def check(event: recording_pb2.SafetyEvent, text: str = "redacted") -> recording_pb2.SafetyEvent:
    for each in event.texts:
        each.text, each.checked = text, True
    return event


def triples(resource: Any) -> list[tuple[str, int, str, str]]:
    asked = reading.understood(reading.parse(orjson.dumps(resource))).submission
    return sorted(
        (a.section, a.entry, a.property, str(getattr(a, a.WhichOneof("value")))) for a in asked.answers
    )


def test_an_event_is_read_with_its_redacted_text(client: Client, system: System) -> None:
    system.recording.answers["GetEvent"] = check(recorded(as_fhir_v6()), "[name] slid")
    answer = client.get(URL, headers=LRMS)
    assert answer.status_code == 200
    assert answer.headers["ETag"] == 'W/"2"'
    assert answer.json["id"] == ID
    assert answer.json["meta"]["profile"] == [
        f"{PUBLIC_URL}/taxonomy/fhir/StructureDefinition/patient-safety-adverse-event-6"
    ]
    core = next(one for one in answer.json["extension"] if one["url"].endswith("adverse-event-core-6"))
    assert core["extension"] == [{"url": "Description", "valueString": "[name] slid"}]
    last = answer.json["extension"][-1]["extension"]
    assert last[0] == {"url": "ReferenceNumber", "valueString": REFERENCE}
    assert system.recording.asked[0].event_id == ID


def test_a_text_that_is_being_checked_says_so_and_shows_nothing(client: Client, system: System) -> None:
    system.recording.answers["GetEvent"] = recorded(as_fhir_v6(description="Mr Smith slid"))
    answer = client.get(URL, headers=LRMS)
    assert "temp-unknown" in answer.text
    assert "Smith" not in answer.text


def test_reading_and_writing_are_each_others_mirror() -> None:
    device = {
        "resourceType": "Device",
        "id": "device1",
        "manufacturer": "redacted",
        "serialNumber": "redacted",
    }
    sent = as_fhir_v6(description="redacted", local_reference="W-17", agents=["3", "4"])
    sent["contained"].append(device)
    told = writing.resource(check(recorded(sent)), PUBLIC_URL)
    again = [each for each in triples(sent) if each[2] != "ImmediateActions"]
    assert [each for each in triples(told) if each[2] != "ImmediateActions"] == again
    assert reading.understood(told).submission.local_reference == "W-17"
    assert told["suspectEntity"] == [{"instance": {"reference": "#device1"}}]


def test_a_description_of_the_root_is_answered_in_the_core() -> None:
    sent = as_fhir_v6() | {"description": "told here"}
    sent["extension"] = sent["extension"][1:]
    told = writing.resource(check(recorded(sent)), PUBLIC_URL)
    assert "description" not in told
    assert ("adverse-event-core", 0, "Description", "redacted") in triples(told)


def test_a_rough_date_is_an_answer_and_no_element() -> None:
    event = recorded(as_fhir_v6(date=None))
    event.facts.occurred_on = "2026-03"
    event.facts.answers.add(
        section="adverse-event-estimated-date", property="ApproximateDate", code="2026-03"
    )
    told = writing.resource(event, PUBLIC_URL)
    assert "date" not in told
    inner = [each for one in told["extension"] for each in one["extension"]]
    assert {"url": "ApproximateDate", "valueString": "2026-03"} in inner


def test_a_risk_is_potential_and_needs_no_patient() -> None:
    event = recorded(as_fhir_v6())
    del event.facts.answers[:]
    event.facts.event_type = "risk"
    told = writing.resource(event, PUBLIC_URL)
    assert told["actuality"] == "potential"
    assert told["event"] == {"coding": [{"code": "2"}]}
    assert told["contained"] == [{"resourceType": "Patient", "id": "patient"}]


def test_an_event_that_may_not_be_seen_is_not_found(client: Client, system: System) -> None:
    system.recording.answers["GetEvent"] = not_found(
        "event-not-found", "There is no such event, or none you may see."
    )
    answer = client.get(URL, headers=LRMS)
    assert answer.status_code == 404
    assert answer.json["issue"][0]["details"]["coding"][0]["code"] == "PSE-1403"


@pytest.mark.parametrize("event_id", ["x", "%00", "..%2f..", "💥"])
def test_a_strange_id_is_not_found(client: Client, system: System, event_id: str) -> None:
    system.recording.answers["GetEvent"] = not_found("event-not-found", "There is no such event.")
    assert client.get(f"/adverse-event/fhir/AdverseEvent/{event_id}", headers=LRMS).status_code == 404
