"""The invariants of a safety event's answers, by their number in the domain reference (§9.2), in every version."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pytest

from chassis.problems import Fault
from services.recording.domain.answers import Answer, Value
from services.recording.domain.question_set import Condition, Key, Question, QuestionSet
from tests.builders.safety_events import Overrides, Patient, an_incident
from tests.services.recording.domain.conftest import TODAY, VERSIONS, Check, Faults
from tests.services.recording.domain.smallest import TEXT, answers, asking, sample

PATIENTS = "patient-information"
AGE, BRACKET = f"{PATIENTS}/AgeAtTimeOfIncidentDays", f"{PATIENTS}/AgeBracket"
PHYSICAL, PSYCHOLOGICAL = f"{PATIENTS}/PhysicalHarm", f"{PATIENTS}/PsychologicalHarm"
TIME = "adverse-event-estimated-date"
TOLD_IN_THE_ROOT = {("adverse-event-core", "Description"): ("native", "Description")}
NAMES: Mapping[int, Mapping[Key, Key]] = {  # what is called otherwise than in the newest version
    4: {
        **TOLD_IN_THE_ROOT,
        (PATIENTS, "AgeAtTimeOfIncidentDays"): (PATIENTS, "AgeAtTimeOfIncident"),
        (PATIENTS, "AgeBracket"): (PATIENTS, "AgeYears"),
    },
    5: TOLD_IN_THE_ROOT,
    6: {},
}

versions = pytest.mark.parametrize("version", VERSIONS)


def incident(
    version: int, overrides: Overrides | None = None, patients: Sequence[Patient] = ()
) -> list[Answer]:
    """The plain incident of our tests in the words of a version; `overrides` are in those of the newest."""
    named = []
    for each in an_incident(overrides, patients):
        section, property = NAMES[version].get((each.section, each.property), (each.section, each.property))
        named.append(dataclasses.replace(each, section=section, property=property))
    return named


def without_patients(version: int) -> list[Answer]:
    return [each for each in incident(version) if each.section != PATIENTS]


def codes(faults: Sequence[Fault]) -> list[str]:
    return [each.code for each in faults]


@versions
def test_the_plain_incident_meets_every_rule_of_every_version(check: Check, version: int) -> None:
    event = check(incident(version), strict=True, version=version)
    assert (event.warnings, event.event_type, event.patients_known) == ((), "incident", "yes")
    assert (event.worst_physical, event.occurred_on) == ("4", date(2026, 3, 2))


# ---- 4: patients -----------------------------------------------------------------------------------------


@versions
@pytest.mark.parametrize(
    ("said", "known"), [("", "unknown"), ("no", "no"), ("unknown", "unknown"), ("yes", "yes")]
)
def test_invariant_4_that_nobody_was_affected_is_not_that_nobody_knows(
    check: Check, version: int, said: str, known: str
) -> None:
    event = check(without_patients(version), patients=said, version=version)
    assert event.patients_known == known


@versions
@pytest.mark.parametrize("said", ["", "yes"])
def test_invariant_4_patients_that_came_are_known(check: Check, version: int, said: str) -> None:
    assert check(incident(version), patients=said, version=version).patients_known == "yes"


@versions
@pytest.mark.parametrize("said", ["no", "unknown"])
def test_invariant_4_patients_that_came_against_the_answer_are_refused(
    faults_of: Faults, version: int, said: str
) -> None:
    (fault,) = faults_of(incident(version), patients=said, version=version)
    assert (fault.path, fault.code) == (PATIENTS, "condition-violated")


@versions
def test_invariant_4_patients_that_were_said_to_be_and_did_not_come_are_missed(
    check: Check, faults_of: Faults, version: int
) -> None:
    expected = [(PATIENTS, "required-missing")]
    sent = without_patients(version)
    warned = check(sent, patients="yes", version=version).warnings
    refused = faults_of(sent, patients="yes", strict=True, version=version)
    assert [[(each.path, each.code) for each in faults] for faults in (warned, refused)] == [expected] * 2


@versions
def test_invariant_4_a_person_says_whether_anybody_was_affected_and_a_local_system_cannot(
    check: Check, faults_of: Faults, version: int
) -> None:
    sent = without_patients(version)
    assert check(sent, version=version).warnings == ()
    (fault,) = faults_of(sent, strict=True, version=version)
    assert (fault.path, fault.code) == ("patients_known", "required-missing")
    assert check(sent, strict=True, patients="no", version=version).warnings == ()


def test_invariant_4_a_patient_that_cannot_be_read_is_not_called_missing(faults_of: Faults) -> None:
    sent = [*without_patients(6), Answer(PATIENTS, 0, "PatientSequence", "one", "here")]
    assert codes(faults_of(sent, strict=True)) == ["wrong-type"]
    assert codes(faults_of(sent, strict=True, patients="yes")) == ["wrong-type"]


@pytest.mark.parametrize("said", ["none", "0", "YES"])
def test_invariant_4_another_word_for_it_is_refused_and_not_quoted(faults_of: Faults, said: str) -> None:
    (fault,) = faults_of(incident(6), patients=said)
    assert (fault.path, fault.code) == ("patients_known", "code-not-in-value-set")
    assert said not in fault.detail


@versions
@pytest.mark.parametrize(
    ("numbers", "fine"), [([1, 2, 3], True), ([2, 1], True), ([1, 3], False), ([1, 1], False)]
)
def test_invariant_4_patients_are_numbered_without_gaps(
    check: Check, version: int, numbers: list[int], fine: bool
) -> None:
    graded: dict[str, Value] = {"PhysicalHarm": "4", "PsychologicalHarm": "4"}
    event = check(
        incident(version, patients=[{**graded, "PatientSequence": each} for each in numbers]), version=version
    )
    assert codes(event.warnings) == ([] if fine else ["patient-sequence"])


# ---- 5: age ----------------------------------------------------------------------------------------------


@versions
@pytest.mark.parametrize(
    ("age", "bracket", "fine"),
    [(6696, None, True), (None, "8", True), (None, None, True), (6696, "8", False)],
)
def test_invariant_5_an_age_is_exact_or_a_bracket_or_missing(
    check: Check, faults_of: Faults, version: int, age: int | None, bracket: str | None, fine: bool
) -> None:
    sent = incident(version, {AGE: age, BRACKET: bracket})
    assert codes(check(sent, version=version).warnings) == ([] if fine else ["condition-violated"])
    if not fine:
        assert codes(faults_of(sent, strict=True, version=version)) == ["condition-violated"]


@versions
@pytest.mark.parametrize("encoded", [365, 730, 0, 74400, -31])
def test_invariant_5_an_age_that_is_not_compliant_is_kept_as_sent_and_refused_online(
    check: Check, faults_of: Faults, version: int, encoded: int
) -> None:
    sent = incident(version, {AGE: encoded})
    event = check(sent, version=version)
    assert codes(event.warnings) == ["age-encoding"]
    assert encoded in event.facts[PATIENTS][0].values()
    assert codes(faults_of(sent, strict=True, version=version)) == ["age-encoding"]


# ---- 6: “other” in words, and its code -------------------------------------------------------------------


def _companions(question_set: QuestionSet) -> Iterator[tuple[Question, Condition]]:
    """Each text for “other” whose list has a code for it."""
    for each in question_set.questions():
        if each.property.endswith("Other") and each.when is not None and each.when.has:
            yield each, each.when


NO_CODE_FOR_OTHER = {  # what is not on the list of organisations, and lists without a code for it
    "OrganisationOther",
    "IdentifiedLocationOther",
    "ReporterOrganisationOther",
    "ResponsibleSpecialtyOther",
    "DrugReactionOther",
}


@versions
def test_invariant_6_every_text_for_other_has_its_code(
    question_sets: Mapping[int, QuestionSet], version: int
) -> None:
    question_set = question_sets[version]
    others = {each.property for each in question_set.questions() if each.property.endswith("Other")}
    linked = {each.property for each, when in _companions(question_set) if each.required_when == when}
    unlinked = NO_CODE_FOR_OTHER - ({"DrugReactionOther"} if version == 4 else set())
    assert others - linked == unlinked
    for each, when in _companions(question_set):
        driver = question_set.by_key[when.section, when.property]
        labels = [driver.value_set.labels[str(code)] for code in when.has] if driver.value_set else []
        told = ("Other", "Another sort", "I am none", "No")
        assert all(label.startswith(told) for label in labels), (each.property, labels)


@versions
def test_invariant_6_text_for_other_without_its_code_is_refused(
    question_sets: Mapping[int, QuestionSet], faults_of: Faults, version: int
) -> None:
    for each, when in _companions(question_sets[version]):
        event = dict(asking(question_sets[version], each, TEXT))
        del event[when.section, when.property]
        faults = faults_of(answers(event), version=version)
        assert "condition-violated" in codes(faults), each.property


@versions
def test_invariant_6_the_code_for_other_without_its_text_is_remarked_on_and_refused_online(
    question_sets: Mapping[int, QuestionSet], check: Check, faults_of: Faults, version: int
) -> None:
    for each, _ in _companions(question_sets[version]):
        if each.required_when is None:
            continue
        event = dict(asking(question_sets[version], each, TEXT))
        del event[each.section, each.property]
        missing = (f"{each.section}/0/{each.property}", "required-missing")
        warned = check(answers(event), version=version).warnings
        refused = faults_of(answers(event), strict=True, version=version)
        for faults in (warned, refused):
            assert missing in [(fault.path, fault.code) for fault in faults]


# ---- 7: codes that stand alone ---------------------------------------------------------------------------


@versions
def test_invariant_7_none_and_do_not_know_stand_alone_wherever_several_codes_may_be_chosen(
    question_sets: Mapping[int, QuestionSet], check: Check, faults_of: Faults, version: int
) -> None:
    for question in question_sets[version].questions():
        if question.value_set is None or question.maximum == 1:
            continue
        lonely = {
            code
            for code, label in question.value_set.labels.items()
            if label in ("None of the above", "I don't know")
        }
        assert question.exclusive == lonely, question.property
        for code in lonely:
            event = asking(question_sets[version], question, code)
            check(answers(event), version=version)
            both = {**event, (question.section, question.property): (code, sample(question))}
            assert "mutually-exclusive" in codes(faults_of(answers(both), version=version))


# ---- 8: fatal harm ---------------------------------------------------------------------------------------


@versions
def test_invariant_8_who_died_has_no_psychological_harm(
    check: Check, faults_of: Faults, version: int
) -> None:
    fatal = incident(version, {PHYSICAL: "1", PSYCHOLOGICAL: None})
    assert check(fatal, strict=True, version=version).warnings == ()
    (fault,) = faults_of(incident(version, {PHYSICAL: "1"}), version=version)
    assert (fault.code, "PsychologicalHarm" in fault.path) == ("condition-violated", True)


# ---- 9: dates --------------------------------------------------------------------------------------------


@versions
@pytest.mark.parametrize(
    ("day", "refused"),
    [
        ("2026-03-03", None),
        ("2026-03-04", "future-date"),
        ("1900-01-01", None),
        ("1899-12-31", "too-early-date"),
    ],
)
def test_invariant_9_an_event_is_neither_to_come_nor_before_1900(
    check: Check, faults_of: Faults, version: int, day: str, refused: str | None
) -> None:
    sent = incident(version, {"native/Date": day})
    if refused:
        assert codes(faults_of(sent, version=version)) == [refused]
    else:
        assert check(sent, version=version).occurred_on == date.fromisoformat(day)


@versions
@pytest.mark.parametrize(("day", "old"), [("2024-03-03", False), ("2024-03-02", True)])
def test_invariant_9_an_event_of_more_than_two_years_ago_is_remarked_on_and_never_refused(
    check: Check, version: int, day: str, old: bool
) -> None:
    event = check(incident(version, {"native/Date": day}), strict=True, version=version)
    assert codes(event.warnings) == (["old-date"] if old else [])


@versions
@pytest.mark.parametrize(
    ("roughly", "refused"),
    [
        ("2026-02", None),
        ("2026", None),
        ("2026-03", None),
        ("2026-13", "wrong-type"),
        ("2026-04", "future-date"),
        ("2027", "future-date"),
        ("1899-12", "too-early-date"),
    ],
)
def test_invariant_9_holds_for_a_rough_date_when_the_day_is_not_known(
    check: Check, faults_of: Faults, version: int, roughly: str, refused: str | None
) -> None:
    sent = incident(
        version,
        {
            "native/Date": None,
            f"{TIME}/IncidentOccurredToday": "u",
            f"{TIME}/ApproximateDate": roughly,
        },
    )
    if refused:
        assert codes(faults_of(sent, version=version)) == [refused]
    else:
        event = check(sent, strict=True, version=version)
        assert (event.approximate_date, event.occurred_on, event.warnings) == (roughly, None, ())


@versions
def test_invariant_9_a_day_and_a_rough_date_do_not_come_together(faults_of: Faults, version: int) -> None:
    sent = incident(version, {f"{TIME}/ApproximateDate": "2026-02"})
    assert codes(faults_of(sent, version=version)) == ["condition-violated"]


@versions
def test_invariant_9_today_is_the_day_the_caller_says_it_is(check: Check, version: int) -> None:
    today = {"native/Date": None, f"{TIME}/IncidentOccurredToday": "y"}
    assert check(incident(version, today), version=version).occurred_on == TODAY
