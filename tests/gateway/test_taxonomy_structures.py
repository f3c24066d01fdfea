"""Profiles and extension definitions: every question of every version, as the question set says it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.fhir import base
from gateway.fhir.taxonomy import library
from gateway.fhir.taxonomy.profiles import element_of
from gateway.fhir.taxonomy.version import CONTAINED_PROFILES, Version
from protos.recording.v1 import recording_pb2 as pb
from tests.builders.question_sets import VERSIONS, a_definition

BASE = "https://pse.example/taxonomy/fhir"
FHIRS = {4: "3.0.1", 5: "3.0.1", 6: "4.0.1"}


@cache
def made(number: int) -> tuple[Version, library.Shelf]:
    version = Version(BASE, a_definition(number))
    return version, library._of_version(version)


def structure(number: int, name: str) -> Any:
    return orjson.loads(made(number)[1].by_id["StructureDefinition", f"{name}-{number}"].body)


def elements(resource: Any) -> dict[str, Any]:
    return {each["id"]: each for each in resource["snapshot"]["element"]}


def value_set(binding: Any) -> str:
    """The list an answer is bound to, in the shape of either release."""
    assert binding["strength"] == "required"
    url = binding.get("valueSet") or binding["valueSetReference"]["reference"]
    return str(url).rpartition("/")[2]


def questions(number: int) -> list[tuple[str, pb.QuestionDefinition]]:
    return [(each.name, one) for each in made(number)[0].definition.sections for one in each.questions]


@pytest.mark.parametrize("number", VERSIONS)
def test_every_question_is_there_with_its_type_cardinality_and_list(number: int) -> None:
    version, _ = made(number)
    for section, question in questions(number):
        path = element_of(version, question)
        if section == "native" or path:
            continue
        found = elements(structure(number, section))
        slice_, value = (
            found[f"Extension.extension:{question.property}{rest}"] for rest in ("", ".value[x]")
        )
        assert (slice_["min"], slice_["max"]) == (question.minimum, str(question.maximum))
        assert found[f"Extension.extension:{question.property}.url"]["fixedUri"] == question.property
        assert (value["min"], value["max"], value["type"][0]) == (1, "1", {"code": question.kind})
        assert slice_["short"] == question.wording
        assert slice_["definition"] == (question.hint or question.wording)
        name = "ods-codes" if question.organisation else question.value_set
        assert ("binding" in value) is bool(name)
        assert not name or value_set(value["binding"]) == f"{name}-{number}"


@pytest.mark.parametrize("number", VERSIONS)
def test_answers_that_are_elements_are_described_where_they_stand(number: int) -> None:
    version, _ = made(number)
    for section, question in questions(number):
        path = element_of(version, question)
        if path:
            kind = path.partition(".")[0]
            name = CONTAINED_PROFILES.get(kind, "patient-safety-adverse-event")
            assert elements(structure(number, name))[path]["short"] == question.wording
        elif section == "native":
            assert (number, question.property) == (6, "Description")  # R4 has no such element


def test_device_serials_of_stu3_are_extensions_because_it_has_no_element_for_them() -> None:
    for number, native in ((5, False), (6, True)):
        inner = "Extension.extension:DeviceSerial" in elements(
            structure(number, "adverse-event-device-details")
        )
        assert inner is not native
    assert elements(structure(6, "adverse-event-device"))["Device.modelNumber"]["short"]


@pytest.mark.parametrize("number", VERSIONS)
def test_every_section_is_a_slice_of_the_resource_it_lives_on(number: int) -> None:
    for section in made(number)[0].definition.sections:
        if section.name == "native":
            continue
        kind = section.on.removeprefix("contained ")
        name = CONTAINED_PROFILES.get(kind, "patient-safety-adverse-event")
        slices = [
            each
            for each in structure(number, name)["snapshot"]["element"]
            if each.get("sliceName")
            and f"{BASE}/StructureDefinition/{section.name}-{number}" in orjson.dumps(each).decode()
        ]
        assert len(slices) == 1
        assert slices[0]["path"] == f"{kind}.extension"
        assert slices[0]["min"] == section.minimum
        once = kind in ("Device", "Medication")  # each of these is a resource of its own
        assert slices[0]["max"] == ("1" if once else str(section.maximum))


@pytest.mark.parametrize("number", VERSIONS)
def test_an_event_points_at_what_it_contains(number: int) -> None:
    found = elements(structure(number, "patient-safety-adverse-event"))
    for path, name in (
        ("subject", "patient"),
        ("location", "location"),
        ("recorder", "practitioner"),
        ("suspectEntity.instance", "device"),
        ("suspectEntity.instance", "medication"),
    ):
        (*_, kind) = found[f"AdverseEvent.{path}"]["type"]
        assert kind["aggregation"] == ["contained"]
        assert f"{BASE}/StructureDefinition/adverse-event-{name}-{number}" in str(
            found[f"AdverseEvent.{path}"]["type"]
        )


@pytest.mark.parametrize("number", VERSIONS)
def test_snapshots_are_whole_and_differentials_hold_what_is_ours(number: int) -> None:
    for page in made(number)[1].pages:
        if page.kind != "StructureDefinition":
            continue
        one = orjson.loads(page.body)
        snapshot = one["snapshot"]["element"]
        kind = one["type"]
        whole = base.extension(number < 6) if kind == "Extension" else base.elements(kind, number < 6)
        assert {each.path for each in whole} <= {each["id"] for each in snapshot}
        assert all({"definition", "min", "max", "base"} <= each.keys() for each in snapshot)
        assert [each["id"] for each in snapshot if "type" not in each] == [kind]
        ids = [each["id"] for each in snapshot]
        assert len(ids) == len(set(ids))
        changed = [each["id"] for each in one["differential"]["element"]]
        assert changed == [id for id in ids if id in changed]
        assert one["fhirVersion"] == FHIRS[number]


def test_each_release_has_its_own_elements() -> None:
    old, new = (elements(structure(number, "patient-safety-adverse-event")) for number in (5, 6))
    assert {"AdverseEvent.type", "AdverseEvent.category", "AdverseEvent.description"} <= old.keys()
    assert {"AdverseEvent.event", "AdverseEvent.actuality"} <= new.keys()
    assert not {"AdverseEvent.type", "AdverseEvent.description"} & new.keys()
    assert new["AdverseEvent.event"]["binding"]["valueSet"] == f"{BASE}/ValueSet/event-type-6"
    assert (
        old["AdverseEvent.type"]["binding"]["valueSetReference"]["reference"]
        == f"{BASE}/ValueSet/event-type-5"
    )
    assert (new["AdverseEvent.event"]["min"], new["AdverseEvent.actuality"]["min"]) == (1, 1)


def test_the_context_of_an_extension_is_said_as_each_release_says_it() -> None:
    assert structure(6, "patient-information")["context"] == [{"type": "element", "expression": "Patient"}]
    assert structure(5, "patient-information")["context"] == ["Patient"]
    assert structure(5, "patient-information")["contextType"] == "resource"


def test_a_condition_is_said_in_words_with_codes_and_labels() -> None:
    found = elements(structure(6, "adverse-event-agent"))["Extension.extension:DrugsInvolved"]
    assert "Asked when InvolvedAgents is 4 “Medications”" in found["comment"]
    assert found["constraint"][0]["severity"] == "error"
    harm = elements(structure(6, "patient-information"))["Extension.extension:StrengthOfAssociation"]
    assert "PhysicalHarm is 1 “Fatal” or 2 “Severe physical harm” or" in harm["comment"].replace(
        "(", ""
    ).replace(")", "")


def test_the_limit_of_a_text_is_said() -> None:
    found = elements(structure(6, "adverse-event-core"))["Extension.extension:Description.value[x]"]
    assert found["maxLength"] == 20_000


def test_medicines_codes_may_be_text_as_real_clients_send_them() -> None:
    found = elements(structure(6, "medication-dmd"))["Extension.extension:VTMCode.value[x]"]
    assert found["type"] == [{"code": "code"}, {"code": "string"}]


# ---- real traffic


def recorded() -> list[Path]:
    """Requests of imitated clients that must be accepted."""
    files = sorted((Path(__file__).parents[1] / "recorded").glob("*/**/*.json"))
    return [each for each in files if "refused" not in each.parts]


@pytest.mark.parametrize("file", recorded(), ids=lambda each: "-".join(each.parts[-2:]))
def test_whatever_real_clients_send_has_its_place_in_the_profiles(file: Path) -> None:
    sent = orjson.loads(file.read_bytes())
    number = int(sent["meta"]["profile"][0].rpartition("-")[2])
    root = elements(structure(number, "patient-safety-adverse-event"))
    lenient = {"resourceType"} | ({"description"} if number == 6 else set())
    assert {f"AdverseEvent.{name}" for name in sent.keys() - lenient} <= root.keys()
    for holder in (sent, *sent.get("contained", ())):
        for one in holder.get("extension", ()):
            described(one, number)


def described(sent: Any, number: int) -> None:
    """Each answer has its slice, in its type, as often as it may come."""
    found = elements(structure(number, sent["url"].rpartition("/")[2].removesuffix(f"-{number}")))
    names = [each["url"] for each in sent.get("extension", ())]
    for each in sent.get("extension", ()):
        types = found[f"Extension.extension:{each['url']}.value[x]"]["type"]
        assert each.keys() - {"url"} <= {f"value{kind['code'].capitalize()}" for kind in types}
    for one in found.values():
        if "sliceName" in one:
            assert one["min"] <= names.count(one["sliceName"]) <= int(one["max"]), one["id"]
