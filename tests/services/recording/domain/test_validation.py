"""What refuses a safety event, what is only remarked on, and what the answers amount to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.problems import Fault, Problem
from services.recording.domain.answers import Answer, Value
from services.recording.domain.question_set import QuestionSet
from services.recording.domain.validation import validate
from tests.builders.safety_events import BASE, Overrides, an_answer, an_incident, as_fhir_v6
from tests.services.recording.domain.conftest import TODAY, Check, Faults

SECRET = "Jane Doe, 943 476 5919"


def codes(faults: Sequence[Fault]) -> list[str]:
    return [each.code for each in faults]


def of_type(code: str, overrides: Overrides | None = None) -> list[Answer]:
    """An event of another type that meets every rule for it."""
    chosen: dict[str, Overrides] = {
        "risk": {
            "native/Type": "2",
            "patient-information/PhysicalHarm": None,
            "patient-information/PsychologicalHarm": None,
            "adverse-event-risk-details/RiskImminent": "n",
        },
        "outcome": {
            "native/Type": "3",
            "adverse-event-outcome/OutcomeType": ["2"],
            "adverse-event-classification/PatientSafetyIncidentHasOccurred": "u",
        },
        "good_care": {
            "native/Type": "4",
            "patient-information/PhysicalHarm": None,
            "patient-information/PsychologicalHarm": None,
            "adverse-event-outcome/ImmediateActions": None,
            "adverse-event-classification/LevelOfConcern": None,
            "adverse-event-went-well/HowFutureOccurrence": "Tell the next shift about it.",
        },
    }
    return an_incident({**chosen[code], **(overrides or {})})


# ---- what is accepted ------------------------------------------------------------------------------------


def test_the_national_example_is_accepted_as_it_is(check: Check) -> None:
    example = [
        an_answer("native/Type", "1"),
        an_answer("native/Date", "2026-03-02"),
        an_answer("patient-information/PatientSequence", 1),
        an_answer("patient-information/AgeAtTimeOfIncidentDays", 29016),
        an_answer("patient-information/PhysicalHarm", "4"),
        an_answer("patient-information/PsychologicalHarm", "4"),
        an_answer("practitioner-details/ReporterOrganisation", "RZ1"),
        an_answer("practitioner-details/ReporterRole", "5"),
        an_answer("practitioner-details/ReporterInvolvement", "4"),
        an_answer("location-details/LocationKnown", "y"),
        an_answer("location-details/Organisation", "RZ1"),
        an_answer("location-details/ServiceArea", "1"),
        an_answer("location-details/LocationWithinService", "4"),
        an_answer("location-details/ResponsibleSpecialty", "44"),
        an_answer("adverse-event-core/Description", "Patient slid from chair; bruise to elbow."),
        an_answer("adverse-event-estimated-date/IncidentOccurredToday", "n"),
        an_answer("adverse-event-estimated-date/PreciseTime", "06:40:00"),
        an_answer("adverse-event-agent/InvolvedAgents", "10"),
        an_answer("adverse-event-safety-challenges/SafetyChallenges", "2"),
        an_answer("adverse-event-classification/LevelOfConcern", "3"),
        an_answer("adverse-event-reference-metadata/DataSharingOptOut", False),
    ]
    event = check(example, strict=True)
    assert event.warnings == ()
    assert event.event_type == "incident"
    assert event.occurred_on == date(2026, 3, 2)
    assert event.happened_at("RZ9") == ("RZ1",)
    assert event.facts["patient-information"] == [
        {
            "PatientSequence": 1,
            "AgeAtTimeOfIncidentDays": 29016,
            "PhysicalHarm": "4",
            "PsychologicalHarm": "4",
        }
    ]
    assert event.facts["adverse-event-agent"] == [{"InvolvedAgents": ["10"]}]
    assert event.facts["location-details"][0]["Organisation"] == ["RZ1"]
    assert event.facts["adverse-event-reference-metadata"] == [{"DataSharingOptOut": False}]
    assert event.narrative == {
        "adverse-event-core/0/Description": "Patient slid from chair; bruise to elbow."
    }
    assert (event.patients_known, event.data_sharing_opt_out, event.contact) == ("yes", False, None)


def test_the_plain_incident_of_our_tests_meets_every_rule(check: Check) -> None:
    assert check(an_incident(), strict=True).warnings == ()


@pytest.mark.parametrize("slug", ["risk", "outcome", "good_care"])
def test_each_other_type_can_meet_every_rule(check: Check, slug: str) -> None:
    event = check(of_type(slug), strict=True)
    assert (event.event_type, event.warnings) == (slug, ())


def test_a_type_and_a_description_are_enough_for_a_local_system(check: Check) -> None:
    event = check([an_answer("native/Type", "1"), an_answer("native/Description", "A fall.")])
    assert event.event_type == "incident"
    assert set(codes(event.warnings)) == {"required-missing"}
    assert event.patients_known == "unknown"
    assert event.happened_at("RZ9") == ()
    assert event.occurred_on is None


# ---- one answer by itself --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "value", "code"),
    [
        ("adverse-event-nonsense/Anything", "1", "unknown-question"),
        ("adverse-event-agent/Nonsense", "1", "unknown-question"),
        ("patient-information/Gender", "1", "unknown-question"),
        ("adverse-event-process/Process", "1", "unknown-question"),
        ("native/Type", "5", "code-not-in-value-set"),
        ("native/Type", 1, "wrong-type"),
        ("adverse-event-agent/InvolvedAgents", "6", "code-not-in-value-set"),
        ("adverse-event-device-details/DeviceType", SECRET, "code-not-in-value-set"),
        ("location-details/Organisation", "RZ9", "unknown-organisation"),
        ("location-details/Organisation", SECRET, "unknown-organisation"),
        ("location-details/IdentifiedLocation", "RZ\0", "unknown-organisation"),
        ("practitioner-details/ReporterOrganisation", "ZZZ", "unknown-organisation"),
        ("adverse-event-core/Description", 7, "wrong-type"),
        ("adverse-event-core/Description", "x" * 20_001, "text-too-long"),
        ("patient-information/PatientSequence", "1", "wrong-type"),
        ("patient-information/PatientSequence", True, "wrong-type"),
        ("patient-information/AgeAtTimeOfIncidentDays", "thirty", "wrong-type"),
        ("adverse-event-governance/NeverEvent", "true", "wrong-type"),
        ("adverse-event-governance/NeverEvent", 1, "wrong-type"),
        ("native/Date", "2026-03-04", "future-date"),
        ("native/Date", "1899-12-31", "too-early-date"),
        ("native/Date", "2026-02-30", "wrong-type"),
        ("native/Date", "20260302", "wrong-type"),
        ("native/Date", "2026-03-02T06:40:00Z", "wrong-type"),
        ("native/Date", 20260302, "wrong-type"),
        ("adverse-event-estimated-date/TodaysDate", "2027-01-01", "future-date"),
        ("adverse-event-estimated-date/PreciseTime", "24:00:00", "wrong-type"),
        ("adverse-event-estimated-date/PreciseTime", "6:40", "wrong-type"),
        ("medication-dmd/VTMCode", "aspirin", "wrong-type"),
    ],
)
def test_an_answer_that_the_profile_does_not_allow_is_refused(
    faults_of: Faults, where: str, value: Value, code: str
) -> None:
    faults = faults_of([*an_incident({where: None}), an_answer(where, value)])
    assert (an_answer(where, value).path, code) in [(each.path, each.code) for each in faults]


@pytest.mark.parametrize("kind", ["2026-13", "2026-00", "26-02", "early spring", "2026-02-01", "0000"])
def test_a_rough_date_is_a_month_or_a_year(faults_of: Faults, kind: str) -> None:
    roughly = {"native/Date": None, "adverse-event-estimated-date/ApproximateDate": kind}
    assert codes(faults_of(an_incident(roughly))) == ["wrong-type"]


@pytest.mark.parametrize(
    ("kind", "code"), [("2026-04", "future-date"), ("2027", "future-date"), ("1899", "too-early-date")]
)
def test_a_rough_date_is_neither_to_come_nor_long_gone(faults_of: Faults, kind: str, code: str) -> None:
    roughly = {"native/Date": None, "adverse-event-estimated-date/ApproximateDate": kind}
    assert codes(faults_of(an_incident(roughly))) == [code]


@pytest.mark.parametrize("kind", ["2026-02", "2026-03", "2026", "1900"])
def test_a_rough_date_up_to_this_month_is_accepted(check: Check, kind: str) -> None:
    event = check(
        an_incident(
            {
                "native/Date": None,
                "adverse-event-estimated-date/IncidentOccurredToday": "u",
                "adverse-event-estimated-date/ApproximateDate": kind,
            }
        ),
        strict=True,
    )
    assert (event.approximate_date, event.occurred_on) == (kind, None)


def test_today_is_no_future_date(check: Check) -> None:
    assert check(an_incident({"native/Date": "2026-03-03"})).occurred_on == TODAY


def test_an_event_of_long_ago_is_remarked_on_and_never_refused(check: Check) -> None:
    event = check(an_incident({"native/Date": "2023-03-02"}), strict=True)
    assert codes(event.warnings) == ["old-date"]


def test_a_code_out_of_few_is_told_which_there_are(faults_of: Faults) -> None:
    (fault,) = faults_of(an_incident({"adverse-event-classification/LevelOfConcern": "2"}))
    assert fault.detail == "This takes one of these codes: 5, 4, 3, 1."


def test_blank_text_is_no_answer(faults_of: Faults, check: Check) -> None:
    (fault,) = faults_of(an_incident({"adverse-event-core/Description": " \n"}))
    assert (fault.path, fault.code) == ("adverse-event-core/0/Description", "required-missing")
    assert (
        "adverse-event-outcome/0/WentWell"
        not in check(an_incident({"adverse-event-outcome/WentWell": ""})).narrative
    )


def test_a_reference_number_that_is_sent_is_ours_to_give_and_ignored(check: Check) -> None:
    event = check(an_incident({"adverse-event-reference-metadata/ReferenceNumber": SECRET}))
    assert SECRET not in str(event.facts) + str(event.narrative)


# ---- how many --------------------------------------------------------------------------------------------


def test_one_answer_too_many_is_refused_where_it_stands(faults_of: Faults) -> None:
    (fault,) = faults_of(an_incident({"patient-information/PhysicalHarm": ["4", "5"]}))
    assert (fault.path, fault.code) == ("patient-information[0].PhysicalHarm[1]", "too-many-answers")


def test_more_than_a_hundred_patients_are_refused(faults_of: Faults) -> None:
    patients = [{"PhysicalHarm": "4", "PsychologicalHarm": "4"}] * 101
    assert set(codes(faults_of(an_incident(patients=patients)))) == {"too-many-answers"}


def test_a_section_that_comes_once_is_refused_twice(faults_of: Faults) -> None:
    again = an_answer("adverse-event-safety-challenges/SafetyChallenges", "1", entry=1)
    assert codes(faults_of([*an_incident(), again])) == ["too-many-answers"]


def test_a_hundred_codes_may_be_given_and_the_same_one_counts_once(check: Check) -> None:
    event = check(an_incident({"location-details/ServiceArea": ["1", "3", "1"]}))
    assert event.fact("location-details", "ServiceArea") == ["1", "3"]


@pytest.mark.parametrize(
    ("present", "missing"),
    [
        ("adverse-event-agent/YellowCardReference", "adverse-event-agent/0/InvolvedAgents"),
        (
            "adverse-event-safety-challenges/RadiotherapyIncidentCode",
            "adverse-event-safety-challenges/0/SafetyChallenges",
        ),
        ("adverse-event-went-well/StrengthsOfCare", "adverse-event-went-well/0/HowFutureOccurrence"),
        ("adverse-event-risk-details/RiskDescription", "adverse-event-risk-details/0/RiskImminent"),
        (
            "adverse-event-reference-metadata/IsAnonymous",
            "adverse-event-reference-metadata/0/DataSharingOptOut",
        ),
    ],
)
def test_what_the_profile_requires_of_a_section_that_is_there_is_refused_when_missing(
    faults_of: Faults, present: str, missing: str
) -> None:
    section, _, required = missing.split("/")
    value: Value = True if present.endswith("IsAnonymous") else "some text"
    faults = faults_of(an_incident({f"{section}/{required}": None, present: value}))
    assert (missing, "required-missing") in [(each.path, each.code) for each in faults]


def test_a_patient_without_a_number_is_refused(faults_of: Faults) -> None:
    answers = [each for each in an_incident() if each.property != "PatientSequence"]
    (fault,) = faults_of(answers)
    assert (fault.path, fault.code) == ("patient-information/0/PatientSequence", "required-missing")


def test_an_answer_that_is_wrong_is_not_called_missing_as_well(faults_of: Faults) -> None:
    assert codes(faults_of(an_incident({"adverse-event-agent/InvolvedAgents": ["99"]}))) == [
        "code-not-in-value-set"
    ]


def test_an_event_without_a_type_is_refused(faults_of: Faults) -> None:
    faults = faults_of(an_incident({"native/Type": None}))
    assert [(each.path, each.code) for each in faults] == [("native/0/Type", "required-missing")]


@pytest.mark.parametrize("slug", ["risk", "outcome", "good_care"])
def test_an_event_of_any_type_is_described(faults_of: Faults, slug: str) -> None:
    faults = faults_of(of_type(slug, {"adverse-event-core/Description": None}))
    assert [(each.path, each.code) for each in faults] == [
        ("adverse-event-core/0/Description", "required-missing")
    ]


def test_nothing_at_all_is_refused_for_its_type_and_description(faults_of: Faults) -> None:
    assert [each.path for each in faults_of([])] == ["native/0/Type", "adverse-event-core/0/Description"]


# ---- answers beside others -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "together"),
    [
        ("adverse-event-agent/InvolvedAgents", ["10", "4"]),
        ("adverse-event-safety-challenges/SafetyChallenges", ["2", "6"]),
        ("location-details/ServiceArea", ["1", "15"]),
    ],
)
def test_none_of_these_stands_alone(faults_of: Faults, where: str, together: list[str]) -> None:
    assert codes(faults_of(an_incident({where: together}))) == ["mutually-exclusive"]


TEXT = "some text"
AGENTS = "adverse-event-agent/InvolvedAgents"
PEOPLE = "adverse-event-problem-people/"
MEDICATION = "adverse-event-problem-medication/"
DEVICES = "adverse-event-problem-devices/"
BLOOD = "adverse-event-problem-blood/"
PRODUCTS = "adverse-event-problem-blood-products/"
TISSUES = "adverse-event-problem-tissues-organs/"
RISK = "adverse-event-risk-details/"

# each condition: the answer, what it is, and what must be answered for it to be asked; CONFIRMED ones refuse
Conditional = tuple[str, Value | Sequence[Value], Overrides]
CONFIRMED: list[Conditional] = [
    ("adverse-event-agent/DrugsInvolved", [TEXT], {AGENTS: ["4"]}),
    ("adverse-event-agent/BuildingsInfrastructure", ["1"], {AGENTS: ["13"]}),
    ("adverse-event-agent/EstatesServices", ["1"], {AGENTS: ["14"]}),
    ("adverse-event-agent/SabreReportNumber", TEXT, {AGENTS: ["11"]}),
    ("adverse-event-agent/ShotReportNumber", TEXT, {AGENTS: ["11"]}),
    ("adverse-event-agent/NhsbtReportNumber", TEXT, {AGENTS: ["8"]}),
    (
        "adverse-event-agent/BuildingsInfrastructureOther",
        TEXT,
        {AGENTS: ["13"], "adverse-event-agent/BuildingsInfrastructure": ["16"]},
    ),
    (
        "adverse-event-agent/EstatesServicesOther",
        TEXT,
        {AGENTS: ["14"], "adverse-event-agent/EstatesServices": ["9"]},
    ),
    (
        "adverse-event-agent/InvolvedPersonsActionsOther",
        TEXT,
        {"adverse-event-agent/InvolvedPersonsActions": ["5"]},
    ),
    (MEDICATION + "ProblemDescriptionDrugs", TEXT, {AGENTS: ["4"]}),
    (MEDICATION + "InvolvedProcessesOther", TEXT, {AGENTS: ["4"], MEDICATION + "InvolvedProcesses": ["4"]}),
    ("medication-administration/MedicationAdministration", "n", {AGENTS: ["4"]}),
    (DEVICES + "ProblemDescriptionDevices", TEXT, {AGENTS: ["3"]}),
    (
        DEVICES + "ProblemDescriptionDevices",
        TEXT,
        {AGENTS: ["4"], "medication-administration/MedicationAdministration": "y"},
    ),
    ("adverse-event-device-details/DeviceManufacturer", TEXT, {AGENTS: ["3"]}),
    (
        "adverse-event-device-details/DeviceTypeOther",
        TEXT,
        {AGENTS: ["3"], "adverse-event-device-details/DeviceType": ["88"]},
    ),
    ("adverse-event-problem-it-systems/ProblemDescriptionSystemsSoftware", TEXT, {AGENTS: ["9"]}),
    ("adverse-event-problem-buildings-infrastructure/BuildingsInfrastructureProblem", TEXT, {AGENTS: ["13"]}),
    ("adverse-event-problem-estates-services/EstatesServicesProblem", TEXT, {AGENTS: ["14"]}),
    (BLOOD + "BloodProblem", TEXT, {AGENTS: ["11"]}),
    (PRODUCTS + "BloodProductsProblem", TEXT, {AGENTS: ["12"]}),
    (TISSUES + "ProblemDescriptionTissuesOrgans", TEXT, {AGENTS: ["8"]}),
    (
        "adverse-event-safety-challenges/RadiotherapyIncidentCode",
        TEXT,
        {"adverse-event-safety-challenges/SafetyChallenges": ["4"]},
    ),
    (
        "adverse-event-safety-challenges/MarvinReferenceNumber",
        TEXT,
        {"adverse-event-safety-challenges/SafetyChallenges": ["7"]},
    ),
    ("location-details/OrganisationOther", TEXT, {"location-details/LocationKnown": "n"}),
    ("location-details/LocationWithinServiceOther", TEXT, {"location-details/LocationWithinService": "5"}),
    ("adverse-event-estimated-date/ApproximateDate", "2026-02", {"native/Date": None}),
    (
        "adverse-event-estimated-date/ApproximateDate",
        "2026-02",
        {"native/Date": None, "adverse-event-estimated-date/IncidentOccurredToday": "u"},
    ),
    (
        "patient-information/StrengthOfAssociation",
        "5",
        {"patient-information/PhysicalHarm": "1", "patient-information/PsychologicalHarm": None},
    ),
    ("patient-information/StrengthOfAssociation", "5", {"patient-information/PhysicalHarm": "2"}),
    (
        "patient-information/StrengthOfAssociation",
        "5",
        {"patient-information/PhysicalHarm": "3", "patient-information/PsychologicalHarm": "1"},
    ),
    ("detection-factors/DetectionPointOther", TEXT, {"detection-factors/DetectionPoint": "8"}),
    ("practitioner-details/ReporterTypeOther", TEXT, {"practitioner-details/ReporterType": "5"}),
    ("practitioner-details/ReporterTypeOther", TEXT, {"practitioner-details/ReporterType": "4"}),
    ("practitioner-details/ReporterRoleOther", TEXT, {"practitioner-details/ReporterRole": "9"}),
    (
        "practitioner-details/ReporterInvolvementOther",
        TEXT,
        {"practitioner-details/ReporterInvolvement": "6"},
    ),
    (
        "practitioner-details/WhyAnonymousOther",
        TEXT,
        {
            "practitioner-details/WhyAnonymous": ["8"],
            "adverse-event-reference-metadata/IsAnonymous": True,
        },
    ),
]

INFERRED: list[Conditional] = [
    ("adverse-event-agent/YellowCardReference", TEXT, {AGENTS: ["4"]}),
    ("medication-dmd/VTMString", TEXT, {AGENTS: ["4"]}),
    ("location-details/Organisation", ["RZ2"], {}),
    ("native/Date", "2026-03-02", {}),
    ("location-details/ResponsibleSpecialtyOther", TEXT, {"location-details/ResponsibleSpecialty": None}),
    ("location-details/ResponsibleSpecialtyOther", TEXT, {"location-details/ResponsibleSpecialty": "101"}),
    ("location-details/IdentifiedLocationOther", TEXT, {}),
    (
        "practitioner-details/ReporterOrganisationOther",
        TEXT,
        {"practitioner-details/ReporterOrganisation": None},
    ),
    (PEOPLE + "PeopleInvolvementFactors", ["1"], {PEOPLE + "StaffAvailabilityIncidentFactor": True}),
    (PEOPLE + "PeopleActionFactors", ["1"], {PEOPLE + "PeopleActionsDiffered": True}),
    (
        PEOPLE + "PeopleActionFactors",
        ["1"],
        {PEOPLE + "PeopleActionsDiffered": False, PEOPLE + "PersonsActionsDiffered": True},
    ),
    ("adverse-event-estimated-date/PreciseTime", "06:40:00", {}),
    (
        "practitioner-details/WhyAnonymous",
        ["1"],
        {"adverse-event-reference-metadata/IsAnonymous": True},
    ),
    (
        "adverse-event-governance/NeverEventType",
        "1",
        {"adverse-event-governance/NeverEvent": True},
    ),
    ("adverse-event-governance/CqcCriteria", ["1"], {"adverse-event-governance/CqcNotify": True}),
    *[
        (section + follow_up, ["1"], {AGENTS: [agent], section + driver: [code]})
        for section, agent, driver, follow_ups in (
            (
                MEDICATION,
                "4",
                "DrugInvolvementFactors",
                {
                    "1": "DrugUsedTooMuch",
                    "2": "DrugInsufficientDetails",
                    "3": "MedicationAdministeredIncorrectly",
                    "4": "ProblemMedicationPackaging",
                },
            ),
            (
                DEVICES,
                "3",
                "DeviceInvolvementFactors",
                {
                    "1": "DeviceUsedUnnecessarily",
                    "2": "DeviceInsufficientDetails",
                    "3": "DeviceWrongUsageDetails",
                    "4": "DeviceBrokenDetails",
                },
            ),
            (PEOPLE, "10", "PeopleInvolvementFactors", {"2": "PeopleUnavailableDetails"}),
            (
                PEOPLE,
                "10",
                "PeopleActionFactors",
                {
                    "1": "PeopleActionTooMuch",
                    "2": "PeopleInsufficientActionDetails",
                    "3": "PeopleWrongActionDetails",
                    "4": "PeopleOmittedActionDetails",
                },
            ),
            (
                BLOOD,
                "11",
                "BloodInvolved",
                {
                    "1": "TooMuchBloodUsed",
                    "2": "TooLittleBloodUsed",
                    "3": "WrongBlood",
                    "4": "BloodWasNotUsed",
                    "5": "DamagedBlood",
                },
            ),
            (
                PRODUCTS,
                "12",
                "BloodProductsInvolved",
                {
                    "1": "TooMuchBloodProducts",
                    "2": "TooLittleBloodProducts",
                    "3": "WrongBloodProducts",
                    "4": "BloodProductsNotUsed",
                    "5": "DamagedBloodProducts",
                },
            ),
            (
                TISSUES,
                "8",
                "TissueOrgansInvolvementFactors",
                {
                    "1": "TissueOrgansUsedTooMuch",
                    "2": "TissueOrgansInsufficientDetails",
                    "3": "TissueOrgansWrongDetails",
                    "4": "TissueOrgansNotUsed",
                    "5": "TissuesOrgansDamagedDetails",
                },
            ),
            (
                "adverse-event-problem-buildings-infrastructure/",
                "13",
                "BuildingsInfrastructureInvolved",
                {"2": "BuildingsInfrastructureNotUsed", "3": "WrongBuildingsInfrastructure"},
            ),
            (
                "adverse-event-problem-estates-services/",
                "14",
                "EstatesServicesInvolved",
                {"2": "EstatesServicesNotUsed", "3": "WrongEstatesServices"},
            ),
        )
        for code, follow_up in follow_ups.items()
    ],
]

# what the plain incident must lose for a condition not to hold, where leaving out the driver is not enough
UNDONE: dict[str, Overrides] = {
    "location-details/Organisation": {"location-details/LocationKnown": "u"},
    "adverse-event-estimated-date/PreciseTime": {"native/Date": None},
    "native/Date": {"adverse-event-estimated-date/IncidentOccurredToday": "u"},
    "location-details/IdentifiedLocationOther": {"location-details/IdentifiedLocation": "RZ2"},
    PEOPLE + "PeopleInvolvementFactors": {PEOPLE + "StaffAvailabilityIncidentFactor": False},
    PEOPLE + "PeopleActionFactors": {PEOPLE + "PeopleActionsDiffered": False},
}


@pytest.mark.parametrize(("where", "value", "drivers"), [*CONFIRMED, *INFERRED])
def test_an_answer_is_accepted_when_its_condition_holds(
    check: Check, where: str, value: Value | Sequence[Value], drivers: Overrides
) -> None:
    event = check(an_incident({**drivers, where: value}))
    assert "condition-violated" not in codes(event.warnings)


@pytest.mark.parametrize(("where", "value", "drivers"), CONFIRMED)
def test_an_answer_against_a_confirmed_condition_is_refused(
    faults_of: Faults, where: str, value: Value | Sequence[Value], drivers: Overrides
) -> None:
    faults = faults_of(an_incident({where: value}))
    assert "condition-violated" in codes(faults)
    assert {each.path.split("[")[0] for each in faults} == {where.split("/")[0]}


@pytest.mark.parametrize(("where", "value", "drivers"), INFERRED)
def test_an_answer_against_an_inferred_condition_is_remarked_on(
    check: Check, faults_of: Faults, where: str, value: Value | Sequence[Value], drivers: Overrides
) -> None:
    agents = {name: each for name, each in drivers.items() if name == AGENTS and "problem" in where}
    answers = an_incident({**agents, **UNDONE.get(where, {}), where: value})
    assert "condition-violated" in codes(check(answers).warnings)
    assert "condition-violated" in codes(faults_of(answers, strict=True))


def test_the_conditions_tested_here_are_all_there_are(question_set: QuestionSet) -> None:
    tested = {tuple(where.split("/")) for where, _, _ in [*CONFIRMED, *INFERRED]}
    conditional = {(each.section, each.property) for each in question_set.questions() if each.when}
    elsewhere = {
        ("patient-information", "PsychologicalHarm"),
        ("patient-information", "AgeBracket"),
        ("adverse-event-risk-details", "RiskThemeOther"),
        ("adverse-event-risk-details", "RiskTimeframeOther"),
        ("adverse-event-went-well", "GoodCareDetectionFactorOther"),
        ("adverse-event-safety-response", "ResponseType"),
        ("adverse-event-safety-response", "ResponseStatus"),
        ("adverse-event-safety-response", "DateCompleted"),
    }
    assert conditional - tested == elsewhere
    sections = {each.name for each in question_set.sections.values() if each.when}
    assert sections - {section for section, _ in tested} == {
        "adverse-event-risk-details",
        "adverse-event-safety-finding",
        "adverse-event-safety-action",
    }


def test_a_fatal_harm_hides_the_psychological_one(faults_of: Faults) -> None:
    (fault,) = faults_of(an_incident({"patient-information/PhysicalHarm": "1"}))
    assert (fault.path, fault.code) == ("patient-information[0].PsychologicalHarm[0]", "condition-violated")
    assert fault.detail == "This is asked only when PhysicalHarm is not 1."


def test_strength_of_association_is_not_asked_for_moderate_harm(faults_of: Faults) -> None:
    moderate: Overrides = {
        "patient-information/PhysicalHarm": "3",
        "patient-information/PsychologicalHarm": "2",
        "patient-information/StrengthOfAssociation": "5",
    }
    assert codes(faults_of(an_incident(moderate))) == ["condition-violated"]


def test_conditions_of_one_patient_do_not_look_at_another(faults_of: Faults) -> None:
    patients: list[dict[str, Value]] = [
        {"PhysicalHarm": "2", "PsychologicalHarm": "4"},
        {"PhysicalHarm": "4", "PsychologicalHarm": "4", "StrengthOfAssociation": "5"},
    ]
    (fault,) = faults_of(an_incident(patients=patients))
    assert fault.path == "patient-information[1].StrengthOfAssociation[0]"


@pytest.mark.parametrize(
    ("slug", "other", "driver"),
    [
        ("risk", RISK + "RiskThemeOther", {RISK + "RiskTheme": ["8"]}),
        ("risk", RISK + "RiskTimeframeOther", {RISK + "RiskTimeframe": "4"}),
        (
            "good_care",
            "adverse-event-went-well/GoodCareDetectionFactorOther",
            {"adverse-event-went-well/GoodCareDetectionFactor": "6"},
        ),
    ],
)
def test_text_for_other_goes_with_its_code(
    check: Check, faults_of: Faults, slug: str, other: str, driver: Overrides
) -> None:
    assert check(of_type(slug, {**driver, other: TEXT})).warnings == ()
    assert codes(faults_of(of_type(slug, {other: TEXT}))) == ["condition-violated"]
    (warning,) = check(of_type(slug, driver)).warnings
    assert (warning.path, warning.code) == (other.replace("/", "/0/"), "required-missing")


def test_risk_is_asked_about_for_a_risk_or_when_no_patient_is_named(check: Check) -> None:
    risk: Overrides = {RISK + "RiskImminent": "y"}
    nobody = [each for each in an_incident(risk) if each.section != "patient-information"]
    assert codes(check(an_incident(risk)).warnings) == ["condition-violated"]
    assert check(nobody).warnings == ()


def test_a_condition_on_an_answer_that_cannot_be_read_is_not_held_against_the_sender(
    faults_of: Faults,
) -> None:
    both: Overrides = {
        "adverse-event-agent/InvolvedAgents": ["99"],
        "adverse-event-agent/DrugsInvolved": [TEXT],
    }
    assert codes(faults_of(an_incident(both))) == ["code-not-in-value-set"]


# ---- what is only remarked on ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "where"),
    [
        ("incident", "adverse-event-agent/InvolvedAgents"),
        ("incident", "adverse-event-safety-challenges/SafetyChallenges"),
        ("incident", "location-details/LocationKnown"),
        ("incident", "location-details/ServiceArea"),
        ("incident", "patient-information/PhysicalHarm"),
        ("incident", "patient-information/PsychologicalHarm"),
        ("incident", "adverse-event-classification/LevelOfConcern"),
        ("risk", "adverse-event-risk-details/RiskImminent"),
        ("risk", "location-details/ServiceArea"),
        ("outcome", "adverse-event-outcome/OutcomeType"),
        ("outcome", "adverse-event-classification/PatientSafetyIncidentHasOccurred"),
        ("good_care", "adverse-event-went-well/HowFutureOccurrence"),
    ],
)
def test_what_the_business_rules_want_is_remarked_on_over_the_api_and_refused_online(
    check: Check, faults_of: Faults, slug: str, where: str
) -> None:
    answers = an_incident({where: None}) if slug == "incident" else of_type(slug, {where: None})
    expected = [(where.replace("/", "/0/"), "required-missing")]
    assert [(each.path, each.code) for each in check(answers).warnings] == expected
    assert [(each.path, each.code) for each in faults_of(answers, strict=True)] == expected


def test_the_service_of_a_risk_may_be_given_with_the_risk(check: Check) -> None:
    elsewhere: Overrides = {"location-details/ServiceArea": None, RISK + "RiskServiceArea": ["1"]}
    assert check(of_type("risk", elsewhere)).warnings == ()


def test_an_incident_says_when_it_happened_or_that_nobody_knows(check: Check) -> None:
    unsaid: Overrides = {
        "native/Date": None,
        "adverse-event-estimated-date/IncidentOccurredToday": None,
        "adverse-event-estimated-date/PreciseTime": None,
    }
    (warning,) = check(an_incident(unsaid)).warnings
    assert warning.path == "adverse-event-estimated-date/0/IncidentOccurredToday"
    unknown = {**unsaid, "adverse-event-estimated-date/IncidentOccurredToday": "u"}
    assert check(an_incident(unknown)).warnings == ()


@pytest.mark.parametrize("section", ["location-details", "practitioner-details"])
def test_a_place_or_a_reporter_left_out_is_remarked_on(check: Check, section: str) -> None:
    answers = [each for each in an_incident() if each.section != section]
    assert (section, "required-missing") in [(each.path, each.code) for each in check(answers).warnings]


def test_an_outcome_without_a_patient_is_remarked_on(check: Check) -> None:
    answers = [each for each in of_type("outcome") if each.section != "patient-information"]
    event = check(answers)
    assert [(each.path, each.code) for each in event.warnings] == [
        ("patient-information", "required-missing")
    ]
    assert event.patients_known == "unknown"


@pytest.mark.parametrize(
    ("slug", "where", "value"),
    [
        ("good_care", "adverse-event-outcome/ImmediateActions", TEXT),
        ("risk", "adverse-event-process/HealthcareProcess", ["1"]),
        ("risk", "patient-information/PhysicalHarm", "4"),
        ("outcome", "location-details/LocationAtRisk", "1"),
    ],
)
def test_an_answer_that_this_type_of_event_does_not_ask_for_is_remarked_on_and_kept(
    check: Check, slug: str, where: str, value: Value | Sequence[Value]
) -> None:
    event = check(of_type(slug, {where: value}))
    assert codes(event.warnings) == ["not-asked"]
    assert event.fact(*where.split("/")) == value or value in event.narrative.values()


@pytest.mark.parametrize("encoded", [365, 730, 0, 74400])
def test_an_age_that_is_not_compliant_is_remarked_on_and_kept_as_sent(check: Check, encoded: int) -> None:
    event = check(an_incident({"patient-information/AgeAtTimeOfIncidentDays": encoded}))
    assert codes(event.warnings) == ["age-encoding"]
    assert event.fact("patient-information", "AgeAtTimeOfIncidentDays") == encoded


def test_an_age_that_is_not_compliant_is_refused_online(faults_of: Faults) -> None:
    answers = an_incident({"patient-information/AgeAtTimeOfIncidentDays": 365})
    assert codes(faults_of(answers, strict=True)) == ["age-encoding"]


def test_an_exact_age_and_a_bracket_together_are_remarked_on(check: Check) -> None:
    event = check(an_incident({"patient-information/AgeBracket": "11"}))
    assert codes(event.warnings) == ["condition-violated"]


@pytest.mark.parametrize("numbers", [[1, 1], [1, 3], [0, 1], [2]])
def test_patients_that_are_not_numbered_from_one_are_remarked_on(check: Check, numbers: list[int]) -> None:
    graded: dict[str, Value] = {"PhysicalHarm": "4", "PsychologicalHarm": "4"}
    event = check(an_incident(patients=[{**graded, "PatientSequence": each} for each in numbers]))
    assert codes(event.warnings) == ["patient-sequence"]


def test_patients_may_come_in_any_order(check: Check) -> None:
    graded: dict[str, Value] = {"PhysicalHarm": "4", "PsychologicalHarm": "4"}
    event = check(an_incident(patients=[{**graded, "PatientSequence": each} for each in (2, 1)]))
    assert event.warnings == ()
    assert [each["PatientSequence"] for each in event.facts["patient-information"]] == [2, 1]


# ---- all at once, and quietly ----------------------------------------------------------------------------


def test_every_fault_is_said_at_once(faults_of: Faults) -> None:
    faults = faults_of(
        an_incident(
            {
                "native/Date": "2027-01-01",
                "adverse-event-core/Description": None,
                "adverse-event-agent/InvolvedAgents": ["10", "4"],
                "adverse-event-classification/LevelOfConcern": "9",
                "practitioner-details/ReporterOrganisation": "ZZZ",
                "adverse-event-agent/NhsbtReportNumber": TEXT,
            }
        )
    )
    assert sorted(codes(faults)) == [
        "code-not-in-value-set",
        "condition-violated",
        "future-date",
        "mutually-exclusive",
        "required-missing",
        "unknown-organisation",
    ]


def test_no_more_than_a_hundred_faults_are_said(faults_of: Faults) -> None:
    assert len(faults_of([an_answer("native/Nonsense", TEXT)] * 500)) == 100


def test_no_more_is_remarked_on_than_is_said_of_faults(check: Check) -> None:
    assert len(check(an_incident(patients=[{}] * 60)).warnings) == 100


text_or_not = st.one_of(st.just(SECRET), st.integers(), st.booleans())


@given(data=st.data())
def test_no_fault_or_warning_quotes_what_was_sent(question_set: QuestionSet, data: st.DataObject) -> None:
    questions = st.sampled_from([(each.section, each.property) for each in question_set.questions()])
    answers = [
        Answer(section, 0, name, value, f"AdverseEvent.extension[{number}]")
        for number, ((section, name), value) in enumerate(
            data.draw(st.lists(st.tuples(questions, text_or_not)))
        )
    ]
    try:
        warnings: tuple[Fault, ...] = validate(
            question_set, answers, today=TODAY, known_organisation=lambda code: False
        ).warnings
    except Problem as problem:
        warnings = problem.faults
    assert all("Jane" not in each.path + each.code + each.detail for each in warnings)


def test_neither_an_answer_nor_a_checked_event_shows_its_text(check: Check) -> None:
    told: Overrides = {
        "adverse-event-core/Description": SECRET,
        "practitioner-details/ReporterContact": SECRET,
    }
    assert "Jane" not in repr(an_incident(told)) + repr(check(an_incident(told)))


# ---- what the answers amount to --------------------------------------------------------------------------


def test_text_is_named_by_section_entry_property_and_index(check: Check) -> None:
    patients: list[dict[str, Value]] = [
        {"PhysicalHarm": "4", "PsychologicalHarm": "4"},
        {"PhysicalHarm": "4", "PsychologicalHarm": "4", "ClinicalOutcome": "Recovered."},
    ]
    drugs: Overrides = {AGENTS: ["4"], "adverse-event-agent/DrugsInvolved": ["Aspirin", "Aspirin"]}
    narrative = check(an_incident(drugs, patients)).narrative
    assert narrative["patient-information/1/ClinicalOutcome"] == "Recovered."
    assert narrative["adverse-event-agent/0/DrugsInvolved/0"] == "Aspirin"
    assert narrative["adverse-event-agent/0/DrugsInvolved/1"] == "Aspirin"


def test_no_free_text_is_among_the_facts(check: Check) -> None:
    event = check(an_incident({AGENTS: ["4"], MEDICATION + "ProblemDescriptionDrugs": SECRET}))
    assert SECRET in event.narrative.values()
    assert SECRET not in str(event.facts)
    assert "adverse-event-core" not in event.facts


def test_the_contact_of_the_reporter_is_kept_from_facts_and_text(check: Check) -> None:
    event = check(an_incident({"practitioner-details/ReporterContact": "r@example.org"}))
    assert event.contact == "r@example.org"
    assert "r@example.org" not in str(event.facts) + str(event.narrative)


def test_a_description_in_the_root_is_stored_as_that_of_the_core(check: Check) -> None:
    event = check(an_incident({"adverse-event-core/Description": None, "native/Description": "A fall."}))
    assert event.narrative["adverse-event-core/0/Description"] == "A fall."
    assert not any(each.startswith("native/") for each in event.narrative)


def test_the_description_in_the_core_wins_over_the_root(check: Check) -> None:
    both: Overrides = {"adverse-event-core/Description": "A fall.", "native/Description": "Another fall."}
    event = check(an_incident(both), strict=True)
    assert event.narrative["adverse-event-core/0/Description"] == "A fall."
    assert codes(event.warnings) == ["described-twice"]


def test_the_same_description_twice_is_nothing_to_remark_on(check: Check) -> None:
    both: Overrides = {"adverse-event-core/Description": "A fall.", "native/Description": "A fall."}
    assert check(an_incident(both)).warnings == ()


def test_an_event_of_today_has_todays_date(check: Check) -> None:
    event = check(
        an_incident({"native/Date": None, "adverse-event-estimated-date/IncidentOccurredToday": "y"})
    )
    assert (event.occurred_on, event.warnings) == (TODAY, ())


TODAY_IT_WAS = {"native/Date": None, "adverse-event-estimated-date/IncidentOccurredToday": "y"}


def test_today_is_the_day_on_which_a_record_was_first_reported(check: Check) -> None:
    assert check(an_incident(TODAY_IT_WAS)).occurred_on == TODAY
    before = date(2023, 1, 9)
    event = check(an_incident(TODAY_IT_WAS), recorded_on=before)
    assert event.occurred_on == before
    assert event.warnings == ()  # nobody wrote that year


def test_today_is_the_day_that_is_named_as_today(check: Check) -> None:
    named = TODAY_IT_WAS | {"adverse-event-estimated-date/TodaysDate": "2026-02-27"}
    assert check(an_incident(named), recorded_on=date(2026, 3, 1)).occurred_on == date(2026, 2, 27)
    long_ago = TODAY_IT_WAS | {"adverse-event-estimated-date/TodaysDate": "2016-02-27"}
    (remark,) = check(an_incident(long_ago)).warnings
    assert remark.code == "old-date"


def test_a_date_after_today_lies_in_the_future_however_old_the_record_is(faults_of: Faults) -> None:
    named = TODAY_IT_WAS | {"adverse-event-estimated-date/TodaysDate": "2026-03-04"}
    assert codes(faults_of(an_incident(named))) == ["future-date"]


def test_a_rough_date_beside_today_is_remarked_on_and_does_not_count(check: Check) -> None:
    rough = TODAY_IT_WAS | {"adverse-event-estimated-date/ApproximateDate": "2026-02"}
    event = check(an_incident(rough), strict=True)
    assert event.occurred_on == TODAY
    assert codes(event.warnings) == ["condition-violated"]


def test_the_date_that_is_given_wins_over_today(check: Check) -> None:
    assert check(
        an_incident({"adverse-event-estimated-date/IncidentOccurredToday": "y"})
    ).occurred_on == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("known", "named", "organisations"),
    [
        ("y", None, ("RZ1",)),
        ("y", ["RZ2"], ("RZ2",)),
        ("n", ["RZ2", "Y90001"], ("RZ2", "Y90001")),
        ("n", None, ()),
        ("u", None, ()),
    ],
)
def test_where_it_happened_is_as_answered_or_at_the_reporters_own(
    check: Check, known: str, named: list[str] | None, organisations: tuple[str, ...]
) -> None:
    event = check(
        an_incident({"location-details/LocationKnown": known, "location-details/Organisation": named})
    )
    assert event.happened_at("RZ9") == organisations
    assert event.reporter_organisation == "RZ1"


def test_without_a_reporters_organisation_here_is_the_one_whose_record_it_is(check: Check) -> None:
    nobody = {"practitioner-details/ReporterOrganisation": None, "location-details/Organisation": None}
    assert check(an_incident(nobody | {"location-details/LocationKnown": "y"})).happened_at("RZ9") == ("RZ9",)
    assert check(an_incident(nobody | {"location-details/LocationKnown": "u"})).happened_at("RZ9") == ()


def test_an_opt_out_of_sharing_is_heard(check: Check) -> None:
    assert check(
        an_incident({"adverse-event-reference-metadata/DataSharingOptOut": True})
    ).data_sharing_opt_out


def test_several_medicines_are_several_entries(check: Check) -> None:
    medicines = [
        an_answer("medication-dmd/VTMCode", "777067000", entry=0),
        an_answer("medication-dmd/VTMString", "Co-codamol", entry=0),
        an_answer("medication-dmd/VMPCode", "39720311000001101", entry=1),
    ]
    event = check([*an_incident({AGENTS: ["4"]}), *medicines])
    assert event.facts["medication-dmd"] == [{"VTMCode": "777067000"}, {"VMPCode": "39720311000001101"}]
    assert event.narrative["medication-dmd/0/VTMString"] == "Co-codamol"


def test_the_fhir_of_our_tests_says_what_the_answers_of_our_tests_say(check: Check) -> None:
    event = check(_read(as_fhir_v6()), strict=True)
    plain = check(an_incident())
    assert event.warnings == ()
    assert event.narrative == plain.narrative
    assert (event.worst_physical, event.occurred_on) == (plain.worst_physical, plain.occurred_on)


def _read(resource: dict[str, object]) -> list[Answer]:
    """A FHIR resource as answers, as plainly as can be."""
    answers = [an_answer("native/Type", "1"), an_answer("native/Date", str(resource["date"]))]
    contained = resource["contained"]
    assert isinstance(contained, list)
    root = resource["extension"]
    assert isinstance(root, list)
    for each in root + [one for holder in contained for one in holder["extension"]]:
        section = each["url"].removeprefix(BASE).removesuffix("-6")
        for inner in each["extension"]:
            value = next(value for key, value in inner.items() if key.startswith("value"))
            answers.append(an_answer(f"{section}/{inner['url']}", value))
    return answers
