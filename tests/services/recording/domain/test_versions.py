"""What differs from version to version is in the data: the same engine judges each, and lists may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from chassis.problems import Fault, Kind, Problem
from services.recording.domain import harm
from services.recording.domain.answers import Answer, Value
from services.recording.domain.question_set import QuestionSet, load
from services.recording.domain.validation import Checked, validate
from tests.builders.safety_events import Overrides, an_answer, an_incident
from tests.services.recording.domain.conftest import ORGANISATIONS, QUESTION_SETS, TODAY, Check, Faults

AGENTS = "adverse-event-agent/InvolvedAgents"
RESPONSE = "adverse-event-safety-response/"
FINDING = "adverse-event-safety-finding/"
ACTION = "adverse-event-safety-action/"


def codes(faults: Sequence[Fault]) -> list[str]:
    return [each.code for each in faults]


# ---- where an event is told ------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [4, 5])
def test_an_event_of_version_4_or_5_is_told_in_the_root_and_kept_there(check: Check, version: int) -> None:
    sent = [an_answer("native/Type", "4"), an_answer("native/Description", "All went well.")]
    assert check(sent, version=version).narrative == {"native/0/Description": "All went well."}


@pytest.mark.parametrize(
    ("version", "where"),
    [(4, "native/0/Description"), (5, "native/0/Description"), (6, "adverse-event-core/0/Description")],
)
def test_an_event_without_words_is_refused_where_its_version_wants_them(
    faults_of: Faults, version: int, where: str
) -> None:
    (fault,) = faults_of([an_answer("native/Type", "1")], version=version)
    assert (fault.path, fault.code) == (where, "required-missing")


@pytest.mark.parametrize("version", [4, 5])
def test_a_section_of_a_later_version_is_unknown_to_an_earlier(faults_of: Faults, version: int) -> None:
    sent = [
        an_answer("native/Type", "1"),
        *_told("native/Description"),
        *_told("adverse-event-core/Description"),
    ]
    (fault,) = faults_of(sent, version=version)
    assert (fault.code, f"Version {version}" in fault.detail) == ("unknown-question", True)


def _told(where: str) -> list[Answer]:
    return [an_answer(where, "A fall.")]


# ---- one code in several versions ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "code", "known"),
    [(4, "7", True), (5, "7", False), (6, "7", False), (4, "11", False), (5, "11", True), (6, "11", True)],
)
def test_a_code_counts_in_the_versions_that_have_it(
    check: Check, faults_of: Faults, version: int, code: str, known: bool
) -> None:
    sent = [an_answer("native/Type", "1"), *_told("native/Description"), an_answer(AGENTS, code)]
    if known:
        assert check(sent, version=version).fact(*AGENTS.split("/")) == [code]
    else:
        assert codes(faults_of(sent, version=version)) == ["code-not-in-value-set"]


@pytest.mark.parametrize("version", [4, 5, 6])
@pytest.mark.parametrize(("physical", "severe"), [("1", True), ("2", True), ("3", False)])
def test_severe_harm_is_severe_in_every_version(
    check: Check, version: int, physical: str, severe: bool
) -> None:
    patient: Mapping[str, Value] = {"PatientSequence": 1, "PhysicalHarm": physical}
    sent = [an_answer("native/Type", "1"), *_told("native/Description")]
    sent += [an_answer(f"patient-information/{name}", value) for name, value in patient.items()]
    assert harm.is_severe(check(sent, version=version)) is severe


# ---- a list that changes ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def retired() -> QuestionSet:
    """Version 6, after somebody retired two kinds of place: data alone."""
    text = (QUESTION_SETS / "v6.toml").read_text("utf-8")
    return load(text + '\n[value_sets.incident-location.retired]\n6 = ["4", "5"]\n8 = []\n')


def _checked(question_set: QuestionSet, code: str, *, strict: bool) -> Checked:
    sent = an_incident({"location-details/LocationWithinService": code})
    known = ORGANISATIONS.__contains__
    return validate(question_set, sent, today=TODAY, known_organisation=known, strict=strict)


@pytest.mark.parametrize(("code", "instead"), [("6", "4, 5"), ("8", "")])
def test_a_retired_code_is_remarked_on_over_the_api_and_refused_online(
    retired: QuestionSet, code: str, instead: str
) -> None:
    event = _checked(retired, code, strict=False)
    assert event.fact("location-details", "LocationWithinService") == code
    assert [each.code for each in event.warnings] == ["code-not-in-value-set"]
    assert instead in event.warnings[0].detail
    with pytest.raises(Problem) as raised:
        _checked(retired, code, strict=True)
    assert (raised.value.kind, raised.value.faults) == (Kind.INVALID, event.warnings)


def test_a_record_with_a_retired_code_can_still_be_read(retired: QuestionSet) -> None:
    label = retired.label("location-details", "LocationWithinService", "6")
    assert label == "Ambulance or other healthcare vehicle"


def test_a_retired_code_is_not_named_among_those_to_choose_from(retired: QuestionSet) -> None:
    with pytest.raises(Problem) as raised:
        _checked(retired, "77", strict=False)
    assert raised.value.faults[0].detail == "This takes one of these codes: 1, 2, 3, 4, 10, 11, 12, 5, 7, 9."


# ---- safety responses ------------------------------------------------------------------------------------

RESPONDED: Overrides = {
    RESPONSE + "ResponseSequence": 1,
    RESPONSE + "ResponseRequired": "local_plan_priority",
    RESPONSE + "ResponseRationale": "Three like it this year.",
    RESPONSE + "ResponseType": "aar",
    RESPONSE + "ResponseStatus": "in_progress",
    RESPONSE + "LeadOrganisation": "RZ1",
    RESPONSE + "ContributingOrganisations": ["RZ2", "Y90001"],
    RESPONSE + "DateDecided": "2026-03-02",
    RESPONSE + "DateTarget": "2026-06-01",
    RESPONSE + "PatientFamilyEngaged": "not_yet",
    RESPONSE + "StaffEngaged": True,
    RESPONSE + "AreasForImprovement": ["Call bells", "Footwear"],
    RESPONSE + "SharedWith": ["patient_family"],
    FINDING + "ResponseSequence": 1,
    FINDING + "Factor": "physical_environment",
    FINDING + "Finding": "The bell was out of reach.",
    ACTION + "ResponseSequence": 1,
    ACTION + "Action": "Clip bells to chairs.",
    ACTION + "OwnerRole": "ward manager",
    ACTION + "DueDate": "2026-04-01",
    ACTION + "Hierarchy": "intermediate",
}


def test_a_response_its_findings_and_its_actions_are_answers_of_the_event(check: Check) -> None:
    event = check(an_incident(RESPONDED), strict=True)
    assert event.warnings == ()
    assert event.fact("adverse-event-safety-response", "DateTarget") == "2026-06-01"
    assert event.facts["adverse-event-safety-finding"] == [
        {"ResponseSequence": 1, "Factor": "physical_environment"}
    ]
    assert event.narrative["adverse-event-safety-response/0/AreasForImprovement/1"] == "Footwear"
    assert event.narrative["adverse-event-safety-action/0/OwnerRole"] == "ward manager"


@pytest.mark.parametrize("where", ["DateDecided", "DateStarted", "DateCompleted"])
def test_what_was_done_lies_in_the_past_and_what_is_meant_need_not(faults_of: Faults, where: str) -> None:
    to_come: Overrides = {
        **RESPONDED,
        RESPONSE + "ResponseStatus": "completed",
        RESPONSE + where: "2026-06-01",
    }
    assert codes(faults_of(an_incident(to_come))) == ["future-date"]


@pytest.mark.parametrize("where", [RESPONSE + "DateTarget", ACTION + "DueDate"])
def test_a_date_that_may_be_to_come_is_still_a_date(faults_of: Faults, where: str) -> None:
    for value, code in (("2026-02-30", "wrong-type"), ("1899-12-31", "too-early-date")):
        assert codes(faults_of(an_incident({**RESPONDED, where: value}))) == [code]


def test_a_finding_or_an_action_belongs_to_a_response(check: Check) -> None:
    alone: Overrides = {name: each for name, each in RESPONDED.items() if not name.startswith(RESPONSE)}
    assert codes(check(an_incident(alone)).warnings) == ["condition-violated", "condition-violated"]


def test_a_completed_response_says_when(check: Check) -> None:
    event = check(an_incident({**RESPONDED, RESPONSE + "ResponseStatus": "completed"}))
    assert [(each.path, each.code) for each in event.warnings] == [
        ("adverse-event-safety-response/0/DateCompleted", "required-missing")
    ]


def test_where_no_response_is_needed_none_has_a_kind(check: Check) -> None:
    needless: Overrides = {
        RESPONSE + "ResponseSequence": 1,
        RESPONSE + "ResponseRequired": "no_response_needed",
        RESPONSE + "ResponseType": "aar",
    }
    assert codes(check(an_incident(needless)).warnings) == ["condition-violated"]


def test_all_that_can_be_typed_about_a_response_is_narrative(question_set: QuestionSet) -> None:
    for section in (RESPONSE, FINDING, ACTION):
        for question in question_set.sections[section.rstrip("/")].questions:
            assert question.narrative is (question.kind.value == "string"), question.property
