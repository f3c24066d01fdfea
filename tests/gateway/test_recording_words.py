"""The same codes in other words: every file names questions and codes there are, staff keep the national labels, and a setting speaks its own."""

from __future__ import annotations

import re

import pytest
from werkzeug.datastructures import MultiDict

from gateway.web.recording import flow, reading, showing, words
from gateway.web.recording.form import TYPE, Form, Given
from gateway.web.recording.reading import name_of
from gateway.web.recording.versions import SERVICE, spoken_to
from tests.builders.question_sets import a_definition

DEFINITION = a_definition()
QUESTIONS = {
    f"{section.name}/{one.property}": one for section in DEFINITION.sections for one in section.questions
}
LISTS = {one.name: {code.code: code.label for code in one.codes} for one in DEFINITION.value_sets}
FILES = sorted(file.stem for file in words.FOLDER.glob("*.toml"))
FOR_FAMILIES = ["family", "family-easy"]
FAMILY = [(section, 0, name) for page in flow.read("family").core for section, name in page.asks] + [TYPE]
JARGON = re.compile(
    r"psychological|physical harm|incident|moderate|severe|fatal|withheld|specified|affected patient|/",
    re.IGNORECASE,
)
SETTINGS = {
    "17": "general-practice",
    "9": "community-pharmacy",
    "11": "dentistry",
    "10": "optometry",
    "12": "care-home",
    "3": "ambulance",
}


@pytest.mark.parametrize("name", FILES)
def test_words_are_of_questions_and_codes_that_there_are(name: str) -> None:
    for question, said in words.words(name).questions.items():
        listed = LISTS.get(QUESTIONS[question].value_set, {})
        for part in ("only", "first", "meanings", "labels"):
            assert set(said.get(part, ())) <= set(listed), (question, part)
        assert set(said) <= {"wording", "hint", "example", "only", "first", "meanings", "labels", "suggest"}


@pytest.mark.parametrize("name", [one for one in FILES if one not in FOR_FAMILIES])
def test_staff_are_shown_the_national_labels_to_the_letter(name: str) -> None:
    form = Form(DEFINITION, words.words(name))
    for question, one in QUESTIONS.items():
        section, property = question.split("/")
        for option in form.options(form.question((section, 0, property))):
            assert option.label == LISTS[one.value_set][option.code]


@pytest.mark.parametrize("name", FOR_FAMILIES)
def test_families_are_offered_the_same_codes_in_plain_words(name: str) -> None:
    form = Form(DEFINITION, words.words(name))
    offered = [option for one in FAMILY for option in form.options(form.question(one))]
    assert len(offered) > 30
    for option in offered:
        assert not JARGON.search(f"{option.label} {option.meaning}"), option
    harm = form.question(("patient-information", 0, "PhysicalHarm"))
    assert [one.code for one in form.options(harm)] == list(LISTS["level-of-physical-harm"])


@pytest.mark.parametrize("name", FOR_FAMILIES)
def test_no_option_asks_for_details_that_the_form_has_no_field_for(name: str) -> None:
    form = Form(DEFINITION, words.words(name))
    assert [
        one for place in FAMILY for one in form.options(form.question(place)) if "details" in one.label
    ] == []


@pytest.mark.parametrize("name", FOR_FAMILIES)
def test_nobody_is_asked_as_if_the_patient_were_alive(name: str) -> None:
    form = Form(DEFINITION, words.words(name))
    asked = " ".join(form.question(place).wording for place in FAMILY)
    assert not re.search(r"\b(is|are|has|does) the (patient|person)|patient's|something else", asked)


@pytest.mark.parametrize("name", FOR_FAMILIES)
def test_what_is_checked_says_what_was_chosen(name: str) -> None:
    form = Form(DEFINITION, words.words(name))
    place = ("patient-information", 0, "PhysicalHarm")
    shown = {one.code: one.label for one in form.options(form.question(place))}
    assert showing.in_words(place, form, Given({place: ["1"]})) == [shown["1"]] != ["Fatal"]


@pytest.mark.parametrize(("code", "name"), SETTINGS.items())
def test_a_setting_is_spoken_to_in_its_own_words(code: str, name: str) -> None:
    given = Given({TYPE: ["1"], SERVICE: [code]})
    said = spoken_to(given)
    assert said.name == name
    form = Form(DEFINITION, said)
    steps = [one.name for one in flow.STAFF.steps(form, given)]
    assert steps[:3] == ["type", "service", "what-happened"]
    assert form.examples["adverse-event-core/Description"]
    assert (
        form.question(("adverse-event-core", 0, "Description")).hint
        != QUESTIONS["adverse-event-core/Description"].hint
    )


def test_a_hospital_is_spoken_to_as_the_question_set_does() -> None:
    assert spoken_to(Given({SERVICE: ["1"]})) is words.NATIONAL


def test_a_pharmacy_begins_with_what_was_involved_and_its_own_order_of_codes() -> None:
    given = Given({TYPE: ["1"], SERVICE: ["9"]})
    form = Form(DEFINITION, spoken_to(given))
    assert [one.name for one in flow.STAFF.steps(form, given)][3] == "involved"
    agents = form.options(form.question(("adverse-event-agent", 0, "InvolvedAgents")))
    assert [one.code for one in agents][:3] == ["4", "9", "3"]
    assert len(agents) == len(LISTS["agent-type"])


@pytest.mark.parametrize("name", ["staff", "family", "anonymous", "near-miss", "good-care"])
def test_flows_ask_what_there_is(name: str) -> None:
    for page in flow.read(name).core:
        for section, property in page.asks:
            assert f"{section}/{property}" in QUESTIONS


@pytest.mark.parametrize("name", ["family", "anonymous"])
def test_whoever_has_no_account_can_name_a_place_that_is_not_listed(name: str) -> None:
    asked, form = flow.read(name), Form(DEFINITION)
    given = asked.given()
    given.put(TYPE, ["1"])
    step = next(
        one for one in asked.steps(form, given) if ("location-details", 0, "Organisation") in one.places
    )
    fields = [one.name for one in showing.fields_of(step, form, showing.Typed(given))]
    assert fields == ["location-details.0.Organisation", "location-details.0.OrganisationOther"]
    assert step in asked.missing(form, given)
    given.put(("location-details", 0, "OrganisationOther"), ["The clinic behind the church"])
    assert step not in asked.missing(form, given)


def test_easy_words_are_short() -> None:
    for question, said in words.words("family-easy").questions.items():
        every = (
            said.get("wording", ""),
            said.get("hint", ""),
            *said.get("labels", {}).values(),
            *said.get("meanings", {}).values(),
        )
        for one in every:
            for sentence in re.split(r"[.?] ", one):
                assert len(sentence.split()) <= 16, (question, sentence)


def test_medicines_are_offered_and_anything_else_can_be_typed() -> None:
    place = ("medication-dmd", 0, "VTMString")
    given = Given({TYPE: ["1"], ("adverse-event-agent", 0, "InvolvedAgents"): ["4"]})
    form = Form(DEFINITION)
    step = next(one for one in flow.STAFF.tasks_of(form, given) if place in one.places)
    field = next(
        one for one in showing.fields_of(step, form, showing.Typed(given)) if one.name == name_of(place)
    )
    offered = [one.label for one in field.options]
    assert field.kind == "suggested"
    assert len(offered) > 200
    assert offered == sorted(set(offered))
    assert reading.read(form, place, MultiDict({name_of(place): "Something new"})) == ["Something new"]
