"""The question set as data: complete, consistent, and to the letter that of the national taxonomy."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import pytest

from services.recording.domain import validation
from services.recording.domain.question_set import NATIVE, Condition, Kind, Question, QuestionSet, load
from tests.services.recording.domain.conftest import QUESTION_SETS, SHARED, VERSIONS

Sets = Mapping[int, QuestionSet]

# what version 6 changes: by section, what went and what came
GONE = {("adverse-event-process", "Process"), ("patient-information", "Gender")}
NEW_SECTIONS = {
    "adverse-event-core",
    "medication-dmd",
    "adverse-event-safety-response",
    "adverse-event-safety-finding",
    "adverse-event-safety-action",
}
NEW = {
    ("adverse-event-process", "HealthcareProcess"),
    ("patient-information", "GenderIdentity"),
    ("patient-information", "GenderSameAsAtBirth"),
    ("location-details", "LocationWithinServiceOther"),
    ("adverse-event-problem-people", "StaffAvailabilityIncidentFactor"),
    ("adverse-event-problem-people", "PeopleActionsDiffered"),
    ("adverse-event-problem-people", "PersonsActionsDiffered"),
}
ELEMENTS = {  # of the resource or of a contained device, in every version
    ("native", "Type"),
    ("native", "Date"),
    ("native", "Description"),
    ("adverse-event-device-details", "DeviceManufacturer"),
    ("adverse-event-device-details", "DeviceModel"),
    ("adverse-event-device-details", "DeviceSerial"),
    ("adverse-event-device-details", "DeviceLot"),
}
ONE_PER_CONTAINED_RESOURCE = {"medication-administration", "adverse-event-device-details"}
EVENT_TYPES = [
    ("1", "Patient safety incident"),
    ("2", "Risk"),
    ("3", "Outcome (of concern)"),
    ("4", "Good care"),
]
OUR_OWN = {  # of the safety responses of version 6
    "response-requirement",
    "response-type",
    "response-status",
    "patient-family-engagement",
    "seips-factor",
    "action-status",
    "action-hierarchy",
    "shared-with",
}


class Published(NamedTuple):
    """One version as it was published, beside the version of ours that should say the same."""

    version: int
    sections: Mapping[str, Mapping[str, Any]]
    code_lists: Mapping[str, Mapping[str, Any]]
    ours: QuestionSet


@pytest.fixture(params=[(4, 4), (5, 5), (5, 6)], ids=["4", "5", "5 as the base of 6"])
def published(request: pytest.FixtureRequest, question_sets: Sets) -> Published:
    theirs, ours = request.param
    path = SHARED / f"domain/question-set-v{theirs}.json"
    if not path.is_file():
        pytest.skip(
            f"the published version {theirs} is not at hand: LFPSE_SHARED names the folder of domain/"
        )
    data = json.loads(path.read_text("utf-8"))
    suffix = f"-{theirs}"
    return Published(
        ours,
        {each["profile"].removesuffix(suffix): each for each in data["profiles"]},
        {name.removesuffix(suffix): each for name, each in data["code_lists"].items()},
        question_sets[ours],
    )


@pytest.fixture(params=VERSIONS)
def each_set(request: pytest.FixtureRequest, question_sets: Sets) -> QuestionSet:
    return question_sets[request.param]


# ---- to the letter ---------------------------------------------------------------------------------------


def test_codes_and_labels_are_those_published_to_the_letter(published: Published) -> None:
    ours = {name: list(each.labels.items()) for name, each in published.ours.value_sets.items()}
    theirs = {
        name: [(code, label) for code, label in each["codes"]] for name, each in published.code_lists.items()
    }
    assert ours.pop("event-type") == EVENT_TYPES
    added = OUR_OWN if published.version == 6 else set()
    assert {name: each for name, each in ours.items() if name not in added} == theirs


def test_value_sets_bear_the_published_titles(published: Published) -> None:
    for name, each in published.code_lists.items():
        assert published.ours.value_sets[name].title == each["title"]


def test_sections_and_properties_are_those_published_with_the_known_changes(published: Published) -> None:
    ours = {
        (q.section, q.property) for q in published.ours.questions() if q.section not in NEW_SECTIONS
    } - ELEMENTS
    theirs = {
        (name, each["name"]) for name, section in published.sections.items() for each in section["properties"]
    }
    changed = published.version == 6
    assert ours - theirs == (NEW if changed else set())
    assert theirs - ours == (GONE if changed else set())
    new = NEW_SECTIONS if changed else set()
    assert published.ours.sections.keys() - published.sections.keys() == {"native"} | new


def test_sections_may_come_as_often_as_published(published: Published) -> None:
    for name, each in published.sections.items():
        ours = published.ours.sections[name]
        assert (ours.on, ours.minimum) == (each["on"], int(each["min"])), name
        assert ours.maximum == (100 if name in ONE_PER_CONTAINED_RESOURCE else int(each["max"])), name


def test_types_cardinalities_and_value_sets_are_those_published(published: Published) -> None:
    for name, section in published.sections.items():
        for theirs in section["properties"]:
            ours = published.ours.question(name, theirs["name"])
            if ours is not None:
                assert _shape(ours) == _published_shape(theirs), (name, theirs["name"])


def _shape(question: Question) -> tuple[str, int, int, str | None]:
    values = question.value_set.name if question.value_set else None
    return (
        question.kind.value,
        question.minimum,
        question.maximum,
        "ods-codes" if question.organisation else values,
    )


def _published_shape(data: Mapping[str, Any]) -> tuple[str, int, int, str | None]:
    values = data.get("value_set")
    return data["type"], int(data["min"]), int(data["max"]), values and values.rpartition("-")[0]


# ---- one version after another ---------------------------------------------------------------------------


def test_elements_of_the_resource_are_asked_in_every_version(each_set: QuestionSet) -> None:
    assert set(each_set.by_key) >= ELEMENTS
    assert all(each_set.by_key[key].element for key in ELEMENTS)


def test_the_head_says_how_a_version_is_written_and_where_an_event_is_told(question_sets: Sets) -> None:
    assert {each.version: each.fhir for each in question_sets.values()} == {4: "STU3", 5: "STU3", 6: "R4"}
    assert [each.profile for each in question_sets.values()] == [
        f"patient-safety-adverse-event-{each}" for each in VERSIONS
    ]
    told = {each.version: (each.description, each.retold) for each in question_sets.values()}
    root, core = ("native", "Description"), ("adverse-event-core", "Description")
    assert told == {4: (root, ()), 5: (root, ()), 6: (core, (root,))}
    assert question_sets[4].by_key["native", "Type"].element == "AdverseEvent.type"
    assert question_sets[6].by_key["native", "Type"].element == "AdverseEvent.event"


def test_the_sections_that_validation_knows_by_name_are_in_every_version(each_set: QuestionSet) -> None:
    known = {
        NATIVE: ("Type", "Date"),
        validation.TIME: ("IncidentOccurredToday", "ApproximateDate"),
        validation.LOCATION: ("LocationKnown", "Organisation"),
        validation.PATIENTS: ("PatientSequence", "PhysicalHarm", "PsychologicalHarm"),
        validation.REPORTER: ("ReporterOrganisation",),
        validation.METADATA: ("DataSharingOptOut",),
        "adverse-event-risk-details": ("RiskImminent",),
        "adverse-event-classification": ("LevelOfConcern",),
    }
    for section, properties in known.items():
        for property in properties:
            assert each_set.question(section, property), (each_set.version, section, property)


def test_the_grades_that_make_an_event_urgent_mean_the_same_in_every_version(question_sets: Sets) -> None:
    for name in ("level-of-physical-harm", "level-of-psychological-harm", "worry-scale", "event-type"):
        labels = [list(each.value_sets[name].labels.items()) for each in question_sets.values()]
        assert labels[0] == labels[1] == labels[2], name


def test_a_property_that_several_versions_ask_has_one_name_in_forms(question_sets: Sets) -> None:
    for older, newer in itertools.pairwise(question_sets.values()):
        for question in newer.questions():
            before = older.question(question.section, question.property)
            if before is not None:
                assert (before.field, before.wording) == (question.field, question.wording)


def test_staff_fill_in_what_comes_after_the_report(question_sets: Sets) -> None:
    afterwards = [
        {name for name, each in one.sections.items() if each.by == "safety staff"}
        for one in question_sets.values()
    ]
    governance, responses = {"adverse-event-governance"}, {n for n in NEW_SECTIONS if "safety-" in n}
    assert afterwards == [set(), governance, governance | responses]


def test_an_older_version_keeps_its_own_labels(question_sets: Sets) -> None:
    labels = [each.label("location-details", "ResponsibleSpecialty", "18") for each in question_sets.values()]
    assert labels == ["Clinical immunology and allergy", "Clinical Immunology", "Clinical Immunology"]


# ---- fit to be shown -------------------------------------------------------------------------------------


def test_every_question_has_a_short_name_of_its_own(each_set: QuestionSet) -> None:
    names: dict[str, set[str]] = {}
    for question in each_set.questions():
        assert 1 < len(question.short.split()) <= 4, question.property
        assert len(question.short) <= 28, question.property
        assert not question.short.endswith((".", "?")), question.property
        names.setdefault(question.short, set()).add(question.field)
    assert {name: fields for name, fields in names.items() if len(fields) > 1} == {}


def test_hints_are_sentences_that_can_be_read_at_once(each_set: QuestionSet) -> None:
    for question in each_set.questions():
        if question.hint:
            assert question.hint.endswith((".", "?")), question.property
            assert len(question.hint) <= 220, question.property
            assert question.hint != question.wording


# the questions that every report begins with
CORE = """
    Type Date Description IncidentOccurredToday ApproximateDate LocationKnown Organisation ServiceArea InvolvedAgents
    SafetyChallenges PhysicalHarm PsychologicalHarm StrengthOfAssociation LevelOfConcern ImmediateActions WentWell
    OutcomeType PatientSafetyIncidentHasOccurred RiskDescription RiskImminent RiskPopulation StrengthsOfCare
    HowFutureOccurrence DataSharingOptOut ReporterContact
"""


def test_the_questions_of_the_core_have_hints(each_set: QuestionSet) -> None:
    hinted = {each.property for each in each_set.questions() if each.hint}
    plain = {"OutcomeType"}  # says all there is to say
    assert set(CORE.split()) - hinted == plain


@pytest.mark.parametrize("name", ["event-type", "level-of-physical-harm", "level-of-psychological-harm"])
def test_every_type_of_event_and_every_grade_of_harm_is_explained(each_set: QuestionSet, name: str) -> None:
    values = each_set.value_sets[name]
    assert values.meanings.keys() == values.labels.keys()
    for code, meaning in values.meanings.items():
        assert meaning.endswith("."), (name, code)
        assert meaning != values.labels[code]


def test_a_step_of_care_may_be_given_more_than_once_in_version_6(question_set: QuestionSet) -> None:
    question = question_set.by_key["adverse-event-process", "HealthcareProcess"]
    assert (question.minimum, question.maximum) == (1, 100)
    assert question_set.sections["medication-dmd"].maximum == 100


def test_a_label_is_looked_up_by_its_code(question_set: QuestionSet) -> None:
    assert question_set.label("adverse-event-agent", "InvolvedAgents", "4") == "Medications"
    assert question_set.label("native", "Type", "4") == "Good care"
    assert question_set.label("adverse-event-agent", "InvolvedAgents", "99") is None
    assert question_set.label("adverse-event-agent", "NoSuchProperty", "4") is None
    assert question_set.label("location-details", "Organisation", "RZ1") is None


def test_every_question_is_fit_to_be_shown(each_set: QuestionSet) -> None:
    for question in each_set.questions():
        assert question.wording.endswith(("?", ".")), question.property
        assert len(question.wording) <= 100, question.property
        assert question.field.isidentifier(), question.field
        assert question.field == question.field.lower()


def test_field_names_are_unique_but_for_the_description_which_has_two_homes(
    each_set: QuestionSet,
) -> None:
    fields = [each.field for each in each_set.questions()]
    twice = {"description"} if each_set.retold else set()
    assert {each for each in fields if fields.count(each) > 1} == twice


def test_national_ids_are_unique_but_for_the_description(each_set: QuestionSet) -> None:
    ids = [each.id for each in each_set.questions() if each.id]
    assert {each for each in ids if ids.count(each) > 1} == ({"F001"} if each_set.retold else set())


def test_every_code_has_codes_to_choose_from(each_set: QuestionSet) -> None:
    for question in each_set.questions():
        if question.kind is Kind.CODE:
            assert question.value_set or question.organisation or question.format == "dmd", question.property


def test_all_that_a_person_can_type_is_kept_from_the_facts(each_set: QuestionSet) -> None:
    in_the_clear = {
        each.property
        for each in each_set.questions()
        if each.kind is Kind.STRING and not (each.narrative or each.personal)
    }
    assert in_the_clear == {
        "ApproximateDate",
        "ReferenceNumber",
    }  # one has a strict format, one is ours to give


def test_only_the_contact_of_the_reporter_is_personal(each_set: QuestionSet) -> None:
    assert [each.property for each in each_set.questions() if each.personal] == ["ReporterContact"]


def test_every_value_set_is_used(each_set: QuestionSet) -> None:
    used = {each.value_set.name for each in each_set.questions() if each.value_set}
    assert used == set(each_set.value_sets)


def test_conditions_name_codes_that_exist(each_set: QuestionSet) -> None:
    conditions = [each.when for each in each_set.sections.values()]
    conditions += [one for each in each_set.questions() for one in (each.when, each.required_when)]
    for condition in conditions:
        for test in _tests(condition):
            _assert_codes_exist(each_set, test)


def _tests(condition: Condition | None) -> list[Condition]:
    if condition is None:
        return []
    return [condition] + [one for each in condition.all + condition.any for one in _tests(each)]


def _assert_codes_exist(question_set: QuestionSet, test: Condition) -> None:
    driver = question_set.question(test.section, test.property)
    if driver and driver.value_set:
        assert test.has | test.lacks <= driver.value_set.labels.keys(), test


def test_what_types_of_event_ask_for_is_by_their_names(each_set: QuestionSet) -> None:
    slugs = set(each_set.event_types.values())
    assert slugs == {"incident", "risk", "outcome", "good_care"}
    asked = [each.asked for each in each_set.questions()]
    for each in asked + [section.asked for section in each_set.sections.values()]:
        assert set(each) <= slugs


def test_the_digest_follows_the_data_and_not_the_layout() -> None:
    text = (QUESTION_SETS / "v6.toml").read_text("utf-8")
    digest = load(text).digest
    assert load("# another comment\n\n" + text).digest == digest
    assert load(text.replace("What happened?", "What took place?")).digest != digest


def test_a_version_may_have_a_last_day_and_none_of_ours_has(question_sets: Sets) -> None:
    assert {each.accepted_until for each in question_sets.values()} == {None}
    text = (QUESTION_SETS / "v6.toml").read_text("utf-8")
    ending = load("accepted_until = 2027-12-31\n" + text)
    assert ending.is_accepted(date(2027, 12, 31))
    assert not ending.is_accepted(date(2028, 1, 1))
    assert ending.digest != load(text).digest
    for wrong in ('"2027-12-31"', "2027-12-31T00:00:00"):
        with pytest.raises(ValueError, match="no day"):
            load(f"accepted_until = {wrong}\n{text}")


# ---- data that cannot be right --------------------------------------------------------------------------


def _data(question: str, values: str = "") -> str:
    return (
        'version = 9\ntitle = "t"\nfhir = "R4"\nprofile = "p-9"\ndescription = ["a/P"]\ntext_limit = 9\n'
        '[event_types]\n1 = "incident"\n'
        '[sections.a]\non = "AdverseEvent"\n[sections.a.questions.P]\nfield = "p"\nwording = "P?"\n'
        f'{question}\n[value_sets.v]\ntitle = "V"\ncodes = [["1", "One"], ["2", "Two"]]\n{values}'
    )


CODED = 'type = "code"\nvalues = "v"'
OTHER = '[sections.b]\non = "AdverseEvent"\n[sections.b.questions.P]\nfield = "q"\nwording = "Q?"\ntype = "date"\n'


def test_a_condition_on_a_property_that_does_not_exist_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="Nothing"):
        load(_data('type = "string"\nwhen = { property = "Nothing", has = ["1"] }'))


def test_a_condition_on_a_section_that_does_not_exist_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        load(_data('type = "string"\nwhen = { section = "nowhere", absent = true }'))


def test_an_exclusive_code_that_does_not_exist_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="does not have"):
        load(_data(CODED + '\nexclusive = ["3"]'))


def test_a_code_given_twice_is_an_error_of_ours() -> None:
    text = _data(CODED).replace('["2", "Two"]', '["1", "Uno"]')
    with pytest.raises(ValueError, match="twice"):
        load(text)


def test_a_description_that_is_no_question_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="a/Story is no question"):
        load(_data(CODED).replace('"a/P"', '"a/Story"'))


def _asks(condition: str) -> str:
    third = f'[sections.c]\non = "AdverseEvent"\nwhen = {condition}\n[sections.c.questions.R]\n'
    return _data(CODED) + OTHER + third + 'field = "r"\nwording = "R?"\ntype = "date"\n'


def test_a_condition_on_a_property_of_two_sections_must_say_which() -> None:
    with pytest.raises(ValueError, match="both a and b"):
        load(_asks('{ property = "P", has = ["1"] }'))
    said = load(_asks('{ section = "b", property = "P", absent = true }')).sections["c"].when
    assert said is not None
    assert (said.section, said.property) == ("b", "P")


def test_a_condition_looks_first_in_its_own_section() -> None:
    near = load(_data(CODED) + OTHER + 'when = { property = "P", absent = false }\n').by_key["b", "P"].when
    assert near is not None
    assert near.section == "b"


# ---- codes that are retired ------------------------------------------------------------------------------


def test_a_retired_code_keeps_its_label_and_is_not_offered() -> None:
    values = load(_data(CODED, '[value_sets.v.retired]\n1 = ["2"]')).value_sets["v"]
    assert values.labels == {"1": "One", "2": "Two"}
    assert values.offered() == {"2": "Two"}
    assert values.retired == {"1": ("2",)}


def test_a_code_may_be_replaced_by_those_of_another_list_or_by_none() -> None:
    lists = (
        '[value_sets.v.retired]\n1 = ["w#7"]\n2 = []\n[value_sets.w]\ntitle = "W"\ncodes = [["7", "Seven"]]'
    )
    assert load(_data(CODED, lists)).value_sets["v"].retired == {"1": ("w#7",), "2": ()}


@pytest.mark.parametrize("retired", ['1 = ["3"]', '1 = ["w#2"]', '1 = ["2"]\n2 = []', '3 = ["1"]'])
def test_a_replacement_that_nobody_is_offered_is_an_error_of_ours(retired: str) -> None:
    with pytest.raises(ValueError, match="value set v"):
        load(_data(CODED, f"[value_sets.v.retired]\n{retired}"))


def test_a_meaning_of_a_code_that_does_not_exist_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="explains or retires"):
        load(_data(CODED, '[value_sets.v.meanings]\n3 = "Three."'))
