"""Versions 4, 5 and 6 beside each other: each is read and answered in its own shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chassis.problems import Fault, Problem, invalid
from gateway.fhir import reading, writing
from gateway.fhir.layout import R4
from protos.recording.v1 import recording_pb2
from tests.builders.safety_events import BASE, an, as_fhir_v6
from tests.gateway.conftest import LRMS, PUBLIC_URL, Client, System
from tests.gateway.judge import judged
from tests.gateway.shapes import ID, as_event, as_fhir, incident
from tests.gateway.test_create import post, submitted
from tests.journeys.clients import r4

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
SENT = sorted([*RECORDED.glob("client-*/*.json"), *RECORDED.glob("example/*.json")])
EXPECTED = json.loads((RECORDED / "refused" / "expected.json").read_text())
HARMED = {"worst_physical_harm": "4", "worst_psychological_harm": "4"}


def shown(version: int, **more: Any) -> Any:
    return writing.resource(as_event(version, incident(version), **HARMED | more), PUBLIC_URL)


def refusal(resource: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        reading.understood(resource)
    return caught.value


@pytest.mark.parametrize("path", SENT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_real_clients_send_is_understood_without_remarks(path: Path) -> None:
    sent = json.loads(path.read_text())
    understood = reading.understood(sent)
    assert understood.version == int(path.stem[1])
    assert [each for each in understood.remarks if "meta" not in each.path] == []
    assert len(understood.submission.answers) > 10


@pytest.mark.parametrize("path", SENT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_real_clients_send_is_recorded(client: Client, system: System, path: Path) -> None:
    system.recording.answers["Submit"] = judged
    answer = post(client, path.read_text().replace("{organisation}", "RZ1").encode())
    assert answer.status_code == 201, answer.text
    if path.stem.startswith("v6"):
        assert r4.faults(answer.json) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_what_must_be_refused_is_refused_where_it_is_wrong(client: Client, system: System, name: str) -> None:
    system.recording.answers["Submit"] = judged
    sent = (RECORDED / "refused" / f"{name}.json").read_text().replace("{organisation}", "RZ1")
    answer = post(client, sent.encode())
    expected = EXPECTED[name]
    (issue, *_) = answer.json["issue"]
    assert answer.status_code == expected["status"]
    assert issue["details"]["coding"][0]["code"] == expected["code"]
    assert expected["at"] in issue["expression"][0].casefold()


@pytest.mark.parametrize("version", [4, 5])
def test_versions_4_and_5_are_answered_as_stu3(version: int) -> None:
    told = shown(version)
    assert told["category"] == "AE"
    assert told["type"] == {"coding": [{"code": "1"}]}
    assert told["description"].startswith("Patient slid")
    assert told["meta"]["profile"][0].endswith(f"patient-safety-adverse-event-{version}")
    assert told["date"] == "2026-03-02"
    assert told["seriousness"]["coding"][0]["system"] == "http://hl7.org/fhir/adverse-event-seriousness"
    assert not told.keys() & {"actuality", "event", "recordedDate", "severity", "outcome"}
    assert not [one for one in told["extension"] if "adverse-event-core" in one["url"]]
    assert {one["url"].rpartition("-")[2] for one in told["extension"]} == {str(version)}


def test_version_6_is_answered_as_r4() -> None:
    told = shown(6)
    assert told["actuality"] == "actual"
    assert told["event"] == {"coding": [{"code": "1"}]}
    assert not told.keys() & {"category", "type", "description"}
    assert told["recordedDate"] == "2026-03-02T14:05:00.000Z"
    assert told["meta"]["lastUpdated"] == "2026-03-04T08:00:00.000Z"
    assert r4.faults(told) == []


def test_a_description_that_is_being_checked_is_an_absent_element_in_stu3() -> None:
    told = writing.resource(as_event(5, incident(5), checked=False), PUBLIC_URL)
    assert "description" not in told
    assert told["_description"]["extension"][0]["valueCode"] == "temp-unknown"
    left = reading.understood(told, revising=True).submission.answers
    assert [(one.section, one.as_it_is) for one in left if one.property == "Description"] == [
        ("native", True)
    ]


@pytest.mark.parametrize(
    ("physical", "psychological", "seriousness", "severity", "outcome"),
    [
        ("1", "", "SeriousResultsInDeath", "severe", "fatal"),
        ("2", "4", "Serious", "severe", None),
        ("4", "1", "Serious", "severe", None),
        ("3", "4", None, "moderate", None),
        ("5", "2", None, "moderate", None),
        ("4", "4", "Non-serious", "mild", None),
        ("5", "4", "Non-serious", None, None),
        ("", "", None, None, None),
    ],
)
def test_generic_clients_are_told_only_what_is_certain_of_the_harm(
    physical: str, psychological: str, seriousness: str, severity: str, outcome: str
) -> None:
    told = shown(6, worst_physical_harm=physical, worst_psychological_harm=psychological)
    codes = {
        name: told[name]["coding"][0]["code"]
        for name in ("seriousness", "severity", "outcome")
        if name in told
    }
    wanted = {"seriousness": seriousness, "severity": severity, "outcome": outcome}
    assert codes == {name: code for name, code in wanted.items() if code}
    assert r4.faults(told) == []


@pytest.mark.parametrize(
    ("physical", "psychological", "seriousness"),
    [("1", "", "Severe"), ("2", "4", "Severe"), ("3", "4", "Moderate"), ("4", "4", "Mild"), ("5", "4", None), ("", "", None)],
)  # fmt: skip
@pytest.mark.parametrize("version", [4, 5])
def test_stu3_has_words_of_its_own_for_how_serious_it_was(
    version: int, physical: str, psychological: str, seriousness: str | None
) -> None:
    told = shown(version, worst_physical_harm=physical, worst_psychological_harm=psychological)
    codes = [one["code"] for one in told.get("seriousness", {"coding": []})["coding"]]
    assert codes == ([seriousness] if seriousness else [])


def test_our_own_answer_sent_as_an_update_is_not_remarked_on() -> None:
    assert reading.understood(shown(6), revising=True).remarks == ()


def test_medicines_and_devices_have_a_resource_each() -> None:
    told = [
        *incident(5, **{"adverse-event-agent/InvolvedAgents": ["3", "4"]}),
        ("medication-administration", 0, "MedicationAdministration", "y"),
        ("medication-administration", 1, "MedicationAdministration", "n"),
        ("adverse-event-device-details", 0, "DeviceManufacturer", "Acme"),
        ("adverse-event-device-details", 1, "DeviceModel", "Two"),
    ]
    found = writing.resource(as_event(5, told), PUBLIC_URL)
    ids = [one["id"] for one in found["contained"]]
    assert ids[-4:] == ["medication1", "medication2", "device1", "device2"]
    assert found["contained"][-1] == {"resourceType": "Device", "id": "device2", "model": "Two"}
    assert len(found["suspectEntity"]) == 4


# ---- what clients mix


def test_a_root_description_of_version_6_is_echoed_in_the_core(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = submitted()
    sent = as_fhir_v6() | {"description": "told here"}
    core = sent["extension"].pop(0)
    answer = post(client, sent).json
    assert "description" not in answer
    assert answer["extension"][0] == core | {"extension": [an("Description", "String", "told here")]}


def test_of_two_descriptions_the_one_in_the_core_is_echoed(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = submitted()
    sent = as_fhir_v6()
    answer = post(client, sent | {"description": "another"}).json
    assert answer["extension"][0] == sent["extension"][0]
    assert "another" not in str(answer)


def test_a_devices_model_is_echoed_under_the_name_of_its_release(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = submitted()
    device = {"resourceType": "Device", "id": "device1", "model": "SP-200", "manufacturer": "Acme"}
    for version, name in ((6, "modelNumber"), (5, "model")):
        sent = as_fhir(version, incident(version))
        sent["contained"].append(device)
        assert post(client, sent).json["contained"][-1] == {
            "resourceType": "Device", "id": "device1", name: "SP-200", "manufacturer": "Acme"
        }  # fmt: skip


JUNK: list[Any] = [None, 5, 1.5, True, "x", [], [None], ["x"], [[]], [{}], {}, {"extension": []}]


def of_another_kind(resource: Any) -> list[str]:
    """What R4's schema finds to be no text, object or list where it has one. What stands inside is its sender's."""
    inside = ("required property", "does not match")
    return [one for one in r4.by_schema(resource) if not any(words in one for words in inside)]


@pytest.mark.parametrize("name", sorted([*R4.elements, *(f"_{one}" for one in R4.primitives)]))
def test_whatever_stands_in_an_element_is_refused_there_or_answered_as_r4(
    client: Client, system: System, name: str
) -> None:
    system.recording.answers["Submit"] = submitted()
    for junk in JUNK:
        answer = post(client, as_fhir_v6() | {name: junk})
        if answer.status_code == 201:
            assert of_another_kind(answer.json) == [], junk
        else:
            assert answer.status_code == 422
            (place,) = answer.json["issue"][0]["expression"]
            assert place.startswith(f"AdverseEvent.{name.strip('_')}"), junk


@pytest.mark.parametrize(
    "name", ["extension", "profile", "security", "source", "tag", "versionId", "lastUpdated"]
)
def test_whatever_stands_in_the_meta_is_refused_there_or_answered_as_r4(
    client: Client, system: System, name: str
) -> None:
    system.recording.answers["Submit"] = submitted()
    sent = as_fhir_v6()
    for junk in [*JUNK, [*sent["meta"]["profile"], 5]]:
        answer = post(client, sent | {"meta": sent["meta"] | {name: junk}})
        if answer.status_code == 201:
            assert of_another_kind(answer.json) == [], junk
        else:
            assert (answer.status_code, len(answer.json["issue"])) == (422, 1)
            assert answer.json["issue"][0]["expression"][0] == f"AdverseEvent.meta.{name}", junk


@pytest.mark.parametrize(
    ("version", "changed"),
    [
        *((6, {name: 5}) for name in ("location", "text", "severity", "suspectEntity", "category", "_date")),
        (6, {"suspectEntity": {"instance": {"reference": "#device1"}}}),
        (6, {"recorder": "x"}), (6, {"suspectEntity": "no"}), (6, {"language": {}}), (6, {"category": "AE"}),
        *((5, {name: 5}) for name in ("location", "subject", "outcome", "reaction", "eventParticipant", "language")),
    ],
)  # fmt: skip
def test_an_element_that_nobody_reads_must_be_what_fhir_has_there(
    version: int, changed: dict[str, Any]
) -> None:
    problem = refusal(as_fhir(version, incident(version)) | changed)
    (name,) = changed
    assert [(one.path, one.code) for one in problem.faults] == [
        (f"AdverseEvent.{name.strip('_')}", "structure")
    ]


# ---- extensions of others, and of other versions


@pytest.mark.parametrize(
    "url", ["https://vendor.example/fhir/ward-code", "https://vendor.example/x-5", "urn:x"]
)
def test_an_extension_of_a_vendor_is_echoed_and_said_not_to_be_kept(
    client: Client, system: System, url: str
) -> None:
    system.recording.answers["Submit"] = submitted()
    theirs = {"url": url, "valueString": "Ward 7"}
    answer = post(client, as_fhir_v6(more=[theirs]))
    assert answer.status_code == 201
    assert theirs in answer.json["extension"]
    (tag,) = answer.json["meta"]["tag"]
    assert tag["code"] == "PSE-1115"
    assert tag["display"].endswith("(AdverseEvent.extension[8])")
    assert "Ward 7" not in tag["display"]


@pytest.mark.parametrize(
    "tail", ["adverse-event-agent-5", "patient-information-4", "adverse-event-agent", "medication-dmd-7"]
)
def test_an_extension_of_ours_in_another_version_is_a_fault(tail: str) -> None:
    problem = refusal(as_fhir_v6(more=[{"url": BASE + tail, "extension": []}]))
    assert [(one.path, one.code) for one in problem.faults] == [
        ("AdverseEvent.extension[8].url", "mixed-versions")
    ]


def test_what_a_contained_resource_says_beside_its_answers_is_said_not_to_be_kept() -> None:
    sent = as_fhir_v6()
    sent["contained"][0]["birthDate"] = "1940-01-01"
    (remark,) = reading.understood(sent).remarks
    assert (remark.path, remark.code) == ("AdverseEvent.contained[0].birthDate", "element-not-kept")


@pytest.mark.parametrize("version", [4, 5])
def test_elements_of_r4_are_unknown_to_stu3(version: int) -> None:
    problem = refusal(as_fhir(version, incident(version)) | {"actuality": "actual"})
    assert [(one.path, one.code) for one in problem.faults] == [("AdverseEvent.actuality", "unknown-element")]


def test_a_category_that_stu3_does_not_have_is_a_fault() -> None:
    problem = refusal(as_fhir(5, incident(5)) | {"category": "X"})
    assert [one.path for one in problem.faults] == ["AdverseEvent.category"]


# ---- dates


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-07-01T23:30:00Z", "2026-07-02"),
        ("2026-01-01T23:30:00Z", "2026-01-01"),
        ("2026-07-01T00:30:00+02:00", "2026-06-30"),
        ("2026-03-02T23:59:00", "2026-03-02"),
        ("2026-03-02T99:99", "2026-03-02"),
        ("9999-12-31T23:59:59-12:00", "9999-12-31"),
        ("2026-03", "2026-03"),
    ],
)
def test_a_moment_is_the_day_it_was_in_london(written: str, day: str) -> None:
    dates = [
        one.date
        for one in reading.understood(as_fhir_v6(date=written)).submission.answers
        if one.property == "Date"
    ]
    assert dates == [day]


# ---- faults of what is missing


@pytest.mark.parametrize(
    ("version", "path", "expression"),
    [
        (6, "adverse-event-agent/0/InvolvedAgents", "AdverseEvent.extension('{}adverse-event-agent-6').extension('InvolvedAgents')"),
        (6, "adverse-event-agent", "AdverseEvent.extension('{}adverse-event-agent-6')"),
        (6, "medication-dmd/1/VTMCode", "AdverseEvent.extension('{}medication-dmd-6')[1].extension('VTMCode')"),
        (6, "patient-information/2/PhysicalHarm", "AdverseEvent.contained.ofType(Patient).extension('{}patient-information-6')[2].extension('PhysicalHarm')"),
        (5, "location-details", "AdverseEvent.contained.ofType(Location).extension('{}location-details-5')"),
        (6, "adverse-event-device-details/1/DeviceModel", "AdverseEvent.contained.ofType(Device)[1].modelNumber"),
        (5, "adverse-event-agent/0/DrugsInvolved/1", "AdverseEvent.extension('{}adverse-event-agent-5').extension('DrugsInvolved')[1]"),
        (4, "native/0/Type", "AdverseEvent.type"),
        (6, "native/0/Type", "AdverseEvent.event"),
        (5, "adverse-event-core/0/Description", "AdverseEvent.description"),
        (6, "native", "AdverseEvent"),
        (6, "AdverseEvent.meta.profile[0]", "AdverseEvent.meta.profile[0]"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_where_the_sender_would_write_it(
    client: Client, system: System, version: int, path: str, expression: str
) -> None:
    missing = Fault(path, "required-missing", "This needs an answer.")
    system.recording.answers["Submit"] = invalid("answers-not-accepted", "Some are missing.", missing)
    answer = post(client, as_fhir(version, incident(version)))
    assert answer.status_code == 422
    assert answer.json["issue"][0]["expression"] == [expression.format(BASE)]


def test_a_base_that_is_no_address_is_never_quoted(client: Client, system: System) -> None:
    missing = Fault("adverse-event-agent", "required-missing", "This needs an answer.")
    system.recording.answers["Submit"] = invalid("answers-not-accepted", "Some are missing.", missing)
    sent = as_fhir(6, incident(6), base="Mrs Smith fell/")
    answer = post(client, sent)
    assert "Smith" not in answer.text
    assert PUBLIC_URL in answer.json["issue"][0]["expression"][0]


def test_a_missing_answer_that_only_is_remarked_on_is_said_there_too(client: Client, system: System) -> None:
    told = submitted()
    told.warnings.add(path="patient-information/0/PhysicalHarm", code="required-missing", detail="Missing.")
    system.recording.answers["Submit"] = told
    (tag,) = post(client, as_fhir_v6()).json["meta"]["tag"]
    assert "ofType(Patient)" in tag["display"]


def test_a_read_answers_in_the_shape_of_its_version(client: Client, system: System) -> None:
    system.recording.answers["GetEvent"] = as_event(4, incident(4))
    answer = client.get(f"/adverse-event/fhir/AdverseEvent/{ID}", headers=LRMS)
    assert answer.json["category"] == "AE"
    assert isinstance(system.recording.asked[0], recording_pb2.GetEventRequest)
