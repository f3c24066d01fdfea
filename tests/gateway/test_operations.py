"""$validate and $reconcile."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from chassis.problems import Fault, conflict, invalid, not_found, unavailable
from gateway.fhir import writing
from protos.recording.v1 import recording_pb2
from tests.builders.safety_events import as_fhir_v6
from tests.gateway.conftest import LRMS, PUBLIC_URL, Client, System
from tests.gateway.shapes import ID, REFERENCE, as_event, incident
from tests.gateway.test_create import URL
from tests.gateway.test_update import codes
from tests.journeys.clients import r4


@pytest.fixture(autouse=True)
def all_is_well(system: System) -> None:
    system.recording.answers |= {
        "Validate": recording_pb2.Validated(),
        "Reconcile": recording_pb2.Reconciled(),
    }


def validate(client: Client, resource: Any, query: str = "", of: str = "") -> Any:
    body = resource if isinstance(resource, bytes) else orjson.dumps(resource)
    return client.post(f"{URL}{of}/$validate{query}", data=body, headers=LRMS)


def test_a_resource_without_fault_is_said_to_be_acceptable(client: Client, system: System) -> None:
    answer = validate(client, as_fhir_v6())
    assert (answer.status_code, codes(answer)) == (200, ["PSE-0002"])
    assert answer.json["issue"][0]["severity"] == "information"
    (asked,) = system.recording.asked
    assert len(asked.submission.answers) > 10
    assert asked.strict is False
    assert r4.faults(answer.json) == []


def test_what_recording_remarks_on_is_a_warning(client: Client, system: System) -> None:
    told = recording_pb2.Validated()
    told.warnings.add(path="patient-information/0/PhysicalHarm", code="required-missing", detail="Missing.")
    system.recording.answers["Validate"] = told
    answer = validate(client, as_fhir_v6())
    assert codes(answer) == ["PSE-0002", "PSE-1101"]
    assert answer.json["issue"][1]["severity"] == "warning"
    assert "ofType(Patient)" in answer.json["issue"][1]["expression"][0]


def test_what_would_be_refused_is_said_with_200(client: Client, system: System) -> None:
    fault = Fault("adverse-event-agent/0/InvolvedAgents", "required-missing", "This needs an answer.")
    system.recording.answers["Validate"] = invalid("answers-not-accepted", "Some are missing.", fault)
    answer = validate(client, as_fhir_v6())
    assert (answer.status_code, codes(answer)) == (200, ["PSE-1101"])
    assert answer.json["issue"][0]["severity"] == "error"
    assert answer.json["issue"][0]["expression"][0].endswith("extension('InvolvedAgents')")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"meta": {}}, "PSE-1001"),
        ({"resourceType": "Patient"}, "PSE-1004"),
        ({"actuality": "x", "date": 7}, "PSE-1101"),
        ({"description": "a\x00b"}, "PSE-1004"),
    ],
)
def test_what_has_another_shape_is_said_with_200(client: Client, changed: Any, code: str) -> None:
    answer = validate(client, as_fhir_v6() | changed)
    assert answer.status_code == 200
    assert codes(answer)[0] == code
    assert all(one["severity"] == "error" for one in answer.json["issue"])


@pytest.mark.parametrize(
    ("body", "query", "status"),
    [
        (b"{", "", 400),
        (b"[]", "", 400),
        (as_fhir_v6(), "?mode=lax", 400),
        (as_fhir_v6(), "?resource=x", 400),
        ({"resourceType": "Parameters"}, "", 400),
        ({"resourceType": "Parameters", "parameter": [7]}, "", 400),
    ],
)
def test_what_is_no_question_is_refused(client: Client, body: Any, query: str, status: int) -> None:
    assert validate(client, body, query).status_code == status


def test_what_fails_on_our_side_is_not_said_to_be_a_verdict(client: Client, system: System) -> None:
    system.recording.answers["Validate"] = unavailable("try-again", "Later.")
    assert validate(client, as_fhir_v6()).status_code == 503


@pytest.mark.parametrize(("query", "strict"), [("?mode=strict", True), ("?mode=create", False)])
def test_rules_are_kept_strictly_where_that_is_asked(
    client: Client, system: System, query: str, strict: bool
) -> None:
    validate(client, as_fhir_v6(), query)
    assert system.recording.asked[0].strict is strict


def test_a_resource_may_come_in_parameters(client: Client, system: System) -> None:
    parameters = [{"name": "mode", "valueCode": "strict"}, {"name": "resource", "resource": as_fhir_v6()}]
    answer = validate(client, {"resourceType": "Parameters", "parameter": parameters})
    assert codes(answer) == ["PSE-0002"]
    assert system.recording.asked[0].strict is True


def test_an_event_is_judged_as_its_next_revision(client: Client, system: System) -> None:
    ours = writing.resource(as_event(6, incident(6), checked=False), PUBLIC_URL)
    assert codes(validate(client, ours, of=f"/{ID}")) == ["PSE-0002"]
    (asked,) = system.recording.asked
    assert (asked.event, asked.expected_revision, asked.strict) == (ID, 0, False)
    assert [one for one in asked.submission.answers if one.as_it_is]


def test_an_event_is_judged_as_the_revision_after_the_one_that_is_named(
    client: Client, system: System
) -> None:
    system.recording.answers["Validate"] = conflict("version-conflict", "It is at revision 3.")
    body = orjson.dumps(as_fhir_v6())
    answer = client.post(f"{URL}/{ID}/$validate?mode=strict", data=body, headers=LRMS | {"If-Match": 'W/"2"'})
    assert (answer.status_code, codes(answer)) == (200, ["PSE-1401"])
    (asked,) = system.recording.asked
    assert (asked.event, asked.expected_revision, asked.strict) == (ID, 2, True)


def test_the_next_revision_of_another_event_is_not_judged(client: Client, system: System) -> None:
    assert validate(client, as_fhir_v6() | {"id": "x"}, of=f"/{ID}").status_code == 400
    system.recording.answers["Validate"] = not_found("event-not-found", "There is none.")
    assert validate(client, as_fhir_v6(), of=f"/{ID}").status_code == 404
    system.recording.answers["Validate"] = not_found("deleted", "It was withdrawn.")
    assert validate(client, as_fhir_v6(), of=f"/{ID}").status_code == 410


# ---- $reconcile


def reconcile(client: Client, *references: Any, query: str = "") -> Any:
    sent = [{"name": "local-reference", "valueString": each} for each in references]
    body = orjson.dumps({"resourceType": "Parameters", "parameter": sent})
    return client.post(f"{URL}/$reconcile{query}", data=body, headers=LRMS)


def held(**more: Any) -> recording_pb2.Held:
    told: dict[str, Any] = {"local_reference": "W-1", "event_id": ID, "reference": REFERENCE, "revision": 3}
    one = recording_pb2.Held(**told | more)
    one.updated_at.FromJsonString("2026-03-04T08:00:00Z")
    return one


def parts(parameter: Any) -> dict[str, str]:
    """Name → value of the parts of one parameter."""
    return {
        part["name"]: next(value for name, value in part.items() if name != "name")
        for part in parameter["part"]
    }


def test_a_client_learns_which_of_its_references_are_held(client: Client, system: System) -> None:
    system.recording.answers["Reconcile"] = recording_pb2.Reconciled(
        held=[
            held(),
            held(local_reference="W-2", withdrawn=True, reference_system="urn:risks"),
            recording_pb2.Held(local_reference="W-3"),
        ]
    )
    answer = reconcile(client, "W-1", "W-2", "W-3")
    assert list(system.recording.asked[0].local_references) == ["W-1", "W-2", "W-3"]
    first, second, third = map(parts, answer.json["parameter"])
    assert first == {
        "local-reference": "W-1", "state": "held", "id": ID, "reference-number": REFERENCE, "versionId": "3",
        "lastUpdated": "2026-03-04T08:00:00.000Z",
    }  # fmt: skip
    assert (second["state"], second["system"]) == ("withdrawn", "urn:risks")
    assert third == {"local-reference": "W-3", "state": "not-held"}
    assert r4.faults(answer.json) == []


def test_all_that_is_held_is_told_page_by_page(client: Client, system: System) -> None:
    system.recording.answers["Reconcile"] = recording_pb2.Reconciled(held=[held()], next="abc")
    told = client.get(f"{URL}/$reconcile", headers=LRMS).json
    following = told["parameter"][-1]
    assert following["name"] == "next"
    client.get(following["valueUri"].removeprefix(PUBLIC_URL), headers=LRMS)
    assert [(list(one.local_references), one.cursor) for one in system.recording.asked] == [
        ([], ""),
        ([], "abc"),
    ]


def test_nothing_held_is_empty_parameters(client: Client) -> None:
    assert client.get(f"{URL}/$reconcile", headers=LRMS).json == {"resourceType": "Parameters"}


def test_a_thousand_references_may_be_named_at_once(client: Client, system: System) -> None:
    assert reconcile(client, *map(str, range(1000))).status_code == 200
    answer = reconcile(client, *map(str, range(1001)))
    assert (answer.status_code, codes(answer)) == (413, ["PSE-1014"])
    assert len(system.recording.asked) == 1


@pytest.mark.parametrize("reference", [7, None, ["x"], "a\nb"])
def test_a_reference_that_is_no_text_is_400(client: Client, system: System, reference: Any) -> None:
    assert reconcile(client, reference).status_code == 400
    assert system.recording.asked == []


def test_other_bodies_and_parameters_are_400(client: Client) -> None:
    assert client.post(f"{URL}/$reconcile", data=b"{}", headers=LRMS).status_code == 400
    assert client.get(f"{URL}/$reconcile?since=2026", headers=LRMS).status_code == 400
