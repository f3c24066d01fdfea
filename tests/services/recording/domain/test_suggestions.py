"""What answers suggest, in every version of the question set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from services.recording.domain.question_set import QuestionSet
from services.recording.domain.safety_events import SafetyEvent
from services.recording.domain.safety_responses import SECTIONS, SafetyResponse
from services.recording.domain.suggestions import KINDS, Rule, Suggestion, fitted, load, suggest
from tests.services.recording.domain.conftest import ROOT, VERSIONS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
Facts = Mapping[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def rules() -> tuple[Rule, ...]:
    return load((ROOT / "services/recording/suggestions.toml").read_text("utf-8"))


def an_event(facts: Facts, version: int = 6, **more: Any) -> SafetyEvent:
    said: dict[str, Any] = {
        "event_id": "e",
        "reference": "r",
        "revision": 1,
        "question_set": version,
        "organisation": "RZ1",
        "event_type": "incident",
        "occurred_on": "",
        "reported_at": NOW,
        "recorder_id": "x",
        "route": "api",
        "local_reference": "",
        "data_sharing_opt_out": False,
        "facts": facts,
        "summary": {},
        "sealed": {},
        "revised_at": NOW,
        "revised_by": "x",
    }
    return SafetyEvent(**said | more)


def a_response(facts: Facts) -> SafetyResponse:
    return SafetyResponse("s", 1, "RZ1", (), ("e",), 6, facts, {}, {}, b"", "psii", "planned", "", "x", NOW)


def patients(*harmed: dict[str, Any]) -> Facts:
    return {"patient-information": list(harmed)}


def suggested(
    rules: tuple[Rule, ...],
    question_sets: Mapping[int, QuestionSet],
    event: SafetyEvent,
    *responses: SafetyResponse,
) -> dict[str, Suggestion]:
    questions = question_sets[event.question_set]
    found = suggest(fitted(rules, questions), questions, event, responses)
    return {one.rule.name: one for one in found}


Ask = Any


@pytest.fixture
def ask(rules: tuple[Rule, ...], question_sets: Mapping[int, QuestionSet]) -> Ask:
    def asked(facts: Facts, *responses: SafetyResponse, version: int = 6, **more: Any) -> Any:
        return suggested(rules, question_sets, an_event(facts, version, **more), *responses)

    return asked


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("grade", "due"), [("1", True), ("3", True), ("4", False), ("5", False)])
def test_moderate_harm_suggests_the_duty_of_candour(ask: Ask, version: int, grade: str, due: bool) -> None:
    found = ask(patients({"PhysicalHarm": grade}), version=version)
    assert ("duty-of-candour" in found) is due


def test_a_suggestion_says_because_of_which_answers(ask: Ask) -> None:
    found = ask(patients({"PhysicalHarm": "3", "PsychologicalHarm": "3"}, {"PhysicalHarm": "5"}))
    assert found["duty-of-candour"].because == "Physical harm: Moderate physical harm"


@pytest.mark.parametrize(
    ("version", "section"), [(4, "classification"), (5, "governance"), (6, "governance")]
)
def test_a_suggestion_names_the_question_of_its_version(ask: Ask, version: int, section: str) -> None:
    place = f"adverse-event-{section}"
    found = ask(patients({"PhysicalHarm": "2"}), version=version)["duty-of-candour"]
    assert (found.section, found.property, found.settled) == (place, "DutyOfCandour", False)
    decided = {**patients({"PhysicalHarm": "2"}), place: [{"DutyOfCandour": False}]}
    assert ask(decided, version=version)["duty-of-candour"].settled


def test_a_version_without_the_question_still_suggests(ask: Ask) -> None:
    found = ask(patients({"PhysicalHarm": "1"}), version=4)["cqc-death"]
    assert (found.section, found.property, found.settled) == ("", "", False)


def test_a_never_event_asks_for_an_investigation_and_says_so_everywhere(ask: Ask) -> None:
    found = ask({"adverse-event-governance": [{"NeverEvent": True}]})
    assert found["response-never-event"].because == "Never Event: Yes"
    assert {"never-event-declared", "response-never-event"} <= found.keys()
    assert not found["never-event-declared"].settled


def test_the_fate_and_the_association_must_be_of_one_patient(ask: Ask) -> None:
    name = "response-death-from-problems-in-care"
    one = ask(patients({"PhysicalHarm": "1", "StrengthOfAssociation": "6"}))
    two = ask(
        patients(
            {"PhysicalHarm": "1", "StrengthOfAssociation": "3"},
            {"PhysicalHarm": "4", "StrengthOfAssociation": "6"},
        )
    )
    assert name in one
    assert name not in two
    assert (
        one[name].because == "Physical harm: Fatal; Strength of association: The incident caused the outcome"
    )


@pytest.mark.parametrize(
    ("version", "age", "child"),
    [
        (6, {"AgeAtTimeOfIncidentDays": 17 * 372}, True),
        (6, {"AgeAtTimeOfIncidentDays": 18 * 372}, False),
        (6, {"AgeBracket": "7"}, True),
        (6, {"AgeBracket": "8"}, False),
        (4, {"AgeYears": "3"}, True),
        (4, {"AgeAtTimeOfIncident": 62}, True),
    ],
)
def test_the_death_of_anybody_under_eighteen_is_a_child_death(
    ask: Ask, version: int, age: dict[str, Any], child: bool
) -> None:
    found = ask(patients({"PhysicalHarm": "1", **age}), version=version)
    assert ("response-child-death" in found) is child


def test_an_age_is_said_in_words(ask: Ask) -> None:
    found = ask(patients({"PhysicalHarm": "1", "AgeAtTimeOfIncidentDays": 62}))
    assert "2 months" in found["response-child-death"].because


def test_a_response_that_covers_the_event_settles_whether_one_is_needed(ask: Ask) -> None:
    facts = {"adverse-event-governance": [{"NeverEvent": True}]}
    made = a_response({"adverse-event-safety-response": [{"ResponseRequired": "national_requirement"}]})
    assert not ask(facts, version=5)["response-never-event"].settled
    assert ask(facts, made, version=5)["response-never-event"].settled


def test_a_number_that_was_written_settles_without_being_read(ask: Ask) -> None:
    facts = {"adverse-event-agent": [{"InvolvedAgents": ["11"]}]}
    assert not ask(facts)["notify-blood"].settled
    sealed = {"adverse-event-agent/0/ShotReportNumber": b"sealed"}
    assert ask(facts, sealed=sealed)["notify-blood"].settled


def test_an_event_without_harm_suggests_nothing(ask: Ask) -> None:
    assert ask(patients({"PhysicalHarm": "5", "PsychologicalHarm": "4"})) == {}


# ---- the rules themselves ----------------------------------------------------------------------------------


def test_every_kind_of_advice_has_a_rule(rules: tuple[Rule, ...]) -> None:
    assert {one.kind for one in rules} == set(KINDS)


def test_every_test_of_every_rule_is_of_some_version(
    rules: tuple[Rule, ...], question_sets: Mapping[int, QuestionSet]
) -> None:
    """A mistyped property or code would suggest nothing, for ever."""
    for rule in rules:
        for test in _leaves(rule.when):
            known = [codes for one in question_sets.values() for codes in _codes(one, test["property"])]
            assert known, (rule.name, test)
            said = {each for each in test.get("has", ()) if isinstance(each, str)}
            assert said <= set().union(*known), (rule.name, test)


def test_every_decision_has_a_question_in_the_newest_version(
    rules: tuple[Rule, ...], question_sets: Mapping[int, QuestionSet]
) -> None:
    for rule in rules:
        if rule.settled_by:
            assert question_sets[6].question(*rule.settled_by[0]), rule.name
        assert all(
            place[0] in SECTIONS or any(one.question(*place) for one in question_sets.values())
            for place in rule.settled_by
        )


def test_every_rule_is_met_by_answers_that_somebody_could_give(
    rules: tuple[Rule, ...], ask: Ask, question_sets: Mapping[int, QuestionSet]
) -> None:
    for rule in rules:
        facts: dict[str, list[dict[str, Any]]] = {}
        for test in _leaves(rule.when):
            home = next((s for s, p in question_sets[6].by_key if p == test["property"]), "")
            if home:
                facts.setdefault(home, [{}])[0][test["property"]] = test["has"][-1]
        assert rule.name in ask(facts), rule.name


def _leaves(when: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for joint in ("any", "all"):
        for each in when.get(joint, ()):
            yield from _leaves(each)
    if "property" in when:
        yield when


def _codes(questions: QuestionSet, property: str) -> Iterator[set[str]]:
    for question in questions.questions():
        if question.property == property:
            yield set(question.value_set.labels) if question.value_set else set()
