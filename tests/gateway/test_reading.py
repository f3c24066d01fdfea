"""An AdverseEvent as sent → answers, and every wrong shape → faults."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from chassis.problems import Kind, Problem
from gateway.fhir import reading
from gateway.fhir.layout import OTHER_IDENTIFIER
from tests.builders.safety_events import an, as_fhir_v6, extension


def answers(resource: dict[str, Any]) -> list[tuple[str, int, str, Any]]:
    asked = reading.understood(reading.parse(orjson.dumps(resource))).submission
    return [(a.section, a.entry, a.property, getattr(a, a.WhichOneof("value"))) for a in asked.answers]


def refusal(resource: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        reading.understood(reading.parse(resource if isinstance(resource, bytes) else orjson.dumps(resource)))
    assert caught.value.kind is Kind.INVALID
    return caught.value


def faults(resource: Any) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in refusal(resource).faults]


def with_answer(inner: Any) -> dict[str, Any]:
    """A resource whose last extension holds `inner`; it is the ninth."""
    return as_fhir_v6(more=[{"url": "https://x.example/adverse-event-governance-6", "extension": [inner]}])


LAST = "AdverseEvent.extension[8].extension[0]"


def test_elements_of_the_resource_are_native_answers() -> None:
    found = answers(as_fhir_v6() | {"description": "told here"})
    assert ("native", 0, "Type", "1") in found
    assert ("native", 0, "Date", "2026-03-02") in found
    assert ("native", 0, "Description", "told here") in found


def test_a_date_with_a_time_is_the_day_as_written() -> None:
    found = answers(as_fhir_v6(date="2026-03-02T23:59:00+00:00"))
    assert ("native", 0, "Date", "2026-03-02") in found


def test_repeated_sections_are_entries_of_one_section() -> None:
    resource = as_fhir_v6()
    resource["contained"][0]["extension"].append(
        extension("patient-information", an("PatientSequence", "Integer", 2))
    )
    found = [each for each in answers(resource) if each[2] == "PatientSequence"]
    assert found == [
        ("patient-information", 0, "PatientSequence", 1),
        ("patient-information", 1, "PatientSequence", 2),
    ]


def test_repeated_properties_are_several_answers_of_one_entry() -> None:
    found = [each for each in answers(as_fhir_v6(agents=["3", "4"])) if each[2] == "InvolvedAgents"]
    assert found == [
        ("adverse-event-agent", 0, "InvolvedAgents", "3"),
        ("adverse-event-agent", 0, "InvolvedAgents", "4"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "read_as"),
    [
        ("valueCode", "y", "y"),
        ("valueString", "text", "text"),
        ("valueInteger", 7, 7),
        ("valueBoolean", True, True),
        ("valueDate", "2026-03-02", "2026-03-02"),
        ("valueTime", "06:40:00", "06:40:00"),
        ("valueCoding", {"system": "s", "code": "4"}, "4"),
        ("valueCodeableConcept", {"coding": [{"code": "5"}]}, "5"),
    ],
)
def test_every_kind_of_value_is_read(name: str, value: Any, read_as: Any) -> None:
    assert answers(with_answer({"url": "NeverEvent", name: value}))[-1] == (
        "adverse-event-governance", 0, "NeverEvent", read_as,
    )  # fmt: skip


def test_each_device_keeps_its_maker_with_its_details() -> None:
    details = extension("adverse-event-device-details", an("DeviceType", "Code", "43"))
    resource = as_fhir_v6()
    resource["contained"] += [
        {"resourceType": "Device", "id": "device1", "manufacturer": "Acme"},
        {
            "resourceType": "Device",
            "id": "device2",
            "extension": [details],
            "model": "Two",
            "lotNumber": "L2",
        },
    ]
    found = [each for each in answers(resource) if each[0] == "adverse-event-device-details"]
    assert found == [
        ("adverse-event-device-details", 0, "DeviceManufacturer", "Acme"),
        ("adverse-event-device-details", 1, "DeviceType", "43"),
        ("adverse-event-device-details", 1, "DeviceModel", "Two"),
        ("adverse-event-device-details", 1, "DeviceLot", "L2"),
    ]


def test_paths_say_where_an_answer_was_found() -> None:
    asked = reading.understood(as_fhir_v6()).submission
    paths = {one.property: one.path for one in asked.answers}
    assert paths["PatientSequence"] == "AdverseEvent.contained[0].extension[0].extension[0].value"
    assert paths["InvolvedAgents"] == "AdverseEvent.extension[2].extension[0].value"


@pytest.mark.parametrize(
    "host", ["https://uat.example/taxonomy/fhir/StructureDefinition/", "http://localhost:8080/"]
)
def test_the_profile_is_known_by_its_tail(host: str) -> None:
    resource = as_fhir_v6() | {"meta": {"profile": [f"{host}patient-safety-adverse-event-6"]}}
    assert answers(resource)


@pytest.mark.parametrize(
    "meta",
    [
        *(None, {}, [], {"profile": []}, {"profile": "x"}, {"profile": [7]}),
        *(
            {"profile": [f"https://x.example/{tail}"]}
            for tail in ("patient-safety-adverse-event-7", "x-6", "")
        ),
    ],
)
def test_another_profile_is_not_known(meta: Any) -> None:
    assert refusal(as_fhir_v6() | {"meta": meta}).code == "unknown-profile"


def test_an_identifier_of_ours_is_not_the_clients_own() -> None:
    ours = {"system": "https://pse.example/reference-number", "value": "PSE-26-7H3KQ2WX-9"}
    assert reading.understood(as_fhir_v6() | {"identifier": ours}).submission.local_reference == ""


@pytest.mark.parametrize(
    "system", ["https://lrms.example/incidents", "https://lrms.example/reference-number"]
)
def test_an_identifier_may_be_one_or_a_list_and_is_of_its_system(system: str) -> None:
    one = {"system": system, "value": "W-17"}
    for sent in (one, [one], [one, one], [{"value": "W-17"}, one]):
        found = reading.understood(as_fhir_v6() | {"identifier": sent})
        assert (found.submission.reference_system, found.submission.local_reference) == (system, "W-17")
        assert found.remarks == ()


def test_a_number_like_ours_of_another_system_is_the_clients_own() -> None:
    one = {"system": "https://lrms.example/incidents", "value": "PSE-26-7H3KQ2WX-9"}
    assert (
        reading.understood(as_fhir_v6() | {"identifier": one}).submission.local_reference
        == "PSE-26-7H3KQ2WX-9"
    )


METADATA_6 = "adverse-event-reference-metadata"


@pytest.mark.parametrize(
    ("identifier", "local", "kept"),
    [
        ([{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "2"}], None, ("urn:a", "1")),
        ([{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "1"}], None, ("urn:a", "1")),
        ({"system": "urn:a", "value": "1"}, "2", ("urn:a", "1")),
        ({"value": "1"}, "2", ("", "1")),
    ],
)
def test_of_two_references_the_first_counts_and_the_other_is_said_not_to_be_kept(
    identifier: Any, local: str | None, kept: tuple[str, str]
) -> None:
    more = [extension(METADATA_6, an("LocalReference", "String", local))] if local else []
    found = reading.understood(as_fhir_v6(more=more) | {"identifier": identifier})
    assert (found.submission.reference_system, found.submission.local_reference) == kept
    assert [one.code for one in found.remarks] == ["element-not-kept"]


@pytest.mark.parametrize("turned", [False, True])
def test_a_reference_of_the_metadata_is_of_the_system_that_is_said_beside_it(turned: bool) -> None:
    other = {"url": OTHER_IDENTIFIER, "valueIdentifier": {"system": "urn:a", "value": "W-1"}}
    more = [extension(METADATA_6, an("LocalReference", "String", "W-1")), other]
    found = reading.understood(as_fhir_v6(more=more[::-1] if turned else more))
    assert (found.submission.reference_system, found.submission.local_reference) == ("urn:a", "W-1")
    assert found.remarks == ()


def test_another_identifier_must_be_one() -> None:
    assert refusal(as_fhir_v6(more=[{"url": OTHER_IDENTIFIER, "valueIdentifier": "W-1"}])).faults


def test_a_value_that_is_still_being_checked_is_no_answer() -> None:
    absent = {
        "url": "DutyOfCandour",
        "_valueString": {"extension": [{"url": "why", "valueCode": "temp-unknown"}]},
    }
    assert all(each[0] != "adverse-event-governance" for each in answers(with_answer(absent)))


@pytest.mark.parametrize(
    ("inner", "path", "code"),
    [
        ("text", LAST, "structure"),
        ({"valueCode": "y"}, f"{LAST}.url", "structure"),
        ({"url": 7, "valueCode": "y"}, f"{LAST}.url", "structure"),
        ({"url": "A"}, LAST, "structure"),
        ({"url": "A", "valueCode": "y", "valueString": "y"}, LAST, "structure"),
        ({"url": "A", "valueCode": 7}, f"{LAST}.value", "wrong-type"),
        ({"url": "A", "valueInteger": True}, f"{LAST}.value", "wrong-type"),
        ({"url": "A", "valueInteger": 1.5}, f"{LAST}.value", "wrong-type"),
        ({"url": "A", "valueInteger": 1 << 63}, f"{LAST}.value", "wrong-type"),
        ({"url": "A", "valueBoolean": "true"}, f"{LAST}.value", "wrong-type"),
        ({"url": "A", "valueString": None}, f"{LAST}.value", "wrong-type"),
        ({"url": "A", "valueDecimal": 1.5}, f"{LAST}.value", "wrong-type"),
        ({"url": "A", "valueCoding": {"display": "y"}}, f"{LAST}.value.code", "structure"),
        ({"url": "A", "valueCodeableConcept": {"coding": []}}, f"{LAST}.value", "structure"),
        ({"url": "A", "valueJohn Smith fell": "y"}, f"{LAST}.value", "wrong-type"),
    ],
)
def test_an_answer_of_another_shape_is_a_fault(inner: Any, path: str, code: str) -> None:
    assert faults(with_answer(inner)) == [(path, code)]


@pytest.mark.parametrize(
    ("changed", "path", "code"),
    [
        ({"actuality": None}, "AdverseEvent.actuality", "required-missing"),
        ({"subject": None}, "AdverseEvent.subject", "required-missing"),
        ({"event": "1"}, "AdverseEvent.event", "structure"),
        ({"event": {"coding": [{"code": 1}]}}, "AdverseEvent.event.coding[0].code", "structure"),
        ({"date": 20260302}, "AdverseEvent.date", "wrong-type"),
        ({"description": ["x"]}, "AdverseEvent.description", "wrong-type"),
        ({"identifier": "W-17"}, "AdverseEvent.identifier", "structure"),
        ({"contained": {}}, "AdverseEvent.contained", "structure"),
        ({"contained": [7]}, "AdverseEvent.contained[0]", "structure"),
        ({"extension": "x"}, "AdverseEvent.extension", "structure"),
        ({"extension": [{}]}, "AdverseEvent.extension[0].url", "structure"),
        (
            {"extension": [{"url": "https://x/local-6", "valueCode": "x"}]},
            "AdverseEvent.extension[0]",
            "structure",
        ),
        (
            {"extension": [{"url": "https://x/adverse-event-core-5"}]},
            "AdverseEvent.extension[0].url",
            "mixed-versions",
        ),
        ({"modifierExtension": []}, "AdverseEvent.modifierExtension", "unknown-element"),
        ({"extenson": []}, "AdverseEvent.extenson", "unknown-element"),
        ({"Patient John Smith": 1}, "AdverseEvent", "unknown-element"),
        ({"resourceType": "Patient"}, "AdverseEvent.resourceType", "structure"),
    ],
)
def test_a_resource_of_another_shape_is_a_fault(changed: dict[str, Any], path: str, code: str) -> None:
    assert faults(as_fhir_v6() | changed) == [(path, code)]


def test_an_event_has_no_more_answers_than_can_be_carried() -> None:
    many = {"url": "https://x.example/adverse-event-governance-6", "extension": [{"url": "a"}] * 80_000}
    with pytest.raises(Problem) as caught:
        reading.understood(as_fhir_v6(more=[many]), revising=True)
    assert [(one.path, one.code) for one in caught.value.faults] == [("AdverseEvent", "too-many-answers")]
    many["extension"] = [{"url": "a"}] * 4_900
    asked = reading.understood(as_fhir_v6(more=[many]), revising=True).submission
    assert 4_900 < len(asked.answers) < 5_000


def test_every_fault_is_said_at_once() -> None:
    assert len(faults(as_fhir_v6() | {"actuality": "maybe", "date": 7, "contained": [1, 2]})) == 4


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"7", b"null", b'"text"', b"\xff", b"\xef\xbb\xbf{}"),
        *(b'{"a": NaN}', b'{"a": 1e400}', b'{"a": "\\ud800"}', b'{"a": "\xed\xa0\x80"}'),
        b"[" * 10_000 + b"]" * 10_000,
    ],
)
def test_a_body_that_is_no_json_object_is_malformed(body: bytes) -> None:
    assert refusal(body).code == "malformed-json"


def test_deep_nesting_is_refused() -> None:
    deep = b'{"resourceType": "AdverseEvent", "text": ' + b"[" * 300 + b"]" * 300 + b"}"
    assert refusal(deep).code == "structure"


def test_nul_is_refused_where_it_stands() -> None:
    assert faults(as_fhir_v6(description="a\x00b")) == [
        ("AdverseEvent.extension[0].extension[0].valueString", "structure")
    ]


def test_an_escaped_backslash_before_u0000_is_text() -> None:
    assert answers(as_fhir_v6(description="a\\u0000b"))
