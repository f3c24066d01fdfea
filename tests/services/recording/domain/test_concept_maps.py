"""What older answers mean in a newer version: every one of them is mapped or said to have no equivalent, and
no translation says more than the reporter did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest

from services.recording.domain.concept_maps import (
    Choice,
    ConceptMap,
    Relation,
    Translation,
    load,
    translate,
)
from services.recording.domain.question_set import Key, Question, QuestionSet
from tests.services.recording.domain.conftest import QUESTION_SETS

AGENTS = ("adverse-event-agent", "InvolvedAgents")
SERVICE = ("location-details", "ServiceArea")
SPECIALTY = ("location-details", "ResponsibleSpecialty")
BLOOD = "adverse-event-problem-blood"


class Step(NamedTuple):
    older: QuestionSet
    by: ConceptMap
    newer: QuestionSet


def _map(name: str) -> ConceptMap:
    return load((QUESTION_SETS / f"map-{name}.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def maps() -> list[ConceptMap]:
    return [_map("4-5"), _map("5-6")]


@pytest.fixture(params=["4-5", "5-6"])
def step(request: pytest.FixtureRequest, question_sets: Mapping[int, QuestionSet]) -> Step:
    by = _map(request.param)
    return Step(question_sets[by.old], by, question_sets[by.new])


# ---- the maps are complete -------------------------------------------------------------------------------


def test_every_property_is_mapped_to_one_that_exists_or_said_to_have_none(step: Step) -> None:
    for old in step.older.questions():
        for home in step.by.homes(old.section, old.property):
            new = step.newer.question(*home)
            assert new is not None, (old.section, old.property, home)
            assert new.kind is old.kind, home
            assert new.narrative is old.narrative, home
            assert old.maximum == 1 or new.maximum > 1, home


def test_every_code_is_mapped_to_one_that_exists_or_said_to_have_none(step: Step) -> None:
    for old, code in _codes(step.older):
        meaning = step.by.meaning(old.section, old.property, code)
        assert bool(meaning.choices) is (meaning.relation is not Relation.UNMATCHED)
        for section, property, value in meaning.choices:
            assert step.newer.label(section, property, str(value)), (old.property, code, property, value)


def test_a_code_that_no_row_names_kept_its_label(step: Step) -> None:
    for old, code in _codes(step.older):
        key = (old.section, old.property)
        if (key, code) not in step.by.codes and step.by.homes(*key):
            (choice,) = step.by.meaning(*key, code).choices
            label = step.older.label(*key, code)
            assert step.newer.label(choice.section, choice.property, code) == label, (key, code)


def test_no_row_is_about_a_code_or_a_property_that_never_was(step: Step) -> None:
    assert set(step.by.moved) <= set(step.older.by_key)
    for key, code in step.by.codes:
        assert step.older.label(*key, code), (key, code)
    assert step.by.repeated <= set(step.newer.by_key)


def test_an_answer_that_may_be_repeated_now_is_said_to_be(step: Step) -> None:
    repeated = set()
    for old in step.older.questions():
        for home in step.by.homes(old.section, old.property):
            if step.newer.by_key[home].maximum > 1 and old.maximum == 1 and old.value_set:
                repeated.add(home)
    assert step.by.repeated == repeated


def test_properties_that_stand_for_one_are_lists_or_texts(step: Step) -> None:
    homes: dict[Key, list[Question]] = {}
    for old in step.older.questions():
        for home in step.by.homes(old.section, old.property):
            homes.setdefault(home, []).append(old)
    for home, olds in homes.items():
        if len(olds) > 1 and home not in {(each.section, each.property) for each in olds}:
            assert all(each.narrative or each.maximum > 1 for each in olds), home


def _codes(question_set: QuestionSet) -> Iterator[tuple[Question, str]]:
    for question in question_set.questions():
        for code in question.value_set.labels if question.value_set else ():
            yield question, code


@pytest.mark.parametrize(
    ("name", "properties", "codes"),
    [
        (
            "4-5",
            {
                ("detection-factors", "DetectionFactors"),
                ("adverse-event-problem", "FurnitureFittingsBrokenDetails"),
                ("adverse-event-problem", "PeopleIncorrectDetails"),
                ("adverse-event-problem", "PeopleNotInvolvedDetails"),
            },
            {
                (*SERVICE, "5"),
                ("adverse-event-risk-details", "RiskServiceArea", "5"),
                ("adverse-event-outcome", "OutcomeType", "15"),
                ("adverse-event-problem", "DrugReaction", "8"),
                ("adverse-event-problem", "DrugWrongUsageDetails", "3"),
                ("adverse-event-problem", "BloodProductsDamagedDetails", "2"),
                *(("adverse-event-problem", "ProblemWithBloodProducts", each) for each in "2467"),
                *(("adverse-event-agent", "FurnitureFittings", each) for each in ("1", "4", "5", "7", "10")),
                *((*SPECIALTY, each) for each in ("80", "84", "89")),
            },
        ),
        ("5-6", set(), set()),
    ],
)
def test_what_has_no_equivalent_is_known_by_name(
    question_sets: Mapping[int, QuestionSet],
    name: str,
    properties: set[Key],
    codes: set[tuple[str, str, str]],
) -> None:
    by = _map(name)
    assert {key for key in question_sets[by.old].by_key if not by.homes(*key)} == properties
    unmatched = {(*key, code) for (key, code), each in by.codes.items() if not each.choices}
    assert unmatched == codes


# ---- translating -----------------------------------------------------------------------------------------


def _one(maps: list[ConceptMap], section: str, property: str, value: object) -> Translation:
    return translate({section: [{property: value}]}, maps)


@pytest.mark.parametrize(
    ("old", "value", "new", "translated"),
    [
        (AGENTS, ["4", "5"], AGENTS, ["4", "13"]),
        (AGENTS, ["5", "6"], AGENTS, ["13"]),
        (SERVICE, ["6", "12"], SERVICE, ["6", "12"]),
        (SPECIALTY, "1", SPECIALTY, "105"),
        (SPECIALTY, "18", SPECIALTY, "119"),
        (SPECIALTY, "33", SPECIALTY, "131"),
        (
            ("adverse-event-classification", "DutyOfCandour"),
            True,
            ("adverse-event-governance", "DutyOfCandour"),
            True,
        ),
        (
            ("adverse-event-initial-event-assessment", "PatientSafetyIncidentHasOccurred"),
            "u",
            ("adverse-event-classification", "PatientSafetyIncidentHasOccurred"),
            "u",
        ),
        (("adverse-event-process", "Process"), "6", ("adverse-event-process", "HealthcareProcess"), ["6"]),
        (("patient-information", "Gender"), "2", ("patient-information", "GenderIdentity"), "2"),
        (
            ("patient-information", "AgeAtTimeOfIncident"),
            6696,
            ("patient-information", "AgeAtTimeOfIncidentDays"),
            6696,
        ),
        (("patient-information", "AgeYears"), "8", ("patient-information", "AgeBracket"), "8"),
        (
            ("adverse-event-problem", "DrugInvolvementFactors"),
            ["1", "2"],
            ("adverse-event-problem-medication", "DrugInvolvementFactors"),
            ["1", "2"],
        ),
        (
            ("adverse-event-problem", "DrugWrongDetails"),
            ["1", "2"],
            ("adverse-event-problem-medication", "DrugInsufficientDetails"),
            ["6"],
        ),
    ],
)
def test_an_answer_of_version_4_is_told_in_terms_of_version_6(
    maps: list[ConceptMap], old: Key, value: object, new: Key, translated: object
) -> None:
    told = _one(maps, *old, value)
    assert told.facts == {new[0]: [{new[1]: translated}]}
    assert told.lost == ()


@pytest.mark.parametrize(
    ("old", "value", "candidates"),
    [
        (AGENTS, "7", [(*AGENTS, "11"), (*AGENTS, "12")]),
        (SERVICE, "2", [(*SERVICE, "17"), (*SERVICE, "18")]),
        (SERVICE, "5", []),
        (("adverse-event-outcome", "OutcomeType"), "15", []),
        (("detection-factors", "DetectionFactors"), "13", []),
        (
            ("adverse-event-problem", "BloodProductsWrongDetails"),
            "4",
            [(BLOOD, "WrongBlood", "3"), (f"{BLOOD}-products", "WrongBloodProducts", "4")],
        ),
    ],
)
def test_what_the_new_version_says_more_narrowly_or_not_at_all_is_told_of_and_left_out(
    maps: list[ConceptMap], old: Key, value: str, candidates: list[tuple[str, str, str]]
) -> None:
    told = _one(maps, *old, [value])
    assert told.facts == {}
    (remark,) = told.lost
    assert (remark.version, remark.section, remark.property, remark.value) == (4, *old, value)
    assert remark.choices == tuple(Choice(*each) for each in candidates)
    assert remark.relation is (Relation.NARROWER if candidates else Relation.UNMATCHED)


def test_an_answer_that_got_less_exact_is_told_of(maps: list[ConceptMap]) -> None:
    told = _one(maps, *AGENTS, ["5", "4"])
    assert [(each.value, each.relation) for each in told.inexact] == [("5", Relation.WIDER)]


def test_patients_keep_their_places(maps: list[ConceptMap]) -> None:
    patients = [{"PatientSequence": 2, "PhysicalHarm": "4"}, {"PatientSequence": 1, "Gender": "1"}]
    told = translate({"patient-information": patients}, maps)
    assert told.facts == {
        "patient-information": [
            {"PatientSequence": 2, "PhysicalHarm": "4"},
            {"PatientSequence": 1, "GenderIdentity": "1"},
        ]
    }


def test_facts_of_the_newest_version_stay_as_they_are_and_are_not_the_same_object() -> None:
    facts = {"adverse-event-agent": [{"InvolvedAgents": ["10"]}]}
    told = translate(facts, [])
    assert told.facts == facts
    told.facts["adverse-event-agent"][0]["InvolvedAgents"] = []
    assert facts == {"adverse-event-agent": [{"InvolvedAgents": ["10"]}]}


def test_maps_that_do_not_follow_one_another_are_an_error_of_ours(maps: list[ConceptMap]) -> None:
    with pytest.raises(ValueError, match="do not follow"):
        translate({}, list(reversed(maps)))


# ---- maps that cannot be right ---------------------------------------------------------------------------

HEAD = 'from = 1\nto = 2\nrepeated = []\n[moved]\n"a/P" = ["b/Q", "b/R"]\n[[codes]]\nof = ["a/P"]\nrows = '


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ('[["1", "equivalent"]]', "with 0 codes"),
        ('[["1", "unmatched", "Q#1"]]', "with 1 codes"),
        ('[["1", "equivalent", "1"]]', "says no property"),
        ('[["1", "equivalent", "S#1"]]', "says no property"),
        ('[["1", "like", "Q#1"]]', "like"),
    ],
)
def test_a_row_that_cannot_be_right_is_an_error_of_ours(rows: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        load(HEAD + rows)
