"""Questionnaires: what a reporter is asked, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
import pytest

from gateway.fhir.taxonomy import gates, library, questionnaires
from gateway.fhir.taxonomy.gates import Test as Gate
from gateway.fhir.taxonomy.version import Version
from protos.recording.v1 import recording_pb2 as pb
from tests.builders.question_sets import VERSIONS, a_definition

BASE = "https://pse.example/taxonomy/fhir"
SLUGS = ("incident", "risk", "outcome", "good-care")


@cache
def shelf(number: int) -> library.Shelf:
    return library._of_version(Version(BASE, a_definition(number)))


@cache
def form(slug: str = "incident", number: int = 6) -> Any:
    return orjson.loads(shelf(number).by_id["Questionnaire", f"{slug}-{number}"].body)


def items(within: Any) -> Iterator[Any]:
    for each in within.get("item", ()):
        yield each
        yield from items(each)


def by_link(within: Any) -> dict[str, Any]:
    return {each["linkId"]: each for each in items(within)}


@pytest.mark.parametrize("number", VERSIONS)
@pytest.mark.parametrize("slug", SLUGS)
def test_a_form_asks_what_the_question_set_asks_of_its_type_in_that_order(slug: str, number: int) -> None:
    definition = a_definition(number)
    kind = slug.replace("-", "_")
    found = [each["linkId"] for each in items(form(slug, number)) if each["type"] not in ("group", "display")]
    possible = [
        f"{section.name}.{one.property}"
        for section in definition.sections
        for one in section.questions
        if section.by != "safety staff" and section.asked.get(kind) != "absent"
        if one.asked.get(kind) != "absent" and not one.assigned
    ]
    assert [link for link in possible if link in found] == found
    unconditional = {
        f"{section.name}.{one.property}"
        for section in definition.sections
        for one in section.questions
        if not section.HasField("when") and not one.HasField("when")
    }
    missing = (unconditional & set(possible)) - set(found)
    assert missing <= {"native.Description"}
    assert not missing or number == 6  # where it is told in the core


@pytest.mark.parametrize("number", VERSIONS)
@pytest.mark.parametrize("slug", SLUGS)
def test_links_are_unique_and_conditions_name_questions_of_the_form(slug: str, number: int) -> None:
    links = [each["linkId"] for each in items(form(slug, number))]
    assert len(links) == len(set(links))
    for each in items(form(slug, number)):
        tests = each.get("enableWhen", ())
        assert {test["question"] for test in tests} <= set(links)
        assert (len(tests) > 1) is ("enableBehavior" in each)
        assert not ("answerOption" in each and "answerValueSet" in each)
        assert (each["type"] == "choice") is ("answerOption" in each or "answerValueSet" in each)


def test_a_question_has_its_words_type_options_and_help() -> None:
    question = by_link(form())["adverse-event-agent.InvolvedAgents"]
    assert (question["type"], question["required"], question["repeats"]) == ("choice", True, True)
    options = {each["valueCoding"]["code"]: each for each in question["answerOption"]}
    assert options["3"]["valueCoding"]["display"] == "Devices"
    assert options["10"]["extension"][0]["valueBoolean"] is True  # stands alone
    (hint,) = question["item"]
    assert hint["type"] == "display"
    assert hint["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "help"
    assert question["definition"].startswith(f"{BASE}/StructureDefinition/adverse-event-agent-6#Extension")


def test_long_lists_and_organisations_are_named() -> None:
    found = by_link(form())
    assert found["location-details.ResponsibleSpecialty"]["answerValueSet"] == f"{BASE}/ValueSet/specialty-6"
    assert found["location-details.Organisation"]["answerValueSet"] == f"{BASE}/ValueSet/ods-codes-6"


def test_a_description_is_wanted_in_every_form_and_its_length_limited() -> None:
    for slug in SLUGS:
        question = by_link(form(slug))["adverse-event-core.Description"]
        assert (question["type"], question["required"], question["maxLength"]) == ("text", True, 20_000)
        assert by_link(form(slug, 5))["native.Description"]["required"]


def test_the_type_of_event_is_settled_by_the_form() -> None:
    kind = by_link(form("risk"))["native.Type"]
    assert kind["readOnly"]
    assert kind["initial"][0]["valueCoding"]["code"] == "2"
    asked_about = {test["question"] for each in items(form("risk")) for test in each.get("enableWhen", ())}
    assert "native.Type" not in asked_about


def test_harm_is_not_asked_of_good_care_and_staff_have_no_part_in_the_form() -> None:
    assert "patient-information.PhysicalHarm" in by_link(form("incident"))
    assert "patient-information.PhysicalHarm" not in by_link(form("good-care"))
    assert not [link for link in by_link(form()) if link.startswith("adverse-event-governance")]


def test_several_codes_of_one_answer_are_any_of_them() -> None:
    devices = by_link(form())["adverse-event-device-details"]
    assert devices["enableBehavior"] == "any"
    assert [(each["question"], each["answerCoding"]["code"]) for each in devices["enableWhen"]] == [
        ("adverse-event-agent.InvolvedAgents", "3"),
        ("medication-administration.MedicationAdministration", "y"),
    ]


# ---- conditions

HAS = pb.Condition(section="s", property="A", has=["1", "2"])
LACKS = pb.Condition(section="s", property="B", lacks=["3", "4"])


def unsettled(test: Gate) -> bool | None:
    return None


def told(when: pb.Condition) -> Any:
    found = gates.clauses(when, unsettled, lambda section: ["A", "B"])
    return (
        None
        if found is None
        else [[f"{each.property}{each.operator}{each.value}" for each in one] for one in found]
    )


def test_conditions_become_clauses() -> None:
    assert told(HAS) == [["A=1", "A=2"]]
    assert told(LACKS) == [["B!=3"], ["B!=4"]]
    assert told(pb.Condition(all=[HAS, LACKS])) == [["A=1", "A=2"], ["B!=3"], ["B!=4"]]
    assert told(pb.Condition(any=[HAS, LACKS])) == [["A=1", "A=2", "B!=3"], ["A=1", "A=2", "B!=4"]]
    given = pb.Condition(section="s", presence=pb.PRESENCE_GIVEN)
    absent = pb.Condition(section="s", presence=pb.PRESENCE_ABSENT)
    assert told(given) == [["Aexiststrue", "Bexiststrue"]]
    assert told(absent) == [["Aexistsfalse"], ["Bexistsfalse"]]


def test_what_is_certain_is_left_out_and_what_cannot_be_is_never() -> None:
    both = pb.Condition(all=[HAS, LACKS])

    def settle(test: Gate) -> bool | None:
        return None if test.property == "B" else test.value == "1"

    found = gates.clauses(both, settle, lambda section: [])
    assert found is not None
    assert [[each.property for each in one] for one in found] == [["B"], ["B"]]
    assert gates.clauses(both, lambda test: False, lambda section: []) is None
    assert gates.clauses(both, lambda test: True, lambda section: []) == gates.ALWAYS


def test_a_clause_too_many_becomes_a_group_around_the_question() -> None:
    """(A is y or n) and (B is y or n): a FHIR item says one of these, a group around it the other."""
    definition = a_definition(6)
    section = next(one for one in definition.sections if one.name == "location-details")
    first, second = (pb.Condition(section="location-details", property="LocationKnown", has=["y", "n"]),
                     pb.Condition(section="location-details", property="LocationWithinService", has=["1", "2"]))  # fmt: skip
    question = next(one for one in section.questions if one.property == "ServiceArea")
    question.when.CopyFrom(pb.Condition(all=[first, second]))
    made = next(iter(questionnaires.questionnaires(Version(BASE, definition))))
    found = by_link(made)
    group = found["location-details.ServiceArea.if1"]
    assert group["type"] == "group"
    assert {each["question"] for each in group["enableWhen"]} == {"location-details.LocationKnown"}
    assert [each["linkId"] for each in group["item"]] == ["location-details.ServiceArea"]
    inner = found["location-details.ServiceArea"]["enableWhen"]
    assert {each["question"] for each in inner} == {"location-details.LocationWithinService"}


def test_what_hangs_on_a_question_that_is_left_out_is_left_out_too() -> None:
    definition = a_definition(6)
    section = next(one for one in definition.sections if one.name == "location-details")
    chain = {one.property: one for one in section.questions}
    on_type = pb.Condition(section="native", property="Type", has=["2"])
    chain["ServiceArea"].when.CopyFrom(on_type)
    on_area = pb.Condition(section="location-details", property="ServiceArea", has=["1"])
    chain["LocationWithinService"].when.CopyFrom(on_area)
    incident, risk, *_ = (by_link(each) for each in questionnaires.questionnaires(Version(BASE, definition)))
    for name in ("ServiceArea", "LocationWithinService", "LocationWithinServiceOther"):
        assert f"location-details.{name}" not in incident
        assert f"location-details.{name}" in risk
