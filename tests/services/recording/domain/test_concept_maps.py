"""What older answers mean in a newer version: every one of them is mapped or said to have no equivalent, and
no translation says more than the reporter did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from services.recording.domain.concept_maps import Choice, ConceptMap, Meaning, Relation, Step, load
from services.recording.domain.question_set import Key, Question, QuestionSet
from tests.services.recording.domain.conftest import QUESTION_SETS

AGENTS = ("adverse-event-agent", "InvolvedAgents")
SERVICE = ("location-details", "ServiceArea")
SPECIALTY = ("location-details", "ResponsibleSpecialty")
BLOOD = "adverse-event-problem-blood"


def _map(name: str) -> ConceptMap:
    return load((QUESTION_SETS / f"map-{name}.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def maps() -> list[ConceptMap]:
    return [_map("4-5"), _map("5-6")]


@pytest.fixture(params=["4-5", "5-6"])
def step(request: pytest.FixtureRequest, question_sets: Mapping[int, QuestionSet]) -> Step:
    by = _map(request.param)
    return Step(by, question_sets[by.old], question_sets[by.new])


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
        for section, property, new in meaning.choices:
            assert step.newer.label(section, property, new), (old.property, code, property, new)


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


# ---- what an answer means now ----------------------------------------------------------------------------


def _meaning(maps: list[ConceptMap], section: str, property: str, code: str) -> Meaning:
    """What a code of version 4 is in version 6, as far as one code leads to one other."""
    found = Meaning(Relation.EQUIVALENT, (Choice(section, property, code),))
    for each in maps:
        found = each.meaning(*found.choices[0])
        if len(found.choices) != 1:
            break
    return found


@pytest.mark.parametrize(
    ("old", "code", "new", "told"),
    [
        (AGENTS, "4", AGENTS, "4"),
        (SERVICE, "6", SERVICE, "6"),
        (SPECIALTY, "1", SPECIALTY, "105"),
        (SPECIALTY, "18", SPECIALTY, "119"),
        (SPECIALTY, "33", SPECIALTY, "131"),
        (
            ("adverse-event-initial-event-assessment", "PatientSafetyIncidentHasOccurred"),
            "u",
            ("adverse-event-classification", "PatientSafetyIncidentHasOccurred"),
            "u",
        ),
        (("adverse-event-process", "Process"), "6", ("adverse-event-process", "HealthcareProcess"), "6"),
        (("patient-information", "Gender"), "2", ("patient-information", "GenderIdentity"), "2"),
        (("patient-information", "AgeYears"), "8", ("patient-information", "AgeBracket"), "8"),
        (
            ("adverse-event-problem", "DrugInvolvementFactors"),
            "1",
            ("adverse-event-problem-medication", "DrugInvolvementFactors"),
            "1",
        ),
    ],
)
def test_a_code_of_version_4_is_told_in_terms_of_version_6(
    maps: list[ConceptMap], old: Key, code: str, new: Key, told: str
) -> None:
    assert _meaning(maps, *old, code) == Meaning(Relation.EQUIVALENT, (Choice(*new, told),))


@pytest.mark.parametrize(
    ("old", "code", "choices"),
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
def test_what_the_new_version_says_more_narrowly_or_not_at_all_is_not_chosen(
    maps: list[ConceptMap], old: Key, code: str, choices: list[tuple[str, str, str]]
) -> None:
    relation = Relation.NARROWER if choices else Relation.UNMATCHED
    assert _meaning(maps, *old, code) == Meaning(relation, tuple(Choice(*each) for each in choices))


def test_an_answer_that_got_less_exact_says_so(maps: list[ConceptMap]) -> None:
    assert maps[0].meaning(*AGENTS, "5") == Meaning(Relation.WIDER, (Choice(*AGENTS, "13"),))


# ---- by lists --------------------------------------------------------------------------------------------


def test_every_list_is_mapped_whole_and_the_questions_that_share_it_agree(step: Step) -> None:
    lists = step.lists()
    assert {name: list(codes) for name, codes in lists.items()} == {
        name: list(each.labels) for name, each in step.older.value_sets.items()
    }
    for codes in lists.values():
        for _, choices in codes.values():
            assert all(code in step.newer.value_sets[home].labels for home, code in choices)


def test_a_code_names_the_lists_that_it_may_be_of_now(step: Step) -> None:
    told = step.lists()
    assert told["yes-no-unknown-codes"]["y"] == (Relation.EQUIVALENT, (("yes-no-unknown-codes", "y"),))
    if step.by.old == 4:
        assert told["too-much-blood"]["1"] == (
            Relation.NARROWER,
            (("too-much-blood-used", "1"), ("too-much-blood-products", "1")),
        )
        assert told["service-type"]["5"] == (Relation.UNMATCHED, ())


def test_questions_that_share_a_list_and_disagree_are_an_error_of_ours(step: Step) -> None:
    homes = {("location-details", "ServiceArea"): ()}
    wrong = replace(step, by=replace(step.by, moved={**step.by.moved, **homes}, codes={}))
    with pytest.raises(ValueError, match="service-type code 1 has two meanings"):
        wrong.lists()


def test_the_digest_changes_with_the_map_and_with_either_version(step: Step) -> None:
    other = [
        replace(step, by=replace(step.by, digest="x")),
        replace(step, older=replace(step.older, digest="x")),
        replace(step, newer=replace(step.newer, digest="x")),
    ]
    assert len({step.digest, *(each.digest for each in other)}) == 4


# ---- maps that cannot be right ---------------------------------------------------------------------------

HEAD = 'from = 1\nto = 2\n[moved]\n"a/P" = ["b/Q", "b/R"]\n[[codes]]\nof = ["a/P"]\nrows = '


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
